"""The rules of a tariff: JsonLogic conditions that refuse, change the fare or tell something.

`tariff["rules"]`: [{"name", "when": rule, then any of "refuse": reason key, "fare"|"percent"|"off"|"add", "tell",
"stop": true}, ...], in their order.
"""

from terminal.coercion import is_true
from terminal.decision.discounts import changed
from terminal.lists import VALID
from terminal.more_errors import RuleMalformed, RuleTooCostly
from terminal.rules import evaluate


def facts(case):
    """What a rule may ask about. No token and no number of a card is among it."""
    credential = case.credential
    return {
        "class": case.holder_class,
        "region": credential.region,
        "issuer": credential.issuer,
        "balance": credential.balance,
        "listed": case.entry.state == VALID,
        "same_city": case.same_city,
        "now": case.now,
        "fare": case.fare,
        "concession": case.concession,
        "contract": case.contract,
        "leaving": case.leaving,
        "here": case.here,
        "visits": case.visits,
    }


def apply(case):
    """Applies every rule that holds; the reason key of a refusal, or None."""
    known = facts(case)
    for rule in case.tariff["rules"]:
        known["fare"] = case.fare
        try:
            holds = is_true(evaluate(rule["when"], known))
        except (RuleMalformed, RuleTooCostly):
            # Rules are checked before they get here; what still fails must neither stop the gate nor open it.
            return "rule_failed"
        if case.explain:
            case.explain("rule", rule.get("name"), holds)
        if not holds:
            continue
        if "refuse" in rule:
            return rule["refuse"]
        case.fare = changed(case.fare, rule)
        if "tell" in rule:
            case.tell += (rule["tell"],)
        if rule.get("stop"):
            break
    return None
