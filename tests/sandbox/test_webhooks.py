"""Webhooks of the stand-in: what they carry, how they are signed, and when they are sent again."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import requests

from sandbox.outgoing import Disturbance
from sandbox.server import Handle
from sandbox.zendesk.records import Json
from sandbox.zendesk.webhooks import retry_after, sign
from tests.conftest import wait_until
from tests.sandbox.conftest import Desk, Listener

TEST_SECRET = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="
"""The vendor's published secret of the builder's test button."""
TYPES = (
    *("created", "comment_added", "status_changed", "priority_changed", "tags_changed", "subject_changed"),
    *("custom_field_changed", "group_assignment_changed", "agent_assignment_changed", "soft_deleted"),
)


def hook(desk: Desk, listener: Listener, *types: str) -> str:
    """A webhook that listens to these; its id."""
    body = {
        "name": "Marginalia",
        "endpoint": listener.url,
        "http_method": "POST",
        "request_format": "json",
        "status": "active",
        "subscriptions": [f"zen:event-type:ticket.{one}" for one in types or TYPES],
    }
    made: str = desk.call("POST", "/webhooks", {"webhook": body}).json["webhook"]["id"]
    return made


def settled(desk: Desk) -> None:
    wait_until(desk.account.dispatcher.idle)


@pytest.mark.parametrize(
    ("timestamp", "body", "signature"),
    [
        (
            "2021-03-25T05:09:27Z",
            b'{"event":"ticket.updated","id":123}',
            "S/RDdU2ERmj7LHDDoWJ2onPYH+t7/f2+LTM4dL7UiLM=",
        ),
        ("2026-01-02T03:04:05Z", b'{"id":"1"}', "mKQNX/8hrDch36MEPNxmVbwEXmvHBJmt9E3RVOVOk5g="),
        ("2026-01-02T03:04:05Z", b"", "1xsiPKGHFyXedEmvxNaOg4VQ2U4XjHcPMETpJymjCkg="),
    ],
)
def test_signatures_are_the_vendors(timestamp: str, body: bytes, signature: str) -> None:
    assert sign(TEST_SECRET, timestamp, body) == signature


def test_a_new_ticket_is_told_with_the_vendors_headers(desk: Desk, listener: Listener) -> None:
    made = hook(desk, listener)
    desk.ticket()
    settled(desk)
    headers = listener.received[0][0]
    assert headers["x-zendesk-webhook-id"] == made
    assert headers["x-zendesk-account-id"] == str(desk.account.id)
    assert {"x-zendesk-webhook-invocation-id", "x-zendesk-webhook-signature-timestamp"} <= headers.keys()


def test_what_is_sent_is_signed_with_the_webhooks_secret(desk: Desk, listener: Listener) -> None:
    secret = desk.get(f"/webhooks/{hook(desk, listener)}/signing_secret")["signing_secret"]["secret"]
    desk.ticket("قرار بود برسد")
    settled(desk)
    headers, body = listener.received[0]
    timestamp = headers["x-zendesk-webhook-signature-timestamp"]
    assert headers["x-zendesk-webhook-signature"] == sign(secret, timestamp, body)


def created(desk: Desk, listener: Listener) -> Json:
    hook(desk, listener)
    desk.ticket()
    settled(desk)
    return listener.events()[0]


def test_an_event_names_its_ticket_as_text(desk: Desk, listener: Listener) -> None:
    event = created(desk, listener)
    assert (event["type"], event["subject"]) == ("zen:event-type:ticket.created", "zen:ticket:1")
    assert event["detail"]["id"] == "1"


def test_states_are_upper_case_and_what_is_unset_is_odd(desk: Desk, listener: Listener) -> None:
    detail = created(desk, listener)["detail"]
    seen = (detail["status"], detail["assignee_id"], detail["organization_id"], detail["priority"])
    assert seen == ("NEW", "0", "", None)


def test_an_event_tells_its_time_with_nine_digits(desk: Desk, listener: Listener) -> None:
    assert re.fullmatch(r"2026-11-23T12:00:00\.\d{9}Z", created(desk, listener)["time"])


def test_an_event_carries_no_address_of_the_customer(desk: Desk, listener: Listener) -> None:
    created(desk, listener)
    assert b"ann@example.com" not in listener.received[0][1]


def test_the_actor_of_our_own_write_is_our_own_user(desk: Desk, listener: Listener) -> None:
    ticket = desk.ticket()
    hook(desk, listener)
    desk.update(ticket, tags=["x"])
    settled(desk)
    detail = listener.events()[0]["detail"]
    assert detail["actor_id"] == str(desk.get("/users/me")["user"]["id"])
    assert detail["via"] == {"channel": "web_service"}


def changed_by(desk: Desk, listener: Listener, kind: str, **body: Any) -> Json:
    """What is the event's own after this update."""
    ticket = desk.ticket()
    hook(desk, listener, kind)
    assert desk.update(ticket, **body).status_code == 200
    settled(desk)
    own: Json = listener.events()[0]["event"]
    return {name: value for name, value in own.items() if name != "meta"}


