"""Commissions: what each credit earns, approved and paid many at once, and payroll's file."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Response as File
from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from plugin.currencies import digits
from plugin.db.commissions import STATES, Accrued, Commissions, Outcome
from plugin.domain.money import Money
from plugin.domain.periods import is_period
from plugin.payroll import payroll, payroll_csv
from plugin.web.admin.lists import PAGE, before, filter_of, missing
from plugin.web.admin.session import admin_blueprint, tenant_id
from plugin.web.admin.statement import ADMIN, check_right
from plugin.web.problems import Problem
from plugin.web.services import services

blueprint = admin_blueprint("commissions")
MOST: Final = 500
"""Commissions that one click may approve or pay."""
STEPS: Final = ("approve", "pay")


@blueprint.get("/commissions")
def latest() -> str:
    """The newest commissions with how far each has gone."""
    state = filter_of("state", STATES)
    with services().database.read() as session:
        check_right(session)
        rows = Commissions(session, tenant_id()).latest(PAGE + 1, before(), state=state)
        window = _terms(session).return_window
        return render_template(
            "commissions.html",
            rows=[_line(row, window) for row in rows[:PAGE]],
            older=rows[PAGE - 1].credit.id if len(rows) > PAGE else None,
            state=state,
            states=STATES,
            months=sorted({row.period for row in rows}, reverse=True),
            done=_number("done"),
            refused=_number("refused"),
        )


@blueprint.post("/commissions")
def take() -> Response:
    """Approve or pay those that were ticked; each is done for itself."""
    step, ticked = request.form.get("step", ""), request.form.getlist("credit")
    if step not in STEPS or len(ticked) > MOST:
        raise missing()
    credits = [int(one) for one in ticked if one.isascii() and one.isdigit() and len(one) < 19]
    if not credits:
        raise Problem(422, gettext("Nothing was changed: tick what it shall be done to."))
    with services().database.write() as session:
        check_right(session)
        outcome = _take(session, step, credits)
    state, done, refused = request.form.get("state") or None, len(outcome.done), len(outcome.refused)
    page = url_for("admin_commissions.latest", state=state, done=done, refused=refused)
    return redirect(page, 303)


@blueprint.get("/commissions/payroll-<month>.csv")
def payroll_file(month: str) -> File:
    """What each agent is paid for a month."""
    if not is_period(month):
        raise missing()
    with services().database.read() as session:
        check_right(session)
        earned = Commissions(session, tenant_id()).payroll(month)
    answer = File(payroll_csv(payroll(earned), digits), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="payroll-{month}.csv"'
    return answer


def _take(session: Session, step: str, credits: list[int]) -> Outcome:
    commissions, now = Commissions(session, tenant_id()), services().now()
    if step == "pay":
        return commissions.pay(credits, ADMIN, now)
    return commissions.approve(credits, ADMIN, now, _terms(session).return_window)


def _terms(session: Session) -> Any:
    return services().views.of(session, tenant_id()).settings.attribution


def _number(name: str) -> int | None:
    given = request.args.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else None


def _line(row: Accrued, window: Any) -> Mapping[str, Any]:
    credit = row.credit
    return {
        "id": credit.id,
        "agent": credit.agent,
        "order": row.order,
        "amount": {"amount": Money(row.amount, row.currency).text(digits), "currency": row.currency},
        "month": row.period,
        "state": credit.state,
        "held": credit.held,
        "disputed": row.disputed,
        "from": credit.at + window,
        "taken_back": {"amount": Money(row.taken_back, row.currency).text(digits), "currency": row.currency}
        if row.taken_back
        else None,
    }
