"""The words of a staff desk's screen, as in catalogue.py: key|Chinese|English. Apart, because a gate does not carry them."""

from screens.own_words import OwnWords

_OWN = OwnWords("""
desk.agree|放卡即表示同意|Putting your card down is your consent
desk.away|请先取走卡片|Take the card away first
desk.blocked|卡片已挂失|This card is reported lost
desk.card_number|社保卡号|card number
desk.expires|有效期|validity
desk.full|记录已满，请稍后再试|Records full, please wait
desk.identification|卡识别码|identifier
desk.issued|发卡日期|issue date
desk.lost|读卡失败，请再试一次|Not read: once more, please
desk.name|姓名|name
desk.number|社会保障号码|ID number
desk.ok|已读取|Read
desk.other|不是社会保障卡|Not a social security card
desk.partial|卡片只给出部分信息|The card told only a part
desk.put|请放卡|Put your card down
desk.reading|正在读取，请勿移动卡片|Reading: leave the card
desk.reads|读取|It reads:
desk.region|发卡地区|place
desk.take|请取走卡片|Take your card
desk.unproved|卡片未通过验证|The card could not be verified
desk.version|规范版本|version
desk.waiting|窗口服务|Service desk
desk.waiting.sub|请按工作人员提示放卡|Please wait until you are asked for your card
""")
keys, find, text = _OWN.keys, _OWN.find, _OWN.text
