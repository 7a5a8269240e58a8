"""What the account holds. Records are never changed in place: a change makes a new one, so readers need no lock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

STATUSES = ("open", "closed")
PRIORITIES = ("critical", "high", "normal", "low")
NOTE = "internal-note"
ADMIN = "admin"
TRIGGERS = (
    *("ticket-created", "ticket-updated", "ticket-message-created", "ticket-self-unsnoozed"),
    *("ticket-message-failed", "ticket-assignment-updated", "ticket-status-updated", "ticket-handed-over"),
)


def stamp(at: datetime | None) -> str | None:
    """An instant as the API writes it: with microseconds and an offset."""
    return None if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class User:
    """Somebody of the shop, or a bot of the helpdesk's own."""

    id: int
    name: str
    email: str
    role: str
    created_at: datetime
    team_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Team:
    """A team that tickets may be handed to."""

    id: int
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of the account; tickets name it by its name, whose case counts."""

    id: int
    name: str
    created_at: datetime
    description: str | None = None
    color: str = "#8088D6"


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who writes. `integrations` is what integrations know of them, by the integration's id."""

    id: int
    name: str
    email: str | None
    created_at: datetime
    updated_at: datetime
    language: str = "en"
    external_id: str | None = None
    note: str = ""
    phone: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[int, Any] = field(default_factory=dict)
    integrations: Mapping[str, Any] = field(default_factory=dict)
    data: Any = None
    data_version: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A custom field of tickets or of customers; `input` is dropdown, input or input_number."""

    id: int
    object_type: str
    label: str
    data_type: str
    input: str
    created_at: datetime
    updated_at: datetime
    choices: tuple[Any, ...] = ()
    managed: str | None = None
    required: bool = False
    priority: int = 0
    description: str | None = None
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a ticket; `public` false is a note that only the shop's people see."""

    id: int
    ticket_id: int
    channel: str
    via: str
    from_agent: bool
    public: bool
    sender_id: int
    text: str
    html: str
    created_at: datetime
    subject: str = ""
    receiver_id: int | None = None
    source: Mapping[str, Any] = field(default_factory=dict)
    sent_at: datetime | None = None
    rule_id: int | None = None
    macro_ids: tuple[int, ...] = ()
    meta: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a ticket's history. `by` is api, agent or customer; `changes` is name → [before, after]."""

    id: int
    ticket_id: int
    at: datetime
    by: str
    author: str
    changes: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket with its conversation and history."""

    id: int
    subject: str
    customer_id: int
    channel: str
    via: str
    created_at: datetime
    updated_at: datetime
    status: str = "open"
    priority: str = "normal"
    language: str | None = "en"
    user_id: int | None = None
    team_id: int | None = None
    tags: tuple[str, ...] = ()
    values: Mapping[int, Any] = field(default_factory=dict)
    predictions: Mapping[int, Any] = field(default_factory=dict)
    external_id: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    spam: bool = False
    unread: bool = True
    snoozed_until: datetime | None = None
    closed_at: datetime | None = None
    opened_at: datetime | None = None
    trashed_at: datetime | None = None
    messages: tuple[Message, ...] = ()
    history: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Macro:
    """A prepared answer with what else it does."""

    id: int
    name: str
    actions: tuple[Json, ...]
    created_at: datetime
    updated_at: datetime
    language: str | None = None
    intent: str | None = None
    usage: int = 0
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Integration:
    """An HTTP integration: called on its triggers. `failures` are those since the last call that was answered well."""

    id: int
    name: str
    url: str
    method: str
    triggers: Mapping[str, bool]
    user_id: int
    created_at: datetime
    updated_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Any = None
    request_type: str = "application/json"
    response_type: str = "application/json"
    description: str | None = None
    hmac_secret: str | None = None
    deactivated_at: datetime | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Widget:
    """A card of the sidebar: a template over the data of an integration."""

    id: int
    type: str
    context: str
    template: Json
    created_at: datetime
    updated_at: datetime
    integration_id: int | None = None
    app_id: str | None = None
    order: int = 0
    deactivated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, as the list of events tells it."""

    id: int
    type: str
    object_type: str
    object_id: int
    user_id: int | None
    context: str
    created_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class View:
    """A saved list of tickets."""

    id: int
    name: str
    filters: str
    visibility: str
    created_at: datetime
