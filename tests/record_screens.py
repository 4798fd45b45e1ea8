"""`python -m tests.record_screens`: writes the display lists of all screens anew. The only way fixtures change."""

import pathlib

from tests.portable import screen_states

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "golden" / "screens"


def golden_texts():
    """{path relative to the project: text} of every golden file."""
    texts = {}
    for family, profile, lang, name, _, ops in screen_states.cases():
        path = screen_states.golden_name(family, profile, lang)
        part = ["== %s" % name, *screen_states.lines(ops)]
        texts[path] = texts.get(path, "") + "\n".join(part) + "\n"
    return texts


def main():
    texts = golden_texts()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.txt"):
        if str(old.relative_to(ROOT)) not in texts:
            old.unlink()
    for path, text in texts.items():
        (ROOT / path).write_text(text, encoding="utf8")
    print("%d files in %s" % (len(texts), FOLDER.relative_to(ROOT)))


if __name__ == "__main__":
    main()
