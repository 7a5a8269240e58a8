"""The shape of a settings document, section by section, and the sections that are typed already.

`reason_codes`, `rules` and the `when` of offers are read by the domain, which knows what may stand in them.
"""

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validates_schema

from plugin.currencies import digits, is_currency
from plugin.domain.agent_terms import ROLES, AgentTerms
from plugin.domain.macros import MacroHint
from plugin.domain.setting_errors import Wrong, listed, quoted
from plugin.domain.team_hours import read_hours
from plugin.domain.teams import Team
from plugin.domain.tiers import Tier
from plugin.domain.written import amount_of, bool_of, id_of, name_of, number_of, some_of, text_of

MOST_ITEMS: Final = 10_000
_EMAIL: Final = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_COUPON: Final = re.compile(r"\w[\w-]{0,62}\w?")
_SHARE: Final = re.compile(r"\d(\.\d{1,6})?")
_RATE: Final = re.compile(r"\d{1,9}(\.\d{1,10})?")
_HTTPS: Final = re.compile(r"https://[A-Za-z0-9.-]+(:\d+)?(/[^\s\"'<>]*)?")
_MONTH: Final = re.compile(r"\d{4}-\d{2}(-\d{2})?")

CURRENCY: ContextVar[str | None] = ContextVar("currency", default=None)
"""The currency of the document that is being checked: its amounts have that many digits."""


class Read(fields.Field[Any]):
    """A value read by a function that says by `Wrong` what is wrong with it."""

    def __init__(self, read: Callable[[object], Any], **options: Any) -> None:
        super().__init__(**options)
        self._read = read

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        try:
            return self._read(value)
        except Wrong as wrong:
            raise ValidationError({wrong.step: [str(wrong)]} if wrong.step else str(wrong)) from None


class Section(Schema):
    """A mapping whose unknown keys are errors, so that a typing error is no silent default."""

    class Meta:
        """What is not known is refused."""

        unknown = RAISE

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        known = (field.data_key or name for name, field in self.declared_fields.items())
        self.error_messages["unknown"] = f"no such setting; there is: {listed(known, most=30)}"


def _choice(*names: Any) -> Callable[[object], Any]:
    """One of these, exactly (1 is not true)."""

    def read(raw: object) -> Any:
        for name in names:
            if raw == name and type(raw) is type(name):
                return raw
        raise Wrong(f"must be {' or '.join(str(name).lower() for name in names)}")

    return read


def _whole(least: int, most: int) -> Callable[[object], int]:
    def read(raw: object) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int) or not least <= raw <= most:
            raise Wrong(f"must be a whole number from {least:,} to {most:,}")
        return raw

    return read


def _version(raw: object) -> int:
    if raw != 1 or not isinstance(raw, int) or isinstance(raw, bool):
        raise Wrong("this version of Marginalia reads version 1")
    return 1


def _amount(raw: object) -> Decimal:
    return amount_of(raw, CURRENCY.get(), digits)


def _currency(raw: object) -> str:
    if not isinstance(raw, str) or not is_currency(raw):
        raise Wrong(f"{quoted(raw)} is no currency; write its three letters (ISO 4217), as USD")
    return raw


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(raw: object) -> str:
    if not isinstance(raw, str) or raw not in _zones():
        raise Wrong(f"{quoted(raw)} is no time zone; write one as America/New_York")
    return raw


def _email(raw: object) -> str:
    text = text_of(raw)
    if not _EMAIL.fullmatch(text):
        raise Wrong(f"{quoted(raw)} is no e-mail address")
    return text


def _https(raw: object) -> str:
    text = text_of(raw)
    if not _HTTPS.fullmatch(text):
        raise Wrong(f"{quoted(raw)} is no address: write it in full, as https://www.example.com/record")
    return text


def _coupon(raw: object) -> str:
    text = text_of(raw)
    if not _COUPON.fullmatch(text):
        raise Wrong(f"{quoted(raw)} is no coupon code: letters, digits, - and _, at most 64")
    return text


def _share(raw: object) -> Decimal:
    """A part of the whole, from 0 to 1."""
    if not isinstance(raw, str) or not _SHARE.fullmatch(raw) or Decimal(raw) > 1:
        raise Wrong(f'{quoted(raw)} is no share: write it in quotes from "0" to "1"; ten per cent is "0.10"')
    return Decimal(raw)


def _rate(raw: object) -> Decimal:
    if not isinstance(raw, str) or not _RATE.fullmatch(raw) or not Decimal(raw):
        raise Wrong(f'{quoted(raw)} is no rate: write it in quotes, as "1.0823"')
    return Decimal(raw)


def _percent(raw: object) -> float:
    number = float(number_of(raw))
    if not 0 < number <= 100:
        raise Wrong("must be more than 0 and at most 100: 1 is the top one per cent")
    return number


def _since(raw: object) -> date:
    """The first day of a month (2022-01), or a day (2026-11-01)."""
    text = raw if isinstance(raw, str) else ""
    try:
        if _MONTH.fullmatch(text):
            return date.fromisoformat(text if len(text) > 7 else f"{text}-01")
    except ValueError:
        pass
    raise Wrong(f"{quoted(raw)} is no month or day: write it as 2026-11 or 2026-11-01")


def _day(raw: object) -> date:
    try:
        return date.fromisoformat(raw if isinstance(raw, str) and len(raw) == 10 else "")
    except ValueError:
        raise Wrong(f"{quoted(raw)} is no day: write it as 2026-12-25") from None


