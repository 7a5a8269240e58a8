"""Calls of HTTP integrations by the stand-in Gorgias: when, with what, and what becomes of the answers."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.gorgias import templating
from sandbox.gorgias.caller import retry_after
from sandbox.gorgias.records import Json
from sandbox.outgoing import Disturbance
from tests.conftest import wait_until
from tests.sandbox.conftest import Listener
from tests.sandbox.other_desk import OtherDesk


def settled(other_desk: OtherDesk) -> None:
    wait_until(other_desk.account.caller.idle)


def calls(other_desk: OtherDesk, listener: Listener, act: Any) -> list[dict[str, Any]]:
    """What the act brings, by the kind of trigger."""
    settled(other_desk)
    with listener.lock:
        listener.received.clear()
    act()
    settled(other_desk)
    return sorted(listener.events(), key=lambda one: str(one.get("event_type")))


def test_a_new_ticket_is_told_with_its_first_message(other_desk: OtherDesk, listener: Listener) -> None:
    other_desk.integration(listener.url)
    created, message = calls(other_desk, listener, other_desk.ticket)
    assert (created["event_type"], message["event_type"]) == ("ticket-created", "ticket-message-created")
    assert (created["ticket_id"], message["message_id"]) == ("1001", "5001")
    assert created["event_id"] != message["event_id"]


def test_calls_carry_the_integrations_own_headers(other_desk: OtherDesk, listener: Listener) -> None:
    other_desk.integration(listener.url)
    other_desk.ticket()
    settled(other_desk)
    headers = listener.received[0][0]
    assert (headers["x-secret"], headers["content-type"]) == ("hush", "application/json")


def test_our_own_tag_is_told_as_an_update(other_desk: OtherDesk, listener: Listener) -> None:
    ticket = other_desk.ticket()
    other_desk.integration(listener.url)
    path = f"/tickets/{ticket.id}/tags"
    (told,) = calls(other_desk, listener, lambda: other_desk.call("POST", path, {"names": ["x"]}))
    assert told == {"event_type": "ticket-updated", "event_id": "3", "ticket_id": "1001", "message_id": ""}


def test_a_change_that_changes_nothing_is_not_told(other_desk: OtherDesk, listener: Listener) -> None:
    ticket = other_desk.ticket()
    other_desk.integration(listener.url)
    same = {"priority": "normal"}
    assert calls(other_desk, listener, lambda: other_desk.call("PUT", f"/tickets/{ticket.id}", same)) == []


def test_a_reply_is_told_as_a_message_and_as_an_update(other_desk: OtherDesk, listener: Listener) -> None:
    ticket = other_desk.ticket()
    other_desk.integration(listener.url)
    path = f"/tickets/{ticket.id}/reply"
    told = calls(other_desk, listener, lambda: other_desk.control("POST", path, {"text": "Well?"}))
    assert [one["event_type"] for one in told] == ["ticket-message-created", "ticket-updated"]


@pytest.mark.parametrize(
    ("body", "trigger"),
    [
        ({"assignee_team": {"id": 211}}, "ticket-assignment-updated"),
        ({"status": "closed"}, "ticket-status-updated"),
    ],
)
def test_other_triggers_tell_what_they_are_named_after(
    other_desk: OtherDesk, listener: Listener, body: Json, trigger: str
) -> None:
    ticket = other_desk.ticket()
    other_desk.integration(listener.url, triggers={trigger: True})
    (told,) = calls(other_desk, listener, lambda: other_desk.call("PUT", f"/tickets/{ticket.id}", body))
    assert told["event_type"] == trigger


def test_every_value_is_a_text(other_desk: OtherDesk, listener: Listener) -> None:
    form = {
        "from_agent": "{{message.from_agent}}",
        "sender": "{{message.sender | tojson}}",
        "nothing": "{{ticket.assignee_user.email}}",
        "fixed": True,
        "customer": "{{ ticket.customer.name }} <{{ticket.customer.email}}>",
    }
    other_desk.integration(listener.url, form=form, triggers={"ticket-message-created": True})
    (told,) = calls(other_desk, listener, other_desk.ticket)
    assert (told["from_agent"], told["nothing"], told["fixed"]) == ("False", "", "True")
    assert json.loads(told["sender"])["email"] == "ann@example.com"
    assert told["customer"] == "Ann Moss <ann@example.com>"


def test_nothing_can_come_as_another_word(other_desk: OtherDesk, listener: Listener) -> None:
    other_desk.control("POST", "/faults", {"undefined": "None"})
    other_desk.integration(listener.url, triggers={"ticket-updated": True})
    ticket = other_desk.ticket()
    change = lambda: other_desk.call("PUT", f"/tickets/{ticket.id}", {"priority": "low"})  # noqa: E731
    assert calls(other_desk, listener, change)[0]["message_id"] == "None"


def test_the_whole_context_is_sent_if_wanted(other_desk: OtherDesk, listener: Listener) -> None:
    other_desk.integration(listener.url, form="{{context}}", triggers={"ticket-created": True})
    (told,) = calls(other_desk, listener, other_desk.ticket)
    assert (told["ticket"]["id"], told["event"]["type"]) == (1001, "ticket-created")


def test_a_form_may_come_url_encoded(other_desk: OtherDesk, listener: Listener) -> None:
    kind = "application/x-www-form-urlencoded"
    other_desk.integration(listener.url, request_content_type=kind, triggers={"ticket-created": True})
    other_desk.ticket()
    settled(other_desk)
    assert parse_qs(listener.received[0][1].decode())["event_type"] == ["ticket-created"]


def sidebar(other_desk: OtherDesk, listener: Listener) -> int:
    """A GET integration; its id."""
    url = f"{listener.url}?email={{{{ticket.customer.email}}}}&ticket_id={{{{ticket.id}}}}"
    return other_desk.integration(url, method="GET", form=None)


def test_the_sidebars_answer_is_kept_with_the_customer(other_desk: OtherDesk, listener: Listener) -> None:
    number = sidebar(other_desk, listener)
    listener.documents.append({"tier": "VIP"})
    listener.documents.append({"tier": "Concierge"})
    ticket = other_desk.ticket()
    settled(other_desk)
    held = other_desk.get(f"/customers/{ticket.customer_id}")["integrations"][str(number)]
    assert held["__integration_type__"] == "http"
    assert held["tier"] in {"VIP", "Concierge"}


def test_an_address_is_filled_in_and_encoded(other_desk: OtherDesk, listener: Listener) -> None:
    sidebar(other_desk, listener)
    other_desk.ticket(email="a+b@example.com")
    settled(other_desk)
    query = parse_qs(urlsplit(listener.paths[0]).query)
    assert query == {"email": ["a+b@example.com"], "ticket_id": ["1001"]}


def test_an_address_is_filled_in_raw_if_that_is_what_the_vendor_does(
    other_desk: OtherDesk, listener: Listener
) -> None:
    other_desk.control("POST", "/faults", {"encodes_urls": False})
    sidebar(other_desk, listener)
    other_desk.ticket(email="a+b@example.com")
    settled(other_desk)
    assert "email=a+b@example.com&" in listener.paths[0]


def test_what_is_no_answer_leaves_what_was_kept(other_desk: OtherDesk, listener: Listener) -> None:
    number = sidebar(other_desk, listener)
    listener.documents += [{"tier": "VIP"}] * 2
    ticket = other_desk.ticket()
    settled(other_desk)
    listener.answers += [(500, {})]
    listener.documents.append({"tier": "wrong"})
    other_desk.call("PUT", f"/tickets/{ticket.id}", {"priority": "low"})
    settled(other_desk)
    held = other_desk.account.customers[ticket.customer_id].integrations[str(number)]
    assert held["tier"] == "VIP"


def test_a_duplicate_is_the_same_call_again(other_desk: OtherDesk, listener: Listener) -> None:
    other_desk.account.caller.disturbance = Disturbance(duplicate=True)
    other_desk.integration(listener.url, triggers={"ticket-created": True})
    other_desk.ticket()
    settled(other_desk)
    assert listener.received[0] == listener.received[1]


@pytest.mark.parametrize(
    ("outcome", "tries", "seconds"),
    [("timeout", 1, 2.0), ("timeout", 3, None), ("answered", 1, None), ("broken", 1, None)],
)
def test_only_what_timed_out_is_tried_again(outcome: str, tries: int, seconds: float | None) -> None:
    assert retry_after(outcome, tries, 2.0) == seconds


def test_a_refusal_is_not_tried_again(other_desk: OtherDesk, listener: Listener) -> None:
    listener.answers.append((503, {"Retry-After": "1"}))
    other_desk.integration(listener.url, triggers={"ticket-created": True})
    other_desk.ticket()
    settled(other_desk)
    states = [one["state"] for one in other_desk.control("GET", "/webhooks")["deliveries"]]
    assert (states, len(listener.received)) == (["failed"], 1)


def test_failures_in_a_row_switch_an_integration_off_until_it_is_woken(
    other_desk: OtherDesk, listener: Listener
) -> None:
    other_desk.control("POST", "/faults", {"most_failures": 3})
    number = other_desk.integration(listener.url, triggers={"ticket-created": True})
    listener.answers += [(500, {}), (500, {}), (200, {}), (500, {}), (500, {}), (500, {})]
    asleep = []
    for _ in range(6):
        other_desk.ticket()
        settled(other_desk)
        asleep.append(other_desk.account.integrations[number].deactivated_at is not None)
    assert asleep == [False] * 5 + [True]
    assert calls(other_desk, listener, other_desk.ticket) == []
    wake = {"name": "Events", "deactivated_datetime": None}
    assert other_desk.call("PUT", f"/integrations/{number}", wake)["deactivated_datetime"] is None
    assert len(calls(other_desk, listener, other_desk.ticket)) == 1


def test_headers_are_never_shown_and_stay_when_not_named(other_desk: OtherDesk, listener: Listener) -> None:
    number = other_desk.integration(listener.url, triggers={"ticket-created": True})
    changed = other_desk.call(
        "PUT", f"/integrations/{number}", {"name": "New", "http": {"url": listener.url}}
    )
    assert not {"headers", "hmac_secret"} & changed["http"].keys()
    calls(other_desk, listener, other_desk.ticket)
    assert listener.received[0][0]["x-secret"] == "hush"


@pytest.mark.parametrize(
    "http",
    [
        {"url": "nowhere"},
        {"method": "FETCH"},
        {"triggers": {"ticket_created": True}},
        {"request_content_type": "text/xml"},
        {"colour": "red"},
    ],
)
def test_an_integration_that_makes_no_sense_is_refused(other_desk: OtherDesk, http: Json) -> None:
    settings = {"url": "https://a.example", "method": "POST", "triggers": {}, **http}
    body = {"name": "Events", "type": "http", "http": settings}
    assert other_desk.status("POST", "/integrations", body) == 400
    assert other_desk.account.integrations == {}


def test_an_integration_that_a_widget_shows_is_not_deleted(other_desk: OtherDesk, listener: Listener) -> None:
    number = other_desk.integration(listener.url)
    body = {"type": "http", "integration_id": number, "template": {"type": "wrapper", "widgets": []}}
    widget = other_desk.call("POST", "/widgets", body)["id"]
    statuses = [
        other_desk.status("DELETE", path)
        for path in (f"/integrations/{number}", f"/widgets/{widget}", f"/integrations/{number}")
    ]
    assert statuses == [400, 204, 204]


def test_a_forgery_has_not_the_secret(other_desk: OtherDesk, listener: Listener) -> None:
    ticket = other_desk.ticket()
    other_desk.integration(listener.url)
    calls(other_desk, listener, lambda: other_desk.control("POST", "/faults", {"forge": ticket.id}))
    assert listener.received[0][0]["x-secret"] != "hush"


def test_a_snooze_that_ended_is_told(other_desk: OtherDesk, listener: Listener) -> None:
    ticket = other_desk.ticket()
    other_desk.integration(listener.url, triggers={"ticket-self-unsnoozed": True})
    path, body = f"/tickets/{ticket.id}/trigger", {"trigger": "ticket-self-unsnoozed"}
    (told,) = calls(other_desk, listener, lambda: other_desk.control("POST", path, body))
    assert told["ticket_id"] == str(ticket.id)


def test_what_was_sent_can_be_read_and_sent_again(other_desk: OtherDesk, listener: Listener) -> None:
    other_desk.integration(listener.url, triggers={"ticket-created": True})
    other_desk.ticket()
    settled(other_desk)
    (sent,) = other_desk.control("GET", "/webhooks?state=delivered")["deliveries"]
    other_desk.control("POST", f"/webhooks/{sent['number']}/again")
    settled(other_desk)
    assert (sent["type"], sent["ticket"]) == ("ticket-created", "1001")
    assert listener.received[0] == listener.received[1]


@given(st.text(max_size=40), st.text(max_size=10))
def test_what_is_no_template_stays_as_it_is(text: str, value: str) -> None:
    if "{{" not in text:
        assert templating.text(text, {"a": value}) == text
        assert templating.text(text + "{{ a }}", {"a": value}) == text + value
