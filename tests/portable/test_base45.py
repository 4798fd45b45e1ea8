from terminal.media import base45

# RFC 9285, sections 4.3 and 4.4.
VECTORS = (
    (b"AB", b"BB8"),
    (b"Hello!!", b"%69 VD92EX0"),
    (b"base-45", b"UJCLQE7W581"),
    (b"ietf!", b"QED8WEX0"),
    (b"", b""),
    (b"\xff\xff", b"FGW"),
)


def test_vectors():
    for data, text in VECTORS:
        assert base45.encode(data) == text
        assert base45.decode(text) == data


def test_what_is_none():
    for text in (b"A", b"ABCD", b"GGW", b"U8", b":::", b"abc", b"AB\n", bytes((0x81, 0x80, 0x80))):
        assert base45.decode(text) is None, text
