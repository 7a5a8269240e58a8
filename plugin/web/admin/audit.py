"""The audit log: what agents did in the sidebar, who and when."""

from typing import Any

from flask import render_template, url_for
from sqlalchemy.orm import Session

from plugin.db.audit import Audit
from plugin.db.connections import Connections
from plugin.db.sidebar_tables import AuditRow
from plugin.web.admin.lists import PAGE, before, older
from plugin.web.admin.session import admin_blueprint, tenant_id
from plugin.web.services import services

blueprint = admin_blueprint("audit")
TOLD = ("code", "offer", "result", "macro", "style", "text")
"""What of a deed is worth a line, the most telling first."""


@blueprint.get("/audit")
def latest() -> str:
    """The newest deeds."""
    with services().database.read() as session:
        rows = Audit(session, tenant_id()).latest(PAGE + 1, before())
        pages = _ticket_pages(session)
        shown = [_shown(row, pages) for row in rows[:PAGE]]
        return render_template("audit.html", rows=shown, older=older(rows))


def _ticket_pages(session: Session) -> dict[int, str]:
    """The vendor of each account, for the addresses of its tickets."""
    known = Connections(session, services().vault).of_tenant(tenant_id())
    return {one.id: one.vendor for one in known}


def _shown(row: AuditRow, vendors: dict[int, str]) -> dict[str, Any]:
    told = [str(row.details[name]) for name in TOLD if row.details.get(name)]
    vendor = vendors.get(row.connection_id or 0)
    page = url_for("admin_tickets.one", helpdesk=vendor, ticket=row.ticket_id) if vendor else None
    return {
        "at": row.at,
        "actor": row.actor,
        "action": row.action,
        "told": told[:2],
        "ticket": row.ticket_id,
        "page": page,
    }
