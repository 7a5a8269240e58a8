"""/api/v1/ledger: every entry behind a statement."""

from typing import Any

from flask import Response, jsonify
from marshmallow import fields, validate

from plugin.currencies import digits
from plugin.db.ledger_tables import LedgerRow
from plugin.db.statements import Place, Statements
from plugin.domain.ledger import KINDS
from plugin.domain.money import Money
from plugin.domain.periods import is_period
from plugin.web.api.auth import api_blueprint, tenant_id
from plugin.web.api.money_schemas import EntrySchema
from plugin.web.api.paging import ListQuery, bad_cursor, list_query, page
from plugin.web.api.statements import FILTERS, only_of, text_filter
from plugin.web.services import services

blueprint = api_blueprint("ledger")


def month_filter() -> fields.String:
    """A filter by a month."""
    return fields.String(
        validate=validate.Regexp(r"[1-9][0-9]{3}-(0[1-9]|1[0-2])\Z", error="must be a month, as 2026-11")
    )


class LedgerQuery(ListQuery):
    """Filters of the list. `month` is the one that entries are posted to, `belongs_to` one they came too late for."""

    month = month_filter()
    belongs_to = month_filter()
    kind = fields.String(validate=validate.OneOf(KINDS, error=f"must be one of {', '.join(KINDS)}"))
    agent = text_filter(320)
    campaign = text_filter(200)
    channel = text_filter(50)
    store = text_filter(200)


@blueprint.get("/ledger")
def entries() -> Response:
    """The entries of a month, or of all months, the newest month first."""
    query = list_query(LedgerQuery)
    limit, after = query.pop("limit"), _place(query.pop("cursor"))
    with services().database.read() as session:
        only = only_of(session, {name: query.pop(name) for name in FILTERS if name in query})
        rows = Statements(session, tenant_id()).entries(
            limit + 1, after, period=query.pop("month", None), only=only, **query
        )
        return jsonify(page(rows, limit, entry, lambda row: f"{row.period}|{row.id}"))


def entry(row: LedgerRow) -> dict[str, Any]:
    """An entry as it is shown."""
    shown: dict[str, Any] = EntrySchema().dump(
        {
            "id": row.id,
            "kind": row.kind,
            "amount": Money(row.amount, row.currency).text(digits),
            "currency": row.currency,
            "occurred_on": row.occurred_on,
            "period": row.period,
            "belongs_to": row.belongs_to,
            "agent": row.agent,
            "ticket": row.ticket_id,
            "order": row.order_name,
            "store": row.store_id,
            "credit": row.credit_id,
            "channel": row.channel,
            "campaign": row.campaign,
            "original_currency": row.original_currency,
            "rate": row.rate,
            "note": row.note,
            "source": row.source,
            "posted_at": row.posted_at,
        }
    )
    return shown


def _place(cursor: str | None) -> Place | None:
    if cursor is None:
        return None
    month, _, number = cursor.partition("|")
    if not is_period(month) or not (number.isdecimal() and len(number) <= 18):
        raise bad_cursor()
    return month, int(number)
