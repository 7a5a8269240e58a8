"""A Zendesk account in memory: what our adapter may ask of the API, with Zendesk's own ways of refusing."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from plugin.ports import Body, Budget, Connection, NotFound, Overtaken, Rejected
from tests.helpdesks.recorded import Call, connection

Json = dict[str, Any]
FIELD = 360019751513
PLAIN = frozenset({"status", "priority", "group_id", "assignee_id", "assignee_email", "tags"})
SECRET = "the secret of this webhook"
CODES = {"shipping.lost": "Shipping – Lost parcel", "product.defect": "Product – Defect"}


def zendesk_connection(**changes: Any) -> Connection:
    """A connection of account acme."""
    return connection("zendesk", "https://acme.zendesk.com", **changes)


def ticket(**changes: Any) -> Json:
    """An open ticket with an empty reason-code field."""
    made = {
        "id": 5158,
        "status": "open",
        "tags": ["vip"],
        "custom_fields": [{"id": FIELD, "value": None}],
        "updated_at": "2026-11-23T11:59:58Z",
    }
    return made | changes


def drop_down(*options: tuple[str, str], **changes: Any) -> Json:
    """A drop-down field with these options, each (name, value)."""
    offered = [{"id": 100 + n, "name": name, "value": value} for n, (name, value) in enumerate(options)]
    made = {"id": FIELD, "type": "tagger", "title": "Reason code", "active": True}
    return made | {"custom_field_options": offered} | changes


def our_field(*codes: str) -> Json:
    """The field as we make it, with options for these codes."""
    return drop_down(*((CODES[code].replace(" – ", "::"), "mgn_" + code.replace(".", "_")) for code in codes))


@dataclass
class Account:
    """The account, and the API to it. `before` and `after` are asked around each call, and may raise or change it."""

    connection: Connection = field(default_factory=zendesk_connection)
    tickets: dict[str, Json] = field(default_factory=dict)
    fields: dict[str, Json] = field(default_factory=dict)
    webhooks: dict[str, Json] = field(default_factory=dict)
    users: dict[str, Json] = field(default_factory=dict)
    comments: dict[str, list[Json]] = field(default_factory=dict)
    user: Json = field(default_factory=lambda: {"id": 8447388090494, "role": "admin"})
    secret: Any = SECRET
    app_keys: dict[str, str] = field(default_factory=dict)
    """What apps sign with, as PEM, by their numbers."""
    refuses_unknown_options: bool = True
    before: Callable[[Call], None] = lambda call: None
    after: Callable[[Call], None] = lambda call: None
    calls: list[Call] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(7000))

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

    def add_field(self, made: Json) -> None:
        self.fields[str(made["id"])] = made

    def add_ticket(self, made: Json) -> None:
        self.tickets[str(made["id"])] = made

    def values(self, field_id: str = str(FIELD)) -> list[str]:
        """The values of a field's options."""
        return [option["value"] for option in self.fields[field_id]["custom_field_options"]]

    def held(self, ticket_id: str = "5158") -> Any:
        """What a ticket's field holds."""
        return self.tickets[ticket_id]["custom_fields"][0]["value"]

    def touch(self, found: Json) -> None:
        """A ticket event: `updated_at` moves."""
        at = datetime.fromisoformat(found["updated_at"]) + timedelta(seconds=1)
        found["updated_at"] = at.isoformat().replace("+00:00", "Z")

    def _call(self, call: Call) -> Json:
        self.calls.append(call)
        self.before(call)
        for method, pattern, answer in ROUTES:
            fits = re.fullmatch(pattern, call.path)
            if fits and method == call.method:
                given: Json = json.loads(json.dumps(answer(self, call, *fits.groups())))
                self.after(call)
                return given
        raise NotFound(f"zendesk has no {call.path}")

    def _update(self, call: Call, ticket_id: str) -> Json:
        found, change = self._of(self.tickets, ticket_id), dict(call.body["ticket"])
        if found["status"] == "closed":
            details = {"status": [{"description": "Status: closed prevents ticket update"}]}
            raise Rejected("answered 422", {"error": "RecordInvalid", "details": details})
        if not change["safe_update"] or change["updated_stamp"] != found["updated_at"]:
            raise Overtaken("answered 409")
        for wanted in change.pop("custom_fields", []):
            self._set(found, wanted)
        if "comment" in change:
            self._write(call.path, change.pop("comment"))
        found |= {name: value for name, value in change.items() if name in PLAIN}
        self.touch(found)
        return {"ticket": found, "audit": {"id": next(self.numbers), "events": []}}

    def _write(self, path: str, comment: Json) -> None:
        number = next(self.numbers)
        made = {"id": number, "author_id": self.user["id"], "created_at": "2026-11-23T11:59:59Z", **comment}
        self.comments.setdefault(path, []).insert(0, made)

    def _tag_user(self, call: Call, user_id: str) -> Json:
        user, given = self._of(self.users, user_id), set(call.body["tags"])
        held = set(user["tags"])
        user["tags"] = sorted(held | given if call.method == "PUT" else held - given)
        return {"tags": user["tags"]}

    def _search_users(self, call: Call) -> Json:
        """A search finds more than the address: everybody who has a part of it."""
        wanted = call.body["query"].removeprefix("email:").strip('"').partition("@")[0]
        return {"users": [user for user in self.users.values() if wanted in user.get("email", "").lower()]}

    def _make_user(self, call: Call) -> Json:
        number = next(self.numbers)
        self.users[str(number)] = call.body["user"] | {"id": number, "tags": []}
        return {"user": self.users[str(number)]}

    def _set(self, found: Json, wanted: Json) -> None:
        """A value that is not offered is refused, or dropped without a word."""
        home = self.fields.get(str(wanted["id"]), {"active": False, "custom_field_options": []})
        offered = [option["value"] for option in home["custom_field_options"]]
        if home["active"] and wanted["value"] in offered:
            held = next(one for one in found["custom_fields"] if one["id"] == wanted["id"])
            held["value"] = wanted["value"]
        elif self.refuses_unknown_options:
            raise Rejected("answered 422", {"error": "RecordInvalid", "details": {"base": []}})

    def _make_field(self, call: Call) -> Json:
        made = call.body["ticket_field"] | {"id": next(self.numbers), "active": True}
        made["custom_field_options"] = [
            option | {"id": next(self.numbers)} for option in made["custom_field_options"]
        ]
        self.add_field(made)
        return {"ticket_field": made}

    def _save_option(self, call: Call, field_id: str) -> Json:
        options, given = (
            self._of(self.fields, field_id)["custom_field_options"],
            call.body["custom_field_option"],
        )
        known = next((option for option in options if option["id"] == given.get("id")), None)
        if known is not None:
            known |= given
            return {"custom_field_option": known}
        if any(option["value"] == given["value"] for option in options):
            raise Rejected("answered 422: the tag is taken", {})
        options.append(given | {"id": next(self.numbers)})
        return {"custom_field_option": options[-1]}

    def _make_webhook(self, call: Call) -> Json:
        made = call.body["webhook"] | {"id": f"01EJ{next(self.numbers)}"}
        self.webhooks[made["id"]] = made
        return {"webhook": made}

    def _list_webhooks(self, call: Call) -> Json:
        wanted = call.body["filter[name_contains]"]
        return {"webhooks": [hook for hook in self.webhooks.values() if wanted in hook["name"]], "meta": {}}

    def _change(self, things: dict[str, Json], key: str, changes: Json) -> Json:
        self._of(things, key).update(changes)
        return {}

    def _of(self, things: dict[str, Json], key: str) -> Json:
        if key not in things:
            raise NotFound(f"answered 404: no {key}")
        return things[key]