def _rates(raw: object) -> Mapping[str, Any]:
    """A row of the rates: the day from which they hold, and a rate for each currency."""
    if not isinstance(raw, Mapping):
        raise ValidationError('must be rates from a day on: {from: 2026-11-01, EUR: "1.0823"}')
    errors: dict[str, str] = {} if "from" in raw else {"from": "is missing"}
    read: dict[str, Any] = {}
    for key, value in raw.items():
        try:
            read[str(key)] = _since(value) if key == "from" else _rate_of(key, value)
        except Wrong as wrong:
            errors[str(key)] = str(wrong)
    if errors:
        raise ValidationError({key: [message] for key, message in errors.items()})
    return read


def _rate_of(currency: object, rate: object) -> Decimal:
    _currency(currency)
    return _rate(rate)


def _codes(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list | tuple):
        raise Wrong("must be a list of reason codes")
    return some_of(raw, text_of)


def _items(of: fields.Field[Any]) -> fields.List[Any]:
    return fields.List(of, load_default=list)


def _since_field() -> Read:
    return Read(_since, data_key="from", required=True)


class TierSection(Section):
    """One tier."""

    name = Read(name_of, required=True)
    spent_at_least = Read(_amount)
    orders_at_least = Read(_whole(1, 1_000_000))
    top_percent = Read(_percent)
    tags = _items(Read(text_of))
    emails = _items(Read(_email))
    no_bots = Read(bool_of)

    @validates_schema(skip_on_field_errors=True)
    def _needs_a_criterion(self, data: Mapping[str, Any], **options: Any) -> None:
        if not any(data.get(name) for name in _CRITERIA):
            raise ValidationError(f"nobody can be in it: name at least one of {listed(_CRITERIA)}")

    @post_load
    def _typed(self, data: Mapping[str, Any], **options: Any) -> Tier:
        return Tier(**{**data, "tags": tuple(data["tags"]), "emails": tuple(data["emails"])})


_CRITERIA: Final = ("spent_at_least", "orders_at_least", "top_percent", "tags", "emails")


class TeamSection(Section):
    """One team with its hours."""

    name = Read(name_of, required=True)
    group = Read(id_of, required=True)
    timezone = Read(_zone, required=True)
    hours = Read(read_hours, required=True)
    holidays = _items(Read(_day))

    @post_load
    def _typed(self, data: Mapping[str, Any], **options: Any) -> Team:
        return Team(data["name"], data["group"], data["timezone"], data["hours"], frozenset(data["holidays"]))


class MacroSection(Section):
    """Which of the helpdesk's macros fits what; whether the codes exist is looked at with the rules."""

    macro = Read(id_of, required=True)
    reason_codes = Read(_codes, required=True)

    @post_load
    def _typed(self, data: Mapping[str, Any], **options: Any) -> MacroHint:
        return MacroHint(**data)


class OfferSection(Section):
    """Something to offer; `when` is read by the domain."""

    name = Read(name_of, required=True)
    sku = Read(id_of, required=True)
    price = Read(_amount, required=True)
    kind = Read(_choice("new", "kept"))
    when = fields.Raw()


class WismoSection(Section):
    """Answering "where is my order" by itself."""

    auto_answer = Read(_choice(False, "shadow", True))
    close_after = Read(bool_of)


class AgentSection(Section):
    """What an agent sells with, earns and may give away."""

    email = Read(_email, required=True)
    coupon = Read(_coupon)
    coupon_share = Read(_share)
    commission = Read(_share)
    delight_budget = Read(_amount)
    role = Read(_choice(*ROLES))

    @post_load
    def _typed(self, data: Mapping[str, Any], **options: Any) -> AgentTerms:
        return AgentTerms(**{name: value for name, value in data.items() if name != "commission"})


class RefundShareSection(Section):
    """Which part of all refunds counts as a cost of service, from a month on."""

    since = _since_field()
    share = Read(_share, required=True)
    base = Read(_choice("amount"))


class PlatformSection(Section):
    """The helpdesk's monthly bill, from a month on."""

    since = _since_field()
    amount = Read(_amount, required=True)


class StaffSection(Section):
    """What an agent costs a month, from a month on."""

    agent = Read(_email, required=True)
    since = _since_field()
    amount = Read(_amount, required=True)


class CostsSection(Section):
    """What is counted against the revenue."""

    refund_share = _items(fields.Nested(RefundShareSection))
    platform_monthly = _items(fields.Nested(PlatformSection))
    staff_monthly = _items(fields.Nested(StaffSection))


class AttributionSection(Section):
    """For how long after a ticket an order may be its merit."""

    direct_window_days = Read(_whole(0, 365))
    assisted_window_days = Read(_whole(0, 365))


class SettingsSection(Section):
    """The top level: the whole of the public contract, and what came to it since."""

    version = Read(_version)
    mode = Read(_choice("shadow", "live"))
    currency = Read(_currency)
    timezone = Read(_zone)
    locale = Read(_choice("en", "ar", "fa"))
    reason_codes = fields.Raw()
    tiers = _items(fields.Nested(TierSection))
    teams = _items(fields.Nested(TeamSection))
    rules = fields.Raw()
    macros = _items(fields.Nested(MacroSection))
    offers = _items(fields.Nested(OfferSection))
    wismo = fields.Nested(WismoSection)
    amounts_visible_to = fields.List(Read(_choice(*ROLES)))
    agents = _items(fields.Nested(AgentSection))
    costs = fields.Nested(CostsSection)
    attribution = fields.Nested(AttributionSection)
    commission_base = Read(_choice("revenue", "margin"))
    fx = _items(Read(_rates))
    routing_wait_seconds = Read(_whole(0, 120))
    digits = Read(_choice("native", "latin"))
    video_recorder = Read(_https)
