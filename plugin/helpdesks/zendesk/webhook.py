"""Our webhook in the account: found or made, pointed at our address, awake; and the secret that it signs with.

https://developer.zendesk.com/api-reference/webhooks/webhooks-api/webhooks/
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from plugin.helpdesks.zendesk.fields import Part
from plugin.helpdesks.zendesk.paging import pages
from plugin.helpdesks.zendesk.parse import PREFIX
from plugin.ports import Api, NotFound, PermanentError

NAME = "Marginalia"
WEBHOOKS = "/api/v2/webhooks"
SUBSCRIPTIONS = tuple(
    f"{PREFIX}ticket.{event}"
    for event in (
        "agent_assignment_changed",
        "comment_added",
        "comment_made_private",
        "comment_redacted",
        "created",
        "custom_field_changed",
        "group_assignment_changed",
        "marked_as_spam",
        "merged",
        "permanently_deleted",
        "priority_changed",
        "requester_changed",
        "soft_deleted",
        "status_changed",
        "subject_changed",
        "tags_changed",
        "undeleted",
    )
)
"""Every change of what a snapshot holds."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook as far as we look at it."""

    id: str
    name: str
    endpoint: str
    active: bool
    subscriptions: frozenset[str]

    @property
    def brings_events(self) -> bool:
        """Whether it takes events; one that a trigger calls never can."""
        return "conditional_ticket_events" not in self.subscriptions


def bring_webhook(api: Api, hook_url: str) -> tuple[str, tuple[str, ...]]:
    """The id of our webhook, made or mended, and notes about others of its name."""
    known = _known(api)
    listed = [] if known else list(_listed(api))
    ours = known or next((hook for hook in listed if hook.endpoint == hook_url), None)
    others = tuple(_note(hook) for hook in listed if hook is not ours)
    if ours is None:
        return _make(api, hook_url), others
    _mend(api, ours, hook_url)
    return ours.id, others


def signing_secret(api: Api, webhook_id: str) -> str:
    """What the webhook signs with."""
    answer = Part(api.get(f"{WEBHOOKS}/{webhook_id}/signing_secret"))
    found = answer.at("signing_secret")
    secret = "" if found.value is None else found.at("secret").text()
    if not secret:
        account = api.connection.account
        raise PermanentError(
            f"zendesk account {account} does not show the signing secret of webhook {webhook_id}: copy it from the "
            f"Admin Center (Apps and integrations, Webhooks, {NAME}), then run `marginalia connect zendesk --account "
            f"{account} --no-provision --signing-secret …`"
        )
    return secret


def _known(api: Api) -> Webhook | None:
    """The one we made before, wherever it points to by now; None where it was deleted."""
    webhook_id = str(api.connection.options.get("webhook_id") or "")
    if not (webhook_id.isascii() and webhook_id.isalnum()):
        return None
    try:
        return _webhook(Part(api.get(f"{WEBHOOKS}/{webhook_id}")).at("webhook"))
    except NotFound:
        return None


def _listed(api: Api) -> Iterator[Webhook]:
    for page in pages(api, WEBHOOKS, "webhooks", {"filter[name_contains]": NAME}):
        for part in page.items:
            hook = _webhook(part)
            if hook.name == NAME and hook.brings_events:
                yield hook


def _make(api: Api, hook_url: str) -> str:
    body = {
        "name": NAME,
        "endpoint": hook_url,
        "http_method": "POST",
        "request_format": "json",
        "status": "active",
        "subscriptions": list(SUBSCRIPTIONS),
    }
    return Part(api.send("POST", WEBHOOKS, {"webhook": body})).at("webhook").at("id").key()


def _mend(api: Api, hook: Webhook, hook_url: str) -> None:
    """Point it here, wake it up, subscribe what it lacks; nothing where all is well."""
    changes: dict[str, Any] = {}
    if hook.endpoint != hook_url:
        changes["endpoint"] = hook_url
    if not hook.active:
        changes["status"] = "active"
    if not hook.subscriptions.issuperset(SUBSCRIPTIONS):
        changes["subscriptions"] = sorted(hook.subscriptions.union(SUBSCRIPTIONS))
    if changes:
        api.send("PATCH", f"{WEBHOOKS}/{hook.id}", {"webhook": changes})


def _note(hook: Webhook) -> str:
    return (
        f"There is another webhook named {NAME}, which points to {hook.endpoint}: delete it in the Admin Center "
        "if no other installation uses it."
    )


def _webhook(part: Part) -> Webhook:
    return Webhook(
        id=part.at("id").key(),
        name=part.at("name").text(),
        endpoint=part.at("endpoint").text(),
        active=part.at("status").word() != "inactive",
        subscriptions=frozenset(event.text() for event in part.at("subscriptions").items()),
    )
