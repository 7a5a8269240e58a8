"""Codes and draft orders in the shop: made once, found again, refused with what to do."""

from typing import Any

import pytest

from plugin.domain.effects import Effect, create_code, create_draft_order, set_priority
from plugin.ports import AccessError, PermanentError, Rejected
from sandbox.shopify.records import Code, Draft
from tests.stores.shopify.till import Till

CODE = create_code("ANA10-7K2", "ANA10", "0.10", "5158", "ANA10-2B2")


def perform(till: Till, effect: Effect, look_first: bool = False) -> str | None:
    return till.store.perform(till.api, [effect], None, look_first)


def code(till: Till) -> Code:
    (made,) = till.shop.codes.values()
    return made


def draft(till: Till) -> Draft:
    (made,) = till.shop.drafts.values()
    return made


def offer(**changes: Any) -> Effect:
    given = {
        "mark": "mgn-1",
        "sku": "BELT-1",
        "price": "45.00",
        "currency": "USD",
        "email": "ann@example.com",
        "note": "Offered in ticket 5158",
    }
    return create_draft_order(**{**given, **changes})


# ---------------------------------------------------------------------------------------------- codes


def test_a_code_is_made_and_is_what_comes_back(till: Till) -> None:
    assert perform(till, CODE) == "ANA10-7K2"
    made = code(till)
    assert (made.code, str(made.share), made.title) == ("ANA10-7K2", "0.1", "ANA10 · ticket 5158")


def test_a_code_works_once_and_at_once(till: Till) -> None:
    perform(till, CODE)
    made = code(till)
    assert (made.usage_limit, made.once_per_customer) == (1, True)
    assert made.starts_at < till.clock()


def test_a_code_is_no_help_beside_other_discounts(till: Till) -> None:
    perform(till, CODE)
    assert [name for name, yes in code(till).combines_with.items() if yes] == ["shippingDiscounts"]


@pytest.mark.parametrize("look_first", [True, False])
def test_a_code_that_landed_before_is_ours(till: Till, look_first: bool) -> None:
    perform(till, CODE)
    assert perform(till, CODE, look_first) == "ANA10-7K2"
    assert len(till.shop.codes) == 1


def test_a_code_that_did_not_land_is_made_after_a_look(till: Till) -> None:
    assert perform(till, CODE, look_first=True) == "ANA10-7K2"
    assert len(till.shop.codes) == 1


@pytest.mark.parametrize("look_first", [True, False])
def test_somebody_elses_code_of_the_same_text_is_refused(till: Till, look_first: bool) -> None:
    perform(till, create_code("ana10-7k2", "ANA10", "0.50", "77", "ANA10-2B2"))
    with pytest.raises(PermanentError, match=r"was not made for this ticket.*“ANA10 · ticket 77”.*delete it"):
        perform(till, CODE, look_first)


def test_a_share_that_the_shop_does_not_take_is_told_in_its_words(till: Till) -> None:
    with pytest.raises(Rejected, match=r"refused a discount code: Value must be between 0\.0 and 1\.0"):
        perform(till, create_code("X", "ANA10", "1.50", "5", "X"))


def test_without_the_scope_for_codes_it_says_what_to_do(till: Till) -> None:
    till.shop.scopes -= {"write_discounts"}
    with pytest.raises(AccessError, match=r"`write_discounts` access scope.*connect shopify --shop acme"):
        perform(till, CODE)


# --------------------------------------------------------------------------------------- draft orders


def test_a_draft_order_is_made_and_its_address_comes_back(till: Till) -> None:
    address = perform(till, offer())
    assert address == f"https://demo.myshopify.com/shopify/drafts/{draft(till).id}"


def test_a_draft_order_asks_what_the_offer_asks(till: Till) -> None:
    perform(till, offer())
    assert (str(draft(till).total), draft(till).email) == ("45.00", "ann@example.com")


def test_at_the_shops_own_price_nothing_is_taken_off(till: Till) -> None:
    perform(till, offer(price="50.00"))
    assert [str(off) for *_, off in draft(till).lines] == ["0.00"]


def test_it_says_where_it_comes_from(till: Till) -> None:
    perform(till, offer())
    made = draft(till)
    assert (made.tags, made.note) == (("mgn-1", "Marginalia"), "Offered in ticket 5158")
    assert made.attributes == {"marginalia": "mgn-1"}


def test_an_offer_to_somebody_without_an_address_is_a_draft_for_whoever_has_the_link(till: Till) -> None:
    perform(till, offer(email=None))
    assert draft(till).email is None


def test_a_draft_order_that_landed_before_is_found_by_its_mark(till: Till) -> None:
    first = perform(till, offer())
    assert perform(till, offer(), look_first=True) == first
    assert len(till.shop.drafts) == 1


def test_a_draft_order_of_another_mark_is_another(till: Till) -> None:
    perform(till, offer())
    perform(till, offer(mark="mgn-2"), look_first=True)
    assert len(till.shop.drafts) == 2


def test_a_search_that_finds_too_much_leads_to_no_other_draft(till: Till) -> None:
    other = {"name": "#D7", "tags": ["mgn-10"], "invoiceUrl": "https://other.example"}
    till.api.instead = [{"data": {"draftOrders": {"nodes": [other]}}}]
    assert perform(till, offer(), look_first=True) != "https://other.example"


def test_a_draft_order_without_an_address_is_named(till: Till) -> None:
    found = {"name": "#D7", "tags": ["mgn-1"], "invoiceUrl": None}
    till.api.instead = [{"data": {"draftOrders": {"nodes": [found]}}}]
    assert perform(till, offer(), look_first=True) == "#D7"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"sku": "NONE"}, "sells nothing with the SKU NONE: correct the `sku`"),
        ({"currency": "EUR"}, "is in EUR, and shopify account acme.* sells in USD: set `currency`"),
        ({"price": "60.00"}, r"asks 60\.00 USD, and .* sells it at 50\.00 USD: lower"),
        ({"email": "ann"}, "refused a draft order: Email is invalid"),
    ],
)
def test_what_cannot_be_made_says_what_to_do(till: Till, changes: dict[str, Any], text: str) -> None:
    with pytest.raises(PermanentError, match=text):
        perform(till, offer(**changes))
    assert till.shop.drafts == {}


def test_without_the_scope_for_draft_orders_it_says_what_to_do(till: Till) -> None:
    till.shop.scopes -= {"write_draft_orders"}
    with pytest.raises(AccessError, match=r"`write_draft_orders` access scope.*connect shopify --shop acme"):
        perform(till, offer())


def test_an_answer_that_cannot_be_read_names_the_field(till: Till) -> None:
    till.api.instead = [{"data": {"codeDiscountNodeByCode": []}}]
    with pytest.raises(PermanentError, match="codeDiscountNodeByCode"):
        perform(till, CODE, look_first=True)


def test_what_no_shop_does_is_refused(till: Till) -> None:
    with pytest.raises(PermanentError, match="a shop cannot do set_priority"):
        perform(till, set_priority("1", "high"))
