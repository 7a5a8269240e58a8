"""Codes and draft orders in the shop: made once, found again, refused with what to do."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from plugin.domain.effects import (
    Effect,
    create_code,
    create_coupon,
    create_draft_order,
    end_coupon,
    set_priority,
)
from plugin.ports import AccessError, PermanentError, Rejected, StoreDiscount, TemporaryError
from sandbox.shopify import discounts
from sandbox.shopify.records import Code, Draft, gid
from tests.stores.shopify.till import Till

CODE = create_code("ANA10-7K2", "ANA10", "0.10", "5158", "ANA10-2B2")
OTHER = create_code("ANA10-9X9", "ANA10", "0.10", "77", "ANA10-2B2")
COUPON = create_coupon("ANA10", "0.10", "ana@acme.example")


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


# ------------------------------------------------------------------------------------ single-use codes


def test_a_code_is_made_and_is_what_comes_back(till: Till) -> None:
    assert perform(till, CODE) == "ANA10-7K2"
    assert till.shop.code("ANA10-7K2") is not None


def test_all_codes_of_an_agent_belong_to_one_discount_that_their_anchor_names(till: Till) -> None:
    perform(till, CODE)
    perform(till, OTHER)
    made = code(till)
    assert (made.title, list(made.texts)) == ("ANA10 · one use each", ["ANA10-2B2", "ANA10-7K2", "ANA10-9X9"])


def test_a_code_that_names_no_anchor_has_a_discount_of_its_own(till: Till) -> None:
    args = {name: value for name, value in CODE.args.items() if name != "anchor"}
    assert perform(till, replace(CODE, args=args)) == "ANA10-7K2"
    assert list(code(till).texts) == ["ANA10-7K2"]


def test_each_code_works_once_at_once_and_for_whoever_has_it(till: Till) -> None:
    """The shop counts the uses of a customer by discount: with that limit their second code would be refused."""
    perform(till, CODE)
    made = code(till)
    assert (made.usage_limit, made.once_per_customer, made.share) == (1, False, Decimal("0.1"))
    assert made.starts_at < till.clock()


def test_a_code_is_no_help_beside_other_discounts(till: Till) -> None:
    perform(till, CODE)
    assert [name for name, yes in code(till).combines_with.items() if yes] == ["shippingDiscounts"]


def test_the_anchor_itself_is_a_code_like_the_others(till: Till) -> None:
    anchor = create_code("ANA10-2B2", "ANA10", "0.10", "5158", "ANA10-2B2")
    assert (perform(till, anchor), perform(till, anchor)) == ("ANA10-2B2", "ANA10-2B2")
    assert list(code(till).texts) == ["ANA10-2B2"]


@pytest.mark.parametrize("look_first", [True, False])
def test_a_code_that_landed_before_is_ours(till: Till, look_first: bool) -> None:
    perform(till, CODE)
    assert perform(till, CODE, look_first) == "ANA10-7K2"
    assert list(code(till).texts) == ["ANA10-2B2", "ANA10-7K2"]


def test_a_code_that_did_not_land_is_made_after_a_look(till: Till) -> None:
    assert perform(till, CODE, look_first=True) == "ANA10-7K2"


def test_a_code_that_takes_the_shop_a_while_is_looked_for_again(till: Till) -> None:
    till.shop.code_seconds = 5
    with pytest.raises(TemporaryError, match="still making the discount code ANA10-7K2") as waited:
        perform(till, CODE)
    assert (waited.value.retry_after, waited.value.unknown) == (1.0, True)
    till.clock.move(seconds=6)
    assert perform(till, CODE, look_first=True) == "ANA10-7K2"
    assert len(till.shop.bulks) == 1


@pytest.mark.parametrize("look_first", [True, False])
def test_somebody_elses_code_of_the_same_text_is_refused(till: Till, look_first: bool) -> None:
    perform(till, create_coupon("ana10-7k2", "0.50", "bo"))
    with pytest.raises(
        PermanentError, match=r"ANA10-7K2 already that was not made for .*“Agent bo”.*delete it"
    ):
        perform(till, CODE, look_first)


def test_somebody_elses_anchor_is_refused(till: Till) -> None:
    perform(till, create_coupon("ANA10-2B2", "0.50", "bo"))
    with pytest.raises(PermanentError, match=r"ANA10-2B2 already that was not made for"):
        perform(till, CODE)


def test_somebody_who_makes_the_discount_at_the_same_time_makes_the_same_one(till: Till) -> None:
    perform(till, OTHER)
    till.api.instead = [{"data": {"codeDiscountNodeByCode": None}}]
    assert perform(till, CODE) == "ANA10-7K2"
    assert len(till.shop.codes) == 1


def test_another_share_than_the_codes_have_is_refused_with_what_to_change(till: Till) -> None:
    perform(till, CODE)
    with pytest.raises(PermanentError, match=r"take off 10\.0 %, and the settings say 15\.00 %: change"):
        perform(till, create_code("ANA10-NEW", "ANA10", "0.15", "1", "ANA10-2B2"))


def test_no_code_is_added_to_a_discount_that_has_ended(till: Till) -> None:
    perform(till, CODE)
    discounts.switch(till.shop, gid("DiscountCodeNode", code(till).id), False)
    with pytest.raises(PermanentError, match="is not active any more: activate it"):
        perform(till, OTHER)


def test_a_code_that_the_shop_did_not_make_is_told(till: Till) -> None:
    perform(till, CODE)
    failed = {"bulkCreation": {"done": True, "failedCount": 1}, "userErrors": []}
    there = till.api.send("POST", "/admin/api/2026-07/graphql.json", till.api.asked[0])
    found = {"data": {"codeDiscountNodeByCode": None}}
    till.api.instead = [there, {"data": {"discountRedeemCodeBulkAdd": failed}}, found]
    with pytest.raises(PermanentError, match="did not make the discount code ANA10-9X9"):
        perform(till, OTHER)


def test_a_share_that_the_shop_does_not_take_is_told_in_its_words(till: Till) -> None:
    with pytest.raises(Rejected, match=r"refused a discount code: Value must be between 0\.0 and 1\.0"):
        perform(till, create_code("X", "ANA10", "1.50", "5", "Y"))


@pytest.mark.parametrize("effect", [CODE, COUPON], ids=lambda one: one.kind)
def test_without_the_scope_for_codes_it_says_what_to_do(till: Till, effect: Effect) -> None:
    till.shop.scopes -= {"write_discounts"}
    with pytest.raises(AccessError, match=r"_discounts` access scope.*connect shopify --shop acme"):
        perform(till, effect)


# ---------------------------------------------------------------------------------- an agent's own code


def test_an_agents_own_code_works_as_often_as_wanted_and_once_for_each_customer(till: Till) -> None:
    assert perform(till, COUPON) == "ANA10"
    made = code(till)
    assert (made.title, made.usage_limit, made.once_per_customer) == ("Agent ana@acme.example", None, True)


@pytest.mark.parametrize("look_first", [True, False])
def test_an_agents_own_code_is_made_once(till: Till, look_first: bool) -> None:
    perform(till, COUPON)
    assert perform(till, COUPON, look_first) == "ANA10"
    assert len(till.shop.codes) == 1


@pytest.mark.parametrize("look_first", [True, False])
def test_a_code_of_another_agent_is_refused(till: Till, look_first: bool) -> None:
    perform(till, create_coupon("ana10", "0.10", "bo"))
    with pytest.raises(
        PermanentError, match=r"not made for agent ana@acme\.example \(its title is “Agent bo”\)"
    ):
        perform(till, COUPON, look_first)


def test_a_code_that_was_ended_works_no_more(till: Till) -> None:
    perform(till, COUPON)
    assert perform(till, end_coupon("ana10")) == "ana10"
    assert code(till).status(till.clock()) == "EXPIRED"


@pytest.mark.parametrize("again", [True, False])
def test_what_has_ended_or_is_gone_is_not_ended_again(till: Till, again: bool) -> None:
    if again:
        perform(till, COUPON)
        perform(till, end_coupon("ANA10"))
    before = len(till.api.mutations)
    assert perform(till, end_coupon("ANA10"), look_first=True) == "ANA10"
    assert len(till.api.mutations) == before


def test_a_code_that_shares_its_discount_with_others_is_ended_by_a_person(till: Till) -> None:
    perform(till, CODE)
    with pytest.raises(PermanentError, match=r"has other codes beside ANA10-7K2.*by hand"):
        perform(till, end_coupon("ANA10-7K2"))
    assert code(till).status(till.clock()) == "ACTIVE"


def test_a_discount_is_told_as_the_shop_has_it(till: Till) -> None:
    perform(till, COUPON)
    ref = gid("DiscountCodeNode", code(till).id)
    assert till.store.discount(till.api, "ana10") == StoreDiscount(ref, "ANA10", Decimal("0.1"), True)


def test_a_discount_that_works_once_and_one_that_ended_are_told_as_such(till: Till) -> None:
    perform(till, CODE)
    discounts.switch(till.shop, gid("DiscountCodeNode", code(till).id), False)
    found = till.store.discount(till.api, "ANA10-7K2")
    assert found is not None
    assert (found.single_use, found.active) == (True, False)


def test_a_discount_of_an_amount_is_no_share(till: Till) -> None:
    given = {
        "title": "Five off",
        "code": "FIVE",
        "startsAt": "2026-01-01T00:00:00Z",
        "context": {"all": "ALL"},
    }
    five = {
        "value": {"discountAmount": {"amount": "5.00", "appliesOnEachItem": False}},
        "items": {"all": True},
    }
    discounts.create(till.shop, {**given, "customerGets": five})
    found = till.store.discount(till.api, "FIVE")
    assert found is not None
    assert found.share is None


def test_a_code_that_nobody_made_is_none(till: Till) -> None:
    assert till.store.discount(till.api, "NONE") is None


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
