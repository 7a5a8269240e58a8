"""The account: everything it holds, in memory, behind one lock for those who write."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any, TypeVar

from sandbox.zendesk import apps
from sandbox.zendesk.apps import App
from sandbox.zendesk.errors import invalid, not_found
from sandbox.zendesk.idempotency import IdempotencyKeys
from sandbox.zendesk.limits import Limits
from sandbox.zendesk.oauth import Tokens
from sandbox.zendesk.records import Group, Macro, Option, Ticket, TicketField, User, Webhook
from sandbox.zendesk.webhooks import Dispatcher

Key = TypeVar("Key")
Record = TypeVar("Record")
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LARGE = 8_447_388_090_000
"""Where ids start: the vendor's do not fit into 32 bits."""


def wall_clock() -> datetime:
    """The instant it is."""
    return datetime.now(UTC)


@dataclass
class Account:
    """One vendor account. Whoever writes holds `lock`; records are replaced whole, so readers need none."""

    now: Callable[[], datetime] = wall_clock
    subdomain: str = "demo"
    id: int = 22_129_848
    lock: threading.RLock = field(default_factory=threading.RLock)
    users: dict[int, User] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    fields: dict[int, TicketField] = field(default_factory=dict)
    tickets: dict[int, Ticket] = field(default_factory=dict)
    macros: dict[int, Macro] = field(default_factory=dict)
    webhooks: dict[str, Webhook] = field(default_factory=dict)
    app: App | None = None
    limits: Limits = field(default_factory=Limits)
    tokens: Tokens = field(default_factory=Tokens)
    keys: IdempotencyKeys = field(default_factory=IdempotencyKeys)
    dispatcher: Dispatcher = field(init=False)

    def __post_init__(self) -> None:
        self.dispatcher = Dispatcher(self.id, self.now)
        self._ids = {"ticket": count(1), "group": count(211), "change": count(1)}

    def next_id(self, kind: str) -> int:
        """The next id of this kind; small for tickets and groups, large for all else."""
        with self.lock:
            return next(self._ids.setdefault(kind, count(LARGE)))

    # ------------------------------------------------------------------------------------- finding

    def ticket(self, ticket_id: int) -> Ticket:
        """The ticket, or a 404."""
        found = self.tickets.get(ticket_id)
        if found is None or found.deleted:
            raise not_found()
        return found

    def user(self, user_id: int) -> User:
        """The user, or a 404."""
        return _found(self.users, user_id)

    def ticket_field(self, field_id: int) -> TicketField:
        """The custom field, or a 404."""
        return _found(self.fields, field_id)

    def webhook(self, webhook_id: str) -> Webhook:
        """The webhook, or a 404."""
        return _found(self.webhooks, webhook_id)

    def macro(self, macro_id: int) -> Macro:
        """The macro, or a 404."""
        return _found(self.macros, macro_id)

    def user_by_email(self, email: str) -> User | None:
        """The user with this address."""
        low = email.strip().lower()
        return next((one for one in list(self.users.values()) if (one.email or "").lower() == low), None)

    def option_owner(self, value: str) -> TicketField | None:
        """The field that has an option with this value; option values are unique in the account."""
        return next((one for one in list(self.fields.values()) if one.option(value)), None)

    def staff(self) -> list[User]:
        """Agents and admins."""
        return [one for one in list(self.users.values()) if one.is_staff]

    def agents(self) -> list[User]:
        """Who may sit at a ticket: agents first, then admins."""
        return sorted(
            (one for one in self.staff() if one.active), key=lambda one: (one.role != "agent", one.id)
        )

    # -------------------------------------------------------------------------------------- making

    def add_user(self, name: str, email: str | None, role: str = "end-user", **more: Any) -> User:
        """A new user."""
        at = self.now()
        made = User(self.next_id("user"), name, email, role, at, at, **more)
        with self.lock:
            self.users[made.id] = made
        return made

    def customer(self, name: str, email: str) -> User:
        """The customer with this address, made where there is none."""
        with self.lock:
            return self.user_by_email(email) or self.add_user(name, email)

    def change_user(self, user: User, **changes: Any) -> User:
        """The user with these changes, kept."""
        made = replace(user, updated_at=self.now(), **changes)
        with self.lock:
            self.users[made.id] = made
        return made

    def add_group(self, name: str) -> Group:
        """A new group."""
        made = Group(self.next_id("group"), name, self.now())
        self.groups[made.id] = made
        return made

    def add_macro(self, title: str, *actions: dict[str, Any], **more: Any) -> Macro:
        """A new macro."""
        made = Macro(self.next_id("macro"), title, actions, self.now(), **more)
        self.macros[made.id] = made
        return made

    def install_app(self, url: str, *, new_key: bool = False) -> App:
        """The app that lives at this address, beside every ticket; an installed one keeps its ids, and its key
        unless it is to get a new one."""
        with self.lock:
            known = self.app
            if known is None:
                self.app = App(self.next_id("app"), self.next_id("installation"), url, apps.new_key())
            else:
                self.app = replace(known, url=url, key=apps.new_key() if new_key else known.key)
            return self.app

    def add_field(
        self, kind: str, title: str, options: list[dict[str, Any]], description: str = ""
    ) -> TicketField:
        """A new custom field with its options."""
        with self.lock:
            at = self.now()
            made = TicketField(self.next_id("field"), kind, title, at, at, description=description)
            made = replace(made, options=self.new_options(made, options))
            self.fields[made.id] = made
        return made

    def keep_field(self, changed: TicketField) -> TicketField:
        """A changed field, kept."""
        with self.lock:
            self.fields[changed.id] = replace(changed, updated_at=self.now())
        return self.fields[changed.id]

    def new_options(self, owner: TicketField, wanted: list[dict[str, Any]]) -> tuple[Option, ...]:
        """Options for a field, keeping the ids of those it has; values must be nobody else's."""
        made: list[Option] = []
        for one in wanted:
            name, value = str(one.get("name") or ""), str(one.get("value") or "")
            if not name or not value:
                raise invalid("custom_field_options", "An option needs a name and a value", "BlankValue")
            other = self.option_owner(value)
            if any(known.value == value for known in made) or (other is not None and other.id != owner.id):
                raise invalid("custom_field_options", f"Tag {value} is already used by another field option")
            known = owner.option(value)
            made.append(Option(known.id if known else self.next_id("option"), name, value))
        return tuple(made)

    def new_ulid(self) -> str:
        """An id as webhooks have them: 26 characters that sort by time."""
        number = (int(self.now().timestamp() * 1000) << 80) | secrets.randbits(80)
        return "".join(CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def _found(records: dict[Key, Record], key: Key) -> Record:
    found = records.get(key)
    if found is None:
        raise not_found()
    return found
