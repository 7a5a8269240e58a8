"""Whose merit an order is: by evidence, the strongest first; one order's money is never given out twice.

agreed in the ticket > link sent and followed > code sent to this customer > code, and a ticket of this customer with
this agent within the window. A code without any such ticket is *unproven*: in no sum until a manager accepts it. A
ticket alone, without code or link, is a mere influence: shown, and worth nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from plugin.domain.evidence import Evidence, newest, owner_of, place_of
from plugin.domain.sales import StoreOrder
from plugin.domain.shares import split

RULE_VERSION: Final = 1
"""Grows with every change of the rules below; each credit keeps the one it was made by."""
Grade = Literal["direct", "assisted", "influenced", "unproven"]
GRADES: Final[tuple[Grade, ...]] = ("direct", "assisted", "influenced", "unproven")
MARK_ATTRIBUTE: Final = "marginalia"
"""The attribute of an order that was drawn up in a ticket."""
MARK_PREFIX: Final = "mgn-"
HOST_WINDOW: Final = timedelta(days=5)
"""The helpdesks' own definition: an order within so long after a ticket, and the newest ticket wins.

Gorgias' help, "Revenue statistics" (3 days for chat, 5 for everything else).
"""
SKEW: Final = timedelta(minutes=5)
"""So far the clocks of a helpdesk and a store may be apart."""
_RANKS: Final[Mapping[tuple[str, Grade], int]] = {
    ("revenue.agreed", "direct"): 0,
    ("revenue.link", "direct"): 1,
    ("revenue.coupon", "direct"): 2,
    ("revenue.coupon", "assisted"): 3,
    ("revenue.coupon", "influenced"): 4,
}


@dataclass(frozen=True, slots=True)
class Rules:
    """The tenant's windows, whose codes are whose (folded), and which grades earn a commission."""

    direct: timedelta = timedelta(days=30)
    assisted: timedelta = timedelta(days=5)
    owners: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a manager decided about an order: codes that count though nothing proves them, or who gets it instead.

    `agents` is weight by e-mail address; empty where the rules decide.
    """

    accepted: frozenset[str] = frozenset()
    agents: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Credit:
    """(Part of) an order given to an agent. `kind` is the ledger's, "" where it only is shown.

    `key` is unique within the order. `net` is in the store's minor units. `evidence` is in words, `rivals` are the
    other tickets ("zendesk 5158") that might have had it. `counts` is false where it is in no sum.
    """

    key: str
    agent: str
    kind: str
    grade: Grade
    net: int
    code: str = ""
    connection_id: int | None = None
    helpdesk: str = ""
    ticket: str | None = None
    channel: str = ""
    evidence: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    window_days: int | None = None
    counts: bool = True
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class HostCredit:
    """What the helpdesk's own definition would say: the newest ticket takes it all."""

    agent: str
    helpdesk: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Attribution:
    """All that is said about one order."""

    credits: tuple[Credit, ...] = ()
    host: HostCredit | None = None


def attribute(
    order: StoreOrder, evidence: Sequence[Evidence], rules: Rules, ruling: Ruling | None = None
) -> Attribution:
    """Whose merit this order is. `evidence` is of this customer, or of a mark, link or code of this order."""
    before = [one for one in evidence if one.at <= order.placed_at + SKEW]
    claims = [
        *_agreed(order, evidence, rules),
        *_followed(order, before, rules),
        *_coded(order, before, rules),
    ]
    ruled = ruling or Ruling()
    if ruled.agents:
        return Attribution(_given(order, claims, before, ruled), _host(order, before))
    if not claims:
        claims = _near(order, before, rules)
    return Attribution(_divided(order, claims, ruled), _host(order, before))


def _agreed(order: StoreOrder, evidence: Sequence[Evidence], rules: Rules) -> list[Credit]:
    """The order was drawn up in a ticket: it carries our mark."""
    told = {order.attributes.get(MARK_ATTRIBUTE, ""), *order.tags}
    marks = {one.strip() for one in told if one.strip().startswith(MARK_PREFIX)}
    drawn = [one for one in evidence if one.kind == "agreed" and one.value in marks and one.agent]
    best = newest(drawn)
    if best is None:
        return []
    return [_credit(best, "revenue.agreed", "direct", evidence, [f"order drawn up in ticket {best.ticket}"])]


def _followed(order: StoreOrder, before: Sequence[Evidence], rules: Rules) -> list[Credit]:
    """The customer came by a link that an agent sent."""
    came = place_of(order.landing) if order.landing else ""
    sent = [
        one
        for one in before
        if one.kind == "link" and one.value == came and one.agent and _within(one, order, rules.direct)
    ]
    best = newest(sent) if came else None
    if best is None:
        return []
    said = f"link sent in ticket {best.ticket} and followed"
    return [_credit(best, "revenue.link", "direct", before, [said], rules.direct)]


def _coded(order: StoreOrder, before: Sequence[Evidence], rules: Rules) -> list[Credit]:
    """One claim for each agent's code on the order."""
    found: dict[str, Credit] = {}
    for used in order.codes:
        owner = owner_of(used.folded, rules.owners)
        if owner is not None:
            claim = _by_code(order, used.folded, used.code.strip(), owner, before, rules)
            held = found.get(owner)
            if held is None or _rank(claim) < _rank(held):
                found[owner] = claim
    return list(found.values())


