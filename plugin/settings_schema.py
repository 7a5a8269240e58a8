"""The shape of a settings document, section by section, and the sections that are typed already.

`reason_codes`, `rules` and the `when` of offers are read by the domain, which knows what may stand in them; the
sections about money stand in a file of their own.
"""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, fields, post_load, validates_schema

from plugin.domain.agent_terms import ROLES, AgentTerms
from plugin.domain.macros import MacroHint
from plugin.domain.setting_errors import listed
from plugin.domain.team_hours import read_hours
from plugin.domain.teams import Team
from plugin.domain.tiers import Tier
from plugin.domain.written import bool_of, id_of, name_of, text_of
from plugin.settings_money import AttributionSection, CostsSection, read_commission, read_dated_rates
from plugin.settings_readers import CURRENCY as CURRENCY
from plugin.settings_readers import (
    Read,
    Section,
    choice,
    items_of,
    read_amount,
    read_codes,
    read_coupon,
    read_currency,
    read_day,
    read_email,
    read_https,
    read_percent,
    read_share,
    read_version,
    read_zone,
    whole,
)


class TierSection(Section):
    """One tier."""

    name = Read(name_of, required=True)
    spent_at_least = Read(read_amount)
    orders_at_least = Read(whole(1, 1_000_000))
    top_percent = Read(read_percent)
    tags = items_of(Read(text_of))
    emails = items_of(Read(read_email))
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
    timezone = Read(read_zone, required=True)
    hours = Read(read_hours, required=True)
    holidays = items_of(Read(read_day))

    @post_load
    def _typed(self, data: Mapping[str, Any], **options: Any) -> Team:
        return Team(data["name"], data["group"], data["timezone"], data["hours"], frozenset(data["holidays"]))


class MacroSection(Section):
    """Which of the helpdesk's macros fits what; whether the codes exist is looked at with the rules."""

    macro = Read(id_of, required=True)
    reason_codes = Read(read_codes, required=True)

    @post_load
    def _typed(self, data: Mapping[str, Any], **options: Any) -> MacroHint:
        return MacroHint(**data)


class OfferSection(Section):
    """Something to offer; `when` is read by the domain."""

    name = Read(name_of, required=True)
    sku = Read(id_of, required=True)
    price = Read(read_amount, required=True)
    kind = Read(choice("new", "kept"))
    when = fields.Raw()


class WismoSection(Section):
    """Answering "where is my order" by itself."""

    auto_answer = Read(choice(False, "shadow", True))
    close_after = Read(bool_of)


class AgentSection(Section):
    """What an agent sells with, earns and may give away."""

    email = Read(read_email, required=True)
    coupon = Read(read_coupon)
    coupon_share = Read(read_share)
    commission = Read(read_commission)
    delight_budget = Read(read_amount)
    role = Read(choice(*ROLES))

    @post_load
    def _typed(self, data: Mapping[str, Any], **options: Any) -> AgentTerms:
        return AgentTerms(**data)


class SettingsSection(Section):
    """The top level: the whole of the public contract, and what came to it since."""

    version = Read(read_version)
    mode = Read(choice("shadow", "live"))
    currency = Read(read_currency)
    timezone = Read(read_zone)
    locale = Read(choice("en", "ar", "fa"))
    reason_codes = fields.Raw()
    tiers = items_of(fields.Nested(TierSection))
    teams = items_of(fields.Nested(TeamSection))
    rules = fields.Raw()
    macros = items_of(fields.Nested(MacroSection))
    offers = items_of(fields.Nested(OfferSection))
    wismo = fields.Nested(WismoSection)
    amounts_visible_to = fields.List(Read(choice(*ROLES)))
    agents = items_of(fields.Nested(AgentSection))
    costs = fields.Nested(CostsSection)
    attribution = fields.Nested(AttributionSection)
    commission_base = Read(choice("revenue", "margin"))
    fx = items_of(Read(read_dated_rates))
    routing_wait_seconds = Read(whole(0, 120))
    digits = Read(choice("native", "latin"))
    video_recorder = Read(read_https)
