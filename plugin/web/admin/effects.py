"""What went out, and sending again what a person has looked at."""

from flask import redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response

from plugin.db.effects import RETRYABLE, STATES, Effects, NotRetryable
from plugin.web.admin.lists import PAGE, before, filter_of, missing, number_or_missing, older, ticket_pages
from plugin.web.admin.session import admin_blueprint, tenant_id
from plugin.web.problems import Problem
from plugin.web.services import services
from plugin.web.ticket_view import TicketShow

blueprint = admin_blueprint("effects")


@blueprint.get("/effects")
def latest() -> str:
    """The newest effects."""
    state = filter_of("state", STATES)
    with services().database.read() as session:
        rows = Effects(session, tenant_id()).list(state=state, before=before(), limit=PAGE + 1)
        return render_template(
            "effects.html",
            rows=rows[:PAGE],
            older=older(rows),
            state=state,
            states=STATES,
            retryable=RETRYABLE,
            ticket_page=ticket_pages(session, tenant_id()),
            name_of=TicketShow(session, tenant_id(), get_locale().language).name,
            done=request.args.get("done"),
        )


@blueprint.post("/effects/<number>/retry")
def retry(number: str) -> Response:
    """Send it again, after a look."""
    with services().database.write() as session:
        try:
            row = Effects(session, tenant_id()).retry(number_or_missing(number), services().now())
        except NotRetryable as error:
            raise Problem(409, str(error)) from None
    if row is None:
        raise missing()
    return redirect(url_for("admin_effects.latest", done="retried"), 303)
