"""/api/v1/reports/leniency: from what the store told and agents answered, through the real worker, to the report."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from jsonschema_rs import validator_for

from plugin.db.agents import Agents
from plugin.domain.facts import Message
from plugin.domain.money import Money
from plugin.domain.sales import Refund
from plugin.ports import Agent, Connection, UnitCost
from tests.conftest import NOW
from tests.fake_store import FakeStore, connect_store, customer, order, tell_order, tell_refund
from tests.fakes import ticket
from tests.web.site import Site
from tests.worker_steps import work_all

PATH = "/api/v1/reports/leniency"
ANA = "ana@shop.example"
PLAYBOOK = [{"up_to": "20.00"}, {"reason_code": "refund.request", "up_to": "50.00"}]
SETTINGS: dict[str, Any] = {"currency": "USD", "timezone": "UTC", "costs": {"playbook": PLAYBOOK}}
PLACED = NOW - timedelta(days=3)


@pytest.fixture
def store(lite: Site) -> Connection:
    """A shop with a written playbook, Ana at the helpdesk, and a store that knows Ann and what a belt costs."""
    return shop(lite)


def shop(site: Site, settings: dict[str, Any] = SETTINGS) -> Connection:
    world = site.world
    world.settings(settings)
    with world.database.write() as session:
        Agents(session, world.connection.tenant_id).keep(world.connection.id, [Agent("55", ANA, "Ana")], NOW)
    costs = {"501": UnitCost("501", "801", "BELT-1", Money(4_100, "USD"))}
    return connect_store(world, FakeStore(customers=[customer()], costs=costs))


def helped(site: Site, text: str = "I want a refund", at: datetime = NOW - timedelta(days=1)) -> None:
    """Ann writes, and Ana answers."""
    answer = Message("2", "55", False, True, "You get your money back.", at)
    asked = ticket("5158", text)
    site.world.helpdesk.tickets["5158"] = replace(asked, messages=(*asked.messages, answer))
    site.world.hint("5158")
    work_all(site.world)


def refunded(site: Site, store: Connection, money: int, number: str = "9001", **more: Any) -> None:
    """An order of Ann's, and what was paid back for it."""
    tell_order(site.world, store, order(number, placed_at=PLACED, **more))
    tell_refund(site.world, store, number, Refund(f"{number}-1", NOW, goods=money, money=money))
    work_all(site.world)


def report(site: Site, month: str = "2026-11") -> dict[str, Any]:
    answer = site.program().get(f"{PATH}?month={month}")
    assert answer.status_code == 200, answer.get_json()
    found: dict[str, Any] = answer.get_json()
    return found


def test_a_refund_beyond_the_playbook_is_told_with_its_ticket_agent_and_reason(site: Site) -> None:
    store = shop(site)
    helped(site)
    refunded(site, store, 8_000)
    told = report(site)
    assert (told["written"], told["currency"], told["unvalued"]) == (True, "USD", 0)
    assert told["total"] == {"number": 1, "amount": "80.00", "beyond": "30.00"}
    assert told["agents"] == [{"agent": ANA, **told["total"]}]
    assert told["reasons"] == [{"reason_code": "refund.request", **told["total"]}]
    assert told["beyond"] == [
        {
            "kind": "refund",
            "order": "#9001",
            "at": "2026-11-23T12:00:00Z",
            "amount": "80.00",
            "agent": ANA,
            "helpdesk": "fake",
            "ticket": "5158",
            "reason_code": "refund.request",
            "allowed": "50.00",
            "beyond": "30.00",
        }
    ]


def test_what_the_playbook_allows_is_in_the_sums_and_not_beyond(lite: Site, store: Connection) -> None:
    helped(lite)
    refunded(lite, store, 5_000)
    told = report(lite)
    assert told["total"] == {"number": 1, "amount": "50.00", "beyond": "0.00"}
    assert told["beyond"] == []


def test_a_refund_that_no_ticket_came_before_is_nobodys_and_the_general_line_counts(
    lite: Site, store: Connection
) -> None:
    refunded(lite, store, 5_000)
    told = report(lite)
    assert (told["agents"][0]["agent"], told["reasons"][0]["reason_code"]) == (None, None)
    assert (told["beyond"][0]["allowed"], told["beyond"][0]["ticket"]) == ("20.00", None)


@pytest.mark.parametrize(
    "at", [NOW + timedelta(minutes=1), NOW - timedelta(days=31)], ids=["later", "too old"]
)
def test_a_ticket_after_it_or_long_before_it_promised_nothing(
    lite: Site, store: Connection, at: datetime
) -> None:
    helped(lite, at=at)
    refunded(lite, store, 5_000)
    assert report(lite)["agents"][0]["agent"] is None


