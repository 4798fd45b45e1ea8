"""Looks for what concerns a resident in everything a terminal's run leaves: files, log, pictures, paper, speech."""

import functools
import re

from headend.demonstration.people import RESIDENTS
from simulator import hardware, loudspeaker, paper
from simulator.chips import printer

# The platform behind the head-end: the one place that has to know its residents.
PLATFORM = "demonstration.sqlite"
_EMPTY_SECTOR = re.compile(bytes(512))  # most of a journal
_LONG = 6  # digits that a script types: a PIN, a number of a person or a telephone


class PrivacySearch:
    """Made before a run, with pytest's monkeypatch: hears every picture, every sheet and every word from then on."""

    def __init__(self, monkeypatch):
        self.texts, self.printers, self.words = set(), [], set()
        draw, say, make = hardware.Panel.draw, loudspeaker.Loudspeaker.say, printer.PrinterChip.__init__

        def drawn(panel, ops):
            self.texts.update(str(part) for op in ops if op[0] in ("t", "q") for part in op[1:])
            # A line is broken where it is full: a name may stand on two. Keys are single characters.
            self.texts.add("".join([op[10] for op in ops if op[0] == "t" and len(op[10]) > 1]))
            draw(panel, ops)

        def said(speech, lang, texts):
            self.words.update(texts)
            say(speech, lang, texts)

        def made(chip, *rest):
            make(chip, *rest)
            self.printers.append(chip)

        monkeypatch.setattr(hardware.Panel, "draw", drawn)
        monkeypatch.setattr(loudspeaker.Loudspeaker, "say", said)
        monkeypatch.setattr(printer.PrinterChip, "__init__", made)

    def found(self, folder, log, script=""):
        """{where: secrets found there}, {} when nobody's name, number or typed digits are anywhere.

        `folder`: all files below it but the platform's own; `log`: text; `script`: what was typed in it is looked for too.
        """
        typed = {
            word for word in re.findall(r"\btype (\d+)", script) if len(word) >= _LONG and not word.startswith("20")
        }
        people = {text for resident in RESIDENTS for text in (resident.name, resident.number)} | typed
        places = {"log": log, "pictures": "\n".join(self.texts), "speech": "\n".join(self.words)}
        sheets = [sheet for chip in self.printers for sheet in [*chip.sheets, chip.hanging]]
        places["paper"] = "\n".join("\n".join(paper.text_of(sheet)) for sheet in sheets)
        found = {where: [one for one in people if one in text] for where, text in places.items()}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith(PLATFORM):
                data = _EMPTY_SECTOR.sub(b"\0", path.read_bytes())
                found[path.name] = [*_residents_in(data), *(one for one in typed if one.encode() in data)]
        return {where: secrets for where, secrets in found.items() if secrets}


@functools.lru_cache(4)
def _residents_in(data):
    """Names and numbers of residents in the bytes `data`: kept for the list of cards, which is everybody's."""
    people = [text for resident in RESIDENTS for text in (resident.name, resident.number)]
    return [one for one in people if one.encode() in data or one.encode("gbk") in data]
