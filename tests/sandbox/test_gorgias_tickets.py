"""Tickets of the stand-in Gorgias: what its API reads and writes, and what it refuses."""

from typing import Any

import pytest

from sandbox.gorgias.records import Json
from tests.sandbox.other_desk import CONTACT, OtherDesk

NOTE: Json = {
    "channel": "internal-note",
    "via": "api",
    "from_agent": True,
    "public": False,
    "body_text": "Looked into it.",
    "sender": {"email": "ana@shop.example"},
}
REPLY: Json = {
    "channel": "email",
    "via": "api",
    "from_agent": True,
    "body_text": "It is on its way.",
    "sender": {"email": "ana@shop.example"},
    "receiver": {"id": 1},
    "source": {
        "type": "email",
        "from": {"address": "help@shop.example"},
        "to": [{"address": "ann@example.com"}],
    },
}


def test_a_ticket_shows_who_asks_and_nobody_assigned(other_desk: OtherDesk) -> None:
    found = other_desk.get(f"/tickets/{other_desk.ticket().id}")
    assert (found["customer"]["email"], found["assignee_user"], found["assignee_team"]) == (
        "ann@example.com",
        None,
        None,
    )
    assert (found["status"], found["priority"]) == ("open", "normal")


def test_custom_fields_come_only_when_asked_for(other_desk: OtherDesk) -> None:
    path = f"/tickets/{other_desk.ticket().id}"
    assert "custom_fields" not in other_desk.get(path)
    assert other_desk.get(f"{path}?relationships=custom_fields")["custom_fields"] == {}


def test_instants_have_microseconds_and_a_zone(other_desk: OtherDesk) -> None:
    found = other_desk.get(f"/tickets/{other_desk.ticket().id}")
    assert found["created_datetime"] == "2026-11-23T12:00:00.000000+00:00"


def test_an_update_changes_what_it_names_and_the_rest_stays(other_desk: OtherDesk) -> None:
    ticket = other_desk.ticket()
    other_desk.call("PUT", f"/tickets/{ticket.id}", {"priority": "critical", "assignee_team": {"id": 211}})
    other_desk.call("PUT", f"/tickets/{ticket.id}", {"assignee_user": {"id": 94}})
    now = other_desk.now(ticket)
    assert (now.priority, now.team_id, now.user_id, now.status) == ("critical", 211, 94, "open")


def test_nobody_has_a_ticket_any_more_that_is_unassigned(other_desk: OtherDesk) -> None:
    ticket = other_desk.ticket()
    other_desk.call("PUT", f"/tickets/{ticket.id}", {"assignee_team": {"id": 211}})
    other_desk.call("PUT", f"/tickets/{ticket.id}", {"assignee_team": {"id": None}})
    assert other_desk.now(ticket).team_id is None


@pytest.mark.parametrize(
    "body",
    [
        {"priority": "urgent"},
        {"status": "pending"},
        {"assignee_team": {"id": 999}},
        {"assigned_team": {"id": 211}},
        {"snooze_datetime": "tomorrow"},
    ],
)
def test_what_a_ticket_does_not_take_is_refused_whole(other_desk: OtherDesk, body: Json) -> None:
    ticket = other_desk.ticket()
    assert other_desk.status("PUT", f"/tickets/{ticket.id}", {"subject": "New", **body}) == 400
    assert other_desk.now(ticket) == ticket


def test_two_changes_at_one_instant_have_two_stamps(other_desk: OtherDesk) -> None:
    ticket = other_desk.ticket()
    for priority in ("high", "low"):
        other_desk.call("PUT", f"/tickets/{ticket.id}", {"priority": priority})
    found = other_desk.get(f"/tickets/{ticket.id}")["updated_datetime"]
    assert found == "2026-11-23T12:00:00.000002+00:00"


