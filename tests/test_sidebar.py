"""What an agent sees, from what is stored: the order of things, what is kept from whom, and what is not repeated."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from plugin.domain.agent_terms import AgentTerms
from plugin.domain.facts import Customer, MacroSuggestion, Person, Ranked, Reason, Record, TierDecision
from plugin.domain.money import Money
from plugin.domain.offered import Offered
from plugin.domain.orders import Order, Parcel
from plugin.sidebar import Deed, SidebarFacts, average, sidebar_view
from tests.conftest import NOW

KNOWN = Customer("known", "ann@example.com", "Ann", "email", Money(1_200_000, "USD"), 7, as_of=NOW)
BELT = Offered("Belt", "BELT-1", Money(5000, "USD"), Money(3200, "USD"))
SHOES = Offered("Shoes", "SHOE-1", Money(9000, "USD"))
LATE = Order("#1001", NOW, Money(100, "USD"), "paid", "fulfilled", parcels=(Parcel("UPS", "1Z", "delayed"),))


def facts(**changes: Any) -> SidebarFacts:
    values: dict[str, Any] = {
        "record": Record(),
        "seen_at": NOW,
        "now": NOW,
        "requester": Person("7", "Ann Lee", "ann@example.com"),
        "customer": KNOWN,
        "tier": TierDecision("Concierge", True, ("spent 12,000.00 USD, at least 10,000.00",)),
        "orders": (LATE, *(replace(LATE, name=f"#{n}") for n in range(3))),
        "live": True,
    }
    return SidebarFacts(**{**values, **changes})


def deed(did: str, **more: Any) -> Deed:
    return Deed(did, "Ana", NOW, **more)


def test_who_it_is_and_what_they_are_worth() -> None:
    view = sidebar_view(facts())
    assert (view.name, view.tier, view.customer.spent) == ("Ann Lee", "Concierge", Money(1_200_000, "USD"))
    assert view.average == Money(171_429, "USD")
    assert len(view.orders) == 3


def test_what_the_helpdesk_made_of_an_address_is_no_name_where_the_shop_has_one() -> None:
    made_up = Person("7", "Ann.Lee", "ann.lee@example.com")
    assert sidebar_view(facts(requester=made_up)).name == "Ann"
    assert sidebar_view(facts(requester=made_up, customer=Customer("nobody"))).name == "Ann.Lee"
    assert sidebar_view(facts(requester=Person("7", "", None))).name == "Ann"


def test_whoever_may_not_see_amounts_finds_none_anywhere() -> None:
    view = sidebar_view(facts(allowed=False, record=Record(offers=(BELT,))))
    assert view.tier == "Concierge"
    assert (view.customer.spent, view.average, view.evidence) == (None, None, ())
    assert {order.total for order in view.orders} == {None}
    assert view.offer is not None
    assert view.offer.offer.margin is None
    assert "1200000" not in repr(view)


def test_the_most_pressing_thing_comes_first() -> None:
    kinds = [alert.kind for alert in sidebar_view(facts()).alerts]
    assert (kinds[0], kinds[-1]) == ("parcel_delayed", "no_bots")


def test_a_parcel_that_failed_a_year_ago_is_nobodys_trouble() -> None:
    view = sidebar_view(facts(now=NOW + timedelta(days=365)))
    assert [alert.kind for alert in view.alerts] == ["no_bots"]


def test_a_sure_code_is_the_tickets_and_a_likely_one_is_a_suggestion() -> None:
    likely = Record(suggestions=(Ranked("shipping.wismo", 0.6, ("where",)),))
    sure = replace(likely, reason=Reason("shipping.lost", "phrases", True, 0.9))
    assert (sidebar_view(facts(record=likely)).reason, sidebar_view(facts(record=likely)).reason_sure) == (
        "shipping.wismo",
        False,
    )
    assert sidebar_view(facts(record=sure)).reason == "shipping.lost"


def test_a_field_that_a_person_emptied_shows_no_code_as_theirs() -> None:
    record = Record(reason=Reason(None, "agent", True, 1.0), suggestions=(Ranked("shipping.wismo", 0.6, ()),))
    view = sidebar_view(facts(record=record))
    assert (view.reason, view.reason_sure) == (None, True)


def test_a_macro_that_the_helpdesk_has_no_more_is_not_shown() -> None:
    record = Record(macros=(MacroSuggestion("1", "Late", "why"), MacroSuggestion("2", "Gone", "why")))
    view = sidebar_view(
        facts(record=record, texts={"1": "We are sorry."}, deeds={"macro:1": deed("macro_applied")})
    )
    assert [(one.id, one.text, one.applied is not None) for one in view.macros] == [
        ("1", "We are sorry.", True)
    ]


def test_the_best_offer_that_was_not_declined_is_shown() -> None:
    record = Record(offers=(BELT, SHOES))
    assert _offered(facts(record=record)) == "Belt"
    assert _offered(facts(record=record, declined=frozenset({"Belt"}))) == "Shoes"
    assert _offered(facts(record=record, declined=frozenset({"Belt", "Shoes"}))) is None


def test_an_offer_that_was_answered_here_stays_with_its_answer() -> None:
    answered = {"offer:Belt": deed("offer_declined")}
    view = sidebar_view(
        facts(record=Record(offers=(BELT, SHOES)), declined=frozenset({"Belt"}), deeds=answered)
    )
    assert view.offer is not None
    assert (view.offer.offer.name, view.offer.answer) == ("Belt", answered["offer:Belt"])


def test_an_agent_without_terms_has_no_coupon() -> None:
    assert sidebar_view(facts()).coupon is None
    without = sidebar_view(facts(terms=AgentTerms("ana@shop.example"))).coupon
    assert without is not None, "a link with their mark needs no code"
    assert without.code is None
    shown = sidebar_view(facts(terms=AgentTerms("ana@shop.example", coupon="ANA10"))).coupon
    assert shown is not None
    assert shown.code == "ANA10"


def test_a_video_reply_is_for_the_best() -> None:
    page = "https://video.example/new"
    usual = TierDecision()
    ranked = replace(KNOWN, top_percent=0.8)
    assert sidebar_view(facts(recorder=page)).recorder == page
    assert sidebar_view(facts(recorder=page, tier=usual)).recorder is None
    assert sidebar_view(facts(recorder=page, tier=usual, customer=ranked)).recorder == page


def test_somebody_who_has_not_bought_yet_is_a_new_customer() -> None:
    assert sidebar_view(facts(customer=Customer("nobody"), orders=())).new_customer
    assert sidebar_view(facts(customer=replace(KNOWN, orders=0), orders=())).new_customer
    assert not sidebar_view(facts(customer=Customer("unknown"), orders=())).new_customer


def test_an_average_is_rounded_once_half_to_even() -> None:
    assert average(Money(25, "USD"), 2) == Money(12, "USD")
    assert average(Money(27, "USD"), 2) == Money(14, "USD")
    assert average(Money(27, "USD"), 0) is None
    assert average(None, 3) is None


def _offered(given: SidebarFacts) -> str | None:
    view = sidebar_view(given)
    return None if view.offer is None else view.offer.offer.name
