"""What an agent sees beside a ticket: from stored facts to a view, which each helpdesk's surface then renders."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final, Literal

from plugin.domain.agent_terms import AgentTerms
from plugin.domain.alerts import Alert, alerts_of, recent
from plugin.domain.facts import Customer, MacroSuggestion, Person, Ranked, Record, TierDecision
from plugin.domain.money import Money
from plugin.domain.offered import Offered
from plugin.domain.orders import Order

SHOWN_ORDERS: Final = 3
TOP_PERCENT: Final = 1.0
"""Customers up to this rank by spend get a video reply, as those do whom no bot may answer."""

DeedState = Literal["done", "under_way", "failed"]
Source = Literal["helpdesk", "shop"]
SourceState = Literal["told", "asking", "slow", "failed"]


@dataclass(frozen=True, slots=True)
class Deed:
    """What an agent did here. `did` says what, `result` what came of it (a code, an address), `problem` why not."""

    did: str
    by: str
    at: datetime
    state: DeedState = "done"
    result: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SourceShown:
    """Somebody who tells us things: what of (`name`), when they last did, and what keeps them from it."""

    source: Source
    name: str
    state: SourceState
    as_of: datetime | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class MacroShown:
    """A macro to apply, and who has done so; `text` is what it would write."""

    id: str
    title: str
    why: str
    text: str = ""
    applied: Deed | None = None


@dataclass(frozen=True, slots=True)
class OfferShown:
    """The one offer, and what became of it."""

    offer: Offered
    answer: Deed | None = None


@dataclass(frozen=True, slots=True)
class CouponShown:
    """The agent's own code, the single-use code made from it for this ticket, and their marked link into the shop."""

    code: str | None
    share: Decimal | None
    made: Deed | None = None
    link: Deed | None = None


@dataclass(frozen=True, slots=True)
class BudgetShown:
    """What the agent may give away in a month, and what is left of it this month."""

    whole: Money
    left: Money


@dataclass(frozen=True, slots=True)
class GestureShown:
    """Something that an agent gave to this customer."""

    what: str
    amount: Money
    by: str
    at: datetime
    occasion: str = ""


@dataclass(frozen=True, slots=True)
class GestureAsked:
    """A gesture that the agent is asked about once more; `once` makes a second yes the same gesture."""

    what: str
    amount: Money
    occasion: str
    once: str


@dataclass(frozen=True, slots=True)
class DisputeShown:
    """That whoever looks contests a credit, and what a manager decided; `state` is open, upheld or rejected.

    `by` and `at` are of who spoke last: the agent, else the manager, with their `decision`.
    """

    state: str
    reason: str
    by: str
    at: datetime
    decision: str = ""


@dataclass(frozen=True, slots=True)
class CreditShown:
    """(Part of) an order given to an agent, by evidence; `mine` where that is whoever looks.

    `worth` and `commission` are None where they are not known, or not for this reader. `state` is the commission's:
    pending, approved, paid, taken_back, held (`held` says why), contested; "" where it is not for this reader.
    """

    id: int
    order: str
    agent: str
    mine: bool
    grade: str
    counts: bool
    evidence: tuple[str, ...] = ()
    worth: Money | None = None
    commission: Money | None = None
    state: str = ""
    held: str = ""
    contested: bool = False
    dispute: DisputeShown | None = None


