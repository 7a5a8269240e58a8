"""One change of one ticket: collected on a copy, checked, and then kept whole or not at all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sandbox.zendesk.errors import invalid
from sandbox.zendesk.events import events_of
from sandbox.zendesk.records import (
    PRIORITIES,
    STATUSES,
    TYPES,
    Audit,
    Comment,
    Json,
    Ticket,
    TicketField,
    User,
)
from sandbox.zendesk.state import Account

WATCHED = (
    "subject",
    "status",
    "priority",
    "type",
    "group_id",
    "assignee_id",
    "requester_id",
    "external_id",
    "tags",
)
"""What the history tells changes of."""
WAITING = frozenset({"pending", "hold", "solved"})
CHOICES = {"status": STATUSES, "priority": PRIORITIES, "type": TYPES}


@dataclass(frozen=True, slots=True)
class Change:
    """One property (or custom field, by its id as text) that went from one value to another."""

    name: str
    previous: Any
    value: Any


class Edit:
    """A change by one person through one channel. Hold the account's lock from here to `commit`."""

    def __init__(
        self,
        account: Account,
        ticket: Ticket,
        author: User,
        channel: str,
        even_closed: bool = False,
        at: datetime | None = None,
    ) -> None:
        """`at` lets a sample be older than now."""
        if ticket.status == "closed" and not even_closed:
            raise invalid("status", "Status: closed prevents ticket update")
        self._account = account
        self._author = author
        self._channel = channel
        self._at = at or account.now()
        self._audit_id = account.next_id("audit")
        self._before: Ticket | None = ticket
        self.ticket = ticket

    @classmethod
    def new(
        cls, account: Account, requester: User, author: User, channel: str, at: datetime | None = None
    ) -> "Edit":
        """A ticket that does not exist yet; `at` lets a sample be older than now."""
        now = (at or account.now()).replace(microsecond=0)
        ticket = Ticket(account.next_id("ticket"), "", requester.id, author.id, channel, now, now, now)
        made = cls(account, ticket, author, channel)
        made._before, made._at = None, now
        return made

    # ------------------------------------------------------------------------------------- changing

    def set(self, name: str, value: Any) -> None:
        """Set a plain property; refused when it is not one of the values there are."""
        check = CHOICES.get(name)
        if check is not None and value is not None and value not in check:
            raise invalid(name, f"{name.capitalize()}: {value} is not included in the list")
        self.ticket = replace(self.ticket, **{name: value})

    def assign(self, group_id: int | None, assignee_id: int | None) -> None:
        """Set group and assignee together; a group alone clears an assignee who is not in it."""
        if group_id is not None and group_id not in self._account.groups:
            raise invalid("group", "Group is invalid")
        assignee = None if assignee_id is None else self._account.users.get(assignee_id)
        if assignee_id is not None and (assignee is None or not assignee.is_staff):
            raise invalid("assignee", "Assignee is invalid")
        outside = assignee is not None and group_id is not None and group_id not in assignee.group_ids
        if outside and assignee_id != self.ticket.assignee_id:
            raise invalid("assignee", "Assignee is not a member of the group")
        kept = None if outside else assignee_id
        self.ticket = replace(self.ticket, group_id=group_id, assignee_id=kept)
        if kept is not None and self.ticket.status == "new":
            self.set("status", "open")

    def tags(self, tags: Iterable[str]) -> None:
        """Replace all tags. A drop-down whose tag is gone is emptied, one whose option's tag came is set."""
        wanted = normal_tags(tags)
        came = set(wanted) - set(self.ticket.tags)
        self.ticket = replace(self.ticket, tags=wanted)
        for one in self._drop_downs():
            held = self.ticket.values.get(one.id)
            new = next((option.value for option in one.options if option.value in came), None)
            if new is not None or (held is not None and held not in wanted):
                self.value(one, new)

    def value(self, where: TicketField, value: Any) -> None:
        """Set a custom field. A drop-down takes its options only, and brings the option's tag with it."""
        value = None if value == "" else value
        if where.type == "tagger":
            if value is not None and where.option(value) is None:
                raise invalid("base", f"{where.title}: {value} is not a valid option")
            former = self.ticket.values.get(where.id)
            kept = [tag for tag in self.ticket.tags if tag not in {former, value}]
            tags = kept if value is None else [*kept, value]
            self.ticket = replace(self.ticket, tags=tuple(tags))
        self.ticket = replace(self.ticket, values={**self.ticket.values, where.id: value})

    def comment(self, body: str, public: bool = True, author: User | None = None) -> None:
        """Add a message. A customer's opens a ticket that was waiting or solved."""
        if not body.strip():
            raise invalid("comment", "Description: cannot be blank", "BlankValue")
        writer = author or self._author
        made = Comment(
            self._account.next_id("comment"),
            writer.id,
            body,
            public,
            self._at,
            self._audit_id,
            self._channel,
        )
        self.ticket = replace(self.ticket, comments=(*self.ticket.comments, made))
        if not writer.is_staff and self.ticket.status in WAITING:
            self.set("status", "open")

    def delete(self) -> None:
        """Move the ticket to the bin."""
        self.ticket = replace(self.ticket, deleted=True)

    def _drop_downs(self) -> list[TicketField]:
        return [one for one in list(self._account.fields.values()) if one.type == "tagger"]

    # -------------------------------------------------------------------------------------- keeping

    def commit(self) -> Audit:
        """Keep the change and tell the webhooks; what changes nothing moves no stamp and tells nobody."""
        events = tuple(self._audit_events())
        audit = Audit(self._audit_id, self.ticket.id, self._author.id, self._channel, self._at, events)
        if not events and self._before is not None and self._before.deleted == self.ticket.deleted:
            return audit
        account = self._account
        self.ticket = replace(
            self.ticket,
            updated_at=self._next_stamp(),
            generated_at=account.now(),
            change=account.next_id("change"),
            audits=(*self.ticket.audits, audit),
        )
        account.tickets[self.ticket.id] = self.ticket
        self._tell()
        return audit

    def _tell(self) -> None:
        account = self._account
        events = events_of(account, self._before, self.ticket, self._author, self._channel)
        for webhook in list(account.webhooks.values()):
            account.dispatcher.publish(webhook, events)

    def _next_stamp(self) -> datetime:
        """Whole seconds, and never the same twice: two changes within a second must not share a stamp."""
        at = self._at.replace(microsecond=0)
        return at if self._before is None else max(at, self._before.updated_at + timedelta(seconds=1))

    def _audit_events(self) -> Iterator[Json]:
        account = self._account
        known = len(self._before.comments) if self._before else 0
        for comment in self.ticket.comments[known:]:
            yield {
                "id": account.next_id("event"),
                "type": "Comment",
                "body": comment.body,
                "public": comment.public,
                "author_id": comment.author_id,
            }
        for change in changes(self._before, self.ticket):
            yield {
                "id": account.next_id("event"),
                "type": "Create" if self._before is None else "Change",
                "field_name": change.name,
                "value": change.value,
                **({} if self._before is None else {"previous_value": change.previous}),
            }


def changes(before: Ticket | None, after: Ticket) -> Iterator[Change]:
    """What is different, properties first, then custom fields."""
    for name in WATCHED:
        previous, value = getattr(before, name, None), getattr(after, name)
        if previous != value and (before is not None or value):
            yield Change(name, _plain(previous), _plain(value))
    former = before.values if before else {}
    for field_id, value in after.values.items():
        if former.get(field_id) != value:
            yield Change(str(field_id), former.get(field_id), value)


def normal_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as the account keeps them: lower case, no spaces, each once, in the order given."""
    return tuple(dict.fromkeys(word for tag in tags for word in str(tag).lower().split()))


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
