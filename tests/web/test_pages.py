"""Each page in each language: it renders, what customers write cannot break it, and it says what to do next."""

import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from plugin.db.engine import Database
from plugin.db.tables import ConnectionRow
from plugin.web.language import LANGUAGES
from tests.fakes import World
from tests.web.pages import EMPTY, pages
from tests.web.samples import LONG, Samples, fill
from tests.web.site import Site, form_token, post, site_over

NAMES = tuple(pages(Samples(None)))  # type: ignore[arg-type]  # names only
VOID = {"meta", "link", "input", "br", "path", "rect"}
OVERRIDE = "\u202e"


@pytest.fixture(scope="module")
def filled(
    tmp_path_factory: pytest.TempPathFactory, migrated_file: Path
) -> Iterator[tuple[Site, Samples, FlaskClient]]:
    """One site with all sample rows for the whole module: no test here changes anything."""
    copy = shutil.copy(migrated_file, tmp_path_factory.mktemp("pages") / "marginalia.db")
    database = Database(f"sqlite:///{copy}")
    world = World(database)
    samples = fill(world)
    site = site_over(world)
    yield site, samples, site.admin()
    database.dispose()


class Checked(HTMLParser):
    """What a page is made of: unclosed elements are an error, and where each control character stands is kept."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.overrides: list[list[str]] = []
        self.tags: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop()[0] == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        if OVERRIDE in data:
            self.overrides.append([tag for tag, _ in self.open])


def page_of(browser: FlaskClient, address: str, language: str) -> str:
    answer = browser.get(address + ("&" if "?" in address else "?") + f"lang={language}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Each language in turn."""
    chosen: str = request.param
    return chosen


@pytest.mark.parametrize("name", NAMES)
class TestEachPage:
    """What holds for every page in every language."""

    @pytest.fixture
    def page(self, filled: tuple[Site, Samples, FlaskClient], name: str, language: str) -> str:
        _, samples, browser = filled
        return page_of(browser, pages(samples)[name], language)

    def test_is_well_formed_and_says_its_language_and_direction(self, page: str, language: str) -> None:
        checked = Checked(page)
        assert checked.open == []
        assert ("html", "lang", language) in checked.attributes
        assert ("html", "dir", "ltr" if language == "en" else "rtl") in checked.attributes
        assert len(checked.ids) == len(set(checked.ids))

    def test_holds_no_markup_of_customers(self, page: str) -> None:
        checked = Checked(page)
        assert not {"script", "b", "i", "u"} & set(checked.tags)

    def test_isolates_every_control_character(self, page: str) -> None:
        for around in Checked(page).overrides:
            assert "bdi" in around
        assert not [one for one in Checked(page).attributes if OVERRIDE in (one[2] or "")]

    def test_has_landmarks_a_heading_and_a_way_past_the_menu(self, page: str) -> None:
        checked = Checked(page)
        assert checked.tags.count("main") == checked.tags.count("h1") == checked.tags.count("header") == 1
        assert ("a", "href", "#main") in checked.attributes

    def test_works_under_the_strictest_policy(self, page: str) -> None:
        checked = Checked(page)
        assert not [one for one in checked.attributes if one[1] == "style" or one[1].startswith("on")]
        assert "style" not in checked.tags

    def test_offers_every_language_by_its_own_name(self, page: str) -> None:
        for name in LANGUAGES.values():
            assert name in page


@pytest.mark.parametrize("name", EMPTY)
def test_a_page_with_nothing_to_show_says_what_to_do_next(lite: Site, name: str, language: str) -> None:
    if name == "connections":
        with lite.world.database.write() as session:
            session.delete(session.get_one(ConnectionRow, lite.world.connection.id))
    page = page_of(lite.admin(), EMPTY[name], language)
    assert "empty" in page or name in {"effects", "settings"}
    assert Checked(page).open == []


def test_the_ticket_page_answers_why(filled: tuple[Site, Samples, FlaskClient]) -> None:
    page = page_of(filled[2], "/admin/tickets/fake/5158", "en")
    for said in (
        "product.defect.zipper",
        "<bdi>Zipper &lt;b&gt;</bdi>",
        "by its words",
        "93%",
        "<q><bdi>zipper is stuck</bdi></q>",
        "What the last message suggests",
        "shipping.wismo",
        "fired",
        "audit-1",
        f"/admin/deliveries/{filled[1].worked}",
        "/admin/settings/1",
        "http://127.0.0.1:1/tickets/5158",
    ):
        assert said in page


