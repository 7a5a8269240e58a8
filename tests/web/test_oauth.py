"""Signing in through the helpdesk: only the browser that began it comes back, once, soon, and as whoever it is."""

from datetime import timedelta
from io import StringIO
from urllib.parse import parse_qsl, urlsplit

import pytest
import structlog
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from plugin.db.agents import Agents
from plugin.logs import configure_logging
from plugin.ports import Agent, PermanentError, TemporaryError
from tests.web.looking import staffed
from tests.web.signing_in import ANA, CLIENT, back, begun, signed_in, with_sign_in
from tests.web.site import CONFIG, Site, site_over

SIGNED_IN = "marginalia_agent"


def cookies(answer: TestResponse) -> dict[str, str]:
    """The cookies that an answer sets, whole, by name."""
    return {one.partition("=")[0]: one for one in answer.headers.getlist("Set-Cookie")}


class TestThere:
    """The browser is sent to the helpdesk's own page."""

    def test_it_is_the_accounts_own_page_with_our_address_to_come_back_to(self, lite: Site) -> None:
        with_sign_in(lite)
        answer = lite.visitor().get("/panel/fake/5/sign-in")
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("https://acme.fake.example/authorize?")
        assert begun(lite.visitor())["redirect_uri"] == "http://localhost/oauth/fake/callback"

    def test_the_browsers_secret_is_in_no_address(self, lite: Site) -> None:
        sign_in, browser = with_sign_in(lite), lite.visitor()
        answer = browser.get("/panel/fake/5/sign-in")
        (cookie,) = cookies(answer).values()
        secret = cookie.partition("=")[2].partition(";")[0]
        assert len(secret) >= 43
        assert secret not in answer.headers["Location"]
        assert secret not in sign_in.challenge

    def test_the_secret_is_for_the_way_back_alone_and_for_ten_minutes(self, lite: Site) -> None:
        with_sign_in(lite)
        (cookie,) = cookies(lite.visitor().get("/panel/fake/5/sign-in")).values()
        for attribute in ("HttpOnly", "SameSite=Lax", "Path=/oauth/", "Max-Age=600"):
            assert attribute in cookie
        assert "Secure" not in cookie

    def test_over_https_the_secret_stays_on_https(self, lite: Site) -> None:
        with_sign_in(lite)
        safe = site_over(lite.world, public_url="https://app.example.com")
        (cookie,) = cookies(safe.visitor().get("/panel/fake/5/sign-in")).values()
        assert "Secure" in cookie

    @pytest.mark.parametrize(
        "path",
        ["nobody/5/sign-in", "fake/5/sign-in?account=other", "fake/a-b/sign-in", "fake/5/sign-in?account="],
    )
    def test_what_is_not_there_is_404(self, lite: Site, path: str) -> None:
        with_sign_in(lite)
        assert lite.visitor().get(f"/panel/{path}").status_code == 404

    def test_without_an_oauth_client_there_is_no_way(self, lite: Site) -> None:
        with_sign_in(lite, clients={})
        assert lite.visitor().get("/panel/fake/5/sign-in").status_code == 404


class TestBack:
    """Whoever the code proves is signed in, and the ticket opens."""

    def test_it_leads_to_the_ticket(self, site: Site) -> None:
        with_sign_in(site)
        browser = site.visitor()
        answer = back(browser, begun(browser, "77")["state"])
        assert (answer.status_code, answer.headers["Location"]) == (303, "/panel/fake/77")
        assert SIGNED_IN in cookies(answer)

    def test_the_code_is_taken_to_the_account_that_it_was_begun_with(self, lite: Site) -> None:
        lite.world.connect("bert")
        sign_in = with_sign_in(lite, clients={"acme": CLIENT, "bert": CLIENT})
        signed_in(lite, query="?account=bert")
        assert sign_in.asked == [("bert", "ana", "http://localhost/oauth/fake/callback")]

    def test_the_session_is_for_the_panels_alone(self, lite: Site) -> None:
        with_sign_in(lite)
        browser = lite.visitor()
        cookie = cookies(back(browser, begun(browser)["state"]))[SIGNED_IN]
        for attribute in ("HttpOnly", "SameSite=Lax", "Path=/panel/fake", "Max-Age=43200"):
            assert attribute in cookie
        assert browser.get("/admin/tickets").status_code == 401

    def test_the_session_holds_nothing_personal(self, lite: Site) -> None:
        with_sign_in(lite)
        cookie = signed_in(lite).get_cookie(SIGNED_IN, path="/panel/fake")
        assert cookie is not None
        assert ANA.email not in cookie.value

    def test_whoever_came_is_known_from_then_on(self, site: Site) -> None:
        with_sign_in(site)
        signed_in(site)
        where = site.world.connection
        with site.world.database.read() as session:
            assert Agents(session, where.tenant_id).find(where.id, "11") == ANA

    def test_one_who_came_does_not_count_as_everybody(self, site: Site) -> None:
        with_sign_in(site)
        signed_in(site)
        where = site.world.connection
        with site.world.database.read() as session:
            assert Agents(session, where.tenant_id).is_due(where.id, site.world.clock())

    def test_one_who_left_and_works_there_again_is_let_in(self, site: Site) -> None:
        with_sign_in(site)
        staffed(site.world)
        staffed(site.world, Agent("99", "z@shop.example", "Z"))
        assert signed_in(site).get("/panel/fake/5").status_code == 200

    def test_who_comes_twice_is_one(self, site: Site) -> None:
        with_sign_in(site)
        signed_in(site)
        signed_in(site)
        where = site.world.connection
        with site.world.database.read() as session:
            assert Agents(session, where.tenant_id).find(where.id, "11") == ANA

    def test_another_agent_takes_the_place_of_the_one_before(self, lite: Site) -> None:
        sign_in, browser = with_sign_in(lite), lite.visitor()
        back(browser, begun(browser)["state"], "ana")
        before = browser.get_cookie(SIGNED_IN, path="/panel/fake")
        back(browser, begun(browser)["state"], "sam")
        after = browser.get_cookie(SIGNED_IN, path="/panel/fake")
        assert before is not None
        assert after is not None
        assert before.value != after.value
        assert [code for _, code, _ in sign_in.asked] == ["ana", "sam"]

    def test_two_tabs_may_sign_in_at_once(self, lite: Site) -> None:
        sign_in, browser = with_sign_in(lite), lite.visitor()
        first = begun(browser, "5")
        challenge = sign_in.challenge
        second = begun(browser, "6")
        assert back(browser, second["state"]).headers["Location"] == "/panel/fake/6"
        sign_in.challenge = challenge
        assert back(browser, first["state"]).headers["Location"] == "/panel/fake/5"


