"""The residents of the simulator: made-up holders with cards and phones, one tray for window, scripts and tests."""

from micropython import const

from simulator import codes, opaque_codes
from simulator.cards.demonstration import make_card
from simulator.cards.psam import SoftwarePsam
from simulator.demo_site import DEPARTURE, FORENOON, MAINTENANCE, TRAIN_FAULT
from terminal.media.credential import ACCOUNT_CODE, PURSE, token_of

NANJING = "00083010"
BEIJING = "01011000"
SHANGHAI = "02002900"

_DEBIT = const(0x54)
_OLD_S = const(600)

_RED = (196, 43, 43)
_GREEN = (32, 128, 80)
_GREY = (110, 110, 116)
_BROWN = (146, 90, 28)
_BLUE = (38, 108, 190)
_PURPLE = (112, 64, 150)

# name: (serial, card type of file 0017, balance in fen, issuer, city, GB/T 2260 region, last valid day)
_CARDS = {
    "adult": ("03104830100000000001", 1, 3850, NANJING, "3010", "320100", "20401231"),
    "elder": ("03104830100000000002", 3, 1200, NANJING, "3010", "320100", "20401231"),
    "low": ("03104830100000000003", 1, 40, NANJING, "3010", "320100", "20401231"),
    "hotlisted": ("03104830100000000004", 1, 2600, NANJING, "3010", "320100", "20401231"),
    "unlisted": ("03104830100000000005", 1, 1500, NANJING, "3010", "320100", "20401231"),
    "torn": ("03104830100000000006", 1, 2000, NANJING, "3010", "320100", "20401231"),
    "other-city": ("03104770040000000007", 1, 5500, SHANGHAI, "2900", "310000", "20401231"),
    "far-city": ("03104510010000000008", 1, 800, BEIJING, "1000", "110000", "20401231"),
    "staff": ("03104830100000000010", 1, 0, NANJING, "3010", "320100", "20401231"),
    "boatman": ("03104830100000000011", 1, 0, NANJING, "3010", "320100", "20401231"),
    "visitor": ("03104830100000000013", 1, 2050, NANJING, "3010", "320100", "20401231"),
    "type-b": ("03104830100000000012", 1, 2750, NANJING, "3010", "320100", "20401231"),
    "expired": ("03104830100000000009", 1, 900, NANJING, "3010", "320100", "20251231"),
}
BLOCKED = ("hotlisted",)
UNLISTED = ("unlisted", "other-city", "far-city")

# key, name, kind, Chinese and English title, Chinese and English note, colour
_TRAY = (
    ("1", "adult", "card", "社保卡 成人", "Social card, adult", "正常", "in order", _RED),
    ("2", "elder", "card", "社保卡 老年人", "Social card, senior", "敬老优惠", "half fare", _RED),
    ("3", "low", "card", "社保卡 余额不足", "Social card, low balance", "请充值", "top up", _RED),
    ("4", "hotlisted", "card", "社保卡 已挂失", "Social card, reported lost", "黑名单", "hotlist", _GREY),
    ("5", "unlisted", "card", "社保卡 未登记", "Social card, not listed", "不在名单", "not on the list", _GREY),
    ("6", "torn", "card", "社保卡 拿得太快", "Social card, pulled away", "付款中拿开", "torn while paying", _RED),
    ("7", "other-city", "card", "外地社保卡 上海", "Social card of Shanghai", "同城待遇", "treated as local", _BROWN),
    ("8", "far-city", "card", "外地社保卡 北京", "Social card of Beijing", "未互通", "no agreement", _BROWN),
    ("9", "expired", "card", "社保卡 已过期", "Social card, expired", "已过期", "expired", _GREY),
    ("0", "staff", "card", "维护卡", "Maintenance card", "维护开关", "maintenance on, off", _BLUE),
    ("", "boatman", "card", "船员卡", "Boatman's card", "开船，人数清零", "departs, counts anew", _BLUE),
    ("", "visitor", "card", "社保卡 已预约", "Social card, booked", "博物馆上午场", "museum, forenoon", _RED),
    ("", "type-b", "card", "社保卡 B类", "Social card, type B", "射频B类", "radio type B", _RED),
    ("Q", "ride", "phone", "手机 乘车码", "Phone, ride code", "部标码", "ministry code", _BLUE),
    ("W", "account", "phone", "手机 一卡通码", "Phone, account code", "两级签名", "two signatures", _BLUE),
    ("", "e-card", "phone", "手机 电子社保卡", "Phone, e-social card", "联网核验", "asked online", _GREEN),
    ("", "voucher", "phone", "手机 医保凭证", "Phone, medical voucher", "联网核验", "asked online", _GREEN),
    ("", "dispatcher", "phone", "手机 调度员", "Phone, dispatcher", "列车故障开关", "train fault on, off", _GREEN),
    ("", "ride-again", "phone", "同一乘车码再扫", "The same ride code again", "已用", "used", _PURPLE),
    ("", "screenshot", "phone", "旧截图", "An old screenshot", "十分钟前", "ten minutes old", _PURPLE),
    ("", "tampered", "phone", "改动的码", "A tampered code", "签名不符", "signature broken", _PURPLE),
)

