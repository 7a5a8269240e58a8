"""The tray beside a ticket: the installed app in a frame, who is looking, and the client script that apps load."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from flask import Blueprint, Response, current_app, redirect, request, url_for

from sandbox.headers import policy
from sandbox.zendesk import apps
from sandbox.zendesk.api.call import account, root
from sandbox.zendesk.apps import App
from sandbox.zendesk.errors import not_found
from sandbox.zendesk.records import Json, Macro, Ticket, User

blueprint = Blueprint("zendesk_tray", __name__)

COOKIE = "sandbox_agent"
"""Remembers who is looking."""
NARROWEST, USUAL, WIDEST = 280, 320, 900
"""Widths of the tray in pixels; the usual one is the vendor's."""
SCRIPT = "/zendesk_app_framework_sdk/2.0/zaf_sdk.min.js"
"""The vendor's path below its own host of scripts."""


@dataclass(frozen=True)
class Tray:
    """What the page needs to show the app: where to post which token, and what its script tells the app."""

    width: int
    narrowest: int
    widest: int
    address: str
    token: str
    told: Json


def tray(ticket: Ticket) -> Tray | None:
    """The tray of this ticket for who is looking; none where no app is installed."""
    app = account().app
    if app is None:
        return None
    agent, guid = looking(), str(uuid4())
    return Tray(
        _width(),
        NARROWEST,
        WIDEST,
        _address(app, guid),
        apps.token(account(), app, agent.id),
        {
            "app": {
                "id": app.id,
                "installation": app.installation_id,
                "origin": app.origin,
                "guid": guid,
                "product": apps.PRODUCT,
                "location": apps.LOCATION,
            },
            "account": {"subdomain": account().subdomain},
            "agent": _person(agent),
            "ticket": _fixed(ticket),
        },
    )


def looking() -> User:
    """The agent at this browser: whoever was chosen, else the first."""
    wanted, known = request.cookies.get(COOKIE, ""), account().agents()
    return next((one for one in known if str(one.id) == wanted), known[0])


def headers() -> dict[str, str]:
    """What a page with a tray lets in and tells: the app's frame, and the app may know whose page it is in."""
    app = account().app
    if app is None:
        return {}
    return {
        "Content-Security-Policy": policy(app.origin, frame=app.origin),
        "Referrer-Policy": "strict-origin-when-cross-origin",
    }


@blueprint.post("/agent/looking")
def look() -> Any:
    """Somebody else sits down at this browser."""
    ticket_id, width = request.form.get("ticket", 0, int), request.form.get("tray") or None
    back = url_for("zendesk_pages.ticket", ticket_id=account().ticket(ticket_id).id, tray=width)
    answer = redirect(back, 303)
    answer.set_cookie(COOKIE, request.form.get("agent", ""), httponly=True, samesite="Lax")
    return answer


@blueprint.get("/agent/macros/<int:macro_id>")
def macro(macro_id: int) -> Json:
    """A macro as the page applies it to the open ticket; 404 for who may not use it."""
    found = account().macro(macro_id)
    if not _may_use(looking(), found):
        raise not_found()
    return {"title": found.title, "actions": [dict(one) for one in found.actions]}


@blueprint.get(SCRIPT)
def script() -> Response:
    """The client script for apps, ours: an app on a machine without internet has no other."""
    answer = current_app.send_static_file("zendesk/zaf_sdk.js")
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _may_use(agent: User, found: Macro) -> bool:
    return found.active and (found.group_id is None or found.group_id in agent.group_ids)


def _width() -> int:
    return min(max(request.args.get("tray", USUAL, int), NARROWEST), WIDEST)


def _address(app: App, guid: str) -> str:
    """Where the token is posted to; the page adds its colours."""
    joined = "&" if "?" in app.url else "?"
    return f"{app.url}{joined}{urlencode({'origin': root().rstrip('/'), 'app_guid': guid})}"


def _fixed(ticket: Ticket) -> Json:
    """What the forms of the page do not hold."""
    requester = account().users[ticket.requester_id]
    return {
        "id": ticket.id,
        "subject": ticket.subject,
        "type": ticket.type,
        "externalId": ticket.external_id,
        "requester": _person(requester),
    }


def _person(one: User) -> Json:
    groups = account().groups
    return {
        "id": one.id,
        "name": one.name,
        "email": one.email,
        "role": one.role,
        "locale": one.locale,
        "externalId": one.external_id,
        "timeZone": {"ianaName": "Etc/UTC"},
        "groups": [{"id": each, "name": groups[each].name} for each in one.group_ids],
    }
