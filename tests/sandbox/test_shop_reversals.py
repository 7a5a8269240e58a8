"""What goes back in the stand-in shop: goods, money, shipping, whole orders; and what an edit takes away or adds."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.shopify import payloads
from sandbox.shopify.checkout import Bought, place_order
from sandbox.shopify.edits import Edit, edit_order
from sandbox.shopify.records import Json, UsedCode
from sandbox.shopify.reversals import Back, refund
from sandbox.shopify.seed import new_shop
from tests.sandbox.shops import Counter


def order(counter: Counter, **body: Any) -> int:
    """The number of an order of three belts, at 10 % off and with 8.00 of shipping."""
    code = {"code": "ANA10", "type": "percentage", "value": "10"}
    given = {"items": {"BELT-1": 3}, "codes": [code], "shipping": "8.00", "email": "ann@example.com", **body}
    return int(counter.control("POST", "/orders", given).get_json()["order"]["id"])


def act(counter: Counter, order_id: int, what: str, **body: Any) -> Json:
    answer = counter.control("POST", f"/orders/{order_id}/{what}", body)
    assert answer.status_code == 200, answer.text
    found: Json = answer.get_json()["order"]
    return found


def refused(counter: Counter, number: int, what: str, **body: Any) -> str:
    answer = counter.control("POST", f"/orders/{number}/{what}", body)
    assert answer.status_code == 400, answer.text
    return str(answer.get_json()["error"])


def adjustments(refunded: Json) -> list[tuple[str, str]]:
    return [(one["kind"], one["amount"]) for one in refunded["order_adjustments"]]


# ------------------------------------------------------------------------------------------- refunds


def test_pieces_come_back_at_what_was_paid_for_them(counter: Counter) -> None:
    made = act(counter, order(counter), "refund", items={"BELT-1": 1})
    (back,) = made["refunds"]
    line = back["refund_line_items"][0]
    assert (line["subtotal"], back["transactions"][0]["amount"], adjustments(back)) == (45.0, "45.00", [])
    assert (made["line_items"][0]["current_quantity"], made["line_items"][0]["quantity"]) == (2, 3)
    assert (made["current_subtotal_price"], made["current_total_price"], made["total_price"]) == (
        "90.00",
        "98.00",
        "143.00",
    )


def test_the_last_pieces_take_back_what_is_left_of_a_cent(counter: Counter) -> None:
    code = {"code": "ODD", "type": "fixed_amount", "value": "0.01"}
    number = order(counter, codes=[code])
    subtotals = [
        act(counter, number, "refund", items={"BELT-1": 1})["refunds"][-1]["refund_line_items"][0]["subtotal"]
        for _ in range(3)
    ]
    assert sum(map(Decimal, map(str, subtotals))) == Decimal("149.99")
    assert counter.shop.orders[number].current.net == 0


def test_money_without_goods_is_a_difference(counter: Counter) -> None:
    made = act(counter, order(counter), "refund", amount="20.00", note="Sorry")
    (back,) = made["refunds"]
    assert (back["refund_line_items"], adjustments(back)) == ([], [("refund_discrepancy", "-20.00")])
    assert (made["financial_status"], made["current_total_price"]) == ("partially_refunded", "143.00")


def test_less_money_than_the_goods_are_worth_is_a_difference_the_other_way(counter: Counter) -> None:
    made = act(counter, order(counter), "refund", items={"BELT-1": 1}, amount="40.00")
    assert adjustments(made["refunds"][0]) == [("refund_discrepancy", "5.00")]


def test_shipping_that_is_given_back_is_told_apart(counter: Counter) -> None:
    made = act(counter, order(counter), "refund", items={"BELT-1": 1}, shipping="8.00")
    (back,) = made["refunds"]
    assert (back["transactions"][0]["amount"], adjustments(back)) == (
        "53.00",
        [("shipping_refund", "-8.00")],
    )
    assert made["current_total_price"] == "90.00"


def test_tax_on_top_comes_back_with_its_goods(counter: Counter) -> None:
    made = act(counter, order(counter, tax_rate="0.10"), "refund", items={"BELT-1": 1})
    line = made["refunds"][0]["refund_line_items"][0]
    assert (line["total_tax"], made["refunds"][0]["transactions"][0]["amount"]) == (4.5, "49.50")


def test_money_moves_in_what_the_shopper_sees(counter: Counter) -> None:
    made = act(counter, order(counter, presentment="EUR", rate="0.9"), "refund", items={"BELT-1": 1})
    (moved,) = made["refunds"][0]["transactions"]
    assert (moved["amount"], moved["currency"]) == ("40.50", "EUR")


def test_money_on_its_way_has_not_been_given_back(counter: Counter) -> None:
    number = order(counter)
    made = act(counter, number, "refund", items={"BELT-1": 1}, pending=True)
    assert (made["refunds"][0]["transactions"][0]["status"], made["financial_status"]) == ("pending", "paid")
    assert counter.shop.orders[number].spent == Decimal("143.00")


@pytest.mark.parametrize(
    ("status", "financial", "spent"),
    [("success", "partially_refunded", "98.00"), ("failure", "paid", "143.00")],
)
def test_money_on_its_way_arrives_or_does_not(
    counter: Counter, status: str, financial: str, spent: str
) -> None:
    number = order(counter)
    back = act(counter, number, "refund", items={"BELT-1": 1}, pending=True)["refunds"][0]["id"]
    counter.clock.move(minutes=5)
    made = act(counter, number, f"refunds/{back}/settle", status=status)
    assert (made["refunds"][0]["transactions"][0]["status"], made["financial_status"]) == (status, financial)
    assert (made["updated_at"], counter.shop.orders[number].spent) == (
        "2026-11-23T07:05:00-05:00",
        Decimal(spent),
    )


def test_a_refund_is_told_the_same_however_often_it_is_told(counter: Counter) -> None:
    number = order(counter)
    act(counter, number, "refund", items={"BELT-1": 1})
    found = counter.shop.orders[number]
    assert payloads.order(counter.shop, found) == payloads.order(counter.shop, found)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"items": {"BELT-1": 4}}, "3 of BELT-1 can come back"),
        ({"items": {"SOFA-1": 1}}, "order #1001 has no SOFA-1"),
        ({"amount": "143.01"}, "between 0.01 and 143.00 can be given back"),
        ({"shipping": "8.01"}, "8.00 of the shipping can be given back"),
        ({"items": {"BELT-1": 1}, "restock": "keep"}, "restock is one of"),
    ],
)
def test_more_than_is_left_is_refused(counter: Counter, body: Json, said: str) -> None:
    assert said in refused(counter, order(counter), "refund", **body)


# ------------------------------------------------------------------------------------------- cancelling


def test_an_unpaid_order_that_is_cancelled_is_voided(counter: Counter) -> None:
    made = act(counter, order(counter, paid=False), "cancel", reason="fraud")
    assert (made["financial_status"], made["cancel_reason"], made["refunds"]) == ("voided", "fraud", [])


@pytest.mark.parametrize("shipped", [False, True])
def test_a_cancelled_order_is_restocked_unless_it_has_left(counter: Counter, shipped: bool) -> None:
    number = order(counter)
    if shipped:
        act(counter, number, "ship", number="1Z1", company="UPS")
    made = act(counter, number, "cancel", refund=True)
    (back,) = made["refunds"]
    restock = back["refund_line_items"][0]["restock_type"]
    assert (restock, back["restock"]) == (("no_restock", False) if shipped else ("cancel", True))
    assert (made["financial_status"], made["current_total_price"]) == ("refunded", "0.00")


def test_an_order_given_away_is_cancelled_without_money(counter: Counter) -> None:
    free = {"code": "GIFT", "type": "percentage", "value": "100"}
    made = act(counter, order(counter, codes=[free], shipping="0"), "cancel", refund=True)
    assert made["refunds"][0]["transactions"] == []
    assert made["line_items"][0]["current_quantity"] == 0


# ---------------------------------------------------------------------------------------------- editing


def test_an_edit_that_adds_leaves_the_sums_of_the_beginning(counter: Counter) -> None:
    made = act(counter, order(counter), "edit", add={"SCARF-1": 1})
    assert [(one["sku"], one["quantity"]) for one in made["line_items"]] == [("BELT-1", 3), ("SCARF-1", 1)]
    assert (made["total_price"], made["current_total_price"]) == ("143.00", "228.00")
    assert (made["financial_status"], made["total_outstanding"]) == ("paid", "0.00")


def test_what_an_edit_added_is_owed_until_it_is_paid(counter: Counter) -> None:
    number = order(counter)
    made = act(counter, number, "edit", add={"SCARF-1": 1}, paid=False)
    assert (made["financial_status"], made["total_outstanding"]) == ("partially_paid", "85.00")
    assert act(counter, number, "pay")["total_outstanding"] == "0.00"


@pytest.mark.parametrize("recorded", [False, True])
def test_an_edit_that_takes_away_is_seen_in_what_is_left(counter: Counter, recorded: bool) -> None:
    number = order(counter)
    made = act(counter, number, "edit", remove={"BELT-1": 1}, recorded=recorded)
    assert (made["line_items"][0]["quantity"], made["line_items"][0]["current_quantity"]) == (3, 2)
    assert (made["current_subtotal_price"], made["current_total_discounts"]) == ("90.00", "10.00")
    assert [one["transactions"] for one in made["refunds"]] == ([[]] if recorded else [])


def test_what_an_edit_took_away_can_still_be_paid_back(counter: Counter) -> None:
    number = order(counter)
    act(counter, number, "edit", remove={"BELT-1": 1})
    made = act(counter, number, "refund", amount="45.00")
    assert (made["financial_status"], made["current_subtotal_price"]) == ("partially_refunded", "90.00")


def test_an_edit_of_nothing_is_refused(counter: Counter) -> None:
    assert "say what is added or removed" in refused(counter, order(counter), "edit")


STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "remove", "back", "money"]), st.integers(1, 3)), max_size=6
)


@given(STEPS, st.decimals(0, 60, places=2), st.sampled_from(["0", "0.19"]), st.booleans())
def test_whatever_is_edited_and_given_back_the_order_adds_up(
    steps: list[tuple[str, int]], share: Decimal, rate: str, included: bool
) -> None:
    shop = new_shop()
    code = UsedCode("C", "percentage", share, Decimal(0))
    more = {"tax_rate": Decimal(rate), "taxes_included": included}
    number = place_order(shop, Bought({"BELT-1": 3, "VASE-1": 2}, codes=(code,), more=more)).id
    for what, count in steps:
        try:
            if what in {"add", "remove"}:
                pieces = {"VASE-1": count}
                edit_order(shop, number, Edit(add=pieces) if what == "add" else Edit(remove=pieces))
            else:
                back = Back({"BELT-1": count}) if what == "back" else Back(amount=Decimal(count))
                refund(shop, number, back)
        except ValueError:
            continue  # more than there is: refused, and nothing has changed
    order = shop.orders[number]
    on_top = 0 if included else 1
    back_in_goods = sum(one.subtotal + on_top * one.tax for one in order.refunds)
    assert order.current_total + back_in_goods == order.edited_total
    assert 0 <= order.refunded <= order.received
    assert all(0 <= line.current <= line.quantity for line in order.lines)
