"""The shapes of the API's answers. Fields may be added, never renamed; contract §5."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from marshmallow import Schema, fields

from plugin.db.tables import DeliveryRow

MAY_BE_NULL = {"type": ["object", "null"]}
"""How the API's description puts a member that has no value of its own."""


class Instant(fields.Field[datetime]):
    """RFC 3339 in UTC."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else instant(value)


def instant(value: datetime) -> str:
    """The instant as RFC 3339 in UTC."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


class DeliveryLine(Schema):
    """A delivery in a list."""

    id = fields.String()
    source = fields.String()
    topic = fields.String()
    state = fields.String()
    received_at = Instant()
    worked_at = Instant(allow_none=True)
    resource = fields.String(allow_none=True)
    error = fields.String(allow_none=True)


class DeliveryWhole(DeliveryLine):
    """A delivery with what came, and the field that could not be read."""

    connection = fields.String(attribute="connection_id")
    event_id = fields.String(allow_none=True)
    headers = fields.Dict()
    body = fields.Function(lambda row: body_of(row), metadata=MAY_BE_NULL)
    problem = fields.Function(lambda row: problem_of(row), metadata=MAY_BE_NULL)


class EffectLine(Schema):
    """An effect, in a list and alone."""

    id = fields.String()
    connection = fields.String(attribute="connection_id")
    decision = fields.String(attribute="decision_id", allow_none=True)
    kind = fields.String()
    resource = fields.String()
    slot = fields.String()
    effect_class = fields.String(data_key="class")
    args = fields.Dict()
    state = fields.String()
    attempts = fields.Integer()
    created_at = Instant()
    due_at = Instant()
    done_at = Instant(allow_none=True)
    reference = fields.String(allow_none=True)
    error = fields.String(allow_none=True)


class RankedSchema(Schema):
    """A reason code that may fit."""

    code = fields.String()
    name = fields.String()
    score = fields.Float()
    evidence = fields.List(fields.String())


class ReasonSchema(RankedSchema):
    """The reason code of a ticket; `sure` false for a mere suggestion."""

    by = fields.String()
    sure = fields.Boolean()


class MoneySchema(Schema):
    """An amount: a decimal string with its currency."""

    amount = fields.String()
    currency = fields.String()


class LastOrderSchema(Schema):
    """A customer's latest order; the statuses are the store's words."""

    name = fields.String()
    at = Instant()
    total = fields.Nested(MoneySchema)
    status = fields.String()
    fulfilment = fields.String()


class WorthSchema(Schema):
    """What a store says of a customer, how old that is (`as_of`), and the tier that follows."""

    email = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    tier = fields.String(allow_none=True)
    tier_evidence = fields.List(fields.String())
    spent = fields.Nested(MoneySchema, allow_none=True)
    orders = fields.Integer(allow_none=True)
    tags = fields.List(fields.String())
    last_order = fields.Nested(LastOrderSchema, allow_none=True)
    as_of = Instant(allow_none=True)


class CustomerSchema(WorthSchema):
    """Who wrote. `state`: known, nobody (no store has them), or unknown (no store has answered yet).

    `store_email` is the store's address of them: another than `email` where an order number led there.
    """

    state = fields.String()
    matched_by = fields.String(allow_none=True)
    store_email = fields.String(allow_none=True)
    tier_why = fields.String()


class MacroSchema(Schema):
    """A macro of the helpdesk that fits, and why."""

    id = fields.String()
    title = fields.String()
    why = fields.String()


class OfferSchema(Schema):
    """The offer of the settings that is worth most here, and why; `kind` is new, or kept (in place of a refund)."""

    name = fields.String()
    sku = fields.String()
    price = fields.Nested(MoneySchema, allow_none=True)
    margin = fields.Nested(MoneySchema, allow_none=True)
    kind = fields.String()
    why = fields.List(fields.String())


class DecisionSchema(Schema):
    """One decision about a ticket, and why."""

    id = fields.String()
    at = Instant()
    mode = fields.String()
    settings_version = fields.Integer()
    deliveries = fields.List(fields.String())
    trace = fields.List(fields.Dict())


class TicketLine(Schema):
    """A ticket in a list."""

    ticket = fields.String()
    helpdesk = fields.String()
    url = fields.String(allow_none=True)
    subject = fields.String()
    state = fields.String()
    language = fields.String(allow_none=True)
    seen_at = Instant()
    reason_code = fields.Nested(ReasonSchema, allow_none=True)
    customer = fields.Nested(CustomerSchema)
    no_bots = fields.Boolean()


class TicketWhole(TicketLine):
    """A ticket with all that we know and did."""

    macros = fields.List(fields.Nested(MacroSchema))
    offer = fields.Nested(OfferSchema, allow_none=True)
    credits = fields.List(fields.Nested("CreditSchema"))
    claims = fields.Constant[list[object]]([])
    suggestions = fields.List(fields.Nested(RankedSchema))
    trace = fields.List(fields.Dict())
    history = fields.List(fields.Nested(DecisionSchema))
    effects = fields.List(fields.Nested(EffectLine))


class StoreSchema(Schema):
    """The store that knows a customer."""

    vendor = fields.String()
    account = fields.String()


class CustomersTicket(Schema):
    """A ticket of a customer; where `matched_by` is order, somebody named an order of theirs."""

    ticket = fields.String()
    helpdesk = fields.String()
    url = fields.String(allow_none=True)
    subject = fields.String()
    reason_code = fields.Nested(ReasonSchema, allow_none=True)
    matched_by = fields.String(allow_none=True)
    seen_at = Instant()


class ValueSchema(Schema):
    """What a customer was worth by the orders known here; `margin` null unless the cost of all they bought is known."""

    orders = fields.Integer()
    net = fields.Nested(MoneySchema)
    refunded = fields.Nested(MoneySchema)
    average = fields.Nested(MoneySchema)
    margin = fields.Nested(MoneySchema, allow_none=True)
    first_at = Instant()
    last_at = Instant()


class CustomerWhole(WorthSchema):
    """A customer of a store, with their latest tickets. `spent` is the store's word, `value` what our orders say."""

    emails = fields.List(fields.String())
    phones = fields.List(fields.String())
    no_bots = fields.Boolean()
    average = fields.Nested(MoneySchema, allow_none=True)
    value = fields.Nested(ValueSchema, allow_none=True)
    store = fields.Nested(StoreSchema)
    tickets = fields.List(fields.Nested(CustomersTicket))


class BreachLine(Schema):
    """A bot's message to somebody who shall meet none; `message` is the helpdesk's number, or our effect's."""

    id = fields.String()
    by = fields.String()
    tier = fields.String(allow_none=True)
    helpdesk = fields.String()
    ticket = fields.String()
    message = fields.String()
    found_at = Instant()
    url = fields.String(allow_none=True)


def body_of(row: DeliveryRow) -> Mapping[str, str] | None:
    """The raw body: as text where it is text, else in base64; None when it is no longer kept."""
    if row.body is None:
        return None
    try:
        return {"encoding": "text", "content": row.body.decode()}
    except UnicodeDecodeError:
        return {"encoding": "base64", "content": base64.b64encode(row.body).decode()}


def problem_of(row: DeliveryRow) -> Mapping[str, str] | None:
    """Which field could not be read, and why; None for a delivery that could."""
    if row.state != "unreadable" or row.error is None:
        return None
    path, _, message = row.error.partition(": ")
    return {"path": path, "message": message}
