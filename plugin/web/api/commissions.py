"""/api/v1/commissions: what each credit earns its agent, approving and paying many at once, and payroll's file."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from flask import Response, jsonify
from flask import request as sent
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from plugin.currencies import digits
from plugin.db.answers import Answer
from plugin.db.commissions import STATES, Accrued, Commissions, Outcome
from plugin.domain.money import Money
from plugin.payroll import payroll, payroll_csv
from plugin.settings_file import SettingsErrors
from plugin.web.api.auth import api_blueprint, caller, tenant_id
from plugin.web.api.paging import MONTH, ListQuery, list_query, number_cursor, page
from plugin.web.api.schemas import Instant, MoneySchema
from plugin.web.api.writing import write
from plugin.web.customer_view import amount
from plugin.web.problems import Problem
from plugin.web.services import services
from plugin.web.settings_text import read_json

blueprint = api_blueprint("commissions")
MOST: Final = 500
"""Credits that one call may name."""
SHAPE: Final = (
    'send {"credits": ["12", "13"]}: the numbers of 1 to '
    f"{MOST} credits, as `GET /api/v1/commissions` has them"
)
WHY_NOT: Final[Mapping[str, str]] = {
    "approved": "it is approved already",
    "paid": "it is paid already",
    "pending": "it is not approved yet: approve it first",
    "early": "its return window is still open: `approve_from` of the commission says until when",
    "held": "it is held back: `held` of the commission says why; a manager releases it",
    "disputed": "it is contested: decide the dispute first",
    "none": "nothing is earned by it, or everything was taken back: there is nothing to approve or to pay",
    "unknown": "there is no such credit here",
}
"""Why a commission does not take a step, and what to do."""


class CommissionsQuery(ListQuery):
    """Filters of the list."""

    agent = fields.String()
    state = fields.String(validate=validate.OneOf(STATES, error=f"must be one of {', '.join(STATES)}"))
    month = fields.String(validate=MONTH)


class PayrollQuery(Schema):
    """Which month's."""

    class Meta:
        """A misspelt parameter is no month."""

        unknown = ListQuery.Meta.unknown

    error_messages = ListQuery.error_messages
    month = fields.String(
        required=True, validate=MONTH, error_messages={"required": "is missing: write ?month=2026-11"}
    )


class CommissionLine(Schema):
    """What a credit earns its agent. `month` is the one it was posted to; `amount` what stands for it now.

    `clawed_back` is what was taken back of it after it was paid; `held` says why it is held back.
    """

    credit = fields.String()
    agent = fields.String()
    order = fields.String()
    helpdesk = fields.String(allow_none=True)
    ticket = fields.String(allow_none=True)
    kind = fields.String()
    grade = fields.String()
    at = Instant()
    month = fields.String()
    amount = fields.Nested(MoneySchema)
    state = fields.String()
    held = fields.String(allow_none=True)
    disputed = fields.Boolean()
    approve_from = Instant()
    approved_at = Instant(allow_none=True)
    paid_at = Instant(allow_none=True)
    clawed_back = fields.Nested(MoneySchema)


class RefusedSchema(Schema):
    """A credit whose commission did not take the step: why, in a word, and what to do."""

    credit = fields.String()
    reason = fields.String()
    detail = fields.String()


class StepSchema(Schema):
    """What came of a step for many credits."""

    done = fields.List(fields.String())
    refused = fields.List(fields.Nested(RefusedSchema))


@blueprint.get("/commissions")
def all_commissions() -> Response:
    """What the newest credits earn their agents, with how far each commission has gone."""
    query = list_query(CommissionsQuery)
    limit, before = query.pop("limit"), number_cursor(query.pop("cursor"))
    with services().database.read() as session:
        window = _window(session)
        rows = Commissions(session, tenant_id()).latest(limit + 1, before, **query)
        shown = page(rows, limit, lambda row: _line(row, window), lambda row: str(row.credit.id))
        return jsonify(shown)


@blueprint.get("/commissions/payroll")
def payroll_file() -> Response:
    """What each agent is paid for a month, as a CSV file: approved, held back, paid, and clawed back since."""
    month = list_query(PayrollQuery)["month"]
    with services().database.read() as session:
        earned = Commissions(session, tenant_id()).payroll(month)
    response = Response(payroll_csv(payroll(earned), digits), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="payroll-{month}.csv"'
    return response


@blueprint.post("/commissions/approve")
def approve() -> Response:
    """Approve the commissions of these credits, each for itself: those that are refused are named with the reason."""

    def work(session: Session, credits: Sequence[int]) -> Outcome:
        commissions = Commissions(session, tenant_id())
        return commissions.approve(credits, caller(), services().now(), _window(session))

    return _step(work)


@blueprint.post("/commissions/pay")
def pay() -> Response:
    """Note that the commissions of these credits were paid out: those that are refused are named with the reason."""

    def work(session: Session, credits: Sequence[int]) -> Outcome:
        return Commissions(session, tenant_id()).pay(credits, caller(), services().now())

    return _step(work)


def _step(work: Callable[[Session, Sequence[int]], Outcome]) -> Response:
    credits = _named()
    return write(lambda session: Answer(200, _told(work(session, credits))))


def _named() -> list[int]:
    """The credits that the body names; numbers may stand in quotes or not."""
    try:
        named = read_json(sent.get_data()).get("credits")
    except SettingsErrors:
        raise Problem(422, SHAPE) from None
    if not isinstance(named, list) or not 1 <= len(named) <= MOST:
        raise Problem(422, SHAPE)
    return [_number(one) for one in named]


def _number(raw: Any) -> int:
    text = raw if isinstance(raw, str) else str(raw) if type(raw) is int else ""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Problem(422, SHAPE)
    return int(text)


def _told(outcome: Outcome) -> dict[str, Any]:
    refused = [
        {"credit": str(number), "reason": why, "detail": WHY_NOT[why]}
        for number, why in outcome.refused.items()
    ]
    told: dict[str, Any] = StepSchema().dump({"done": [str(one) for one in outcome.done], "refused": refused})
    return told


def _window(session: Session) -> timedelta:
    return services().views.of(session, tenant_id()).settings.attribution.return_window


def _line(row: Accrued, window: timedelta) -> Any:
    credit = row.credit
    return CommissionLine().dump(
        {
            "credit": credit.id,
            "agent": credit.agent,
            "order": row.order,
            "helpdesk": credit.helpdesk or None,
            "ticket": credit.ticket_id,
            "kind": credit.kind,
            "grade": credit.grade,
            "at": credit.at,
            "month": row.period,
            "amount": amount(Money(row.amount, row.currency)),
            "state": credit.state,
            "held": credit.held or None,
            "disputed": row.disputed,
            "approve_from": credit.at + window,
            "approved_at": credit.approved_at,
            "paid_at": credit.paid_at,
            "clawed_back": amount(Money(row.taken_back, row.currency)),
        }
    )
