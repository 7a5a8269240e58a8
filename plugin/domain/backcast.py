"""What last month's statement would have said: evidence, sums and codes of a past that nobody has kept books of."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from plugin.domain.accounting import Account, CostState, OrderFacts
from plugin.domain.attribution import Credit
from plugin.domain.evidence import Evidence, codes_in
from plugin.domain.facts import Message
from plugin.domain.ledger import Line
from plugin.domain.money import Money
from plugin.domain.periods import day_of, period_of
from plugin.domain.refund_costs import originals_named
from plugin.domain.sales import StoreOrder
from plugin.domain.statement import (
    COMMISSION,
    Beside,
    CommissionSum,
    LackingCost,
    Sum,
    Unproven,
    Waiting,
)

MOST_CODES = 20
"""Codes that are told as perhaps an agent's."""
FEWEST_USES = 2
"""A code that was used once is a single-use one, mostly."""
SURE = frozenset({"agreed", "link", "child_code"})
"""Evidence that speaks for whoever carries it, whatever their address."""


@dataclass
class Heard:
    """What agents did in tickets, by the customer's folded address, and by what an order may carry of it."""

    by_email: dict[str, list[Evidence]] = field(default_factory=dict)
    by_value: dict[str, list[Evidence]] = field(default_factory=dict)

    def add(self, email: str | None, evidence: Evidence) -> None:
        """Remember it."""
        if email:
            self.by_email.setdefault(email, []).append(evidence)
        if evidence.kind in SURE:
            self.by_value.setdefault(evidence.value, []).append(evidence)

    def of(self, email: str | None, carried: Collection[str]) -> tuple[Evidence, ...]:
        """What concerns an order: its customer's tickets, and whatever carries one of its marks, links or codes."""
        found = list(self.by_email.get(email or "", ()))
        found += [one for value in sorted(carried) for one in self.by_value.get(value, ())]
        return tuple(dict.fromkeys(found))


@dataclass
class UsedCodes:
    """The codes that customers used most, and who sent them: some may be an agent's that the settings do not name."""

    spelled: dict[str, str] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)
    sent: dict[str, dict[str, int]] = field(default_factory=dict)

    def used(self, order: StoreOrder) -> None:
        """Count the codes of an order that counts."""
        for code in order.codes if order.counts else ():
            self.spelled.setdefault(code.folded, code.code.strip())
            self.orders[code.folded] = self.orders.get(code.folded, 0) + 1

    def candidates(self, owners: Collection[str]) -> tuple[str, ...]:
        """The codes, folded, that are worth asking about: used more than once, nobody's, the most used first."""
        found = [code for code, uses in self.orders.items() if uses >= FEWEST_USES and code not in owners]
        return tuple(sorted(found, key=lambda code: (-self.orders[code], code))[:MOST_CODES])

    def heard(self, message: Message, agent: str | None, candidates: Mapping[str, str]) -> None:
        """Count which of them an agent wrote to a customer."""
        if agent is None or message.from_customer or message.automated or not message.public:
            return
        for code in {code for _, code in codes_in(message.text, candidates) if code in candidates}:
            senders = self.sent.setdefault(code, {})
            senders[agent] = senders.get(agent, 0) + 1

    def told(self, owners: Collection[str]) -> "list[Candidate]":
        """The candidates with whoever sent them most often."""
        return [
            Candidate(self.spelled[code], self.orders[code], *_sender(self.sent.get(code, {})))
            for code in self.candidates(owners)
        ]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A code that looks like an agent's: how many orders used it, who sent it most often, and in how many messages."""

    code: str
    orders: int
    agent: str | None
    sent: int


@dataclass(frozen=True, slots=True)
class Accounted:
    """An order, and what came of it."""

    order: StoreOrder
    account: Account


@dataclass(frozen=True, slots=True)
class GradeSum:
    """What an agent's credits of one grade add up to, in the store's currency; what came back is not taken off here."""

    agent: str
    grade: str
    credits: int
    net: int
    currency: str


def original_of(order: StoreOrder, by_name: Mapping[str, StoreOrder]) -> str:
    """The order that this one replaces: named on it, older, and of the same customer; "" for none."""
    for name in originals_named(order):
        found = by_name.get(name)
        if found is None or found.placed_at > order.placed_at:
            continue
        same_email = order.email and found.email and order.email.casefold() == found.email.casefold()
        if same_email or (order.customer_id and order.customer_id == found.customer_id):
            return name
    return ""


