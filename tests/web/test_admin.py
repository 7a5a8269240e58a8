"""The way into the admin pages, and that what changes something was really sent from them."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import delete

from plugin.db.connections import Connections
from plugin.db.settings import SettingsVersions
from plugin.db.tables import TenantRow
from tests.web.outage import away
from tests.web.samples import fill
from tests.web.site import Site, form_token, post, site_over


def is_in(browser: FlaskClient) -> bool:
    """Whether this browser is signed in."""
    return browser.get("/admin/tickets").status_code == 200


class TestOneTimeLink:
    """A link works once, within an hour."""

    def test_it_signs_in_and_leads_to_the_tickets(self, site: Site) -> None:
        browser = site.visitor()
        answer = browser.get(site.link())
        assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/tickets")
        assert is_in(browser)

    def test_it_works_once(self, site: Site) -> None:
        link = site.link()
        site.visitor().get(link)
        second = site.visitor()
        answer = second.get(link)
        assert answer.status_code == 401
        assert "used already" in answer.get_data(as_text=True)
        assert "marginalia admin-link" in answer.get_data(as_text=True)
        assert not is_in(second)

    def test_a_link_checkers_head_does_not_use_it_up(self, site: Site) -> None:
        link, checker, browser = site.link(), site.visitor(), site.visitor()
        assert checker.head(link).status_code == 200
        assert not is_in(checker)
        browser.get(link)
        assert is_in(browser)

    @pytest.mark.parametrize(("minutes", "status"), [(59, 303), (60, 401), (600, 401)])
    def test_it_lasts_an_hour(self, site: Site, minutes: float, status: int) -> None:
        link = site.link()
        site.world.clock.move(minutes=minutes)
        assert site.visitor().get(link).status_code == status

    @pytest.mark.parametrize("token", ["x", "%00", "a" * 5000, "ü"])
    def test_a_token_of_nobody_signs_nobody_in(self, site: Site, token: str) -> None:
        assert site.visitor().get(f"/admin/enter/{token}").status_code == 401


class TestSession:
    """Twelve hours, in this browser alone."""

    def test_it_ends_after_twelve_hours(self, lite: Site) -> None:
        with time_machine.travel("2026-11-23T12:00:00+00:00", tick=False) as wall:
            browser = lite.admin()
            wall.shift(timedelta(hours=12))
            assert is_in(browser)
            wall.shift(timedelta(seconds=1))
            assert not is_in(browser)

    @pytest.mark.parametrize("value", ["", "x", "eyJ0ZW5hbnQiOjF9.x.y", "null"])
    def test_a_made_up_cookie_is_none(self, lite: Site, value: str) -> None:
        browser = lite.visitor()
        browser.set_cookie("marginalia_session", value)
        assert not is_in(browser)

    def test_a_form_token_is_no_session(self, lite: Site) -> None:
        browser = lite.visitor()
        browser.set_cookie("marginalia_session", form_token(lite.admin()))
        assert not is_in(browser)

    def test_an_older_signing_key_still_counts_and_a_dropped_one_does_not(self, lite: Site) -> None:
        cookie = lite.admin().get_cookie("marginalia_session")
        assert cookie is not None
        for keys, inside in ((["n" * 40, "k" * 40], True), (["n" * 40], False)):
            browser = site_over(lite.world, secret_keys=keys).visitor()
            browser.set_cookie("marginalia_session", cookie.value)
            assert is_in(browser) is inside

    def test_script_cannot_read_the_cookie_and_other_sites_do_not_send_it(self, lite: Site) -> None:
        (cookie,) = lite.visitor().get(lite.link()).headers.getlist("Set-Cookie")
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" not in cookie

    def test_over_https_the_cookie_stays_on_https(self, lite: Site) -> None:
        safe = site_over(lite.world, public_url="https://app.example.com")
        assert "Secure" in safe.visitor().get(safe.link()).headers["Set-Cookie"]

    def test_a_tenant_that_is_gone_lets_nobody_in(self, site: Site) -> None:
        browser = site.admin()
        with site.world.database.write() as session:
            session.execute(delete(TenantRow))
        assert not is_in(browser)

    def test_the_refusal_says_how_to_come_in(self, lite: Site) -> None:
        answer = lite.visitor().get("/admin/settings")
        assert answer.status_code == 401
        assert "marginalia admin-link --tenant" in answer.get_data(as_text=True)

    def test_the_first_address_leads_to_the_tickets(self, lite: Site) -> None:
        browser = lite.admin()
        for path in ("/admin", "/admin/"):
            assert browser.get(path).headers["Location"] == "/admin/tickets"


class TestSignOut:
    """Ends the session of this browser, and only by a form of ours."""

    def test_it_takes_the_cookie_back(self, lite: Site) -> None:
        browser = lite.admin()
        assert post(browser, "/admin/leave").headers["Location"] == "/"
        assert not is_in(browser)

    def test_another_site_cannot_sign_anybody_out(self, lite: Site) -> None:
        browser = lite.admin()
        assert browser.post("/admin/leave").status_code == 403
        assert is_in(browser)

    def test_who_is_not_signed_in_is_simply_out(self, lite: Site) -> None:
        assert lite.visitor().post("/admin/leave").status_code == 303


WRITES = (
    "/admin/settings",
    "/admin/settings/1/restore",
    "/admin/deliveries/1/replay",
    "/admin/effects/1/retry",
    "/admin/statement/2026-10/close",
    "/admin/credits/1/accept",
    "/admin/credits/1/give",
    "/admin/credits/1/decide",
    "/admin/commissions",
    "/admin/coupons/1/rotate",
    "/admin/coupons/1/release",
)


class TestForms:
    """What changes something carries the session's token and comes from our own address."""

    def test_every_form_of_the_pages_is_tried_here(self, lite: Site) -> None:
        found = {
            rule.rule
            for rule in lite.app.url_map.iter_rules()
            if rule.rule.startswith("/admin") and "POST" in (rule.methods or set())
        }
        tried = {path.replace("/1/", "/<number>/").replace("/2026-10/", "/<month>/") for path in WRITES}
        tried |= {"/admin/leave"}
        assert {rule.replace("<version>", "<number>") for rule in found} == tried

    @pytest.mark.parametrize("path", WRITES)
    @pytest.mark.parametrize("token", [None, "", "x", "of another session", "a session"])
    def test_without_the_right_token_nothing_is_done(self, lite: Site, path: str, token: str | None) -> None:
        browser = lite.admin()
        cookie = browser.get_cookie("marginalia_session")
        assert cookie is not None
        made = {"of another session": form_token(lite.admin()), "a session": cookie.value}
        sent = {} if token is None else {"csrf_token": made.get(token, token)}
        assert browser.post(path, data={**sent, "document": "mode: live", "expected": "1"}).status_code == 403

    @pytest.mark.parametrize("path", WRITES)
    @pytest.mark.parametrize(
        "origin", ["https://evil.example", "null", "http://localhost.evil.example", "http://localhost:81", ""]
    )
    def test_from_another_origin_nothing_is_done(self, lite: Site, path: str, origin: str) -> None:
        browser = lite.admin()
        sent = {"csrf_token": form_token(browser), "document": "mode: live", "expected": "1"}
        assert browser.post(path, data=sent, headers={"Origin": origin}).status_code == 403

    @pytest.mark.parametrize("origin", [None, "http://localhost", "https://app.example.com"])
    def test_from_our_own_address_or_the_public_one_it_is_done(self, lite: Site, origin: str | None) -> None:
        site = site_over(lite.world, public_url="https://app.example.com")
        browser = site.visitor()
        browser.get(site.link(), base_url="https://localhost")
        page = browser.get("/admin/settings", base_url="https://localhost").get_data(as_text=True)
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        sent = {"csrf_token": token, "document": "mode: live", "expected": "1"}
        headers = {} if origin is None else {"Origin": origin}
        answer = browser.post("/admin/settings", data=sent, headers=headers, base_url="https://localhost")
        assert answer.status_code == 303

    def test_a_token_is_no_older_than_a_session(self, lite: Site) -> None:
        with time_machine.travel("2026-11-23T12:00:00+00:00", tick=False) as wall:
            browser = lite.admin()
            token = form_token(browser)
            wall.shift(timedelta(hours=13))
            sent = {"csrf_token": token, "document": "", "expected": "1"}
            assert browser.post("/admin/settings", data=sent).status_code == 401


