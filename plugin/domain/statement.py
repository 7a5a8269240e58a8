"""The profit-and-loss statement of a month: sums of ledger entries, told by kind and by agent.

Nothing is worked out here that does not stand in the ledger: the statement is the plain sum of its entries. What is in
no sum (unproven, waiting for a rate, cost not known, another currency) is told beside it, so that nobody misses it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from plugin.domain.ledger import KINDS, REVENUE

COMMISSION: Final = "cost.commission"
STATES: Final = ("pending", "approved", "paid", "clawed_back")
"""The ways of a commission: *clawed_back* is what was taken back after it had been paid."""
AGENTS_COSTS: Final = frozenset({COMMISSION, "cost.staff", "cost.gesture"})
"""The costs that are an agent's own; all others are the department's."""
LastLine = Literal["profit", "contribution before fulfilment"]


@dataclass(frozen=True, slots=True)
class Sum:
    """What the entries of one kind, agent and currency add up to, in minor units, as profit counts them."""

    kind: str
    agent: str | None
    currency: str
    amount: int
    entries: int


@dataclass(frozen=True, slots=True)
class CommissionSum:
    """What an agent's entries of commission add up to, as profit counts them, by the state of their credits."""

    agent: str | None
    currency: str
    state: str
    amount: int


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a statement: a kind, and what its entries add up to."""

    kind: str
    amount: int
    entries: int


@dataclass(frozen=True, slots=True)
class Share:
    """What an agent, or the department, has of a month. `costs` are negative, as profit counts them."""

    revenue: int = 0
    cogs: int = 0
    recovery: int = 0
    costs: int = 0

    @property
    def profit(self) -> int:
        """What is left."""
        return self.revenue + self.cogs + self.recovery + self.costs


@dataclass(frozen=True, slots=True)
class AgentLine:
    """An agent's month. `commission` is by state, as positive amounts: what they get, or had to give back."""

    agent: str
    share: Share
    commission: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Unproven:
    """Credits in no sum, until a manager accepts them; `net` in the store's currency."""

    credits: int
    net: int
    currency: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Orders in no sum, because the rate of their day is not known."""

    currency: str
    on: date
    orders: int
    why: str


@dataclass(frozen=True, slots=True)
class LackingCost:
    """Credited orders whose goods cost what nobody knows: *unknown*, *estimated*, or *asked* for."""

    state: str
    orders: int


@dataclass(frozen=True, slots=True)
class Late:
    """Entries that came too late for their month: the other month, and what they add up to."""

    month: str
    amount: int
    entries: int
    currency: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a statement. `late` is part of its sums: entries that belong to months closed before."""

    unproven: tuple[Unproven, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    lacking_cost: tuple[LackingCost, ...] = ()
    late: tuple[Late, ...] = ()


@dataclass(frozen=True)
class Statement:
    """A month, all amounts in minor units of `currency`. `others` are sums in other currencies, in none of these."""

    month: str
    currency: str
    zone: str
    lines: tuple[StatementLine, ...]
    agents: tuple[AgentLine, ...]
    last_line: LastLine = "profit"
    others: tuple[Sum, ...] = ()
    beside: Beside = field(default_factory=Beside)

    @property
    def total(self) -> Share:
        """The whole month."""
        return share_of(self.lines)

    @property
    def department(self) -> Share:
        """What is no agent's own: with the agents' shares it makes up the whole month."""
        total, theirs = self.total, [one.share for one in self.agents]
        return Share(
            total.revenue - sum(one.revenue for one in theirs),
            total.cogs - sum(one.cogs for one in theirs),
            total.recovery - sum(one.recovery for one in theirs),
            total.costs - sum(one.costs for one in theirs),
        )


def statement(
    month: str,
    currency: str,
    zone: str,
    sums: Iterable[Sum],
    commissions: Iterable[CommissionSum] = (),
    *,
    beside: Beside | None = None,
    fulfilment_known: bool = True,
) -> Statement:
    """The statement of a month, from its sums. Without a cost of fulfilment its last line is no profit yet."""
    told = list(sums)
    mine = [one for one in told if one.currency == currency]
    by_agent = [one for one in commissions if one.currency == currency]
    return Statement(
        month=month,
        currency=currency,
        zone=zone,
        lines=tuple(_lines(mine)),
        agents=tuple(_agents(mine, by_agent)),
        last_line="profit" if fulfilment_known else "contribution before fulfilment",
        others=tuple(sorted((one for one in told if one.currency != currency), key=_place)),
        beside=beside or Beside(),
    )


def is_agents(kind: str) -> bool:
    """Whether entries of this kind are an agent's own, where they name one."""
    return kind in REVENUE or kind == "cogs" or kind in AGENTS_COSTS


def _lines(sums: Iterable[Sum]) -> list[StatementLine]:
    """One line for each kind that has entries, in the order of a statement."""
    found: dict[str, StatementLine] = {}
    for one in sums:
        held = found.get(one.kind, StatementLine(one.kind, 0, 0))
        found[one.kind] = StatementLine(one.kind, held.amount + one.amount, held.entries + one.entries)
    return sorted(found.values(), key=lambda line: KINDS.index(line.kind))


def _agents(sums: Iterable[Sum], commissions: Iterable[CommissionSum]) -> list[AgentLine]:
    """The agents, whoever earned most first."""
    theirs: dict[str, list[Sum]] = {}
    for one in sums:
        if one.agent is not None and is_agents(one.kind):
            theirs.setdefault(one.agent, []).append(one)
    states = _by_state(commissions)
    lines = [
        AgentLine(agent, share_of(_lines(own)), states.get(agent, dict.fromkeys(STATES, 0)))
        for agent, own in theirs.items()
    ]
    return sorted(lines, key=lambda line: (-line.share.profit, line.agent))


def _by_state(commissions: Iterable[CommissionSum]) -> dict[str, dict[str, int]]:
    """By agent and state: costs are negative in the ledger, and positive to whom they are paid."""
    found: dict[str, dict[str, int]] = {}
    for one in commissions:
        if one.agent is not None:
            states = found.setdefault(one.agent, dict.fromkeys(STATES, 0))
            states[one.state] += one.amount if one.state == "clawed_back" else -one.amount
    return found


def share_of(lines: Iterable[StatementLine]) -> Share:
    """What these lines add up to."""
    told = list(lines)
    return Share(
        revenue=sum(line.amount for line in told if line.kind in REVENUE),
        cogs=sum(line.amount for line in told if line.kind == "cogs"),
        recovery=sum(line.amount for line in told if line.kind.startswith("recovery.")),
        costs=sum(line.amount for line in told if line.kind.startswith("cost.")),
    )


def _place(one: Sum) -> tuple[str, int, str]:
    return one.currency, KINDS.index(one.kind), one.agent or ""
