"""/api/v1/customers/{email} and the report on bots: from a store that was really asked, and tickets really worked."""

from datetime import timedelta
from typing import Any

import pytest

from plugin.db.breaches import Breaches
from plugin.db.customers import Customers
from plugin.db.outbox import Outbox
from plugin.db.tickets import Tickets
from plugin.domain.customer_keys import CustomerKey
from plugin.domain.effects import send_reply
from plugin.domain.facts import Message, Person
from plugin.ports import Connection
from tests.conftest import NOW
from tests.fake_store import FakeStore, connect_store, customer, order, tell_order
from tests.fakes import ticket
from tests.web.samples import BEST_EMAIL, fill
from tests.web.site import Site
from tests.worker_steps import work_all

SETTINGS: dict[str, Any] = {
    "mode": "live",
    "currency": "USD",
    "tiers": [
        {"name": "VIP", "spent_at_least": "5000.00"},
        {"name": "Concierge", "spent_at_least": "10000.00", "tags": ["concierge"], "no_bots": True},
    ],
}


@pytest.fixture
def site_with_store(site: Site) -> Site:
    """A store that knows Ann, and two tickets of hers, worked."""
    connect_store(site.world, FakeStore(customers=[customer(spent=600_001, orders=8)], orders={"#1001": "1"}))
    site.world.settings(SETTINGS)
    for number in ("1", "2"):
        write(site, number)
    return site


def write(site: Site, number: str, text: str = "hello", person: Person | None = None) -> None:
    """Somebody writes a ticket, and it is worked."""
    more = {} if person is None else {"requester": person}
    site.world.helpdesk.tickets[number] = ticket(number, text, **more)
    site.hook({"ticket": number})
    work_all(site.world)


def shown(site: Site, email: str = "ann@example.com") -> Any:
    """What the API says of somebody."""
    answer = site.program().get(f"/api/v1/customers/{email}")
    assert answer.status_code == 200
    return answer.get_json()


def test_a_customer_has_the_promised_shape(site_with_store: Site) -> None:
    told = shown(site_with_store)
    assert {one: told[one] for one in ("email", "name", "emails", "phones", "orders", "tags")} == {
        "email": "ann@example.com",
        "name": "Ann",
        "emails": ["ann@example.com"],
        "phones": [],
        "orders": 8,
        "tags": [],
    }
    assert told["spent"] == {"amount": "6000.01", "currency": "USD"}
    assert told["last_order"]["name"] == "#1001"
    assert told["store"] == {"vendor": "shop", "account": "acme-shop"}
    assert told["as_of"].startswith("2026-")


def test_what_they_bought_stands_beside_what_the_store_says_they_spent(site: Site) -> None:
    store = connect_store(site.world, FakeStore(customers=[customer(spent=600_001, orders=8)]))
    tell_order(site.world, store, order("9001", 10_000))
    tell_order(site.world, store, order("9002", 5_001, customer_id=None))
    work_all(site.world)
    told = shown(site)
    assert (told["spent"], told["orders"]) == ({"amount": "6000.01", "currency": "USD"}, 8)
    value = {name: one["amount"] if isinstance(one, dict) else one for name, one in told["value"].items()}
    at = "2026-11-23T12:00:00Z"
    assert value == {
        "orders": 2,
        "net": "150.01",
        "refunded": "0.00",
        "average": "75.00",
        "margin": None,
        "first_at": at,
        "last_at": at,
    }


def test_whose_orders_are_not_known_here_has_no_value(site_with_store: Site) -> None:
    assert shown(site_with_store)["value"] is None


def test_the_tier_comes_with_what_gave_it(site_with_store: Site) -> None:
    told = shown(site_with_store)
    assert (told["tier"], told["no_bots"]) == ("VIP", False)
    assert told["tier_evidence"] == ["spent 6,000.01 ≥ 5,000.00 USD"]


def test_tags_of_the_helpdesk_count_for_the_tier(site_with_store: Site) -> None:
    write(site_with_store, "3", person=Person("7", "Ann", "Ann@Example.com", tags=("concierge",)))
    told = shown(site_with_store)
    assert (told["tier"], told["no_bots"], told["tier_evidence"]) == ("Concierge", True, ["tag concierge"])


def test_new_tiers_count_at_once(site_with_store: Site) -> None:
    site_with_store.world.settings({"tiers": [{"name": "Everybody", "top_percent": 100}]})
    told = shown(site_with_store)
    assert (told["tier"], told["tier_evidence"]) == ("Everybody", ["among the top 100 % (≤ 100 %)"])


@pytest.mark.parametrize(
    ("spent", "orders", "average"),
    [(600_001, 8, "750.00"), (25, 10, "0.02"), (35, 10, "0.04"), (100, 0, None)],
)
def test_the_average_order_is_rounded_half_to_even(
    site: Site, spent: int, orders: int, average: str | None
) -> None:
    store = connect_store(site.world, FakeStore())
    with site.world.database.write() as session:
        found = customer(spent=spent, orders=orders)
        Customers(session, store.tenant_id).keep(store.id, found, NOW)
    told = shown(site)["average"]
    assert told == (None if average is None else {"amount": average, "currency": "USD"})


def test_the_tickets_are_listed_newest_first_with_links(site_with_store: Site) -> None:
    told = shown(site_with_store)["tickets"]
    assert [one["ticket"] for one in told] == ["2", "1"]
    assert told[0]["url"] == "http://127.0.0.1:1/tickets/2"
    assert (told[0]["helpdesk"], told[0]["matched_by"]) == ("fake", "email")
    assert {"subject", "reason_code", "seen_at"} <= told[0].keys()


