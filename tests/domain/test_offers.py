"""Offers: which may be proposed, which is worth most, and why; never what would be out of place."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.facts import Customer, TierDecision
from plugin.domain.goods import Product
from plugin.domain.money import Money
from plugin.domain.offered import Offered
from plugin.domain.offers import MOST_KEPT, Asked, Offer, OfferBook, may_cost_money
from plugin.domain.rules import Condition, Conditions
from tests.domain.rule_cases import digits, looks, order

BELTS = Condition("ticket.text", "includes_word", ("belt", "leather strap"))
FOR_RETURNS = Condition("ticket.reason_code", "is", "return.start")
KNOWN = Customer("known", spent=Money(9_900, "USD"), orders=1, last_order=order(skus=("TROUSERS-9",)))


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def product(sku: str, price: int = 5_000, cost: int | None = 2_000, stock: int | None = 7) -> Product:
    return Product(sku, sku.title(), usd(price), None if cost is None else usd(cost), stock)


def offer(name: str, price: str = "50.00", kind: Any = "new", *all_of: Condition, **changes: Any) -> Offer:
    return replace(Offer(name, f"{name}-1".upper(), Decimal(price), kind, all_of), **changes)


def asked(code: str | None = "product.info", *, friendly: bool = True, **changes: Any) -> Asked:
    facts = looks(
        reason_code=code,
        text=changes.pop("text", "which one?"),
        customer=changes.pop("customer", KNOWN),
        tier=changes.pop("tier", TierDecision()),
    )
    return Asked(facts, upsell_friendly=friendly, reason_name="Product – Question", **changes)


def chosen(offers: Sequence[Offer], question: Asked, currency: str | None = "USD") -> tuple[Offered, ...]:
    return OfferBook(offers, currency, digits).choose(question)


def names(offers: Sequence[Offer], question: Asked, currency: str | None = "USD") -> list[str]:
    return [one.name for one in chosen(offers, question, currency)]


def sold(*products: Product) -> dict[str, Product]:
    return {one.sku: one for one in products}


class TestCandidates:
    """Which offers come to mind."""

    def test_an_offer_whose_conditions_are_met(self) -> None:
        assert names([offer("Belt", "50.00", "new", BELTS)], asked(text="Does a BELT come with it?")) == [
            "Belt"
        ]

    def test_no_offer_whose_conditions_are_not_met(self) -> None:
        assert names([offer("Belt", "50.00", "new", BELTS)], asked(text="Where is my order?")) == []

    def test_one_of_several_conditions_is_enough_where_the_settings_say_any(self) -> None:
        either = offer("Belt", any_of=(BELTS, FOR_RETURNS))
        assert names([either], asked("return.start")) == ["Belt"]

    def test_an_offer_that_a_rule_names_needs_no_condition_to_be_met(self) -> None:
        assert names([offer("Belt", "50.00", "new", BELTS)], asked(by_rules=("Belt",), friendly=False)) == [
            "Belt"
        ]

    def test_something_more_without_conditions_goes_with_a_reason_that_selling_helps_with(self) -> None:
        assert names([offer("Belt")], asked("product.sizing")) == ["Belt"]
        assert names([offer("Belt")], asked("shipping.wismo", friendly=False)) == []

    def test_an_offer_without_conditions_that_some_rule_names_waits_for_that_rule(self) -> None:
        book = OfferBook([offer("Belt")], "USD", digits, named=["Belt"])
        assert book.choose(asked("product.sizing")) == ()
        assert [one.name for one in book.choose(asked("product.sizing", by_rules=("Belt",)))] == ["Belt"]

    def test_an_exchange_without_conditions_goes_with_a_reason_that_may_cost_money(self) -> None:
        credit = offer("Credit", kind="kept")
        assert names([credit], asked("refund.request", friendly=False)) == ["Credit"]
        assert names([credit], asked("product.info")) == []

    def test_what_a_condition_asks_of_a_silent_shop_is_not_met(self) -> None:
        rich = Condition("customer.orders", "greater_than", 0)
        assert names([offer("Belt", "50.00", "new", rich)], asked(customer=Customer())) == []

    @pytest.mark.parametrize(
        "code", ["return.start", "return", "exchange.size", "order.cancel", "refund.request.late"]
    )
    def test_money_may_go_back_for_these_reasons_and_those_under_them(self, code: str) -> None:
        assert may_cost_money(code)

    @pytest.mark.parametrize("code", [None, "returned", "refund.status", "order.change", "product.defect"])
    def test_for_other_reasons_no_money_goes_back(self, code: str | None) -> None:
        assert not may_cost_money(code)


class TestWhatIsNotOffered:
    """What cannot be delivered, is there already, or earns nothing."""

    def test_what_is_sold_out(self) -> None:
        gone = sold(product("BELT-1", stock=0))
        assert names([offer("Belt")], asked(products=gone)) == []

    def test_a_stock_below_nothing_is_sold_out(self) -> None:
        assert names([offer("Belt")], asked(products=sold(product("BELT-1", stock=-2)))) == []

    def test_a_stock_that_the_store_does_not_tell_is_taken_to_be_there(self) -> None:
        assert names([offer("Belt")], asked(products=sold(product("BELT-1", stock=None)))) == ["Belt"]

    def test_what_a_store_that_speaks_does_not_sell(self) -> None:
        assert names([offer("Belt")], asked(products=sold(product("SOCK-1")))) == []

    def test_what_the_customer_has_bought_last_however_it_is_written(self) -> None:
        bought = replace(KNOWN, last_order=order(skus=("belt-1 ",)))
        assert names([offer("Belt")], asked(customer=bought)) == []

    @pytest.mark.parametrize("cost", [5_000, 5_001])
    def test_what_earns_nothing(self, cost: int) -> None:
        assert names([offer("Belt")], asked(products=sold(product("BELT-1", cost=cost)))) == []

    def test_what_is_priced_in_another_currency_than_the_stores(self) -> None:
        assert names([offer("Belt")], asked(products=sold(product("BELT-1"))), currency="EUR") == []

    def test_what_is_priced_in_another_currency_than_the_customer_buys_in(self) -> None:
        pays_in_euros = replace(KNOWN, spent=Money(100, "EUR"))
        assert (
            names([offer("Belt")], asked(products=sold(product("BELT-1")), customer=pays_in_euros), None)
            == []
        )

    def test_the_sku_is_found_without_case(self) -> None:
        (found,) = chosen([offer("Belt", sku="belt-1")], asked(products=sold(product("BELT-1"))))
        assert found.margin == usd(3_000)


class TestAnger:
    """Nothing more is sold to somebody who is angry, unless selling helps with their reason."""

    BELT, CREDIT = offer("Belt"), offer("Credit", kind="kept")

    def test_nothing_more_is_sold_even_where_a_rule_names_it(self) -> None:
        assert (
            names([self.BELT], asked("product.defect", friendly=False, by_rules=("Belt",), angry=True)) == []
        )

    def test_a_reason_that_selling_helps_with_allows_it(self) -> None:
        assert names([self.BELT], asked("return.start", angry=True)) == ["Belt"]

    def test_what_keeps_the_revenue_may_still_be_proposed(self) -> None:
        angry = asked("refund.request", friendly=False, angry=True, by_rules=("Belt", "Credit"))
        assert names([self.BELT, self.CREDIT], angry) == ["Credit"]

    def test_an_exchange_is_no_answer_to_an_angry_message_about_something_else(self) -> None:
        angry = asked("shipping.delayed", friendly=False, angry=True, by_rules=("Credit",))
        assert names([self.CREDIT], angry) == []


class TestOrder:
    """The highest expected margin first; what keeps revenue before what adds to it where money may go back."""

    THREE = (offer("Belt"), offer("Shoes"), offer("Socks"))
    COSTS = sold(
        product("BELT-1", cost=4_000), product("SHOES-1", cost=1_000), product("SOCKS-1", cost=3_000)
    )

    def test_the_highest_margin_first(self) -> None:
        assert names(self.THREE, asked(products=self.COSTS)) == ["Shoes", "Socks", "Belt"]

    def test_what_customers_did_not_want_is_worth_less(self) -> None:
        answers = {"Shoes": (0, 9), "Socks": (3, 0)}
        assert names(self.THREE, asked(products=self.COSTS, answers=answers)) == ["Socks", "Belt", "Shoes"]

    def test_an_unknown_margin_comes_after_all_known_ones_and_then_by_price(self) -> None:
        cheap, dear = offer("Cap", "9.00"), offer("Coat", "900.00")
        costs = {**self.COSTS, **sold(product("CAP-1", cost=None), product("COAT-1", cost=None))}
        assert names([*self.THREE, cheap, dear], asked(products=costs)) == [
            "Shoes",
            "Socks",
            "Belt",
            "Coat",
            "Cap",
        ]

    def test_an_exchange_comes_before_something_more_where_money_may_go_back(self) -> None:
        offers = (*self.THREE, offer("Credit", "10.00", "kept"))
        costs = {**self.COSTS, **sold(product("CREDIT-1", cost=900))}
        assert names(offers, asked("return.start", products=costs))[0] == "Credit"

    def test_elsewhere_an_exchange_has_no_precedence(self) -> None:
        size = offer("Credit", "10.00", "kept", Condition("ticket.reason_code", "is", "product.info"))
        costs = {**self.COSTS, **sold(product("CREDIT-1", cost=900))}
        assert names([*self.THREE, size], asked(products=costs))[-1] == "Credit"

    def test_of_equals_the_one_that_stands_first_in_the_settings(self) -> None:
        assert names([offer("B"), offer("A"), offer("C")], asked()) == ["B", "A", "C"]

    def test_no_more_are_kept_than_anybody_declines(self) -> None:
        many = [offer(f"Thing {number}") for number in range(9)]
        assert names(many, asked()) == [f"Thing {number}" for number in range(MOST_KEPT)]


class TestWhatIsTold:
    """Price, margin and why."""

    def test_price_and_margin_are_in_the_settings_currency(self) -> None:
        (found,) = chosen([offer("Belt")], asked(products=sold(product("BELT-1"))))
        assert (found.price, found.margin) == (usd(5_000), usd(3_000))

    def test_without_a_currency_in_the_settings_the_stores_counts(self) -> None:
        yen = Product("BELT-1", "Belt", Money(6_000, "JPY"), Money(1_000, "JPY"))
        (found,) = chosen(
            [offer("Belt", "5000")], asked(products=sold(yen), customer=Customer("nobody")), None
        )
        assert (found.price, found.margin) == (Money(5_000, "JPY"), Money(4_000, "JPY"))

    def test_without_any_currency_there_is_no_price(self) -> None:
        (found,) = chosen([offer("Belt")], asked(customer=Customer("nobody")), None)
        assert (found.price, found.margin) == (None, None)

    def test_a_cost_in_another_currency_gives_no_margin(self) -> None:
        strange = Product("BELT-1", "Belt", usd(5_000), Money(10, "EUR"))
        (found,) = chosen([offer("Belt")], asked(products=sold(strange)))
        assert found.margin is None

    def test_the_words_that_the_customer_used_are_told(self) -> None:
        (found,) = chosen([offer("Belt", "50.00", "new", BELTS)], asked(text="Is there a leather strap?"))
        assert found.why == ("asked about leather strap",)

    def test_what_it_goes_with_the_tier_the_reason_and_the_stock_are_told(self) -> None:
        conditions = (
            Condition("order.skus", "includes_string", ("trousers",)),
            Condition("customer.tier", "is", "VIP"),
            Condition("ticket.reason_code", "includes", ("product.info",)),
            Condition("customer.orders", "less_than", 9),
        )
        question = asked(tier=TierDecision("VIP"), products=sold(product("BELT-1", stock=3)))
        (found,) = chosen([offer("Belt", "50.00", "new", *conditions)], question)
        assert found.why == (
            "goes with TROUSERS-9 of the latest order",
            "for customers of the tier VIP",
            "fits the reason Product – Question",
            "in stock: 3",
        )

    def test_a_condition_that_was_not_met_is_no_reason(self) -> None:
        either = offer("Belt", any_of=(BELTS, Condition("customer.tier", "is", "VIP"), FOR_RETURNS))
        (found,) = chosen([either], asked("return.start", text="a belt?"))
        assert found.why == ("asked about belt", "fits the reason Product – Question")

    def test_a_rule_and_what_came_of_it_before_are_told(self) -> None:
        question = asked(by_rules=("Belt",), answers={"Belt": (2, 3)})
        (found,) = chosen([offer("Belt")], question)
        assert found.why == ("suggested by a rule", "taken 2 of 5 times")

    def test_an_exchange_says_what_it_is_in_place_of(self) -> None:
        (found,) = chosen([offer("Credit", kind="kept")], asked("refund.request", friendly=False))
        assert (found.kind, found.why) == ("kept", ("in place of money back",))

    def test_conditions_that_say_nothing_to_an_agent_are_told_as_met(self) -> None:
        quiet = offer("Belt", "50.00", "new", Condition("customer.orders", "less_than", 9))
        assert chosen([quiet], asked())[0].why == ("its conditions are met",)


SKUS = ("A-1", "B-1", "C-1", "D-1", "E-1", "F-1", "G-1")
CONDITIONS = st.sampled_from(
    [
        (),
        (BELTS,),
        (FOR_RETURNS,),
        (Condition("customer.state", "is", "known"),),
        (Condition("customer.orders", "greater_than", 0), BELTS),
    ]
)
OFFERS = st.lists(
    st.builds(
        Offer,
        name=st.sampled_from(SKUS),
        sku=st.sampled_from(SKUS),
        price=st.decimals("0.01", "500", places=2),
        kind=st.sampled_from(("new", "kept")),
        all_of=CONDITIONS,
        any_of=CONDITIONS,
    ),
    max_size=8,
    unique_by=lambda one: one.name,
)
AMOUNTS = st.builds(Money, st.integers(0, 60_000), st.sampled_from(("USD", "EUR")))
PRODUCTS = st.lists(
    st.builds(
        Product,
        st.sampled_from(SKUS),
        st.just(""),
        AMOUNTS,
        st.none() | AMOUNTS,
        st.none() | st.integers(-1, 3),
    )
).map(lambda made: sold(*made))
CUSTOMERS = st.sampled_from(
    [KNOWN, Customer(), Customer("nobody"), replace(KNOWN, last_order=order(skus=SKUS[:2]))]
)
QUESTIONS = st.builds(
    Asked,
    st.builds(
        lambda code, text, customer: looks(reason_code=code, text=text, customer=customer),
        st.sampled_from((None, "return.start", "shipping.wismo", "product.info")),
        st.sampled_from(("", "a belt?", "hello")),
        CUSTOMERS,
    ),
    st.lists(st.sampled_from(SKUS), max_size=2).map(tuple),
    PRODUCTS,
    st.dictionaries(st.sampled_from(SKUS), st.tuples(st.integers(0, 9), st.integers(0, 9))),
    st.booleans(),
    st.booleans(),
)
CURRENCIES = st.sampled_from(("USD", "EUR", None))


@given(OFFERS, QUESTIONS, CURRENCIES)
def test_whatever_is_asked_nothing_is_offered_that_has_no_cause_or_is_out_of_place(
    offers: list[Offer], question: Asked, currency: str | None
) -> None:
    by_name = {one.name: one for one in offers}
    order_ = question.facts.customer.last_order
    for found in chosen(offers, question, currency):
        made, sold_ = by_name[found.name], question.products.get(found.sku)
        when = Conditions(made.all_of, made.any_of, currency, digits)
        assert found.name in question.by_rules or when.answer(question.facts).fired
        assert found.why
        assert found.margin is None or found.margin.minor > 0
        assert sold_ is None or sold_.stock is None or sold_.stock > 0
        assert order_ is None or found.sku not in order_.skus
        if question.angry and not question.upsell_friendly:
            assert found.kind == "kept"
            assert question.money_back


@given(OFFERS, QUESTIONS, CURRENCIES)
def test_whatever_is_asked_the_order_is_by_kind_then_margin_then_price(
    offers: list[Offer], question: Asked, currency: str | None
) -> None:
    found = chosen(offers, question, currency)
    kinds = [one.kind for one in found]
    if question.money_back:
        assert kinds == sorted(kinds)
    for kind in ("new", "kept") if question.money_back else ("",):
        same = [one for one in found if kind in ("", one.kind)]
        known = [one for one in same if one.margin is not None]
        assert same[: len(known)] == known
        for currency_ in {one.price.currency for one in known if one.price}:
            assert _falls(
                [_expected(one, question) for one in known if one.price and one.price.currency == currency_]
            )


@given(OFFERS, QUESTIONS, CURRENCIES)
def test_choosing_again_chooses_the_same_and_never_more_than_are_kept(
    offers: list[Offer], question: Asked, currency: str | None
) -> None:
    found = chosen(offers, question, currency)
    assert found == chosen(offers, question, currency)
    assert len(found) == len({one.name for one in found}) <= MOST_KEPT


def _expected(one: Offered, question: Asked) -> float:
    taken, declined = question.answers.get(one.name, (0, 0))
    assert one.margin is not None
    return one.margin.minor * (taken + 1) / (taken + declined + 2)


def _falls(values: list[float]) -> bool:
    return all(first >= second - 1e-6 for first, second in pairwise(values))
