"""All screens for the tests, and display lists as readable lines."""

from screens import profiles
from screens.examples import FAMILIES, LANGUAGES, whole
from screens.theme import STANDARD


def cases(theme=STANDARD, elder=False):
    """Yields (family, profile, language, state name, metrics, display list) for every state."""
    for family, screen, states, names, modes in FAMILIES:
        if elder not in modes:
            continue
        for profile in names:
            metrics = profiles.metrics(profile, theme, elder)
            for lang in LANGUAGES:
                for name, state in states:
                    yield family, profile, lang, name, metrics, screen(whole(state, lang), metrics)


def kiosk_cases(theme=STANDARD, elder=False):
    """The same for the kiosk, whose screens no gate carries."""
    from screens import kiosk, kiosk_examples

    for profile in kiosk_examples.PROFILES:
        metrics = profiles.metrics(profile, theme, elder)
        for lang in LANGUAGES:
            for name, state in kiosk_examples.STATES:
                ops = kiosk.screen(kiosk_examples.whole(state, lang), metrics)
                yield "kiosk", profile, lang, name, metrics, ops


def pad_cases(theme=STANDARD):
    """The same for a pad's own pages. Sellers have no elder mode."""
    from screens import pad, pad_examples

    for profile in pad_examples.PROFILES:
        metrics = profiles.metrics(profile, theme)
        for lang in LANGUAGES:
            for name, state in pad_examples.STATES:
                yield "pad_menu", profile, lang, name, metrics, pad.screen(pad_examples.whole(state, lang), metrics)


def desk_cases(theme=STANDARD, elder=False):
    """The same for a staff desk."""
    from screens import desk, desk_examples

    for profile in desk_examples.PROFILES:
        metrics = profiles.metrics(profile, theme, elder)
        for lang in LANGUAGES:
            for name, state in desk_examples.STATES:
                yield "desk", profile, lang, name, metrics, desk.screen(desk_examples.whole(state, lang), metrics)


def compare(found):
    """Compares cases with the golden files, whole files in turn; returns how many lines were compared."""
    path, file, compared = None, None, 0
    for family, profile, lang, name, _, ops in found:
        wanted = golden_name(family, profile, lang)
        if wanted != path:
            if file:
                assert file.readline() == "", "%s has states that no test draws" % path
                file.close()
            path, file = wanted, open(wanted, encoding="utf8")
        assert file.readline() == "== %s\n" % name, (path, name)
        for line in lines(ops):
            assert file.readline() == line + "\n", (path, name, line)
            compared += 1
    assert file.readline() == ""
    file.close()
    return compared


def lines(ops):
    """A display list as text, one operation a line, the same on both interpreters."""
    for op in ops:
        yield " ".join([_word(op, index) for index in range(len(op))])


# Where the colours are in each kind of operation.
_COLOURS = {"r": (5,), "t": (8, 9), "i": (5, 6)}


def _word(op, index):
    if index in _COLOURS.get(op[0], ()):
        return "#%06x" % op[index]
    return str(op[index])


def golden_name(family, profile, lang):
    return "tests/golden/screens/%s.%s.%s.txt" % (family, profile, lang)
