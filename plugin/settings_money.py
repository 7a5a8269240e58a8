"""The sections of a settings document that are about money: commissions, costs, attribution and rates."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, post_load

from plugin.domain.attribution import GRADES
from plugin.domain.commissions import CommissionRate
from plugin.domain.ledger import REVENUE
from plugin.domain.money_settings import AttributionTerms, Costs, DatedAmount, PlaybookLimit, StaffCost
from plugin.domain.rates import DatedRates
from plugin.domain.refund_costs import RefundShare
from plugin.domain.setting_errors import Wrong
from plugin.domain.written import text_of
from plugin.settings_readers import (
    Read,
    Section,
    choice,
    items_of,
    read_amount,
    read_currency,
    read_email,
    read_rate,
    read_share,
    read_since,
    since_field,
    whole,
)


class CommissionSection(Section):
    """A rate of commission, from a month on; for one kind of revenue, or for all."""

    since = Read(read_since, data_key="from")
    rate = Read(read_share, required=True)
    kind = Read(choice(*REVENUE))

    @post_load
    def _typed(self, data: Mapping[str, Any], **options: Any) -> CommissionRate:
        return CommissionRate(data["rate"], data.get("since", date.min), data.get("kind"))


class RefundShareSection(Section):
    """Which part of all refunds counts as a cost of service, from a month on."""

    since = since_field()
    share = Read(read_share, required=True)
    base = Read(choice("amount", "cost"))

    @post_load
    def _typed(self, data: Mapping[str, Any], **options: Any) -> RefundShare:
        return RefundShare(**data)


class DatedAmountSection(Section):
    """An amount, from a month on: the helpdesk's monthly bill, what an order costs beyond its goods."""

    since = since_field()
    amount = Read(read_amount, required=True)

    @post_load
    def _typed(self, data: Mapping[str, Any], **options: Any) -> DatedAmount:
        return DatedAmount(**data)


class StaffSection(Section):
    """What an agent costs a month, from a month on."""

    agent = Read(read_email, required=True)
    since = since_field()
    amount = Read(read_amount, required=True)

    @post_load
    def _typed(self, data: Mapping[str, Any], **options: Any) -> StaffCost:
        return StaffCost(data["agent"].casefold(), data["since"], data["amount"])


class PlaybookSection(Section):
    """What may be refunded without asking, for one reason code or for all that have no line of their own."""

    reason_code = Read(text_of)
    up_to = Read(read_amount, required=True)

    @post_load
    def _typed(self, data: Mapping[str, Any], **options: Any) -> PlaybookLimit:
        return PlaybookLimit(**data)


class CostsSection(Section):
    """What is counted against the revenue."""

    refund_share = fields.List(fields.Nested(RefundShareSection))
    platform_monthly = items_of(fields.Nested(DatedAmountSection))
    staff_monthly = items_of(fields.Nested(StaffSection))
    variable_per_order = items_of(fields.Nested(DatedAmountSection))
    default_cost_share = Read(read_share)
    replacement_tags = fields.List(Read(text_of))
    playbook = items_of(fields.Nested(PlaybookSection))

    @post_load
    def _typed(self, data: Mapping[str, Any], **options: Any) -> Costs:
        typed: dict[str, Any] = {name: _fixed(one) for name, one in data.items()}
        return Costs(**typed)


class AttributionSection(Section):
    """For how long after a ticket an order may be its merit, what earns a commission, and what is a leak."""

    direct_window_days = Read(whole(0, 365))
    assisted_window_days = Read(whole(0, 365))
    return_window_days = Read(whole(0, 365))
    commission_grades = fields.List(Read(choice(*GRADES)))
    coupon_sites = fields.List(Read(text_of))
    leak_new_customers = Read(whole(1, 10_000))

    @post_load
    def _typed(self, data: Mapping[str, Any], **options: Any) -> AttributionTerms:
        typed: dict[str, Any] = {}
        for name, value in data.items():
            in_days = name.endswith("_days")
            typed[name.removesuffix("_days")] = timedelta(days=value) if in_days else _fixed(value)
        return AttributionTerms(**typed)


def _fixed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def read_commission(raw: object) -> tuple[CommissionRate, ...]:
    """One rate for all, or dated rates: [{from: 2026-01, rate: "0.07", kind: revenue.coupon}]."""
    if not isinstance(raw, list | tuple):
        return (CommissionRate(read_share(raw)),)
    try:
        loaded: tuple[CommissionRate, ...] = tuple(CommissionSection(many=True).load(list(raw)))
    except ValidationError as error:
        raise ValidationError(error.messages) from None
    return loaded


def read_rates(raw: object) -> Mapping[str, Any]:
    """A row of the rates: the day from which they hold, and a rate for each currency."""
    if not isinstance(raw, Mapping):
        raise ValidationError('must be rates from a day on: {from: 2026-11-01, EUR: "1.0823"}')
    errors: dict[str, str] = {} if "from" in raw else {"from": "is missing"}
    read: dict[str, Any] = {}
    for key, value in raw.items():
        try:
            read[str(key)] = read_since(value) if key == "from" else read_rate_of(key, value)
        except Wrong as wrong:
            errors[str(key)] = str(wrong)
    if errors:
        raise ValidationError({key: [message] for key, message in errors.items()})
    return read


def read_dated_rates(raw: object) -> DatedRates:
    """Rates with the day from which they hold."""
    read = dict(read_rates(raw))
    return DatedRates(read.pop("from"), read)


def read_rate_of(currency: object, rate: object) -> Decimal:
    """The rate of a currency."""
    read_currency(currency)
    return read_rate(rate)
