"""`backcast` says what last month's statement would have said, and writes nothing anywhere."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plugin.db.agents import Agents
from plugin.db.connections import Connections
from plugin.db.engine import Database
from plugin.domain.facts import Message, Person, Ticket
from plugin.domain.money import Money
from plugin.domain.sales import Refund
from plugin.ports import Agent, TemporaryError, UnitCost
from plugin.statements import statement_book
from tests.commands.products import run
from tests.commands.test_reconcile import contents
from tests.fake_store import FakeStore, connect_store, order, sweep
from tests.fakes import World, ticket
from tests.worker_steps import work_all

ANA = "ana@shop.example"
SETTINGS: dict[str, Any] = {
    "currency": "USD",
    "timezone": "UTC",
    "agents": [{"email": ANA, "coupon": "ANA10", "coupon_share": "0.10", "commission": "0.07"}],
    "costs": {
        "refund_share": [{"from": "2022-01", "share": "0.10", "base": "amount"}],
        "platform_monthly": [{"from": "2022-01", "amount": "9.00"}],
    },
}
ASKED = datetime(2026, 10, 9, 12, tzinfo=UTC)
BOUGHT = datetime(2026, 10, 10, 15, tzinfo=UTC)
"""A day of last month; today is 23 November."""


@pytest.fixture
def fake() -> FakeStore:
    """A store that knows what a belt costs, and has sold one to Ann in October."""
    known = {"501": UnitCost("501", "801", "BELT-1", Money(4_100, "USD"))}
    return FakeStore(sold={"9001": bought()}, costs=known)


@pytest.fixture
def world(database: Database, fake: FakeStore) -> World:
    """A tenant that was connected this minute; in October Ana has sent her code to Ann."""
    return connected(database, fake, SETTINGS)


def connected(database: Database, fake: FakeStore, settings: dict[str, Any]) -> World:
    """A tenant with these settings."""
    made = World(database)
    made.settings(settings)
    connect_store(made, fake)
    made.helpdesk.staff = [Agent("55", "Ana@Shop.example", "Ana")]
    made.helpdesk.tickets["5158"] = answered("5158")
    return made


def bought(number: str = "9001", net: int = 11_320, code: str | None = "ANA10", **more: Any) -> Any:
    """An order of October."""
    return order(number, net, code, **{"placed_at": BOUGHT, "updated_at": BOUGHT, **more})


def answered(number: str, text: str = "Use ANA10, Ann", **more: Any) -> Ticket:
    """A ticket of Ann's that Ana has answered in October."""
    asked = ticket(number, "which belt?")
    said = Message("2", "55", False, True, text, ASKED)
    return replace(asked, messages=(*asked.messages, replace(said, **more)))


def cast(world: World, *more: str) -> Any:
    """The document."""
    result = run(world, "backcast", "--tenant", "acme", "--json", *more)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def lines(document: Any) -> dict[str, str]:
    return {one["kind"]: one["amount"] for one in document["statement"]["lines"]}


def test_last_month_is_told_as_its_statement_would_have_been(world: World) -> None:
    document = cast(world)
    assert (document["days"], document["month"], document["statement"]["month"]) == (
        60,
        "2026-10",
        "2026-10",
    )
    assert lines(document) == {
        "revenue.coupon": "113.20",
        "cogs": "-41.00",
        "cost.platform": "-9.00",
        "cost.commission": "-7.92",
    }
    assert document["statement"]["profit"] == "55.28"
    (agent,) = document["statement"]["agents"]
    assert (agent["agent"], agent["profit"], agent["commission"]["pending"]) == (ANA, "64.28", "7.92")


