"""The plug of a whole kiosk pulled at every step of a top-up, from the payment to the word that it is on the card."""

import pytest

from headend.demonstration import wallet
from headend.demonstration.case import ok
from simulator.storage_side import CutMedium, PlugPulled
from technician.play import open_world
from terminal.kiosk.unfinished import Unfinished
from terminal.topup import TopUp
from tests.host.test_kiosk import TOP_UP, held, play, sign_in

AMOUNT = 5000
LAST = 20  # steps before the end: from the answer to the payment on


class Steps:
    """Counts writes to media, commands to the card and requests to the head-end; the power goes at step `at`."""

    def __init__(self):
        self.at = None
        self.count = 0
        self.fired = 0

    def cut(self):
        """As simulator.storage_side.Scissors."""
        self.count += 1
        if self.at is None or self.count <= self.at:
            return False
        self.at = None
        self.fired += 1
        return True

    def point(self):
        if self.cut():
            raise PlugPulled

    def disarm(self):
        self.at = None


class PluggedKiosk:
    """A kiosk of the simulator, all of whose parts count their steps."""

    def __init__(self, folder):
        self.folder = folder
        self.world = world = open_world(folder, 1, "kiosk1080")
        self.steps = world._scissors = Steps()
        self.card = world._people.card("adult", None)
        self.card.transmit = self._around(self.card.transmit)
        self.before = self.card.purse.balance
        self.paid = 0
        forms = world._forms
        world._forms = lambda: {name: CutMedium(medium, self.steps) for name, medium in forms().items()}
        link = world._bench.config["links"][0]
        link.write = self._around(link.write)
        world.power(False)
        world.power(True)

    def _around(self, function):
        def counted(argument):
            self.steps.point()
            answer = function(argument)
            return self._later(answer) if hasattr(answer, "send") else self._told(answer)

        return counted

    def _told(self, answer):
        self.steps.point()
        return answer

    async def _later(self, answer):
        return self._told(await answer)

    def top_up(self, at=None):
        """Pays and has it written; the plug is pulled `at` a step of that. How many steps it were."""
        sign_in(self.world)
        play(self.world, TOP_UP)
        count = self.steps.count
        self.steps.at = None if at is None else count + at
        play(self.world, "press submit")
        self.world.until_idle()
        return self.steps.count - count

    def come_back(self):
        """The power returns, the holder takes the card out and puts it in again; what is seen then."""
        play(self.world, "power on  pull  insert adult  expect session step=begin")
        self.world.until_idle()
        seen = self.world.view
        play(self.world, "press out  pull  expect show kiosk.attract")
        return seen

    @property
    def written(self):
        return self.card.purse.balance - self.before


@pytest.fixture
def kiosk(tmp_path):
    made = PluggedKiosk(tmp_path)
    yield made
    made.world.close()


def strayed(kiosk, order=iter):
    """{step: (fen too much on the card, fen left behind, fen written at the next visit, screen then)} of a plug pulled there.

    Ends with the first step behind which something is wrong.
    """
    whole = kiosk.top_up()
    play(kiosk.world, "press out  pull  expect show kiosk.attract")
    steps = range(whole - LAST, whole)
    fired, paid, strays = kiosk.steps.fired, AMOUNT, {}
    for at in order(steps):
        kiosk.top_up(at)
        assert not kiosk.world.is_powered, at
        torn = kiosk.written
        seen = kiosk.come_back()
        paid += AMOUNT
        strays[at] = kiosk.written - paid, held(kiosk.folder), kiosk.written - torn, seen["screen"]
        paid = kiosk.written
        if strays[at][:2] != (0, 0):
            break
    assert kiosk.steps.fired - fired == len(strays)
    return strays


def test_a_cut_at_any_step_loses_nothing_and_writes_nothing_twice(kiosk):
    strays = strayed(kiosk)
    assert len(strays) == LAST
    assert {stray[:2] for stray in strays.values()} == {(0, 0)}, strays
    assert {stray[3] for stray in strays.values()} == {"kiosk.done"}  # the holder is told, each time
    later = [stray[2] for stray in strays.values()]
    assert later[0] == AMOUNT and later[-1] == 0, "cuts before and behind the card's own step"


def test_without_the_note_of_the_payment_the_money_stays_behind(kiosk, monkeypatch):
    monkeypatch.setattr(Unfinished, "note", lambda *_: None)
    assert any(stray[1] for stray in strayed(kiosk).values())


def test_without_records_and_the_cards_counter_it_would_be_written_twice(kiosk, monkeypatch):
    def trusting(case):
        wallet._settled(case)
        case.remember("ordered", case.fields["purse"], [case.fields["counter"], case.fields["amount"]])
        return ok()

    monkeypatch.setattr(TopUp, "loading_of", lambda self, token: None)
    monkeypatch.setattr(wallet, "_order", trusting)
    assert [stray[0] for stray in strayed(kiosk, reversed).values()][-1] == AMOUNT
