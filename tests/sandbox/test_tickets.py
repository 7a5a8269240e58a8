"""The stand-in changes tickets as the vendor does."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.zendesk.edit import normal_tags
from sandbox.zendesk.records import stamp
from tests.sandbox.conftest import Desk


def test_a_call_without_a_token_is_refused(desk: Desk) -> None:
    assert desk.plain("GET", "/api/v2/users/me").status_code == 401


def test_a_call_with_an_unknown_token_is_refused(desk: Desk) -> None:
    desk.token = "stolen"
    assert desk.call("GET", "/users/me").status_code == 401


def test_an_unknown_ticket_is_a_record_not_found(desk: Desk) -> None:
    answer = desk.call("GET", "/tickets/999")
    assert (answer.status_code, answer.json["error"]) == (404, "RecordNotFound")


def test_an_unknown_path_of_the_api_is_answered_in_json(desk: Desk) -> None:
    assert desk.call("GET", "/nothing").json["error"] == "InvalidEndpoint"


def test_ids_are_numbers_and_states_lower_case_in_the_api(desk: Desk) -> None:
    found = desk.get(f"/tickets/{desk.ticket().id}")["ticket"]
    assert (type(found["id"]), type(found["requester_id"]), found["status"]) == (int, int, "new")


def test_tags_replace_all_that_were_there(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.update(ticket, tags=["vip", "gift"])
    desk.update(ticket, tags=["late"])
    assert desk.now(ticket).tags == ("late",)


def test_a_drop_down_value_brings_its_tag(desk: Desk) -> None:
    ticket, reason = desk.ticket(), desk.reason_field()
    desk.update(ticket, tags=["vip"], custom_fields=[{"id": reason.id, "value": "mgn_wismo"}])
    assert desk.now(ticket).tags == ("vip", "mgn_wismo")


def test_another_drop_down_value_takes_the_former_ones_tag_away(desk: Desk) -> None:
    ticket, reason = desk.ticket(), desk.reason_field()
    desk.update(ticket, custom_fields=[{"id": reason.id, "value": "mgn_wismo"}])
    desk.update(ticket, custom_fields=[{"id": reason.id, "value": "mgn_delayed"}])
    assert desk.now(ticket).tags == ("mgn_delayed",)


def test_an_emptied_drop_down_takes_its_tag_away(desk: Desk) -> None:
    ticket, reason = desk.ticket(), desk.reason_field()
    desk.update(ticket, custom_fields=[{"id": reason.id, "value": "mgn_wismo"}])
    desk.update(ticket, custom_fields=[{"id": reason.id, "value": None}])
    assert desk.now(ticket).tags == ()


def test_a_list_of_tags_without_the_drop_downs_tag_empties_it(desk: Desk) -> None:
    ticket, reason = desk.ticket(), desk.reason_field()
    desk.update(ticket, custom_fields=[{"id": reason.id, "value": "mgn_wismo"}])
    desk.update(ticket, tags=["vip"])
    assert desk.now(ticket).values[reason.id] is None


def test_the_tag_of_an_option_sets_the_drop_down(desk: Desk) -> None:
    ticket, reason = desk.ticket(), desk.reason_field()
    desk.call("PUT", f"/tickets/{ticket.id}/tags", {"tags": ["mgn_wismo"]})
    assert desk.now(ticket).values[reason.id] == "mgn_wismo"


def test_an_unknown_option_is_refused_as_an_invalid_record(desk: Desk) -> None:
    ticket, reason = desk.ticket(), desk.reason_field()
    answer = desk.update(ticket, custom_fields=[{"id": reason.id, "value": "mgn_nothing"}])
    assert (answer.status_code, answer.json["error"]) == (422, "RecordInvalid")


def test_a_refused_update_changes_nothing_at_all(desk: Desk) -> None:
    ticket, reason = desk.ticket(), desk.reason_field()
    desk.update(ticket, subject="New", tags=["x"], custom_fields=[{"id": reason.id, "value": "nothing"}])
    assert desk.now(ticket) == ticket


def test_an_unknown_field_is_ignored(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.update(ticket, custom_fields=[{"id": 1, "value": "x"}], additional_tags=["y"])
    assert desk.now(ticket) == ticket


@pytest.mark.parametrize(
    "body",
    [
        {"status": "lost"},
        {"priority": "highest"},
        {"group_id": 1},
        {"assignee_id": 1},
        {"comment": {"body": ""}},
    ],
)
def test_values_that_do_not_exist_are_refused(desk: Desk, body: dict[str, Any]) -> None:
    assert desk.update(desk.ticket(), **body).status_code == 422


def test_a_closed_ticket_takes_no_change(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.update(ticket, status="closed")
    assert desk.update(ticket, tags=["late"]).status_code == 422


def test_a_safe_update_with_the_stamp_just_read_goes_through(desk: Desk) -> None:
    ticket = desk.ticket()
    answer = desk.update(ticket, tags=["a"], safe_update=True, updated_stamp=stamp(ticket.updated_at))
    assert answer.status_code == 200


def test_a_safe_update_of_a_ticket_that_moved_is_a_conflict(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.update(ticket, tags=["a"])
    answer = desk.update(ticket, tags=["b"], safe_update=True, updated_stamp=stamp(ticket.updated_at))
    assert (answer.status_code, desk.now(ticket).tags) == (409, ("a",))


def test_a_safe_update_without_a_stamp_is_a_conflict(desk: Desk) -> None:
    assert desk.update(desk.ticket(), tags=["b"], safe_update=True).status_code == 409


def test_two_changes_within_a_second_have_two_stamps(desk: Desk) -> None:
    ticket = desk.ticket()
    seen = [desk.update(ticket, tags=[str(n)]).json["ticket"]["updated_at"] for n in range(3)]
    assert len({stamp(ticket.updated_at), *seen}) == 4


def test_an_update_that_changes_nothing_moves_no_stamp(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.update(ticket, status="new", tags=[])
    assert desk.now(ticket).updated_at == ticket.updated_at


def test_the_tags_address_takes_safe_update_as_text(desk: Desk) -> None:
    ticket = desk.ticket()
    body = {"tags": ["vip"], "safe_update": "true", "updated_stamp": "2001-01-01T00:00:00Z"}
    assert desk.call("PUT", f"/tickets/{ticket.id}/tags", body).status_code == 409


def test_the_tags_address_adds_sets_and_removes(desk: Desk) -> None:
    path = f"/tickets/{desk.ticket().id}/tags"
    desk.call("POST", path, {"tags": ["a", "b"]})
    desk.call("PUT", path, {"tags": ["c"]})
    desk.call("DELETE", path, {"tags": ["a"]})
    assert desk.get(path)["tags"] == ["b", "c"]


@given(st.lists(st.text(max_size=12), max_size=6))
def test_tags_are_kept_once_lower_case_and_without_spaces(tags: list[str]) -> None:
    kept = normal_tags(tags)
    assert len(set(kept)) == len(kept)
    assert all(tag and tag.split() == [tag] for tag in kept)
    assert normal_tags(kept) == kept


def test_a_customers_reply_opens_a_ticket_that_was_solved(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.update(ticket, status="solved")
    desk.plain("POST", f"/_sandbox/tickets/{ticket.id}/reply", json={"text": "Still not here"})
    assert desk.now(ticket).status == "open"


def test_an_agents_reply_leaves_a_pending_ticket_pending(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.update(ticket, status="pending")
    desk.update(ticket, comment={"body": "Here is your label"})
    assert desk.now(ticket).status == "pending"


def test_an_assigned_new_ticket_is_open(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.update(ticket, assignee_id=desk.account.staff()[1].id)
    assert desk.now(ticket).status == "open"


def test_a_group_alone_clears_an_assignee_who_is_not_in_it(desk: Desk) -> None:
    ticket, ana = desk.ticket(), desk.account.user_by_email("ana@shop.example")
    assert ana is not None
    desk.update(ticket, assignee_id=ana.id)
    concierge = next(one.id for one in desk.account.groups.values() if one.name == "Concierge")
    desk.update(ticket, group_id=concierge)
    assert desk.now(ticket).assignee_id is None


def test_an_update_answers_the_ticket_and_what_it_changed(desk: Desk) -> None:
    answer = desk.update(desk.ticket(), priority="high").json
    event = answer["audit"]["events"][0]
    assert (answer["ticket"]["priority"], event["field_name"], event["value"]) == ("high", "priority", "high")


def test_an_internal_note_is_not_public(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.update(ticket, comment={"body": "Look here", "public": False})
    assert [one.public for one in desk.now(ticket).comments] == [True, False]


def test_a_comment_in_html_is_kept_as_text(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.update(ticket, comment={"html_body": "<p>Hello&nbsp;<b>Ann</b></p><p>Bye</p>"})
    assert desk.now(ticket).comments[-1].body == "Hello\xa0Ann\nBye"


def test_comments_come_with_their_writers(desk: Desk) -> None:
    found = desk.get(f"/tickets/{desk.ticket().id}/comments?include=users")
    assert [one["name"] for one in found["users"]] == ["Ann"]


@pytest.mark.parametrize("order", ["sort=-created_at&page[size]=10", "sort_order=desc"])
def test_comments_come_newest_first_when_asked(desk: Desk, order: str) -> None:
    ticket = desk.ticket("one")
    desk.update(ticket, comment={"body": "two"})
    found = desk.get(f"/tickets/{ticket.id}/comments?{order}")["comments"]
    assert [one["body"] for one in found] == ["two", "one"]


def test_comments_go_on_where_the_cursor_says(desk: Desk) -> None:
    ticket = desk.ticket("0")
    for number in range(1, 5):
        desk.update(ticket, comment={"body": str(number)})
    seen, after, more = [], "", True
    while more:
        page = desk.get(f"/tickets/{ticket.id}/comments?page[size]=2{after}")
        seen += [one["body"] for one in page["comments"]]
        more, after = page["meta"]["has_more"], f"&page[after]={page['meta']['after_cursor']}"
    assert seen == ["0", "1", "2", "3", "4"]


def test_a_page_that_is_just_full_is_the_last(desk: Desk) -> None:
    ticket = desk.ticket("0")
    desk.update(ticket, comment={"body": "1"})
    assert not desk.get(f"/tickets/{ticket.id}/comments?page[size]=2")["meta"]["has_more"]


def test_the_address_of_the_next_page_gives_the_next_page(desk: Desk) -> None:
    ticket = desk.ticket("0")
    desk.update(ticket, comment={"body": "1"})
    following = desk.get(f"/tickets/{ticket.id}/comments?page[size]=1")["links"]["next"]
    found = desk.get(following.split("/api/v2")[1])
    assert [one["body"] for one in found["comments"]] == ["1"]


@pytest.mark.parametrize("query", ["page[size]=x", "page[after]=@", "per_page=0", "page=200&per_page=100"])
def test_pages_that_there_cannot_be_are_refused(desk: Desk, query: str) -> None:
    assert desk.call("GET", f"/tickets?{query}").status_code == 400


def test_a_deleted_ticket_is_not_found_any_more(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.call("DELETE", f"/tickets/{ticket.id}")
    assert desk.call("GET", f"/tickets/{ticket.id}").status_code == 404