def refused(answer: TestResponse, status: int, text: str) -> None:
    """Nobody is signed in, and a page says why."""
    assert answer.status_code == status
    assert text in answer.get_data(as_text=True)
    assert SIGNED_IN not in cookies(answer)


class TestState:
    """Only the browser that began it, once, within ten minutes, and for the same helpdesk."""

    def test_another_browser_does_not_come_back_with_it(self, lite: Site) -> None:
        sign_in = with_sign_in(lite)
        state = begun(lite.visitor())["state"]
        refused(back(lite.visitor(), state), 400, "not begun in this browser")
        assert sign_in.asked == []

    def test_a_browser_with_an_attempt_of_its_own_does_not_either(self, lite: Site) -> None:
        with_sign_in(lite)
        theirs, mine = lite.visitor(), lite.visitor()
        begun(mine)
        refused(back(mine, begun(theirs)["state"]), 400, "not begun in this browser")

    def test_it_works_once(self, lite: Site) -> None:
        with_sign_in(lite)
        browser = lite.visitor()
        state = begun(browser)["state"]
        back(browser, state)
        refused(back(browser, state), 400, "used already")

    def test_a_refusal_uses_it_up_too(self, lite: Site) -> None:
        with_sign_in(lite)
        browser = lite.visitor()
        state = begun(browser)["state"]
        back(browser, state, "", error="access_denied")
        refused(back(browser, state), 400, "used already")

    def test_it_lasts_ten_minutes(self, lite: Site) -> None:
        with_sign_in(lite)
        with time_machine.travel("2026-11-23T12:00:00+00:00", tick=False) as wall:
            browser = lite.visitor()
            states = [begun(browser, ticket)["state"] for ticket in ("5", "6")]
            wall.shift(timedelta(minutes=10))
            assert back(browser, states[1]).status_code == 303
            wall.shift(timedelta(seconds=1))
            refused(back(browser, states[0]), 400, "more than ten minutes old")

    def test_what_is_too_old_or_used_up_offers_its_ticket_again(self, lite: Site) -> None:
        with_sign_in(lite)
        browser = lite.visitor()
        state = begun(browser, "77")["state"]
        back(browser, state)
        refused(back(browser, state), 400, 'href="/panel/fake/77"')

    def test_a_key_that_was_dropped_signs_nobody_in(self, lite: Site) -> None:
        with_sign_in(lite)
        answer = lite.visitor().get("/panel/fake/5/sign-in")
        (cookie,) = cookies(answer).values()
        name, _, value = cookie.partition(";")[0].partition("=")
        state = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))["state"]
        for keys, status in ((["n" * 40, "k" * 40], 303), (["n" * 40], 400)):
            browser = site_over(lite.world, secret_keys=keys).visitor()
            browser.set_cookie(name, value, path="/oauth/")
            assert back(browser, state).status_code == status

    def test_a_session_is_no_state(self, lite: Site) -> None:
        with_sign_in(lite)
        browser = signed_in(lite)
        cookie = browser.get_cookie(SIGNED_IN, path="/panel/fake")
        assert cookie is not None
        refused(back(browser, cookie.value), 400, "not begun in this browser")

    def test_it_is_of_one_helpdesk(self, lite: Site) -> None:
        with_sign_in(lite)
        browser = lite.visitor()
        state = begun(browser)["state"]
        answer = browser.get("/oauth/other/callback", query_string={"state": state, "code": "ana"})
        refused(answer, 400, "not begun in this browser")

    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text(max_size=60), st.text(max_size=60))
    def test_whatever_else_comes_signs_nobody_in(self, lite: Site, state: str, code: str) -> None:
        refused(back(lite.visitor(), state, code), 400, "not begun in this browser")


