"""The decision: may this credential pass, and what does it pay. Pure: no clock, no I/O, no state.

Lane, kiosk, head-end and tests call the same function with the same values and get the same Decision. A flat fare in
service is decided here; everything else in terminal.judgement, which a gate with a flat fare never loads.
"""

from micropython import const

from terminal.decision import Decision, holder_class_of, standing
from terminal.modes import IN_SERVICE
from terminal.tariff import fare_of, is_flat

# What a tariff that is not what the core takes it for makes of a decision.
FAILURES = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RuntimeError, ImportError)

_PLAIN = const((None, None, None, None, 0, None, 0, 1, (), None))  # the fields that a flat fare leaves alone


def decide(credential, entry, visits, tariff, now, mode, here=None, explain=None):
    """The Decision for `credential` with its list `entry` (terminal.lists.Entry) at `now` (UTC seconds).

    `visits`: what is known of the holder's visits (terminal.decision.visits), or None. `here`: where and
    how the credential is presented (docs/decision.md), or None for a plain entry. `explain(step, *facts)` hears why.
    """
    if here or explain or mode != IN_SERVICE or not is_flat(tariff):
        # The large part of the core: a board with a flat fare has no heap to spare for it.
        from terminal.decision import judgement

        return judgement.decide(credential, entry, visits, tariff, now, mode, here, explain)
    holder_class = holder_class_of(credential, entry)
    refusal, same_city = standing(credential, entry, tariff, now, True)
    fare, concession = fare_of(tariff, holder_class)
    balance = credential.balance
    if not refusal and fare and balance is not None and balance < fare:
        refusal = "low_balance"
    if refusal:
        return Decision(False, refusal, 0, None, "free", holder_class, False, False, *_PLAIN)
    product = "free" if not fare else "account" if balance is None else "purse"
    low = product == "purse" and balance - fare < tariff["low_balance"]
    return Decision(True, "ok", fare, concession, product, holder_class, same_city, low, *_PLAIN)


def undecided(credential):
    """The Decision about somebody of whom the tariff makes no decision possible."""
    return Decision(False, "tariff_fault", 0, None, "free", credential.holder_class, False, False, *_PLAIN)