def test_it_says_what_the_books_say_where_they_were_kept(database: Database, fake: FakeStore) -> None:
    ours = {name: told for name, told in SETTINGS.items() if name != "costs"}
    world = connected(database, fake, {**ours, "costs": {"refund_share": SETTINGS["costs"]["refund_share"]}})
    fake.sold["9001"] = bought(refunds=(Refund("71", BOUGHT + timedelta(days=5), goods=3_333, money=3_600),))
    fake.sold["9002"] = bought("9002", 7_777, email="bob@example.com", customer_id="2")
    fake.sold["9003"] = bought("9003", 5_001)
    told = cast(world)["statement"]
    with database.write() as session:
        Agents(session, world.connection.tenant_id).keep(world.connection.id, world.helpdesk.staff, BOUGHT)
    world.hint("5158")
    work_all(world)
    with database.read() as session:
        store = Connections(session, world.vault).by_account("shop", "acme-shop")
    assert store is not None
    sweep(world, store)
    work_all(world)
    with database.read() as session:
        book = statement_book(session, store.tenant_id, world.views, world.vault, world.stores)
        kept = book.document("2026-10")
    assert len(kept["lines"]) == 4
    assert told == kept


def test_each_credit_has_its_evidence(world: World) -> None:
    document = cast(world)
    (credit,) = document["credits"]
    assert {name: credit[name] for name in ("code", "agent", "order", "ticket", "net", "grade")} == {
        "code": "ANA10",
        "agent": ANA,
        "order": "#9001",
        "ticket": "5158",
        "net": "113.20",
        "grade": "direct",
    }
    assert credit["evidence"] == ["code ANA10 sent in ticket 5158"]
    assert document["grades"] == [
        {"agent": ANA, "grade": "direct", "credits": 1, "net": "113.20", "currency": "USD"}
    ]


def test_nothing_is_written_anywhere(world: World, fake: FakeStore) -> None:
    before = contents(world.database)
    cast(world)
    assert contents(world.database) == before
    assert (world.helpdesk.updates, world.helpdesk.writes, world.helpdesk.tags_of_customers) == ([], [], [])
    assert fake.done == []


def test_a_refund_counts_in_the_month_in_which_it_was_made(world: World, fake: FakeStore) -> None:
    october = Refund("71", BOUGHT + timedelta(days=5), goods=5_660, money=6_000)
    november = Refund("72", BOUGHT + timedelta(days=30), goods=5_660, money=6_000)
    fake.sold["9001"] = bought(refunds=(october, november))
    document = cast(world)
    assert (lines(document)["revenue.coupon"], lines(document)["cost.refund_share"]) == ("56.60", "-6.00")


def test_a_code_without_a_ticket_is_unproven_and_in_no_sum(world: World) -> None:
    world.helpdesk.tickets.clear()
    document = cast(world)
    assert lines(document) == {"cost.platform": "-9.00"}
    assert document["statement"]["unproven"] == [{"credits": 1, "net": "113.20", "currency": "USD"}]
    assert document["credits"][0]["counts"] is False


def test_whose_words_they_are_is_taken_from_the_message_where_it_says_so(world: World) -> None:
    world.helpdesk.staff = []
    world.helpdesk.tickets["5158"] = answered("5158", "Hello", author_email="ANA@shop.example")
    (credit,) = cast(world)["credits"]
    assert (credit["agent"], credit["grade"]) == (ANA, "assisted")


def test_a_ticket_of_somebody_else_proves_nothing(world: World) -> None:
    bob = Person("8", "Bob", "bob@example.com")
    world.helpdesk.tickets["5158"] = replace(answered("5158"), requester=bob)
    assert cast(world)["credits"][0]["grade"] == "unproven"


def test_a_single_use_code_speaks_for_whoever_carries_it(world: World, fake: FakeStore) -> None:
    bob = Person("8", "Bob", "bob@example.com")
    sent = answered("5158", "Yours alone: ANA10-2345678")
    world.helpdesk.tickets["5158"] = replace(sent, requester=bob)
    fake.sold["9001"] = bought(code="ana10-2345678")
    assert cast(world)["credits"][0]["grade"] == "direct"


