"""The purse of a card: money that was paid for it, held until the card shows that it has it.

What is ordered is bound to the purse's online counter, which only a load moves: seen again unmoved, the order was not
taken; seen moved, it is on the card, whatever the kiosk was able to say.
"""

from headend.demonstration.case import ok, operation, refused, row
from headend.demonstration.money import balance, spend


@operation("wallet-topup")
def topup(case):
    """Paid from the account and held for the card; "order" lets a part of it be written, "submit" says that it was."""
    if case.asked.action == "order":
        return _order(case)
    if case.asked.action == "submit":
        held = _settled(case)
        return ok([row("待写入", "Still held", held, "money")], reference=case.reference())
    held = case.recall("wallet", "held") or 0
    amount = case.fields.get("amount")
    if not isinstance(amount, int) or not 1000 <= amount <= 50000 or amount % 1000:
        return refused("充值金额须为10元整倍数，最多500元。", "Tens of yuan, 500 at most.")
    kept = [row("之前待写入", "Held from before", held, "money")] if held else []
    rows = [row("充值金额", "To top up", amount, "money"), *kept]
    if case.asked.action == "look":
        return ok([*rows, row("账户余额", "Account", balance(case), "money")], amount=amount)
    if amount > balance(case):
        return refused("账户余额不足。", "The account has too little money.")
    spend(case, amount)
    case.remember("wallet", "held", held + amount)
    rows.append(row("账户余额", "Account", balance(case), "money"))
    return ok(rows, amount=held + amount, reference=case.reference())


def _order(case):
    """Yes to a load that what is held covers. The amount is bound to the card's counter until the card shows another."""
    held = _settled(case)
    purse, amount = case.fields["purse"], case.fields["amount"]
    others = sum(fen for other, (_, fen), _ in case.all("ordered") if other != purse)
    left = max(0, held - others)
    if amount > left:
        return dict(refused("与待写金额不符。", "Not what is held."), amount=left if left or not held else None)
    case.remember("ordered", purse, [case.fields["counter"], amount])
    return ok(amount=amount)


def _settled(case):
    """Fen that are held, now that a purse has shown its online counter: past an order, that order is on the card."""
    held = case.recall("wallet", "held") or 0
    purse, shown = case.fields.get("purse"), case.fields.get("counter")
    counter, amount = case.recall("ordered", purse) or (shown, 0)
    if counter != shown:
        held -= amount
        case.remember("ordered", purse, [shown, 0])
        case.remember("wallet", "held", held)
    return held