class TestSettings:
    """Saving, being overtaken, bringing back."""

    def document(self, site: Site) -> tuple[int, dict[str, Any]]:
        with site.world.database.read() as session:
            return SettingsVersions(session, site.world.connection.tenant_id).newest()

    def test_saving_makes_a_new_version(self, site: Site) -> None:
        answer = post(site.admin(), "/admin/settings", document="mode: shadow\n", expected="1")
        assert answer.headers["Location"] == "/admin/settings?done=saved"
        assert self.document(site) == (2, {"mode": "shadow"})

    def test_an_error_changes_nothing(self, site: Site) -> None:
        assert post(site.admin(), "/admin/settings", document="mode: loud", expected="1").status_code == 422
        assert self.document(site)[0] == 1

    def test_who_was_overtaken_is_told_and_may_decide(self, site: Site) -> None:
        site.world.settings({"mode": "shadow"})
        browser = site.admin()
        answer = post(browser, "/admin/settings", document="locale: fa", expected="1")
        page = answer.get_data(as_text=True)
        assert answer.status_code == 409
        assert "Somebody saved version 2 meanwhile" in page
        assert "locale: fa" in page
        assert 'name="expected" value="2"' in page
        assert self.document(site)[0] == 2

    def test_an_old_version_can_be_put_in_force_again(self, site: Site) -> None:
        site.world.settings({"mode": "shadow"})
        answer = post(site.admin(), "/admin/settings/1/restore", expected="2")
        assert answer.headers["Location"] == "/admin/settings?done=restored"
        assert self.document(site) == (3, {"mode": "live"})

    def test_a_restore_that_was_overtaken_changes_nothing(self, site: Site) -> None:
        site.world.settings({"mode": "shadow"})
        assert post(site.admin(), "/admin/settings/1/restore", expected="1").status_code == 409
        assert self.document(site)[0] == 2

    @pytest.mark.parametrize("version", ["0", "9", "x", "9" * 30])
    def test_a_version_that_is_none_is_404(self, site: Site, version: str) -> None:
        browser = site.admin()
        assert browser.get(f"/admin/settings/{version}").status_code == 404
        assert post(browser, f"/admin/settings/{version}/restore", expected="1").status_code == 404

    def test_a_document_of_no_text_is_refused(self, site: Site) -> None:
        answer = post(site.admin(), "/admin/settings", document='locale: "\\0"', expected="1")
        assert answer.status_code == 422


