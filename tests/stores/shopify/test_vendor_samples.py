"""The vendor's own published samples through the real path; every expected amount was worked out by hand from them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from plugin.domain.money import Money
from plugin.domain.sales import Refund, StoreOrder, UsedCode
from plugin.ports import ItemCost
from tests.stores.shopify.bodies import STORE, shop

SAMPLES = Path(__file__).parents[4] / "shared" / "data" / "payloads" / "shopify"
pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the vendor's published samples are not on this machine"
)


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.json").read_bytes()


def order(name: str) -> StoreOrder:
    found = STORE.news(shop(), "orders/updated", sample(name)).order
    assert found is not None
    return found


def refund(name: str) -> Refund:
    found = STORE.news(shop(), "refunds/create", sample(name)).refund
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "currency", "nets"),
    [
        ("order_discount_code_partially_refunded", "USD", [19_566, 19_567, 19_567]),
        ("order_cancelled", "USD", [19_566, 19_567, 19_567]),
        ("order_created_percentage_code", "USD", [18_109]),
        ("order_created_eur_guest", "EUR", [22_497]),
        ("order_created_pending", "USD", [19_900]),
        ("order_fulfilled", "USD", [19_900]),
    ],
)
def test_every_line_has_its_net_to_the_cent(name: str, currency: str, nets: list[int]) -> None:
    found = order(name)
    assert (found.currency, [line.net for line in found.lines]) == (currency, nets)


@pytest.mark.parametrize("name", ["order_discount_code_partially_refunded", "order_cancelled"])
def test_pieces_that_came_back_were_removed_by_no_edit(name: str) -> None:
    assert [line.kept for line in order(name).lines] == [1, 1, 1]
    assert order(name).net == 58_700


def test_the_refund_of_an_order_is_read_with_it() -> None:
    assert order("order_discount_code_partially_refunded").refunds == (
        Refund(
            id="509562969",
            at=datetime(2025, 7, 2, 16, 29, 59, tzinfo=UTC),
            goods=39_133,
            money=20_900,
            goodwill=0,
            units={"703073504": 1, "466157049": 1},
            note="it broke during shipping",
        ),
    )


@pytest.mark.parametrize(
    ("name", "values"),
    [("refund_existing", (39_133, 20_900, 0)), ("refund_created_partial", (0, 4_194, 4_194))],
)
def test_a_refund_on_its_own_takes_back_the_same(name: str, values: tuple[int, int, int]) -> None:
    found = refund(name)
    assert (found.goods, found.money, found.goodwill) == values


@pytest.mark.parametrize(
    ("name", "codes", "discounts"),
    [
        ("order_discount_code_partially_refunded", (UsedCode("TENOFF", 1_000),), 1_000),
        ("order_created_percentage_code", (UsedCode("FAKE30", 1_791),), 1_791),
        ("order_created_eur_guest", (), 0),
    ],
)
def test_codes_and_what_they_took_off_are_read(name: str, codes: Any, discounts: int) -> None:
    assert (order(name).codes, order(name).discounts) == (codes, discounts)


@pytest.mark.parametrize(
    ("name", "counts", "shipped", "cancelled"),
    [
        ("order_created_pending", False, False, False),
        ("order_fulfilled", True, True, False),
        ("order_cancelled", True, False, True),
        ("order_discount_code_partially_refunded", True, False, False),
    ],
)
def test_the_state_of_an_order_is_read(name: str, counts: bool, shipped: bool, cancelled: bool) -> None:
    found = order(name)
    assert (found.counts, found.shipped, found.cancelled_at is not None) == (counts, shipped, cancelled)


@pytest.mark.parametrize(
    ("name", "customer", "email"),
    [
        ("order_discount_code_partially_refunded", "207119551", "bob.norman@mail.example.com"),
        ("order_created_eur_guest", None, None),
    ],
)
def test_who_bought_is_read(name: str, customer: str | None, email: str | None) -> None:
    assert (order(name).customer_id, order(name).email) == (customer, email)


def test_where_the_customer_came_from_and_what_was_written_is_read() -> None:
    found = order("order_discount_code_partially_refunded")
    assert (found.landing, found.referrer) == (
        "http://www.example.com?source=abc",
        "http://www.otherexample.com",
    )
    assert found.attributes == {"custom engraving": "Happy Birthday", "colour": "green"}


def test_the_cost_of_an_item_is_read() -> None:
    found = STORE.item_cost(shop(), sample("inventory_item"))
    assert found == ItemCost("808950810", "IPOD2008PINK", Money(2_500, "USD"))
