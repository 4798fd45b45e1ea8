"""From a card that keeps its holder's data until the PIN was right, to the Holder of a session."""

from offline_store.table import DAMAGED, LISTED, Listing
from simulator.cards.demonstration import make_card
from simulator.cards.psam import SoftwarePsam
from simulator.virtual_time import VirtualClock
from terminal.kiosk.identify import PIN_WANTED, Identifier
from terminal.lists import Lists
from terminal.media.social_auth import ThreeDesSam
from tests.portable.checks import run
from tests.portable.direct import DirectChannel

SERIAL = "03104830100000000042"
TARIFF = {"home": ["3010"], "same_city": [], "unlisted": "admit", "damaged": "admit", "fare": 0, "concessions": {}}


def identifier(psam=True):
    back_end = ThreeDesSam(DirectChannel(SoftwarePsam())) if psam else None
    return Identifier(VirtualClock(1773619200), TARIFF, ("city_union",), None, bytes, None, back_end)


class Store:
    """A store that says the same of every token; `table` as offline_store.lists has it: None before a list came."""

    profiles = table = None

    def __init__(self, state):
        self._listing = Listing(1)
        self._listing.state = state

    def look(self, token):
        return self._listing


def test_a_kiosk_to_which_no_list_has_come_yet_serves_as_one_without():
    for hotlist in (None, Store(LISTED)):
        kiosk = Identifier(
            VirtualClock(1773619200), TARIFF, ("city_union", "national"), Lists(Store(DAMAGED), hotlist), bytes, None
        )
        holder, reason = run(kiosk.card(DirectChannel(make_card(SERIAL)), "slot"))
        assert (holder is None) == (reason == "hotlisted") == (hotlist is not None)


def asking(generation=3):
    card = make_card(SERIAL, generation=generation)
    card.social.asks_pin = True
    return card, DirectChannel(card)


def test_the_card_says_whether_it_wants_its_pin():
    card, channel = asking()
    for psam, generation in ((True, 3), (True, 2), (False, 2)):
        card, channel = asking(generation)
        holder, reason = run(identifier(psam).card(channel, "slot"))
        assert reason == PIN_WANTED and holder.identity is None
    card.social.asks_pin = False
    holder, reason = run(identifier().card(DirectChannel(card), "slot"))
    assert reason is None and holder.identity == "111111198101011110"


def test_a_card_that_does_not_believe_the_terminal_is_not_opened_by_a_pin():
    channel = DirectChannel(make_card(SERIAL))
    empty = ThreeDesSam(DirectChannel(SoftwarePsam(social_keys={})))
    holder, reason = run(
        Identifier(VirtualClock(1773619200), TARIFF, (), None, bytes, None, empty).card(channel, "slot")
    )
    assert holder.identity is None and reason is None


def test_the_pin_opens_it_and_each_wrong_one_counts():
    card, channel = asking()
    reader = identifier()
    assert run(reader.unlock(channel, "000000")) == (None, 2)
    assert run(reader.unlock(channel, "000000")) == (None, 1)
    holder, tries = run(reader.unlock(channel, "123456"))
    assert tries is None and holder.identity == "111111198101011110" and holder.proved == "pin"
    assert card.social.pin_tries == 3, "the right one gives all tries back"
    for left in (2, 1, 0, 0):
        assert run(reader.unlock(channel, "999999")) == (None, left)
    assert run(reader.unlock(channel, "123456")) == (None, 0), "blocked is blocked"


def test_a_card_that_was_drawn_out_over_its_pin():
    card, channel = asking()

    async def gone(apdu):
        return b"", 0

    channel.transmit = gone
    assert run(identifier().unlock(channel, "123456")) == (None, -1)