def test_a_change_that_changes_nothing_moves_no_stamp(other_desk: OtherDesk) -> None:
    ticket = other_desk.ticket()
    other_desk.call("PUT", f"/tickets/{ticket.id}", {"priority": "normal"})
    assert other_desk.now(ticket) == ticket


def test_a_snoozed_ticket_is_closed_until_the_customer_writes(other_desk: OtherDesk) -> None:
    ticket = other_desk.ticket()
    body = {"status": "closed", "snooze_datetime": "2026-12-01T08:00:00"}
    assert other_desk.call("PUT", f"/tickets/{ticket.id}", body)["snooze_datetime"] == (
        "2026-12-01T08:00:00.000000+00:00"
    )
    other_desk.control("POST", f"/tickets/{ticket.id}/reply", {"text": "Any news?"})
    now = other_desk.now(ticket)
    assert (now.status, now.snoozed_until, now.closed_at) == ("open", None, None)


@pytest.mark.parametrize(
    ("method", "status", "left"),
    [("POST", 201, ("VIP", "late", "new")), ("PUT", 202, ("new", "VIP")), ("DELETE", 204, ("late",))],
)
def test_tags_are_added_set_and_removed(
    other_desk: OtherDesk, method: str, status: int, left: tuple[str, ...]
) -> None:
    ticket = other_desk.ticket()
    path = f"/tickets/{ticket.id}/tags"
    other_desk.call("POST", path, {"names": ["VIP", "late"]})
    body = {"names": ["new", "VIP"]} if method != "POST" else {"names": ["new"], "ids": [7]}
    assert other_desk.status(method, path, body) == status
    assert other_desk.now(ticket).tags == left


def test_a_tags_case_counts_and_a_new_name_becomes_a_tag(other_desk: OtherDesk) -> None:
    ticket = other_desk.ticket()
    other_desk.call("POST", f"/tickets/{ticket.id}/tags", {"names": ["vip"]})
    assert [one["name"] for one in other_desk.get("/tags?order_by=name:asc")["data"]] == ["VIP", "vip"]


def test_tags_in_an_update_replace_all(other_desk: OtherDesk) -> None:
    ticket = other_desk.ticket()
    other_desk.call("POST", f"/tickets/{ticket.id}/tags", {"names": ["late"]})
    other_desk.call("PUT", f"/tickets/{ticket.id}", {"tags": [{"id": 7}, {"name": "new"}]})
    assert other_desk.now(ticket).tags == ("VIP", "new")


def test_one_field_is_set_and_the_others_stay(other_desk: OtherDesk) -> None:
    ticket, field = other_desk.ticket(), other_desk.field()
    path = f"/tickets/{ticket.id}/custom-fields"
    other_desk.call("PUT", path, [{"id": field.id, "value": "A"}])
    other_desk.call("PUT", f"{path}/{CONTACT}", {"id": CONTACT, "value": "Shipping::Delay"})
    held = {one["field"]["id"]: one["value"] for one in other_desk.get(path)["data"]}
    assert held == {field.id: "A", CONTACT: "Shipping::Delay"}


def test_fields_in_an_update_replace_all(other_desk: OtherDesk) -> None:
    ticket, field = other_desk.ticket(), other_desk.field()
    other_desk.call("PUT", f"/tickets/{ticket.id}/custom-fields", [{"id": field.id, "value": "A"}])
    body = {"custom_fields": [{"id": CONTACT, "value": "Order::Cancel"}]}
    other_desk.call("PUT", f"/tickets/{ticket.id}", body)
    assert other_desk.now(ticket).values == {CONTACT: "Order::Cancel"}


def test_an_emptied_field_is_gone(other_desk: OtherDesk) -> None:
    ticket, field = other_desk.ticket(), other_desk.field()
    path = f"/tickets/{ticket.id}/custom-fields"
    other_desk.call("PUT", path, [{"id": field.id, "value": "A"}])
    statuses = [other_desk.status("DELETE", f"{path}/{field.id}") for _ in range(2)]
    assert (statuses, other_desk.get(path)["data"]) == ([204, 404], [])