def test_a_refund_counts_in_its_own_month_in_the_tenants_zone(lite: Site, store: Connection) -> None:
    tell_order(lite.world, store, order(placed_at=PLACED))
    late = datetime.fromisoformat("2026-12-01T03:00:00+00:00")
    tell_refund(lite.world, store, "9001", Refund("1", late, goods=5_000, money=5_000))
    work_all(lite.world)
    assert [report(lite, one)["total"]["number"] for one in ("2026-11", "2026-12")] == [0, 1]
    lite.world.settings({**SETTINGS, "timezone": "America/New_York"})
    assert [report(lite, one)["total"]["number"] for one in ("2026-11", "2026-12")] == [1, 0]


def test_money_that_has_not_moved_is_no_refund_yet(lite: Site, store: Connection) -> None:
    tell_order(lite.world, store, order(placed_at=PLACED))
    tell_refund(lite.world, store, "9001", Refund("1", NOW, goods=5_000, money=0))
    work_all(lite.world)
    assert report(lite)["total"]["number"] == 0
    tell_refund(lite.world, store, "9001", Refund("1", NOW, goods=5_000, money=5_500))
    work_all(lite.world)
    assert report(lite)["total"] == {"number": 1, "amount": "55.00", "beyond": "35.00"}


def test_an_order_cancelled_before_anything_was_shipped_is_no_leniency(lite: Site, store: Connection) -> None:
    refunded(lite, store, 10_000, cancelled_at=NOW, status="refunded")
    assert report(lite)["total"]["number"] == 0
    refunded(lite, store, 10_000, "9002", cancelled_at=NOW, status="refunded", shipped=True)
    assert report(lite)["total"]["number"] == 1


def test_a_test_order_is_none_either(lite: Site, store: Connection) -> None:
    refunded(lite, store, 10_000, test=True)
    assert report(lite)["total"]["number"] == 0


def test_a_replacement_costs_what_its_goods_cost(lite: Site, store: Connection) -> None:
    helped(lite, at=PLACED - timedelta(hours=1))
    tell_order(lite.world, store, order("9001", placed_at=PLACED - timedelta(days=9)))
    replacing = order("9002", 0, placed_at=PLACED, discounts=10_000, note="replaces #9001")
    tell_order(lite.world, store, replacing)
    work_all(lite.world)
    told = report(lite)
    assert (told["total"], told["unlinked"]) == ({"number": 1, "amount": "41.00", "beyond": "0.00"}, [])
    assert told["agents"][0]["agent"] == ANA


def test_a_replacement_that_names_no_order_is_listed_and_in_no_sum(lite: Site, store: Connection) -> None:
    tell_order(lite.world, store, order("9002", 0, placed_at=PLACED, discounts=10_000))
    work_all(lite.world)
    told = report(lite)
    assert told["total"]["number"] == 0
    assert [(one["kind"], one["order"]) for one in told["unlinked"]] == [("replacement", "#9002")]


def test_amounts_are_in_the_statements_currency_and_counted_apart_while_a_rate_is_missing(lite: Site) -> None:
    store = shop(lite)
    refunded(lite, store, 5_000, currency="EUR")
    assert (report(lite)["unvalued"], report(lite)["total"]["number"]) == (1, 0)
    lite.world.settings({**SETTINGS, "fx": [{"from": "2026-11-01", "EUR": "1.10"}]})
    assert report(lite)["total"] == {"number": 1, "amount": "55.00", "beyond": "35.00"}


def test_without_a_playbook_nothing_is_beyond_and_the_report_says_so(lite: Site) -> None:
    store = shop(lite, {"currency": "USD"})
    refunded(lite, store, 9_000)
    told = report(lite)
    assert (told["written"], told["total"]) == (False, {"number": 1, "amount": "90.00", "beyond": "0.00"})


def test_another_tenant_sees_nothing_of_it(lite: Site, store: Connection) -> None:
    refunded(lite, store, 9_000)
    other = lite.program(lite.world.connect("other"))
    told = other.get(f"{PATH}?month=2026-11").get_json()
    assert (told["total"]["number"], told["agents"], told["beyond"]) == (0, [], [])


@pytest.mark.parametrize("query", ["", "?month=2026-13", "?month=0000-01", "?month=2026-11&agent=ana"])
def test_it_needs_a_month_and_nothing_else(lite: Site, query: str) -> None:
    answer = lite.program().get(f"{PATH}{query}")
    assert answer.status_code == 400
    assert answer.get_json()["errors"]


def test_the_answer_is_as_the_description_says(lite: Site, store: Connection) -> None:
    helped(lite)
    refunded(lite, store, 8_000)
    tell_order(lite.world, store, order("9002", 0, placed_at=PLACED, discounts=10_000))
    work_all(lite.world)
    described = lite.visitor().get("/api/v1/openapi.json").get_json()
    content = described["paths"][PATH]["get"]["responses"]["200"]["content"]
    schema = content["application/json"]["schema"] | {"components": described["components"]}
    validator_for(schema, validate_formats=True).validate(report(lite))
