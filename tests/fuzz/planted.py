"""Three parsers with a mistake each, as parsers have them: what does not find these finds nothing."""


def unchecked_length(data):
    """Trusts a length and reads behind the end."""
    if len(data) > 2 and data[0] == 0x6F:
        last = data[1 + data[1]]
        assert 0 <= last


def endless_chain(data):
    """Fetches more as long as the card says that there is more, which a card may do for ever."""
    at = 0
    while at < len(data) and data[at] == 0x61:
        at = at + 1 if at + 1 < len(data) else 0


def believed_length(data):
    """Makes room for what the other end announces."""
    if len(data) > 4 and data[0] == 0x6F:
        bytearray(int.from_bytes(data[1:5], "big"))


def seeds():
    """Harmless: the way to the mistakes has to be found."""
    return [bytes(8)]
