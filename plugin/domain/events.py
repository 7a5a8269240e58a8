"""What happened, in our words. `handlers/__init__.py` says what we do about each.

Events about a ticket come from comparing two states of it (`compare`), never from a webhook's own claim:
a webhook is a hint, the object is the truth.
"""

from dataclasses import dataclass
from datetime import datetime

from plugin.domain.facts import Look, Message


@dataclass(frozen=True, slots=True)
class TicketCreated:
    """We see this ticket for the first time."""

    ticket_id: str


@dataclass(frozen=True, slots=True)
class CustomerMessage:
    """The customer wrote; `first` is true for the first words of theirs that we see on the ticket."""

    ticket_id: str
    message: Message
    first: bool


@dataclass(frozen=True, slots=True)
class AgentMessage:
    """Somebody of the shop wrote, publicly or as an internal note."""

    ticket_id: str
    message: Message


@dataclass(frozen=True, slots=True)
class ReasonCodeSet:
    """The reason-code field holds something that we did not send: a person (or their rule) chose it.

    `code` is None where the field was emptied, or holds an option that belongs to no code of ours.
    """

    ticket_id: str
    code: str | None


@dataclass(frozen=True, slots=True)
class ReasonChosen:
    """An agent chose this reason code in our sidebar: it is to be written into the helpdesk."""

    ticket_id: str
    code: str


@dataclass(frozen=True, slots=True)
class WriteOvertaken:
    """The ticket changed between our read and our write, so nothing was written: decide again."""

    ticket_id: str


@dataclass(frozen=True, slots=True)
class RulesDue:
    """Everything new about the ticket is known: time for tier, rules and suggestions.

    `overtaken` is true where what was decided last was not written.
    """

    ticket_id: str
    look: Look
    overtaken: bool = False


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """A store told something of an order, or something was learnt that may concern it: it is brought to account."""

    order_id: str


@dataclass(frozen=True, slots=True)
class DayStarted:
    """A day began (UTC): time for retention."""

    at: datetime


@dataclass(frozen=True, slots=True)
class SweepDue:
    """Time to ask the helpdesk what changed, so that a lost webhook is no lost ticket."""

    at: datetime


TicketEvent = (
    TicketCreated | CustomerMessage | AgentMessage | ReasonCodeSet | ReasonChosen | WriteOvertaken | RulesDue
)
Event = TicketEvent | OrderChanged | DayStarted | SweepDue
