"""Between reason codes and the options of a field, there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.helpdesks.zendesk.fields import Part
from plugin.helpdesks.zendesk.reasons import code_of, field_value, value_of
from plugin.reason_data import default_tree
from tests.helpdesks.zendesk.account import zendesk_connection

CODES = [code.code for code in default_tree()]


@given(
    own=st.dictionaries(st.sampled_from(CODES), st.uuids().map(str), max_size=5), code=st.sampled_from(CODES)
)
def test_every_code_comes_back_from_its_option(own: dict[str, str], code: str) -> None:
    connection = zendesk_connection(options={"codes": CODES, "option_values": own})
    assert code_of(connection, value_of(connection, code)) == code


def test_an_option_of_a_code_that_the_tenant_does_not_know_is_none_of_ours() -> None:
    assert code_of(zendesk_connection(options={"codes": ["a.b_c"]}), "mgn_a_b") is None


def test_dots_and_underscores_are_told_apart_by_the_tenants_list() -> None:
    assert code_of(zendesk_connection(options={"codes": ["a.b_c"]}), "mgn_a_b_c") == "a.b_c"


def test_before_any_codes_are_known_no_option_is_ours() -> None:
    assert code_of(zendesk_connection(), "mgn_a_b") is None


@pytest.mark.parametrize("empty", [None, "", []])
def test_an_empty_field_holds_nothing(empty: object) -> None:
    assert field_value(Part({"custom_fields": [{"id": 9, "value": empty}]}), "9") is None


@pytest.mark.parametrize("fields", [None, [], [{"id": 8, "value": "x"}]])
def test_a_ticket_without_the_field_holds_nothing(fields: object) -> None:
    assert field_value(Part({"custom_fields": fields}), "9") is None


def test_without_a_field_nothing_is_held() -> None:
    assert field_value(Part({"custom_fields": [{"id": 9, "value": "x"}]}), None) is None
