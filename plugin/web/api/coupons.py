"""/api/v1/coupons: the agents' own codes, which of them may have leaked, and releasing or rotating those."""

from collections.abc import Callable
from typing import Any

from flask import Response, jsonify, request
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from plugin.db.answers import Answer
from plugin.db.coupons import Coupons
from plugin.db.ledger_tables import CouponRow
from plugin.settings_file import SettingsErrors
from plugin.web.api.auth import api_blueprint, caller, tenant_id
from plugin.web.api.paging import ListQuery, list_query, missing, number_cursor, page, row_number
from plugin.web.api.schemas import Instant, MoneySchema
from plugin.web.api.writing import write
from plugin.web.coupon_view import CouponShow
from plugin.web.problems import Problem
from plugin.web.rotating import released, rotated
from plugin.web.services import services
from plugin.web.settings_text import read_json

blueprint = api_blueprint("coupons")
SHAPE = 'send {"reason": "…"}: in a few words, why it is no leak'


class RedeemedSchema(Schema):
    """How often a code was used this month with this evidence, and for how much net; its single-use codes with it."""

    grade = fields.String()
    orders = fields.Integer()
    net = fields.Nested(MoneySchema)


class CouponSchema(Schema):
    """An agent's own code. `state` is wanted, made, changed, gone or rotated; `problem` says what is wrong with it.

    `held` says why commission for it is held back, for orders from `held_at` on.
    """

    id = fields.String()
    agent = fields.String()
    code = fields.String()
    share = fields.String(allow_none=True)
    state = fields.String()
    in_settings = fields.Boolean()
    problem = fields.String(allow_none=True)
    held = fields.String(allow_none=True)
    held_at = Instant(allow_none=True)
    month = fields.List(fields.Nested(RedeemedSchema))


@blueprint.get("/coupons")
def all_coupons() -> Response:
    """The agents' own codes, also those that are out of use."""
    query = list_query(ListQuery)
    limit, before = query["limit"], number_cursor(query["cursor"])
    with services().database.read() as session:
        rows = Coupons(session, tenant_id()).latest(limit + 1, before)
        lines = CouponShow(session, tenant_id(), services().now()).lines(rows)
        return jsonify(page(lines, limit, CouponSchema().dump, lambda line: str(line["id"])))


@blueprint.post("/coupons/<number>/rotate")
def rotate(number: str) -> Response:
    """End a code in the store, and give its agent a new one; nothing more where that was done before."""
    return write(lambda session: _answer(session, number, _rotate))


@blueprint.post("/coupons/<number>/release")
def release(number: str) -> Response:
    """Hold the commission for a code back no more; nothing more where it is not held."""
    reason = _reason()

    def work(session: Session, wanted: int) -> CouponRow | None:
        return released(session, tenant_id(), wanted, caller(), reason)

    return write(lambda session: _answer(session, number, work))


def _rotate(session: Session, number: int) -> CouponRow | None:
    return rotated(session, tenant_id(), number, caller())


def _answer(session: Session, number: str, work: Callable[[Session, int], CouponRow | None]) -> Answer:
    row = work(session, row_number(number, "coupon"))
    if row is None:
        raise missing("coupon", number)
    (line,) = CouponShow(session, tenant_id(), services().now()).lines([row])
    told: dict[str, Any] = CouponSchema().dump(line)
    return Answer(200, told)


def _reason() -> str:
    try:
        reason = read_json(request.get_data()).get("reason")
    except SettingsErrors:
        raise Problem(422, SHAPE) from None
    if not isinstance(reason, str) or not reason.strip():
        raise Problem(422, SHAPE)
    return reason
