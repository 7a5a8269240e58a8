"""Offering reason codes: what is missing is added, what is the merchant's stays."""

from collections.abc import Mapping
from typing import Any

import pytest

from plugin.domain.effects import offer_reason_codes
from plugin.helpdesks.zendesk import offering
from plugin.helpdesks.zendesk.perform import perform
from plugin.ports import NotFound, PermanentError, TemporaryError
from tests.helpdesks.zendesk.account import (
    CODES,
    FIELD,
    Account,
    drop_down,
    our_field,
    zendesk_connection,
)


def account(field: dict[str, Any], **options: Any) -> Account:
    made = Account(zendesk_connection(options={"reason_field": str(FIELD), **options}))
    made.add_field(field)
    return made


def offer(found: Account, codes: Mapping[str, str] = CODES) -> None:
    perform(found, [offer_reason_codes(codes)], None, look_first=False)


def test_missing_options_are_added_with_nested_names() -> None:
    found = account(our_field("shipping.lost"))
    offer(found)
    assert found.calls[-1].body == {
        "custom_field_option": {"name": "Product::Defect", "value": "mgn_product_defect"}
    }


def test_a_field_that_offers_all_is_left_alone() -> None:
    found = account(our_field(*CODES))
    offer(found)
    assert found.sent == []


def test_what_the_merchant_added_stays() -> None:
    found = account(drop_down(("House style", "house_style"), ("Old code", "mgn_old_code")))
    offer(found)
    assert found.values() == ["house_style", "mgn_old_code", "mgn_shipping_lost", "mgn_product_defect"]


def test_an_interrupted_offer_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offering, "MOST_AT_ONCE", 1)
    found = account(drop_down(("House style", "house_style")))
    with pytest.raises(TemporaryError, match="more follow"):
        offer(found)
    offer(found)
    assert found.values() == ["house_style", "mgn_shipping_lost", "mgn_product_defect"]


def test_a_renamed_code_is_renamed_in_a_field_of_ours() -> None:
    found = account(our_field(*CODES), made_field=str(FIELD))
    offer(found, {**CODES, "product.defect": "Product – Broken"})
    names = [option["name"] for option in found.fields[str(FIELD)]["custom_field_options"]]
    assert names == ["Shipping::Lost parcel", "Product::Broken"]


def test_a_name_in_the_admins_own_field_is_the_admins() -> None:
    found = account(our_field(*CODES))
    offer(found, {**CODES, "product.defect": "Product – Broken"})
    assert found.sent == []


def test_an_option_that_stands_for_a_code_already_is_not_offered_twice() -> None:
    found = account(
        drop_down(("Lost parcel", "parcel_lost"), ("Defect", "mgn_product_defect")),
        option_values={"shipping.lost": "parcel_lost"},
    )
    offer(found)
    assert found.sent == []


def test_an_option_that_came_to_fit_by_name_asks_for_connecting_again() -> None:
    found = account(drop_down(("SHIPPING::Lost-Parcel", "parcel_lost"), ("Defect", "mgn_product_defect")))
    with pytest.raises(PermanentError, match="connect zendesk --account acme` again"):
        offer(found)


def test_an_own_option_that_was_removed_asks_for_connecting_again() -> None:
    found = account(our_field("product.defect"), option_values={"shipping.lost": "parcel_lost"})
    with pytest.raises(PermanentError, match="connect zendesk --account acme` again"):
        offer(found)


def test_options_are_counted_against_zendesks_limit() -> None:
    found = account(our_field("shipping.lost"))
    offer(found)
    assert [(budget.number, budget.seconds) for budget in found.calls[-1].budgets] == [(100, 60)]


def test_a_removed_field_says_what_to_do() -> None:
    found = account(our_field())
    found.fields.clear()
    with pytest.raises(PermanentError, match="--reason-field") as raised:
        offer(found)
    assert not isinstance(raised.value, NotFound)
