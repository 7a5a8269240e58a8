"""Calls of our integration: every value is a text, and what cannot be read is told by the field."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.helpdesks.gorgias.parse import event_id, parse
from plugin.ports import Hint, Unreadable

CALL = {
    "event_type": "ticket-created",
    "event_id": "777",
    "ticket_id": "1001",
    "message_id": "5001",
}
AS_FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
AS_JSON = {"content-type": "application/json"}


def body(**changes: Any) -> bytes:
    return json.dumps(CALL | changes).encode()


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"ticket_id": None}, "ticket_id"),
        ({"ticket_id": ""}, "ticket_id"),
        ({"ticket_id": "None"}, "ticket_id"),
        ({"ticket_id": "null"}, "ticket_id"),
        ({"ticket_id": "{{ticket.id}}"}, "ticket_id"),
        ({"ticket_id": "0"}, "ticket_id"),
        ({"ticket_id": "-1"}, "ticket_id"),
        ({"ticket_id": "1001 "}, "ticket_id"),
        ({"ticket_id": True}, "ticket_id"),
        ({"ticket_id": 1001.0}, "ticket_id"),
        ({"ticket_id": ["1001"]}, "ticket_id"),
        ({"ticket_id": "1001\x00"}, "ticket_id"),
        ({"event_type": 7}, "event_type"),
        ({"event_type": ["ticket-created"]}, "event_type"),
        ({"event_id": 7.5}, "event_id"),
        ({"event_id": {"id": 7}}, "event_id"),
        ({"event_id": "a\x00b"}, "event_id"),
        ({"event_id": "\ud83d"}, "event_id"),
    ],
)
def test_what_cannot_be_read_is_named(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(Unreadable) as raised:
        parse(AS_JSON, body(**changes))
    assert raised.value.path == path


@pytest.mark.parametrize(
    "changes", [{"message_id": ["NUL \x00"]}, {"tags": '[{"id": 7'}, {"from_agent": "True"}, {"more": None}]
)
def test_what_is_not_looked_at_may_be_anything(changes: dict[str, Any]) -> None:
    assert parse(AS_JSON, body(**changes)) == Hint("ticket-created", "ticket:1001", "777")


@pytest.mark.parametrize("headers", [AS_JSON, {}, {"Content-Type": "text/plain"}])
def test_json_is_read_whatever_the_header_calls_it(headers: dict[str, str]) -> None:
    assert parse(headers, body()).resource == "ticket:1001"


def test_a_form_is_read_where_the_header_says_that_it_is_one() -> None:
    assert parse(AS_FORM, urlencode(CALL).encode()) == Hint("ticket-created", "ticket:1001", "777")


def test_a_form_with_a_blank_event_id_has_none() -> None:
    assert event_id(AS_FORM, urlencode(CALL | {"event_id": ""}).encode()) is None


def test_a_form_of_endless_fields_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="more than 200 fields"):
        parse(AS_FORM, b"&".join(b"a=1" for _ in range(300)))


@given(sent=st.binary(max_size=200))
def test_arbitrary_bytes_as_a_form_are_a_hint_or_unreadable(sent: bytes) -> None:
    event_id(AS_FORM, sent)
    try:
        parse(AS_FORM, sent)
    except Unreadable as reason:
        assert reason.path in {"", "ticket_id", "event_id", "event_type"}


def test_an_unreadable_call_has_its_id_all_the_same() -> None:
    assert event_id(AS_JSON, body(ticket_id=None)) == "777"


@pytest.mark.parametrize("sent", [b"\xff", b"[]", b"null", b'"777"', b"{}"])
def test_a_call_with_no_id_has_none(sent: bytes) -> None:
    assert event_id(AS_JSON, sent) is None


@pytest.mark.parametrize("sent", ["", " ", "None", "null", "{{event.id}}", "{{ event.id }}", None, 0])
def test_what_no_template_filled_in_is_no_id(sent: Any) -> None:
    assert event_id(AS_JSON, body(event_id=sent)) is None