class TestWorkingAgain:
    """Replay and retry from the pages."""

    def test_a_replay_says_what_came_of_it(self, site: Site) -> None:
        number = site.hook(b"?").get_json()["delivery"]
        browser = site.admin()
        answer = post(browser, f"/admin/deliveries/{number}/replay")
        assert answer.headers["Location"] == f"/admin/deliveries/{number}?done=still_unreadable"
        assert "still not readable" in browser.get(answer.headers["Location"]).get_data(as_text=True)

    def test_a_retry_that_would_undo_a_newer_write_says_so(self, site: Site) -> None:
        held = fill(site.world).held
        answer = post(site.admin(), f"/admin/effects/{held}/retry")
        assert answer.status_code == 409
        assert "a newer write to the same place exists" in answer.get_data(as_text=True)

    @pytest.mark.parametrize("path", ["deliveries/99/replay", "effects/99/retry", "effects/x/retry"])
    def test_what_is_not_there_is_404(self, site: Site, path: str) -> None:
        assert post(site.admin(), f"/admin/{path}").status_code == 404


DEMO: dict[str, Any] = {"demo": True, "allow_local_vendors": True}


class TestDemo:
    """A demo signs in whoever sits at this machine, and nobody else."""

    def test_a_browser_on_this_machine_is_let_in(self, site: Site) -> None:
        browser = site_over(site.world, **DEMO).visitor()
        assert "acme" in browser.get("/").get_data(as_text=True)
        assert is_in(browser)

    def test_it_signs_in_once_and_then_knows_its_visitor(self, lite: Site) -> None:
        browser = site_over(lite.world, **DEMO).visitor()
        browser.get("/")
        assert "Set-Cookie" not in browser.get("/").headers

    @pytest.mark.parametrize("changes", [{"demo": False}, {"allow_local_vendors": False}])
    def test_it_wants_both_switches(self, lite: Site, changes: dict[str, Any]) -> None:
        browser = site_over(lite.world, **{**DEMO, **changes}).visitor()
        browser.get("/")
        assert not is_in(browser)

    @pytest.mark.parametrize("address", ["10.0.0.5", "192.168.1.7", "203.0.113.9", "", "localhost.evil"])
    def test_another_machine_is_not_let_in(self, lite: Site, address: str) -> None:
        browser = site_over(lite.world, **DEMO).visitor()
        answer = browser.get("/", environ_overrides={"REMOTE_ADDR": address})
        assert "Set-Cookie" not in answer.headers

    @pytest.mark.parametrize("host", ["app.example.com", "10.0.0.5", "127.0.0.1.evil.example"])
    def test_a_name_that_only_points_to_this_machine_is_not_let_in(self, lite: Site, host: str) -> None:
        browser = site_over(lite.world, **DEMO).visitor()
        assert "Set-Cookie" not in browser.get("/", base_url=f"http://{host}").headers

    @pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000"])
    def test_every_name_of_this_machine_is(self, lite: Site, host: str) -> None:
        browser = site_over(lite.world, **DEMO).visitor()
        assert "Set-Cookie" in browser.get("/", base_url=f"http://{host}").headers

    @pytest.mark.parametrize(
        "header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Host"]
    )
    def test_what_came_through_a_proxy_is_not_let_in(self, lite: Site, header: str) -> None:
        browser = site_over(lite.world, **DEMO).visitor()
        assert "Set-Cookie" not in browser.get("/", headers={header: "127.0.0.1"}).headers

    def test_a_tenant_with_a_real_helpdesk_is_never_opened(self, lite: Site) -> None:
        with lite.world.database.write() as session:
            Connections(session, lite.world.vault).change(
                lite.world.connection, api_url="https://acme.fake.example"
            )
        browser = site_over(lite.world, **DEMO).visitor()
        browser.get("/")
        assert not is_in(browser)

    def test_nothing_but_the_first_page_signs_in(self, lite: Site) -> None:
        browser = site_over(lite.world, **DEMO).visitor()
        assert browser.get("/admin/tickets").status_code == 401


def test_while_the_database_is_away_pages_say_so(site: Site) -> None:
    browser = site.admin()
    with away(site.world.database):
        answer = browser.get("/admin/tickets")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "the database does not take anything" in answer.get_data(as_text=True)
    assert is_in(browser)
