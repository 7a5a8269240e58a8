"""What the account holds. Records are never changed in place: a change makes a new one, so readers need no lock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")
TYPES = ("problem", "incident", "question", "task")
STAFF = frozenset({"agent", "admin"})


def stamp(at: datetime) -> str:
    """An instant as the API writes it: UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class User:
    """A customer (`end-user`), an agent or an admin."""

    id: int
    name: str
    email: str | None
    role: str
    created_at: datetime
    updated_at: datetime
    group_ids: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    external_id: str | None = None
    user_fields: Mapping[str, Any] = field(default_factory=dict)
    locale: str = "en-US"
    active: bool = True
    suspended: bool = False

    @property
    def is_staff(self) -> bool:
        """Whether this is somebody of the shop."""
        return self.role in STAFF


@dataclass(frozen=True, slots=True)
class Group:
    """A group of agents."""

    id: int
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a drop-down field; its value is the tag that it puts on the ticket."""

    id: int
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class TicketField:
    """A custom field of tickets."""

    id: int
    type: str
    title: str
    created_at: datetime
    updated_at: datetime
    options: tuple[Option, ...] = ()
    active: bool = True
    description: str = ""

    def option(self, value: Any) -> Option | None:
        """The choice with this value."""
        return next((one for one in self.options if one.value == value), None)


@dataclass(frozen=True, slots=True)
class Macro:
    """A prepared change that an agent may apply."""

    id: int
    title: str
    actions: tuple[Mapping[str, Any], ...]
    created_at: datetime
    active: bool = True
    group_id: int | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A message or, where not public, an internal note."""

    id: int
    author_id: int
    body: str
    public: bool
    created_at: datetime
    audit_id: int
    channel: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What one change did. `channel` is `api`, `web` (an agent's page) or `email` (a customer)."""

    id: int
    ticket_id: int
    author_id: int
    channel: str
    created_at: datetime
    events: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket with its conversation and history. `change` is its place in the account's sequence of changes."""

    id: int
    subject: str
    requester_id: int
    submitter_id: int
    channel: str
    created_at: datetime
    updated_at: datetime
    generated_at: datetime
    change: int = 0
    status: str = "new"
    priority: str | None = None
    type: str | None = None
    group_id: int | None = None
    assignee_id: int | None = None
    external_id: str | None = None
    tags: tuple[str, ...] = ()
    values: Mapping[int, Any] = field(default_factory=dict)
    comments: tuple[Comment, ...] = ()
    audits: tuple[Audit, ...] = ()
    deleted: bool = False

    @property
    def description(self) -> str:
        """The first message."""
        return self.comments[0].body if self.comments else ""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where events are sent."""

    id: str
    name: str
    endpoint: str
    subscriptions: tuple[str, ...]
    secret: str
    created_at: datetime
    updated_at: datetime
    created_by: int
    status: str = "active"
    http_method: str = "POST"
    request_format: str = "json"
    description: str | None = None

    @property
    def of_events(self) -> bool:
        """Whether it follows events; the other kind is called by triggers."""
        return any(one.startswith("zen:event-type:") for one in self.subscriptions)
