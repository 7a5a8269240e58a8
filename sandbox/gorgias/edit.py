"""One change of one ticket: collected on a copy, checked, kept whole or not at all, and told to integrations."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import escape
from typing import Any

from sandbox.gorgias import rendering
from sandbox.gorgias.caller import Told
from sandbox.gorgias.errors import invalid, not_found
from sandbox.gorgias.records import NOTE, PRIORITIES, STATUSES, Entry, Field, Json, Message, Ticket, stamp
from sandbox.gorgias.state import Account

WATCHED = ("subject", "status", "priority", "language", "user_id", "team_id", "tags", "snoozed_until", "spam")
"""What the history tells changes of, beside custom fields and messages."""
LONGEST_TAG = 256
TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes something: `by` is api, agent or customer; a customer is no user."""

    name: str
    by: str
    user_id: int | None = None


class Edit:
    """A change by one author. Hold the account's lock from here to `commit`."""

    def __init__(self, account: Account, ticket: Ticket, author: Author) -> None:
        self._account = account
        self._author = author
        self._before: Ticket | None = ticket
        self.ticket = ticket

    @classmethod
    def new(
        cls, account: Account, customer_id: int, author: Author, at: datetime | None = None, **more: Any
    ) -> "Edit":
        """A ticket that does not exist yet; `at` lets a sample be older than now."""
        now = at or account.now()
        number = account.next_id("ticket")
        ticket = Ticket(number, "", customer_id, created_at=now, updated_at=now, **more)
        made = cls(account, ticket, author)
        made._before = None
        return made

    # ------------------------------------------------------------------------------------- changing

    def set(self, **changes: Any) -> None:
        """Set plain properties; refused where one is not among the values there are."""
        for name, known in (("status", STATUSES), ("priority", PRIORITIES)):
            if name in changes and changes[name] not in known:
                raise invalid(name, f"Must be one of {', '.join(known)}.")
        if changes.get("status") == "open":
            changes |= {"closed_at": None, "snoozed_until": changes.get("snoozed_until")}
        if changes.get("status") == "closed" and self.ticket.status != "closed":
            changes["closed_at"] = self._account.now()
        self.ticket = replace(self.ticket, **changes)

    def assign(self, name: str, number: int | None) -> None:
        """Hand the ticket to a user or a team, or to nobody."""
        known = self._account.users if name == "user_id" else self._account.teams
        if number is not None and number not in known:
            raise invalid(name.replace("_id", ""), f"There is none with the id {number}.")
        changes: Json = {name: number}
        self.ticket = replace(self.ticket, **changes)

    def tags(self, names: Iterable[str]) -> None:
        """Replace all tags, in the order given; a name that is new becomes a tag of the account."""
        wanted = tuple(dict.fromkeys(names))
        for name in wanted:
            if not name.strip() or len(name) > LONGEST_TAG:
                raise invalid("names", f"A tag has 1 to {LONGEST_TAG} characters.")
            if self._account.tag_by_name(name) is None:
                self._account.add_tag(name)
        self.ticket = replace(self.ticket, tags=wanted)

    def value(self, field_id: int, value: Any) -> None:
        """Set a custom field of tickets; None empties it."""
        where = self._account.fields.get(field_id)
        if where is None or where.object_type != "Ticket":
            raise not_found(f"There is no ticket field {field_id}.")
        check_value(where, value)
        values = {**self.ticket.values, field_id: value}
        if value is None:
            del values[field_id]
        self.ticket = replace(self.ticket, values=values)

    def guess(self, field_id: int, value: Any) -> None:
        """The helpdesk's own AI fills a field in: value and guess are the same until a person changes the value."""
        self.value(field_id, value)
        self.ticket = replace(self.ticket, predictions={**self.ticket.predictions, field_id: value})

    def message(
        self,
        text: str,
        sender_id: int,
        *,
        from_agent: bool,
        channel: str,
        via: str,
        public: bool = True,
        html: str | None = None,
        **more: Any,
    ) -> Message:
        """Add a message. A customer's opens a ticket that was closed or snoozed."""
        if not text.strip() and not (html or "").strip():
            raise invalid("body_text", "A message needs a text.")
        made = Message(
            id=self._account.next_id("message"),
            ticket_id=self.ticket.id,
            channel=channel,
            via=via,
            from_agent=from_agent,
            public=public and channel != NOTE,
            sender_id=sender_id,
            text=text,
            html=html or f"<div>{escape(text)}</div>",
            created_at=self._next_stamp(),
            **more,
        )
        self.ticket = replace(self.ticket, messages=(*self.ticket.messages, made))
        if not from_agent:
            self.set(status="open", snoozed_until=None)
            self.ticket = replace(self.ticket, unread=True)
        return made

    # -------------------------------------------------------------------------------------- keeping

    def commit(self) -> bool:
        """Keep the change and tell integrations; whether there was any. What changes nothing tells nobody."""
        changes = dict(self._changes())
        if not changes and self._before is not None and self.ticket == self._before:
            return False
        entry = Entry(
            self._account.next_id("entry"),
            self.ticket.id,
            self._account.now() if self._before else self.ticket.created_at,
            self._author.by,
            self._author.name,
            changes,
        )
        history = (*self.ticket.history, entry)
        self.ticket = replace(self.ticket, updated_at=self._next_stamp(), history=history)
        self._account.tickets[self.ticket.id] = self.ticket
        for trigger, message in self._triggers(changes):
            tell(self._account, trigger, self.ticket, message, self._author.user_id)
        return True

    def _next_stamp(self) -> datetime:
        """Never the same twice, even with a clock that stands still."""
        if self._before is None:
            return self.ticket.updated_at
        return max(self._account.now(), self._before.updated_at + TICK)

    def _changes(self) -> Iterator[tuple[str, tuple[Any, Any]]]:
        before = self._before
        for name in WATCHED:
            old, new = getattr(before, name, None), getattr(self.ticket, name)
            if old != new and (before is not None or new):
                yield name, (_plain(old), _plain(new))
        former: Mapping[int, Any] = before.values if before else {}
        for number in dict.fromkeys([*former, *self.ticket.values]):
            if former.get(number) != self.ticket.values.get(number):
                yield str(number), (former.get(number), self.ticket.values.get(number))
        for one in self._new_messages():
            yield f"message {one.id}", (None, "message" if one.public else "note")

    def _new_messages(self) -> tuple[Message, ...]:
        return self.ticket.messages[len(self._before.messages) if self._before else 0 :]

    def _triggers(self, changes: Mapping[str, Any]) -> Iterator[tuple[str, Message | None]]:
        if self._before is None:
            yield "ticket-created", self.ticket.messages[-1] if self.ticket.messages else None
        for one in self._new_messages():
            yield "ticket-message-created", one
        if self._before is None:
            return
        yield "ticket-updated", None
        if {"user_id", "team_id"} & changes.keys():
            yield "ticket-assignment-updated", None
        if "status" in changes:
            yield "ticket-status-updated", None


