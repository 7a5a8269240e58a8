"""Orders, evidence and books for tests of the money: speaking the domain."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from plugin.domain.attribution import Rules
from plugin.domain.commissions import CommissionRate, CommissionTerms
from plugin.domain.evidence import Evidence, EvidenceKind
from plugin.domain.order_lines import Books
from plugin.domain.rates import DatedRates, Exchange
from plugin.domain.refund_costs import RefundShare
from plugin.domain.sales import SoldLine, StoreOrder, UsedCode
from tests.conftest import NOW

ANA, BEN = "ana@shop.example", "ben@shop.example"
RULES = Rules(owners={"ana10": ANA, "ben10": BEN})
TERMS = CommissionTerms({ANA: (CommissionRate(Decimal("0.07")),), BEN: (CommissionRate(Decimal("0.05")),)})
FX = (
    DatedRates(
        date(2026, 11, 1), {"EUR": Decimal("1.0823"), "KWD": Decimal("3.25"), "JPY": Decimal("0.0066")}
    ),
)


def digits(currency: str) -> int:
    """Decimal places of the currencies of these tests."""
    return {"JPY": 0, "KWD": 3}.get(currency, 2)


BOOKS = Books("UTC", Exchange("USD", FX, digits), TERMS, (RefundShare(date(2022, 1, 1), Decimal("0.10")),))


def sold(net: int = 11_320, quantity: int = 1, **more: Any) -> SoldLine:
    """A line of belts."""
    return replace(SoldLine("1", "501", "BELT-1", "Belt", quantity, quantity, net), **more)


def bought(*codes: str, net: int = 11_320, **more: Any) -> StoreOrder:
    """An order of Ann's with these codes."""
    made = StoreOrder(
        id="9001",
        name="#9001",
        placed_at=NOW,
        updated_at=NOW,
        currency="USD",
        status="paid",
        lines=(sold(net),),
        codes=tuple(UsedCode(code, 0) for code in codes),
        email="ann@example.com",
    )
    return replace(made, **more)


def did(
    kind: EvidenceKind = "ticket", value: str = "", agent: str = ANA, days: float = 1.0, ticket: str = "5158"
) -> Evidence:
    """Something that an agent did in a ticket, so many days before the order."""
    return Evidence(kind, value, agent, "zendesk", 1, ticket, "email", before(days))


def before(days: float) -> datetime:
    """So many days before the order."""
    return NOW - timedelta(days=days)
