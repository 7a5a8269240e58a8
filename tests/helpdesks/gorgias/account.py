"""A Gorgias account in memory: what our adapter may ask of the API, with Gorgias' own ways of refusing."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from plugin.ports import AccessError, Body, Budget, Connection, NotFound, Overtaken, Rejected
from tests.helpdesks.recorded import Call, connection

Json = dict[str, Any]
STAMP = "2026-11-23T11:59:58.123456+00:00"
OURS = 61
CONTACT = 55
TIER = 71
CODES = {"shipping.lost": "Shipping – Lost parcel", "product.defect": "Product – Defect"}
SLOTS = frozenset({"status", "priority", "assignee_team", "assignee_user", "snooze_datetime"})
PAGED = frozenset({"limit", "cursor", "order_by"})


def gorgias_connection(**changes: Any) -> Connection:
    """A connection of account acme."""
    return connection("gorgias", "https://acme.gorgias.com", **changes)


def ticket(**changes: Any) -> Json:
    """An open ticket with a tag and empty fields."""
    made = {
        "id": 1001,
        "status": "open",
        "priority": "normal",
        "channel": "email",
        "subject": "Where is it",
        "customer": {"id": 8, "email": "jo@example.com", "name": "Jo Doe"},
        "assignee_team": None,
        "assignee_user": None,
        "tags": [{"id": 7, "name": "VIP"}],
        "custom_fields": {},
        "created_datetime": "2026-11-22T18:40:11.000000+00:00",
        "updated_datetime": STAMP,
        "snooze_datetime": None,
        "trashed_datetime": None,
    }
    return made | changes


def drop_down(*choices: str, **changes: Any) -> Json:
    """A drop-down field of tickets with these choices; ours unless told otherwise."""
    settings = {"input_type": "dropdown", "choices": list(choices)}
    made = {
        "id": OURS,
        "object_type": "Ticket",
        "label": "Marginalia reason",
        "managed_type": None,
        "required": False,
        "priority": 1,
        "definition": {"data_type": "text", "input_settings": settings},
        "deactivated_datetime": None,
    }
    return made | changes


def contact_reason(*choices: str, **changes: Any) -> Json:
    """The merchant's own contact reason."""
    own = {"id": CONTACT, "label": "Contact reason", "managed_type": "contact_reason"}
    return drop_down(*choices, **(own | changes))


def message(number: int, text: str = "Where is it?", **changes: Any) -> Json:
    """What the customer wrote, by mail."""
    made = {
        "id": number,
        "public": True,
        "channel": "email",
        "via": "email",
        "from_agent": False,
        "rule_id": None,
        "body_text": text,
        "stripped_text": text,
        "sender": {"id": 8, "email": "jo@example.com", "name": "Jo Doe"},
        "source": {
            "type": "email",
            "from": {"address": "jo@example.com", "name": "Jo Doe"},
            "to": [{"address": "help@shop.example", "name": "Shop"}],
        },
        "macros": [],
        "created_datetime": f"2026-11-22T18:{number % 60:02}:00.000000+00:00",
    }
    return made | changes