def test_goods_whose_cost_the_store_does_not_tell_are_counted(world: World, fake: FakeStore) -> None:
    fake.costs = {}
    document = cast(world)
    assert document["statement"]["lacking_cost"] == [{"state": "unknown", "orders": 1}]
    assert "cogs" not in lines(document)


def test_an_order_without_a_rate_waits_and_says_so(world: World, fake: FakeStore) -> None:
    fake.sold["9001"] = bought(currency="EUR")
    document = cast(world)
    (waiting,) = document["statement"]["waiting"]
    assert (waiting["orders"], waiting["why"]) == (1, "no rate for EUR on 2026-10-10")


def test_orders_of_other_months_are_in_no_sum_of_it(world: World, fake: FakeStore) -> None:
    november = bought("9002", placed_at=BOUGHT + timedelta(days=30), updated_at=BOUGHT + timedelta(days=30))
    fake.sold["9002"] = november
    document = cast(world)
    assert document["read"] == {"tickets": 1, "orders": 2}
    assert lines(document)["revenue.coupon"] == "113.20"


def test_a_month_that_was_not_read_to_its_beginning_is_told(world: World) -> None:
    (note,) = cast(world, "--days", "45")["notes"]
    assert note == "the first 9 days of the month were not read: give more --days"


def test_tickets_of_before_the_month_that_were_not_read_are_told(world: World) -> None:
    (note,) = cast(world)["notes"]
    assert "orders of the first days of the month may lack a ticket of the 30 days before" in note
    assert cast(world, "--days", "90")["notes"] == []


def test_without_codes_in_the_settings_the_most_used_are_told_with_who_sends_them(
    database: Database, fake: FakeStore
) -> None:
    fake.sold |= {"9002": bought("9002", code="ana10"), "9003": bought("9003", code="ONCE")}
    document = cast(connected(database, fake, {"currency": "USD"}))
    assert document["candidates"] == [{"code": "ANA10", "orders": 2, "agent": ANA, "sent": 1}]


def test_with_codes_in_the_settings_nobody_guesses(world: World, fake: FakeStore) -> None:
    fake.sold |= {str(number): bought(str(number), code="SUMMER") for number in (9002, 9003)}
    assert cast(world)["candidates"] == []


def test_a_vendor_that_wants_a_rest_gets_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rests: list[float] = []
    monkeypatch.setattr("time.sleep", rests.append)

    def fail(what: str, ticket_id: str) -> None:
        if what == "load" and not rests:
            raise TemporaryError("busy", retry_after=7)

    world.helpdesk.fail = fail
    assert cast(world)["read"]["tickets"] == 1
    assert rests == [7]


def test_a_person_reads_a_page(world: World) -> None:
    result = run(world, "backcast", "--tenant", "acme")
    assert result.stdout.splitlines()[:11] == [
        "2026-10, as it would have been: 1 ticket and 1 order of 60 days. Nothing was written.",
        "",
        "  revenue.coupon                      113.20 USD",
        "  cogs                                -41.00 USD",
        "  cost.platform                        -9.00 USD",
        "  cost.commission                      -7.92 USD",
        "  contribution before fulfilment       55.28 USD",
        "By agent:",
        f"  {ANA}: revenue 113.20, cost of goods -41.00, costs -7.92, profit 64.28",
        "By grade, before anything came back:",
        f"  {ANA}, direct: 1 credit, 113.20 USD",
    ]
    assert f"  #9001 {ANA} direct 113.20 USD: code ANA10 sent in ticket 5158" in result.stdout.splitlines()


def test_without_a_store_it_is_refused(database: Database) -> None:
    result = run(World(database), "backcast", "--tenant", "acme")
    assert (result.exit_code, result.stderr.startswith("this tenant has no store")) == (1, True)


def test_it_says_of_itself_that_claims_are_not_in_it_yet(world: World) -> None:
    assert "Claims are in no back-cast yet" in run(world, "backcast", "--help").stdout.replace("\n  ", " ")
