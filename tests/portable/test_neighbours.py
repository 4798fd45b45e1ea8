from simulator.virtual_time import Scheduler, VirtualClock
from terminal.clock import TICKS_PERIOD
from terminal.lists import BLOCKED, VALID, Entry
from terminal.neighbours import BLOCK, HEADS, VISIT, Neighbours, SiteLists, counted, seal, unseal
from terminal.site_memory import SiteMemory

KEY = b"the key of one site"
NOW = 1800000000
TOKEN = bytes(range(16))


class Air:
    """The LAN: what one sends the others receive, but for those that `loses` says are lost."""

    def __init__(self):
        self.links = []
        self.sent = []
        self.loses = lambda number: False

    def link(self):
        made = Link(self)
        self.links.append(made)
        return made

    def carry(self, sender, data):
        self.sent.append(data)
        if not self.loses(len(self.sent)):
            for link in self.links:
                if link is not sender:
                    link.inbox.append(data)


class Link:
    def __init__(self, air):
        self._air = air
        self.inbox = []

    def send(self, data):
        self._air.carry(self, bytes(data))

    def receive(self):
        return self.inbox.pop(0) if self.inbox else None


class Gate:
    def __init__(self, air, scheduler, name, key=KEY, boot=NOW):
        self.link = air.link()
        self.visits = []
        self.blocks = []
        self.task = Neighbours(
            self.link, scheduler.clock, name, key, boot, lambda *facts: self.visits.append(facts),
            lambda *facts: self.blocks.append(facts),
        )  # fmt: skip
        scheduler.spawn(self.task.run())


def site(*names):
    air = Air()
    scheduler = Scheduler(VirtualClock(utc0=NOW))
    return air, scheduler, [Gate(air, scheduler, name) for name in names]


def test_what_one_gate_sees_the_others_know_once():
    _, scheduler, (one, two, three) = site("g1", "g2", "g3")
    one.task.tell_visit(TOKEN, "0412 entry")
    two.task.tell_block(TOKEN)
    scheduler.run_for(2000)
    assert two.visits == three.visits == [(TOKEN, NOW, "0412 entry", None)] and one.visits == []
    assert one.blocks == three.blocks == [(TOKEN, True)]
    assert one.task.hears() and two.task.hears()


def test_two_of_three_datagrams_may_be_lost():
    air, scheduler, (one, two) = site("g1", "g2")
    scheduler.run_for(100)
    mark = len(air.sent)
    air.loses = lambda number: number <= mark + 2
    one.task.tell_block(TOKEN)
    scheduler.run_for(2000)
    assert len(air.sent) - mark == 3 and two.blocks == [(TOKEN, True)]


def test_a_lost_one_that_comes_late_counts_once():
    _, scheduler, (one, two) = site("g1", "g2")
    scheduler.run_for(100)
    late = seal(KEY, "g1", NOW, 50, VISIT, NOW, TOKEN, "late")
    for data in (
        seal(KEY, "g1", NOW, 51, VISIT, NOW, TOKEN, "newer"),
        late,
        late,
        seal(KEY, "g1", NOW, 9, VISIT, NOW, TOKEN, "old"),
    ):
        two.link.inbox.append(data)
    scheduler.run_for(200)
    assert [text for _, _, text, _ in two.visits] == ["newer", "late"]


def test_forged_replayed_and_broken_datagrams_are_dropped():
    air, scheduler, (one, two) = site("g1", "g2")
    one.task.tell_block(TOKEN)
    scheduler.run_for(2000)
    recorded = [data for data in air.sent if unseal(KEY, data)[3] == BLOCK][0]
    two.blocks.clear()
    before = two.task.refused
    spoiled = [recorded[:at] + bytes((recorded[at] ^ 1,)) + recorded[at + 1 :] for at in range(len(recorded))]
    noise = [b"", b"GPU1", bytes(200), recorded[:-1], seal(b"another key", "g1", NOW, 99, BLOCK, NOW, TOKEN)]
    two.link.inbox.extend(spoiled + noise + [recorded])
    scheduler.run_for(5000)
    assert two.blocks == [] and two.task.refused - before == len(spoiled) + len(noise)
    restarted = Gate(air, scheduler, "g3")
    scheduler.run_for(200000)
    restarted.link.inbox.append(recorded)
    scheduler.run_for(100)
    assert restarted.blocks == []  # too old for somebody who never heard it