@dataclass
class Account:
    """The account, and the API to it. `before` and `after` are asked around each call, and may raise or change it."""

    connection: Connection = field(default_factory=gorgias_connection)
    tickets: dict[str, Json] = field(default_factory=dict)
    messages: dict[str, list[Json]] = field(default_factory=dict)
    fields: dict[str, Json] = field(default_factory=dict)
    integrations: dict[str, Json] = field(default_factory=dict)
    widgets: dict[str, Json] = field(default_factory=dict)
    customers: dict[str, Json] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What customer fields hold, by customer."""
    users: list[Json] = field(default_factory=lambda: [dict(one) for one in USERS])
    teams: list[Json] = field(default_factory=lambda: [{"id": 4, "name": "Tier 1"}])
    macros: list[Json] = field(default_factory=list)
    account: Json = field(default_factory=lambda: {"domain": "acme", "deactivated_datetime": None})
    is_admin: bool = True
    page_size: int = 100
    before: Callable[[Call], None] = lambda call: None
    after: Callable[[Call], None] = lambda call: None
    calls: list[Call] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(9000))

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Json:
        return self._call(Call("GET", path, dict(params or {})))

    def send(
        self,
        method: str,
        path: str,
        body: Body | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        budgets: Sequence[Budget] = (),
    ) -> Json:
        return self._call(Call(method, path, json.loads(json.dumps(body)), tuple(budgets)))

    @property
    def sent(self) -> list[tuple[str, str]]:
        """What was written, as (method, path)."""
        return [(call.method, call.path) for call in self.calls if call.method != "GET"]

    def add_ticket(self, made: Json) -> None:
        self.tickets[str(made["id"])] = made

    def add_field(self, made: Json) -> None:
        self.fields[str(made["id"])] = made

    def say(self, *said: Json, ticket_id: str = "1001") -> None:
        self.messages.setdefault(ticket_id, []).extend(said)

    def choices(self, field_id: int = OURS) -> list[str]:
        """What a field offers."""
        return list(self.fields[str(field_id)]["definition"]["input_settings"]["choices"])

    def held(self, field_id: int = OURS, ticket_id: str = "1001") -> Any:
        """What a field of a ticket holds."""
        return self.tickets[ticket_id]["custom_fields"].get(str(field_id), {}).get("value")

    def tags(self, ticket_id: str = "1001") -> list[str]:
        return [tag["name"] for tag in self.tickets[ticket_id]["tags"]]

    def change(self, ticket_id: str = "1001", **changes: Any) -> None:
        """Somebody changes the ticket: `updated_datetime` moves."""
        found = self._of(self.tickets, ticket_id)
        at = datetime.fromisoformat(found["updated_datetime"]) + timedelta(seconds=1)
        found |= {**changes, "updated_datetime": at.isoformat()}

    def fill(self, field_id: int, value: Any, prediction: Any = None, ticket_id: str = "1001") -> None:
        """Somebody fills in a field of the ticket, which may not show that it changed."""
        entry = {"id": field_id, "value": value, "prediction": prediction}
        self.tickets[ticket_id]["custom_fields"][str(field_id)] = entry

    # ---------------------------------------------------------------------------------------- answering

    def _call(self, call: Call) -> Json:
        self.calls.append(call)
        self.before(call)
        for method, pattern, answer in ROUTES:
            fits = re.fullmatch(pattern, call.path)
            if fits and method == call.method:
                given: Json = json.loads(json.dumps(answer(self, call, *fits.groups())))
                self.after(call)
                return given
        raise NotFound(f"gorgias has no {call.path}")

    def page(self, call: Call, items: Iterable[Json], known: frozenset[str] = PAGED) -> Json:
        """One page of a list; a parameter that the list does not know is refused."""
        unknown = call.body.keys() - PAGED - known
        if unknown:
            raise Rejected(f"answered 400: unknown parameters {sorted(unknown)}", {})
        first, rows = int(call.body.get("cursor", "0")), list(items)
        last = first + min(self.page_size, int(call.body["limit"]))
        following = str(last) if last < len(rows) else None
        meta = {"next_cursor": following, "prev_cursor": None, "total_resources": None}
        return {"object": "list", "data": rows[first:last], "meta": meta}

    def _update(self, call: Call, ticket_id: str) -> Json:
        if call.body.keys() - SLOTS:
            raise Rejected(f"answered 400: unknown {call.body.keys() - SLOTS}", {})
        for name, known in (("assignee_team", self.teams), ("assignee_user", self.users)):
            given = call.body.get(name) or {}
            if given.get("id") and given["id"] not in [one["id"] for one in known]:
                raise Rejected(f"answered 400: {name} does not exist", {"error": {}})
        self._of(self.tickets, ticket_id)
        self.change(ticket_id, **call.body)
        return self.tickets[ticket_id]

    def _tag(self, call: Call, ticket_id: str) -> Json:
        self._of(self.tickets, ticket_id)
        held, names = self.tags(ticket_id), call.body["names"]
        by_method = {
            "POST": [*held, *(name for name in names if name not in held)],
            "PUT": names,
            "DELETE": [name for name in held if name not in names],
        }
        self.change(ticket_id, tags=[{"name": name} for name in by_method[call.method]])
        return {}

    def _fill(self, call: Call, ticket_id: str) -> Json:
        self._of(self.tickets, ticket_id)
        for wanted in call.body:
            home = self._of(self.fields, str(wanted["id"]))
            offered = home["definition"]["input_settings"]["choices"]
            if home["deactivated_datetime"] or wanted["value"] not in offered:
                raise Rejected("answered 400: not a choice", {"error": {"msg": "Failed to set"}})
            self.fill(wanted["id"], wanted["value"], ticket_id=ticket_id)
            self.change(ticket_id)
        return {}

    def _say(self, call: Call, ticket_id: str) -> Json:
        self._of(self.tickets, ticket_id)
        if not {"channel", "from_agent", "via"} <= call.body.keys():
            raise Rejected("answered 400: missing data", {})
        number = next(self.numbers)
        at = "2026-11-23T12:00:00.000000+00:00"
        self.say({"public": True, **call.body, "id": number, "created_datetime": at}, ticket_id=ticket_id)
        self.change(ticket_id)
        return {"id": number}

    def _list_messages(self, call: Call) -> Json:
        said = self.messages.get(call.body["ticket_id"], [])
        newest_first = sorted(said, key=lambda one: (one["created_datetime"], one["id"]), reverse=True)
        return self.page(call, newest_first, frozenset({"ticket_id"}))

    def _list_fields(self, call: Call) -> Json:
        wanted = call.body["object_type"]
        found = [one for one in self.fields.values() if one["object_type"] == wanted]
        return self.page(call, found, frozenset({"object_type"}))

    def _make_field(self, call: Call) -> Json:
        active = [one for one in self.fields.values() if not one["deactivated_datetime"]]
        same = [one for one in active if one["object_type"] == call.body["object_type"]]
        if len(same) >= 25:
            raise Rejected("answered 400: too many", {"error": {"msg": "Maximum reached"}})
        made = {"managed_type": None, "deactivated_datetime": None, **call.body, "id": next(self.numbers)}
        self.add_field(made)
        return made

    def _save_field(self, call: Call, key: str) -> Json:
        if not {"object_type", "label", "definition"} <= call.body.keys():
            raise Rejected("answered 400: missing data", {})
        return self._save(self.fields, key, call.body)

    def _make_integration(self, call: Call) -> Json:
        self._admins_only()
        if call.body["type"] != "http":
            raise Rejected("answered 400: only http", {})
        made = {**call.body, "id": next(self.numbers), "deactivated_datetime": None}
        self.integrations[str(made["id"])] = made
        return _shown(made)

    def _save_integration(self, call: Call, key: str) -> Json:
        self._admins_only()
        if "name" not in call.body:
            raise Rejected("answered 400: missing name", {})
        return _shown(self._save(self.integrations, key, call.body))

    def _make_widget(self, call: Call) -> Json:
        self._admins_only()
        if str(call.body["integration_id"]) not in self.integrations:
            raise Rejected("answered 400: no such integration", {})
        made = {**call.body, "id": next(self.numbers), "deactivated_datetime": None}
        self.widgets[str(made["id"])] = made
        return made

    def _save_widget(self, call: Call, key: str) -> Json:
        self._of(self.widgets, key)
        self.widgets[key] = {**call.body, "id": int(key), "deactivated_datetime": None}
        return self.widgets[key]

    def _find_customers(self, call: Call) -> Json:
        """More than was asked for: whether the filters are exact is not documented. Channels are not shown here."""
        names = frozenset({"email", "channel_type", "channel_address"})
        by_channel = "channel_address" in call.body
        wanted = call.body["channel_address" if by_channel else "email"].lower()
        found = [
            {name: value for name, value in one.items() if name != "channels"}
            for one in self.customers.values()
            if any(wanted in known.lower() for known in _addresses(one, by_channel))
        ]
        return self.page(call, found, names)

    def _make_customer(self, call: Call) -> Json:
        taken = [one for one in self.customers.values() if one.get("email") == call.body["email"]]
        if taken:
            raise Overtaken("answered 409: duplicate")
        made = {**call.body, "id": next(self.numbers)}
        self.customers[str(made["id"])] = made
        return made

    def _customer_values(self, call: Call, key: str) -> Json:
        self._of(self.customers, key)
        held = self.values.get(key, {})
        return {"data": [{"field": {"id": int(number)}, "value": value} for number, value in held.items()]}

    def _fill_customer(self, call: Call, key: str) -> Json:
        self._of(self.customers, key)
        for wanted in call.body:
            self.values.setdefault(key, {})[str(wanted["id"])] = wanted["value"]
        return {}

    def _empty_customer(self, call: Call, key: str, field_id: str) -> Json:
        self._of(self.values.get(key, {}), field_id)
        del self.values[key][field_id]
        return {}

    def _admins_only(self) -> None:
        if not self.is_admin:
            raise AccessError("answered 403.")

    def _save(self, things: dict[str, Json], key: str, changes: Json) -> Json:
        self._of(things, key).update(changes)
        return things[key]

    def _of(self, things: Mapping[str, Any], key: str) -> Any:
        if key not in things:
            raise NotFound(f"answered 404: no {key}")
        return things[key]


def _addresses(customer: Json, by_channel: bool) -> list[str]:
    """Where somebody is reached, or their main address alone."""
    channels = [one["address"] for one in customer.get("channels", [])]
    return channels if by_channel else [customer.get("email") or ""]


def _shown(integration: Json) -> Json:
    """Without what is only ever written."""
    http = {name: value for name, value in integration["http"].items() if name != "headers"}
    return {**integration, "http": http}


USERS: Sequence[Json] = (
    {"id": 90, "email": "owner@shop.example", "role": {"name": "admin"}},
    {"id": 93, "email": "Ana@shop.example", "role": {"name": "agent"}},
    {"id": 99, "email": "bot@shop.example", "role": {"name": "bot"}},
)
NUMBER = r"([1-9]\d*)"
ROUTES: Sequence[tuple[str, str, Callable[..., Json]]] = (
    ("GET", "/api/account", lambda a, c: a.account),
    ("GET", "/api/users", lambda a, c: a.page(c, a.users)),
    ("GET", "/api/users/0", lambda a, c: a.users[0]),
    ("GET", "/api/teams", lambda a, c: a.page(c, a.teams)),
    ("GET", "/api/macros", lambda a, c: a.page(c, a.macros)),
    ("GET", "/api/tickets", lambda a, c: a.page(c, a.tickets.values())),
    ("GET", f"/api/tickets/{NUMBER}", lambda a, c, key: a._of(a.tickets, key)),
    ("PUT", f"/api/tickets/{NUMBER}", Account._update),
    ("POST", f"/api/tickets/{NUMBER}/tags", Account._tag),
    ("PUT", f"/api/tickets/{NUMBER}/tags", Account._tag),
    ("DELETE", f"/api/tickets/{NUMBER}/tags", Account._tag),
    ("PUT", f"/api/tickets/{NUMBER}/custom-fields", Account._fill),
    ("POST", f"/api/tickets/{NUMBER}/messages", Account._say),
    ("GET", "/api/messages", Account._list_messages),
    ("GET", "/api/custom-fields", Account._list_fields),
    ("POST", "/api/custom-fields", Account._make_field),
    ("GET", f"/api/custom-fields/{NUMBER}", lambda a, c, key: a._of(a.fields, key)),
    ("PUT", f"/api/custom-fields/{NUMBER}", Account._save_field),
    (
        "GET",
        "/api/integrations",
        lambda a, c: a.page(c, map(_shown, a.integrations.values()), frozenset({"type"})),
    ),
    ("POST", "/api/integrations", Account._make_integration),
    ("GET", f"/api/integrations/{NUMBER}", lambda a, c, key: _shown(a._of(a.integrations, key))),
    ("PUT", f"/api/integrations/{NUMBER}", Account._save_integration),
    ("GET", "/api/widgets", lambda a, c: a.page(c, a.widgets.values())),
    ("POST", "/api/widgets", Account._make_widget),
    ("PUT", f"/api/widgets/{NUMBER}", Account._save_widget),
    ("GET", "/api/customers", Account._find_customers),
    ("POST", "/api/customers", Account._make_customer),
    ("GET", f"/api/customers/{NUMBER}", lambda a, c, key: a._of(a.customers, key)),
    ("GET", f"/api/customers/{NUMBER}/custom-fields", Account._customer_values),
    ("PUT", f"/api/customers/{NUMBER}/custom-fields", Account._fill_customer),
    ("DELETE", f"/api/customers/{NUMBER}/custom-fields/{NUMBER}", Account._empty_customer),
)
