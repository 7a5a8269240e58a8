"""Reports: what a merchant wants to know in one look."""

from flask import render_template
from flask_babel import get_locale

from plugin.db.breaches import Breaches
from plugin.web.admin.lists import PAGE, before
from plugin.web.admin.session import admin_blueprint, tenant_id
from plugin.web.breach_view import BreachShow
from plugin.web.services import services

blueprint = admin_blueprint("reports")


@blueprint.get("/reports/no-bots")
def no_bots() -> str:
    """Messages of bots that reached customers who shall meet none: ours, and the helpdesk's."""
    with services().database.read() as session:
        breaches, show = (
            Breaches(session, tenant_id()),
            BreachShow(session, tenant_id(), get_locale().language),
        )
        rows = breaches.latest(PAGE + 1, before())
        return render_template(
            "no_bots.html",
            counts=breaches.counts(),
            rows=[show.line(*row) for row in rows[:PAGE]],
            older=rows[PAGE - 1][0].id if len(rows) > PAGE else None,
            asked=any(tier.no_bots for tier in services().views.of(session, tenant_id()).settings.tiers),
        )
