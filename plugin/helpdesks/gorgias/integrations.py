"""Our two HTTP integrations: one tells us of ticket events, one fetches the card of the sidebar.

Neither headers nor the state of what we sent is shown by the API, so what is there is written again whole: that
points it here, wakes it up and gives it the present secret.
https://developers.gorgias.com/reference/the-integration-object
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from plugin.documents import Part
from plugin.helpdesks.gorgias.paging import listed
from plugin.helpdesks.gorgias.secret import SECRET_HEADER
from plugin.ports import Api, NotFound

INTEGRATIONS: Final = "/api/integrations"
EVENTS: Final = "Marginalia events"
SIDEBAR: Final = "Marginalia sidebar"
TRIGGERS: Final = {"ticket-created": True, "ticket-updated": True, "ticket-message-created": True}
FORM: Final = {
    "event_type": "{{event.type}}",
    "event_id": "{{event.id}}",
    "ticket_id": "{{ticket.id}}",
    "message_id": "{{message.id}}",
}
ASKED_WITH: Final = "?email={{ticket.customer.email}}&ticket_id={{ticket.id}}"
JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Purpose:
    """What one of ours is for. `option` is where the connection keeps its number; `path` marks its address as ours."""

    name: str
    description: str
    option: str
    path: str


FOR_EVENTS: Final = Purpose(
    EVENTS, "Tells Marginalia of new and changed tickets.", "webhook_id", "/hooks/gorgias/"
)
FOR_SIDEBAR: Final = Purpose(
    SIDEBAR,
    "Fetches what Marginalia shows beside a ticket.",
    "sidebar_integration_id",
    "/sidebar/gorgias/",
)


def events_call(hook_url: str, secret: str) -> dict[str, Any]:
    """How we are told of events: ids only, for a call is a hint and the ticket is read by API."""
    return {**_call("POST", hook_url, secret), "form": dict(FORM)}


def sidebar_call(hook_url: str, secret: str) -> dict[str, Any]:
    """How the card is fetched, when something happens to a ticket; the answer is kept with the customer."""
    return {**_call("GET", sidebar_url(hook_url) + ASKED_WITH, secret), "form": None}


def sidebar_url(hook_url: str) -> str:
    """Where the card of the same connection is."""
    root, _, key = hook_url.rpartition(FOR_EVENTS.path)
    return f"{root}{FOR_SIDEBAR.path}{key}"


def panels_url(hook_url: str) -> str:
    """Where the panels of this helpdesk's tickets are, each under the ticket's id."""
    return f"{hook_url.rpartition(FOR_EVENTS.path)[0]}/panel/gorgias"


def bring(
    api: Api, known: Iterable[Part], purpose: Purpose, call: Mapping[str, Any]
) -> tuple[str, tuple[str, ...]]:
    """The number of this integration of ours, made or written anew, and notes about others of its name."""
    known = list(known)
    ours = _stored(known, api.connection.options.get(purpose.option)) or _pointing_here(known, purpose, call)
    others = [one for one in known if one is not ours and one.at("name").text() == purpose.name]
    body = {"name": purpose.name, "description": purpose.description, "http": call}
    if ours is None:
        number = Part(api.send("POST", INTEGRATIONS, {"type": "http", **body})).at("id").own_id()
    else:
        number = ours.at("id").own_id()
        api.send("PUT", f"{INTEGRATIONS}/{number}", {**body, "deactivated_datetime": None})
    return number, tuple(map(_note, others))


def known_integrations(api: Api) -> list[Part]:
    """The HTTP integrations of the account."""
    return list(listed(api, INTEGRATIONS, {"type": "http"}))


def wake(api: Api) -> int:
    """Switch on again what Gorgias switched off after too many failed calls; how many of ours."""
    return sum(_wake(api, purpose) for purpose in (FOR_EVENTS, FOR_SIDEBAR))


def _wake(api: Api, purpose: Purpose) -> bool:
    number = str(api.connection.options.get(purpose.option) or "")
    if not (number.isascii() and number.isdigit()):
        return False
    try:
        found = Part(api.get(f"{INTEGRATIONS}/{number}"))
    except NotFound:
        return False  # deleted by somebody: connecting makes it again, and until then the sweep finds all changes
    if found.at("deactivated_datetime").value is None:
        return False
    api.send("PUT", f"{INTEGRATIONS}/{number}", {"name": purpose.name, "deactivated_datetime": None})
    return True


def _stored(known: Iterable[Part], number: object) -> Part | None:
    """The one we made before, wherever it points by now; None where it was deleted."""
    return next((one for one in known if one.at("id").id() == number), None)


def _pointing_here(known: Iterable[Part], purpose: Purpose, call: Mapping[str, Any]) -> Part | None:
    """One of our name that points to this installation: made by a run that did not end."""
    root, _, _ = str(call["url"]).partition(purpose.path)
    named = (one for one in known if one.at("name").text() == purpose.name)
    return next((one for one in named if _url(one).startswith(root + purpose.path)), None)


def _url(one: Part) -> str:
    http = one.at("http")
    return "" if http.value is None else http.at("url").text()


def _call(method: str, url: str, secret: str) -> dict[str, Any]:
    return {
        "url": url,
        "method": method,
        "headers": {SECRET_HEADER: secret},
        "request_content_type": JSON,
        "response_content_type": JSON,
        "triggers": dict(TRIGGERS),
    }


def _note(other: Part) -> str:
    return (
        f"There is another HTTP integration named {other.at('name').text()}, which points to {_url(other)}: delete it "
        "in Gorgias if no other installation uses it."
    )
