"""Lists of the API: newest first, page by page, filters that refuse what they do not know."""

import base64
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.web.samples import Samples, fill, many_tickets
from tests.web.site import Site

LISTS = ("deliveries", "effects", "tickets", "ledger", "redemptions", "credits", "reports/no-bots")


@pytest.fixture
def samples(site: Site) -> Samples:
    """Rows of every kind."""
    return fill(site.world)


def pages_of(program: FlaskClient, address: str) -> list[list[dict[str, Any]]]:
    """All pages of a list, followed by their cursors."""
    found, cursor = [], ""
    while True:
        answer = program.get(f"{address}{'&' if '?' in address else '?'}{cursor}")
        assert answer.status_code == 200
        found.append(answer.get_json()["data"])
        if answer.get_json()["next_cursor"] is None:
            return found
        cursor = f"cursor={answer.get_json()['next_cursor']}"


@pytest.mark.parametrize("name", LISTS)
def test_paging_shows_every_row_once_newest_first(site: Site, samples: Samples, name: str) -> None:
    program = site.program()
    (whole,) = pages_of(program, f"/api/v1/{name}?limit=200")
    paged = pages_of(program, f"/api/v1/{name}?limit=2")
    assert all(len(page) == 2 for page in paged[:-1])
    assert [row for page in paged for row in page] == whole
    key = "seen_at" if name == "tickets" else "id"
    order = [row[key] if key == "seen_at" else int(row[key]) for row in whole]
    assert order == sorted(order, reverse=True)
    assert len(whole) > 2


def test_a_list_that_grows_while_it_is_read_repeats_nothing(site: Site) -> None:
    program = site.program()
    for number in range(4):
        site.hook({"ticket": str(number)})
    first = program.get("/api/v1/deliveries?limit=2").get_json()
    site.hook({"ticket": "new"})
    second = program.get(f"/api/v1/deliveries?limit=2&cursor={first['next_cursor']}").get_json()
    assert [row["id"] for row in first["data"] + second["data"]] == ["4", "3", "2", "1"]


def test_tickets_seen_at_the_same_instant_are_not_lost_between_pages(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(site.world.clock), "move", lambda self, **by: None)
    many_tickets(site.world, 5)
    paged = pages_of(site.program(), "/api/v1/tickets?limit=2")
    assert [row["ticket"] for page in paged for row in page] == ["5", "4", "3", "2", "1"]


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_is_an_empty_list(site: Site, name: str) -> None:
    shown = site.program().get(f"/api/v1/{name}").get_json()
    assert {"data": [], "next_cursor": None}.items() <= shown.items() or (
        name == "effects"  # the reason-code field of a new tenant is offered its codes
    )


@pytest.mark.parametrize(
    ("query", "states"), [("state=unreadable", {"unreadable"}), ("state=worked&source=fake", {"worked"})]
)
def test_deliveries_are_filtered(site: Site, samples: Samples, query: str, states: set[str]) -> None:
    found = site.program().get(f"/api/v1/deliveries?{query}").get_json()["data"]
    assert {row["state"] for row in found} == states


def test_a_source_that_sent_nothing_has_nothing(site: Site, samples: Samples) -> None:
    assert site.program().get("/api/v1/deliveries?source=gorgias").get_json()["data"] == []


def test_effects_are_filtered(site: Site, samples: Samples) -> None:
    found = site.program().get("/api/v1/effects?state=held").get_json()["data"]
    assert [row["id"] for row in found] == [str(samples.held)]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("limit=0", {"limit"}),
        ("limit=201", {"limit"}),
        ("limit=ten", {"limit"}),
        ("limit=1.5", {"limit"}),
        ("limit=" + "9" * 400, {"limit"}),
        ("limit=", {"limit"}),
        ("cursor=%21", {"cursor"}),
        ("cursor=MQ", {"cursor"}),
        ("cursor=4pyT", {"cursor"}),
        ("cursor=" + base64.urlsafe_b64encode(b"x|1").decode(), {"cursor"}),
        ("cursor=" + base64.urlsafe_b64encode(b"2026-11-23T12:00:00|1").decode(), {"cursor"}),
        ("cursor=" + base64.urlsafe_b64encode(b"9" * 30).decode(), {"cursor"}),
        (
            "cursor=" + base64.urlsafe_b64encode(b"2026-11-23T12:00:00+00:00|" + b"9" * 30).decode(),
            {"cursor"},
        ),
        ("limt=5&limit=0", {"limt", "limit"}),
    ],
)
def test_what_a_list_does_not_know_is_refused_by_name(
    lite: Site, name: str, query: str, wrong: set[str]
) -> None:
    answer = lite.program().get(f"/api/v1/{name}?{query}")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert {error["path"] for error in answer.get_json()["errors"]} == wrong


@pytest.mark.parametrize(
    "query",
    ["deliveries?state=lost", "deliveries?source=%00", "effects?state=", "deliveries?source=" + "x" * 60],
)
def test_an_unknown_filter_is_refused(lite: Site, query: str) -> None:
    assert lite.program().get(f"/api/v1/{query}").status_code == 400
