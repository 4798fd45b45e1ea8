"""From a card, a code or a phone's login to the Holder of a session, or to the reason why there is none."""

from terminal import lists
from terminal.decide import decide
from terminal.errors import CardDataMalformed, CardLost, PurseRefused
from terminal.kiosk.holder import Holder, age_of_number, masked_name, proved_by_pin
from terminal.media import apdu, purse, social_auth, social_card, social_holder
from terminal.media.credential import ADULT, PROVED_PSAM, PROVED_SIGNATURE, SCHEMES, Credential
from terminal.modes import IN_SERVICE

_ABSENT = lists.Entry(lists.ABSENT, None, 0, 0)
# A kiosk serves whom a gate sends to the desk: what such a card may do here is a matter of each service's `who`.
_TOLERATED = ("not_listed", "wrong_region")
PIN_WANTED = "pin_wanted"
_PROVED = {PROVED_PSAM: "psam", PROVED_SIGNATURE: "signature"}


class Identifier:
    """`codes`: media.codes.CodeVerifier or None; `back_end` proves social cards, see media.social_auth, or None.

    `opaque`: media.opaque_code.OpaqueCodes for codes that only their platform can read, or None.
    `permuted(token)` hides a token as lists hold it; `decode(bytes)` gives the text of a card's GBK name, None where
    there is no codec.
    """

    def __init__(self, clock, tariff, purses, card_lists, permuted, codes, back_end=None, decode=None, opaque=None):
        self._clock = clock
        self._tariff = tariff
        self._purses = purses
        self._lists = card_lists
        self._permuted = permuted
        self._codes = codes
        self._back_end = back_end
        self._decode = decode
        self._opaque = opaque

    async def card(self, channel, medium):
        """(Holder, None), or (None, reason key). The card may be gone at any moment: then the reason is read_failed.

        (Holder, PIN_WANTED): the card knows the terminal, and shows the holder's data only after the PIN (see `unlock`).
        """
        return await self._try(channel, medium, self._back_end)

    async def unlock(self, channel, digits):
        """The same for the card in the slot with its PIN: (Holder, None), or (None, tries left, -1 when it is gone)."""
        with_pin = _WithPin(self._back_end, digits)
        holder, _ = await self._try(channel, "slot", with_pin)
        if holder is None or with_pin.tries is not None:
            return None, -1 if with_pin.tries is None else with_pin.tries
        return proved_by_pin(holder), None

    async def _try(self, channel, medium, back_end):
        try:
            return await self._read(channel, medium, back_end)
        except CardLost:
            return None, "read_failed"
        except (CardDataMalformed, PurseRefused):
            return None, "unsupported_card"

    async def _read(self, channel, medium, back_end):
        if not channel.ats:
            return None, "unsupported_card"
        details = await social_holder.read(channel, back_end)
        money = await purse.read(channel, self._purses, ())
        if details is None and money is None:
            return None, "unsupported_card"
        of_purse = None if money is None else purse.credential_of(money)
        if details is None:
            return self._judged(of_purse, medium)
        if of_purse is not None and self._entry(of_purse.token).state == lists.BLOCKED:
            return None, "hotlisted"  # one card, two applications: reported lost under either, it is lost
        credential = social_card.credential_of(details.card)
        if of_purse is not None and of_purse.holder_class != ADULT:
            credential = Credential(*credential[:4], of_purse.holder_class, *credential[5:])
        holder, reason = self._judged(credential, medium, details)
        if holder is not None and details.card.partial and _knows(details.card.opening):
            return holder, PIN_WANTED
        return holder, reason

    async def code(self, data, breathe):
        """The same for the bytes of a scanned code; a code that was taken is used up."""
        if self._codes is None:
            return None, "code_unknown"
        now = self._clock.utc()
        if self._opaque is not None and self._opaque.service(data):
            result = await self._opaque.read(data, now, breathe)
        else:
            result = await self._codes.verify_between(data, now, breathe)
        if result.credential is None:
            return None, result.reason
        holder, reason = self._judged(result.credential, "scanner")
        if holder is not None:
            self._codes.accept(result)
        return holder, reason

    def phone(self, told):
        """The Holder of a login that a phone confirmed, as the head-end tells it."""
        return Holder(
            told["token"], None, told.get("name", ""), told.get("proved", "signature"), told.get("class", ADULT),
            told.get("age"), told.get("generation"), bool(told.get("same_city")), told.get("scheme", ""), "phone",
        )  # fmt: skip

    def _entry(self, token):
        if self._lists is None:
            return _ABSENT
        entry = self._lists.look(token)
        # No list has come yet: as without one. What the hotlist blocks stays blocked.
        nothing = entry.state == lists.UNREADABLE and getattr(self._lists.whitelist, "table", True) is None
        return _ABSENT if nothing else entry

    def _judged(self, credential, medium, details=None):
        now = self._clock.utc()
        decision = decide(credential, self._entry(credential.token), None, self._tariff, now, IN_SERVICE)
        if not decision.admit and decision.reason not in _TOLERATED:
            return None, decision.reason
        region = credential.region
        number, name, age, generation = None, "", None, None
        if details is not None:
            number = details.number or None
            if details.name and self._decode is not None:
                name = masked_name(self._decode(details.name))
            age = age_of_number(number, now) if number else None
            generation = int(details.card.version[:1]) if details.card.version[:1].isdigit() else None
        token = "".join(["%02x" % byte for byte in self._permuted(credential.token)])
        return Holder(
            token, number, name, _PROVED.get(credential.proved, "none"), decision.holder_class, age, generation,
            region in self._tariff["home"] or region in self._tariff["same_city"], SCHEMES[credential.scheme], medium,
        ), None  # fmt: skip


class _WithPin:
    """A back end (media.social_auth) that gives the card its holder's PIN too; `tries` as verify_pin says."""

    def __init__(self, back_end, digits):
        self._back_end = back_end
        self._digits = digits
        self.tries = -1

    async def open(self, channel, card):
        opening = None if self._back_end is None else await self._back_end.open(channel, card)
        self.tries = await social_auth.verify_pin(channel, self._digits)
        return opening


def _knows(opening):
    """Whether the card believes the terminal, or nobody asked it to: what it still keeps shut waits for the PIN."""
    return opening is None or opening.opened


async def verify(channel, digits):
    """None when the PIN of the card in the slot is right, else the tries that are left; -1 when the card is gone."""
    try:
        _, sw = await apdu.exchange(channel, apdu.select_name(social_card.SSSE))
        return await social_auth.verify_pin(channel, digits) if sw == apdu.OK else 0
    except CardLost:
        return -1
