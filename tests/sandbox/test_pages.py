"""Pages of the stand-in: everything a customer or an agent does can be done in them."""

import re
from typing import Any

import pytest

from sandbox.zendesk.records import Ticket
from tests.sandbox.conftest import Answer, Desk


def post(desk: Desk, path: str, **form: Any) -> Answer:
    return desk.plain("POST", path, data=form)


def page(desk: Desk, ticket: Ticket) -> str:
    return desk.plain("GET", f"/agent/tickets/{ticket.id}").text


def shown(html: str) -> str:
    """The text of a page, without its markup and with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_list_answers_while_it_is_empty(desk: Desk) -> None:
    answer = desk.plain("GET", "/")
    assert (answer.status_code, "No customer has written yet" in answer.text) == (200, True)


def test_the_list_shows_a_tickets_reason_and_tags(desk: Desk) -> None:
    ticket, reason = desk.ticket(), desk.reason_field()
    desk.update(ticket, tags=["vip"], custom_fields=[{"id": reason.id, "value": "mgn_wismo"}])
    assert "Ann new MGN_WISMO vip mgn_wismo" in shown(desk.plain("GET", "/").text)


def test_the_last_changed_ticket_comes_first(desk: Desk) -> None:
    first, second = desk.ticket(), desk.ticket()
    desk.update(first, tags=["x"])
    links = re.findall(r"/agent/tickets/(\d+)", desk.plain("GET", "/").text)
    assert links == [str(first.id), str(second.id)]


def test_a_customer_writes_through_the_form(desk: Desk) -> None:
    answer = post(desk, "/new", name="مریم", email="m@example.com", subject="سفارش", text="کجاست؟")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/agent/tickets/1")
    assert desk.account.tickets[1].audits[0].channel == "email"


def test_an_incomplete_form_is_told_and_keeps_what_was_written(desk: Desk) -> None:
    answer = post(desk, "/new", name="Ann", email="nobody", subject="S", text="A long message")
    assert (answer.status_code, "A long message" in answer.text, desk.account.tickets) == (422, True, {})


def test_what_customers_write_is_escaped(desk: Desk) -> None:
    evil = '<script>alert("x")</script>'
    post(desk, "/new", name=evil, email="e@example.com", subject=evil, text=evil)
    both = desk.plain("GET", "/").text + desk.plain("GET", "/agent/tickets/1").text
    assert "<script>alert" not in both
    assert "&lt;script&gt;alert" in both


def test_texts_take_their_own_direction(desk: Desk) -> None:
    assert '<div class="text" dir="auto">أين طلبي؟</div>' in page(desk, desk.ticket("أين طلبي؟"))


def test_a_customer_replies(desk: Desk) -> None:
    ticket = desk.ticket()
    post(desk, f"/agent/tickets/{ticket.id}/customer", text="Any news?")
    comment = desk.now(ticket).comments[-1]
    assert (comment.body, comment.author_id) == ("Any news?", ticket.requester_id)


@pytest.mark.parametrize(("kind", "public"), [("reply", True), ("note", False)])
def test_an_agent_replies_or_leaves_a_note(desk: Desk, kind: str, public: bool) -> None:
    ticket, agent = desk.ticket(), desk.account.staff()[1]
    post(desk, f"/agent/tickets/{ticket.id}/reply", agent=agent.id, text="Tomorrow", kind=kind)
    comment = desk.now(ticket).comments[-1]
    assert (comment.author_id, comment.public) == (agent.id, public)


def test_an_agent_chooses_a_reason_and_is_shown_as_who_did(desk: Desk) -> None:
    ticket, reason = desk.ticket(), desk.reason_field()
    agent, name = desk.account.staff()[1], f"field_{reason.id}"
    form = {name: "mgn_delayed", f"was_{name}": "", "agent": agent.id}
    post(desk, f"/agent/tickets/{ticket.id}/properties", **form)
    assert desk.now(ticket).values[reason.id] == "mgn_delayed"
    assert "last changed: Ana Duarte (agent)" in shown(page(desk, ticket))


def test_a_reason_set_by_api_is_shown_as_the_integrations(desk: Desk) -> None:
    ticket, reason = desk.ticket(), desk.reason_field()
    desk.update(ticket, custom_fields=[{"id": reason.id, "value": "mgn_wismo"}])
    assert "last changed: Marginalia (by API)" in shown(page(desk, ticket))


def test_what_the_agent_did_not_touch_is_not_sent(desk: Desk) -> None:
    ticket, reason = desk.ticket(), desk.reason_field()
    name = f"field_{reason.id}"
    form = {name: "", f"was_{name}": "", "priority": "high", "was_priority": "", "tags": "", "was_tags": ""}
    desk.update(ticket, custom_fields=[{"id": reason.id, "value": "mgn_wismo"}])
    post(desk, f"/agent/tickets/{ticket.id}/properties", **form)
    now = desk.now(ticket)
    assert (now.priority, now.values[reason.id], now.tags) == ("high", "mgn_wismo", ("mgn_wismo",))


def test_an_agent_adds_and_removes_tags_and_leaves_others_alone(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.update(ticket, tags=["old", "meanwhile"])
    post(desk, f"/agent/tickets/{ticket.id}/properties", tags="Gift", was_tags="old")
    assert desk.now(ticket).tags == ("meanwhile", "gift")


def test_an_agent_changes_status_and_group(desk: Desk) -> None:
    ticket = desk.ticket()
    form = {"status": "pending", "was_status": "new", "group_id": "212", "was_group_id": ""}
    post(desk, f"/agent/tickets/{ticket.id}/properties", **form)
    assert (desk.now(ticket).status, desk.now(ticket).group_id) == ("pending", 212)


def test_a_closed_ticket_says_that_it_takes_no_change(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.update(ticket, status="closed")
    answer = post(desk, f"/agent/tickets/{ticket.id}/customer", text="Hello?")
    assert (answer.status_code, "closed prevents ticket update" in answer.text) == (422, True)


def test_the_history_tells_who_did_what(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.update(ticket, tags=["vip"], group_id=211)
    assert "Marginalia (by API) Group: Support Tags: +vip" in shown(page(desk, ticket))


def test_a_form_of_another_site_writes_nothing(desk: Desk) -> None:
    ticket = desk.ticket()
    headers = {"Origin": "https://evil.example"}
    answer = desk.plain("POST", f"/agent/tickets/{ticket.id}/customer", data={"text": "x"}, headers=headers)
    assert (answer.status_code, desk.now(ticket)) == (403, ticket)


def test_a_page_that_there_is_none_of_is_a_404(desk: Desk) -> None:
    assert [desk.plain("GET", path).status_code for path in ("/agent/tickets/9", "/x")] == [404, 404]


def test_pages_let_nothing_in_from_elsewhere(desk: Desk) -> None:
    policy = desk.plain("GET", "/").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")


def test_the_surface_for_tests_says_who_changed_what(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.update(ticket, tags=["a"])
    desk.plain(
        "POST", f"/_sandbox/tickets/{ticket.id}/agent", json={"agent": "ana@shop.example", "tags": ["b"]}
    )
    found = desk.plain("GET", f"/_sandbox/tickets/{ticket.id}").json["audits"]
    assert [one["by"] for one in found] == ["customer", "api", "agent"]
    assert desk.plain("GET", "/_sandbox/audits?by=agent").json["audits"][0]["author"] == "Ana Duarte"


def test_many_tickets_come_in_one_call(desk: Desk) -> None:
    tickets = [{"subject": str(n), "text": "Where is it?", "email": f"{n}@example.com"} for n in range(3)]
    answer = desk.plain("POST", "/_sandbox/tickets", json={"tickets": tickets})
    assert [one["subject"] for one in answer.json["tickets"]] == ["0", "1", "2"]
