"""The contact slot over its emulated wire: what is offered when, and that a card that is out is mute."""

from drivers.contact_slot import ContactSlot
from drivers.psam_uart import PsamUart
from simulator.cards.demonstration import make_card
from simulator.chips.gate import SimPin
from simulator.chips.psam_uart import PsamUartChip
from simulator.chips.wire import Wire
from simulator.virtual_time import Scheduler, VirtualClock
from terminal.media import apdu, social_auth, social_card


class Desk:
    def __init__(self):
        self.clock = VirtualClock()
        wire = Wire(self.clock, 9600)
        self.chip = PsamUartChip(wire, None)
        self.switch = SimPin()
        self.slot = ContactSlot(PsamUart(wire, self.chip.reset, self.clock), self.switch, self.clock)
        self.run(self.slot.start())

    def run(self, coroutine):
        scheduler, done = Scheduler(self.clock), []

        async def keep():
            done.append(await coroutine)

        scheduler.spawn(keep())
        assert scheduler.run_until(lambda: done, 60000)
        return done[0]

    def put_in(self):
        self.chip.card = make_card("03104830100000000001", region="320100")
        self.switch.on()

    def offered(self):
        for _ in range(10):
            channel = self.run(self.slot.poll())
            if channel is not None:
                return channel
            self.clock.move(20)
        return None


def test_a_card_is_offered_once_when_it_has_settled():
    desk = Desk()
    assert desk.offered() is None
    desk.put_in()
    assert desk.run(desk.slot.poll()) is None
    channel = desk.offered()
    assert channel.ats[:2] == b"\x3b\x6d" and channel.uid == b""
    assert desk.offered() is None
    card = desk.run(social_card.read(channel))
    assert card.identification[:3] == b"\x32\x01\x00"


def test_the_pin_counts_its_tries():
    desk = Desk()
    desk.put_in()
    channel = desk.offered()
    desk.run(apdu.exchange(channel, apdu.select_name(social_card.SSSE)))
    assert desk.run(social_auth.verify_pin(channel, "000000")) == 2
    assert desk.run(social_auth.verify_pin(channel, "123456")) is None
    assert desk.run(social_auth.verify_pin(channel, "000000")) == 2


def test_a_card_that_is_out_is_mute_and_the_next_one_is_another():
    desk = Desk()
    desk.put_in()
    channel = desk.offered()
    assert desk.run(desk.slot.present())
    desk.switch.off()
    assert not desk.run(desk.slot.present())
    assert desk.run(channel.transmit(b"\x00\x84\x00\x00\x08")) == (b"", 0)
    desk.put_in()
    other = desk.offered()
    assert other is not None and other is not channel
    assert desk.run(channel.transmit(b"\x00\x84\x00\x00\x08")) == (b"", 0)
    assert desk.run(other.transmit(b"\x00\xa4\x00\x00\x02\x3f\x00"))[1] == 0x9000


def test_what_sits_in_the_slot_at_the_start_is_not_offered():
    desk = Desk()
    desk.put_in()
    desk.run(desk.slot.start())
    assert desk.offered() is None
    desk.switch.off()
    assert desk.offered() is None
    desk.put_in()
    assert desk.offered() is not None


def test_a_mute_card_is_tried_once():
    desk = Desk()
    desk.switch.on()
    assert desk.offered() is None
    desk.chip.card = make_card("03104830100000000001")
    assert desk.offered() is None
