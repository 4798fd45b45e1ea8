"""The loader's choices: trial, fall-back, boot loops, recovery; and what makes an image sound. On a folder, as on a flash."""

import binascii
import hashlib
import json
import os

from simulator.sm2_signing import DemonstrationKey
from terminal import boot, boot_image
from terminal.boot_state import MOST_STARTS, BootState
from terminal.log_ring import LogRing
from terminal.more_errors import PackageForeign, PackageMalformed, PackageRolledBack
from terminal.package import Trust, head_bytes, key_id
from tests.portable.checks import raises

KEY = DemonstrationKey.named("firmware")
_FOLDER = "portable-boot-%d"
_made = [0]


def flash():
    """A fresh folder in the place for temporary files."""
    _made[0] += 1
    base = "/tmp"
    while True:
        root = base + "/" + _FOLDER % (int.from_bytes(os.urandom(6), "big"))
        try:
            os.mkdir(root)
            return root
        except OSError:
            continue


def write(path, data):
    at = path.find("/", 5)
    while at > 0:
        try:
            os.mkdir(path[:at])
        except OSError:
            pass
        at = path.find("/", at + 1)
    with open(path, "wb") as file:
        file.write(data)


def install(root, slot, version=1, floor=0, key=KEY, files=(("boards/start.py", b"pass\n"), ("data.bin", b"\x00\x01"))):
    """A signed image in a slot, and the keys to believe."""
    manifest = json.dumps(
        [[path, len(data), binascii.hexlify(hashlib.sha256(data).digest()).decode()] for path, data in files]
    ).encode()
    head = len(manifest).to_bytes(4, "big") + manifest
    payload = head + b"".join([data for _, data in files])
    signed = head_bytes(
        "firmware", "esp32s3-gate", version, floor, 1, 2**32 - 1, 1, len(payload), hashlib.sha256(payload).digest()
    )
    for path, data in files:
        write("%s/%s/%s" % (root, slot, path), data)
    write("%s/%s/package" % (root, slot), signed + b"\x01" + key_id(KEY.public) + key.sign(signed) + head)
    roles = {"firmware": binascii.hexlify(KEY.public).decode()}
    trust = {"target": "esp32s3-gate", "roots": [], "threshold": 1, "roles": roles}
    write(root + "/trust.json", json.dumps(trust).encode())


class Log:
    def __init__(self):
        self.events = []

    def __call__(self, event, **facts):
        self.events.append((event, facts))

    def named(self, name):
        return [facts for event, facts in self.events if event == name]


def test_a_bare_board_goes_to_recovery():
    log = Log()
    assert boot.choose(flash(), log) is None
    assert log.named("recovery")


def test_trial_confirmation_and_the_next_start():
    root, log = flash(), Log()
    install(root, "a", version=3, floor=2)
    BootState(root).offer("a", 3)
    assert boot.choose(root, log) == "a"
    boot.confirmed(root, log)
    state = BootState(root)
    assert (state.active, state.pending, state.good, state.floor) == ("a", None, ["a"], 2)
    assert log.named("confirmed") == [{"slot": "a", "version": 3}]
    assert boot.choose(root, log) == "a"
    boot.confirmed(root, log)  # nothing is on trial: nothing changes
    assert BootState(root).active == "a"


def running(root):
    """A flash on which version 1 runs from slot a."""
    install(root, "a", version=1)
    BootState(root).offer("a", 1)
    assert boot.choose(root, Log()) == "a"
    boot.confirmed(root, Log())
    return root


def test_a_trial_that_never_confirms_goes_back_after_two_starts():
    root, log = running(flash()), Log()
    install(root, "b", version=2)
    BootState(root).offer("b", 2)
    assert [boot.choose(root, log) for _ in range(3)] == ["b", "b", "a"]
    state = BootState(root)
    assert state.failed["version"] == 2 and "did not confirm" in state.failed["why"]
    assert [facts["tries"] for facts in log.named("trial")] == [1, 0]


def test_the_last_words_of_a_crash_are_the_reason():
    root, log = running(flash()), Log()
    install(root, "b", version=2)
    BootState(root).offer("b", 2)
    boot.choose(root, log)
    boot.choose(root, log)
    write(root + "/crash.json", b'{"error": "ValueError", "text": "no such pin"}')
    assert boot.choose(root, log) == "a"
    assert BootState(root).failed["why"] == "ValueError: no such pin"


def test_an_image_that_is_not_sound_is_never_started():
    root = running(flash())
    for change, code in (
        (lambda: write(root + "/b/data.bin", b"\x00\x02"), "PACKAGE-1"),
        (lambda: os.remove(root + "/b/data.bin"), "PACKAGE-1"),
        (lambda: install(root, "b", 2, key=DemonstrationKey.named("somebody")), "PACKAGE-2"),
        (lambda: os.remove(root + "/trust.json"), "PACKAGE-2"),
    ):
        install(root, "b", version=2)
        change()
        BootState(root).offer("b", 2)
        assert boot.choose(root, Log()) == "a"
        assert code in BootState(root).failed["why"], BootState(root).failed


