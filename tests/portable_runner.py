"""Runs one portable test module under MicroPython: `micropython portable_runner.py MODULE`. Exit 1 on a failure."""

import gc
import sys


def main(name):
    gc.threshold(4096)  # as a board's boot does: modules load without leaving fragments
    module = __import__(name, None, None, ("x",))
    gc.threshold(8192)  # the heap is what it was; looking for garbage took most of the time
    names = sorted(n for n in dir(module) if n.startswith("test_"))
    if not names:
        print("no test in", name)
        return 1
    failed = 0
    for test in names:
        gc.collect()
        try:
            getattr(module, test)()
        except Exception as error:
            failed += 1
            print("FAILED", test)
            sys.print_exception(error)
    print("%d passed, %d failed" % (len(names) - failed, failed))
    return 1 if failed else 0


sys.exit(main(sys.argv[1]))
