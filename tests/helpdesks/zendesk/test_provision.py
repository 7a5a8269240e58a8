"""Connecting an account: what is made there, and that it may be run again at any point."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.helpdesks.zendesk import Zendesk
from plugin.helpdesks.zendesk.provision import provision
from plugin.helpdesks.zendesk.webhook import SUBSCRIPTIONS
from plugin.ports import AccessError, PermanentError, Provisioned, TemporaryError
from tests.helpdesks.recorded import Call
from tests.helpdesks.zendesk.account import (
    CODES,
    FIELD,
    SECRET,
    Account,
    drop_down,
    our_field,
    zendesk_connection,
)
from tests.helpdesks.zendesk.signed import key, public

HOOK = "https://app.example.com/hooks/zendesk/key"


def account(**options: Any) -> Account:
    return Account(zendesk_connection(options={"provision": True, **options}))


def connect(found: Account, codes: Mapping[str, str] = CODES, hook_url: str = HOOK) -> Provisioned:
    """Provision and keep what came of it in the connection, as the product does."""
    made = provision(found, hook_url, codes)
    options = {**found.connection.options, **made.options}
    found.connection = replace(found.connection, options=options)
    return made


def webhook(**changes: Any) -> dict[str, Any]:
    made = {"id": "01EJ1", "name": "Marginalia", "endpoint": HOOK, "status": "active"}
    return made | {"subscriptions": list(SUBSCRIPTIONS)} | changes


def test_connecting_gives_what_the_work_needs() -> None:
    made = connect(account())
    assert made.options == {
        "user_id": "8447388090494",
        "reason_field": "7000",
        "made_field": "7000",
        "option_values": {},
        "codes": CODES,
        "webhook_id": "01EJ7003",
    }


def test_the_secret_is_kept_as_a_credential() -> None:
    assert connect(account()).credentials == {"signing_secret": SECRET}


def test_the_field_is_a_drop_down_with_nested_names() -> None:
    found = account()
    connect(found)
    assert found.calls[2].body["ticket_field"] == {
        "type": "tagger",
        "title": "Reason code",
        "custom_field_options": [
            {"name": "Shipping::Lost parcel", "value": "mgn_shipping_lost"},
            {"name": "Product::Defect", "value": "mgn_product_defect"},
        ],
    }


def test_the_webhook_takes_ticket_events_at_our_address() -> None:
    found = account()
    connect(found)
    assert next(iter(found.webhooks.values())) == {
        "id": "01EJ7003",
        "name": "Marginalia",
        "endpoint": HOOK,
        "http_method": "POST",
        "request_format": "json",
        "status": "active",
        "subscriptions": list(SUBSCRIPTIONS),
    }


def test_a_new_field_comes_with_a_word_about_forms() -> None:
    assert "add it to them" in connect(account()).notes[0]


def test_connecting_again_writes_nothing() -> None:
    found = account()
    connect(found)
    before = len(found.sent)
    connect(found)
    assert len(found.sent) == before


def test_connecting_again_gives_the_same() -> None:
    found = account()
    assert connect(found).options == connect(found).options


def test_an_installation_that_forgot_everything_finds_what_it_made() -> None:
    found = account()
    first = connect(found)
    found.connection = zendesk_connection(options={"provision": True})
    assert connect(found).options == first.options


@given(dies=st.lists(st.tuples(st.integers(0, 8), st.booleans()), max_size=4))
def test_wherever_connecting_breaks_off_running_it_again_makes_one_of_each(
    dies: list[tuple[int, bool]],
) -> None:
    found = account()
    for left, landed in dies:
        _break_after(found, left, landed)
        with suppress(TemporaryError):
            connect(found)
    found.before = found.after = lambda call: None
    connect(found)
    assert (len(found.fields), len(found.webhooks), found.values("7000")) == (
        1,
        1,
        ["mgn_shipping_lost", "mgn_product_defect"],
    )


def _break_after(found: Account, calls: int, landed: bool) -> None:
    """The connection breaks at a call, after it landed or before."""
    until = len(found.calls) + calls

    def break_off(call: Call) -> None:
        if len(found.calls) > until:
            raise TemporaryError("no answer in time", unknown=True)

    found.before, found.after = (lambda call: None, break_off) if landed else (break_off, lambda call: None)


def test_missing_options_are_added_when_connecting_again() -> None:
    found = account()
    connect(found)
    connect(found, {**CODES, "product.defect.zipper": "Product – Defect – Zipper"})
    assert found.values("7000") == ["mgn_shipping_lost", "mgn_product_defect", "mgn_product_defect_zipper"]


def test_a_deleted_field_is_made_again() -> None:
    found = account()
    connect(found)
    found.fields.clear()
    assert connect(found).options["reason_field"] in found.fields


def test_a_field_of_ours_that_was_switched_off_is_switched_on() -> None:
    found = account()
    connect(found)
    found.fields["7000"]["active"] = False
    connect(found)
    assert found.fields["7000"]["active"] is True


def test_a_field_of_the_same_title_that_is_the_merchants_is_left_alone() -> None:
    found = account()
    found.add_field(drop_down(("House style", "house_style")))
    made = connect(found)
    assert (made.options["reason_field"], found.values()) == ("7000", ["house_style"])


def test_a_field_of_the_same_title_that_is_the_merchants_is_pointed_out() -> None:
    found = account()
    found.add_field(drop_down(("House style", "house_style")))
    assert f"--reason-field {FIELD}" in connect(found).notes[1]


def test_the_admins_field_is_used_and_gets_only_what_it_lacks() -> None:
    found = account(reason_field=str(FIELD))
    found.add_field(drop_down(("House style", "house_style"), ("PRODUCT::defect!", "defect")))
    connect(found)
    assert found.values() == ["house_style", "defect", "mgn_shipping_lost"]


def test_an_option_of_the_same_name_stands_for_the_code() -> None:
    found = account(reason_field=str(FIELD))
    found.add_field(drop_down(("PRODUCT::defect!", "defect")))
    assert connect(found).options["option_values"] == {"product.defect": "defect"}


def test_an_option_of_ours_comes_before_one_of_the_same_name() -> None:
    found = account(reason_field=str(FIELD))
    found.add_field(drop_down(("Product::Defect", "defect"), ("Broken", "mgn_product_defect")))
    assert connect(found).options["option_values"] == {}


def test_two_codes_never_share_an_option() -> None:
    found = account(reason_field=str(FIELD))
    found.add_field(drop_down(("Product::Defect", "defect")))
    made = connect(found, {"product.defect": "Product – Defect", "product.fault": "Product – Defect"})
    assert (made.options["option_values"], found.values()) == (
        {"product.defect": "defect"},
        ["defect", "mgn_product_fault"],
    )


def test_moving_to_another_field_forgets_the_options_of_the_former() -> None:
    found = account(reason_field=str(FIELD), option_values={"product.defect": "defect"})
    found.add_field(our_field(*CODES))
    assert connect(found).options["option_values"] == {}


def test_a_name_in_the_admins_field_is_not_changed() -> None:
    found = account(reason_field=str(FIELD))
    found.add_field(drop_down(("Kaputt", "mgn_product_defect"), ("Weg", "mgn_shipping_lost")))
    connect(found)
    assert [path for method, path in found.sent] == ["/api/v2/webhooks"]


def test_the_admins_field_that_is_switched_off_is_pointed_out() -> None:
    found = account(reason_field=str(FIELD))
    found.add_field(drop_down(active=False))
    assert "is switched off" in connect(found).notes[0]


def test_a_field_that_is_no_drop_down_is_refused_before_anything_is_made() -> None:
    found = account(reason_field=str(FIELD))
    found.add_field(drop_down(type="text"))
    with pytest.raises(PermanentError, match="no drop-down field"):
        connect(found)
    assert found.sent == []


def test_a_field_that_does_not_exist_is_refused_before_anything_is_made() -> None:
    found = account(reason_field="77")
    with pytest.raises(PermanentError, match="no ticket field 77"):
        connect(found)
    assert found.sent == []


@pytest.mark.parametrize(
    ("changes", "patch"),
    [
        ({"status": "inactive"}, {"status": "active"}),
        ({"subscriptions": list(SUBSCRIPTIONS[1:])}, {"subscriptions": sorted(SUBSCRIPTIONS)}),
    ],
    ids=["inactive", "subscription missing"],
)
def test_a_webhook_of_ours_is_mended(changes: dict[str, Any], patch: dict[str, Any]) -> None:
    found = account()
    found.webhooks["01EJ1"] = webhook(**changes)
    connect(found)
    assert found.calls[-2].body == {"webhook": patch}


def test_a_webhook_follows_to_a_new_address() -> None:
    found = account()
    first = connect(found).options["webhook_id"]
    connect(found, hook_url="https://new.example.com/hooks/zendesk/key")
    assert found.webhooks[first]["endpoint"] == "https://new.example.com/hooks/zendesk/key"


def test_a_deleted_webhook_is_made_again() -> None:
    found = account()
    connect(found)
    found.webhooks.clear()
    assert connect(found).options["webhook_id"] in found.webhooks


def test_a_webhook_of_another_installation_is_left_alone() -> None:
    found = account()
    found.webhooks["01EJ1"] = webhook(endpoint="https://staging.example.com/hooks/zendesk/x")
    connect(found)
    assert found.webhooks["01EJ1"]["endpoint"] == "https://staging.example.com/hooks/zendesk/x"


def test_a_webhook_of_another_installation_is_pointed_out() -> None:
    found = account()
    found.webhooks["01EJ1"] = webhook(endpoint="https://staging.example.com/hooks/zendesk/x")
    assert "https://staging.example.com/hooks/zendesk/x" in connect(found).notes[-1]


@pytest.mark.parametrize(
    "changes",
    [{"subscriptions": ["conditional_ticket_events"]}, {"name": "Marginalia test"}],
    ids=["trigger", "name"],
)
def test_a_webhook_that_is_none_of_ours_is_not_taken_over(changes: dict[str, Any]) -> None:
    found = account()
    found.webhooks["01EJ1"] = webhook(**changes)
    assert connect(found).options["webhook_id"] != "01EJ1"


@pytest.mark.parametrize("secret", [None, ""])
def test_a_secret_that_is_not_shown_is_asked_for(secret: str | None) -> None:
    found = account()
    found.secret = secret
    with pytest.raises(PermanentError, match="--signing-secret"):
        connect(found)


def test_a_token_of_nobody_is_refused_before_anything_is_made() -> None:
    found = account()
    found.user = {"id": None, "role": "end-user"}
    with pytest.raises(AccessError, match="admin's token"):
        connect(found)
    assert found.sent == []


class TestSidebarKey:
    """What the sidebar's tokens are checked with is read where the app is known; all else works without."""

    def test_the_key_of_the_accounts_app_is_kept(self) -> None:
        found = account(app_id="77")
        found.app_keys["77"] = public(key())
        assert connect(found).options["sidebar_key"] == public(key()).strip()

    def test_the_installations_app_serves_where_the_account_names_none(self) -> None:
        found = account()
        found.app_keys["5"] = public(key())
        made = Zendesk(app_id="5").provision(found, HOOK, CODES)
        assert made.options["sidebar_key"] == public(key()).strip()

    def test_without_an_app_no_key_is_asked_for(self) -> None:
        found = account()
        connect(found)
        assert not [call for call in found.calls if "/apps/" in call.path]

    @pytest.mark.parametrize("shown", [None, "<html>"], ids=["no such app", "no key"])
    def test_a_key_that_cannot_be_read_is_a_note_and_nothing_else(self, shown: str | None) -> None:
        found = account(app_id="77")
        if shown:
            found.app_keys["77"] = shown
        made = connect(found)
        assert "The key of the sidebar app could not be read" in made.notes[-1]
        assert made.options["webhook_id"] in found.webhooks
        assert "sidebar_key" not in made.options

    def test_a_vendor_that_does_not_answer_then_is_a_note_too(self) -> None:
        found = account(app_id="77")
        found.before = _down
        assert "does not answer" in connect(found).notes[-1]


def _down(call: Call) -> None:
    if "/apps/" in call.path:
        raise TemporaryError("acme.zendesk.com does not answer")
