// The page's own words: key: [Chinese, English]. The gate's words are in the terminal's catalogue.

export const WORDS = {
    title: ["Gatepost 网页模拟器", "Gatepost in a browser"],
    network: ["网络", "Network"], power: ["电源", "Power"], fire: ["火警", "Fire"], walk: ["通过", "Walk"],
    language: ["中/EN", "EN/中"], elder: ["长辈版", "Elder"], contrast: ["高对比", "Contrast"], faults: ["故障", "Faults"],
    demo: ["演示", "Demo"], sound: ["声音", "Sound"], help: ["帮助", "Help"], close: ["关闭", "Close"],
    lamp_red: ["禁行", "Stop"], lamp_amber: ["读卡", "Busy"], lamp_green: ["通行", "Go"], lamp_yellow: ["优惠", "Conc."],
    reader_hint: ["把卡拖到这里", "Drop a card here"], scanner_hint: ["按 Q 出示二维码", "Q shows a code"],
    open: ["闸门 开", "Gate open"], closed: ["闸门 关", "Gate closed"], blocked: ["闸门关着，乘客退回", "Closed: the passenger turns back"],
    walk_hint: ["按空格键走过闸门", "Space walks through"], tray: ["卡片与手机", "Cards and phones"],
    tray_hint: ["拖到读卡区，或按数字键", "drag to the reader, or press a digit"], log: ["日志", "Log"], filter: ["筛选", "filter"],
    state: ["终端状态", "Terminal"], upload: ["上传", "Upload"], money: ["收入", "Money"],
    link: ["联网", "Link"], online: ["在线", "online"], offline: ["离线", "offline"], queued: ["待传记录", "Records queued"],
    screen: ["画面", "Screen"], passages: ["通过人数", "Passages"], refused: ["拒绝", "Refused"], held: ["前端已收", "Held by the head-end"],
    takings: ["扣费合计", "Fares taken"], concessions: ["优惠次数", "Concessions"], recovered: ["撕卡补记", "Torn, recovered"],
    void: ["未通过作废", "Not passed"], off: ["已断电", "Power is off"], paused: ["暂停", "paused"], loading: ["正在启动终端……", "Starting the terminal…"],
    ways: ["其他通过方式", "Other ways through"], tailgate: ["尾随", "tailgating"], "turn-back": ["中途折返", "turning back"],
    reverse: ["逆行", "the wrong way"], wheelchair: ["轮椅", "a wheelchair"],
    runtime: ["运行于", "Runs in"], failed: ["没有启动成功：", "It did not start: "], help_title: ["一分钟上手", "In one minute"],
    about: ["这里运行的是终端本身：同一份程序在 MicroPython 中驱动模拟的芯片与卡片，屏幕像素与真机一致。不联系任何服务器。",
        "This is the terminal itself: the same files drive emulated chips and cards in MicroPython, and the pixels are those of a board. No server is asked for anything."],
};

export const KEYS = [
    ["1 - 9", "出示卡片一秒钟", "present a card for a second"],
    ["拖动 drag", "卡片拖到读卡区放下；拖开即取走；太快离开就是撕卡", "drop a card on the reader; too quick a move tears it"],
    ["Q W", "手机出示新的二维码", "a phone shows a fresh code"],
    ["空格 Space", "乘客走过闸门", "a passenger walks through"],
    ["N", "断网 / 联网：交易照常，记录待传", "network off and on: taps go on, records queue"],
    ["P", "断电 / 上电：一条记录也不会丢", "power off and on: no record is lost"],
    ["F", "火警输入：闸门打开", "fire input: the gate opens"],
    ["L E C", "语言、长辈版、高对比", "language, elder mode, high contrast"],
    ["T + -", "暂停、加快、放慢时间", "pause, faster, slower"],
    ["K", "故障；尾随、折返、逆行、轮椅", "faults, and other ways through"],
    ["D M", "自动演示；声音", "a demonstration; sound"],
];

export const word = (key, lang) => WORDS[key][lang === "zh" ? 0 : 1];
