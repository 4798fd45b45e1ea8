"""What lies on the reader: the applications of a card in the order the settings give, as one Credential."""

from collections import namedtuple

from terminal.media import purse, social_card
from terminal.media.credential import Credential

# purse: a media.purse.Purse to charge, or None; card: the media.social_card.SocialCard, or None.
Presented = namedtuple("Presented", "credential purse card")


async def read_card(channel, order):
    """The Presented on the channel, None when no application of `order` is there.

    `order` names "purse" and "social_card"; the first one found gives the credential's identity, a purse anywhere
    gives the balance. CardLost, CardDataMalformed, PurseRefused.
    """
    credential = money = card = None
    for application in order:
        reader = purse if application == "purse" else social_card
        value = await reader.read(channel)
        if value is None:
            continue
        if application == "purse":
            money = value
        else:
            card = value
        if credential is None:
            credential = reader.credential_of(value)
    if credential is None:
        return None
    if money is not None and card is not None:
        credential = Credential(*credential[:-1], money.balance)
    return Presented(credential, money, card)