class TestNoWayOut:
    """Nothing in an address leads away from our own pages, and nothing in it is taken for ours."""

    @pytest.mark.parametrize(
        "ticket", ["https:%2F%2Fevil.example", "..%2F..%2Fadmin", "%5Cevil", "//evil.example"]
    )
    def test_a_ticket_that_is_none_leads_nowhere(self, lite: Site, ticket: str) -> None:
        with_sign_in(lite)
        answer = lite.visitor().get(f"/panel/fake/{ticket}/sign-in")
        assert answer.status_code in {404, 308}
        assert "evil" not in urlsplit(answer.headers.get("Location", "")).netloc

    def test_the_helpdesks_words_are_shown_as_words(self, lite: Site) -> None:
        with_sign_in(lite)
        browser = lite.visitor()
        said = "<script>alert(1)</script>" + "x" * 1000
        answer = back(browser, begun(browser)["state"], "", error="x", error_description=said)
        page = answer.get_data(as_text=True)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert "x" * 400 not in page

    def test_words_in_an_address_that_nobody_began_are_not_shown(self, lite: Site) -> None:
        answer = lite.visitor().get("/oauth/fake/callback?error=x&error_description=call+0900+now")
        assert "0900" not in answer.get_data(as_text=True)

    def test_no_page_on_the_way_back_repeats_the_code(self, lite: Site) -> None:
        with_sign_in(lite, agents={"secret-code": PermanentError("refused")})
        browser = lite.visitor()
        answer = back(browser, begun(browser)["state"], "secret-code")
        assert "secret-code" not in answer.get_data(as_text=True)


class TestTrouble:
    """What went wrong is said with what to do next, and the ticket is one click away."""

    @pytest.mark.parametrize(
        ("error", "status"),
        [(PermanentError("fake account acme does not take this sign-in (expired): sign in again"), 403),
         (TemporaryError("acme.fake.example does not answer (no answer in time)"), 503)],
    )  # fmt: skip
    def test_a_helpdesk_that_refuses_or_is_silent_is_quoted(
        self, lite: Site, error: Exception, status: int
    ) -> None:
        with_sign_in(lite, agents={"ana": error})
        browser = lite.visitor()
        answer = back(browser, begun(browser)["state"])
        refused(answer, status, 'href="/panel/fake/5"')
        assert str(error).partition("(")[0].strip().rpartition(" ")[2] in answer.get_data(as_text=True)

    def test_who_said_no_reads_that_the_helpdesk_did_not_let_them_in(self, lite: Site) -> None:
        sign_in = with_sign_in(lite)
        browser = lite.visitor()
        refused(back(browser, begun(browser)["state"], "", error="access_denied"), 403, "access_denied")
        assert sign_in.asked == []

    def test_a_way_back_without_a_word_says_to_try_again(self, lite: Site) -> None:
        with_sign_in(lite)
        browser = lite.visitor()
        refused(back(browser, begun(browser)["state"], ""), 403, "did not say who you are. Sign in again.")

    def test_a_client_that_was_taken_away_meanwhile_asks_nothing(self, lite: Site) -> None:
        sign_in = with_sign_in(lite)
        browser = lite.visitor()
        state = begun(browser)["state"]
        sign_in.clients.clear()
        refused(back(browser, state), 400, "Open the ticket again")

    def test_strangers_cannot_use_up_what_an_account_allows_us(self, lite: Site) -> None:
        sign_in = with_sign_in(lite, agents={"guess": PermanentError("no such code")})
        answers = []
        for _ in range(11):
            browser = lite.visitor()
            answers.append(back(browser, begun(browser)["state"], "guess"))
        assert len(sign_in.asked) == 10
        refused(answers[-1], 429, "Too many people sign in just now")

    def test_no_code_and_no_state_reaches_the_log(self, lite: Site) -> None:
        log = StringIO()
        configure_logging(CONFIG, log)
        sign_in = with_sign_in(lite)
        sign_in.agents["secret-code"] = PermanentError(
            "refused: /oauth/fake/callback?code=secret-code&state=x.y"
        )
        browser = lite.visitor()
        state = begun(browser)["state"]
        back(browser, state, "secret-code")
        signed_in(lite)
        structlog.reset_defaults()
        assert "agent signed in" in log.getvalue()
        assert "secret-code" not in log.getvalue()
        assert state not in log.getvalue()
        assert ANA.email not in log.getvalue()
