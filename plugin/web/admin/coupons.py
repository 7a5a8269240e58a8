"""The agents' own codes: what stands in the store, what it brought, and what a person does about a leak."""

from collections.abc import Callable
from typing import Final

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from plugin.db.coupons import Coupons
from plugin.db.ledger_tables import CouponRow
from plugin.web.admin.lists import missing, number_or_missing
from plugin.web.admin.session import admin_blueprint, tenant_id
from plugin.web.admin.statement import ADMIN, check_right
from plugin.web.coupon_view import STATES, CouponShow
from plugin.web.rotating import released, rotated
from plugin.web.services import services

blueprint = admin_blueprint("coupons")
LOOKS: Final = {"made": "good", "wanted": "calm", "changed": "warn", "gone": "bad"}
"""State → its tone."""


@blueprint.get("/coupons")
def latest() -> str:
    """Every code; those that may have leaked stand first."""
    with services().database.read() as session:
        check_right(session)
        rows = Coupons(session, tenant_id()).all()
        lines = CouponShow(session, tenant_id(), services().now()).lines(rows)
        return render_template(
            "coupons.html",
            rows=sorted(lines, key=lambda line: (line["held"] is None, line["state"] == "rotated")),
            states=STATES,
            looks=LOOKS,
            live=services().views.of(session, tenant_id()).settings.live,
            done=request.args.get("done"),
        )


@blueprint.post("/coupons/<number>/rotate")
def rotate(number: str) -> Response:
    """End it, and give its agent a new one."""
    return _done(number, lambda session, row: rotated(session, tenant_id(), row, ADMIN), "rotated")


@blueprint.post("/coupons/<number>/release")
def release(number: str) -> Response:
    """Hold the commission for it back no more."""
    reason = request.form.get("reason", "")
    return _done(number, lambda session, row: released(session, tenant_id(), row, ADMIN, reason), "released")


def _done(number: str, work: Callable[[Session, int], CouponRow | None], done: str) -> Response:
    with services().database.write() as session:
        check_right(session)
        if work(session, number_or_missing(number)) is None:
            raise missing()
    return redirect(url_for("admin_coupons.latest", done=done), 303)