def test_a_value_that_is_no_choice_is_refused(other_desk: OtherDesk) -> None:
    ticket, field = other_desk.ticket(), other_desk.field()
    path = f"/tickets/{ticket.id}/custom-fields"
    assert other_desk.status("PUT", path, [{"id": field.id, "value": "C"}]) == 400
    assert other_desk.status("PUT", path, [{"id": 999, "value": "C"}]) == 404


@pytest.mark.parametrize(
    ("more", "value", "status"),
    [
        ({"data_type": "number", "input": "input_number", "choices": ()}, 3, 202),
        ({"data_type": "number", "input": "input_number", "choices": ()}, "3", 400),
        ({"data_type": "number", "input": "input_number", "choices": ()}, True, 400),
        ({"data_type": "boolean", "choices": (True, False)}, True, 202),
        ({"input": "input", "choices": ()}, "anything", 202),
    ],
)
def test_a_field_takes_its_own_type_only(
    other_desk: OtherDesk, more: dict[str, Any], value: Any, status: int
) -> None:
    ticket, field = other_desk.ticket(), other_desk.field(**more)
    path = f"/tickets/{ticket.id}/custom-fields"
    assert other_desk.status("PUT", path, [{"id": field.id, "value": value}]) == status


def test_a_guess_of_the_helpdesks_ai_stands_beside_the_value(other_desk: OtherDesk) -> None:
    ticket = other_desk.ticket()
    guess = {"field": CONTACT, "value": "Shipping::Delay"}
    other_desk.control("POST", f"/tickets/{ticket.id}/guess", guess)
    path = f"/tickets/{ticket.id}/custom-fields"
    other_desk.call("PUT", path, [{"id": CONTACT, "value": "Order::Cancel"}])
    (held,) = other_desk.get(path)["data"]
    assert (held["value"], held["prediction"]) == ("Order::Cancel", "Shipping::Delay")


def test_tickets_are_listed_page_by_page_in_the_order_asked_for(other_desk: OtherDesk) -> None:
    tickets = []
    for _ in range(5):
        tickets.append(other_desk.ticket().id)
        other_desk.clock.move(seconds=1)
    other_desk.call("PUT", f"/tickets/{tickets[0]}", {"priority": "high"})
    seen: list[int] = []
    path = "/tickets?limit=2&order_by=updated_datetime:desc"
    page = other_desk.get(path)
    while True:
        seen += [one["id"] for one in page["data"]]
        if page["meta"]["next_cursor"] is None:
            break
        page = other_desk.get(f"{path}&cursor={page['meta']['next_cursor']}")
    assert seen == [tickets[0], *reversed(tickets[1:])]


def test_the_bin_is_listed_unless_it_is_left_out(other_desk: OtherDesk) -> None:
    ticket = other_desk.ticket()
    other_desk.control("DELETE", f"/tickets/{ticket.id}")
    both = [len(other_desk.get(path)["data"]) for path in ("/tickets", "/tickets?trashed=false")]
    assert both == [1, 0]
    assert other_desk.get(f"/tickets/{ticket.id}")["trashed_datetime"] is not None


@pytest.mark.parametrize(
    "query", ["status=open", "limit=0", "limit=101", "order_by=subject:asc", "cursor=xyz", "customer_id=ann"]
)
def test_a_list_knows_no_other_parameters(other_desk: OtherDesk, query: str) -> None:
    assert other_desk.status("GET", f"/tickets?{query}") == 400


def test_a_deleted_ticket_is_gone(other_desk: OtherDesk) -> None:
    ticket = other_desk.ticket()
    assert other_desk.status("DELETE", f"/tickets/{ticket.id}") == 204
    assert other_desk.status("GET", f"/tickets/{ticket.id}") == 404


