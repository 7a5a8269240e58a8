"""What a refusal means, and that nothing is sent which the bucket cannot pay for."""

from typing import Any

import pytest

from plugin.ports import AccessError, PermanentError, Rejected, TemporaryError
from tests.conftest import NOW
from tests.stores.shopify.till import Till, shop_connection


def refusal(message: str = "No.", code: str | None = None, **cost: Any) -> dict[str, Any]:
    """An answer with status 200 that is none."""
    error: dict[str, Any] = {"message": message} | ({"extensions": {"code": code}} if code else {})
    return {"errors": [error], "extensions": {"cost": cost}}


def status(available: float, size: float = 2000, rate: float = 100) -> dict[str, float]:
    return {"maximumAvailable": size, "currentlyAvailable": available, "restoreRate": rate}


def throttled(requested: float, available: float) -> dict[str, Any]:
    return refusal("Throttled", "THROTTLED", requestedQueryCost=requested, throttleStatus=status(available))


def paid(requested: float, available: float) -> dict[str, Any]:
    cost = {"requestedQueryCost": requested, "throttleStatus": status(available)}
    return {"data": {"customerByIdentifier": None}, "extensions": {"cost": cost}}


def refused(till: Till) -> TemporaryError:
    with pytest.raises(TemporaryError) as raised:
        till.find("email", "ann@example.com")
    return raised.value


def test_a_throttled_query_waits_until_the_bucket_can_pay_for_it(till: Till) -> None:
    till.api.instead = [throttled(requested=500, available=200)]
    error = refused(till)
    assert (error.retry_after, error.whole_account) == (3.0, True)


def test_a_throttled_query_that_tells_no_cost_waits_as_long_as_we_think_best(till: Till) -> None:
    till.api.instead = [refusal("Throttled", "THROTTLED")]
    error = refused(till)
    assert (error.retry_after, error.whole_account) == (None, True)


def test_what_the_bucket_cannot_pay_for_is_not_sent(till: Till) -> None:
    till.api.instead = [paid(requested=300, available=100)]
    till.find("email", "ann@example.com")
    error = refused(till)
    assert (error.retry_after, error.whole_account, len(till.api.asked)) == (2.0, True, 1)


def test_what_was_not_sent_is_sent_once_the_points_are_back(till: Till) -> None:
    till.api.instead = [paid(requested=300, available=100)]
    till.find("email", "ann@example.com")
    till.clock.move(seconds=2)
    assert till.find("email", "ann@example.com") is None


def test_a_bucket_that_never_holds_enough_is_asked_once_it_is_full(till: Till) -> None:
    till.api.instead = [paid(requested=5000, available=1900)]
    till.find("email", "ann@example.com")
    assert refused(till).retry_after == 1.0


def test_points_that_are_being_spent_are_not_spent_twice(till: Till) -> None:
    till.api.instead = [paid(requested=300, available=400), TemporaryError("no answer")]
    till.find("email", "ann@example.com")
    refused(till)
    assert refused(till).retry_after == 2.0


def test_another_shop_has_points_of_its_own(till: Till) -> None:
    till.api.instead = [paid(requested=300, available=0)]
    till.find("email", "ann@example.com")
    till.api.connection = shop_connection(id=2)
    assert till.find("email", "ann@example.com") is None


def test_a_sweep_leaves_points_for_questions_and_makes_nothing_else_wait(till: Till) -> None:
    till.store.customers_changed(till.api, None, NOW)
    till.api.instead = [paid(requested=10, available=1000)]
    till.find("email", "ann@example.com")
    with pytest.raises(TemporaryError) as raised:
        till.store.customers_changed(till.api, None, NOW)
    assert (raised.value.whole_account, len(till.api.asked)) == (False, 2)
    assert till.find("email", "ann@example.com") is None


@pytest.mark.parametrize(
    "cost",
    [
        {},
        {"requestedQueryCost": "much"},
        {"requestedQueryCost": 1, "throttleStatus": {"restoreRate": 0}},
        {"requestedQueryCost": 1, "throttleStatus": status(5, rate=0)},
        {"requestedQueryCost": float("nan"), "throttleStatus": status(5)},
        {"requestedQueryCost": True, "throttleStatus": status(5)},
        {"requestedQueryCost": 1, "throttleStatus": [5]},
    ],
)
def test_a_cost_that_cannot_be_read_stops_nothing(till: Till, cost: dict[str, Any]) -> None:
    till.api.instead = [paid(1, 1) | {"extensions": {"cost": cost}}] * 2
    assert [till.find("email", "ann@example.com") for _ in range(2)] == [None, None]


def test_a_missing_scope_says_what_to_do(till: Till) -> None:
    till.customer()
    till.shop.scopes = frozenset({"read_customers"})
    till.order()
    with pytest.raises(
        AccessError, match=r"`read_orders` access scope.*connect shopify --shop acme.myshopify.com"
    ):
        till.find("email", "ann@example.com")


def test_a_fault_of_the_vendors_own_is_tried_again(till: Till) -> None:
    till.api.instead = [refusal("Internal error.", "INTERNAL_SERVER_ERROR")]
    assert refused(till).whole_account is False


@pytest.mark.parametrize(
    "errors", ["Not Found", [{"message": "Not Found"}], [{"message": None}], [7], {"base": ["Not Found"]}]
)
def test_any_other_refusal_is_permanent_whatever_it_looks_like(till: Till, errors: Any) -> None:
    till.api.instead = [{"errors": errors}]
    with pytest.raises(PermanentError, match="refused the customer with an e-mail address"):
        till.find("email", "ann@example.com")


@pytest.mark.parametrize("answer", [{}, {"data": None}, {"data": []}, {"data": {"customerByIdentifier": 7}}])
def test_an_answer_without_what_was_asked_for_is_permanent(till: Till, answer: dict[str, Any]) -> None:
    till.api.instead = [answer]
    with pytest.raises(PermanentError, match="cannot be read"):
        till.find("email", "ann@example.com")


def test_a_mutation_that_is_refused_tells_the_vendors_words(till: Till) -> None:
    with pytest.raises(Rejected, match="protocol http:// is not supported"):
        till.connect("http://app.example.com/hooks/shopify/key")
