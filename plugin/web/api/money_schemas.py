"""The shapes of the API's answers about money. Amounts are decimal strings, their currency stands beside them."""

from marshmallow import Schema, fields

from plugin.web.api.schemas import Instant


class LineSchema(Schema):
    """A line of a statement: a kind of entries, and what they add up to, as profit counts it."""

    kind = fields.String()
    amount = fields.String()
    entries = fields.Integer()


class ShareSchema(Schema):
    """What somebody has of a month; costs are negative, as profit counts them."""

    revenue = fields.String()
    cogs = fields.String()
    costs = fields.String()
    profit = fields.String()


class DepartmentSchema(ShareSchema):
    """What is no agent's own; with the agents' it makes up the whole month."""

    recovery = fields.String()


class CommissionStates(Schema):
    """An agent's commission by state; `clawed_back` is what was taken back after it was paid."""

    pending = fields.String()
    approved = fields.String()
    paid = fields.String()
    clawed_back = fields.String()


class AgentSchema(ShareSchema):
    """An agent's month; `costs` are their commission, their monthly cost and their gestures."""

    agent = fields.String()
    commission = fields.Nested(CommissionStates)


class UnprovenSchema(Schema):
    """Credits in no sum until a manager accepts them."""

    credits = fields.Integer()
    net = fields.String()
    currency = fields.String()


class WaitingSchema(Schema):
    """Orders in no sum, because the rate of their day is missing in the settings' `fx`."""

    currency = fields.String()
    on = fields.Date()
    orders = fields.Integer()
    why = fields.String()


class LackingCostSchema(Schema):
    """Credited orders whose goods' cost is unknown, estimated, or being asked for."""

    state = fields.String()
    orders = fields.Integer()


class LateSchema(Schema):
    """Entries that came too late for a closed month: which other month, and what they add up to."""

    month = fields.String()
    amount = fields.String()
    currency = fields.String()
    entries = fields.Integer()


class LateForSchema(Schema):
    """What came too late for a closed month, by the month that it was posted to."""

    month = fields.String()
    late = fields.List(fields.Nested(LateSchema))


class OtherSchema(Schema):
    """Entries in another currency than the statement's: in none of its sums."""

    kind = fields.String()
    agent = fields.String(allow_none=True)
    amount = fields.String()
    currency = fields.String()
    entries = fields.Integer()


class FiltersSchema(Schema):
    """What a statement is narrowed to."""

    agent = fields.String(allow_none=True)
    campaign = fields.String(allow_none=True)
    channel = fields.String(allow_none=True)
    store = fields.String(allow_none=True)


class StatementSchema(DepartmentSchema):
    """The statement of a month. `last_line` is what its profit is called: while fulfilment has no cost, it is none yet.

    `late` is part of the sums; `unproven`, `waiting`, `lacking_cost` and `other_currencies` are not.
    """

    month = fields.String()
    currency = fields.String()
    zone = fields.String()
    closed = fields.Boolean()
    closed_at = fields.String(allow_none=True)
    closed_by = fields.String(allow_none=True)
    filters = fields.Nested(FiltersSchema, allow_none=True)
    lines = fields.List(fields.Nested(LineSchema))
    last_line = fields.String()
    agents = fields.List(fields.Nested(AgentSchema))
    department = fields.Nested(DepartmentSchema)
    unproven = fields.List(fields.Nested(UnprovenSchema))
    waiting = fields.List(fields.Nested(WaitingSchema))
    lacking_cost = fields.List(fields.Nested(LackingCostSchema))
    late = fields.List(fields.Nested(LateSchema))
    other_currencies = fields.List(fields.Nested(OtherSchema))


class EntrySchema(Schema):
    """An entry of the ledger. `belongs_to` is the closed month that it came too late for."""

    id = fields.String()
    kind = fields.String()
    amount = fields.String()
    currency = fields.String()
    occurred_on = fields.Date()
    period = fields.String()
    belongs_to = fields.String(allow_none=True)
    agent = fields.String(allow_none=True)
    ticket = fields.String(allow_none=True)
    order = fields.String(allow_none=True)
    store = fields.String(allow_none=True)
    credit = fields.String(allow_none=True)
    channel = fields.String(allow_none=True)
    campaign = fields.String(allow_none=True)
    original_currency = fields.String(allow_none=True)
    rate = fields.String(allow_none=True)
    note = fields.String()
    source = fields.String()
    posted_at = Instant()


class RedemptionSchema(Schema):
    """A code that was used on an order; `counts` is false where it is in no sum."""

    id = fields.String()
    code = fields.String()
    agent = fields.String()
    order = fields.String()
    helpdesk = fields.String(allow_none=True)
    ticket = fields.String(allow_none=True)
    net = fields.String()
    currency = fields.String()
    at = Instant()
    grade = fields.String()
    counts = fields.Boolean()
    evidence = fields.List(fields.String())


class DisputeSchema(Schema):
    """An agent contests a credit, a manager decides."""

    id = fields.String()
    state = fields.String()
    raised_by = fields.String()
    reason = fields.String()
    raised_at = Instant()
    decided_by = fields.String(allow_none=True)
    decision = fields.String(allow_none=True)
    decided_at = Instant(allow_none=True)


class HostCreditSchema(Schema):
    """Whose the order would be by the helpdesks' own definition: the newest ticket within five days takes it all."""

    agent = fields.String()
    helpdesk = fields.String()
    ticket = fields.String()


class RulingSchema(Schema):
    """What a manager decided about the order of a credit."""

    accepted = fields.List(fields.String())
    agents = fields.Dict(keys=fields.String(), values=fields.Integer())
    by = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    at = Instant(allow_none=True)


class CreditSchema(RedemptionSchema):
    """(Part of) an order given to an agent. `kind` is null where it is only shown; `counts` false where in no sum.

    `state` is its commission's, `held` why that is held back, `rivals` the other tickets that might have had it.
    """

    kind = fields.String(allow_none=True)
    code = fields.String(allow_none=True)
    order_id = fields.String()
    channel = fields.String(allow_none=True)
    campaign = fields.String(allow_none=True)
    rivals = fields.List(fields.String())
    rule_version = fields.Integer()
    window_days = fields.Integer(allow_none=True)
    state = fields.String()
    held = fields.String(allow_none=True)
    approved_at = Instant(allow_none=True)
    paid_at = Instant(allow_none=True)
    host = fields.Nested(HostCreditSchema, allow_none=True)
    ruling = fields.Nested(RulingSchema, allow_none=True)
    dispute = fields.Nested(DisputeSchema, allow_none=True)
