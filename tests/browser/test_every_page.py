"""Every page on a narrow and a wide screen, light and dark, from left and from right."""

from itertools import pairwise
from typing import Any, Literal

import pytest

from tests.axe import COLOURS, LAYOUT, violations
from tests.browser.conftest import Tab

WIDTHS = (320, 420, 1280)
OUTSIDE = """() => {
  const edge = document.documentElement.clientWidth;
  const scrolls = (one) =>
    one && (["auto", "scroll"].includes(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
  return [...document.querySelectorAll("body *")].filter((one) => {
    const box = one.getBoundingClientRect();
    const hidden = box.width <= 1 || box.height <= 1 || one.closest(".skip, .unseen, .cards thead");
    return !hidden && !scrolls(one.parentElement) && (box.right > edge + 1 || box.left < -1);
  }).map((one) => one.outerHTML.slice(0, 120));
}"""
WATCH_FOCUS = """() => {
  const all = "a[href], button, input:not([type=hidden]), select, textarea, [tabindex='0']";
  const stops = [...document.querySelectorAll(all)];
  window.walked = [];
  window.noting?.abort();
  window.noting = new AbortController();
  document.addEventListener("focusin", ({target: one}) => {
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    window.walked.push({
      stop: stops.indexOf(one), name: one.outerHTML.slice(0, 100),
      top: box.top + scrollY, bottom: box.bottom + scrollY, left: box.left, right: box.right,
      ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0,
    });
  }, {signal: window.noting.signal});
  stops[0].focus();
  return stops.length;
}"""
LOOKS: tuple[tuple[int, Literal["light", "dark"], list[str] | None, str], ...] = (
    (320, "light", None, "en ar"),
    (320, "dark", COLOURS, "en"),
    (420, "light", LAYOUT, "en ar"),
    (1280, "light", COLOURS, "en"),
    (1280, "dark", None, "en ar"),
)
"""Every rule in the narrow and in the wide layout; else those whose answer can be another one there.

A language changes no colour, and between 320 and 420 px nothing does.
"""


def test_nothing_is_wider_than_the_screen(tab: Tab) -> None:
    for width in WIDTHS:
        tab.page.set_viewport_size({"width": width, "height": 900})
        wide = tab.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"at {width} px the page scrolls sideways by {wide} px"
        assert tab.page.evaluate(OUTSIDE) == [], f"at {width} px"


def test_axe_finds_nothing(tab: Tab) -> None:
    for width, scheme, rules, languages in LOOKS:
        if tab.language in languages:
            tab.page.set_viewport_size({"width": width, "height": 900})
            tab.page.emulate_media(color_scheme=scheme)
            assert violations(tab.page, rules) == [], f"at {width} px, {scheme}"


@pytest.mark.parametrize("width", [320, 1280])
def test_the_keyboard_reaches_everything_in_the_order_it_is_seen(tab: Tab, width: int) -> None:
    page = tab.page
    page.set_viewport_size({"width": width, "height": 900})
    stops = page.evaluate(WATCH_FOCUS)
    for _ in range(stops - 1):
        page.keyboard.press("Tab")
    walked = page.evaluate("window.walked")
    assert [one["stop"] for one in walked] == list(range(stops))
    assert [one["name"] for one in walked if not one["ring"]] == []
    for first, second in pairwise(walked[1:]):  # the first is the way past the menu, above everything
        assert _follows(first, second, tab.language), f"{first['name']} before {second['name']}"


def _follows(first: dict[str, Any], second: dict[str, Any], language: str) -> bool:
    """Whether the second is below the first, or beside it in the direction of reading."""
    if second["top"] >= first["bottom"] - 4:
        return True
    from_left = bool(second["left"] >= first["right"] - 1)
    from_right = bool(second["right"] <= first["left"] + 1)
    return (from_left if language == "en" else from_right) and bool(second["bottom"] > first["top"])
