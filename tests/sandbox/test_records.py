"""Fields, people, macros and webhooks of the stand-in account."""

from typing import Any

import pytest

from tests.sandbox.conftest import Desk


def made_field(desk: Desk, *values: str) -> dict[str, Any]:
    options = [{"name": f"Reason::{value}", "value": value} for value in values]
    body = {"type": "tagger", "title": "Reason code", "custom_field_options": options}
    answer = desk.call("POST", "/ticket_fields", {"ticket_field": body})
    assert answer.status_code == 201
    field: dict[str, Any] = answer.json["ticket_field"]
    return field


def test_a_made_field_is_listed_with_its_options(desk: Desk) -> None:
    made = made_field(desk, "mgn_a", "mgn_b")
    listed = next(one for one in desk.get("/ticket_fields")["ticket_fields"] if one["id"] == made["id"])
    assert [one["value"] for one in listed["custom_field_options"]] == ["mgn_a", "mgn_b"]


def test_a_field_takes_an_admin(desk: Desk) -> None:
    body = {"ticket_field": {"type": "text", "title": "x"}}
    assert desk.as_agent().call("POST", "/ticket_fields", body).status_code == 403


def test_an_option_tag_that_another_field_has_is_refused(desk: Desk) -> None:
    made_field(desk, "mgn_a")
    body = {"type": "tagger", "title": "x", "custom_field_options": [{"name": "A", "value": "mgn_a"}]}
    assert desk.call("POST", "/ticket_fields", {"ticket_field": body}).status_code == 422


def test_an_option_is_added(desk: Desk) -> None:
    path = f"/ticket_fields/{made_field(desk, 'mgn_a')['id']}/options"
    answer = desk.call("POST", path, {"custom_field_option": {"name": "B", "value": "mgn_b"}})
    values = [one["value"] for one in desk.get(path)["custom_field_options"]]
    assert (answer.status_code, values) == (201, ["mgn_a", "mgn_b"])


def test_an_option_with_an_id_is_changed(desk: Desk) -> None:
    made = made_field(desk, "mgn_a")
    option, path = made["custom_field_options"][0], f"/ticket_fields/{made['id']}/options"
    body = {"custom_field_option": {"id": option["id"], "name": "New name", "value": "mgn_a"}}
    answer = desk.call("POST", path, body)
    assert (answer.status_code, answer.json["custom_field_option"]["name"]) == (200, "New name")


def test_an_option_whose_tag_is_taken_is_refused(desk: Desk) -> None:
    path = f"/ticket_fields/{made_field(desk, 'mgn_a')['id']}/options"
    body = {"custom_field_option": {"name": "Again", "value": "mgn_a"}}
    assert desk.call("POST", path, body).status_code == 422


def test_an_option_is_deleted(desk: Desk) -> None:
    made = made_field(desk, "mgn_a", "mgn_b")
    option = made["custom_field_options"][0]["id"]
    desk.call("DELETE", f"/ticket_fields/{made['id']}/options/{option}")
    left = desk.get(f"/ticket_fields/{made['id']}/options")["custom_field_options"]
    assert [one["value"] for one in left] == ["mgn_b"]


def test_options_given_with_a_field_replace_all_it_had(desk: Desk) -> None:
    made = made_field(desk, "mgn_a", "mgn_b")
    body = {"ticket_field": {"custom_field_options": [{"name": "B", "value": "mgn_b"}]}}
    changed = desk.call("PUT", f"/ticket_fields/{made['id']}", body).json["ticket_field"]
    assert [one["id"] for one in changed["custom_field_options"]] == [made["custom_field_options"][1]["id"]]


def test_me_is_the_user_of_the_token(desk: Desk) -> None:
    assert desk.get("/users/me")["user"]["name"] == "Marginalia"


def test_people_are_found_by_their_whole_address(desk: Desk) -> None:
    found = desk.get("/users/search?query=email:ANA@shop.example")["users"]
    assert [one["name"] for one in found] == ["Ana Duarte"]


def test_a_part_of_an_address_finds_nobody_by_email(desk: Desk) -> None:
    assert desk.get("/users/search?query=email:shop.example")["users"] == []


def test_a_user_is_made_and_then_changed_by_address(desk: Desk) -> None:
    body = {"user": {"name": "Zoe", "email": "zoe@example.com", "external_id": "c-1"}}
    statuses = [desk.call("POST", "/users/create_or_update", body).status_code for _ in range(2)]
    assert (statuses, len(desk.get("/users/search?external_id=c-1")["users"])) == ([201, 200], 1)


def test_tags_of_a_customer_are_added_and_set(desk: Desk) -> None:
    path = f"/users/{desk.account.customer('Ann', 'ann@example.com').id}/tags"
    desk.call("POST", path, {"tags": ["a"]})
    assert desk.call("PUT", path, {"tags": ["mgn_tier_vip"]}).json["tags"] == ["a", "mgn_tier_vip"]


def test_groups_are_listed(desk: Desk) -> None:
    assert {one["name"] for one in desk.get("/groups")["groups"]} == {"Support", "Returns", "Concierge"}


def test_only_active_macros_come_when_asked_for_them(desk: Desk) -> None:
    assert all(one["active"] for one in desk.get("/macros?active=true")["macros"])
    assert not all(one["active"] for one in desk.get("/macros")["macros"])


def test_applying_a_macro_changes_nothing(desk: Desk) -> None:
    ticket, macro = desk.ticket(), desk.get("/macros/active")["macros"][0]["id"]
    desk.get(f"/tickets/{ticket.id}/macros/{macro}/apply")
    assert desk.now(ticket) == ticket


