"""Security headers: on every answer, also on refusals and on failures of our own."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from plugin.db.tickets import Tickets
from tests.web.outage import away
from tests.web.site import Site, site_over

ADDRESSES = (
    "/",
    "/admin/tickets",
    "/admin/settings",
    "/admin/nothing",
    "/admin/enter/nobody",
    "/api/v1/settings",
    "/api/v1/nothing",
    "/panel/fake/5",
    "/panel/fake/5/sign-in",
    "/oauth/fake/callback",
    "/hooks/fake/nobody",
    "/healthz",
    "/readyz",
    "/metrics",
    "/static/pages.css",
    "/nothing",
)


def answers(site: Site, address: str) -> list[Any]:
    """What this address answers a stranger, an admin and a program."""
    callers: tuple[FlaskClient, ...] = (site.visitor(), site.admin(), site.program())
    found = []
    for caller in callers:
        with caller.get(address) as answer:
            found.append(answer)
    return found


@pytest.mark.parametrize("address", ADDRESSES)
class TestEveryAnswer:
    """What no answer is without."""

    def test_has_a_policy_that_allows_no_inline_script_or_style(self, lite: Site, address: str) -> None:
        for answer in answers(lite, address):
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert "base-uri 'none'" in policy

    def test_may_not_be_put_into_a_frame_and_says_so_in_the_policy_alone(
        self, lite: Site, address: str
    ) -> None:
        for answer in answers(lite, address):
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
            assert "X-Frame-Options" not in answer.headers

    def test_is_taken_for_what_it_says_it_is(self, lite: Site, address: str) -> None:
        for answer in answers(lite, address):
            assert answer.headers["X-Content-Type-Options"] == "nosniff"

    def test_is_kept_by_nobody_unless_it_is_a_file_of_ours(self, lite: Site, address: str) -> None:
        for answer in answers(lite, address):
            kept = answer.headers["Cache-Control"]
            assert kept == ("no-cache" if address.startswith("/static/") else "no-store")


def test_the_nonce_is_another_each_time(lite: Site) -> None:
    found = {
        re.search(r"'nonce-([\w-]{16,})'", lite.visitor().get("/").headers["Content-Security-Policy"])
        for _ in range(3)
    }
    assert len({match[1] for match in found if match}) == 3


@pytest.mark.parametrize(
    ("url", "expected"), [("http://localhost", False), ("https://app.example.com", True)]
)
def test_only_an_https_address_insists_on_https(lite: Site, url: str, expected: bool) -> None:
    answer = site_over(lite.world, public_url=url).visitor().get("/")
    assert ("Strict-Transport-Security" in answer.headers) is expected


def test_forms_still_tell_where_they_come_from(lite: Site) -> None:
    assert lite.visitor().get("/").headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/admin/tickets", "/api/v1/tickets"])
class TestFailure:
    """A defect of ours is logged, told as such, and shows nothing of itself."""

    @pytest.fixture
    def answer(self, lite: Site, path: str, monkeypatch: pytest.MonkeyPatch) -> Any:
        def fails(self: Tickets, *arguments: object) -> None:
            raise RuntimeError("a secret inside")

        caller = lite.admin() if path.startswith("/admin") else lite.program()
        monkeypatch.setattr(Tickets, "latest", fails)
        return caller.get(path)

    def test_it_says_what_to_do_and_nothing_of_the_cause(self, answer: Any, path: str) -> None:
        text = answer.get_data(as_text=True)
        assert answer.status_code == 500
        assert "a defect of ours, which is logged" in text
        assert "secret" not in text

    def test_it_speaks_to_people_and_to_programs_in_their_own_way(self, answer: Any, path: str) -> None:
        expected = "text/html" if path.startswith("/admin") else "application/problem+json"
        assert answer.mimetype == expected

    def test_it_has_its_headers_too(self, answer: Any, path: str) -> None:
        assert answer.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_refusal_while_the_database_is_away_has_them_too(lite: Site) -> None:
    with away(lite.world.database):
        answer = lite.visitor().get("/readyz")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
