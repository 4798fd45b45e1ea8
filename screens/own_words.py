"""Words that only some terminals carry, in a text as in catalogue.py: key|Chinese|English."""

from screens import catalogue


class OwnWords:
    """The words of `text`, and behind them those of the catalogue that every terminal has."""

    def __init__(self, text):
        self._text = text

    def keys(self):
        """All keys of this text, in its order."""
        return [line.split("|")[0] for line in self._text.split("\n") if line]

    def find(self, key):
        """[Chinese, English], or None when the key is in neither text."""
        return catalogue.look_up(self._text, key) or catalogue.find(key)

    def text(self, key, lang):
        """The words of a key in "zh" or "en". KeyError when nobody wrote them."""
        entry = self.find(key)
        if entry is None:
            raise KeyError("neither these screens nor the catalogue have %s" % key)
        return entry[0 if lang == "zh" else 1]
