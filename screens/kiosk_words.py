"""The words of a kiosk's screens, as in catalogue.py: key|Chinese|English. Apart, because a gate does not carry them."""

from screens import catalogue
from screens.own_words import OwnWords

_OWN = OwnWords("""
kiosk.agree|同意|Agree
kiosk.ahead|前面还有|Ahead of you
kiosk.amount_due|应缴金额|Amount due
kiosk.amount_sum|合计|Total
kiosk.any_tap|以后刷卡即认证|Any tap counts as proof
kiosk.any_tap_off|未开通|Off
kiosk.any_tap_on|已开通|On
kiosk.attract|请插卡或刷卡|Insert or tap your card
kiosk.attract.sub|社保卡、电子社保卡、手机扫码均可办理|Card, e-card code or phone
kiosk.back|返回|Back
kiosk.call|呼叫工作人员|Call staff
kiosk.called|已呼叫，请稍候|Staff are on their way
kiosk.card_left|请取走您的卡|Please take your card
kiosk.consent|知情同意|Your consent
kiosk.contrast|高对比|Contrast
kiosk.counter|窗口|Counter
kiosk.done|办理成功|Done
kiosk.edit|修改|Change
kiosk.elder|长辈版|Large text
kiosk.error|未能办理|Not possible now
kiosk.extend|继续使用|Go on
kiosk.face.card|只用卡|Card only
kiosk.face.look|同意并刷脸|Agree and look
kiosk.face.sub|由外部系统比对人脸，本机不拍照、不留存，只收到“是”或“不是”。|Another system compares your face. No picture is taken or kept here, only yes or no comes back.
kiosk.handover|转到手机|On your phone
kiosk.handover.sub|手机扫码，继续办理|Scan with your phone and go on there
kiosk.held|钱已保留|Money kept
kiosk.hello|您好|Hello
kiosk.help|帮助|Help
kiosk.help.sub|社保政策咨询热线|Social security hotline
kiosk.home|社保自助服务|Self-service
kiosk.identify|请选择登录方式|How to sign in
kiosk.key.back|删除|Delete
kiosk.key.dash|-|-
kiosk.key.dot|.|.
kiosk.key.ok|确定|OK
kiosk.key.space|空格|Space
kiosk.language|English|中文
kiosk.list_empty|没有记录|No records
kiosk.login_qr|手机扫码登录|Sign in by phone
kiosk.login_qr.match|扫码后在手机上输入|Scan, then key in on your phone:
kiosk.login_qr.sub|用手机扫一扫，并在手机上确认|Scan with your phone and confirm there
kiosk.media.phone|手机扫码登录|Sign in by phone
kiosk.media.phone.sub|用手机扫描屏幕上的码|Scan the code on this screen
kiosk.media.reader|刷社保卡|Tap your card
kiosk.media.reader.sub|把卡放在感应区|Hold it to the reader
kiosk.media.scanner|出示二维码|Show your code
kiosk.media.scanner.sub|电子社保卡对准扫码窗|E-card to the scanner window
kiosk.media.slot|插入社保卡|Insert your card
kiosk.media.slot.sub|芯片朝上，插到底|Chip up, all the way in
kiosk.message.queued|网络中断，已先收下，恢复后自动办理|No network: kept here and filed once it is back
kiosk.more|更多|More
kiosk.next|下一页|Next page
kiosk.next_proof|下次认证|Next proof by
kiosk.out|退出|Exit
kiosk.out.sub|请到人工窗口办理|Please go to the service desk
kiosk.pay|缴费|Pay
kiosk.pay_check|请确认缴费|Confirm payment
kiosk.people|人|people
kiosk.phone_number|拨打 12333|Call 12333
kiosk.pin|请输入卡密码|Card PIN
kiosk.pin.sub|请注意遮挡|Shield the keypad
kiosk.pin_tries|密码不对，还可试|Wrong PIN, tries left
kiosk.previous|上一页|Previous page
kiosk.print|打印|Print
kiosk.print_again|再次打印|Print again
kiosk.print_failed|未打印成功|Not printed
kiosk.print_failed.sub|请工作人员检查打印机|Ask staff to look at the printer
kiosk.printed|已打印，请取走凭条|Printed, take your slip
kiosk.printing|正在打印|Printing
kiosk.printing.sub|请稍候取走凭条|Take your slip in a moment
kiosk.problem.date|日期不对，请重新输入|No such date, enter it again
kiosk.problem.idnumber|证件号码不对，请检查|Number not valid, check it
kiosk.problem.large|金额太大|Amount too large
kiosk.problem.phone|手机号码为11位|A mobile number has 11 digits
kiosk.problem.required|请填写此项|Please fill this in
kiosk.problem.rule|不符合要求，请检查|Not allowed, check it
kiosk.problem.short|还没有填完|Not complete yet
kiosk.problem.small|金额太小|Amount too small
kiosk.proof|认证成功|Proof accepted
kiosk.queued|已收下，待办理|Kept, to be filed
kiosk.reason.face_away|人脸核验暂不可用|The face check does not work now
kiosk.reason.face_differs|人脸不符，请到人工窗口|Face differs, go to the service desk
kiosk.reason.face_late|人脸核验没有回应|The face check did not answer
kiosk.reason.face_other|人脸不符，请本人再试|Not the holder of the card, look again
kiosk.reason.face_refused|没有看到人脸，请正对摄像头|No face seen, look straight at it
kiosk.reason.login_expired|二维码已过期，请刷新|Code expired, refresh it
kiosk.reason.other|暂不能办理，请到人工窗口|Not possible, go to the service desk
kiosk.reason.pin_blocked|密码已锁定，请到人工窗口|PIN locked, go to the service desk
kiosk.reason.pin_needs_slot|此项需密码，请插卡办理|Needs the PIN: insert your card
kiosk.reason.read_failed|卡已取出，请重新插卡|Card is gone, insert it again
kiosk.reason.refused|不符合办理条件|Conditions are not met
kiosk.reason.unknown|没有您的信息|Nothing known about you
kiosk.reason.unreachable|网络不通，请稍后再试|No network, try again later
kiosk.reference|受理编号|Reference
kiosk.refresh|刷新|Refresh
kiosk.refuse|不同意|Decline
kiosk.retry|再试一次|Try again
kiosk.review|请核对后提交|Check, then submit
kiosk.say.consent|请看说明，同意请按“同意”|Read this; press Agree if you do
kiosk.say.face|请看摄像头，不留照片|Look at the camera; no picture is kept
kiosk.say.form|请选择一项|Choose one
kiosk.say.home|请选择要办的事|Choose what you need
kiosk.say.keyboard|请输入，再按“确定”|Key it in, then press OK
kiosk.say.list|查询结果如下|This is what was found
kiosk.say.pin|请输入六位卡密码，注意遮挡|Key in your six-digit PIN; shield it
kiosk.say.pin_wrong|密码不对，请再输一次|Wrong PIN, key it in again
kiosk.say.ticket|请记住号码，等候叫号|Remember your number and wait
kiosk.seconds|秒|s
kiosk.skip|跳过|Skip
kiosk.standard|标准版|Standard
kiosk.start|开始办理|Start
kiosk.submit|提交|Submit
kiosk.text_qr|手机输入文字|Type on your phone
kiosk.text_qr.sub|手机扫码后输入|Scan with your phone and type there
kiosk.ticket|排队号|Queue number
kiosk.type|用键盘输入|By keyboard
kiosk.type_phone|用手机输入|Type on my phone
kiosk.valid_until|有效期至|Valid until
kiosk.voice|语音播报|Voice
kiosk.voice_off|关闭语音|Voice off
kiosk.wait.choices|正在查询|Looking up
kiosk.wait.code|正在核验二维码|Checking your code
kiosk.wait.face|请看摄像头|Look at the camera
kiosk.wait.load|正在写卡，请勿取出|Writing, leave the card
kiosk.wait.look|正在查询|Looking up
kiosk.wait.pay|正在缴费|Paying
kiosk.wait.reading|正在读卡，请勿取出|Reading, leave the card
kiosk.wait.sub|请稍候|One moment, please
kiosk.wait.submit|正在提交|Submitting
kiosk.warning|还在办理吗|Still there?
kiosk.warning.sub|为保护隐私，时间到后自动退出|To protect you, the session will end
""")
keys, find, text = _OWN.keys, _OWN.find, _OWN.text


def reason(name):
    """The key of the words for a reason why not: the kiosk's own before the gates'."""
    key = "kiosk.reason." + name
    return key if find(key) else catalogue.known("reason", name)
