"""What we know when we decide: the ticket as just read, our own memory of it, and the tenant's settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from plugin.domain.money import Money
from plugin.domain.offered import Offered

TicketState = Literal["open", "closed", "merged", "deleted", "spam"]
"""`open` is every state in which the helpdesk still takes changes (solved too); the others are left alone."""

ReasonBy = Literal["phrases", "learned", "agent"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a ticket. `id` is the helpdesk's, as text; `tags` are the helpdesk's on that person."""

    id: str
    name: str = ""
    email: str | None = None
    phone: str | None = None
    locale: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One comment. `text` is plain and holds only what is new in it: no quoted history, no signature.

    `automated` is true for what the host's own bots and rules wrote; `macros` are the ids of the macros it was made
    with, where the helpdesk says so. `author_email` is None where the helpdesk does not tell it beside the message.
    """

    id: str
    author_id: str
    from_customer: bool
    public: bool
    text: str
    at: datetime
    automated: bool = False
    macros: tuple[str, ...] = ()
    author_email: str | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as the helpdesk has it now, in our words.

    `priority` is low, normal, high, urgent or None. `reason_value` is the raw value of the reason-code field
    (None: empty), `reason_code` the code it stands for (None: empty, or an option that is none of ours).
    `stamp` is what the helpdesk wants back to refuse a write on anything newer. `messages` are oldest first;
    `complete` is false when older ones than these exist and were not read.
    """

    id: str
    state: TicketState
    status: str
    subject: str
    channel: str
    language: str | None
    priority: str | None
    tags: tuple[str, ...]
    group: str | None
    assignee: str | None
    requester: Person
    reason_value: str | None
    reason_code: str | None
    created_at: datetime
    updated_at: datetime
    stamp: str
    messages: tuple[Message, ...] = ()
    complete: bool = True


MatchedBy = Literal["email", "phone", "order"]


@dataclass(frozen=True, slots=True)
class LastOrder:
    """A customer's latest order. `name` is the shop's ("#1001"); the statuses are the store's words, lower case."""

    name: str
    at: datetime
    total: Money
    status: str
    fulfilment: str
    skus: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Customer:
    """What the shop knows of the person who wrote.

    `state`: *known*; *nobody* (the shop was asked and has no such customer); *unknown* (there is no shop, or it has
    not answered yet): never to be taken for nobody. `top_percent` is the rank by spend (0.5: among the top half
    percent), None where not known. `as_of` is when the shop said so.
    """

    state: Literal["known", "nobody", "unknown"] = "unknown"
    email: str | None = None
    name: str = ""
    matched_by: MatchedBy | None = None
    spent: Money | None = None
    orders: int | None = None
    tags: tuple[str, ...] = ()
    last_order: LastOrder | None = None
    top_percent: float | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro of the helpdesk. `text` is what it would write, plain; `language` None where the helpdesk has none."""

    id: str
    title: str
    text: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """The helpdesk has no such ticket (any more), or will not show it: nothing to do, and why."""

    ticket_id: str
    state: TicketState
    why: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What we compare with next time: the parts of a ticket whose change is an event."""

    status: str
    priority: str | None
    tags: tuple[str, ...]
    group: str | None
    assignee: str | None
    reason_value: str | None
    last_message: str | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Ranked:
    """A reason code with its score in 0..1 and the customer's own words that gave it."""

    code: str
    score: float
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """The reason code of a ticket as we hold it. `code` None with `by` agent: a person emptied the field."""

    code: str | None
    by: ReasonBy
    sure: bool
    score: float
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TierDecision:
    """The tier that holds (None: none does) and what says so.

    `certain` is false while the shop is silent and could still put the customer into a later tier: until then
    nothing may be done that only fits somebody without a tier. `why` says why there is none, or none yet.
    """

    tier: str | None = None
    no_bots: bool = False
    evidence: tuple[str, ...] = ()
    certain: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class MacroSuggestion:
    """A macro to offer; `why` in words, for the agent."""

    id: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Look:
    """What was new when the ticket was looked at: what the rules are run on.

    `happened` are names that rules are run on, `text` the words of the message that came, `previous` the values
    before. It is kept, so that rules that wait for the shop (since `since`), that ran while it was silent (`again`),
    or whose writes came too late, are run on all of it. `by_bots` are ids of public messages that bots wrote.
    """

    happened: frozenset[str] = frozenset()
    text: str = ""
    first_message: bool = False
    previous: Mapping[str, Any] | None = None
    since: datetime | None = None
    again: bool = False
    by_bots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """Our memory of one ticket.

    `sent` is what we last asked the helpdesk to hold, by slot: how an echo is known. `landed` is what it took
    after the snapshot was made: so that a person who undoes it before we look again is still seen to have done so.
    `by_person` are the slots that people have set, `firings` when each rule wrote within the last hour.
    `no_bots_rule` is the rule that keeps bots away from this ticket, "" for none; `offers` are what may be proposed,
    the best first. `chosen` is the code that an agent chose in our sidebar and that the helpdesk does not hold yet;
    `searched` is the order number that an agent named there for whose ticket this is, "" for none.
    """

    snapshot: Snapshot | None = None
    reason: Reason | None = None
    suggestions: tuple[Ranked, ...] = ()
    sent: Mapping[str, str] = field(default_factory=dict)
    landed: Mapping[str, str] = field(default_factory=dict)
    by_person: frozenset[str] = frozenset()
    firings: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)
    look: Look | None = None
    customer: Customer = field(default_factory=Customer)
    tier: TierDecision | None = None
    no_bots_rule: str = ""
    macros: tuple[MacroSuggestion, ...] = ()
    offers: tuple[Offered, ...] = ()
    chosen: str | None = None
    searched: str = ""

    @property
    def no_bots(self) -> bool:
        """Whether nobody but a person may answer, as far as we know."""
        return bool(self.no_bots_rule) or (self.tier is not None and self.tier.no_bots)


@dataclass(frozen=True, slots=True)
class Facts:
    """All a decision may look at. `live` is false in shadow mode: decide and trace, write nothing."""

    ticket: Ticket
    record: Record
    live: bool
    now: datetime
    writable_reason: bool
    """Whether this connection has a reason-code field to write to."""
    customer: Customer = field(default_factory=Customer)
    """Whom the shop says it is, as far as it was asked."""
    asking: bool = False
    """Whether the shop has been asked and has not answered yet."""


def snapshot_of(ticket: Ticket) -> Snapshot:
    """What to remember of this ticket for the next comparison."""
    last = ticket.messages[-1].id if ticket.messages else None
    return Snapshot(
        status=ticket.status,
        priority=ticket.priority,
        tags=tuple(sorted(ticket.tags)),
        group=ticket.group,
        assignee=ticket.assignee,
        reason_value=ticket.reason_value,
        last_message=last,
        updated_at=ticket.updated_at,
    )


Json = dict[str, Any]