def test_tags_are_told_as_added_and_removed(desk: Desk, listener: Listener) -> None:
    own = changed_by(desk, listener, "tags_changed", tags=["vip"])
    assert own == {"tags_added": ["vip"], "tags_removed": []}


def test_a_status_is_told_before_and_after_in_upper_case(desk: Desk, listener: Listener) -> None:
    own = changed_by(desk, listener, "status_changed", status="pending")
    assert own == {"current": "PENDING", "previous": "NEW"}


def test_a_group_is_told_as_text(desk: Desk, listener: Listener) -> None:
    own = changed_by(desk, listener, "group_assignment_changed", group_id=211)
    assert own == {"current": "211", "previous": "0"}


def test_a_custom_field_is_told_with_its_title(desk: Desk, listener: Listener) -> None:
    reason = desk.reason_field()
    values = [{"id": reason.id, "value": "mgn_wismo"}]
    own = changed_by(desk, listener, "custom_field_changed", custom_fields=values)
    about = {"id": str(reason.id), "title": "Reason code", "type": "tagger"}
    assert own == {"custom_field": about, "current": {"value": "mgn_wismo"}, "previous": {"value": None}}


def test_a_comment_is_told_with_its_author(desk: Desk, listener: Listener) -> None:
    comment = changed_by(desk, listener, "comment_added", comment={"body": "Hello", "public": False})[
        "comment"
    ]
    assert (comment["body"], comment["is_public"], comment["author"]["is_staff"]) == ("Hello", False, True)


def test_the_events_of_one_action_share_their_sequence(desk: Desk, listener: Listener) -> None:
    ticket, reason = desk.ticket(), desk.reason_field()
    hook(desk, listener)
    desk.update(ticket, priority="high", custom_fields=[{"id": reason.id, "value": "mgn_wismo"}])
    settled(desk)
    sequences = [one["event"]["meta"]["sequence"] for one in listener.events()]
    assert len({one["id"] for one in sequences}) == 1
    assert sorted(one["position"] for one in sequences) == [1, 2, 3]


def test_only_what_is_subscribed_to_is_sent(desk: Desk, listener: Listener) -> None:
    hook(desk, listener, "tags_changed")
    desk.update(desk.ticket(), priority="high", tags=["x"])
    settled(desk)
    assert [one["type"] for one in listener.events()] == ["zen:event-type:ticket.tags_changed"]


def test_an_inactive_webhook_is_silent(desk: Desk, listener: Listener) -> None:
    made = hook(desk, listener)
    desk.call("PATCH", f"/webhooks/{made}", {"webhook": {"status": "inactive"}})
    desk.ticket()
    assert desk.account.dispatcher.deliveries() == []


def test_an_update_that_changes_nothing_tells_nobody(desk: Desk, listener: Listener) -> None:
    ticket = desk.ticket()
    hook(desk, listener)
    desk.update(ticket, status="new")
    assert desk.account.dispatcher.deliveries() == []


@pytest.mark.parametrize(
    ("refusal", "tries"),
    [
        ((409, {}), 4),
        ((503, {"Retry-After": "0"}), 6),
        ((429, {"Retry-After": "0"}), 6),
        ((503, {}), 1),
        ((503, {"Retry-After": "60"}), 1),
        ((500, {}), 1),
        ((401, {}), 1),
        ((302, {"Location": "/"}), 1),
    ],
)
def test_a_refused_webhook_is_tried_as_often_as_the_vendor_does(
    desk: Desk, listener: Listener, refusal: tuple[int, dict[str, str]], tries: int
) -> None:
    desk.account.dispatcher.pause = 0.001
    listener.answers = [refusal] * 20
    hook(desk, listener)
    desk.ticket()
    settled(desk)
    assert (len(listener.received), desk.account.dispatcher.deliveries()[0].state) == (tries, "failed")


def test_a_retry_is_the_same_request_again(desk: Desk, listener: Listener) -> None:
    desk.account.dispatcher.pause = 0.001
    listener.answers = [(409, {})]
    hook(desk, listener)
    desk.ticket()
    settled(desk)
    first, second = listener.received
    assert first == second
    assert desk.account.dispatcher.deliveries()[0].state == "delivered"


def test_a_webhook_that_is_not_answered_in_time_is_tried_five_times_more() -> None:
    waits = [retry_after(None, "timeout", None, tries, 1.0) for tries in range(1, 7)]
    assert waits == [1, 2, 3, 4, 5, None]


