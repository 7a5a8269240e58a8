"""The account: everything it holds, in memory, behind one lock for those who write."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any, TypeVar

from sandbox.gorgias.caller import Caller
from sandbox.gorgias.errors import not_found
from sandbox.gorgias.limits import Limits
from sandbox.gorgias.records import (
    Customer,
    Event,
    Field,
    Integration,
    Macro,
    Message,
    Tag,
    Team,
    Ticket,
    User,
    View,
    Widget,
)
from sandbox.gorgias.tokens import Access

Record = TypeVar("Record")
STARTS = {"ticket": 1001, "message": 5001, "user": 93, "team": 211, "tag": 7, "field": 55, "macro": 5}
"""Where ids of a kind start; others start at 1. They tell kinds apart in what one reads."""


def wall_clock() -> datetime:
    """The instant it is."""
    return datetime.now(UTC)


@dataclass
class Account:
    """One vendor account. Whoever writes holds `lock`; records are replaced whole, so readers need none.

    `undefined` is what a template makes of nothing, `encodes_urls` whether it encodes what it puts into an address:
    the vendor tells neither.
    """

    now: Callable[[], datetime] = wall_clock
    domain: str = "demo"
    undefined: str = ""
    encodes_urls: bool = True
    lock: threading.RLock = field(default_factory=threading.RLock)
    users: dict[int, User] = field(default_factory=dict)
    teams: dict[int, Team] = field(default_factory=dict)
    tags: dict[int, Tag] = field(default_factory=dict)
    customers: dict[int, Customer] = field(default_factory=dict)
    fields: dict[int, Field] = field(default_factory=dict)
    tickets: dict[int, Ticket] = field(default_factory=dict)
    macros: dict[int, Macro] = field(default_factory=dict)
    integrations: dict[int, Integration] = field(default_factory=dict)
    widgets: dict[int, Widget] = field(default_factory=dict)
    views: dict[int, View] = field(default_factory=dict)
    events: dict[int, Event] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    access: Access = field(init=False)
    caller: Caller = field(init=False)

    def __post_init__(self) -> None:
        self.access = Access(self.domain)
        self.caller = Caller(self._well, self._failed, self.keep_answer)
        self._ids = {kind: count(first) for kind, first in STARTS.items()}

    def next_id(self, kind: str) -> int:
        """The next id of this kind."""
        with self.lock:
            return next(self._ids.setdefault(kind, count(1)))

    # ------------------------------------------------------------------------------------- finding

    def ticket(self, ticket_id: int) -> Ticket:
        """The ticket, or a 404."""
        return found(self.tickets, ticket_id)

    def customer(self, customer_id: int) -> Customer:
        """The customer, or a 404."""
        return found(self.customers, customer_id)

    def user_by_email(self, email: str) -> User | None:
        """The user with this address."""
        low = email.strip().lower()
        return next((one for one in list(self.users.values()) if one.email.lower() == low), None)

    def customer_by_email(self, email: str) -> Customer | None:
        """The customer with this address."""
        low = email.strip().lower()
        return next((one for one in list(self.customers.values()) if (one.email or "").lower() == low), None)

    def tag_by_name(self, name: str) -> Tag | None:
        """The tag with this name; its case counts."""
        return next((one for one in list(self.tags.values()) if one.name == name), None)

    def person(self, message: Message) -> User | Customer | None:
        """Who wrote a message."""
        return (
            self.users.get(message.sender_id) if message.from_agent else self.customers.get(message.sender_id)
        )

    # --------------------------------------------------------------------------------------- making

    def add_user(self, name: str, email: str, role: str = "agent", team_ids: tuple[int, ...] = ()) -> User:
        """A new user of the shop."""
        made = User(self.next_id("user"), name, email, role, self.now(), team_ids)
        self.users[made.id] = made
        return made

    def add_team(self, name: str) -> Team:
        """A new team."""
        made = Team(self.next_id("team"), name, self.now())
        self.teams[made.id] = made
        return made

    def add_tag(self, name: str, **more: Any) -> Tag:
        """A new tag."""
        made = Tag(self.next_id("tag"), name, self.now(), **more)
        self.tags[made.id] = made
        return made

    def known_customer(self, name: str, email: str | None, **more: Any) -> Customer:
        """The customer with this address, made where there is none."""
        with self.lock:
            known = self.customer_by_email(email) if email else None
            if known is not None:
                return known
            at = self.now()
            made = Customer(self.next_id("customer"), name, email, at, at, **more)
            self.customers[made.id] = made
            return made

    def change_customer(self, customer_id: int, **changes: Any) -> Customer:
        """The customer with these changes, kept."""
        with self.lock:
            made = replace(self.customer(customer_id), updated_at=self.now(), **changes)
            self.customers[made.id] = made
            return made

    def add_field(self, object_type: str, label: str, **more: Any) -> Field:
        """A new custom field; a drop-down of texts unless told otherwise."""
        at = self.now()
        kind = {"data_type": "text", "input": "dropdown", **more}
        made = Field(self.next_id("field"), object_type, label, created_at=at, updated_at=at, **kind)
        self.fields[made.id] = made
        return made

    def add_macro(self, name: str, *actions: dict[str, Any], **more: Any) -> Macro:
        """A new macro."""
        at = self.now()
        made = Macro(self.next_id("macro"), name, actions, at, at, **more)
        self.macros[made.id] = made
        return made

    def note_event(
        self, kind: str, object_type: str, object_id: int, user_id: int | None, context: str
    ) -> Event:
        """Something happened; it is in the list of events from now on."""
        made = Event(self.next_id("event"), kind, object_type, object_id, user_id, context, self.now())
        self.events[made.id] = made
        return made

    # ----------------------------------------------------------------- what calls of integrations bring

    def _well(self, integration_id: int) -> None:
        self._count(integration_id, 0)

    def _failed(self, integration_id: int) -> None:
        self._count(integration_id, 1)

    def _count(self, integration_id: int, failures: int) -> None:
        """Failures in a row: too many of them switch the integration off, and one call that went well begins anew."""
        with self.lock:
            one = self.integrations.get(integration_id)
            if one is None:
                return
            made = replace(one, failures=one.failures + failures if failures else 0)
            if made.failures >= self.caller.most_failures and made.deactivated_at is None:
                made = replace(made, deactivated_at=self.now())
            self.integrations[made.id] = made

    def keep_answer(self, integration_id: int, customer_id: int, document: Any) -> None:
        """The answer to a GET is kept with the customer, and shown beside their tickets."""
        with self.lock:
            one = self.customers.get(customer_id)
            if one is not None and isinstance(document, dict):
                held = {"__integration_type__": "http", **document}
                kept = {**one.integrations, str(integration_id): held}
                self.customers[one.id] = replace(one, integrations=kept)


def found(records: dict[int, Record], number: int) -> Record:
    """The record with this number, or a 404."""
    one = records.get(number)
    if one is None:
        raise not_found()
    return one
