"""What the page about settings of money says is so: it names every setting with its default, and its example works."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from marshmallow import Schema, fields

from plugin.currencies import digits
from plugin.domain.commissions import CommissionTerms
from plugin.domain.leniency import allowed, limits
from plugin.domain.money_settings import USUAL_SHARE, AttributionTerms, Costs
from plugin.domain.monthly_costs import monthly_costs
from plugin.domain.rates import Exchange
from plugin.domain.refund_costs import RefundShare
from plugin.domain.settings import TenantSettings
from plugin.settings_file import check, read
from plugin.settings_money import AttributionSection, CommissionSection, CostsSection
from tests.books import ANA, BEN

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "money-settings.md").read_text(encoding="utf-8")
EXAMPLE: dict[str, Any] = read((DOCS / "examples" / "money.yaml").read_text(encoding="utf-8"))
MONEY = check(EXAMPLE)
CLEO = "cleo@shop.example"


def keys(section: type[Schema]) -> list[str]:
    """The names of a section's settings as they are written."""
    return [field.data_key or name for name, field in section().declared_fields.items()]


def rows(section: type[Schema]) -> Iterator[type[Schema]]:
    """The sections of the rows below a section."""
    for field in section().declared_fields.values():
        if isinstance(field, fields.List) and isinstance(field.inner, fields.Nested):
            yield type(field.inner.schema)


NAMED = {
    **dict.fromkeys(("currency", "timezone", "fx", "commission_base"), ""),
    **dict.fromkeys(keys(AttributionSection), "attribution."),
    **dict.fromkeys(keys(CostsSection), "costs."),
    "commission": "agents[].",
    **dict.fromkeys(keys(CommissionSection), "agents[].commission[]."),
}
"""Every setting of money, and what its name begins with on the page."""


def default_on_the_page(name: str) -> str:
    """What the page says that a setting is where it is left out."""
    found = re.search(rf"^\| `{re.escape(NAMED[name] + name)}` \| (.*?) \| ", PAGE, re.M)
    assert found is not None, f"{NAMED[name]}{name} is not on the page"
    return found[1]


def defaults() -> dict[str, Any]:
    """What settings are where they are left out, by the code."""
    attribution, costs = AttributionTerms(), Costs()
    return {
        "fx": TenantSettings().fx,
        "commission_base": TenantSettings().commission_base,
        **{name: getattr(costs, name) for name in keys(CostsSection)},
        "direct_window_days": attribution.direct_window.days,
        "assisted_window_days": attribution.assisted_window.days,
        "return_window_days": attribution.return_window.days,
        "commission_grades": attribution.commission_grades,
        "leak_new_customers": attribution.leak_new_customers,
        "coupon_sites": f"{len(attribution.coupon_sites)} known ones",
    }


def written(value: Any) -> str:
    """A value as the page writes it."""
    if value is None or value == ():
        return "none"
    if value == USUAL_SHARE:
        return "a tenth of the amount"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


@pytest.mark.parametrize("name", NAMED)
def test_a_setting_is_on_the_page(name: str) -> None:
    assert default_on_the_page(name)


@pytest.mark.parametrize("name", defaults())
def test_its_default_is_the_one_on_the_page(name: str) -> None:
    assert default_on_the_page(name) == written(defaults()[name])


@pytest.mark.parametrize("name", sorted({key for row in rows(CostsSection) for key in keys(row)}))
def test_what_stands_in_a_row_is_on_the_page(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_the_example_holds_every_setting_of_the_page() -> None:
    assert set(EXAMPLE["costs"]) == set(keys(CostsSection))
    assert set(EXAMPLE["attribution"]) == set(keys(AttributionSection))
    assert {"currency", "timezone", "fx", "commission_base"} <= set(EXAMPLE)
    commissions = [one["commission"] for one in EXAMPLE["agents"]]
    assert {type(one) for one in commissions} == {str, list}
    assert {key for one in commissions if isinstance(one, list) for row in one for key in row} == set(
        keys(CommissionSection)
    )


def held(month: str) -> Mapping[str, int]:
    """What the example's month costs, by whose it is."""
    found = monthly_costs(MONEY.costs, "USD", digits, "2026-11")
    return {line.agent or line.kind: line.amount for line in found[f"month:{month}"]}


def test_the_monthly_costs_of_the_example_are_what_its_words_say() -> None:
    assert held("2026-08") == {"cost.platform": -90_000, ANA: -400_000, CLEO: -350_000}
    assert held("2026-09") == {"cost.platform": -90_000, ANA: -400_000, BEN: -380_000}
    assert held("2026-10") == {"cost.platform": -95_000, ANA: -400_000, BEN: -380_000}


@pytest.mark.parametrize(
    ("agent", "kind", "on", "rate"),
    [
        (ANA, "revenue.coupon", date(2026, 6, 30), "0.07"),
        (ANA, "revenue.coupon", date(2026, 7, 1), "0.08"),
        (ANA, "revenue.agreed", date(2026, 7, 1), "0.10"),
        (ANA, "revenue.agreed", date(2025, 12, 31), "0"),
        (BEN, "revenue.agreed", date(2025, 12, 31), "0.05"),
    ],
)
def test_the_commissions_of_the_example_are_what_its_words_say(
    agent: str, kind: str, on: date, rate: str
) -> None:
    terms = CommissionTerms({one.email: one.commission for one in MONEY.agents})
    assert terms.rate(agent, kind, on) == Decimal(rate)


@pytest.mark.parametrize(
    ("reason", "limit"),
    [("product.defect", 8_000), ("return.start", 0), ("shipping.lost", 2_000), (None, 2_000)],
)
def test_the_playbook_of_the_example_is_what_its_words_say(reason: str | None, limit: int) -> None:
    found = limits(MONEY.costs.playbook, "USD", digits)
    assert allowed(reason, found, lambda code: ()) == limit


def test_the_refund_shares_of_the_example_are_what_its_words_say() -> None:
    assert MONEY.costs.refund_share == (
        RefundShare(date(2022, 1, 1), Decimal("0.10"), "amount"),
        RefundShare(date(2026, 7, 1), Decimal("0.20"), "cost"),
    )


def test_the_rate_on_the_page_is_that_of_the_example() -> None:
    exchange = Exchange("USD", MONEY.fx, digits)
    assert 'EUR: "1.0823"' in PAGE
    assert exchange.rate("EUR", date(2026, 11, 1)) == Decimal("1.0823")
    assert exchange.rate("GBP", date(2026, 11, 1)) == Decimal("1.2700")
