"""/api/v1/rules/dry-run: the rules over past tickets that the caller sends; nothing is written, no vendor is called."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, jsonify, request
from sqlalchemy.orm import Session

from plugin.db.connections import Connections
from plugin.domain.dry_run import Summary
from plugin.dry_run import DryRun, PastTicket
from plugin.past_tickets import read_past_ticket
from plugin.ports import Connection
from plugin.settings_file import SettingsErrors
from plugin.tenant_view import TenantView, view_of
from plugin.web.api.auth import api_blueprint, tenant_id
from plugin.web.problems import Problem
from plugin.web.services import services
from plugin.web.settings_text import read_json

MOST_TICKETS = 200
SHAPE = (
    'send {"tickets": [{"id": …, "text": "…"}, …]}, with "settings" to judge by others than those in force'
)
TOO_MANY = f"at most {MOST_TICKETS} tickets at once: `marginalia dry-run` takes any number"

blueprint = api_blueprint("rules")


@blueprint.post("/rules/dry-run")
def dry_run() -> Response:
    """What the rules would have done about these tickets."""
    document = _document()
    tickets, skipped = _tickets(document)
    with services().database.read() as session:
        view = _view(session, document.get("settings"))
        run = DryRun(services(), tenant_id(), view, _helpdesk(session))
    summary, found = Summary(), [run.judge(past) for past in tickets]
    for one in found:
        summary.add(one)
    diff = [one.as_json() for one in found]
    return jsonify({**summary.as_json(), "skipped": skipped, "diff": diff})


def _document() -> Mapping[str, Any]:
    try:
        document = read_json(request.get_data())
    except SettingsErrors as error:
        raise Problem(400, f"{error.errors[0].message}; {SHAPE}") from None
    if not isinstance(document.get("tickets"), list):
        raise Problem(422, SHAPE)
    if len(document["tickets"]) > MOST_TICKETS:
        raise Problem(422, TOO_MANY)
    return document


def _tickets(document: Mapping[str, Any]) -> tuple[Sequence[PastTicket], list[dict[str, str]]]:
    """The tickets that can be read, and why the others cannot."""
    read, skipped = [], []
    for number, item in enumerate(document["tickets"]):
        try:
            read.append(read_past_ticket(item, number + 1, services().now()))
        except ValueError as error:
            skipped.append({"ticket": f"tickets[{number}]", "why": str(error)})
    return read, skipped


def _view(session: Session, other: Any) -> TenantView:
    view = services().views.reading(session, tenant_id())
    if other is None:
        return view
    if not isinstance(other, dict):
        raise Problem(422, SHAPE)
    try:
        return view_of(view.version, other)
    except SettingsErrors as error:
        wrong = [{"path": f"settings.{one.path}", "message": one.message} for one in error.errors]
        raise Problem(422, "the settings to judge by have errors", members={"errors": wrong}) from None


def _helpdesk(session: Session) -> Connection | None:
    """Whose macros are suggested: the tenant's first helpdesk."""
    known = Connections(session, services().vault).of_tenant(tenant_id())
    return next((one for one in known if one.vendor in services().helpdesks), None)