def with_costs(facts: OrderFacts, told: Mapping[str, Money | None]) -> OrderFacts:
    """The same facts after the store was asked; a cost in another currency than the order's is not known."""
    currency = facts.order.currency
    known = {
        unit: None if cost is None or cost.currency != currency else cost.minor for unit, cost in told.items()
    }
    return replace(facts, told=known)


def sums_of(lines: Iterable[Line], month: str) -> list[Sum]:
    """What the lines of a month add up to."""
    found: dict[tuple[str, str | None, str], Sum] = {}
    for line in lines:
        if period_of(line.occurred_on) == month and line.amount:
            key = line.kind, line.agent, line.currency
            held = found.get(key, Sum(*key, 0, 0))
            found[key] = replace(held, amount=held.amount + line.amount, entries=held.entries + 1)
    return list(found.values())


def commissions_of(sums: Iterable[Sum]) -> list[CommissionSum]:
    """All commission would be pending: nobody has approved anything."""
    return [
        CommissionSum(one.agent, one.currency, "pending", one.amount)
        for one in sums
        if one.kind == COMMISSION
    ]


def of_month(accounted: Iterable[Accounted], month: str, zone: str) -> list[Accounted]:
    """The orders that were placed in a month."""
    return [one for one in accounted if period_of(day_of(one.order.placed_at, zone)) == month]


def beside_of(accounted: Sequence[Accounted], zone: str) -> Beside:
    """What would have stood beside the statement, of the orders of its month."""
    return Beside(
        unproven=tuple(_unproven(accounted)),
        waiting=tuple(_waiting(accounted, zone)),
        lacking_cost=tuple(_lacking(accounted)),
    )


def grades_of(accounted: Iterable[Accounted]) -> list[GradeSum]:
    """What each agent's credits add up to by grade."""
    found: dict[tuple[str, str, str], GradeSum] = {}
    for credit, order in credits_of(accounted):
        key = credit.agent, credit.grade, order.currency
        held = found.get(key, GradeSum(credit.agent, credit.grade, 0, 0, order.currency))
        found[key] = replace(held, credits=held.credits + 1, net=held.net + credit.net)
    return [found[key] for key in sorted(found)]


def credits_of(accounted: Iterable[Accounted]) -> Iterator[tuple[Credit, StoreOrder]]:
    """The credits with their orders, newest first; what is credited to nobody is left out."""
    newest = sorted(accounted, key=lambda one: (one.order.placed_at, one.order.id), reverse=True)
    for one in newest:
        yield from ((credit, one.order) for credit in one.account.attribution.credits)


def reaches(since: datetime, starts: datetime, window_days: int) -> list[str]:
    """What could not be seen because reading began later than the month, or than the window before it."""
    if since > starts:
        days = (since - starts).days + 1
        return [f"the first {days} days of the month were not read: give more --days"]
    if (starts - since).days < window_days:
        read = f"tickets were read from {since.date().isoformat()} on"
        lack = f"orders of the first days of the month may lack a ticket of the {window_days} days before"
        return [f"{read}: {lack}; more --days see them"]
    return []


def _sender(sent: Mapping[str, int]) -> tuple[str | None, int]:
    if not sent:
        return None, 0
    agent = min(sent, key=lambda one: (-sent[one], one))
    return agent, sent[agent]


def _unproven(accounted: Iterable[Accounted]) -> Iterator[Unproven]:
    nets: dict[str, list[int]] = {}
    for credit, order in credits_of(accounted):
        if credit.grade == "unproven" and not credit.counts and credit.net:
            nets.setdefault(order.currency, []).append(credit.net)
    yield from (Unproven(len(told), sum(told), currency) for currency, told in sorted(nets.items()))


def _waiting(accounted: Iterable[Accounted], zone: str) -> Iterator[Waiting]:
    held: dict[tuple[str, str], list[datetime]] = {}
    for one in accounted:
        if one.account.waiting:
            held.setdefault((one.account.waiting, one.order.currency), []).append(one.order.placed_at)
    for (why, currency), placed in sorted(held.items()):
        yield Waiting(currency, day_of(min(placed), zone), len(placed), why)


def _lacking(accounted: Iterable[Accounted]) -> Iterator[LackingCost]:
    states: list[CostState] = [one.account.cost_state for one in accounted]
    for state in ("unknown", "estimated", "asked"):
        if state in states:
            yield LackingCost(state, sum(one == state for one in states))
