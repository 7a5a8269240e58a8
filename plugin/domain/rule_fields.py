"""The fields that rules may look at: what each is called, its type, and where its value comes from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from plugin.domain.facts import Customer, LastOrder, Record, Ticket, TierDecision
from plugin.domain.teams import Team, is_open

EVENTS: Final = ("ticket_created", "customer_message", "agent_message", "ticket_changed", "ticket_solved")
"""What a rule can be run on."""

STATUSES: Final = ("new", "open", "pending", "hold", "solved", "closed")
PRIORITIES: Final = ("low", "normal", "high", "urgent")

UNHEARD_OF: Final = Customer()
UNDECIDED: Final = TierDecision(certain=False)


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """All that rules may look at when something happened on a ticket.

    `happened` are the events of this one look (`EVENTS`), `text` the words of the message that came,
    `previous` the values before it (`previous_of`; None: a ticket not seen before). `by_person` are the slots
    that a person has set (`plugin.domain.people`), `stopped` the rules that run away on this ticket.
    """

    ticket: Ticket
    now: datetime
    happened: frozenset[str]
    text: str = ""
    first_message: bool = False
    reason_code: str | None = None
    presale: bool = False
    customer: Customer = UNHEARD_OF
    tier: TierDecision = UNDECIDED
    teams: tuple[Team, ...] = ()
    previous: Mapping[str, Any] | None = None
    by_person: frozenset[str] = frozenset()
    stopped: frozenset[str] = frozenset()


class Kind(StrEnum):
    """The type of a field's value; it decides which operators there are."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    MONEY = "money"
    TAGS = "tags"
    LIST = "list"
    BOOL = "true or false"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a condition can look at.

    `choices` are its only values, where it has such; `order` is their rank for less and greater (None in it: no
    value has a rank too). `named` says which names of the settings its values are (tier, team, reason code);
    `remembered` fields can be asked whether they changed. `says` is the explanation for admins.
    """

    name: str
    kind: Kind
    read: Callable[[RuleFacts], Any]
    says: str
    choices: tuple[str, ...] = ()
    order: tuple[str | None, ...] = ()
    named: str = ""
    remembered: bool = False


def previous_of(record: Record) -> Mapping[str, Any] | None:
    """The values before this look, from the record as it was before anything was decided; None: never seen."""
    before = record.snapshot
    if before is None:
        return None
    return {
        "ticket.status": before.status,
        "ticket.priority": before.priority,
        "ticket.group": before.group,
        "ticket.assignee": before.assignee,
        "ticket.reason_code": record.reason.code if record.reason else None,
    }


def not_known(facts: RuleFacts) -> frozenset[str]:
    """The fields of which nobody can say yet what they hold: no condition that denies something is met on them."""
    names = {"parcel.status", "parcel.problem"}
    if facts.customer.state == "unknown":
        names |= {name for name in FIELDS if name.startswith(("customer.", "order."))} - {"customer.state"}
    if facts.tier.certain:
        names.discard("customer.tier")
    else:
        names.add("customer.tier")
    return frozenset(names)


def _language(facts: RuleFacts) -> str | None:
    """The language alone: `en` for en-US and en_GB."""
    language = facts.ticket.language
    return language.replace("_", "-").partition("-")[0] if language else None


def _customer_tags(facts: RuleFacts) -> tuple[str, ...]:
    return (*facts.customer.tags, *facts.ticket.requester.tags)


def _orders(facts: RuleFacts) -> int | None:
    return 0 if facts.customer.state == "nobody" else facts.customer.orders


def _days_old(facts: RuleFacts) -> int | None:
    order = facts.customer.last_order
    return None if order is None else max((facts.now - order.at).days, 0)


def _open_teams(facts: RuleFacts) -> tuple[str, ...]:
    return tuple(team.name for team in facts.teams if is_open(team, facts.now))


def _of_order(read: Callable[[LastOrder], Any]) -> Callable[[RuleFacts], Any]:
    def value(facts: RuleFacts) -> Any:
        order = facts.customer.last_order
        return None if order is None else read(order)

    return value


def _no_source(facts: RuleFacts) -> None:
    """Nothing tells us this yet: the field reads as not known."""


_ALL: Final = (
    Field("ticket.subject", Kind.TEXT, lambda f: f.ticket.subject, "the subject line"),
    Field("ticket.text", Kind.TEXT, lambda f: f.text, "the words of the message that came"),
    Field(
        "ticket.channel", Kind.CHOICE, lambda f: f.ticket.channel, "the helpdesk's word: email, chat, web …"
    ),
    Field("ticket.language", Kind.CHOICE, _language, "two letters: en, ar, fa (en-US counts as en)"),
    Field(
        "ticket.status",
        Kind.CHOICE,
        lambda f: f.ticket.status,
        "where the ticket stands",
        choices=STATUSES,
        order=STATUSES,
        remembered=True,
    ),
    Field(
        "ticket.priority",
        Kind.CHOICE,
        lambda f: f.ticket.priority,
        "no priority counts as less than low",
        choices=PRIORITIES,
        order=(None, *PRIORITIES),
        remembered=True,
    ),
    Field("ticket.tags", Kind.TAGS, lambda f: f.ticket.tags, "the ticket's tags"),
    Field(
        "ticket.reason_code",
        Kind.CHOICE,
        lambda f: f.reason_code,
        "why the ticket came; `includes` takes the codes under the named ones too",
        named="reason code",
        remembered=True,
    ),
    Field("ticket.group", Kind.CHOICE, lambda f: f.ticket.group, "the team, by its id", remembered=True),
    Field("ticket.assignee", Kind.CHOICE, lambda f: f.ticket.assignee, "the agent, by id", remembered=True),
    Field("ticket.is_first_message", Kind.BOOL, lambda f: f.first_message, "the customer's first words here"),
    Field("ticket.is_presale", Kind.BOOL, lambda f: f.presale, "the reason code is a question before buying"),
    Field(
        "customer.tier", Kind.CHOICE, lambda f: f.tier.tier, "the tier, one of the settings'", named="tier"
    ),
    Field("customer.spent", Kind.MONEY, lambda f: f.customer.spent, "everything ever spent in the shop"),
    Field("customer.orders", Kind.NUMBER, _orders, "how many orders; 0 for whom the shop does not know"),
    Field("customer.tags", Kind.TAGS, _customer_tags, "the customer's tags in the shop and the helpdesk"),
    Field("customer.days_since_order", Kind.NUMBER, _days_old, "whole days since the latest order"),
    Field(
        "customer.state",
        Kind.CHOICE,
        lambda f: f.customer.state,
        "known; nobody: the shop has no such customer; unknown: the shop has not answered",
        choices=("known", "nobody", "unknown"),
    ),
    Field("order.total", Kind.MONEY, _of_order(lambda order: order.total), "of the latest order"),
    Field("order.status", Kind.CHOICE, _of_order(lambda order: order.status), "the shop's word: paid …"),
    Field(
        "order.fulfilment",
        Kind.CHOICE,
        _of_order(lambda order: order.fulfilment),
        "the shop's word: fulfilled …",
    ),
    Field("order.days_old", Kind.NUMBER, _days_old, "whole days since it was placed"),
    Field("order.skus", Kind.LIST, _of_order(lambda order: order.skus), "what was bought"),
    Field("order.tags", Kind.TAGS, _of_order(lambda order: order.tags), "the order's tags in the shop"),
    Field("parcel.status", Kind.CHOICE, _no_source, "not told by any source yet: never met"),
    Field("parcel.problem", Kind.CHOICE, _no_source, "not told by any source yet: never met"),
    Field("now.hours", Kind.HOURS, _open_teams, "the teams that are open now", named="team"),
)

FIELDS: Final[Mapping[str, Field]] = {one.name: one for one in _ALL}
"""All fields by name, in the order of the contract."""
