"""The vendor accounts: whether they work, what to do where they do not, and what we made there."""

from typing import Any

from flask import render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from plugin.db.deliveries import Deliveries
from plugin.db.tables import ConnectionRow
from plugin.order_marks import READ
from plugin.web.admin.session import admin_blueprint, tenant_id
from plugin.web.services import services

blueprint = admin_blueprint("connections")


@blueprint.get("/connections")
def all_connections() -> str:
    """Every account of the tenant."""
    with services().database.read() as session:
        rows = session.scalars(
            select(ConnectionRow).where(ConnectionRow.tenant_id == tenant_id()).order_by(ConnectionRow.id)
        ).all()
        return render_template("connections.html", connections=[_shown(session, row) for row in rows])


def _shown(session: Session, row: ConnectionRow) -> dict[str, Any]:
    """What a person may see of an account; credentials are never read here."""
    paused = row.paused_until if row.paused_until and row.paused_until > services().now() else None
    return {
        "vendor": row.vendor,
        "account": row.account,
        "api_url": row.api_url,
        "hook_url": f"{services().config.public_url}/hooks/{row.vendor}/{row.hook_key}",
        "created_at": row.created_at,
        "trouble": row.trouble,
        "paused_until": paused,
        "last_webhook": Deliveries(session, row.tenant_id).last_at(row.id, row.vendor),
        "swept_at": row.swept_at,
        "is_helpdesk": row.vendor in services().helpdesks,
        "orders_read": row.options.get(READ) if row.vendor in services().stores else None,
        "webhook": row.options.get("webhook_id") or ", ".join(row.options.get("webhook_ids", ())),
        "reason_field": row.options.get("reason_field"),
        "made_by_us": bool(row.options.get("provision")),
    }
