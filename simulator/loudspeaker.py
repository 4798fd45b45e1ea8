"""The loudspeaker of an emulated kiosk: a `speech` port that keeps what is being said, and nothing of what was. Portable."""


class Loudspeaker:
    """`saying`: (lang, texts) or None while it is silent; `count` goes up with everything it is told to say."""

    def __init__(self):
        self.saying = None
        self.count = 0

    def say(self, lang, texts):
        self.saying = lang, tuple(texts)
        self.count += 1

    def stop(self):
        self.saying = None