def test_a_ticket_is_made_with_its_first_message(other_desk: OtherDesk) -> None:
    message = {"channel": "email", "via": "email", "from_agent": False, "body_text": "Hello"}
    body = {
        "customer": {"email": "new@example.com"},
        "subject": "Hi",
        "channel": "email",
        "messages": [message],
    }
    made = other_desk.call("POST", "/tickets", body)
    assert (made["customer"]["email"], made["messages"][0]["body_text"]) == ("new@example.com", "Hello")
    assert other_desk.status("POST", "/tickets", {**body, "messages": []}) == 400


def test_a_note_is_seen_by_the_shop_alone_and_opens_nothing(other_desk: OtherDesk) -> None:
    ticket = other_desk.ticket()
    other_desk.call("PUT", f"/tickets/{ticket.id}", {"status": "closed"})
    made = other_desk.call("POST", f"/tickets/{ticket.id}/messages", NOTE)
    assert (made["public"], made["sender"]["name"], other_desk.now(ticket).status) == (
        False,
        "Ana Duarte",
        "closed",
    )


def test_a_reply_is_sent_after_it_was_taken(other_desk: OtherDesk) -> None:
    ticket = other_desk.ticket()
    made = other_desk.call("POST", f"/tickets/{ticket.id}/messages", REPLY)
    later = other_desk.get(f"/tickets/{ticket.id}/messages/{made['id']}")
    assert (made["sent_datetime"], later["sent_datetime"]) == (None, "2026-11-23T12:00:00.000000+00:00")


@pytest.mark.parametrize(
    "missing", ["channel", "via", "from_agent", "sender", "receiver", "source", "body_text"]
)
def test_a_reply_lacks_nothing(other_desk: OtherDesk, missing: str) -> None:
    body = {name: value for name, value in REPLY.items() if name != missing}
    ticket = other_desk.ticket()
    assert other_desk.status("POST", f"/tickets/{ticket.id}/messages", body) == 400
    assert len(other_desk.now(ticket).messages) == 1


def test_messages_of_a_ticket_are_listed_newest_first_if_asked(other_desk: OtherDesk) -> None:
    ticket = other_desk.ticket()
    other_desk.ticket("Another one")
    other_desk.clock.move(seconds=5)
    other_desk.call("POST", f"/tickets/{ticket.id}/messages", NOTE)
    path = f"/messages?ticket_id={ticket.id}"
    found = other_desk.get(f"{path}&order_by=created_datetime:desc")["data"]
    assert [one["from_agent"] for one in found] == [True, False]
    assert [one["from_agent"] for one in other_desk.get(path)["data"]] == [False, True]


def test_a_message_tells_which_macro_wrote_it(other_desk: OtherDesk) -> None:
    ticket = other_desk.ticket()
    macro = next(iter(other_desk.account.macros))
    other_desk.control("POST", f"/tickets/{ticket.id}/agent", {"macro": macro, "agent": "ana@shop.example"})
    message = other_desk.get(f"/tickets/{ticket.id}")["messages"][-1]
    assert message["macros"] == [{"id": macro, "name": "Where is my order: tracking link"}]
    assert message["body_text"].startswith("Hi Ann, your parcel")
    assert other_desk.now(ticket).tags == ("tracking", "sent-link")


def test_histories_tell_who_did_what(other_desk: OtherDesk) -> None:
    ticket = other_desk.ticket()
    other_desk.call("PUT", f"/tickets/{ticket.id}", {"priority": "high"})
    other_desk.control(
        "POST", f"/tickets/{ticket.id}/agent", {"status": "closed", "agent": "ana@shop.example"}
    )
    audits = other_desk.control("GET", "/audits")["audits"]
    assert [(one["by"], one["author"]) for one in audits] == [
        ("customer", "Ann Moss"),
        ("api", "Marginalia"),
        ("agent", "Ana Duarte"),
    ]
    assert audits[1]["changes"] == {"priority": {"previous": "normal", "value": "high"}}
