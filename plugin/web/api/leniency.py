"""/api/v1/reports/leniency: what was refunded and replaced beyond the written playbook, by agent and by reason."""

from collections.abc import Iterable
from typing import Any, Final

from flask import Response, jsonify
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from plugin.currencies import digits
from plugin.db.connections import Connections
from plugin.domain.leniency import Given, Judged, LeniencySum
from plugin.domain.money import Money
from plugin.leniency import LeniencyReport, leniency_report
from plugin.web.api.auth import api_blueprint, tenant_id
from plugin.web.api.paging import MONTH, ListQuery, list_query
from plugin.web.api.schemas import Instant
from plugin.web.services import services

blueprint = api_blueprint("leniency")
MOST: Final = 500
"""Refunds and replacements that are told one by one, those that went furthest beyond first."""


class LeniencyQuery(Schema):
    """Which month's."""

    class Meta:
        """A misspelt parameter is no month."""

        unknown = ListQuery.Meta.unknown

    error_messages = ListQuery.error_messages
    month = fields.String(
        required=True,
        validate=MONTH,
        error_messages={"required": "is missing: write ?month=2026-11"},
    )


class SumSchema(Schema):
    """How many were given, for how much in all, and how much of that is beyond the playbook."""

    number = fields.Integer()
    amount = fields.String()
    beyond = fields.String()


class AgentSumSchema(SumSchema):
    """The sum of an agent; null for those that no ticket came before."""

    agent = fields.String(allow_none=True)


class ReasonSumSchema(SumSchema):
    """The sum of a reason code; null where the ticket has none, or there is no ticket."""

    reason_code = fields.String(allow_none=True)


class GivenSchema(Schema):
    """A refund or a replacement, with the ticket in which it was promised. `amount` is null where it is not known."""

    kind = fields.String()
    order = fields.String()
    at = Instant()
    amount = fields.String(allow_none=True)
    agent = fields.String(allow_none=True)
    helpdesk = fields.String(allow_none=True)
    ticket = fields.String(allow_none=True)
    reason_code = fields.String(allow_none=True)


class BeyondSchema(GivenSchema):
    """One that went beyond: what the playbook allows for its reason, and by how much it is more."""

    allowed = fields.String(allow_none=True)
    beyond = fields.String()


class LeniencySchema(Schema):
    """A month's leniency. `written` is false where the settings hold no playbook: then nothing is beyond.

    `unvalued` counts those whose amount is not known; `unlinked` are replacements that name no order, in no sum.
    """

    month = fields.String()
    currency = fields.String()
    written = fields.Boolean()
    total = fields.Nested(SumSchema)
    agents = fields.List(fields.Nested(AgentSumSchema))
    reasons = fields.List(fields.Nested(ReasonSumSchema))
    beyond = fields.List(fields.Nested(BeyondSchema))
    unvalued = fields.Integer()
    unlinked = fields.List(fields.Nested(GivenSchema))


@blueprint.get("/reports/leniency")
def leniency() -> Response:
    """A month's refunds and replacements beyond the written playbook, by agent and by reason, and each of them."""
    month = list_query(LeniencyQuery)["month"]
    with services().database.read() as session:
        report = _report(session, month)
    return jsonify(LeniencySchema().dump(_told(report)))


def _report(session: Session, month: str) -> LeniencyReport:
    known = Connections(session, services().vault).of_tenant(tenant_id())
    stores = [one for one in known if one.vendor in services().stores]
    view = services().views.of(session, tenant_id())
    return leniency_report(session, tenant_id(), view, stores, month)


def _told(report: LeniencyReport) -> dict[str, Any]:
    found, show = report.leniency, _Shown(report.currency)
    return {
        "month": report.month,
        "currency": report.currency,
        "written": report.written,
        "total": show.sum(found.total),
        "agents": [{"agent": one.name, **show.sum(one)} for one in found.agents],
        "reasons": [{"reason_code": one.name, **show.sum(one)} for one in found.reasons],
        "beyond": [show.beyond(one) for one in found.beyond[:MOST]],
        "unvalued": found.unvalued,
        "unlinked": show.all(report.unlinked[:MOST]),
    }


class _Shown:
    """Amounts of one currency, as JSON has them."""

    def __init__(self, currency: str) -> None:
        self._currency = currency

    def sum(self, one: LeniencySum) -> dict[str, Any]:
        return {
            "number": one.number,
            "amount": self._amount(one.amount),
            "beyond": self._amount(one.beyond),
        }

    def beyond(self, one: Judged) -> dict[str, Any]:
        more = {"allowed": self._amount(one.allowed), "beyond": self._amount(one.beyond)}
        return self._given(one.given) | more

    def all(self, given: Iterable[Given]) -> list[dict[str, Any]]:
        return [self._given(one) for one in given]

    def _given(self, one: Given) -> dict[str, Any]:
        return {
            "kind": one.kind,
            "order": one.order,
            "at": one.at,
            "amount": self._amount(one.amount),
            "agent": one.agent,
            "helpdesk": one.helpdesk,
            "ticket": one.ticket,
            "reason_code": one.reason,
        }

    def _amount(self, minor: int | None) -> str | None:
        return None if minor is None else Money(minor, self._currency).text(digits)