@dataclass(frozen=True, slots=True)
class NotesShown:
    """What agents noted of how this customer likes to be written to."""

    style: str = ""
    text: str = ""
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SidebarFacts:
    """All that is stored of a ticket, its customer and who is looking. `allowed` says whether they may see amounts,
    `manages` whether what others earn is their business.

    `deeds` are by what they are about ("reason", "macro:360001", "offer:Belt", "coupon"); `declined` names the offers
    that this customer did not want lately. `texts` are what the macros would write.
    """

    record: Record
    seen_at: datetime
    now: datetime
    requester: Person
    customer: Customer
    tier: TierDecision
    orders: tuple[Order, ...] = ()
    orders_as_of: datetime | None = None
    has_shop: bool = True
    live: bool = False
    closed: bool = False
    allowed: bool = True
    manages: bool = False
    terms: AgentTerms | None = None
    budget: BudgetShown | None = None
    credits: tuple[CreditShown, ...] = ()
    gestures: tuple[GestureShown, ...] = ()
    recorder: str | None = None
    sources: tuple[SourceShown, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    deeds: Mapping[str, Deed] = field(default_factory=dict)
    declined: frozenset[str] = frozenset()
    notes: NotesShown = field(default_factory=NotesShown)


@dataclass(frozen=True, slots=True)
class SidebarView:
    """Everything shown. `reason` is a code, `reason_sure` false for a mere suggestion, `as_of` the data's age.

    `asked` is false where the tenant has no shop to ask: then nothing is known of anybody, and nothing is awaited.
    `amounts` is false for who may not see any: then there are none in here.
    """

    customer: Customer
    name: str = ""
    email: str | None = None
    tier: str | None = None
    evidence: tuple[str, ...] = ()
    no_bots: bool = False
    average: Money | None = None
    alerts: tuple[Alert, ...] = ()
    reason: str | None = None
    reason_sure: bool = False
    reason_by: str = ""
    reason_deed: Deed | None = None
    suggestions: tuple[Ranked, ...] = ()
    macros: tuple[MacroShown, ...] = ()
    offer: OfferShown | None = None
    coupon: CouponShown | None = None
    budget: BudgetShown | None = None
    gestures: tuple[GestureShown, ...] = ()
    question: GestureAsked | None = None
    credits: tuple[CreditShown, ...] = ()
    orders: tuple[Order, ...] = ()
    orders_as_of: datetime | None = None
    notes: NotesShown = field(default_factory=NotesShown)
    search: Deed | None = None
    recorder: str | None = None
    video: Deed | None = None
    sources: tuple[SourceShown, ...] = ()
    as_of: datetime | None = None
    asked: bool = True
    amounts: bool = True
    live: bool = False
    closed: bool = False

    @property
    def new_customer(self) -> bool:
        """Whether this is somebody who has not bought yet: shown what helps to sell, and no zeros."""
        return self.customer.state == "nobody" or (
            self.customer.state == "known" and self.customer.orders == 0
        )

    @property
    def offers(self) -> tuple[str, ...]:
        """The names of what is on offer."""
        return () if self.offer is None else (self.offer.offer.name,)


def sidebar_view(facts: SidebarFacts) -> SidebarView:
    """The view of a ticket that we know."""
    record, customer = facts.record, facts.customer
    no_bots = record.no_bots or facts.tier.no_bots
    reason = record.reason
    return SidebarView(
        customer=customer if facts.allowed else _without_amounts(customer),
        name=_name(facts.requester, customer),
        email=facts.requester.email or customer.email,
        tier=facts.tier.tier,
        evidence=facts.tier.evidence if facts.allowed else (),
        no_bots=no_bots,
        average=average(customer.spent, customer.orders) if facts.allowed else None,
        alerts=alerts_of(recent(facts.orders, facts.now), no_bots),
        reason=reason.code if reason else _likely(record),
        reason_sure=reason is not None,
        reason_by=reason.by if reason else "",
        reason_deed=facts.deeds.get("reason"),
        suggestions=record.suggestions,
        macros=tuple(_macro(one, facts) for one in record.macros if one.id in facts.texts),
        offer=_offer(facts),
        coupon=_coupon(facts),
        budget=facts.budget,
        gestures=facts.gestures,
        credits=tuple(_credit(one, facts) for one in facts.credits),
        orders=tuple(
            one if facts.allowed else replace(one, total=None) for one in facts.orders[:SHOWN_ORDERS]
        ),
        orders_as_of=facts.orders_as_of,
        notes=facts.notes,
        search=facts.deeds.get("search"),
        recorder=facts.recorder if _deserves_video(customer, no_bots) else None,
        video=facts.deeds.get("video"),
        sources=facts.sources,
        as_of=customer.as_of or facts.seen_at,
        asked=facts.has_shop,
        amounts=facts.allowed,
        live=facts.live,
        closed=facts.closed,
    )


def average(spent: Money | None, orders: int | None) -> Money | None:
    """What an order was worth on average, rounded half to even; None without orders."""
    if spent is None or not orders:
        return None
    minor = (Decimal(spent.minor) / orders).to_integral_value(ROUND_HALF_EVEN)
    return Money(int(minor), spent.currency)


def _name(person: Person, customer: Customer) -> str:
    """What the helpdesk calls them; what it made of their address is no name, if the shop has a better one."""
    made_up = (person.email or "").partition("@")[0]
    is_name = bool(person.name) and person.name.casefold() not in {made_up.casefold(), person.email or ""}
    return person.name if is_name else customer.name or person.name


def _without_amounts(customer: Customer) -> Customer:
    """What everybody may see of a customer: their tier is told, what they spent is not."""
    return replace(customer, spent=None, last_order=None, top_percent=None)


def _likely(record: Record) -> str | None:
    return record.suggestions[0].code if record.suggestions else None


def _macro(macro: MacroSuggestion, facts: SidebarFacts) -> MacroShown:
    applied = facts.deeds.get(f"macro:{macro.id}")
    return MacroShown(macro.id, macro.title, macro.why, facts.texts[macro.id], applied)


def _offer(facts: SidebarFacts) -> OfferShown | None:
    """The best offer that was not declined; one that somebody here has answered stays, with the answer."""
    for offered in facts.record.offers:
        answer = facts.deeds.get(f"offer:{offered.name}")
        if answer is not None or offered.name not in facts.declined:
            shown = offered if facts.allowed else replace(offered, margin=None)
            return OfferShown(shown, answer)
    return None


def _coupon(facts: SidebarFacts) -> CouponShown | None:
    """What an agent sends to a customer; for who works in the helpdesk, where there is a shop to buy in."""
    terms = facts.terms
    if terms is None or not facts.has_shop:
        return None
    return CouponShown(terms.coupon, terms.coupon_share, facts.deeds.get("coupon"), facts.deeds.get("link"))


def _credit(credit: CreditShown, facts: SidebarFacts) -> CreditShown:
    """What an agent earns is theirs to see, and a manager's who may see amounts; an order's worth is an amount."""
    shown = credit if facts.allowed else replace(credit, worth=None)
    if credit.mine or (facts.manages and facts.allowed):
        return shown
    return replace(shown, commission=None, state="", held="")


def _deserves_video(customer: Customer, no_bots: bool) -> bool:
    return no_bots or (customer.top_percent is not None and customer.top_percent <= TOP_PERCENT)
