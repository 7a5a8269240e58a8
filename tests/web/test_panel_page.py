"""The panel in a tab: who may see it, of whose account it is, and what those read who may not."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from plugin.db.agents import Agents
from plugin.db.connections import Connections, Tenants
from plugin.db.tables import ConnectionRow
from plugin.ports import Agent, Connection
from tests.fakes import ticket
from tests.web.looking import staffed
from tests.web.signing_in import ANA, CLIENT, begun, signed_in, with_sign_in
from tests.web.site import Site, site_over
from tests.worker_steps import work_all

DEMO: dict[str, Any] = {"demo": True, "allow_local_vendors": True}
SIGNED_IN = "marginalia_agent"
TOKEN = re.compile(r'name="marginalia-token" content="([^"]+)"')


def seen(site: Site, *ids: str, connection: Connection | None = None) -> None:
    """The work has looked at these tickets of the account."""
    for one in ids:
        site.world.helpdesk.tickets[one] = ticket(one, "Where is my order?")
        site.world.hint(one, connection=connection)
    work_all(site.world)


def text_of(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def is_panel(answer: TestResponse) -> bool:
    """Whether this is the panel, and not a page that asks or refuses."""
    return answer.status_code == 200 and TOKEN.search(text_of(answer)) is not None


def deeds(browser: FlaskClient, answer: TestResponse, ticket_id: str = "5") -> TestResponse:
    """The panel again, by the token that the page holds."""
    found = TOKEN.search(text_of(answer))
    assert found is not None
    headers = {"Authorization": f"Bearer {found[1]}"}
    return browser.get(f"/sidebar/fake/tickets/{ticket_id}", headers=headers)


class TestAgent:
    """Who signed in through the helpdesk sees the tickets of their account."""

    def test_they_see_the_panel(self, site: Site) -> None:
        with_sign_in(site)
        seen(site, "5")
        assert is_panel(signed_in(site).get("/panel/fake/5"))

    def test_the_page_holds_a_token_for_what_is_done_in_it(self, lite: Site) -> None:
        with_sign_in(lite)
        seen(lite, "5")
        browser = signed_in(lite)
        assert deeds(lite.visitor(), browser.get("/panel/fake/5")).status_code == 200

    def test_one_sign_in_is_for_every_ticket(self, lite: Site) -> None:
        with_sign_in(lite)
        seen(lite, "5", "6")
        browser = signed_in(lite, ticket="5")
        assert is_panel(browser.get("/panel/fake/6"))

    def test_it_says_which_account_and_how_to_sign_out(self, lite: Site) -> None:
        with_sign_in(lite)
        seen(lite, "5")
        page = text_of(signed_in(lite).get("/panel/fake/5"))
        assert "Signed in to the account <bdi>acme</bdi>" in page
        assert 'action="/panel/fake/sign-out"' in page

    def test_it_ends_after_twelve_hours(self, lite: Site) -> None:
        with_sign_in(lite)
        seen(lite, "5")
        with time_machine.travel("2026-11-23T12:00:00+00:00", tick=False) as wall:
            browser = signed_in(lite)
            wall.shift(timedelta(hours=12))
            assert is_panel(browser.get("/panel/fake/5"))
            wall.shift(timedelta(seconds=1))
            assert browser.get("/panel/fake/5").status_code == 401

    def test_who_works_there_no_more_is_let_out(self, site: Site) -> None:
        with_sign_in(site)
        seen(site, "5")
        browser = signed_in(site)
        staffed(site.world, Agent("99", "z@shop.example", "Z"))
        assert browser.get("/panel/fake/5").status_code == 401

    def test_an_account_that_is_gone_lets_nobody_in(self, lite: Site) -> None:
        with_sign_in(lite)
        browser = signed_in(lite)
        with lite.world.database.write() as session:
            session.get_one(ConnectionRow, lite.world.connection.id).vendor = "gone"
        assert browser.get("/panel/fake/5").status_code == 401

    @pytest.mark.parametrize("value", ["", "x", "WzEsMSwiMTEiXQ.x.y", "null"])
    def test_a_made_up_cookie_is_none(self, lite: Site, value: str) -> None:
        browser = lite.visitor()
        browser.set_cookie(SIGNED_IN, value, path="/panel/fake")
        assert browser.get("/panel/fake/5").status_code == 401

    def test_signing_out_forgets_agent_and_account(self, lite: Site) -> None:
        with_sign_in(lite)
        lite.world.connect("bert")
        browser = signed_in(lite, query="?account=acme")
        headers = {"Origin": "http://localhost"}
        answer = browser.post("/panel/fake/sign-out", data={"ticket": "5"}, headers=headers)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/panel/fake/5")
        assert "Name of your" in text_of(browser.get("/panel/fake/5"))

    def test_another_site_signs_nobody_out(self, lite: Site) -> None:
        with_sign_in(lite)
        seen(lite, "5")
        browser = signed_in(lite)
        headers = {"Origin": "https://evil.example"}
        answer = browser.post("/panel/fake/sign-out", data={"ticket": "5"}, headers=headers)
        assert answer.status_code == 403
        assert is_panel(browser.get("/panel/fake/5"))

    @pytest.mark.parametrize("ticket_id", ["https://evil.example", "..", ""])
    def test_signing_out_leads_to_a_ticket_alone(self, lite: Site, ticket_id: str) -> None:
        assert lite.visitor().post("/panel/fake/sign-out", data={"ticket": ticket_id}).status_code == 404


class TestTickets:
    """A ticket that is not this account's is none, and nothing says whether it is anybody else's."""

    def test_one_that_is_not_known_yet_is_asked_for(self, lite: Site) -> None:
        with_sign_in(lite)
        browser = signed_in(lite)
        answer = browser.get("/panel/fake/5")
        assert answer.status_code == 200
        assert "is being read" in text_of(answer)
        seen(lite, "5")
        assert is_panel(browser.get("/panel/fake/5"))

    def test_one_of_nobody_and_one_of_another_tenant_are_told_alike(self, site: Site) -> None:
        with_sign_in(site)
        other = site.world.connect("bert")
        seen(site, "7777", connection=other)
        del site.world.helpdesk.tickets["7777"]
        browser = signed_in(site, query="?account=acme")
        pages = {}
        for one in ("7777", "8888"):
            browser.get(f"/panel/fake/{one}")
            work_all(site.world)
            answer = browser.get(f"/panel/fake/{one}")
            pages[one] = (answer.status_code, re.sub(rf"\b{one}\b", "N", text_of(answer)))
        assert pages["7777"] == pages["8888"]
        assert pages["7777"][0] == 404

    def test_a_refusal_says_which_account_it_is_about(self, lite: Site) -> None:
        with_sign_in(lite)
        browser = signed_in(lite)
        browser.get("/panel/fake/8")
        work_all(lite.world)
        page = text_of(browser.get("/panel/fake/8"))
        assert "The helpdesk has no such ticket" in page
        assert "Signed in to the account <bdi>acme</bdi>" in page

    @pytest.mark.parametrize("path", ["nobody/5", "fake/a-b", "fake/%00", f"fake/{'1' * 101}", "fake/٥"])
    def test_what_can_be_no_ticket_is_404_for_everybody(self, lite: Site, path: str) -> None:
        with_sign_in(lite)
        for browser in (lite.visitor(), lite.admin(), signed_in(lite)):
            assert browser.get(f"/panel/{path}").status_code == 404


class TestAdmin:
    """Whoever came in by a one-time link sees the panels of their tenant."""

    def test_they_see_the_panel_without_any_oauth(self, lite: Site) -> None:
        seen(lite, "5")
        answer = lite.admin().get("/panel/fake/5")
        assert is_panel(answer)
        assert deeds(lite.visitor(), answer).status_code == 200

    def test_they_do_not_see_another_tenants(self, lite: Site) -> None:
        other = lite.world.connect("bert")
        seen(lite, "7", connection=other)
        del lite.world.helpdesk.tickets["7"]
        browser = lite.admin()
        browser.get("/panel/fake/7")
        work_all(lite.world)
        assert browser.get("/panel/fake/7").status_code == 404

    def test_naming_another_tenants_account_is_404(self, lite: Site) -> None:
        lite.world.connect("bert")
        assert lite.admin().get("/panel/fake/7?account=bert").status_code == 404

    def test_of_several_accounts_the_one_with_the_ticket_is_taken(self, site: Site) -> None:
        also = second_account(site)
        seen(site, "7", connection=also)
        assert is_panel(site.admin().get("/panel/fake/7"))

    def test_where_several_may_have_it_they_choose(self, lite: Site) -> None:
        also = second_account(lite)
        seen(lite, "7")
        seen(lite, "7", connection=also)
        browser = lite.admin()
        assert 'href="/panel/fake/7?account=bert"' in text_of(browser.get("/panel/fake/7"))
        assert is_panel(browser.get("/panel/fake/7?account=bert"))

    def test_an_agent_who_is_also_an_admin_acts_as_the_agent(self, lite: Site) -> None:
        with_sign_in(lite)
        seen(lite, "5")
        browser = signed_in(lite)
        browser.get(lite.link())
        assert "Signed in to the account" in text_of(browser.get("/panel/fake/5"))


def second_account(site: Site) -> Connection:
    """Another account of the same tenant."""
    world = site.world
    with world.database.write() as session:
        tenant = Tenants(session).by_id(world.connection.tenant_id)
        assert tenant is not None
        connections, where = Connections(session, world.vault), world.connection
        return connections.add(tenant, where.vendor, "bert", where.api_url, where.options, {}, world.clock())


class TestDemo:
    """The demo lets whoever sits at the machine in, and nobody else."""

    def test_a_browser_on_this_machine_sees_the_panel(self, lite: Site) -> None:
        seen(lite, "5")
        browser = site_over(lite.world, **DEMO).visitor()
        assert is_panel(browser.get("/panel/fake/5"))

    def test_it_is_signed_in_to_the_other_pages_too(self, lite: Site) -> None:
        browser = site_over(lite.world, **DEMO).visitor()
        browser.get("/panel/fake/5")
        assert browser.get("/admin/tickets").status_code == 200

    def test_another_machine_is_asked_to_sign_in(self, lite: Site) -> None:
        browser = site_over(lite.world, **DEMO).visitor()
        answer = browser.get("/panel/fake/5", environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
        assert answer.status_code == 401
        assert SIGNED_IN not in answer.headers.get("Set-Cookie", "")


class TestSignInPage:
    """Who is not signed in reads how to."""

    def test_with_one_account_there_is_one_button(self, lite: Site) -> None:
        with_sign_in(lite)
        answer = lite.visitor().get("/panel/fake/5")
        assert answer.status_code == 401
        assert 'href="/panel/fake/5/sign-in?account=acme"' in text_of(answer)

    def test_without_an_oauth_client_it_says_whom_to_ask_for_a_link(self, lite: Site) -> None:
        answer = lite.visitor().get("/panel/fake/5")
        assert answer.status_code == 401
        assert "marginalia admin-link --tenant" in text_of(answer)
        assert "/sign-in" not in text_of(answer)

    def test_nothing_of_the_ticket_is_on_it(self, lite: Site) -> None:
        with_sign_in(lite)
        seen(lite, "5")
        page = text_of(lite.visitor().get("/panel/fake/5"))
        assert "Ann" not in page
        assert "ann@example.com" not in page

    def test_with_several_accounts_the_agent_names_theirs_and_none_is_told(self, lite: Site) -> None:
        with_sign_in(lite)
        lite.world.connect("bert")
        page = text_of(lite.visitor().get("/panel/fake/5"))
        assert 'name="account"' in page
        assert "bert" not in page

    def test_it_is_named_once(self, lite: Site) -> None:
        with_sign_in(lite, clients={"bert": CLIENT})
        lite.world.connect("bert")
        browser = lite.visitor()
        assert "/sign-in?account=bert" in text_of(browser.get("/panel/fake/5?account=bert"))
        assert "/sign-in?account=bert" in text_of(browser.get("/panel/fake/6"))
        assert begun(browser, "6")["state"]

    def test_another_one_can_be_named_later(self, lite: Site) -> None:
        with_sign_in(lite)
        lite.world.connect("bert")
        browser = lite.visitor()
        assert 'href="/panel/fake/5?account="' in text_of(browser.get("/panel/fake/5?account=bert"))
        assert 'name="account"' in text_of(browser.get("/panel/fake/5?account="))

    @pytest.mark.parametrize(
        "typed", ["bert", " Bert ", "bert.fake.example", "https://bert.fake.example/app/1", "BERT/"]
    )
    def test_it_is_found_however_it_is_written(self, lite: Site, typed: str) -> None:
        with_sign_in(lite, clients={"bert": CLIENT})
        lite.world.connect("bert")
        answer = lite.visitor().get("/panel/fake/5", query_string={"account": typed})
        assert "/sign-in?account=bert" in text_of(answer)

    def test_one_that_is_not_connected_can_be_corrected(self, lite: Site) -> None:
        with_sign_in(lite)
        answer = lite.visitor().get("/panel/fake/5", query_string={"account": "<b>shop"})
        page = text_of(answer)
        assert "No account <bdi>&lt;b&gt;shop</bdi> is connected here" in page
        assert 'value="&lt;b&gt;shop"' in page
        assert "Set-Cookie" not in answer.headers

    def test_a_remembered_account_that_is_gone_is_asked_for_anew(self, lite: Site) -> None:
        with_sign_in(lite)
        lite.world.connect("bert")
        browser = lite.visitor()
        browser.set_cookie("marginalia_account", "gone", path="/panel/fake")
        assert 'name="account"' in text_of(browser.get("/panel/fake/5"))

    @pytest.mark.parametrize(("language", "word"), [("ar", "تسجيل الدخول"), ("fa", "وارد شوید")])
    def test_it_speaks_the_readers_language(self, lite: Site, language: str, word: str) -> None:
        with_sign_in(lite)
        page = text_of(lite.visitor().get(f"/panel/fake/5?lang={language}"))
        assert f'<html lang="{language}" dir="rtl">' in page
        assert word in page


class TestHeaders:
    """Pages with data are kept by nobody and framed by nobody."""

    def test_of_the_panel(self, lite: Site) -> None:
        with_sign_in(lite)
        seen(lite, "5")
        answer = signed_in(lite).get("/panel/fake/5")
        assert answer.headers["Cache-Control"] == "no-store"
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        nonce = re.search(r"'nonce-([^']+)'", policy)
        assert nonce is not None
        scripts = re.findall(r"<script (?!type=\"application/json\")[^>]*>", text_of(answer))
        assert scripts
        assert all(f'nonce="{nonce[1]}"' in one for one in scripts)

    def test_a_session_is_never_put_into_the_page(self, lite: Site) -> None:
        with_sign_in(lite)
        seen(lite, "5")
        browser = signed_in(lite)
        cookie = browser.get_cookie(SIGNED_IN, path="/panel/fake")
        assert cookie is not None
        assert cookie.value not in text_of(browser.get("/panel/fake/5"))


def test_an_agents_name_and_role_are_those_of_the_helpdesk(lite: Site) -> None:
    with_sign_in(lite)
    signed_in(lite, "sam")
    where = lite.world.connection
    with lite.world.database.read() as session:
        found = Agents(session, where.tenant_id).find(where.id, "12")
    assert found is not None
    assert (found.role, ANA.role) == ("admin", "agent")