# Phones whose codes a platform reads: (service, holder)
STAFF = {"staff": MAINTENANCE, "dispatcher": TRAIN_FAULT, "boatman": DEPARTURE}  # product of the list
BOOKED = {"visitor": FORENOON}  # likewise: who has a slot of the museum
GROUPS = ("card", "phone", "staff")  # the leaves of a tray
_DISPATCHER = b"DISPATCH"
_SERVED = {"e-card": ("social_card", "20010001"), "voucher": ("medical_voucher", "20010002")}


class TrayCard:
    """One thing in the tray. `kind` is "card" or "phone"; `balance()` in fen, None for a phone."""

    def __init__(self, row, residents):
        (
            self.key, self.name, self.kind, self.title_zh, self.title_en, self.note_zh, self.note_en, self.colour,
        ) = row  # fmt: skip
        self._residents = residents

    def balance(self):
        return self._residents.balance(self.name) if self.kind == "card" else None


def psam():
    """The gate's purchase SAM, in software, with demonstration keys."""
    return SoftwarePsam(terminal_number=b"\x00\x00\x30\x10\x00\x01")


def serial_bytes(serial):
    """The 10 BCD bytes of a 20-digit purse serial."""
    return bytes([int(serial[at : at + 2], 16) for at in range(0, 20, 2)])


def listed():
    """[(token, blocked, product)] of the tray's cards and of the holders behind its phones that the whitelist knows."""
    cards = [
        (token_of(PURSE, serial_bytes(_CARDS[name][0])), name in BLOCKED, STAFF.get(name, BOOKED.get(name, 0)))
        for name in sorted(_CARDS)
        if name not in UNLISTED
    ]
    phones = [(opaque_codes.account(holder), 0) for _, holder in _SERVED.values()]
    phones.append((_DISPATCHER, STAFF["dispatcher"]))
    return cards + [(token_of(ACCOUNT_CODE, account), False, product) for account, product in phones]


def card_facts(name):
    """(serial of 20 digits, region) of a card of the tray."""
    return _CARDS[name][0], _CARDS[name][5]


class _PulledWhilePaying:
    """A card that its holder takes away between DEBIT and its answer, once."""

    def __init__(self, card, chip):
        self._card = card
        self._chip = chip
        self.torn = False
        self.atqa, self.sak, self.uid, self.ats = card.atqa, card.sak, card.uid, card.ats
        self.power_on = card.power_on

    def transmit(self, apdu):
        if not self.torn and apdu[1] == _DEBIT:
            self.torn = True
            self._chip.cut_after_apdu(1, before_response=True)
        return self._card.transmit(apdu)


class Residents:
    """Cards keep their balance and counters as long as the world lasts, whatever happens to the terminal.

    `holder_of(name)`: what the named card says of its holder, for terminals that read it.
    """

    def __init__(self, seed=1, holder_of=None):
        self._holder_of = holder_of
        self._made = {}  # name -> card, from its first use on: its keys take longer than all the rest
        self._pulled = None
        self._serial = seed
        self._shown = {}  # name -> the code last shown
        self.tray = [TrayCard(row, self) for row in _TRAY]

    def of(self, name):
        """The named card, wherever it is."""
        if name not in self._made:
            self._made[name] = _make(name, self._holder_of)
        return self._made[name]

    def card(self, name, chip):
        """The named card as it is put on the reader `chip`."""
        card = self.of(name)
        if name == "torn":
            if self._pulled is None:
                self._pulled = _PulledWhilePaying(card, chip)
            return self._pulled
        return card

    def balance(self, name):
        """What is on the named card, in fen."""
        return self._made[name].purse.balance if name in self._made else _CARDS[name][2]

    def code(self, name, now):
        """The bytes of the code that the named phone shows at `now` (UTC seconds)."""
        if name == "ride-again":
            return self._shown.get("ride") or self.code("ride", now)
        self._serial += 1
        if name in _SERVED:
            code = opaque_codes.issue(*_SERVED[name], now)
        elif name == "dispatcher":
            code = codes.issue_account_code(_DISPATCHER, now, counter=self._serial & 0xFFFF)
        elif name == "account":
            code = codes.issue_account_code(b"ACCT0001", now, counter=self._serial & 0xFFFF)
        else:
            issued = now - _OLD_S if name == "screenshot" else now
            code = codes.issue_ride_code(b"NJMETRO000000001", "31048301000000000201", issued, 60)
        if name == "tampered":
            code = code[:-1] + bytes((code[-1] ^ 1,))
        self._shown[name] = code
        return code


def _make(name, holder_of):
    serial, card_type, balance, issuer, city, region, valid_to = _CARDS[name]
    return make_card(
        serial, holder_class=card_type, balance=balance, issuer=issuer, city=city, region=region, valid_to=valid_to,
        holder=holder_of(name) if holder_of else None,
        type_b=name == "type-b",
    )  # fmt: skip
