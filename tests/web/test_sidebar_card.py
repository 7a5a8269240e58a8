"""The card that a helpdesk fetches: only for who proves to be it, from what is stored, in the tenant's language."""

from typing import Any

import pytest

from plugin.db.connections import Connections
from plugin.db.engine import Database
from plugin.db.macros import Macros
from plugin.domain.facts import Macro, Person
from plugin.ports import Connection
from tests.books import Books
from tests.fake_store import FakeStore, connect_store, customer
from tests.fakes import World, ticket
from tests.web.site import Site, signature, site_over
from tests.worker.test_customers import SETTINGS
from tests.worker_steps import work_all


@pytest.fixture
def world(database: Database) -> World:
    """A live tenant with tiers, a shop with one good customer, and a macro."""
    made = World(database)
    made.settings(SETTINGS)
    connect_store(made, FakeStore(customers=[customer()]))
    with made.database.write() as session:
        shelf = [Macro("36", "Exchange for another size")]
        Macros(session, made.connection.tenant_id).keep(made.connection.id, shelf, made.clock())
    return made


@pytest.fixture
def site(world: World) -> Site:
    """The web part over it."""
    return site_over(world)


def seen(world: World, **changes: Any) -> None:
    """A ticket came in and was worked."""
    world.helpdesk.tickets["5"] = ticket("5", "I need another size, an exchange", **changes)
    world.hint("5")
    work_all(world)


def card(site: Site, query: str = "?ticket_id=5", secret: str = "secret", key: str | None = None) -> Any:
    path = f"/sidebar/fake/{key or site.world.connection.hook_key}{query}"
    return site.visitor().get(path, headers={"X-Fake-Signature": signature(b"", secret)})


def test_a_known_customers_card_says_what_they_are_worth_and_what_may_help(site: Site, world: World) -> None:
    seen(world)
    shown = card(site).json
    assert {name: shown[name] for name in ("customer", "tier", "spent", "orders", "no_bots")} == {
        "customer": "Ann",
        "tier": "Concierge",
        "spent": "$12,000.00",
        "orders": "9",
        "no_bots": "Only a person may answer",
    }
    assert shown["macros"] == "Exchange for another size"
    assert shown["macros_why"].startswith("Exchange for another size: ")
    assert shown["last_order"].startswith("#1001, $113.20, paid, fulfilled, Nov 23, 2026")
    assert shown["as_of"].startswith("2026-11-23T12:00:")
    assert shown["as_of"].endswith("Z")
    assert shown["as_of_text"].startswith("Nov 23, 2026")


def test_a_credit_is_one_row_with_its_worth_where_everybody_may_see_it(site: Site, world: World) -> None:
    seen(world)
    Books(world).sale(ticket_id="5")
    assert card(site).json["credits"] == "#1001 · ana@shop.example · $113.20 · direct"
    world.settings({**SETTINGS, "amounts_visible_to": ["manager"]})
    assert card(site).json["credits"] == "#1001 · ana@shop.example · direct"


def test_every_value_is_one_text(site: Site, world: World) -> None:
    seen(world)
    assert all(isinstance(value, str) for value in card(site).json.values())


def test_a_card_speaks_the_language_of_the_tenant(site: Site, world: World) -> None:
    world.settings({**SETTINGS, "locale": "fa"})
    seen(world)
    shown = card(site).json
    assert shown["orders"] == "۹"
    assert not shown["macros_why"].isascii()


def test_without_a_ticket_the_address_tells_who_it_is(site: Site, world: World) -> None:
    seen(world)
    assert card(site, "?email=Ann@Example.com&ticket_id=").json["tier"] == "Concierge"


def test_who_is_not_known_has_an_empty_card(site: Site) -> None:
    for query in ("", "?ticket_id=99", "?email=bob@example.com", "?ticket_id=%00&email=%00"):
        answer = card(site, query)
        assert (answer.status_code, answer.json) == (200, {}), query


def test_a_shop_that_has_not_answered_is_said_to_have_not(site: Site, world: World) -> None:
    seen(world, requester=Person("9", "Anonymous"))
    assert card(site).json["customer"] == "The shop has not said yet who this is"


def test_who_never_bought_is_said_to_have_not(site: Site, world: World) -> None:
    seen(world, requester=Person("9", "Bob", "bob@example.com"))
    assert card(site).json["customer"] == "No customer of the shop by this address (guests are none)"


def test_a_macro_that_is_gone_is_not_shown(site: Site, world: World) -> None:
    seen(world)
    with world.database.write() as session:
        Macros(session, world.connection.tenant_id).gone(world.connection.id, "36", world.clock())
    assert "macros" not in card(site).json


def test_without_the_secret_nothing_is_told(site: Site, world: World) -> None:
    seen(world)
    answer = card(site, secret="a guess")
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


def test_an_unknown_address_is_no_ones(site: Site) -> None:
    assert card(site, key="x" * 20).status_code == 404
    assert site.visitor().get(f"/sidebar/nobody/{site.world.connection.hook_key}").status_code == 404


def test_another_tenants_ticket_of_the_same_number_is_not_shown(site: Site, world: World) -> None:
    seen(world)
    other: Connection = world.connect("other")
    assert card(site, key=other.hook_key).json == {}


def test_no_vendor_is_called_for_a_card(site: Site, world: World) -> None:
    seen(world)

    def fail(what: str, ticket_id: str) -> None:
        raise AssertionError(f"the helpdesk was called: {what}")

    world.helpdesk.fail = fail
    for store in world.stores.values():
        store.fail = lambda: fail("store", "")  # type: ignore[attr-defined]
    assert card(site).status_code == 200


def test_the_row_is_there_before_our_own_write_goes_out(site: Site, world: World) -> None:
    shown: list[Any] = []

    def look(what: str, name: str) -> None:
        if what == "perform" and name == "5":
            shown.append(card(site).json)

    world.helpdesk.fail = look
    seen(world)
    assert shown[-1]["tier"] == "Concierge"


def test_a_connection_without_a_secret_shows_nothing(site: Site, world: World) -> None:
    seen(world)
    with world.database.write() as session:
        Connections(session, world.vault).change(world.connection, credentials={"signing_secret": "other"})
    assert card(site).status_code == 401
