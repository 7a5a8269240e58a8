"""Webhooks that cannot be read are told by the field."""

import json
from typing import Any

import pytest

from plugin.helpdesks.zendesk.parse import event_id, parse
from plugin.helpdesks.zendesk.webhook import SUBSCRIPTIONS
from plugin.ports import Hint, Unreadable

ENVELOPE = {
    "id": "cbe4028c",
    "type": "zen:event-type:ticket.created",
    "detail": {"id": "5158"},
}
INVOCATION = {"X-Zendesk-Webhook-Invocation-Id": "01KDZX"}


def body(**changes: Any) -> bytes:
    return json.dumps(ENVELOPE | changes).encode()


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"detail": {"id": None}}, "detail.id"),
        ({"detail": {"id": ""}}, "detail.id"),
        ({"detail": {"id": "0"}}, "detail.id"),
        ({"detail": {"id": "-1"}}, "detail.id"),
        ({"detail": {"id": "five"}}, "detail.id"),
        ({"detail": {"id": True}}, "detail.id"),
        ({"detail": {"id": 5158.0}}, "detail.id"),
        ({"detail": {"id": ["5158"]}}, "detail.id"),
        ({"detail": {"id": "5158\x00"}}, "detail.id"),
        ({"detail": {"id": "9" * 40}}, "detail.id"),
        ({"detail": {}}, "detail.id"),
        ({"detail": None}, "detail"),
        ({"detail": "5158"}, "detail"),
        ({"type": None}, "type"),
        ({"type": 7}, "type"),
        ({"type": ""}, "type"),
        ({"type": "zen:event-type:"}, "type"),
        ({"type": "zen:event-type:ticket.cre\x00ated"}, "type"),
        ({"type": "zen:event-type:ticket.\ud83d"}, "type"),
        ({"id": 7}, "id"),
        ({"id": "a\x00b"}, "id"),
        ({"kind": "trigger", "ticket_id": "soon"}, "ticket_id"),
        ({"kind": "trigger"}, "ticket_id"),
    ],
)
def test_what_cannot_be_read_is_named(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(Unreadable) as raised:
        parse({}, body(**changes))
    assert raised.value.path == path


@pytest.mark.parametrize("changes", [{"description": "NUL \x00"}, {"subject": "half \ud83d"}, {"via": 7}])
def test_what_is_not_looked_at_may_be_anything(changes: dict[str, Any]) -> None:
    detail = {"id": "5158", **changes}
    assert parse({}, body(detail=detail)).resource == "ticket:5158"


def test_a_number_with_thousands_of_digits_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="number too long"):
        parse({}, b'{"id": ' + b"9" * 5000 + b"}")


@pytest.mark.parametrize("subscription", SUBSCRIPTIONS)
def test_every_event_that_is_subscribed_points_to_its_ticket(subscription: str) -> None:
    hint = parse({}, body(type=subscription))
    assert hint == Hint(subscription.removeprefix("zen:event-type:"), "ticket:5158", "cbe4028c")


def test_an_event_without_an_id_goes_by_its_invocation() -> None:
    assert parse(INVOCATION, body(id=None)).event_id == "01KDZX"


def test_an_unreadable_event_has_its_id_all_the_same() -> None:
    assert event_id(INVOCATION, body(detail=None)) == "cbe4028c"


def test_bytes_that_are_no_event_go_by_their_invocation() -> None:
    assert event_id(INVOCATION, b"\xff") == "01KDZX"


def test_an_event_with_no_id_at_all_has_none() -> None:
    assert event_id({}, b"{}") is None