def test_a_restarted_neighbour_is_heard_again_and_silence_is_noticed():
    air, scheduler, (one, two) = site("g1", "g2")
    scheduler.run_for(1000)
    assert one.task.hears()
    air.loses = lambda number: True
    scheduler.run_for(60000)
    assert not one.task.hears()
    for _ in range(2):
        scheduler.clock.move(TICKS_PERIOD * 3 // 8)
        scheduler.run_for(100)
        assert not one.task.hears()  # nor after days, when old ticks seem to lie ahead
    air.loses = lambda number: False
    again = Gate(air, scheduler, "g2", boot=scheduler.clock.utc())
    again.task.tell_visit(TOKEN, "again")
    scheduler.run_for(1000)
    assert one.task.hears() and [text for _, _, text, _ in one.visits] == ["again"]


class Admission:
    """What SiteMemory asks of a Decision."""

    admit = True
    trip = None
    persons = 1  # a group has more
    tell = ()
    transfer = surcharge = fare = 0
    concession = contract = None
    holder_class = "adult"


class Group(Admission):
    persons = 5


def entry_and_exit():
    """The LAN, the scheduler, and the memories of two gates that hear each other."""
    air, scheduler, gates = site("g1", "g2")
    memories = []
    for gate, direction in zip(gates, ("entry", "exit")):
        memory = SiteMemory(8, {"concessions": {}}, {"direction": direction, "station": "0412"})
        assert memory.visits(TOKEN, None) == {}
        memory.tell = gate.task
        gate.task._on_visit = memory.told
        memories.append(memory)
    scheduler.run_for(100)
    return air, scheduler, memories


def test_an_entry_at_one_gate_is_known_at_the_other():
    _, scheduler, memories = entry_and_exit()
    memories[0].note(TOKEN, Admission, scheduler.clock.utc(), 1)
    scheduler.run_for(1000)
    known = memories[1].visits(TOKEN, None)
    assert known["inside"] and known["known"] == "site" and known["last"]["station"] == "0412"
    memories[1].told(TOKEN, NOW - 50, "exit 0412")  # older than what is known
    memories[1].told(TOKEN, NOW + 50, "sideways 0412")
    assert memories[1].visits(TOKEN, None)["inside"]
    memories[1].note(TOKEN, Admission, scheduler.clock.utc() + 5, 2)
    scheduler.run_for(1000)
    assert not memories[0].visits(TOKEN, None)["inside"]


def test_a_group_counts_by_its_heads_at_the_neighbours_and_goes_out_together():
    air, scheduler, (entry, exit) = entry_and_exit()
    entry.note(TOKEN, Group, NOW, 1)
    scheduler.run_for(1000)
    assert exit.inside() == 5
    assert exit.here(None, exit.visits(TOKEN, None), NOW)["persons"] == 5
    scheduler.run_for(140000)  # a slow group: its first words would be too old by now
    entry.ended(1, 3)
    scheduler.run_for(1000)
    assert entry.inside() == exit.inside() == 3 and exit.visits(TOKEN, None)["last"]["time"] == NOW
    exit.note(TOKEN, Admission, scheduler.clock.utc(), 1)
    scheduler.run_for(1000)
    assert entry.inside() == exit.inside() == 0
    entry.note(TOKEN, Admission, scheduler.clock.utc(), 2)  # alone the next time
    scheduler.run_for(1000)
    assert exit.inside() == 1


def test_neighbours_hear_that_nobody_walked():
    _, scheduler, (entry, exit) = entry_and_exit()
    for number, admission in enumerate((Admission, Group), 1):
        entry.note(TOKEN, admission, scheduler.clock.utc(), number)
        scheduler.run_for(1000)
        assert exit.inside() == admission.persons
        entry.ended(number, 0)
        scheduler.run_for(1000)
        assert exit.inside() == 0 and exit.visits(TOKEN, None)["last"]["passed"] is False


def test_whatever_is_lost_or_late_of_a_groups_words_the_last_one_counts():
    for lost in range(64):
        air, scheduler, (entry, exit) = entry_and_exit()
        copies = [lost >> at & 1 for at in range(6)]  # a visit and its heads by turns, three times
        fates = iter(copies + [0] * 100)
        air.loses = lambda number, fates=fates: next(fates)
        entry.note(TOKEN, Group, NOW, 1)
        scheduler.run_for(1000)
        heard = not all(copies[0::2]), not all(copies[1::2])
        assert exit.inside() == (5 if heard[1] else 1 if heard[0] else 0), copies


def test_older_firmware_hears_a_visit_as_ever_and_drops_what_it_does_not_know():
    air, scheduler, (entry, exit) = entry_and_exit()
    entry.note(TOKEN, Group, NOW, 1)
    scheduler.run_for(1000)
    told = {}
    for data in air.sent:
        name, _, counter, kind, _, _, text = unseal(KEY, data)
        if kind in (VISIT, HEADS):
            told[kind] = data, counter, text
    assert told[VISIT][0] == seal(KEY, "g1", NOW, told[VISIT][1], 1, NOW, TOKEN, "entry 0412")
    assert told[HEADS][2] == "5 0 entry 0412" and HEADS == 4  # they take kinds up to 3
    exit.told(TOKEN, NOW + 60, "entry 0412")  # from an old neighbour
    assert exit.inside() == 1


def test_heads_that_are_no_numbers_count_as_one():
    assert [counted(text) for text in ("5 7 entry 04 12", "999 0 x", "five 7 entry -", "", "-1 0 x", "5")] == [
        (5, 7, "entry 04 12"), (255, 0, "x"), (None, 0, "five 7 entry -"), (None, 0, ""), (None, 0, "-1 0 x"), (None, 0, "5"),
    ]  # fmt: skip


class Lists:
    whitelist = hotlist = None

    def __init__(self, state):
        self.state = state

    def look(self, token):
        return Entry(self.state, "adult", 0, 0)


def test_a_neighbours_word_refuses_for_its_time():
    clock = VirtualClock(utc0=NOW)
    told = []
    lists = SiteLists(Lists(VALID), clock, bytes, told.append, most=2)
    assert lists.look(TOKEN).state == VALID
    lists.note(TOKEN, True)
    assert lists.look(TOKEN).state == BLOCKED
    clock.jump(21600)
    assert lists.look(TOKEN).state == VALID
    lists.note(TOKEN, True)
    lists.note(TOKEN, False)
    assert lists.look(TOKEN).state == VALID and told == []
    for number in range(3):  # the oldest gives way
        clock.jump(1)
        lists.note(bytes(15) + bytes((number,)), True)
    assert [lists.look(bytes(15) + bytes((number,))).state for number in range(3)] == [VALID, BLOCKED, BLOCKED]


def test_who_is_refused_here_is_told_once_an_hour():
    clock = VirtualClock(utc0=NOW)
    told = []
    lists = SiteLists(Lists(BLOCKED), clock, bytes, told.append)
    for _ in range(3):
        assert lists.look(TOKEN).state == BLOCKED
    assert told == [TOKEN]
    clock.jump(3600)
    lists.look(TOKEN)
    assert told == [TOKEN, TOKEN]
