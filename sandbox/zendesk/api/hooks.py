"""Webhooks of the account: an admin makes them, and reads the secret that they are signed with."""

import secrets
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, request

from sandbox.zendesk import rendering
from sandbox.zendesk.api.call import account, admin, paged, sent_record
from sandbox.zendesk.errors import invalid
from sandbox.zendesk.records import Json, Webhook

blueprint = Blueprint("zendesk_webhooks", __name__)

TRIGGERED = "conditional_ticket_events"
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
FORMATS = frozenset({"json", "xml", "form_encoded"})
STATUSES = frozenset({"active", "inactive"})
CHANGEABLE = ("name", "endpoint", "http_method", "request_format", "status", "description")


@blueprint.get("/webhooks")
def webhooks() -> Json:
    """All of them, or those of a status or with words in their name."""
    admin()
    words = request.args.get("filter[name_contains]", "").lower()
    status = request.args.get("filter[status]")
    found = [
        rendering.webhook(one)
        for one in list(account().webhooks.values())
        if words in one.name.lower() and status in {None, one.status}
    ]
    return paged("webhooks", found)


@blueprint.post("/webhooks")
def create() -> tuple[Any, ...]:
    """A new webhook with a secret of its own."""
    user, body, at = admin(), sent_record("webhook"), account().now()
    made = Webhook(
        id=account().new_ulid(),
        name=str(body.get("name") or ""),
        endpoint=str(body.get("endpoint") or ""),
        subscriptions=tuple(body.get("subscriptions") or ()),
        secret=secrets.token_urlsafe(32),
        created_at=at,
        updated_at=at,
        created_by=user.id,
        status=str(body.get("status") or ""),
        http_method=str(body.get("http_method") or ""),
        request_format=str(body.get("request_format") or ""),
        description=body.get("description"),
    )
    return {"webhook": rendering.webhook(_kept(made))}, 201


@blueprint.get("/webhooks/<webhook_id>")
def show(webhook_id: str) -> Json:
    """One webhook."""
    admin()
    return {"webhook": rendering.webhook(account().webhook(webhook_id))}


@blueprint.patch("/webhooks/<webhook_id>")
@blueprint.put("/webhooks/<webhook_id>")
def change(webhook_id: str) -> tuple[Any, ...]:
    """Change what is given; an event webhook stays one."""
    admin()
    body = sent_record("webhook")
    with account().lock:
        found = account().webhook(webhook_id)
        changed = replace(found, **{name: body[name] for name in CHANGEABLE if name in body})
        if "subscriptions" in body:
            changed = replace(changed, subscriptions=tuple(body["subscriptions"]))
        if changed.of_events != found.of_events:
            raise invalid("subscriptions", "The kind of a webhook cannot be changed")
        _kept(replace(changed, updated_at=account().now()))
    return "", 204


@blueprint.delete("/webhooks/<webhook_id>")
def delete(webhook_id: str) -> tuple[Any, ...]:
    """Take it away."""
    admin()
    account().webhook(webhook_id)
    del account().webhooks[webhook_id]
    return "", 204


@blueprint.get("/webhooks/<webhook_id>/signing_secret")
def signing_secret(webhook_id: str) -> Json:
    """What its requests are signed with."""
    admin()
    return _secret(account().webhook(webhook_id))


@blueprint.post("/webhooks/<webhook_id>/signing_secret")
def rotate(webhook_id: str) -> tuple[Any, ...]:
    """Another secret from now on."""
    admin()
    fresh = replace(account().webhook(webhook_id), secret=secrets.token_urlsafe(32))
    account().webhooks[webhook_id] = fresh
    return _secret(fresh), 201


def _secret(webhook: Webhook) -> Json:
    return {"signing_secret": {"algorithm": "SHA256", "secret": webhook.secret}}


def _kept(webhook: Webhook) -> Webhook:
    _check(webhook)
    account().webhooks[webhook.id] = webhook
    return webhook


def _check(webhook: Webhook) -> None:
    if not webhook.name.strip():
        raise invalid("name", "Name: cannot be blank", "BlankValue")
    parts = urlsplit(webhook.endpoint)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise invalid("endpoint", "Endpoint must be an http(s) address")
    for name, allowed in (("http_method", METHODS), ("request_format", FORMATS), ("status", STATUSES)):
        if getattr(webhook, name) not in allowed:
            raise invalid(name, f"{name} is invalid")
    _check_kind(webhook)


def _check_kind(webhook: Webhook) -> None:
    """Either events or triggers; events come as JSON by POST."""
    if webhook.of_events and TRIGGERED in webhook.subscriptions:
        raise invalid("subscriptions", "A webhook follows events or triggers, not both")
    if webhook.of_events and (webhook.http_method, webhook.request_format) != ("POST", "json"):
        raise invalid("http_method", "Events are sent as JSON by POST")
