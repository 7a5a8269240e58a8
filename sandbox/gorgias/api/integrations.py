"""HTTP integrations: an admin makes them; headers and secret are written and never shown."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint

from sandbox.gorgias import rendering
from sandbox.gorgias.api.call import account, admin, asked, paged, sent
from sandbox.gorgias.caller import FORM
from sandbox.gorgias.errors import invalid
from sandbox.gorgias.paging import CREATED
from sandbox.gorgias.records import TRIGGERS, Integration, Json
from sandbox.gorgias.state import found
from sandbox.gorgias.writes import instant

blueprint = Blueprint("gorgias_integrations", __name__)

ALLOWED = ("name", "type", "description", "http", "deactivated_datetime", "business_hours_id")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")
TYPES = ("application/json", FORM)
SETTINGS = {
    "url": "url",
    "method": "method",
    "headers": "headers",
    "form": "form",
    "triggers": "triggers",
    "request_content_type": "request_type",
    "response_content_type": "response_type",
    "hmac_secret": "hmac_secret",
}
KNOWN = frozenset({*SETTINGS, "oauth2", "id"})


@blueprint.get("/integrations")
def integrations() -> Json:
    """All of them; here every one is of type http."""
    kind = asked("type", "search").get("type", "http")
    wanted = list(account().integrations.values()) if kind == "http" else []
    return paged(wanted, rendering.integration, CREATED)


@blueprint.post("/integrations")
def create() -> tuple[Any, ...]:
    """A new one."""
    user, body, at = admin(), sent(ALLOWED, ("name", "type", "http")), account().now()
    if body["type"] != "http":
        raise invalid("type", "Only http can be created.")
    with account().lock:
        blank = Integration(account().next_id("integration"), "", "", "", {}, user.id, at, at)
        made = _kept(_with(blank, body))
    return rendering.integration(made), 201


@blueprint.get("/integrations/<int:integration_id>")
def show(integration_id: int) -> Json:
    """One of them."""
    return rendering.integration(found(account().integrations, integration_id))


@blueprint.put("/integrations/<int:integration_id>")
def update(integration_id: int) -> tuple[Any, ...]:
    """Change what is named (the name must be), and wake it up with `deactivated_datetime` null."""
    admin()
    body = sent(ALLOWED, ("name",))
    with account().lock:
        one = found(account().integrations, integration_id)
        made = _kept(replace(_with(one, body), updated_at=account().now()))
    return rendering.integration(made), 202


@blueprint.delete("/integrations/<int:integration_id>")
def delete(integration_id: int) -> tuple[Any, ...]:
    """Take it away; not while a widget shows its data."""
    admin()
    with account().lock:
        one = found(account().integrations, integration_id)
        if any(each.integration_id == one.id for each in list(account().widgets.values())):
            raise invalid("id", "The integration is used by a widget: delete that first.")
        del account().integrations[one.id]
    return "", 204


def _with(one: Integration, body: Json) -> Integration:
    changes: Json = {name: body[name] for name in ("name", "description") if name in body}
    if "http" in body:
        changes |= _settings(body["http"])
    if "deactivated_datetime" in body:
        changes["deactivated_at"] = instant("deactivated_datetime", body["deactivated_datetime"])
        changes["failures"] = 0
    return replace(one, **changes)


def _settings(http: Any) -> Json:
    if not isinstance(http, Mapping):
        raise invalid("http", "Must be an object.")
    for name in http:
        if name not in KNOWN:
            raise invalid(f"http.{name}", "Unknown field.")
    return {ours: http[theirs] for theirs, ours in SETTINGS.items() if theirs in http}


def _kept(one: Integration) -> Integration:
    parts = urlsplit(one.url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise invalid("http.url", "Not a valid URL.")
    if one.method not in METHODS:
        raise invalid("http.method", f"Must be one of {', '.join(METHODS)}.")
    if one.request_type not in TYPES or one.response_type != TYPES[0]:
        raise invalid("http.request_content_type", "Not a content type that there is.")
    if not isinstance(one.triggers, Mapping) or set(one.triggers) - set(TRIGGERS):
        raise invalid("http.triggers", f"Must be among {', '.join(TRIGGERS)}.")
    if not isinstance(one.headers, Mapping):
        raise invalid("http.headers", "Must be an object.")
    account().integrations[one.id] = one
    return one
