"""`python -m tests.fuzz [TARGET ...]`: fuzzes every parser that hears cards, chips, phones or the network.

Coverage-guided (atheris), each target in a process of its own, from seeds that emulated parts make. What was learned
is kept in .fuzz/TARGET, findings in .fuzz/findings. First three planted mistakes must be found: a crash, a hang, a
flood of memory. Exit code 1 when a target has a finding or a planted mistake is not found.
"""

import argparse
import hashlib
import pathlib
import subprocess
import sys
import time

from tests.fuzz.judge import judge
from tests.fuzz.targets import PLANTED, TARGETS

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = ROOT / ".fuzz"
FINDINGS = WORK / "findings"
SLOWEST_S = 5  # one case; the slowest takes a tenth under instrumentation
_MOST_MEMORY_MB = 1024
_PLANTED_S = 20


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="./run fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="all of them without a name; --list names them")
    parser.add_argument("--seconds", type=int, default=20, help="for each target (20)")
    parser.add_argument("--list", action="store_true", help="name the targets and end")
    parser.add_argument("--replay", type=pathlib.Path, metavar="FILE", help="run one case of TARGET here and end")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.targets if name not in TARGETS and name not in PLANTED]
    if unknown:
        parser.error("no target %s; --list names them" % ", ".join(unknown))
    if options.list:
        print("\n".join(TARGETS))
        return 0
    if options.replay:
        if len(options.targets) != 1:
            parser.error("--replay wants one TARGET")
        print("%d lines, %d bytes" % judge(find(options.targets[0]), options.replay.read_bytes()))
        return 0
    return _campaign(options.targets or list(TARGETS), options.seconds)


def find(name):
    """The Target of that name."""
    return TARGETS.get(name) or PLANTED[name]


def _campaign(names, seconds):
    try:
        import atheris  # noqa: F401
    except ImportError:
        print("atheris is not there: it is made for x86-64 Linux. The tests fuzz the same targets with hypothesis.")
        return 1
    blind = [name for name in PLANTED if not fuzz(name, _PLANTED_S, say=False)]
    if blind:
        print("FAILED   the fuzzer did not find: %s" % ", ".join(blind))
        return 1
    print("planted mistakes found: %s" % ", ".join(PLANTED), flush=True)
    found = [path for name in names for path in fuzz(name, seconds)]
    return 1 if found else 0


def fuzz(name, seconds, say=True):
    """Fuzzes one target; the files of its findings."""
    corpus = WORK / name
    for folder in (corpus, FINDINGS):
        folder.mkdir(parents=True, exist_ok=True)
    for seed in find(name).seeds():
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    before = set(FINDINGS.iterdir())
    started = time.monotonic()
    done = subprocess.run(
        [
            sys.executable, "-m", "tests.fuzz.one", name, str(corpus), "-max_total_time=%d" % seconds,
            "-max_len=%d" % find(name).longest, "-timeout=%d" % SLOWEST_S, "-rss_limit_mb=%d" % _MOST_MEMORY_MB,
            "-artifact_prefix=%s/%s-" % (FINDINGS, name), "-print_final_stats=1", "-verbosity=1",
        ],
        cwd=ROOT, capture_output=True, text=True, errors="replace",
    )  # fmt: skip
    new = sorted(set(FINDINGS.iterdir()) - before)
    if done.returncode and not new:
        print(done.stdout + done.stderr)
        raise SystemExit("%s: the fuzzer ended with %d and no finding" % (name, done.returncode))
    if say:
        _say(name, done.stdout + done.stderr, time.monotonic() - started, new)
    if name in PLANTED:
        for path in new:
            path.unlink()
    return new


def _say(name, told, seconds, new):
    cases = [line.split()[-1] for line in told.splitlines() if line.startswith("stat::number_of_executed_units")]
    features = [line.split("ft: ")[1].split()[0] for line in told.splitlines() if " ft: " in line]
    print(
        "%-8s %-14s %8s cases in %3.0f s, %5s features"
        % ("FAILED" if new else "ok", name, (cases or ["?"])[0], seconds, (features or ["?"])[-1]), flush=True,
    )  # fmt: skip
    if new:
        print("\n".join(told.splitlines()[-40:]))
    for path in new:
        print("         again: ./run fuzz %s --replay %s" % (name, path.relative_to(ROOT)))


if __name__ == "__main__":
    sys.exit(main())
