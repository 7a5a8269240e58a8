"""What came in: the list, one delivery as it came, and replaying it."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from plugin.db.deliveries import STATES, Deliveries, NotReplayable
from plugin.web.admin.lists import PAGE, before, filter_of, missing, number_or_missing, older, ticket_pages
from plugin.web.admin.session import admin_blueprint, tenant_id
from plugin.web.api.schemas import body_of, problem_of
from plugin.web.problems import Problem
from plugin.web.services import services

blueprint = admin_blueprint("deliveries")


@blueprint.get("/deliveries")
def latest() -> str:
    """The newest deliveries."""
    state = filter_of("state", STATES)
    with services().database.read() as session:
        rows = Deliveries(session, tenant_id()).list(state=state, before=before(), limit=PAGE + 1)
        return render_template(
            "deliveries.html",
            rows=rows[:PAGE],
            older=older(rows),
            state=state,
            states=STATES,
            ticket_page=ticket_pages(session, tenant_id()),
        )


@blueprint.get("/deliveries/<number>")
def one(number: str) -> str:
    """One delivery with headers and raw body."""
    with services().database.read() as session:
        row = Deliveries(session, tenant_id()).show(number_or_missing(number))
        if row is None:
            raise missing()
        return render_template(
            "delivery.html",
            row=row,
            body=body_of(row),
            problem=problem_of(row),
            ticket_page=ticket_pages(session, tenant_id()),
            done=request.args.get("done"),
        )


@blueprint.post("/deliveries/<number>/replay")
def replay(number: str) -> Response:
    """Read it again with today's code, and queue what it points to."""
    with services().database.write() as session:
        deliveries = Deliveries(session, tenant_id())
        try:
            row = deliveries.replay(number_or_missing(number), services().vendors, services().now())
        except NotReplayable as error:
            raise Problem(409, str(error)) from None
        if row is None:
            raise missing()
        done = "still_unreadable" if row.state == "unreadable" else "replayed"
    return redirect(url_for("admin_deliveries.one", number=number, done=done), 303)
