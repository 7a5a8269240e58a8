"""What the tests of rules share: rules written as in a settings file, and facts to run them on."""

from dataclasses import replace
from typing import Any

from plugin.domain.facts import Customer, Facts, LastOrder, Record, Ticket, TierDecision
from plugin.domain.money import Money
from plugin.domain.rule_fields import RuleFacts
from plugin.domain.rule_outcome import Outcome
from plugin.domain.rule_parsing import parse_rules
from plugin.domain.rule_values import Vocabulary
from plugin.domain.rules import Rule, Rulebook
from plugin.domain.setting_errors import Errors
from plugin.domain.team_hours import read_hours
from plugin.domain.teams import Team
from plugin.domain.written import folded
from tests.conftest import NOW
from tests.fakes import ticket

CODES = ("product.defect", "product.defect.zipper", "presale.stock", "shipping.wismo", "return.start")

TICKETS_OWN = set(Ticket.__dataclass_fields__) - set(RuleFacts.__dataclass_fields__)


def digits(currency: str) -> int:
    return {"JPY": 0, "KWD": 3}.get(currency, 2)


NEW_YORK = Team("New York", "211", "America/New_York", read_hours({"mon-fri": "09:00-17:00"}))
LONDON = Team("London", "212", "Europe/London", read_hours({"mon-fri": "09:00-17:00"}))
MANILA = Team("Manila", "213", "Asia/Manila", read_hours({"mon-fri": "09:00-17:00"}))

WORDS = Vocabulary(
    tiers=folded(["VIP", "Concierge"]),
    teams=folded(["New York", "London", "Manila"]),
    offers=folded(["Belt with trousers"]),
    reason_codes=folded(CODES),
    currency="USD",
    digits=digits,
)


def condition(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "operator": operator} | ({} if value is None else {"value": value})


def written(name: str = "Rule", *actions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A rule as in a settings file; `all` and `any` are its conditions."""
    conditions = {key: changes.pop(key, []) for key in ("all", "any")}
    return {
        "name": name,
        "on": ["customer_message"],
        "conditions": conditions,
        "actions": list(actions) or [{"field": "group", "value": "211"}],
        **changes,
    }


def errors(*rules: Any) -> dict[str, str]:
    found = Errors()
    parse_rules(list(rules), WORDS, found)
    return {error.path: error.message for error in found.found}


def parsed(*rules: dict[str, Any]) -> tuple[Rule, ...]:
    found = Errors()
    made = parse_rules(list(rules), WORDS, found)
    assert found.found == []
    return made


def book(*rules: dict[str, Any]) -> Rulebook:
    return Rulebook(parsed(*rules), "USD", digits)


def looks(**changes: Any) -> RuleFacts:
    """A look in which the customer wrote; ticket fields are given with their names (`status="open"`)."""
    own = {name: changes.pop(name) for name in TICKETS_OWN & set(changes)}
    given: dict[str, Any] = {
        "ticket": ticket("5158", **own),
        "now": NOW,
        "happened": frozenset({"customer_message"}),
        "customer": Customer("known", orders=0),
        "tier": TierDecision(),
        "teams": (NEW_YORK, LONDON, MANILA),
    }
    return RuleFacts(**given | changes)


def met(facts: RuleFacts, field: str, operator: str, value: Any = None) -> bool:
    """Whether one condition is met."""
    outcome = book(written(all=[condition(field, operator, value)])).run(facts)
    return outcome.answers[0].fired


def outcome(facts: RuleFacts, *rules: dict[str, Any]) -> Outcome:
    return book(*rules).run(facts)


def order(**changes: Any) -> LastOrder:
    made = LastOrder("#1001", NOW, Money(11320, "USD"), "paid", "fulfilled", ("BELT-1", "sock"), ("Gift",))
    return replace(made, **changes)


def decided_on(one: Ticket, record: Record | None = None, live: bool = True) -> Facts:
    return Facts(one, record or Record(), live, NOW, writable_reason=True)