def test_boot_loops_go_to_the_other_slot_and_then_to_recovery():
    root = running(flash())
    install(root, "b", version=2)
    BootState(root).offer("b", 2)
    boot.choose(root, Log())
    boot.confirmed(root, Log())
    log = Log()
    slots = [boot.choose(root, log) for _ in range(2 * MOST_STARTS + 2)]
    assert slots == ["b"] * MOST_STARTS + ["a"] * MOST_STARTS + [None, None]
    assert len(log.named("boot_loop")) == 3
    BootState(root).offer("a", 1)  # what a technician does
    assert boot.choose(root, Log()) == "a"


def test_a_pulled_plug_is_no_crash():
    root, log = running(flash()), Log()
    assert [boot.choose(root, log, powered=True) for _ in range(3 * MOST_STARTS)] == ["a"] * (3 * MOST_STARTS)
    assert not log.named("boot_loop")
    crashes = [boot.choose(root, log) for _ in range(MOST_STARTS)]
    assert crashes == ["a"] * (MOST_STARTS - 1) + [None]  # crashes between the pulls count all the same
    assert [boot.choose(root, log, powered=plug) for plug in (True, False, True)] == ["a", None, "a"]


def test_technicians_at_the_cable_are_no_crashes():
    root, log = running(flash()), Log()
    for _ in range(2 * MOST_STARTS):
        assert boot.choose(root, log) == "a"
        state = BootState(root)
        state.cable = True
        state.save()
        assert boot.choose(root, log) is None
    assert not log.named("boot_loop")


def test_a_trial_outlives_some_pulled_plugs_but_not_all():
    root, log = running(flash()), Log()
    install(root, "b", version=2)
    BootState(root).offer("b", 2)
    pulled = [boot.choose(root, log, powered=True) for _ in range(MOST_STARTS)]
    assert pulled == ["b"] * MOST_STARTS
    assert [boot.choose(root, log, powered=True) for _ in range(3)] == ["b", "a", "a"]
    assert "lost power each time" in BootState(root).failed["why"]
    assert BootState(root).starts == 1


def test_a_start_that_ran_well_is_forgotten():
    root = running(flash())
    for _ in range(3 * MOST_STARTS):
        assert boot.choose(root, Log()) == "a"
        BootState(root).ran_well()


def test_a_technician_at_the_cable_is_let_in_once():
    root = running(flash())
    state = BootState(root)
    state.cable = True
    state.save()
    assert [boot.choose(root, Log()) for _ in range(2)] == [None, "a"]


def test_a_state_that_cannot_be_read_goes_to_recovery():
    root = running(flash())
    write(root + "/boot.json", b"{")
    assert boot.choose(root, Log()) is None


def test_a_spoilt_slot_is_never_fallen_back_to():
    root = running(flash())
    state = BootState(root)
    state.offer("b", 2)
    state.spoil("b")
    assert (state.pending, state.good, state.versions) == (None, ["a"], {"a": 1})


def test_the_floor_holds():
    root = flash()
    install(root, "a", version=4)
    trust = boot_image.load_trust(root)
    assert boot_image.verify(root, "a", trust, 4).version == 4
    assert "oldest allowed is 5" in str(raises(PackageRolledBack, boot_image.verify, root, "a", trust, 5))
    other = Trust("rp2350-gate", [], 1, trust.roles)
    raises(PackageForeign, boot_image.verify, root, "a", other)
    raises(PackageMalformed, boot_image.verify, root, "b", trust)


def test_a_manifest_cannot_lead_out_of_its_slot():
    for path in ("/boot.py", "../boot.json", "a/../../x", "package"):
        raises(PackageMalformed, boot_image.read_manifest, json.dumps([[path, 1, "0" * 64]]).encode())
    raises(PackageMalformed, boot_image.read_manifest, b"[")
    raises(PackageMalformed, boot_image.read_manifest, b'[["x", -1, "00"]]')


def test_the_log_ring_keeps_the_newest_lines():
    root = flash()
    ring = LogRing(root, full=400, now=lambda: 7)
    for number in range(100):
        ring.note("mode", number=number)
    kept = [line["number"] for line in ring.lines()]
    assert kept[-1] == 99 and kept == list(range(kept[0], 100)) and 5 < len(kept) < 30
    with open(root + "/log.0", "a") as file:
        file.write('{"cut')
    assert [line["number"] for line in ring.lines()] == kept
