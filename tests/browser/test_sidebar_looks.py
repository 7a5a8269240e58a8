"""The panel for every eye and hand: widths, colours, directions, the keyboard, and what a screen reader is told."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.axe import COLOURS, violations, with_axe
from tests.browser.conftest import Hosted
from tests.browser.sidebar_host import Desk, Desks, desks_of
from tests.browser.test_every_page import OUTSIDE, WATCH_FOCUS, _follows

WIDTHS = (300, 420, 740)
STATES: dict[str, dict[str, Any]] = {
    "everything": {"ticket": "1"},
    "nobody": {"ticket": "2"},
    "not bought yet": {"ticket": "3"},
    "shop silent": {"ticket": "4"},
    "closed": {"ticket": "5"},
    "long and strange names": {"ticket": "6"},
    "done": {"ticket": "7"},
    "failed": {"ticket": "8"},
    "under way": {"ticket": "9"},
    "watching, amounts hidden": {"ticket": "1", "account": "beta"},
    "no shop": {"ticket": "1", "account": "gamma"},
}
FROM_RIGHT = ("everything", "long and strange names", "watching, amounts hidden")
"""The states that are looked at in a language from the right too: together they show every piece of a panel."""
SHOWN = [*product(STATES, ("en",)), *product(FROM_RIGHT, ("fa",))]
OPEN_ALL = "() => { for (const one of document.querySelectorAll('details')) one.open = true; }"
NAMELESS = """() => [...document.querySelectorAll("button, a[href], input, select, textarea, summary")]
  .filter((one) => !(one.innerText || one.labels?.[0]?.innerText || one.getAttribute("aria-label") || "").trim())
  .map((one) => one.outerHTML.slice(0, 100))"""
WATCH_VISIBLE = WATCH_FOCUS.replace("a[href], button", "summary, a[href], button").replace(
    "querySelectorAll(all)]", "querySelectorAll(all)].filter((one) => one.checkVisibility())"
)


@dataclass
class Seen:
    """A state of the panel in one language, with everything in it opened."""

    desk: Desk
    language: str


@pytest.fixture(scope="module")
def agents(chromium: Browser, hosted: Hosted) -> Iterator[Desks]:
    """A browser in which nothing but looking is done."""
    made = desks_of(chromium, hosted.host)
    with_axe(made.context)
    yield made
    made.context.close()


@pytest.fixture(scope="module", params=SHOWN, ids=lambda param: f"{param[0]}, {param[1]}")
def seen(request: pytest.FixtureRequest, agents: Desks) -> Iterator[Seen]:
    """Each state, with everything in it opened."""
    state, language = request.param
    desk = agents.open(**STATES[state], locale=language)
    desk.inside(OPEN_ALL)
    yield Seen(desk, language)
    agents.leave()


def test_nothing_is_wider_than_the_tray(seen: Seen) -> None:
    for width in WIDTHS:
        seen.desk.page.set_viewport_size({"width": width, "height": 900})
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert seen.desk.inside(wide) <= 0, f"at {width} px it scrolls sideways"
        assert seen.desk.inside(OUTSIDE) == [], f"at {width} px"


def test_axe_finds_nothing_in_light_and_dark(seen: Seen) -> None:
    looks: list[tuple[int, str, list[str] | None]] = [(300, "light", None)]
    if seen.language == "en":  # a language changes no colour
        looks.append((740, "dark", COLOURS))
    for width, scheme, rules in looks:
        seen.desk.page.set_viewport_size({"width": width, "height": 900})
        seen.desk.emit("colorScheme.changed", scheme)
        expect(seen.desk.panel.locator("html")).to_have_attribute("data-scheme", scheme)
        assert violations(seen.desk.frame, rules) == [], f"at {width} px, {scheme}"


def test_the_keyboard_reaches_everything_in_the_order_it_is_seen(seen: Seen) -> None:
    page = seen.desk.page
    page.set_viewport_size({"width": 300, "height": 900})
    stops = seen.desk.inside(WATCH_VISIBLE)
    for _ in range(stops - 1):
        page.keyboard.press("Tab")
    walked = seen.desk.inside("window.walked")
    assert [one["stop"] for one in walked] == list(range(stops))
    assert [one["name"] for one in walked if not one["ring"]] == []
    for first, second in pairwise(walked):
        assert _follows(first, second, seen.language), f"{first['name']} before {second['name']}"


def test_everything_that_can_be_used_has_a_name(seen: Seen) -> None:
    assert seen.desk.inside(NAMELESS) == []


def test_a_screen_reader_is_told_each_card_by_its_name(agents: Desks) -> None:
    regions = agents.look("1").panel.get_by_role("region")
    names = [one.get_attribute("aria-label") or _heading(one.aria_snapshot()) for one in regions.all()]
    assert names[:4] == ["Ann Lee", "To know first", "Reason", "Macros"]


def _heading(snapshot: str) -> str:
    """The name in `- region "name":`."""
    return snapshot.partition('"')[2].partition('"')[0]


def test_what_is_said_aloud_is_in_a_live_region(agents: Desks) -> None:
    expect(agents.look("1").panel.get_by_role("status")).to_have_count(1)


def test_in_the_systems_own_colours_alerts_and_locked_buttons_are_still_told(
    chromium: Browser, hosted: Hosted
) -> None:
    made = desks_of(chromium, hosted.host, forced_colors="active")
    desk = made.open("1", account="beta")
    edge = "(one) => [getComputedStyle(one).borderTopWidth, getComputedStyle(one).borderTopStyle]"
    assert desk.panel.locator(".alert").first.evaluate(edge) == ["1px", "solid"]
    ink = "(one) => getComputedStyle(one).color"
    off, on = (desk.panel.locator(one).first for one in ("#offer button", "#macros button"))
    assert off.evaluate(ink) != on.evaluate(ink)
    made.context.close()


def test_who_wants_no_motion_gets_none(chromium: Browser, hosted: Hosted) -> None:
    made = desks_of(chromium, hosted.host, reduced_motion="reduce")
    desk = made.open("1", wait=False, mute="1")
    moving = desk.panel.locator(".bone").first.evaluate("(one) => getComputedStyle(one).animationName")
    assert moving == "none"
    made.context.close()
