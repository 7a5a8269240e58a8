"""Between codes and choices: each code has one place, and what is read back is the code that was written."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plugin.documents import Part
from plugin.helpdesks.gorgias.reasons import (
    Place,
    code_of,
    field_ids,
    held_by_fields,
    own_choices,
    place_of,
)
from plugin.ports import Connection, PermanentError
from tests.helpdesks.gorgias.account import CODES, gorgias_connection

NAMES = st.text(st.sampled_from("ab–: ()"), min_size=1, max_size=8).map(lambda name: f"N{name}")
TREES = st.dictionaries(st.from_regex(r"[a-z]{1,3}(\.[a-z]{1,3})?", fullmatch=True), NAMES, max_size=6)


def held(codes: Mapping[str, str] = CODES, **options: Any) -> Connection:
    return gorgias_connection(options={"reason_field": "61", "codes": codes, **options})


@given(TREES)
@example({"a": "N", "x": "N (b)", "b": "N"})
def test_no_two_codes_share_a_choice(codes: Mapping[str, str]) -> None:
    choices = own_choices(codes)
    assert len(set(choices.values())) == len(codes)


@given(TREES, st.data())
def test_what_is_written_is_read_back_as_the_code(codes: Mapping[str, str], data: st.DataObject) -> None:
    mapped = data.draw(st.sets(st.sampled_from(sorted(codes)))) if codes else set()
    theirs = {code: f"their {number}" for number, code in enumerate(sorted(mapped))}
    connection = held(codes, contact_field="55", contact_choices=theirs)
    for code in codes:
        place = place_of(connection, code)
        assert (code_of(connection, place.value), place.field_id) == (code, "55" if code in mapped else "61")


@pytest.mark.parametrize("value", ["PRODUCT – DEFECT", "product defect", "Product::Defect"])
def test_a_name_is_the_code_however_it_is_written(value: str) -> None:
    assert code_of(held(), value) == "product.defect"


@pytest.mark.parametrize("value", [None, "House style", ""])
def test_what_is_no_code_is_none(value: str | None) -> None:
    assert code_of(held(), value) is None


def test_a_choice_of_a_code_that_the_tenant_has_no_more_is_no_code() -> None:
    connection = held({}, contact_choices={"product.defect": "Kaputt"})
    assert code_of(connection, "Kaputt") is None


def test_a_code_that_the_tenant_has_no_more_has_no_place() -> None:
    with pytest.raises(PermanentError, match=r"product\.defect is none of this tenant's"):
        place_of(held({}), "product.defect")


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ({}, ("61",)),
        ({"contact_field": "55"}, ("55", "61")),
        ({"contact_field": "61"}, ("61",)),
        ({"reason_field": None}, ()),
        ({"reason_field": "²", "contact_field": "x"}, ()),
        ({"codes": None, "contact_choices": [], "own_choices": "x"}, ("61",)),
    ],
)
def test_the_fields_that_are_looked_at(options: dict[str, Any], ids: tuple[str, ...]) -> None:
    assert field_ids(held(**options)) == ids


@pytest.mark.parametrize("options", [{"codes": None}, {"codes": "x"}, {"contact_choices": []}])
def test_options_that_are_not_there_yet_stand_for_nothing(options: dict[str, Any]) -> None:
    assert code_of(held(**options), "House style") is None


@pytest.mark.parametrize(
    "prediction",
    [None, "", {}, {"predicted": "Another"}, {"confirmed": True, "predicted": "Kaputt"}, 0.9, ["Kaputt"]],
    ids=str,
)
def test_a_value_that_is_not_just_foretold_is_somebodys(prediction: Any) -> None:
    fields = Part({"61": {"id": 61, "value": "Kaputt", "prediction": prediction}})
    assert held_by_fields(held(), Part({"tags": []}), fields) == (Place("61", "Kaputt"),)


@pytest.mark.parametrize("prediction", ["Kaputt", {"predicted": "Kaputt"}, {"value": "Kaputt"}], ids=str)
def test_a_value_that_is_just_foretold_is_nobodys(prediction: Any) -> None:
    fields = Part({"61": {"id": 61, "value": "Kaputt", "prediction": prediction}})
    assert held_by_fields(held(), Part({"tags": []}), fields) == ()


@pytest.mark.parametrize("value", [None, "", []])
def test_an_empty_field_holds_nothing(value: Any) -> None:
    fields = Part({"61": {"id": 61, "value": value, "prediction": None}})
    assert held_by_fields(held(), Part({}), fields) == ()


@pytest.mark.parametrize(("value", "text"), [(7, "7"), (True, "True"), (7.5, "7.5")])
def test_a_field_of_another_kind_holds_a_text_all_the_same(value: Any, text: str) -> None:
    fields = Part({"61": {"id": 61, "value": value}})
    assert held_by_fields(held(), Part({}), fields) == (Place("61", text),)
