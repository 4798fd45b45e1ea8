"""Cards of type B as the PN532 lists them. Loaded when the first one comes.

Such a card has no ATQA, its PUPI is its UID, and its ATS is made up: the historical bytes are those that PC/SC part 3 takes
for them, application data, protocol info and the buffer length out of the answer to ATTRIB.
"""

from micropython import const

_ATQB = const(12)  # 50, PUPI 4, application data 4, protocol info 3


def targets_of(answer):
    """[(atqa, sak, uid, ats), ...] in an answer to InListPassiveTarget for type B (user manual 7.3.5); none when it is cut short."""
    targets = []
    at = 1
    for _ in range(answer[0] if answer else 0):
        attrib = at + 1 + _ATQB
        if attrib + 1 >= len(answer) or attrib + 1 + answer[attrib] > len(answer):
            return []
        atqb = bytes(answer[at + 1 : attrib])
        # The low bit of the protocol type says ISO 14443-4.
        ats = b"\x0a\x00" + atqb[5:] + bytes((answer[attrib + 1] & 0xF0,)) if atqb[10] & 1 else b""
        targets.append((b"", 0, atqb[1:5], ats))
        at = attrib + 1 + answer[attrib]
    return targets