def _by_code(
    order: StoreOrder, folded: str, code: str, owner: str, before: Sequence[Evidence], rules: Rules
) -> Credit:
    """How well a code is proven: sent in a ticket, or at least a ticket of this customer with its agent."""
    sent = newest(
        one
        for one in before
        if one.kind in ("code", "child_code") and one.value == folded and _within(one, order, rules.direct)
    )
    if sent is not None:
        said = [f"code {code} sent in ticket {sent.ticket}"]
        mine = replace(sent, agent=owner)
        return _credit(mine, "revenue.coupon", "direct", before, said, rules.direct, code)
    met = newest(one for one in before if one.agent == owner and _within(one, order, rules.direct))
    if met is None:
        said = [f"code {code} used, and no ticket of this customer with {owner} before it"]
        return Credit(
            f"{owner}:{folded}",
            owner,
            "revenue.coupon",
            "unproven",
            0,
            code,
            evidence=tuple(said),
            counts=False,
        )
    near = _within(met, order, rules.assisted)
    grade: Grade = "assisted" if near else "influenced"
    said = [f"code {code} used", f"ticket {met.ticket} with {owner} {_days(met, order)} before"]
    window = rules.assisted if near else rules.direct
    return _credit(met, "revenue.coupon", grade, before, said, window, code)


def _near(order: StoreOrder, before: Sequence[Evidence], rules: Rules) -> list[Credit]:
    """No code, no link: the newest ticket shortly before, which proves nothing and earns nothing."""
    met = newest(one for one in before if one.agent and _within(one, order, rules.assisted))
    if met is None:
        return []
    said = [f"ticket {met.ticket} with {met.agent} {_days(met, order)} before"]
    return [replace(_credit(met, "", "influenced", before, said, rules.assisted), counts=False)]


def _divided(order: StoreOrder, claims: Sequence[Credit], ruling: Ruling) -> tuple[Credit, ...]:
    """The strongest takes it; equals share it in equal parts, largest remainder first. The others are shown with 0."""
    judged = [_accepted(claim, ruling) for claim in claims]
    counted = [claim for claim in judged if claim.counts]
    if not counted:
        return tuple(replace(claim, net=order.net) for claim in judged)
    best = min(map(_rank, counted))
    winners = sorted(
        (one for one in counted if _rank(one) == best),
        key=lambda one: (one.since or order.placed_at, one.key),
    )
    parts = dict(zip((one.key for one in winners), split(order.net, [1] * len(winners)), strict=True))
    return tuple(
        _outdone(one, winners) if one.key not in parts else replace(one, net=parts[one.key]) for one in judged
    )


def _outdone(claim: Credit, winners: Sequence[Credit]) -> Credit:
    names = ", ".join(one.agent for one in winners)
    return replace(claim, net=0, evidence=(*claim.evidence, f"stronger evidence of {names}"))


def _given(
    order: StoreOrder, claims: Sequence[Credit], before: Sequence[Evidence], ruling: Ruling
) -> tuple[Credit, ...]:
    """A manager's word: these agents get it, by weight."""
    agents = sorted(ruling.agents)
    parts = split(order.net, [ruling.agents[agent] for agent in agents])
    first = min(claims, key=_rank, default=None)
    kind = first.kind if first is not None and first.kind else "revenue.coupon"
    found = []
    for agent, part in zip(agents, parts, strict=True):
        own = next((one for one in claims if one.agent == agent), None)
        met = newest(one for one in before if one.agent == agent)
        ticket = own.ticket if own else (met.ticket if met else (first.ticket if first else None))
        base = own or first or Credit("", agent, kind, "assisted", 0)
        key = own.key if own else f"{agent}:given"
        grade: Grade = "assisted" if base.grade == "unproven" else base.grade
        evidence = (*(own.evidence if own else ()), "given by a manager")
        found.append(
            replace(
                base,
                key=key,
                agent=agent,
                kind=kind,
                grade=grade,
                net=part,
                ticket=ticket,
                evidence=evidence,
                counts=True,
            )
        )
    return tuple(found)


def _accepted(claim: Credit, ruling: Ruling) -> Credit:
    if claim.grade != "unproven" or claim.code.casefold() not in ruling.accepted:
        return claim
    return replace(claim, counts=True, evidence=(*claim.evidence, "accepted by a manager"))


def _rank(claim: Credit) -> int:
    """The smaller the stronger; what a manager has accepted is as good as a code that was sent."""
    if claim.grade == "unproven":
        return 2 if claim.counts else 9
    return _RANKS.get((claim.kind, claim.grade), 5)


def _credit(
    best: Evidence,
    kind: str,
    grade: Grade,
    evidence: Sequence[Evidence],
    said: Sequence[str],
    window: timedelta | None = None,
    code: str = "",
) -> Credit:
    rivals = dict.fromkeys(f"{one.helpdesk} {one.ticket}" for one in evidence if one.ticket != best.ticket)
    return Credit(
        key=f"{best.agent}:{code.casefold() or kind or 'near'}",
        agent=best.agent or "",
        kind=kind,
        grade=grade,
        net=0,
        code=code,
        connection_id=best.connection_id,
        helpdesk=best.helpdesk,
        ticket=best.ticket,
        channel=best.channel,
        evidence=tuple(said),
        rivals=tuple(rivals),
        window_days=None if window is None else window.days,
        since=best.at,
    )


def _host(order: StoreOrder, before: Iterable[Evidence]) -> HostCredit | None:
    met = newest(one for one in before if one.agent and _within(one, order, HOST_WINDOW))
    return None if met is None or not met.agent else HostCredit(met.agent, met.helpdesk, met.ticket)


def _within(one: Evidence, order: StoreOrder, window: timedelta) -> bool:
    return order.placed_at - one.at <= window


def _days(one: Evidence, order: StoreOrder) -> str:
    days = (order.placed_at - one.at).days
    return "1 day" if days == 1 else f"{days} days"
