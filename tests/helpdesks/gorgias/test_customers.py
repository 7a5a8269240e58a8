"""Tags of a customer, in a customer field of ours: Gorgias has no tags on customers."""

from typing import Any

import pytest

from plugin.domain.effects import Effect, EffectClass, tag_customer
from plugin.helpdesks.gorgias.perform import perform
from plugin.ports import NotFound, PermanentError
from tests.helpdesks.gorgias.account import TIER, Account, gorgias_connection

FIELDS = "/api/customers/8/custom-fields"
UP = tag_customer("8", add=["mgn_tier_concierge"], remove=["mgn_tier_vip"])
BY_EMAIL = tag_customer("email:ann+1@shop.example", add=["mgn_tier_concierge"])


def account(value: Any = None, **options: Any) -> Account:
    made = Account(gorgias_connection(options={"tier_field": str(TIER), **options}))
    made.customers["8"] = {"id": 8, "email": "Ann+1@shop.example"}
    made.values["8"] = {"99": "theirs"} | ({} if value is None else {str(TIER): value})
    return made


def write(found: Account, *effects: Effect) -> None:
    perform(found, effects or (UP,), None, look_first=False)


def held(found: Account, customer_id: str = "8") -> Any:
    return found.values[customer_id].get(str(TIER))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, "mgn_tier_concierge"),
        ("", "mgn_tier_concierge"),
        ("mgn_tier_vip", "mgn_tier_concierge"),
        ("wholesale, mgn_tier_vip", "wholesale, mgn_tier_concierge"),
        ("wholesale,,  MGN_TIER_VIP ,", "wholesale, mgn_tier_concierge"),
    ],
)
def test_tags_are_added_and_removed_and_others_stay(before: Any, after: str) -> None:
    found = account(before)
    write(found)
    assert held(found) == after


def test_other_fields_of_the_customer_stay() -> None:
    found = account()
    write(found)
    assert found.values["8"]["99"] == "theirs"


def test_what_is_in_place_is_not_written() -> None:
    found = account("mgn_tier_concierge")
    write(found)
    assert found.sent == []


def test_the_last_tag_leaves_an_empty_field() -> None:
    found = account("mgn_tier_vip")
    write(found, tag_customer("8", remove=["mgn_tier_vip"]))
    assert found.sent == [("DELETE", f"{FIELDS}/{TIER}")]


def test_of_two_words_about_a_tag_the_later_counts() -> None:
    found = account()
    write(found, UP, tag_customer("8", remove=["mgn_tier_concierge"]))
    assert found.sent == []


def test_somebody_named_by_their_address_is_found() -> None:
    found = account()
    write(found, BY_EMAIL)
    assert held(found) == "mgn_tier_concierge"


def test_who_only_has_a_like_address_is_somebody_else() -> None:
    found = account()
    found.customers["8"]["email"] = "ann+1@shop.example.org"
    write(found, BY_EMAIL)
    assert held(found) is None


def test_who_has_not_written_yet_is_made_and_marked() -> None:
    found = account()
    found.customers.clear()
    write(found, BY_EMAIL)
    (made,) = found.customers.values()
    assert (made["channels"], held(found, str(made["id"]))) == (
        [{"type": "email", "address": "ann+1@shop.example", "preferred": True}],
        "mgn_tier_concierge",
    )


def test_nobody_is_made_to_take_a_tag_away() -> None:
    found = account()
    found.customers.clear()
    write(found, tag_customer("email:ann+1@shop.example", remove=["mgn_tier_vip"]))
    assert (found.customers, found.sent) == ({}, [])


@pytest.mark.parametrize("customer_id", ["", "../tickets/1", "7?x", "٧", "ann@shop.example"])
def test_what_is_neither_number_nor_address_is_refused(customer_id: str) -> None:
    found = account()
    with pytest.raises(PermanentError, match="no number of a Gorgias customer"):
        write(found, tag_customer(customer_id, add=["x"]))
    assert found.calls == []


@pytest.mark.parametrize("tier_field", [None, "", "x", "²"])
def test_without_the_field_it_is_said_how_to_make_it(tier_field: str | None) -> None:
    found = account(tier_field=tier_field)
    with pytest.raises(PermanentError, match="connect gorgias --account acme` again"):
        write(found)
    assert found.calls == []


def test_an_effect_that_gorgias_does_not_know_is_refused_before_anything_is_sent() -> None:
    found = account()
    with pytest.raises(PermanentError, match="cannot do sing"):
        write(found, UP, Effect("sing", "customer:8", "song", EffectClass.STATE))
    assert found.calls == []


def test_a_customer_who_is_gone_says_so() -> None:
    found = account()
    found.customers.clear()
    with pytest.raises(NotFound):
        write(found)
