"""Host only: the hand on the desk window: cards and phones taken from the tray, dragged, held to the terminal, put back."""

from simulator.residents import GROUPS, STAFF
from simulator.window_cards import held_rect
from simulator.window_motion import Held

_STAY_MS = 1000
_PHONE_STAY_MS = 2200


def group_of(card):
    """The leaf of the tray on which a card or phone lies."""
    return "staff" if card.name in STAFF else card.kind


class Hand:
    """What the Desk that it is part of has out of its tray."""

    @property
    def groups(self):
        """The leaves of the tray that this terminal has a use for: a staff desk reads cards only."""
        return GROUPS[:1] if self.layout is not None and self.layout.staff is not None else GROUPS

    def is_out(self, name):
        return name in self.held

    def place(self, card):
        """Centre of where a card or phone is held for the terminal."""
        if self.layout.slot is not None and self.world.inserted == card.name:
            return self.layout.slot.center
        return (self.layout.scanner if card.kind == "phone" else self.layout.reader).center

    def card(self, name):
        return next(card for card in self.cards if card.name == name)

    def grouped(self, group):
        """The cards or phones of one leaf of the tray."""
        return [card for card in self.cards if group_of(card) == group]

    def slot(self, card):
        """Where in the tray it belongs; the tab of its leaf when that one is not in sight."""
        group = group_of(card)
        if group != self.group:
            return self.layout.tabs[self.groups.index(group)]
        mates = self.grouped(group)
        return self.layout.slots(len(mates))[mates.index(card)]

    def tap(self, name):
        """Presents a card or phone for a moment; takes it away when it is out already."""
        if name in self.held:
            self.take_home(self.held[name])
            return
        held = self.take_out(self.card(name))
        self.group = group_of(held.card)
        held.stay_ms = _PHONE_STAY_MS if held.card.kind == "phone" else _STAY_MS
        held.fly(self.place(held.card))

    def take_out(self, card):
        """Takes it from its slot; a like thing that is out goes back first: one hand, one card."""
        for other in list(self.held.values()):
            if other.card.kind == card.kind:
                self.take_home(other)
        held = Held(card, self.slot(card).center)
        self.held[card.name] = held
        return held

    def take_home(self, held):
        self._withdraw(held)
        held.in_hand = False
        held.fly(self.slot(held.card).center, homeward=True)

    def drag(self, held, pointer):
        """The hand moves: over the reader the card is on the field, away from it it is gone."""
        held.follow(pointer)
        self._offer(held)

    def drop(self, held):
        """Released over its place it stays there; anywhere else it goes home."""
        held.in_hand = False
        if held.presented:
            held.fly(self.place(held.card))
        else:
            self.take_home(held)

    @property
    def aims(self):
        """Where what is in the hand can be let go, none while the hand is empty."""
        for held in self.held.values():
            if held.in_hand:
                if held.card.kind == "phone":
                    return [self.layout.scanner]
                return [place for place in (self.layout.reader, self.layout.slot) if place is not None]
        return []

    def _offer(self, held):
        slot = self.layout.slot
        if slot is not None and held.card.kind != "phone" and slot.collidepoint(held.centre):
            if not held.presented:
                held.presented = True
                self.world.insert(held.card.name)
            return
        place = self.layout.scanner if held.card.kind == "phone" else self.layout.reader
        near = place.collidepoint(held.centre)
        if near and not held.presented:
            self._present(held)
        elif not near and held.presented:
            self._withdraw(held)

    def _present(self, held):
        held.presented = True
        name = held.card.name
        if held.card.kind == "phone":
            held.code = self.world.scan(name)
        else:
            self.world.present(name)

    def _withdraw(self, held):
        if held.presented and held.card.kind != "phone" and self.world.presented == held.card.name:
            self.world.remove()
        if self.layout.slot is not None and self.world.inserted == held.card.name:
            self.world.pull()
        held.presented = False

    def phone_code(self, name):
        """The bytes that the phone shows, None before it was brought to the scanner."""
        return self.held[name].code

    def held_at(self, pointer):
        """What is out of the tray under the pointer, the topmost first."""
        for held in reversed(list(self.held.values())):
            if held_rect(self.layout, held.card, held.centre).collidepoint(pointer):
                return held
        return None

    def _move(self, held, ms):
        if held.move(ms):
            if held.homeward:
                del self.held[held.card.name]
                return
            if not held.presented:
                self._present(held)
        elif held.presented and held.stay_ms is not None and not held.in_hand:
            held.stay_ms -= ms * min(1, self.speed)
            if held.stay_ms <= 0:
                self.take_home(held)

    def _adopt(self):
        """A card that a script put on the reader or into the slot is shown there; one that it took is not."""
        names = [self.world.presented] + ([] if self.layout.slot is None else [self.world.inserted])
        for name in names:
            if name is not None and name not in self.held:
                held = self.held[name] = Held(self.card(name), self.place(self.card(name)))
                held.presented = True
        for held in list(self.held.values()):
            if held.presented and held.card.kind != "phone" and held.card.name not in names:
                self.take_home(held)
