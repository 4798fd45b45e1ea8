"""The label on a terminal's housing: name, class, serial and key fingerprint, in words and as a QR code."""

import segno

from technician.errors import InputMalformed


def content(facts):
    """What the code says: a URI that a head-end's fleet view can open, all of it public."""
    return "GATEPOST:%s:%s:%s:%s" % (facts["class"], facts["name"], facts["serial"], facts.get("key", ""))


def write(facts, path):
    """Writes the label to `path` (.svg or .pdf), error correction M: it hangs outdoors."""
    if path.suffix not in (".svg", ".pdf"):
        raise InputMalformed("a label is a .svg or a .pdf, not %r" % path.suffix)
    segno.make(content(facts), error="m", micro=False).save(str(path), scale=4, border=4)
