"""Host only: speech through espeak-ng: the `speech` port of a kiosk. Says nothing where the program is not installed."""

import shutil
import subprocess

_VOICES = {"zh": "cmn", "en": "en"}


class Espeak:
    """`volume` in per cent; 0 is silence. One text at a time: what comes next breaks off what is being said."""

    def __init__(self, program=None):
        self._program = program or shutil.which("espeak-ng")
        self._speaking = None
        self.volume = 100

    def say(self, lang, texts):
        """Reads the texts out, in "zh" or "en", with a short rest after each."""
        self.stop()
        if self._program and self.volume and texts:
            command = [self._program, "-a", str(self.volume), "-v", _VOICES[lang], "--stdin"]
            self._speaking = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            # By the pipe, not as an argument: what is said may be a name, and arguments are for everybody to see.
            self._speaking.stdin.write("\n".join(["%s." % text for text in texts]).encode())
            self._speaking.stdin.close()

    def stop(self):
        if self._speaking is not None:
            self._speaking.terminate()
            self._speaking.wait()
            self._speaking = None