def test_a_webhook_to_nobody_is_lost(desk: Desk, listener: Listener) -> None:
    listener.url = "http://127.0.0.1:1/hook"
    hook(desk, listener)
    desk.ticket()
    settled(desk)
    delivery = desk.account.dispatcher.deliveries()[0]
    assert (delivery.state, delivery.attempts[0].outcome, len(delivery.attempts)) == ("failed", "broken", 1)


def test_webhooks_can_come_twice(desk: Desk, listener: Listener) -> None:
    desk.account.dispatcher.disturbance = Disturbance(duplicate=True)
    hook(desk, listener)
    desk.ticket()
    settled(desk)
    assert len(listener.received) == 2
    assert listener.received[0] == listener.received[1]


def test_webhooks_can_come_in_any_order(desk: Desk, listener: Listener) -> None:
    desk.account.dispatcher.disturbance = Disturbance(spread=0.2)
    hook(desk, listener)
    for _ in range(20):
        desk.ticket()
    settled(desk)
    seen = [int(one["detail"]["id"]) for one in listener.events()]
    assert sorted(seen) == list(range(1, 21)) != seen


def test_a_forged_webhook_is_signed_with_another_secret(desk: Desk, listener: Listener) -> None:
    ticket = desk.ticket()
    secret = desk.get(f"/webhooks/{hook(desk, listener)}/signing_secret")["signing_secret"]["secret"]
    desk.plain("POST", "/_sandbox/faults", json={"forge": ticket.id})
    settled(desk)
    headers, body = listener.received[0]
    timestamp = headers["x-zendesk-webhook-signature-timestamp"]
    assert headers["x-zendesk-webhook-signature"] != sign(secret, timestamp, body)


def test_a_delivery_can_be_sent_again_byte_for_byte(desk: Desk, listener: Listener) -> None:
    hook(desk, listener)
    desk.ticket()
    settled(desk)
    desk.plain("POST", "/_sandbox/webhooks/1/again")
    settled(desk)
    assert listener.received[0] == listener.received[1]


# ------------------------------------------------------------------------------------ faults on the wire


@pytest.fixture
def call(served: Handle) -> Callable[..., requests.Response]:
    def made(method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Authorization": "Bearer test-token"}
        return requests.request(method, served.url + path, headers=headers, timeout=5, **more)

    return made


def test_the_next_calls_fail_and_then_all_is_well(call: Callable[..., requests.Response]) -> None:
    call("POST", "/_sandbox/faults", json={"api": [{"kind": "status", "times": 2, "retry_after": "7"}]})
    answers = [call("GET", "/api/v2/users/me") for _ in range(3)]
    assert [one.status_code for one in answers] == [503, 503, 200]
    assert answers[0].headers["Retry-After"] == "7"


def test_a_fault_befalls_only_the_calls_that_are_meant(call: Callable[..., requests.Response]) -> None:
    call("POST", "/_sandbox/faults", json={"api": [{"kind": "status", "method": "PUT", "path": "/tickets/"}]})
    assert call("GET", "/api/v2/users/me").status_code == 200


def test_a_connection_can_break_off_after_the_call_was_carried_out(
    served: Handle, call: Callable[..., requests.Response]
) -> None:
    call("POST", "/_sandbox/tickets", json={"subject": "x", "text": "y"})
    call("POST", "/_sandbox/faults", json={"api": [{"kind": "drop", "when": "after"}]})
    with pytest.raises(requests.ConnectionError):
        call("PUT", "/api/v2/tickets/1", json={"ticket": {"tags": ["done"]}})
    assert served.account.tickets[1].tags == ("done",)


def test_a_connection_can_break_off_before_the_call_is_carried_out(
    served: Handle, call: Callable[..., requests.Response]
) -> None:
    call("POST", "/_sandbox/tickets", json={"subject": "x", "text": "y"})
    call("POST", "/_sandbox/faults", json={"api": [{"kind": "drop"}]})
    with pytest.raises(requests.ConnectionError):
        call("PUT", "/api/v2/tickets/1", json={"ticket": {"tags": ["done"]}})
    assert served.account.tickets[1].tags == ()


def test_a_call_can_hang_and_is_answered_in_the_end(call: Callable[..., requests.Response]) -> None:
    call("POST", "/_sandbox/faults", json={"api": [{"kind": "hang", "seconds": 0.3, "when": "after"}]})
    answer = call("GET", "/api/v2/users/me")
    assert (answer.status_code, answer.elapsed.total_seconds() >= 0.3) == (200, True)


def test_faults_are_taken_back(call: Callable[..., requests.Response]) -> None:
    call("POST", "/_sandbox/faults", json={"api": [{"kind": "status", "times": 9}]})
    call("DELETE", "/_sandbox/faults")
    assert call("GET", "/api/v2/users/me").status_code == 200


def test_a_fault_that_there_is_none_of_is_refused(call: Callable[..., requests.Response]) -> None:
    answer = call("POST", "/_sandbox/faults", json={"api": [{"kind": "fire"}]})
    assert answer.status_code == 400
