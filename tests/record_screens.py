"""`python -m tests.record_screens`: writes glyph files, display lists and framebuf hashes of all screens anew.

Run it after every change of a word or a screen. It is the only way these fixtures change: look at the difference, and
at the page of `python -m tests.contact_sheet`, before you commit it.
"""

import itertools
import pathlib
import tempfile

from screens.fonts import glyph_files
from tests import board_interpreter
from tests.portable import screen_states

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "golden" / "screens"
HASHES = ROOT / "tests" / "golden" / "framebuf_hashes.txt"


def golden_texts():
    """{path relative to the project: text} of every golden file."""
    texts = {}
    for family, profile, lang, name, _, ops in itertools.chain(
        screen_states.cases(), screen_states.kiosk_cases(), screen_states.pad_cases(), screen_states.desk_cases()
    ):
        path = screen_states.golden_name(family, profile, lang)
        part = ["== %s" % name, *screen_states.lines(ops)]
        texts[path] = texts.get(path, "") + "\n".join(part) + "\n"
    return texts


ALL_SCREENS = "224k"  # the screens of every kind of terminal at once, which no board carries


def framebuf_lines(tree, *arguments, heap=ALL_SCREENS):
    """What tests/portable/framebuf_pictures.py prints under MicroPython, without its last line.

    `tree` may be a ROMFS image, with the glyphs in it.
    """
    script = "import tests.portable.framebuf_pictures as pictures; pictures.main(%r)" % (list(arguments),)
    done = board_interpreter.run(["-c", script], tree, heap=heap)
    lines = done.stdout.splitlines()
    assert done.returncode == 0 and lines[-1].endswith("done"), done.stdout[-300:] + done.stderr
    return lines[:-1]


def main():
    glyph_files.main()
    texts = golden_texts()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.txt"):
        if str(old.relative_to(ROOT)) not in texts:
            old.unlink()
    for path, text in texts.items():
        (ROOT / path).write_text(text, encoding="utf8")
    print("%d files in %s" % (len(texts), FOLDER.relative_to(ROOT)))
    with tempfile.TemporaryDirectory() as folder:
        tree = board_interpreter.compile_tree(pathlib.Path(folder))
        HASHES.write_text("\n".join(framebuf_lines(tree, "hashes", "16")) + "\n", encoding="utf8")
    print(HASHES.relative_to(ROOT))


if __name__ == "__main__":
    main()