@pytest.mark.parametrize(
    ("ticket", "said"),
    [
        ("5159", "not sure enough to write: only suggested"),
        ("5160", "what a person has set is not overwritten"),
        ("5161", "the ticket is closed: left alone"),
        ("5162", "held: more than 20 writes"),
        ("5162", "shadow mode: would write"),
        ("5162", 'run <code dir="ltr">marginalia connect</code> for it'),
        ("5163", "Nothing was decided yet."),
    ],
)
def test_the_ticket_page_says_why_it_did_not(
    filled: tuple[Site, Samples, FlaskClient], ticket: str, said: str
) -> None:
    assert said in page_of(filled[2], f"/admin/tickets/fake/{ticket}", "en")


def test_states_are_told_in_words_beside_their_colour(filled: tuple[Site, Samples, FlaskClient]) -> None:
    page = page_of(filled[2], "/admin/effects", "en")
    badges = re.findall(r'<span class="badge \w+"><span aria-hidden="true">(.)</span> ([^<]+)</span>', page)
    assert {"done", "failed", "held back", "outcome unknown", "waiting", "skipped"} <= {b[1] for b in badges}
    assert page.count('class="badge') == len(badges)


def test_only_what_may_be_sent_again_has_a_button(filled: tuple[Site, Samples, FlaskClient]) -> None:
    page = page_of(filled[2], "/admin/effects", "en")
    assert page.count("Send again<") == 3


def test_an_unreadable_delivery_names_the_field_and_shows_hidden_characters(
    filled: tuple[Site, Samples, FlaskClient],
) -> None:
    page = page_of(filled[2], f"/admin/deliveries/{filled[1].unreadable}", "en")
    assert '<code dir="ltr">detail.id</code>' in page
    assert "⟨U+202E⟩" in page


def test_long_words_are_shown_whole_where_there_is_one_ticket(
    filled: tuple[Site, Samples, FlaskClient],
) -> None:
    assert LONG in page_of(filled[2], "/admin/tickets/fake/5161", "en")


def test_the_landing_page_says_that_it_is_ready(filled: tuple[Site, Samples, FlaskClient]) -> None:
    assert "This installation is ready" in page_of(filled[2], "/", "en")


def test_the_landing_page_shows_tickets_to_those_who_are_signed_in_only(
    filled: tuple[Site, Samples, FlaskClient],
) -> None:
    site, _, browser = filled
    assert "5158" in page_of(browser, "/", "en")
    stranger = page_of(site.visitor(), "/", "en")
    assert "5158" not in stranger
    assert "marginalia admin-link" in stranger


def test_links_on_the_landing_page_lead_somewhere(filled: tuple[Site, Samples, FlaskClient]) -> None:
    browser = filled[2]
    for address in set(re.findall(r'href="(/[^"]*)"', page_of(browser, "/", "en"))):
        with browser.get(address.replace("&amp;", "&")) as answer:
            assert answer.status_code in {200, 303}, address


def test_a_settings_page_with_errors_keeps_the_text_and_names_each_path(lite: Site) -> None:
    answer = post(
        lite.admin(), "/admin/settings?lang=en", document="mode: <loud>\ncolour: red\n", expected="1"
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "mode: &lt;loud&gt;\ncolour: red\n" in page
    assert '<code dir="ltr">mode</code>: ' in page
    assert '<code dir="ltr">colour</code>: ' in page


def test_old_tickets_are_one_page_further(lite: Site) -> None:
    from tests.web.samples import many_tickets

    many_tickets(lite.world, 51)
    browser = lite.admin()
    first = page_of(browser, "/admin/tickets", "en")
    link = re.search(r'href="([^"]+)" rel="next"', first)
    assert link is not None
    second = page_of(browser, link[1].replace("&amp;", "&"), "en")
    shown = [re.findall(r'class="number">(\d+)<', page) for page in (first, second)]
    assert (len(shown[0]), shown[1]) == (50, ["1"])


def test_a_ticket_is_found_by_its_number(lite: Site) -> None:
    browser = lite.admin()
    answer = browser.get("/admin/tickets/find?helpdesk=fake&ticket=+%235158+")
    assert answer.headers["Location"] == "/admin/tickets/fake/5158"
    assert browser.get("/admin/tickets/find?helpdesk=fake&ticket=").headers["Location"] == "/admin/tickets"


def test_the_language_switch_stays_on_the_same_page(filled: tuple[Site, Samples, FlaskClient]) -> None:
    page = page_of(filled[2], "/admin/deliveries?state=dead&before=9", "en")
    assert 'href="/admin/deliveries?state=dead&amp;before=9&amp;lang=ar"' in page


def test_a_page_that_answers_a_form_has_no_language_switch(lite: Site) -> None:
    browser = lite.admin()
    sent = {"csrf_token": form_token(browser), "document": "x", "expected": "1"}
    assert "lang=ar" not in browser.post("/admin/settings", data=sent).get_data(as_text=True)
