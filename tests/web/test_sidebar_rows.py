"""What is stored, as an agent may see it: by role, by what a shop has said by now, and whoever does not answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from plugin.db.connections import Connections
from plugin.db.customer_tables import CustomerRow
from plugin.db.customers import Customers
from plugin.domain.facts import Person
from plugin.domain.money import Money
from plugin.domain.orders import Order
from plugin.ports import TemporaryError
from plugin.sidebar import SidebarView, sidebar_view
from plugin.web.sidebar.case import open_case
from plugin.web.sidebar.looker import Looker
from plugin.web.sidebar.rows import declined, facts_of
from tests.conftest import NOW
from tests.fake_store import FakeStore, connect_store, customer
from tests.fakes import World, ticket
from tests.web.looking import ANA, BEN, staffed
from tests.web.site import Site, site_over
from tests.worker.test_customers import SETTINGS
from tests.worker_steps import work_all

See = Callable[..., SidebarView]
PLAIN: dict[str, Any] = {**SETTINGS, "rules": []}


@pytest.fixture
def world(lite: Site) -> World:
    """A live tenant with tiers and two agents."""
    lite.world.settings(PLAIN)
    staffed(lite.world)
    return lite.world


@pytest.fixture
def see(world: World) -> See:
    """The view of a ticket for an agent."""

    def look(ticket_id: str = "5", agent: str | None = ANA.id) -> SidebarView:
        app = site_over(world).app
        looker = Looker(world.connection.tenant_id, world.connection.id, agent)
        with app.test_request_context(), world.database.read() as session:
            case = open_case(session, looker, ticket_id)
            assert case is not None
            return sidebar_view(facts_of(session, case))

    return look


def with_shop(world: World, *customers: Any, **changes: Any) -> FakeStore:
    store = FakeStore(customers=list(customers or (customer(),)), **changes)
    connect_store(world, store)
    return store


def came(world: World, *texts: str, **changes: Any) -> None:
    """A ticket came in and was worked."""
    world.helpdesk.tickets["5"] = ticket("5", *(texts or ("Hello",)), **changes)
    world.hint("5")
    work_all(world)


def test_a_known_customer_is_told_with_tier_and_worth(world: World, see: See) -> None:
    with_shop(world)
    came(world)
    view = see()
    assert (view.tier, view.customer.spent, view.customer.matched_by) == (
        "Concierge",
        Money(1_200_000, "USD"),
        "email",
    )


@pytest.mark.parametrize(
    ("visible", "ana", "ben"),
    [(["manager", "admin"], False, True), (["agent"], True, False), ([], False, False)],
)
def test_amounts_are_for_the_roles_that_the_settings_name(
    world: World, see: See, visible: list[str], ana: bool, ben: bool
) -> None:
    with_shop(world)
    came(world)
    world.settings({**PLAIN, "amounts_visible_to": visible})
    assert (see(agent=ANA.id).amounts, see(agent=BEN.id).amounts) == (ana, ben)


def test_a_role_of_the_settings_comes_before_the_helpdesks(world: World, see: See) -> None:
    came(world)
    manager = {"email": "ANA@shop.example", "role": "manager"}
    world.settings({**PLAIN, "amounts_visible_to": ["manager"], "agents": [manager]})
    assert see(agent=ANA.id).amounts


def test_somebody_who_was_never_read_is_an_agent_without_a_coupon(world: World, see: See) -> None:
    came(world)
    view = see(agent="999")
    assert view.coupon is None
    assert view.amounts


def test_a_tier_follows_the_settings_at_once(world: World, see: See) -> None:
    with_shop(world)
    came(world)
    world.settings({**PLAIN, "tiers": [{"name": "Gold", "spent_at_least": "1.00"}]})
    assert see().tier == "Gold"


def test_a_rank_among_all_is_taken_as_it_was_when_the_ticket_was_looked_at(world: World, see: See) -> None:
    world.settings({**PLAIN, "tiers": [{"name": "Top", "top_percent": 50}]})
    with_shop(world, customer(), customer("2", "bo@example.com", 100), customer("3", "cy@example.com", 5))
    came(world)
    assert see().tier in {"Top", None}
    assert see().customer.top_percent is not None


def test_the_latest_orders_are_shown_with_their_age(world: World, see: See) -> None:
    orders = tuple(
        Order(f"#{n}", NOW - timedelta(days=n), Money(100 * n, "USD"), "paid", "") for n in range(1, 6)
    )
    with_shop(world, customer(latest_orders=orders))
    came(world)
    view = see()
    assert [order.name for order in view.orders] == ["#1", "#2", "#3"]
    assert view.orders_as_of is not None


def test_ten_thousand_orders_are_a_number_like_any_other(world: World, see: See) -> None:
    with_shop(world, customer(orders=10_000))
    came(world)
    assert see().customer.orders == 10_000
    assert see().average == Money(120, "USD")


def test_a_shop_that_is_away_says_so_and_the_rest_works(world: World, see: See) -> None:
    with_shop(world)
    came(world)
    store = _store_of(world)
    with world.database.write() as session:
        Connections(session, world.vault).set_trouble(store, "the token was revoked: connect again")
    shop = next(one for one in see().sources if one.source == "shop")
    assert (shop.state, shop.problem) == ("failed", "the token was revoked: connect again")
    assert see().customer.spent == Money(1_200_000, "USD")


def test_a_shop_that_has_not_answered_yet_is_asked_and_then_slow(world: World, see: See) -> None:
    def silent() -> None:
        raise TemporaryError("no answer")

    with_shop(world, fail=silent)
    world.helpdesk.tickets["5"] = ticket("5", "Hello")
    world.hint("5")
    work_all(world)
    state = {one.source: one.state for one in see().sources}
    assert state["shop"] in {"asking", "slow"}
    world.clock.move(seconds=10)
    assert {one.source: one.state for one in see().sources} == {"helpdesk": "told", "shop": "slow"}


def test_a_helpdesk_that_wants_a_rest_is_slow(world: World, see: See) -> None:
    came(world)
    with world.database.write() as session:
        until = world.clock() + timedelta(minutes=1)
        Connections(session, world.vault).pause(world.connection.id, until)
    assert [(one.source, one.state) for one in see().sources] == [("helpdesk", "slow")]


def test_whoever_becomes_a_customer_later_is_found_by_their_address(world: World, see: See) -> None:
    store = with_shop(world, customer("2", "bo@example.com"))
    came(world)
    assert see().new_customer
    with world.database.write() as session:
        Customers(session, world.connection.tenant_id).keep(_store_of(world), customer(), world.clock())
    assert store.customers
    assert see().customer.state == "known"


def test_a_customer_without_an_address_is_unknown_and_nothing_breaks(world: World, see: See) -> None:
    with_shop(world)
    came(world, requester=Person("8", "", None))
    view = see()
    assert (view.customer.state, view.email, view.name) == ("unknown", None, "")


def test_five_currencies_stay_apart(world: World, see: See) -> None:
    orders = tuple(
        Order(f"#{n}", NOW, Money(100, currency), "paid", "")
        for n, currency in enumerate(("USD", "EUR", "JPY", "KWD", "IRR"))
    )
    with_shop(world, replace(customer(latest_orders=orders), spent=Money(5000, "KWD")))
    came(world)
    assert [order.total for order in see().orders] == [
        Money(100, "USD"),
        Money(100, "EUR"),
        Money(100, "JPY"),
    ]
    assert see().customer.spent == Money(5000, "KWD")


def test_without_a_shop_nothing_is_awaited_of_any(world: World, see: See) -> None:
    came(world)
    assert not see().asked
    assert [one.source for one in see().sources] == ["helpdesk"]


def test_a_declined_offer_comes_back_after_90_days(world: World) -> None:
    row = CustomerRow(declined={"Belt": (world.clock() - timedelta(days=89)).isoformat()})
    assert declined(row, world.clock()) == {"Belt"}
    assert declined(row, world.clock() + timedelta(days=2)) == frozenset()


def _store_of(world: World) -> int:
    with world.database.read() as session:
        known = Connections(session, world.vault).of_tenant(world.connection.tenant_id)
    return next(one.id for one in known if one.vendor in world.stores)


def test_opening_a_panel_is_a_handful_of_reads_whatever_there_is_to_show(world: World, see: See) -> None:
    orders = (Order("#1", NOW, Money(100, "USD"), "paid", ""),)
    with_shop(world, customer(latest_orders=orders))
    came(world)
    see()
    statements: list[str] = []

    def note(*told: Any) -> None:
        statements.append(told[2])

    event.listen(world.database.engine, "before_cursor_execute", note)
    see()
    event.remove(world.database.engine, "before_cursor_execute", note)
    assert len([one for one in statements if one.lstrip().startswith("SELECT")]) <= 4, statements
