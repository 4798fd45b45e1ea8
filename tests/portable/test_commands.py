from binascii import hexlify

from offline_store.media import RamMedium
from simulator.sm2_signing import DemonstrationKey
from terminal.commands import Commands, LogLevel, command_text, parse_command, resend_range
from terminal.package import Trust

NOW = 1800000000
KEY = DemonstrationKey.named("operation")
STRANGER = DemonstrationKey.named("stranger")


def line(number, verb, argument="-", until=NOW + 60, terminal="gate-1", key=KEY):
    text = command_text(terminal, number, until, verb, argument)
    return {"text": text, "signature": hexlify(key.sign(text.encode())).decode()}


class Terminal:
    def __init__(self, slots=None, now=NOW):
        self.slots = slots or RamMedium(1024)
        self.done = []
        self.answers = []
        self.events = []
        actions = {
            "mode": lambda name: self.done.append(("mode", name)) or True,
            "resend": lambda argument: resend_range(argument) is not None,
            "reboot": self._reboot,
        }
        trust = Trust("gate", [], 1, {"settings": KEY.public})
        self.commands = Commands(
            "gate-1", self.slots, lambda: trust, lambda: now, actions, lambda *answer: self.answers.append(answer),
            lambda name, **facts: self.events.append((name, facts)),
        )  # fmt: skip

    def _reboot(self, _):
        self.done.append(("reboot", tuple(self.answers)))
        return True

    def take(self, *lines):
        self.commands.take({"commands": list(lines)})


def test_commands_are_done_once_in_their_order_and_answered():
    terminal = Terminal()
    lines = (line(8, "mode", "closed"), line(7, "mode", "free_passage"))
    terminal.take(*lines)
    terminal.take(*lines)
    assert terminal.done == [("mode", "free_passage"), ("mode", "closed")]
    assert terminal.answers == [(7, 0), (8, 0)]


def test_a_power_cut_forgets_neither_the_last_id_nor_the_mode():
    terminal = Terminal()
    terminal.take(line(7, "mode", "free_passage"))
    again = Terminal(terminal.slots)
    assert again.done == [("mode", "free_passage")]
    again.take(line(7, "mode", "free_passage"), line(6, "mode", "closed"))
    assert len(again.done) == 1 and again.answers == []


def test_a_reboot_is_answered_before_it_happens():
    terminal = Terminal()
    terminal.take(line(3, "reboot"))
    assert terminal.done == [("reboot", ((3, 0),))] and terminal.answers == [(3, 0)]


def test_what_is_late_unknown_or_impossible_is_answered_and_not_done():
    terminal = Terminal()
    terminal.take(line(1, "mode", "closed", until=NOW - 1), line(2, "dance"), line(3, "mode", "party"))
    terminal.take(line(4, "resend", "9-2"))
    assert terminal.answers == [(1, 1), (2, 2), (3, 3), (4, 3)] and terminal.done == []
    late = Terminal(now=None)
    late.take(line(1, "mode", "closed"))
    assert late.answers == [(1, 1)]  # without a clock nothing is known to be in time


def test_forged_foreign_and_broken_lines_change_nothing():
    terminal = Terminal()
    forged = line(5, "mode", "closed")
    forged["text"] = forged["text"].replace("closed", "free_passage")
    terminal.take(
        forged, line(6, "mode", "closed", key=STRANGER), line(7, "mode", "closed", terminal="gate-2"),
        {"text": 5, "signature": None}, {"text": command_text("gate-1", 9, NOW, "mode", "closed"), "signature": "zz"}, 7, None,
    )  # fmt: skip
    for state in ({}, {"commands": 5}, {"commands": {}}):
        terminal.commands.take(state)
    assert terminal.done == [] and terminal.answers == []
    assert [name for name, _ in terminal.events] == ["command_refused"] * 3
    terminal.take(line(5, "mode", "closed"))
    assert terminal.answers == [(5, 0)]  # a forgery uses up no id


def test_texts_that_are_no_commands():
    assert parse_command(command_text("gate-1", 5, NOW, "reboot"), "gate-1") == (5, NOW, "reboot", "-")
    for text in (
        "",
        "GPC1 gate-1 5 6 reboot",
        "GPC2 gate-1 5 6 reboot -",
        "GPC1 gate-1 -5 6 reboot -",
        "GPC1 gate-1 5 6 reboot - x",
        "GPC1 gate-1 \u00b2 6 reboot -",
        "GPC1 gate-1 5 6\u0663 reboot -",
    ):
        assert parse_command(text, "gate-1") is None
    assert resend_range("3-9") == (3, 9)
    for text in ("", "9-3", "a-b", "5", "1-99999999999", "1-\u00b2"):
        assert resend_range(text) is None


def test_a_brief_log_leaves_single_taps_out():
    heard = []
    log = LogLevel(lambda event, **facts: heard.append(event))
    log("tap", token=1)
    assert log.set("brief") and not log.set("loud")
    log("tap", token=2)
    log("mode", mode=2)
    assert heard == ["tap", "mode"]
