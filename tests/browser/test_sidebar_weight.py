"""What the panel costs whoever opens it, printed and bounded: bytes, requests, time without an answer."""

import gzip

import pytest

from tests.browser.sidebar_host import Desk, Desks

LIMIT = 60_000
"""Bytes of all that is ours, compressed: promised to whoever installs it."""
CEILINGS = {"page": 3_400, "scripts": 9_000, "styles": 3_800, "panel": 5_500}
"""Compressed bytes; a fifth above what they are."""
LONG_TASK = 50
"""Milliseconds from which a browser calls a task long."""


def packed(*texts: bytes) -> int:
    """The bytes of each, compressed as web servers do by default, together."""
    return sum(len(gzip.compress(text, 6)) for text in texts)


@pytest.fixture(scope="module")
def weights(desk_of_the_best: Desk) -> dict[str, int]:
    """Compressed bytes of each part."""
    answers = {one.url.partition("?")[0]: one.response() for one in desk_of_the_best.requests}
    bodies = {url: answer.body() for url, answer in answers.items() if answer}
    page, panel = (
        next(body for url, body in bodies.items() if url.endswith(end)) for end in ("/fake", "/tickets/1")
    )
    return {
        "page": packed(page),
        "scripts": packed(
            *(body for url, body in bodies.items() if url.endswith(".js") and "sdk" not in url)
        ),
        "styles": packed(*(body for url, body in bodies.items() if url.endswith(".css"))),
        "panel": packed(panel),
    }


@pytest.fixture(scope="module")
def desk_of_the_best(browser_of_agents: Desks) -> Desk:
    """The fullest panel there is."""
    return browser_of_agents.look("1")


@pytest.mark.parametrize("part", CEILINGS)
def test_no_part_grows_unseen(weights: dict[str, int], part: str) -> None:
    print(f"\n{part}: {weights[part]:,} bytes compressed (ceiling {CEILINGS[part]:,})")
    assert weights[part] <= CEILINGS[part]


def test_all_of_it_stays_far_below_what_was_promised(weights: dict[str, int]) -> None:
    total = sum(weights.values())
    print(f"\nall: {total:,} bytes compressed (promised {LIMIT:,})")
    assert total < LIMIT / 2


def test_scripts_and_styles_are_kept_by_the_browser_for_a_year(desk_of_the_best: Desk) -> None:
    kept = [one for one in desk_of_the_best.requests if "/sidebar_static/" in one.url]
    assert len(kept) == 4
    for one in kept:
        answer = one.response()
        assert answer is not None
        assert "immutable" in answer.headers["cache-control"]


def test_a_second_ticket_costs_the_page_and_one_request(browser_of_agents: Desks) -> None:
    browser_of_agents.look("1")
    desk = browser_of_agents.open("7")
    ours = [one for one in desk.requests if "/sidebar" in one.url]
    fetched = [one for one in ours if "/sidebar_static/" not in one.url]
    print(f"\nrequests: {[one.method for one in fetched]}")
    assert [one.method for one in fetched] == ["POST", "GET"]


def test_opening_a_ticket_never_keeps_the_page_from_answering(browser_of_agents: Desks) -> None:
    page = browser_of_agents.context.new_page()
    page.add_init_script("""window.longest = 0;
      new PerformanceObserver((list) => {
        for (const one of list.getEntries()) window.longest = Math.max(window.longest, one.duration);
      }).observe({ type: "longtask", buffered: true });""")
    found = []
    for _ in range(3):  # this machine may have been busy; the panel's own share is there each time
        desk = browser_of_agents.open("1", page=page)
        page.wait_for_timeout(150)
        found.append(desk.inside("window.longest"))
        if found[-1] == 0:
            break
    print(f"\nlongest tasks on opening: {found} ms (none above {LONG_TASK} ms)")
    assert min(found) == 0
    page.close()
