"""Tags on the customer's own record."""

import pytest

from plugin.domain.effects import Effect, EffectClass, tag_customer
from plugin.helpdesks.zendesk.perform import perform
from plugin.ports import NotFound, PermanentError
from tests.helpdesks.zendesk.account import Account

ANN = "8447388091006"
TAGS = f"/api/v2/users/{ANN}/tags"
UP = tag_customer(ANN, add=["mgn_tier_concierge"], remove=["mgn_tier_vip"])


def account(*tags: str) -> Account:
    made = Account()
    made.users[ANN] = {"id": int(ANN), "tags": list(tags)}
    return made


def test_tags_are_added_and_removed_and_others_stay() -> None:
    found = account("wholesale", "mgn_tier_vip")
    perform(found, [UP], None, look_first=False)
    assert found.users[ANN]["tags"] == ["mgn_tier_concierge", "wholesale"]


def test_a_repeat_writes_nothing_where_it_landed() -> None:
    found = account("mgn_tier_concierge")
    perform(found, [UP], None, look_first=True)
    assert found.sent == []


def test_a_repeat_writes_what_is_not_in_place() -> None:
    found = account("mgn_tier_concierge", "mgn_tier_vip")
    perform(found, [UP], None, look_first=True)
    assert found.sent == [("DELETE", TAGS)]


def test_of_two_words_about_a_tag_the_later_counts() -> None:
    found = account()
    perform(found, [UP, tag_customer(ANN, remove=["mgn_tier_concierge"])], None, look_first=False)
    assert found.users[ANN]["tags"] == []


def test_writes_are_counted_against_the_customer() -> None:
    found = account()
    perform(found, [UP], None, look_first=False)
    assert {(budget.name, budget.per_object) for call in found.calls for budget in call.budgets} == {
        (f"customer:{ANN}", True)
    }


def test_where_users_take_no_tags_the_setting_is_named() -> None:
    found = account()
    found.users.clear()
    with pytest.raises(PermanentError, match="switched off in Zendesk") as raised:
        perform(found, [UP], None, look_first=False)
    assert not isinstance(raised.value, NotFound)


@pytest.mark.parametrize("user_id", ["", "../tickets/1", "7?x", "٧"])
def test_what_is_no_number_never_becomes_an_address(user_id: str) -> None:
    found = account()
    with pytest.raises(PermanentError, match="no number"):
        perform(found, [tag_customer(user_id, add=["x"])], None, look_first=False)
    assert found.calls == []


def test_an_effect_that_zendesk_does_not_know_is_refused_before_anything_is_sent() -> None:
    found = account()
    with pytest.raises(PermanentError, match="sing"):
        perform(
            found, [UP, Effect("sing", f"customer:{ANN}", "song", EffectClass.STATE)], None, look_first=False
        )
    assert found.calls == []


BY_EMAIL = tag_customer("email:ann@shop.example", add=["mgn_tier_concierge"])


def test_somebody_named_by_their_address_is_found_and_only_they() -> None:
    found = account()
    found.users[ANN]["email"] = "Ann@shop.example"
    found.users["7"] = {"id": 7, "tags": [], "email": "ann@shop.example.org"}
    perform(found, [BY_EMAIL], None, look_first=False)
    assert (found.users[ANN]["tags"], found.users["7"]["tags"]) == (["mgn_tier_concierge"], [])


def test_who_has_not_written_yet_is_made_without_a_mail_and_marked() -> None:
    found = Account()
    perform(found, [BY_EMAIL], None, look_first=False)
    (user,) = found.users.values()
    assert (user["email"], user["skip_verify_email"]) == ("ann@shop.example", True)
    assert user["tags"] == ["mgn_tier_concierge"]


def test_nobody_is_made_to_take_a_tag_away() -> None:
    found = Account()
    perform(found, [tag_customer("email:ann@shop.example", remove=["mgn_tier_vip"])], None, look_first=False)
    assert (found.users, found.sent) == ({}, [])


def test_what_is_neither_number_nor_address_is_refused() -> None:
    with pytest.raises(PermanentError, match="no number of a Zendesk user"):
        perform(Account(), [tag_customer("../me", add=["x"])], None, look_first=False)
