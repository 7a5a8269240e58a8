"""The tray beside a ticket as the server makes it: whose frame it lets in, who is looking, what is posted."""

import json
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.zendesk.records import Ticket, User
from sandbox.zendesk.tray import COOKIE, SCRIPT
from tests.sandbox.conftest import Answer, Desk
from tests.sandbox.test_zendesk_app import check, claims

APP_URL = "http://127.0.0.1:8000/sidebar/zendesk"


def page(desk: Desk, ticket: Ticket, query: str = "") -> Answer:
    return desk.plain("GET", f"/agent/tickets/{ticket.id}{query}")


def attribute(html: str, pattern: str) -> str:
    found = re.search(pattern, html)
    assert found is not None, html
    return unescape(found.group(1))


def address(html: str) -> str:
    return attribute(html, r'id="app-open" method="post" action="([^"]+)"')


def token(html: str) -> str:
    return attribute(html, r'name="token" value="([^"]+)"')


def told(html: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(attribute(html, r'id="tray-told">(.*?)</script>'))
    return found


def named(desk: Desk, email: str) -> User:
    found = desk.account.user_by_email(email)
    assert found is not None
    return found


def look(desk: Desk, ticket: Ticket, agent: User, **more: Any) -> Answer:
    return desk.plain("POST", "/agent/looking", data={"ticket": ticket.id, "agent": agent.id, **more})


def test_without_an_app_there_is_no_tray_and_no_frame_is_let_in(desk: Desk) -> None:
    answer = page(desk, desk.ticket())
    assert "<iframe" not in answer.text
    assert "frame-src 'none'; form-action 'self';" in answer.headers["Content-Security-Policy"]


def test_the_apps_origin_alone_is_let_in(desk: Desk) -> None:
    desk.account.install_app(APP_URL)
    policy = page(desk, desk.ticket()).headers["Content-Security-Policy"]
    assert "frame-src http://127.0.0.1:8000; form-action 'self' http://127.0.0.1:8000;" in policy
    assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self';")


def test_other_pages_let_no_frame_in(desk: Desk) -> None:
    desk.account.install_app(APP_URL)
    assert "frame-src 'none'" in desk.plain("GET", "/").headers["Content-Security-Policy"]


def test_the_app_learns_whose_page_it_is_in(desk: Desk) -> None:
    desk.account.install_app(APP_URL)
    query = parse_qs(urlsplit(address(page(desk, desk.ticket()).text)).query)
    assert query["origin"] == ["http://localhost"]
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", query["app_guid"][0])


def test_an_apps_own_query_is_kept(desk: Desk) -> None:
    desk.account.install_app(APP_URL + "?a=1")
    assert address(page(desk, desk.ticket()).text).startswith(APP_URL + "?a=1&origin=http%3A%2F%2Flocalhost&")


def test_the_posted_token_is_the_first_agents(desk: Desk) -> None:
    app = desk.account.install_app(APP_URL)
    made = token(page(desk, desk.ticket()).text)
    check(made, app.public_key)
    assert claims(made)["sub"].endswith(f"/users/{named(desk, 'ana@shop.example').id}.json")


def test_whoever_sits_down_is_who_the_token_names(desk: Desk) -> None:
    desk.account.install_app(APP_URL)
    ticket, agent = desk.ticket(), named(desk, "sam@shop.example")
    look(desk, ticket, agent)
    html = page(desk, ticket).text
    assert claims(token(html))["sub"].endswith(f"/users/{agent.id}.json")
    assert told(html)["agent"]["role"] == "admin"


def test_sitting_down_leads_back_to_the_ticket_and_keeps_the_trays_width(desk: Desk) -> None:
    ticket = desk.ticket()
    answer = look(desk, ticket, named(desk, "sam@shop.example"), tray="420")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/agent/tickets/{ticket.id}?tray=420")


def test_a_cookie_that_names_nobody_is_the_first_agents(desk: Desk) -> None:
    desk.account.install_app(APP_URL)
    desk.client.set_cookie(COOKIE, "12")
    assert told(page(desk, desk.ticket()).text)["agent"]["name"] == "Ana Duarte"


def test_nobody_sits_down_from_another_site(desk: Desk) -> None:
    answer = desk.plain("POST", "/agent/looking", data={}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("query", "width"),
    [("", 320), ("?tray=420", 420), ("?tray=1", 280), ("?tray=9999", 900), ("?tray=x", 320)],
)
def test_the_tray_is_as_wide_as_the_address_says_within_reason(desk: Desk, query: str, width: int) -> None:
    desk.account.install_app(APP_URL)
    html = page(desk, desk.ticket(), query).text
    assert attribute(html, r'id="tray-width"[^>]* value="(\d+)"') == str(width)


def test_what_customers_are_called_does_not_end_the_data_for_the_script(desk: Desk) -> None:
    desk.account.install_app(APP_URL)
    evil = "</script><script>alert(1)</script>"
    ticket = desk.ticket()
    desk.account.change_user(desk.account.user(ticket.requester_id), name=evil)
    html = page(desk, ticket).text
    assert "<script>alert" not in html
    assert told(html)["ticket"]["requester"]["name"] == evil


def test_a_macro_is_given_to_who_may_use_it(desk: Desk) -> None:
    returns = next(one for one in desk.account.macros.values() if one.group_id is not None)
    assert desk.plain("GET", f"/agent/macros/{returns.id}").json["title"] == "Return: label and steps"


def test_a_macro_of_another_group_is_not_given(desk: Desk) -> None:
    returns = next(one for one in desk.account.macros.values() if one.group_id is not None)
    look(desk, desk.ticket(), named(desk, "leila@shop.example"))
    assert desk.plain("GET", f"/agent/macros/{returns.id}").status_code == 404


def test_a_reply_and_changed_properties_are_one_change(desk: Desk) -> None:
    ticket, agent = desk.ticket(), named(desk, "ana@shop.example")
    form = {"agent": agent.id, "text": "Soon.", "kind": "reply", "status": "pending", "was_status": "new"}
    desk.plain("POST", f"/agent/tickets/{ticket.id}/reply", data=form)
    found = desk.now(ticket)
    assert (found.status, found.comments[-1].body, len(found.audits)) == ("pending", "Soon.", 2)


def test_the_client_script_may_be_loaded_by_other_origins(desk: Desk) -> None:
    answer = desk.plain("GET", SCRIPT, buffered=True)
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.content_type.startswith("text/javascript")
