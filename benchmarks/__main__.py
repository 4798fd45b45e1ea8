"""`python -m benchmarks [NAME ...]`: each benchmark prints its figures beside its peers; without a name, all of them."""

import importlib
import pathlib
import sys

NAMES = sorted(
    path.stem for path in pathlib.Path(__file__).parent.glob("*.py") if not path.stem.startswith(("_", "on_"))
)


def main(arguments):
    """Runs `NAME [options]`, or every benchmark. Exit code 2 for a name that is not there."""
    chosen, options = (arguments[:1], arguments[1:]) if arguments else (NAMES, [])
    for name in chosen:
        if name not in NAMES:
            print("no benchmark %s; there are: %s" % (name, ", ".join(NAMES)), file=sys.stderr)
            return 2
        print("\n== %s" % name, flush=True)
        importlib.import_module("benchmarks." + name).main(options)
    return 0


sys.exit(main(sys.argv[1:]))