def check_value(where: Field, value: Any) -> None:
    """Only what the field takes: one of its choices, a number, a text; nothing at all where it is archived."""
    if where.archived_at is not None:
        raise invalid("id", f"The field {where.label} is archived.")
    if value is None:
        return
    if where.input == "dropdown" and value not in where.choices:
        raise invalid("value", f"{value!r} is not one of the choices of {where.label}.")
    wanted = {"text": str, "number": (int, float), "boolean": bool}[where.data_type]
    if not isinstance(value, wanted) or (where.data_type == "number" and isinstance(value, bool)):  # type: ignore[arg-type]  # a tuple of types
        raise invalid("value", f"{where.label} takes a {where.data_type}.")


def tell(
    account: Account, trigger: str, ticket: Ticket, message: Message | None, user_id: int | None = None
) -> None:
    """Something happened: note it as an event, and call every integration that is triggered by it."""
    told = what_to_tell(account, trigger, ticket, message, user_id)
    for one in list(account.integrations.values()):
        account.caller.call(one, told)


def what_to_tell(
    account: Account, trigger: str, ticket: Ticket, message: Message | None, user_id: int | None = None
) -> Told:
    """All that templates can name about one trigger; it is an event from now on."""
    kind, number = ("TicketMessage", message.id) if message else ("Ticket", ticket.id)
    context = str(uuid.uuid4())
    event = account.note_event(trigger, kind, number, user_id, context)
    named: Json = {
        "event": {**rendering.event(event), "created_datetime": stamp(event.created_at)},
        "ticket": rendering.ticket(account, ticket, whole=True),
    }
    if message is not None:
        named["message"] = rendering.message(account, message)
    return Told(
        trigger, event.id, ticket.id, ticket.customer_id, named, account.undefined, account.encodes_urls
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return stamp(value)
    return list(value) if isinstance(value, tuple) else value
