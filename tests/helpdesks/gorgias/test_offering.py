"""Offering reason codes when the settings change: what is missing is added, what is there stays."""

from collections.abc import Mapping
from typing import Any

import pytest

from plugin.domain.effects import offer_reason_codes
from plugin.helpdesks.gorgias.perform import perform
from plugin.ports import NotFound, PermanentError
from tests.helpdesks.gorgias.account import (
    CODES,
    CONTACT,
    OURS,
    Account,
    contact_reason,
    drop_down,
    gorgias_connection,
)


def account(*fields: dict[str, Any], **options: Any) -> Account:
    made = Account(gorgias_connection(options={"reason_field": str(OURS), **options}))
    for one in fields:
        made.add_field(one)
    return made


def offer(found: Account, codes: Mapping[str, str] = CODES) -> None:
    perform(found, [offer_reason_codes(codes)], None, look_first=False)


def test_missing_choices_are_added_behind_those_that_are_there() -> None:
    found = account(drop_down("House style", "Product::Defect"))
    offer(found)
    assert found.choices() == ["House style", "Product::Defect", "Shipping::Lost parcel"]


def test_all_else_about_the_field_stays() -> None:
    before = drop_down("House style", description="of the house", required=True, priority=7)
    found = account(dict(before))
    offer(found)
    now = found.fields[str(OURS)]
    changed = {name for name in now if now[name] != before.get(name)}
    assert changed == {"definition"}


def test_a_field_that_offers_all_is_left_alone() -> None:
    found = account(drop_down("Product::Defect", "Shipping::Lost parcel"))
    offer(found)
    assert found.sent == []


def test_a_code_that_a_choice_of_the_merchants_stands_for_is_not_offered_again() -> None:
    found = account(drop_down("Product::Defect"), contact_choices={"shipping.lost": "Parcel gone"})
    offer(found)
    assert found.sent == []


def test_where_the_merchants_own_field_says_all_nothing_is_looked_at() -> None:
    found = account(contact_choices={code: code for code in CODES})
    offer(found)
    assert found.calls == []


def test_of_two_sets_of_codes_the_later_counts() -> None:
    found = account(drop_down("Product::Defect"))
    effects = [offer_reason_codes({"a": "A"}), offer_reason_codes(CODES)]
    perform(found, effects, None, look_first=False)
    assert found.choices() == ["Product::Defect", "Shipping::Lost parcel"]


@pytest.mark.parametrize(
    "fields", [(), (contact_reason("Product::Defect", id=OURS),)], ids=["gone", "the merchant's own"]
)
def test_where_there_is_no_field_of_ours_connecting_again_makes_one(
    fields: tuple[dict[str, Any], ...],
) -> None:
    found = account(*fields)
    with pytest.raises(PermanentError, match="connect gorgias --account acme` again") as raised:
        offer(found)
    assert not isinstance(raised.value, NotFound)


def test_the_merchants_own_field_is_not_touched() -> None:
    theirs = contact_reason("Product::Defect")
    found = account(theirs, drop_down("Product::Defect"), contact_field=str(CONTACT))
    offer(found)
    assert found.choices(CONTACT) == ["Product::Defect"]
