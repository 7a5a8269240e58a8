"""One order brought to account: whose merit it is, what its goods cost, and what the ledger should say of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal

from plugin.domain.attribution import Attribution, Credit, Rules, Ruling, attribute
from plugin.domain.evidence import Evidence
from plugin.domain.ledger import Line
from plugin.domain.order_lines import Books, Sale, came_back, order_lines
from plugin.domain.periods import day_of
from plugin.domain.rates import NoRate
from plugin.domain.sales import SoldLine, StoreOrder
from plugin.domain.shares import part_of

CostState = Literal["", "asked", "known", "estimated", "unknown"]
"""Whether the cost of an order's goods is needed ("" where not), and how well it is known."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What an order was credited by, so that settings that change later do not change what was earned before.

    `owners` are whose its codes were; `rates` are commissions by the credit's key.
    """

    direct: timedelta
    assisted: timedelta
    owners: Mapping[str, str] = field(default_factory=dict)
    rates: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class OrderFacts:
    """All that an order is accounted by.

    `costs` are those taken down when it was credited, by unit; `told` what the store says of units now: None where it
    does not know, absent where it was not asked. `original` is the order that it replaces, "" for none, and
    `replacement` says that it replaces something at all.
    """

    store_id: int
    key: int
    order: StoreOrder
    evidence: Sequence[Evidence] = ()
    ruling: Ruling | None = None
    costs: Mapping[str, int | None] = field(default_factory=dict)
    told: Mapping[str, int | None] = field(default_factory=dict)
    replacement: bool = False
    original: str = ""
    frozen: Frozen | None = None


@dataclass(frozen=True)
class Terms:
    """A tenant's rules of attribution, its books, and the share of the price that stands for a cost nobody tells."""

    rules: Rules
    books: Books
    default_cost_share: Decimal | None = None


@dataclass(frozen=True)
class Account:
    """What came of it. `to_ask` are units whose cost the store must be asked for; `waiting` why it is in no sum yet."""

    attribution: Attribution
    lines: tuple[Line, ...] = ()
    costs: Mapping[str, int | None] = field(default_factory=dict)
    cost_state: CostState = ""
    to_ask: tuple[str, ...] = ()
    waiting: str = ""
    frozen: Frozen | None = None


def account_for(facts: OrderFacts, terms: Terms) -> Account:
    """Bring the order to account by what is known now; working it again gives the same."""
    order = facts.order
    rules = _rules(facts, terms)
    found = attribute(order, facts.evidence, rules, facts.ruling) if order.counts else Attribution()
    if not _needs_costs(facts, found.credits, terms.books):
        return _with_lines(facts, terms, found, Account(found, frozen=facts.frozen))
    costs, to_ask = _costs(order, facts)
    state = _cost_state(order, costs, to_ask, terms.default_cost_share)
    frozen = facts.frozen if not _credited(found.credits) else _freeze(facts, found.credits, rules, terms)
    return _with_lines(facts, terms, found, Account(found, (), costs, state, to_ask, frozen=frozen))


def _rules(facts: OrderFacts, terms: Terms) -> Rules:
    """The tenant's rules, as they were when the order was credited."""
    held = facts.frozen
    if held is None:
        return terms.rules
    return Rules(held.direct, held.assisted, {**terms.rules.owners, **held.owners})


def _freeze(facts: OrderFacts, credits: Collection[Credit], rules: Rules, terms: Terms) -> Frozen:
    """What it is credited by; what was frozen before stays."""
    before = facts.frozen
    owners = {credit.code.casefold(): credit.agent for credit in credits if credit.code and credit.counts}
    on = day_of(facts.order.placed_at, terms.books.zone)
    rates = {
        one.key: terms.books.terms.rate(one.agent, one.kind, on) for one in credits if one.counts and one.kind
    }
    if before is not None:
        owners, rates = {**owners, **before.owners}, {**rates, **before.rates}
    return Frozen(rules.direct, rules.assisted, owners, rates)


def _with_lines(facts: OrderFacts, terms: Terms, found: Attribution, account: Account) -> Account:
    """The account with its lines; without any while the rate of its day is missing."""
    cost = None
    if account.cost_state not in ("", "asked"):
        cost = goods_cost(facts.order, account.costs, terms.default_cost_share)
    whole = account.cost_state in ("known", "estimated")
    agreed = account.frozen.rates if account.frozen is not None else {}
    sale = Sale(facts.store_id, facts.key, facts.order, found.credits, cost, whole, facts.original, agreed)
    try:
        lines = tuple(order_lines(sale, terms.books))
    except NoRate as missing:
        return replace(account, waiting=str(missing))
    return replace(account, lines=lines)


def _needs_costs(facts: OrderFacts, credits: Collection[Credit], books: Books) -> bool:
    """Only what is credited, replaced, or charged by its cost is worth asking the store about."""
    if not facts.order.counts:
        return False
    by_cost = any(share.base == "cost" for share in books.refund_shares) and bool(facts.order.refunds)
    return _credited(credits) or bool(facts.original) or by_cost


def _credited(credits: Collection[Credit]) -> bool:
    return any(credit.counts and credit.kind and credit.net for credit in credits)


def _costs(order: StoreOrder, facts: OrderFacts) -> tuple[dict[str, int | None], tuple[str, ...]]:
    """What each unit cost: as taken down before, else as told now; and what is to be asked.

    What was once not known is looked up again, so that a cost that becomes known mends it.
    """
    costs: dict[str, int | None] = {}
    to_ask: list[str] = []
    for unit in dict.fromkeys(line.unit for line in order.lines if _is_costed(line) and line.unit):
        taken_down = facts.costs.get(unit)
        if taken_down is not None:
            costs[unit] = taken_down
        elif unit in facts.told:
            costs[unit] = facts.told[unit]
        else:
            to_ask.append(unit)
    return costs, tuple(to_ask)


def _cost_state(
    order: StoreOrder, costs: Mapping[str, int | None], to_ask: Sequence[str], share: Decimal | None
) -> CostState:
    if to_ask:
        return "asked"
    if all(costs.get(line.unit) is not None for line in order.lines if _is_costed(line)):
        return "known"
    return "unknown" if share is None else "estimated"


def goods_cost(order: StoreOrder, costs: Mapping[str, int | None], share: Decimal | None) -> int:
    """What the goods cost: as told; where nobody tells, the default share of the price, nothing where there is none."""
    total = 0
    for line in order.lines:
        if _is_costed(line):
            cost = costs.get(line.unit)
            total += _share(line, share) if cost is None else cost * line.kept
    return total


def known_cost(order: StoreOrder, account: Account) -> int | None:
    """What the goods cost that did not come back; None unless the cost of every piece is known."""
    if account.cost_state != "known":
        return None
    cost, back = goods_cost(order, account.costs, None), came_back(order)
    return cost - part_of(cost, back, order.net) if back else cost


def _share(line: SoldLine, share: Decimal | None) -> int:
    return 0 if share is None else int((line.net_kept * share).to_integral_value(ROUND_HALF_EVEN))


def _is_costed(line: SoldLine) -> bool:
    return not line.gift_card and line.kept > 0