def test_a_ticket_that_only_names_an_order_of_theirs_says_so(site_with_store: Site) -> None:
    write(site_with_store, "3", "where is order 1001?", Person("8", "Bob", "bob@example.com"))
    told = shown(site_with_store)["tickets"][0]
    assert (told["ticket"], told["matched_by"]) == ("3", "order")


def test_twenty_tickets_are_shown_at_most(site_with_store: Site) -> None:
    world = site_with_store.world
    with world.database.write() as session:
        tickets = Tickets(session, world.connection.tenant_id)
        kept = tickets.find("fake", "1")
        assert kept is not None
        record = tickets.record(world.connection.id, "1")
        for number in range(100, 125):
            tickets.save(world.connection, ticket(str(number)), record, NOW, kept.customer_id)
    assert len(shown(site_with_store)["tickets"]) == 20


@pytest.mark.parametrize("email", ["ANN@example.com", "Ann@Example.COM"])
def test_an_address_is_found_without_case(site_with_store: Site, email: str) -> None:
    assert shown(site_with_store, email)["name"] == "Ann"


@pytest.mark.parametrize(
    "email", ["bob@example.com", "%00@x.yz", "no-address", "a" * 300 + "@x.yz", "ann%40"]
)
def test_somebody_whom_no_store_knows_is_404_and_says_when_they_will_be(
    site_with_store: Site, email: str
) -> None:
    answer = site_with_store.program().get(f"/api/v1/customers/{email}")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert "asked for within seconds" in answer.get_json()["detail"]


def test_without_a_store_the_refusal_says_to_connect_one(site: Site) -> None:
    answer = site.program().get("/api/v1/customers/ann@example.com")
    assert answer.status_code == 404
    assert "connect one with `marginalia connect`" in answer.get_json()["detail"]


def test_a_customer_whom_the_store_has_no_more_is_not_shown(site_with_store: Site) -> None:
    world = site_with_store.world
    with world.database.write() as session:
        customers = Customers(session, world.connection.tenant_id)
        row = customers.by_email("ann@example.com")
        assert row is not None
        customers.keep_nobody(row.connection_id, CustomerKey("id", row.store_id), NOW)
    assert site_with_store.program().get("/api/v1/customers/ann@example.com").status_code == 404


def test_another_tenant_knows_nothing_of_them(site: Site) -> None:
    fill(site.world)
    other: Connection = site.world.connect("other")
    assert site.program().get(f"/api/v1/customers/{BEST_EMAIL}").status_code == 200
    assert site.program(other).get(f"/api/v1/customers/{BEST_EMAIL}").status_code == 404
    report = site.program(other).get("/api/v1/reports/no-bots").get_json()
    assert report == {"ours": 0, "host": 0, "data": [], "next_cursor": None}


class TestNoBots:
    """Bots that reached somebody who shall meet none."""

    def test_a_bot_of_the_helpdesk_is_listed_with_its_ticket(self, site: Site) -> None:
        connect_store(site.world, FakeStore(customers=[customer()]))
        site.world.settings(SETTINGS)
        write(site, "5")
        bot = Message("90", "bot", False, True, "I am a bot", NOW, automated=True)
        site.world.helpdesk.change("5", messages=(*site.world.helpdesk.tickets["5"].messages, bot))
        site.hook({"ticket": "5"})
        work_all(site.world)
        report = site.program().get("/api/v1/reports/no-bots").get_json()
        (line,) = report["data"]
        assert (report["ours"], report["host"], report["next_cursor"]) == (0, 1, None)
        assert {one: line[one] for one in ("by", "tier", "helpdesk", "ticket", "message", "url")} == {
            "by": "host",
            "tier": "Concierge",
            "helpdesk": "fake",
            "ticket": "5",
            "message": "90",
            "url": "http://127.0.0.1:1/tickets/5",
        }

    def test_the_counts_are_of_all_pages(self, site: Site) -> None:
        fill(site.world)
        report = site.program().get("/api/v1/reports/no-bots?limit=1").get_json()
        assert (report["ours"], report["host"], len(report["data"])) == (1, 2, 1)
        assert report["next_cursor"] is not None

    def test_the_newest_comes_first(self, site: Site) -> None:
        fill(site.world)
        world = site.world
        with world.database.write() as session:
            kept = Tickets(session, world.connection.tenant_id).find("fake", "5166")
            assert kept is not None
            later = world.clock() + timedelta(hours=1)
            Breaches(session, world.connection.tenant_id).add(kept.id, "host", ["99"], None, later)
        first = site.program().get("/api/v1/reports/no-bots").get_json()["data"][0]
        assert (first["message"], first["ticket"], first["tier"]) == ("99", "5166", None)


def test_an_answer_that_was_withheld_is_sent_again_only_where_bots_may_answer_by_then(site: Site) -> None:
    connect_store(site.world, FakeStore(customers=[customer()]))
    site.world.settings(SETTINGS)
    write(site, "5")
    here = site.world.connection
    with site.world.database.write() as session:
        reply, stamp = send_reply("5", "It is on its way."), site.world.helpdesk.tickets["5"].stamp
        (number,) = Outbox(session).put(here.tenant_id, here.id, [reply], site.world.clock(), stamp=stamp)
    work_all(site.world)
    assert retried(site, number) == "withheld"
    site.world.settings({**SETTINGS, "tiers": []})
    assert retried(site, number) == "done"


def retried(site: Site, number: int) -> str:
    """The state of an effect that was withheld, after it was sent again."""
    program, path = site.program(), f"/api/v1/effects/{number}"
    assert program.get(path).get_json()["state"] == "withheld"
    assert program.post(f"{path}/retry").get_json()["state"] == "pending"
    work_all(site.world)
    return str(program.get(path).get_json()["state"])
