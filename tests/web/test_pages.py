"""Each page in each language: it renders, what customers write cannot break it, and it says what to do next."""

import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from plugin.db.breaches import Breaches
from plugin.db.engine import Database
from plugin.db.tables import ConnectionRow
from plugin.db.tickets import Tickets
from plugin.web.language import LANGUAGES
from tests.fakes import World
from tests.web.pages import EMPTY, pages
from tests.web.samples import LONG, Samples, fill, many_tickets
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


@pytest.mark.parametrize(
    "said",
    [
        "No automated replies",
        "customers of the tier “<bdi>Concierge &lt;b&gt;</bdi>” meet no bots",
        "$12,000.00",
        "$113.20",
        "<bdi>#1001 &lt;i&gt;</bdi>",
        "e-mail address",
        "spent <bdi>12,000.00</bdi> ≥ <bdi>10,000.00</bdi> <bdi>USD</bdi>",
        "tag <bdi>VIP</bdi>",
        "As the shop said",
        "<bdi>Exchange &lt;b&gt;</bdi>",
        "suggested by a rule; shares: <bdi>size, exchange</bdi>",
        "An offer that fits",
        "<bdi>Belt &lt;b&gt;</bdi> · <bdi>$50.00</bdi>",
        "keeps the sale",
        "margin <bdi>$30.00</bdi>",
        "<li>asked about <bdi>&lt;b&gt;</bdi></li>",
        "<li>taken <bdi>2</bdi> of <bdi>5</bdi> times</li>",
        "left to a person",
    ],
)
def test_the_ticket_page_says_who_the_customer_is(
    filled: tuple[Site, Samples, FlaskClient], said: str
) -> None:
    assert said in page_of(filled[2], "/admin/tickets/fake/5164", "en")


def test_a_macro_that_is_gone_is_not_suggested(filled: tuple[Site, Samples, FlaskClient]) -> None:
    assert "Gone by now" not in page_of(filled[2], "/admin/tickets/fake/5164", "en")


@pytest.mark.parametrize(
    ("ticket", "said"),
    [
        ("5165", "The shop has not answered yet who this is."),
        ("5165", "the rule “<bdi>Broken &lt;b&gt;</bdi>” says so"),
        ("5165", "the rules wait for it, <bdi>10</bdi> s at most"),
        ("5165", "the shop has not answered yet"),
        ("5166", "No connected store has a customer with this address"),
        ("5166", "no tier&#39;s criterion is met"),
    ],
)
def test_the_ticket_page_tells_a_silent_shop_from_a_stranger(
    filled: tuple[Site, Samples, FlaskClient], ticket: str, said: str
) -> None:
    assert said in page_of(filled[2], f"/admin/tickets/fake/{ticket}", "en")


def test_without_a_store_the_ticket_page_says_how_to_connect_one(lite: Site) -> None:
    many_tickets(lite.world, 1)
    page = page_of(lite.admin(), "/admin/tickets/fake/1", "en")
    assert "No store is connected" in page
    assert "marginalia connect STORE" in page


def test_the_list_of_tickets_shows_tiers_and_who_meets_no_bots(
    filled: tuple[Site, Samples, FlaskClient],
) -> None:
    page = page_of(filled[2], "/admin/tickets", "en")
    assert page.count("<bdi>Concierge &lt;b&gt;</bdi></span>") == 1
    assert page.count("No automated replies") == 2


def test_the_report_on_bots_counts_both_sides_and_leads_to_the_tickets(
    filled: tuple[Site, Samples, FlaskClient],
) -> None:
    page = page_of(filled[2], "/admin/reports/no-bots", "en")
    assert re.findall(r'class="figure">(\d+)<', page) == ["1", "2"]
    assert page.count("/admin/tickets/fake/5164") == 3
    assert page.count("http://127.0.0.1:1/tickets/5164") == 3


def test_no_breach_is_good_news_where_somebody_meets_no_bots(lite: Site) -> None:
    browser = lite.admin()
    assert "No tier says" in page_of(browser, "/admin/reports/no-bots", "en")
    lite.world.settings({"tiers": [{"name": "Best", "orders_at_least": 5, "no_bots": True}]})
    assert "No bot has reached any of them." in page_of(browser, "/admin/reports/no-bots", "en")


def test_old_breaches_are_one_page_further(lite: Site) -> None:
    many_tickets(lite.world, 1)
    with lite.world.database.write() as session:
        kept = Tickets(session, lite.world.connection.tenant_id).find("fake", "1")
        assert kept is not None
        breaches = Breaches(session, lite.world.connection.tenant_id)
        breaches.add(kept.id, "host", [f"m{number}" for number in range(51)], None, lite.world.clock())
    browser = lite.admin()
    link = re.search(r'href="([^"]+)" rel="next"', page_of(browser, "/admin/reports/no-bots", "en"))
    assert link is not None
    second = page_of(browser, link[1].replace("&amp;", "&"), "en")
    assert re.findall(r"<bdi>(m\d+)</bdi>", second) == ["m0"]


def test_the_settings_page_foretells_rules_that_clash(filled: tuple[Site, Samples, FlaskClient]) -> None:
    page = page_of(filled[2], "/admin/settings", "en")
    assert "Rules that can clash" in page
    wanted = "team: “<bdi>Best first</bdi>” sets <bdi>211</bdi>, “<bdi>Everybody &lt;b&gt;</bdi>” sets <bdi>100</bdi>."
    assert wanted in page


def test_rules_that_clash_about_a_tag_are_told_in_words(lite: Site) -> None:
    rules = [
        {
            "name": name,
            "on": ["ticket_created"],
            "actions": [{"field": "tags", "operator": how, "value": ["x"]}],
        }
        for name, how in (("A", "add"), ("B", "remove"), ("C", "add"))
    ]
    lite.world.settings({"rules": rules})
    page = page_of(lite.admin(), "/admin/settings", "en")
    assert "“<bdi>A</bdi>” adds it, “<bdi>B</bdi>” removes it." in page
    assert "“<bdi>B</bdi>” removes it, “<bdi>C</bdi>” adds it." in page


def test_rules_that_cannot_clash_are_no_matter(lite: Site) -> None:
    assert "clash" not in page_of(lite.admin(), "/admin/settings", "en")


def test_an_answer_that_was_withheld_says_what_to_do(filled: tuple[Site, Samples, FlaskClient]) -> None:
    page = page_of(filled[2], "/admin/effects?state=withheld", "en")
    assert "meet no bots; a person must answer" in page
    assert "Send again" in page


def test_states_are_told_in_words_beside_their_colour(filled: tuple[Site, Samples, FlaskClient]) -> None:
    page = page_of(filled[2], "/admin/effects", "en")
    badges = re.findall(r'<span class="badge \w+"><span aria-hidden="true">(.)</span> ([^<]+)</span>', page)
    assert {"done", "failed", "held back", "outcome unknown", "waiting", "skipped"} <= {b[1] for b in badges}
    assert page.count('class="badge') == len(badges)


def test_only_what_may_be_sent_again_has_a_button(filled: tuple[Site, Samples, FlaskClient]) -> None:
    page = page_of(filled[2], "/admin/effects", "en")
    assert page.count("Send again<") == 4


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