def test_a_macro_shows_the_ticket_that_would_come_of_it(desk: Desk) -> None:
    ticket, macro = desk.ticket(), desk.get("/macros/active")["macros"][0]["id"]
    result = desk.get(f"/tickets/{ticket.id}/macros/{macro}/apply")["result"]["ticket"]
    assert (result["id"], result["status"], result["comment"]["public"]) == (ticket.id, "pending", True)


HOOK = {
    "name": "Marginalia",
    "endpoint": "https://app.example.com/hooks/zendesk/k",
    "http_method": "POST",
    "request_format": "json",
    "status": "active",
    "subscriptions": ["zen:event-type:ticket.created"],
}


def made_hook(desk: Desk, **changes: Any) -> str:
    answer = desk.call("POST", "/webhooks", {"webhook": {**HOOK, **changes}})
    assert answer.status_code == 201, answer.text
    hook_id: str = answer.json["webhook"]["id"]
    return hook_id


def test_a_webhook_has_an_id_of_26_characters(desk: Desk) -> None:
    assert len(made_hook(desk)) == 26


def test_a_webhook_never_shows_its_secret_but_where_it_is_asked_for(desk: Desk) -> None:
    hook = made_hook(desk)
    secret = desk.get(f"/webhooks/{hook}/signing_secret")["signing_secret"]["secret"]
    assert secret not in desk.call("GET", "/webhooks").text


def test_webhooks_are_found_by_words_in_their_name(desk: Desk) -> None:
    made_hook(desk, name="Another")
    hook = made_hook(desk)
    found = desk.get("/webhooks?filter[name_contains]=margin")["webhooks"]
    assert [one["id"] for one in found] == [hook]


def test_a_changed_webhook_answers_without_content(desk: Desk) -> None:
    hook = made_hook(desk)
    answer = desk.call("PATCH", f"/webhooks/{hook}", {"webhook": {"status": "inactive"}})
    assert (answer.status_code, desk.get(f"/webhooks/{hook}")["webhook"]["status"]) == (204, "inactive")


@pytest.mark.parametrize(
    "changes",
    [
        {"subscriptions": ["zen:event-type:ticket.created", "conditional_ticket_events"]},
        {"http_method": "PUT"},
        {"endpoint": "app.example.com"},
        {"name": " "},
        {"status": None},
    ],
)
def test_a_webhook_that_cannot_be_is_refused(desk: Desk, changes: dict[str, Any]) -> None:
    assert desk.call("POST", "/webhooks", {"webhook": {**HOOK, **changes}}).status_code == 422


def test_the_kind_of_a_webhook_cannot_be_changed(desk: Desk) -> None:
    body = {"webhook": {"subscriptions": ["conditional_ticket_events"]}}
    assert desk.call("PATCH", f"/webhooks/{made_hook(desk)}", body).status_code == 422


def test_webhooks_take_an_admin(desk: Desk) -> None:
    assert desk.as_agent().call("GET", "/webhooks").status_code == 403


def test_an_export_gives_each_ticket_once_in_the_order_of_its_last_change(desk: Desk) -> None:
    first, second = desk.ticket(), desk.ticket()
    desk.update(first, tags=["x"])
    found = desk.get("/incremental/tickets/cursor?start_time=0")
    assert [one["id"] for one in found["tickets"]] == [second.id, first.id]


def test_an_export_goes_on_from_its_cursor(desk: Desk) -> None:
    tickets = [desk.ticket() for _ in range(3)]
    page = desk.get("/incremental/tickets/cursor?start_time=0&per_page=2")
    rest = desk.get(f"/incremental/tickets/cursor?cursor={page['after_cursor']}")
    assert (page["end_of_stream"], rest["end_of_stream"]) == (False, True)
    assert [one["id"] for one in rest["tickets"]] == [tickets[2].id]


def test_an_export_at_its_end_gives_the_next_change_and_only_that(desk: Desk) -> None:
    first, _ = desk.ticket(), desk.ticket()
    end = desk.get("/incremental/tickets/cursor?start_time=0")["after_cursor"]
    assert desk.get(f"/incremental/tickets/cursor?cursor={end}")["tickets"] == []
    desk.update(first, tags=["x"])
    found = desk.get(f"/incremental/tickets/cursor?cursor={end}")["tickets"]
    assert [one["id"] for one in found] == [first.id]


def test_an_export_from_a_time_leaves_older_changes_out(desk: Desk) -> None:
    desk.ticket()
    desk.clock.move(minutes=10)
    new = desk.ticket()
    desk.clock.move(minutes=10)
    since = int(desk.clock().timestamp()) - 900
    found = desk.get(f"/incremental/tickets/cursor?start_time={since}")["tickets"]
    assert [one["id"] for one in found] == [new.id]


def test_an_export_must_start_at_least_a_minute_ago(desk: Desk) -> None:
    since = int(desk.clock().timestamp()) - 30
    assert desk.call("GET", f"/incremental/tickets/cursor?start_time={since}").status_code == 422


def test_a_deleted_ticket_is_exported_as_deleted(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.call("DELETE", f"/tickets/{ticket.id}")
    found = desk.get("/incremental/tickets/cursor?start_time=0")["tickets"]
    assert [one["status"] for one in found] == ["deleted"]


def test_exports_take_an_admin(desk: Desk) -> None:
    assert desk.as_agent().call("GET", "/incremental/tickets/cursor?start_time=0").status_code == 403
