"""`python -m tests.fuzz.one TARGET [LIBFUZZER OPTIONS]`: fuzzes one target in this process until libFuzzer ends it."""

import sys

import atheris

# Everything that hears foreign bytes is watched; what speaks them is not.
with atheris.instrument_imports(include=["terminal", "drivers", "offline_store"]):
    from tests.fuzz.targets import PLANTED, TARGETS


def main():
    name = sys.argv[1]
    target = TARGETS.get(name) or PLANTED[name]
    run = target.run
    if name in PLANTED:
        run = atheris.instrument_func(run)
    for seed in target.seeds():
        run(seed)  # tables and imports that are made once
    atheris.Setup(sys.argv[:1] + sys.argv[2:], run)
    atheris.Fuzz()


main()
