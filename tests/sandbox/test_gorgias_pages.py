"""Pages of the stand-in Gorgias, the card of its sidebar, and its seed."""

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from sandbox.gorgias.card import Card, cards_of
from sandbox.gorgias.records import Json, Ticket
from sandbox.gorgias.seed import load
from tests.sandbox.other_desk import CONTACT, OtherDesk

TEMPLATE: Json = {
    "type": "wrapper",
    "widgets": [
        {
            "type": "card",
            "path": "",
            "title": "Marginalia",
            "meta": {
                "displayCard": True,
                "custom": {"links": [{"label": "Help", "url": "https://a.example/help"}]},
            },
            "widgets": [
                {"type": "text", "path": "tier", "title": "Tier"},
                {"type": "boolean", "path": "no_bots", "title": "No bots"},
                {"type": "array", "path": "codes", "title": "Codes"},
                {"type": "url", "path": "panel_url", "title": "Panel"},
                {"type": "text", "path": "offer.name", "title": "Offer"},
                {
                    "type": "list",
                    "path": "offers",
                    "widgets": [
                        {
                            "type": "card",
                            "title": "Offer",
                            "widgets": [{"type": "text", "path": "name", "title": "Name"}],
                        }
                    ],
                },
            ],
        }
    ],
}
DATA: Json = {
    "tier": "VIP",
    "no_bots": True,
    "codes": ["A", "B", {"x": 1}],
    "panel_url": "https://a.example/" + "p" * 80,
    "offer": {"name": None},
    "offers": [{"name": "Belt"}, {"name": "Scarf"}],
}


