"""What lies on the reader: the applications of a card in the order the settings give, as one Credential."""

from collections import namedtuple

from terminal.media import purse, social_card
from terminal.media.credential import Credential

# purse: a media.purse.Purse to charge, or None; card: the media.social_card.SocialCard, or None.
Presented = namedtuple("Presented", "credential purse card")


async def read_card(channel, order, kinds=(purse.NATIONAL,), trips=(), back_end=None):
    """The Presented on the channel, None when no application of `order` is there.

    `order` names "purse" and "social_card"; the first one there gives the credential's identity, a purse anywhere
    gives the balance. `kinds` and `trips` as in purse.read, `back_end` as in social_card.read. CardLost,
    CardDataMalformed, PurseRefused.
    """
    if not channel.ats:
        return None  # no ISO 14443-4, hence no applications: a tag, a key fob, an old stored-value card
    card = await social_card.read(channel, back_end) if "social_card" in order else None
    # The purse comes last, so that it is still selected when it is charged.
    money = await purse.read(channel, kinds, trips) if "purse" in order else None
    if card is not None and (money is None or order[0] == "social_card"):
        credential = social_card.credential_of(card)
        if money is not None:
            credential = Credential(*credential[:-1], money.balance)
    elif money is not None:
        credential = purse.credential_of(money)
    else:
        return None
    return Presented(credential, money, card)
