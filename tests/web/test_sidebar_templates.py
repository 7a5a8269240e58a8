"""The panel's templates and words over views made by hand: what no browser is needed for."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import pytest
from flask import Flask, g, render_template
from flask_babel import force_locale
from markupsafe import Markup

from plugin.db.engine import Database
from plugin.domain.alerts import Alert, AlertKind
from plugin.domain.facts import Customer, Ranked
from plugin.domain.money import Money
from plugin.domain.offered import Offered
from plugin.domain.orders import Order, OrderLine, Parcel, ParcelState, ReturnState
from plugin.sidebar import CouponShown, Deed, DeedState, MacroShown, OfferShown, SidebarView, SourceShown
from plugin.web import sidebar_words
from plugin.web.language import LANGUAGES
from plugin.web.sidebar.deeds import STYLES
from tests.conftest import NOW
from tests.fakes import World
from tests.web.site import site_over

TEMPLATES = files("sidebar_templates")
SCRIPTS = ("panel.js", "deeds.js", "framed.js", "tab.js")
KNOWN = Customer("known", name="Ann", matched_by="email", spent=Money(12_345, "USD"), orders=2, as_of=NOW)
VIEW = SidebarView(KNOWN, name="Ann", email="ann@example.com", as_of=NOW, live=True)
ORDER = Order("#1001", NOW - timedelta(days=13), Money(11_320, "USD"), "paid", "fulfilled")
HOSTILE = "javascript:alert(1)"

Render = Callable[..., str]


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[Flask]:
    """One app for all of them: nothing here changes a row."""
    copy = shutil.copy(migrated_file, tmp_path_factory.mktemp("panel") / "marginalia.db")
    database = Database(f"sqlite:///{copy}")
    yield site_over(World(database)).app
    database.dispose()


@pytest.fixture
def render(web: Flask) -> Iterator[Render]:
    """The panel of a view."""

    def panel(view: SidebarView | None = VIEW, lang: str = "en", **changes: Any) -> str:
        given = {"view": view, "waiting": view is None, "ticket_id": "5", "helpdesk": "fake"}
        names = {"options": Markup(""), "name_of": lambda code: f"Name of {code}"}
        with force_locale(lang):
            return render_template("panel.html", **{**given, **names, **changes})

    with web.test_request_context("/"):
        yield panel


def deed(did: str, state: DeedState = "done", **more: Any) -> Deed:
    return Deed(did, "Ben", NOW, state, **more)


def test_who_has_neither_name_nor_address_is_still_somebody(render: Render) -> None:
    assert "No name" in render(replace(VIEW, name="", email=None))


def test_an_address_that_is_no_web_address_is_no_link(render: Render) -> None:
    parcel = Parcel("UPS", "1Z", "in_transit", HOSTILE)
    taken = OfferShown(Offered("Belt"), deed("offer_taken", result=HOSTILE))
    shown = render(replace(VIEW, orders=(replace(ORDER, parcels=(parcel,)),), offer=taken))
    assert HOSTILE not in shown
    assert "<bdi>1Z</bdi>" in shown


def test_a_parcel_in_trouble_says_where_the_order_is(render: Render) -> None:
    parcels = (Parcel("UPS", "1", "delivered"), Parcel("UPS", "2", "delayed"))
    order = replace(ORDER, parcels=parcels)
    assert sidebar_words.where_it_is(order) == "delayed"
    assert sidebar_words.where_it_is(replace(order, parcels=parcels[:1])) == "delivered"
    assert sidebar_words.where_it_is(ORDER) == "sent"


def test_of_an_order_with_many_lines_a_few_are_shown_and_the_rest_is_counted(render: Render) -> None:
    lines = tuple(OrderLine(f"S{n}", f"Thing {n}", 2) for n in range(10_000))
    shown = render(replace(VIEW, orders=(replace(ORDER, lines=lines),)))
    assert shown.count("Thing") == 4
    assert "9,996 more" in shown


@pytest.mark.parametrize(
    ("language", "native", "amount"),
    [
        ("en", True, "<bdi>$123.45</bdi>"),
        ("ar", True, '<bdi dir="ltr">\u200f123.45\xa0US$</bdi>'),
        ("fa", True, "<bdi>\u200e$\xa0۱۲۳٫۴۵</bdi>"),
        ("fa", False, "<bdi>\u200e$\xa0123.45</bdi>"),
    ],
)
def test_amounts_stand_as_readers_of_the_language_write_them(
    render: Render, language: str, native: bool, amount: str
) -> None:
    g.native_digits = native
    assert amount in render(lang=language)


@pytest.mark.parametrize("native", [True, False])
def test_digits_are_the_languages_own_or_the_tenants_choice_everywhere(render: Render, native: bool) -> None:
    g.native_digits = native
    order = replace(
        ORDER, lines=(OrderLine("S", "Thing", 7),), parcels=(Parcel("UPS", "x", "delayed", due=NOW),)
    )
    suggested = (Ranked("a", 0.87, ()),)
    offer = OfferShown(Offered("Belt", why=("taken 3 of 8 times", "in stock: 12")))
    view = replace(VIEW, orders=(order,), suggestions=suggested, offer=offer, alerts=(Alert("no_bots"),) * 3)
    shown = re.sub(r"<[^>]*>|#\d+", "", render(view, lang="fa"))
    wrong = "[0-9]" if native else "[۰-۹]"
    assert re.findall(wrong, shown.replace("۹۰ روز", "")) == []


@pytest.mark.parametrize(
    ("ago", "told"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=90), "90 minutes ago"),
        (timedelta(days=13), "13 days ago"),
        (timedelta(days=400), "13 months ago"),
    ],
)
def test_how_long_ago_is_not_rounded_so_far_that_days_are_lost(
    render: Render, ago: timedelta, told: str
) -> None:
    assert sidebar_words.since(NOW - ago) == told


@pytest.mark.parametrize(
    "changes",
    [
        {"reason_deed": deed("reason_chosen", "under_way", result="a.b")},
        {"offer": OfferShown(Offered("Belt"), deed("offer_taken", "under_way"))},
        {"coupon": CouponShown("ANA10", None, deed("coupon_made", "under_way"))},
        {"sources": (SourceShown("shop", "acme", "asking"),)},
        {"search": deed("order_searched", result="#1")},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_is_under_way_is_looked_at_again(render: Render, changes: dict[str, Any]) -> None:
    assert 'data-unsettled="deeds"' in render(replace(VIEW, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"offer": OfferShown(Offered("Belt"), deed("offer_taken", "failed"))},
        {"sources": (SourceShown("shop", "acme", "failed"), SourceShown("shop", "acme", "slow"))},
        {"search": Deed("order_searched", "Ben", NOW - timedelta(minutes=1), result="#1")},
        {"search": deed("order_searched", result="#1"), "customer": replace(KNOWN, matched_by="order")},
    ],
)
def test_what_is_settled_is_left_alone(render: Render, changes: dict[str, Any]) -> None:
    assert "data-unsettled" not in render(replace(VIEW, **changes))


def test_a_ticket_that_is_not_known_yet_says_what_happens_and_is_looked_at_again(render: Render) -> None:
    shown = render(None)
    assert "Ticket <bdi>5</bdi> is being read" in shown
    assert 'data-unsettled="waiting"' in shown


@pytest.mark.parametrize("kind", get_args(AlertKind))
def test_every_alert_has_words_and_a_sign(render: Render, kind: AlertKind) -> None:
    tone, sign, text = sidebar_words.alert_says(kind)
    assert tone in {"bad", "warn", "calm"}
    assert sign
    assert text in render(replace(VIEW, alerts=(Alert(kind, "#1", "1Z", "UPS"),)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_of_a_parcel_and_of_a_return_has_a_name(render: Render, language: str) -> None:
    with force_locale(language):
        names = {sidebar_words.parcel_state(state) for state in get_args(ParcelState)}
        told = {sidebar_words.return_state(state) for state in get_args(ReturnState) if state != "none"}
    assert not {*get_args(ParcelState), *get_args(ReturnState)} & names - {"delayed", "delivered"}
    assert len(told) == 5


def test_the_styles_that_can_be_chosen_are_those_that_can_be_saved() -> None:
    assert tuple(sidebar_words.STYLES) == STYLES


def test_a_word_of_a_store_that_is_not_known_here_stays_the_stores() -> None:
    assert sidebar_words.order_word("odd_<b>") == "<bdi>odd &lt;b&gt;</bdi>"


def test_why_a_write_failed_is_said_in_words_also_where_only_its_state_is_known(render: Render) -> None:
    held = OfferShown(Offered("Belt"), deed("offer_taken", "failed", problem="held"))
    assert '<span class="problem">held back</span>' in render(replace(VIEW, offer=held))


def test_the_text_of_a_macro_is_shown_as_it_would_be_written(render: Render) -> None:
    macro = MacroShown("1", "Hello", "suggested by a rule", "<b>Hi</b>\n\u200fسلام")
    assert "&lt;b&gt;Hi&lt;/b&gt;\n\u200fسلام</p>" in render(replace(VIEW, macros=(macro,)))


class TestScripts:
    """What the scripts rely on is there, and what a strict policy refuses is not."""

    def test_whatever_a_script_says_is_in_the_catalogues(self) -> None:
        said = set(sidebar_words.SAYINGS)
        used: set[str] = set()
        for name in SCRIPTS:
            used |= set(re.findall(r'"([a-z_]+)"', TEMPLATES.joinpath("static", name).read_text("utf-8")))
        assert said <= used, "said by nobody"
        asked = re.compile(r'(?:say|show)\("(\w+)"')
        for name in SCRIPTS:
            assert set(asked.findall(TEMPLATES.joinpath("static", name).read_text("utf-8"))) <= said

    def test_scripts_and_styles_stand_in_files(self) -> None:
        for template in TEMPLATES.iterdir():
            if template.name.endswith(".html"):
                text = template.read_text("utf-8")
                assert not re.search(r"\sstyle=|\son[a-z]+=|<style", text), template.name
                assert all("nonce" in tag for tag in re.findall(r"<script [^>]*src=[^>]*>", text))

    def test_directions_are_logical(self) -> None:
        styles = TEMPLATES.joinpath("static", "panel.css").read_text("utf-8")
        physical = re.compile(
            r"(?:^|[;{\s])(?:(?:margin|padding|border)-(?:left|right|top|bottom)|left|right|width|height|float)\s*:"
            r"|text-align:\s*(?:left|right)"
        )
        assert physical.findall(styles) == []

    def test_every_colour_is_a_variable(self) -> None:
        styles = TEMPLATES.joinpath("static", "panel.css").read_text("utf-8")
        rules = [line for line in styles.splitlines() if re.search(r"#[0-9a-fA-F]{3,8}\b", line)]
        assert [line for line in rules if not re.match(r"\s+--[\w-]+: #[0-9a-f]{6};$", line)] == []

    def test_both_ways_into_the_dark_lead_to_the_same_colours(self) -> None:
        styles = TEMPLATES.joinpath("static", "panel.css").read_text("utf-8")
        blocks = re.findall(r":root(\S*) \{([^}]*--paper[^}]*)\}", styles)
        chosen, system = (
            re.findall(r"--[\w-]+: \S+;", body)
            for selector, body in blocks
            if selector in ('[data-scheme="dark"]', ":not([data-scheme])")
        )
        assert chosen == system
