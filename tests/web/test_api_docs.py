"""The page that shows the API to people: for everybody, from here alone, and it works under our content policy."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from plugin.web.api.operations import OPERATIONS
from tests.live import served
from tests.web.site import Site

DOCS = "/api/v1/docs"


def test_anybody_may_read_it_and_nothing_in_it_is_fetched_from_elsewhere(lite: Site) -> None:
    answer = lite.visitor().get(DOCS)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "//" not in page.replace("<!doctype html>", "")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "mimetype"), [("swagger-ui.css", "text/css"), ("swagger-ui-bundle.js", "text/javascript")]
)
def test_its_parts_come_from_the_package_and_may_be_kept(lite: Site, name: str, mimetype: str) -> None:
    with lite.visitor().get(f"{DOCS}/{name}") as answer:
        assert (answer.status_code, answer.mimetype) == (200, mimetype)
        assert answer.cache_control.max_age == 86_400
    known = {"If-None-Match": answer.headers["ETag"]}
    with lite.visitor().get(f"{DOCS}/{name}", headers=known) as again:
        assert again.status_code == 304


@pytest.mark.parametrize("name", ["swagger-ui.js", "..%2f__init__.py", "LICENSE", "oauth2-redirect.html"])
def test_no_other_file_is_served(lite: Site, name: str) -> None:
    assert lite.visitor().get(f"{DOCS}/{name}").status_code == 404


@pytest.fixture
def page(lite: Site, chromium: Browser) -> Iterator[Page]:
    """The page in a real browser, with what the browser complained about."""
    with served(lite.app) as root:
        made = chromium.new_page()
        complaints: list[str] = []
        made.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        made.on("pageerror", lambda error: complaints.append(str(error)))
        made.goto(root + DOCS)
        yield made
        made.close()
    assert complaints == []


def test_every_operation_is_shown_and_the_browser_has_nothing_to_complain_about(page: Page) -> None:
    shown = page.locator(".opblock-summary-path")
    expect(shown).to_have_count(len(OPERATIONS))
    page.locator("#operations-deliveries-deliveries_all_deliveries").click()
    expect(page.get_by_text("The newest deliveries.").first).to_be_visible()