def _secret(account: Account, call: Call, key: str) -> Json:
    account._of(account.webhooks, key)
    return {"signing_secret": {"algorithm": "SHA256", "secret": account.secret}}


def _app_key(account: Account, call: Call, key: str) -> Json:
    if key not in account.app_keys:
        raise NotFound(f"answered 404: no app {key}")
    return {"text": account.app_keys[key]}


ROUTES: Sequence[tuple[str, str, Callable[..., Json]]] = (
    ("GET", "/api/v2/users/me", lambda a, c: {"user": a.user}),
    ("GET", r"/api/v2/tickets/(\d+)", lambda a, c, key: {"ticket": a._of(a.tickets, key)}),
    ("PUT", r"/api/v2/tickets/(\d+)", Account._update),
    (
        "GET",
        r"(/api/v2/tickets/\d+)/comments",
        lambda a, c, key: {"comments": a.comments.get(key, []), "users": []},
    ),
    ("GET", "/api/v2/users/search", Account._search_users),
    ("POST", "/api/v2/users/create_or_update", Account._make_user),
    ("GET", r"/api/v2/users/(\d+)", lambda a, c, key: {"user": a._of(a.users, key)}),
    ("PUT", r"/api/v2/users/(\d+)/tags", Account._tag_user),
    ("DELETE", r"/api/v2/users/(\d+)/tags", Account._tag_user),
    ("GET", "/api/v2/ticket_fields", lambda a, c: {"ticket_fields": list(a.fields.values())}),
    ("POST", "/api/v2/ticket_fields", Account._make_field),
    ("GET", r"/api/v2/ticket_fields/(\d+)", lambda a, c, key: {"ticket_field": a._of(a.fields, key)}),
    (
        "PUT",
        r"/api/v2/ticket_fields/(\d+)",
        lambda a, c, key: a._change(a.fields, key, c.body["ticket_field"]),
    ),
    ("POST", r"/api/v2/ticket_fields/(\d+)/options", Account._save_option),
    ("GET", "/api/v2/webhooks", Account._list_webhooks),
    ("POST", "/api/v2/webhooks", Account._make_webhook),
    ("GET", r"/api/v2/webhooks/(\w+)", lambda a, c, key: {"webhook": a._of(a.webhooks, key)}),
    ("PATCH", r"/api/v2/webhooks/(\w+)", lambda a, c, key: a._change(a.webhooks, key, c.body["webhook"])),
    ("GET", r"/api/v2/webhooks/(\w+)/signing_secret", _secret),
    ("GET", r"/api/v2/apps/(\d+)/public_key\.pem", _app_key),
)
