"""The words on screens. One text, a line an entry: key|Chinese|English. A tuple of tuples would take 35 KB of heap."""

from micropython import const

_WORDS = const("""
accepted|请通行|Please enter
amount|金额|Amount
balance|余额|Balance
bike.idle|借车还车请刷卡|Tap to take or return a bike
bike.idle.sub|还车请先推入锁桩|Push the bike in, then tap
bike.returned|还车成功|Bike returned
bike.taken|请取车|Take the bike
boot|正在启动|Starting up
boot.sub|请稍候|One moment, please
bus.accepted|请上车|Welcome
bus.alight|下车请刷卡|Tap to get off
bus.alight.sub|不刷卡按全程计费|Full fare without tapping out
bus.alighted|请下车|Thank you
bus.idle|上车请刷卡或扫码|Tap card or scan code
bus.idle.sub|老年卡、优待证同样适用|Concession cards welcome
bus.refused|刷卡未成功|Not accepted
charge.missing_entry|补收：无进站记录|No entry: charged
charge.missing_entry.short|补收无进站|No entry tap
charge.missing_exit|补收：上次未出站|No exit: charged
charge.missing_exit.short|补收未出站|No exit tap
charge.other|另收费用|Extra charge
charge.overtime|超时补票|Overtime charged
charge.overtime.short|超时补票|Overtime
charge.same_station|同站进出收费|Same station
charge.wrong_direction|方向不符补票|Wrong way: charged
charge.wrong_direction.short|方向不符|Wrong way
code|代码|Code
concession.child|儿童优惠|Child fare
concession.disabled|残疾人优待|Disability fare
concession.elder|敬老优惠|Senior fare
concession.other|优惠|Concession
concession.soldier|军人优待|Forces fare
concession.student|学生优惠|Student fare
concession.veteran|退役军人优待|Veteran fare
day|天|d
days_left|有效期还有|Valid for
emergency|紧急放行|Emergency exit
emergency.sub|请尽快离开|Leave now, gates are open
entitlement.annual_pass|年卡|Annual pass
entitlement.free_admission|免票入园|Free admission
entitlement.loan|借阅证有效|Library card valid
entitlement.loan.short|借阅证有效|Card valid
entitlement.other|已登记|Registered
entitlement.reservation|已预约|Reserved
entitlement.session|开始计时|Session started
entitlement.triage|已报到|Checked in
fare|扣费|Fare
ferry.aboard|船上人数|Aboard
ferry.accepted|请登船|Welcome
ferry.idle|登船请刷卡或扫码|Tap card or scan code
ferry.idle.sub|老年卡、优待证同样适用|Concession cards welcome
free|免费|Free
free_passage|免费放行|Free passage
free_passage.sub|无需刷卡，请直接通行|No tap needed, walk through
health.barrier|闸门|Barrier
health.clock|时钟|Clock
health.display|屏幕|Display
health.journal|待传记录|Records queued
health.keys|密钥|Keys
health.link|网络|Network
health.list|名单|Card list
health.package|已装版本|Installed
health.printer|打印机|Printer
health.psam|安全模块|Security module
health.reader|读卡器|Card reader
health.refused|拒收|Refused
health.scanner|扫码器|Code scanner
health.touch|触摸屏|Touch panel
health.until|名单有效至|List valid until
health.version|软件|Software
hours|开放时间|Open
idle|请刷社保卡或扫码|Tap card or scan code
idle.sub|老年卡、优待证同样适用|Concession cards welcome
inside|在内人数|Inside
kind.delta|名单更新|List update
kind.firmware|软件|Software
kind.hotlist|黑名单|Hotlist
kind.keys|密钥|Keys
kind.services|服务|Services
kind.settings|设置|Settings
kind.tariff|票价|Tariff
kind.whitelist|白名单|Whitelist
locker|柜号|Locker
low_balance|余额不多，请充值|Balance low, top up soon
low_balance.short|请充值|Top up soon
maintenance|设备维护中|Maintenance
maintenance.health|设备状态|Device health
maintenance.leave|再刷维护卡恢复运营|Tap the card again to reopen
maintenance.sub|请走其他通道|Use another gate
offline|离线|Offline
out.clock_untrusted|时钟待校准|Clock must be set
out.closed|本通道未开放|This gate is closed
out.fire|消防联动|Fire input active
out.gate_jam|闸门故障|Gate jammed
out.journal_full|记录已满，等待上传|Records full, waiting to upload
out.list_damaged|名单故障|Card list damaged
out.list_missing|名单未下发|No card list on this gate
out.list_old|名单过期|Card list too old
out.maintenance|设备维护中|In maintenance
out.other|设备故障|Device fault
out.out_of_service|暂停服务|Out of service
out.psam_down|安全模块故障|Security module fault
out.reader_down|读卡器故障|Card reader fault
out.tariff_fault|票价故障|Fare table fault
out_of_service|暂停服务|Out of service
out_of_service.sub|请走其他通道|Use another gate
pad.accepted|支付成功|Paid
pad.amount|请输入金额|Enter the amount
pad.ask|请顾客刷卡或扫码|Tap card or scan code
pad.cancel|取消|Cancel
pad.clear|清除|Clear
pad.confirm|收款|Charge
pad.menu|菜单|Menu
pad.refused|支付未成功|Not paid
paid|已支付|Paid
party|一次刷卡，一起通行|One tap for all
persons|人数|Persons
queue_number|排队号|Queue no.
queued|待传|queued
read_again|请再刷一次|Tap once more
read_again.sub|不重复扣费|You will not be charged twice
reading|请勿移开|Hold still
reading.sub|正在读取|Reading
reason.another_card|请用同一张卡再刷|Tap the same card again
reason.bike_missing|请先将车推入锁桩|Put the bike into its dock first
reason.blocked_card|卡已锁定，请到服务台|Card locked, see the service desk
reason.check_unavailable|暂无法核验，请到服务台|Cannot check now, see the desk
reason.clock_untrusted|时钟待校准，请走其他通道|Clock not set, use another gate
reason.closed|本通道未开放，请走其他通道|Gate closed, use another gate
reason.code_expired|二维码过期，请刷新|Code expired, refresh it
reason.code_malformed|二维码有误，请刷新|Code unreadable, refresh it
reason.code_not_yet_valid|二维码未生效，请校准手机时间|Not valid yet, check phone time
reason.code_offline|无法联网验码，请刷卡|Cannot check the code, use your card
reason.code_replayed|二维码已使用，请刷新|Code already used, refresh it
reason.code_revoked|二维码已停用，请到服务台|Code revoked, see the service desk
reason.code_show_full|二维码不全，请刷新|Code incomplete, refresh it
reason.code_tampered|二维码无效，请用官方应用|Code invalid, use the official app
reason.code_too_soon|刷码太快，请稍后再试|Too soon, wait and try again
reason.code_unknown|不支持此码，请刷卡|Code not accepted, tap a card
reason.code_untrusted_issuer|发码方不受信任，请刷卡|Issuer not trusted, tap a card
reason.dock_empty|此桩无车，请用其他桩|No bike here, use another dock
reason.entries_used|次数已用完，请改日再来|No entries left, come back later
reason.expired_card|卡已过期，请换卡|Card expired, please renew it
reason.forced|未经许可，请刷卡通行|Not admitted, tap your card
reason.full|人数已满，请稍候|Full, please wait
reason.fund_refused|医保未通过，请到服务台|Insurance declined, see the desk
reason.fund_unreachable|医保结算不通，请稍后再来|Insurance offline, come back later
reason.gate_jam|闸门故障，请走其他通道|Gate jammed, use another gate
reason.group_too_large|人数超限，请到服务台|Group too large, see the desk
reason.guardian_needed|请由监护人陪同进入|Come with your guardian
reason.hotlisted|卡已挂失，请到服务台|Card reported lost, see the desk
reason.journal_full|记录已满，请走其他通道|Records full, use another gate
reason.list_damaged|名单故障，请走其他通道|List damaged, use another gate
reason.list_missing|名单未下发，请走其他通道|No list yet, use another gate
reason.list_old|名单过期，请走其他通道|List too old, use another gate
reason.low_balance|余额不足，请充值|Low balance, please top up
reason.maintenance|设备维护中，请走其他通道|In maintenance, use another gate
reason.missing_entry|无进站记录，请到服务台|No entry record, see the desk
reason.missing_exit|无出站记录，请到服务台|No exit record, see the desk
reason.no_answer|未收到结果，请再刷一次|No answer, tap again
reason.no_fare|无此票价，请到服务台|No fare for this trip, see the desk
reason.no_ticket|未购票，请先购票|No ticket, please buy one
reason.not_eligible|不符合条件，请到服务台|Not eligible, see the desk
reason.not_interoperable|此卡未互通，请换卡|City not linked, use another card
reason.not_listed|卡未开通，请到服务台|Card not enabled, see the desk
reason.not_yet_valid|卡未生效，请到服务台|Card not valid yet, see the desk
reason.nothing_left|此单已全部退回，请到服务台|All given back, see the desk
reason.other|无法通行，请到服务台|Please ask at the service desk
reason.out_of_service|暂停服务，请走其他通道|Out of service, use another gate
reason.outside_hours|不在开放时间，请改时再来|Closed now, see opening hours
reason.overtime|已超时，请到服务台补票|Overtime, pay at the desk
reason.pass_expired|年卡已过期，请续期|Pass expired, please renew it
reason.pass_not_here|此票不适用，请到服务台|Pass not for here, see the desk
reason.pass_not_yet_valid|年卡未生效，请改日再来|Pass not valid yet, come back later
reason.pass_used_up|次卡已用完，请购买|Pass used up, please buy one
reason.passback|已在场内，请到服务台|Already inside, see the desk
reason.psam_down|安全模块故障，请走其他通道|Module fault, use another gate
reason.quota_used|额度已用完，请改日再来|Quota used, come back later
reason.read_failed|未读到卡，请再刷一次|Card not read, tap again
reason.reader_down|读卡器故障，请走其他通道|Reader fault, use another gate
reason.reverse|请勿逆行，请走其他通道|Wrong way, use another gate
reason.rule_failed|规则故障，请到服务台|Rule fault, see the desk
reason.rule_refused|不符合规定，请到服务台|Not allowed here, see the desk
reason.same_station|同站进出，请到服务台|Same station, see the desk
reason.slot_early|未到预约时间，请稍后再来|Too early, come back at your time
reason.slot_missed|预约已过时，请到服务台|Slot missed, see the desk
reason.tailgating|请勿尾随，请逐一刷卡|One person a tap, tap your card
reason.tariff_fault|票价故障，请走其他通道|Fare fault, use another gate
reason.too_soon|刷卡太快，请稍候再刷|Too soon, wait and tap again
reason.turned_back|未通过，请再刷一次|Not passed, tap again
reason.two_cards|请只放一张卡|Show one card only
reason.unsupported_card|不支持此卡，请换卡|Card not accepted, use another
reason.wrong_direction|方向不符，请走其他通道|Wrong way, use another gate
reason.wrong_region|本地未开通，请到服务台|Not enabled here, see the desk
refusal.boot-1|终端用它没有启动成功|The terminal did not come up with it
refusal.package-1|内容损坏或不完整|It is damaged or incomplete
refusal.package-2|签名不可信，或不是给本终端的|Its signature is not trusted, or it is for other terminals
refusal.package-3|比允许的最旧版本还旧|It is older than the oldest version allowed
refusal.package-4|已过有效期|Its validity is over
refusal.package-5|还没到生效日期|Its day has not come yet
refusal.package-6|按此票价无法判定刷卡|Taps cannot be decided under it
refused|请勿通行|Do not enter
remedy.barrier|消防输入有信号：检查报警器及其接线|the fire input is active: look at the alarm and its wire
remedy.clock|让终端联一次后台；再检查时钟电池|let the terminal reach the head-end once; then look at the clock's battery
remedy.display|检查屏幕的排线|look at the panel's cable
remedy.headend|网络通，但后台没有回应：联系后台值班|the network is there but the head-end does not answer: ask who runs it
remedy.journal|让终端上传记录；若仍满或损坏，送回记录|let the terminal synchronise; if it stays full or damaged, send the journal in
remedy.keys|重新给终端配发密钥|provision the terminal
remedy.list|让终端联后台，或用线装入名单|let the terminal reach the head-end, or load a list over the cable
remedy.network|检查网线、天线和网络设置|look at cable, antenna and the network settings
remedy.printer|检查纸、盖和线|look at paper, cover and cable
remedy.psam|检查安全模块是否装反|look whether the PSAM sits right way round in its slot
remedy.reader|检查读卡器的电源、收发线和拨码|look at the reader's supply, TX and RX, and its mode switches
remedy.scanner|检查扫码器的电源和收发线|look at the scanner's supply, TX and RX
remedy.touch|检查触摸屏的排线|look at the touch panel's cable
same_city|同城待遇|Local rate
stayed|用时|Time used
tell.companion|陪同人员免票|Companion comes along
tell.companion.short|陪同免票|Companion too
tell.first_use|首次使用，已激活|First use: activated
tell.first_use.short|首次激活|Activated
tell.no_entry|无进入记录|No entry on record
tell.no_entry.short|无进入记录|No entry seen
tell.no_locker|储物柜已满|No locker is free
tell.other|请留意提示|Please take note
tell.other.short|请留意|Take note
tell.passback|该卡显示在内|Seems to be inside already
tell.passback.short|显示在内|Seen inside
tell.photo_check|请核对照片|Check the photo
tell.photo_check.short|请核对照片|Check photo
tell.watch|请核对持卡人|Check the holder
tell.watch.short|请核对人|Check holder
until|可用至|Until
venue.accepted|欢迎光临|Welcome
venue.idle|请刷社保卡或扫码|Tap card or scan code
venue.idle.sub|外地社保卡同城待遇|Cards of other cities welcome
venue.refused|暂不能入内|Entry not possible
visit|次|left
visits_left|剩余次数|Visits left
""")


def keys():
    """All keys, in the order of the text."""
    return [line.split("|")[0] for line in _WORDS.split("\n") if line]


def find(key):
    """[Chinese, English], or None when the key is not there."""
    return look_up(_WORDS, key)


def look_up(words, key):
    """What `find` gives, from any text of such lines."""
    start = words.find("\n%s|" % key)
    if start < 0:
        return None
    end = words.find("\n", start + 1)
    return words[start + len(key) + 2 : end].split("|")


def text(key, lang):
    """The words of a key in "zh" or "en". KeyError when the key is not in the catalogue."""
    entry = find(key)
    if entry is None:
        raise KeyError("the screen catalogue has no %s" % key)
    return entry[0 if lang == "zh" else 1]


def forms(key, lang):
    """The words of a key, then its short form where it has one."""
    short = find(key + ".short")
    return [text(key, lang)] + ([short[0 if lang == "zh" else 1]] if short else [])


def known(family, name):
    """The key family.name, or family.other when the catalogue has no such words: a newer core still gets a screen."""
    key = "%s.%s" % (family, name)
    return key if find(key) else family + ".other"