def shown(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def post(other_desk: OtherDesk, path: str, **form: Any) -> TestResponse:
    return other_desk.client.post(f"/gorgias{path}", data=form)


def page(other_desk: OtherDesk, ticket: Ticket) -> str:
    return other_desk.client.get(f"/gorgias/tickets/{ticket.id}").text


def widget(other_desk: OtherDesk, data: Json | None, ticket: Ticket, template: Json = TEMPLATE) -> list[Card]:
    """The cards beside a ticket, after an integration brought this."""
    number = other_desk.integration("http://127.0.0.1:9/", method="GET", form=None, triggers={})
    other_desk.call("POST", "/widgets", {"type": "http", "integration_id": number, "template": template})
    if data is not None:
        other_desk.account.keep_answer(number, ticket.customer_id, data)
    return cards_of(other_desk.account, other_desk.account.customers[ticket.customer_id], "ticket")


def test_a_card_shows_rows_as_the_helpdesk_does(other_desk: OtherDesk) -> None:
    (card,) = widget(other_desk, DATA, other_desk.ticket())
    rows = {row.title: row.text for row in card.rows}
    assert card.title == "Marginalia"
    assert (rows["Tier"], rows["No bots"], rows["Codes"], rows["Offer"]) == ("VIP", "True", "A, B", "-")
    assert (len(rows["Panel"]), rows["Panel"][-1]) == (60, "…")
    assert [row.text for row in card.links] == ["Help"]


def test_a_list_is_a_card_for_each_of_its_items(other_desk: OtherDesk) -> None:
    (card,) = widget(other_desk, DATA, other_desk.ticket())
    assert [inner.rows[0].text for inner in card.cards] == ["Belt", "Scarf"]


@pytest.mark.parametrize("data", [None, {}])
def test_a_widget_without_data_is_hidden(other_desk: OtherDesk, data: Json | None) -> None:
    assert widget(other_desk, data, other_desk.ticket()) == []


def test_a_link_that_a_browser_must_not_follow_is_none(other_desk: OtherDesk) -> None:
    (card,) = widget(other_desk, {"panel_url": "javascript:alert(1)"}, other_desk.ticket())
    assert [row.link for row in card.rows if row.title == "Panel"] == [None]


@pytest.mark.parametrize(
    "body",
    [
        {"type": "http", "integration_id": 99, "template": TEMPLATE},
        {"type": "custom", "template": {"type": "card"}},
        {"type": "custom", "template": TEMPLATE, "context": "order"},
        {"type": "custom"},
    ],
)
def test_a_widget_that_makes_no_sense_is_refused(other_desk: OtherDesk, body: Json) -> None:
    assert other_desk.status("POST", "/widgets", body) == 400


def test_a_widget_is_replaced_whole(other_desk: OtherDesk) -> None:
    made = other_desk.call("POST", "/widgets", {"type": "custom", "template": TEMPLATE, "order": 3})["id"]
    other_desk.call(
        "PUT", f"/widgets/{made}", {"type": "custom", "template": TEMPLATE, "context": "customer"}
    )
    found = other_desk.get(f"/widgets/{made}")
    assert (found["order"], found["context"]) == (0, "customer")


def test_the_ticket_page_shows_the_card(other_desk: OtherDesk) -> None:
    ticket = other_desk.ticket()
    assert "No app shows a card here." in page(other_desk, ticket)
    widget(other_desk, DATA, ticket)
    assert "Marginalia Tier VIP No bots True Codes A, B" in shown(page(other_desk, ticket))


def test_what_a_card_brings_is_escaped(other_desk: OtherDesk) -> None:
    ticket = other_desk.ticket()
    widget(other_desk, {"tier": "<script>alert(1)</script>"}, ticket)
    assert "<script>alert" not in page(other_desk, ticket)


def test_the_list_shows_reason_team_and_tags(other_desk: OtherDesk) -> None:
    assert "No customer has written yet" in other_desk.client.get("/gorgias/").text
    ticket = other_desk.ticket()
    other_desk.call(
        "PUT", f"/tickets/{ticket.id}", {"assignee_team": {"id": 211}, "tags": [{"name": "mgn_x"}]}
    )
    other_desk.call(
        "PUT", f"/tickets/{ticket.id}/custom-fields", [{"id": CONTACT, "value": "Shipping::Delay"}]
    )
    assert "Ann Moss open Support Shipping › Delay mgn_x" in shown(other_desk.client.get("/gorgias/").text)


def test_a_customer_writes_and_replies(other_desk: OtherDesk) -> None:
    answer = post(other_desk, "/new", name="مریم", email="m@example.com", subject="سفارش", text="کجاست؟")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/gorgias/tickets/1001")
    post(other_desk, "/tickets/1001/customer", text="Any news?")
    messages = other_desk.account.tickets[1001].messages
    assert [one.text for one in messages] == ["کجاست؟", "Any news?"]
    assert not any(one.from_agent for one in messages)


def test_an_incomplete_form_is_told_and_keeps_what_was_written(other_desk: OtherDesk) -> None:
    answer = post(other_desk, "/new", name="Ann", email="nobody", subject="S", text="A long message")
    assert (answer.status_code, "A long message" in answer.text) == (422, True)


@pytest.mark.parametrize(("kind", "public"), [("reply", True), ("note", False)])
def test_an_agent_replies_or_leaves_a_note(other_desk: OtherDesk, kind: str, public: bool) -> None:
    ticket, agent = other_desk.ticket(), other_desk.account.user_by_email("leila@shop.example")
    assert agent is not None
    post(other_desk, f"/tickets/{ticket.id}/reply", agent=agent.id, text="Tomorrow", kind=kind)
    message = other_desk.now(ticket).messages[-1]
    assert (message.sender_id, message.public, message.from_agent) == (agent.id, public, True)


def test_a_macro_writes_and_does_the_rest(other_desk: OtherDesk) -> None:
    ticket = other_desk.ticket()
    macro = next(one for one in other_desk.account.macros.values() if one.name.startswith("Return"))
    post(other_desk, f"/tickets/{ticket.id}/reply", macro=macro.id, text="", kind="reply")
    now = other_desk.now(ticket)
    assert (now.messages[-1].text.startswith("Hi Ann, here is"), now.status) == (True, "closed")


def test_an_agent_without_a_word_is_told(other_desk: OtherDesk) -> None:
    ticket = other_desk.ticket()
    answer = post(other_desk, f"/tickets/{ticket.id}/reply", text="", kind="reply")
    assert (answer.status_code, "A message needs a text." in answer.text) == (400, True)
    assert other_desk.now(ticket) == ticket


def test_an_agent_changes_what_they_touched_and_nothing_else(other_desk: OtherDesk) -> None:
    ticket = other_desk.ticket()
    other_desk.call("POST", f"/tickets/{ticket.id}/tags", {"names": ["meanwhile"]})
    form = {"priority": "critical", "was_priority": "normal", "status": "open", "was_status": "open"}
    form |= {
        f"field_{CONTACT}": "Order::Cancel",
        f"was_field_{CONTACT}": "",
        "tags": "VIP, gift",
        "was_tags": "",
    }
    form |= {"assignee_team": "213", "was_assignee_team": ""}
    assert post(other_desk, f"/tickets/{ticket.id}/properties", **form).status_code == 303
    now = other_desk.now(ticket)
    assert (now.priority, now.team_id, now.tags) == ("critical", 213, ("meanwhile", "VIP", "gift"))
    assert now.values == {CONTACT: "Order::Cancel"}
    assert "Ana Duarte (agent) Contact reason: Order › Cancel" in shown(page(other_desk, ticket))


@pytest.mark.parametrize("path", ["/gorgias/tickets/9", "/gorgias/tickets/9/customer"])
def test_a_ticket_that_there_is_none_of_is_a_404(other_desk: OtherDesk, path: str) -> None:
    method = "POST" if path.endswith("customer") else "GET"
    assert other_desk.client.open(path, method=method, data={"text": "x"}).status_code == 404


def test_a_consent_page_may_lead_back_to_the_app_alone(other_desk: OtherDesk) -> None:
    asked = {
        "client_id": "sandbox-client",
        "response_type": "code",
        "redirect_uri": "https://app.example/back",
    }
    policy = other_desk.client.get("/oauth/authorize", query_string=asked).headers["Content-Security-Policy"]
    assert "form-action 'self' https://app.example;" in policy


def test_every_page_links_to_all_stand_ins(other_desk: OtherDesk) -> None:
    for path in ("/", "/gorgias/", "/shopify/"):
        html = shown(other_desk.client.get(path).text)
        assert "Stand-in helpdesk Stand-in Gorgias Stand-in shop" in html


def test_the_samples_write_here_too(other_desk: OtherDesk) -> None:
    assert load(other_desk.account) == len(other_desk.account.tickets) == 60
    assert {one.language for one in other_desk.account.tickets.values()} == {"en", "ar", "fa"}
    assert max(one.created_at for one in other_desk.account.tickets.values()) < other_desk.clock()


def test_many_tickets_come_in_one_call(other_desk: OtherDesk) -> None:
    tickets = [{"subject": str(n), "text": "Where is it?", "email": f"{n}@example.com"} for n in range(3)]
    made = other_desk.control("POST", "/tickets", {"tickets": tickets})["tickets"]
    assert [one["subject"] for one in made] == ["0", "1", "2"]


def test_a_customer_without_an_address_can_write(other_desk: OtherDesk) -> None:
    body = {"text": "Hi", "email": None, "name": "Chat visitor", "channel": "chat", "phone": "+15550100"}
    ticket = other_desk.control("POST", "/tickets", body)["ticket"]
    assert (ticket["customer"]["email"], ticket["channel"]) == (None, "chat")
