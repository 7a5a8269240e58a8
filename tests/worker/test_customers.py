"""Who wrote: the shop is asked, a silent one is waited for a little, and nobody is taken for nobody meanwhile."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from plugin.db.breaches import Breaches
from plugin.db.connections import Connections
from plugin.db.engine import Database
from plugin.db.macros import Macros
from plugin.db.outbox import Outbox
from plugin.db.tables import DecisionRow, EffectRow, TicketRow
from plugin.domain.customer_keys import CustomerKey
from plugin.domain.effects import send_reply
from plugin.domain.facts import Macro, Message, Person
from plugin.ports import Connection, TemporaryError
from plugin.worker.loop import Worker
from tests.conftest import NOW
from tests.fake_store import FakeStore, connect_store, customer, store_hint, sweep
from tests.fakes import GONE, World, ticket, touched
from tests.worker_steps import work_all

CONCIERGE: dict[str, Any] = {
    "name": "Concierge first",
    "on": ["ticket_created", "customer_message"],
    "conditions": {"all": [{"field": "customer.tier", "operator": "is", "value": "Concierge"}]},
    "actions": [
        {"field": "group", "value": "211"},
        {"field": "priority", "value": "urgent"},
        {"field": "tags", "operator": "add", "value": ["vip_concierge"]},
    ],
}
REST = {
    "name": "Everybody else",
    "on": ["ticket_created"],
    "conditions": {"all": [{"field": "customer.tier", "operator": "is_not", "value": "Concierge"}]},
    "actions": [{"field": "group", "value": "100"}],
}
SETTINGS: dict[str, Any] = {
    "mode": "live",
    "currency": "USD",
    "tiers": [
        {"name": "VIP", "spent_at_least": "5000.00"},
        {"name": "Concierge", "spent_at_least": "10000.00", "tags": ["VIP"], "no_bots": True},
    ],
    "rules": [CONCIERGE, REST],
}


@pytest.fixture
def world(database: Database) -> World:
    """One live tenant with tiers and rules."""
    made = World(database)
    made.settings(SETTINGS)
    return made


@pytest.fixture
def store(world: World) -> FakeStore:
    """A store of that tenant, with one customer who spent $12,000."""
    made = FakeStore(customers=[customer()])
    connect_store(world, made)
    return made


def row(world: World, ticket_id: str = "5") -> Any:
    with world.database.read() as session:
        found = session.scalars(select(TicketRow).where(TicketRow.ticket_id == ticket_id)).one()
        session.expunge_all()
    return found


def trace(world: World) -> list[dict[str, Any]]:
    with world.database.read() as session:
        decisions = session.scalars(select(DecisionRow).order_by(DecisionRow.id)).all()
        return [line for decision in decisions for line in decision.trace]


def effects(world: World, kind: str) -> list[EffectRow]:
    with world.database.read() as session:
        found = session.scalars(select(EffectRow).where(EffectRow.kind == kind)).all()
        session.expunge_all()
    return list(found)


def routed(world: World, ticket_id: str = "5") -> tuple[str | None, str | None]:
    now = world.helpdesk.tickets[ticket_id]
    return now.group, now.priority


def test_the_best_customer_stands_in_front_of_the_best_people_at_once(world: World, store: FakeStore) -> None:
    world.helpdesk.tickets["5"] = ticket("5", "hello there")
    world.hint("5")
    work_all(world)
    assert routed(world) == ("211", "urgent")
    assert {"vip_concierge", "mgn_tier_concierge"} <= set(world.helpdesk.tickets["5"].tags)
    kept = row(world)
    assert (kept.tier["tier"], kept.no_bots) == ("Concierge", True)
    assert kept.customer["matched_by"] == "email"
    assert kept.customer["spent"] == {"minor": 1_200_000, "currency": "USD"}


def test_all_values_of_a_decision_are_one_write(world: World, store: FakeStore) -> None:
    world.helpdesk.tickets["5"] = ticket("5", "hello there")
    world.hint("5")
    work_all(world)
    assert len(world.helpdesk.updates) == 1


def test_the_tier_is_shown_on_the_customers_own_record(world: World, store: FakeStore) -> None:
    world.helpdesk.tickets["5"] = ticket("5", "hello there")
    world.hint("5")
    work_all(world)
    tagged = {name: effect.args for name, effect in world.helpdesk.tags_of_customers}
    assert tagged["7"] == {"add": ["mgn_tier_concierge"], "remove": []}


def test_somebody_whom_the_shop_does_not_know_is_nobody_and_goes_on(world: World, store: FakeStore) -> None:
    world.helpdesk.tickets["5"] = ticket("5", "hello", requester=Person("8", "Bob", "bob@example.com"))
    world.hint("5")
    work_all(world)
    assert routed(world) == ("100", None)
    assert row(world).customer["state"] == "nobody"


def silent(store: FakeStore) -> None:
    def fail() -> None:
        raise TemporaryError("the shop is down", retry_after=60)

    store.fail = fail


def test_a_silent_shop_is_waited_for_and_then_decided_without(world: World, store: FakeStore) -> None:
    silent(store)
    world.helpdesk.tickets["5"] = ticket("5", "hello there")
    world.hint("5")
    work_all(world)
    assert routed(world) == (None, None)
    assert any("the rules wait for it" in line["why"] for line in trace(world))
    world.clock.move(seconds=10)
    work_all(world)
    assert routed(world) == (None, None), "who is unknown is not treated as nobody"
    assert row(world).tier["certain"] is False
    assert any("within 10 s: decided without it" in line["why"] for line in trace(world))


def test_what_was_decided_without_the_shop_is_decided_again_when_it_answers(
    world: World, store: FakeStore
) -> None:
    silent(store)
    world.helpdesk.tickets["5"] = ticket("5", "hello there")
    world.hint("5")
    work_all(world)
    world.clock.move(seconds=12)
    work_all(world)
    store.fail = lambda: None
    world.clock.move(seconds=60)
    work_all(world)
    assert routed(world) == ("211", "urgent")
    assert row(world).no_bots is True


def test_an_answer_in_time_ends_the_wait(world: World, store: FakeStore) -> None:
    silent(store)
    world.helpdesk.tickets["5"] = ticket("5", "hello there")
    world.hint("5")
    world.clock.move(seconds=1)
    worker = Worker(world.shop)
    while worker.step():
        pass
    store.fail = lambda: None
    world.clock.move(seconds=61)
    work_all(world, worker)
    assert routed(world) == ("211", "urgent")


def test_another_message_while_waiting_does_not_make_the_wait_longer(world: World, store: FakeStore) -> None:
    silent(store)
    world.helpdesk.tickets["5"] = ticket("5", "hello there")
    world.hint("5")
    work_all(world)
    world.clock.move(seconds=5)
    said = Message("2", "7", True, True, "are you there?", NOW)
    world.helpdesk.change("5", messages=(*world.helpdesk.tickets["5"].messages, said))
    world.hint("5")
    work_all(world)
    world.clock.move(seconds=5)
    work_all(world)
    assert sum("within 10 s" in line["why"] for line in trace(world)) == 1


def test_a_shop_that_is_not_asked_about_is_not_waited_for(world: World, store: FakeStore) -> None:
    silent(store)
    urgent = {"field": "priority", "value": "high"}
    about_words: dict[str, Any] = {"name": "Chargebacks", "on": ["customer_message"], "actions": [urgent]}
    about_words["conditions"] = {
        "all": [{"field": "ticket.text", "operator": "includes_word", "value": "chargeback"}]
    }
    world.settings({**SETTINGS, "rules": [about_words]})
    world.helpdesk.tickets["5"] = ticket("5", "this will be a chargeback")
    world.hint("5")
    work_all(world)
    assert routed(world) == (None, "high")


def test_a_customer_without_any_address_is_not_waited_for(world: World, store: FakeStore) -> None:
    world.helpdesk.tickets["5"] = ticket("5", "hello there", requester=Person("9", "Anonymous"))
    world.hint("5")
    work_all(world)
    assert store.asked == []
    assert row(world).customer["state"] == "unknown"


def test_an_order_number_in_the_text_leads_to_whose_order_it_is(world: World, store: FakeStore) -> None:
    store.orders["#1001"] = "1"
    stranger = Person("8", "Bob", "bob@example.com")
    world.helpdesk.tickets["5"] = ticket("5", "where is order 1001?", requester=stranger)
    world.hint("5")
    work_all(world)
    assert row(world).customer["matched_by"] == "order"


def test_two_tenants_with_the_same_customer_know_nothing_of_each_other(
    world: World, store: FakeStore
) -> None:
    other = world.connect("other")
    world.settings(SETTINGS, other)
    world.helpdesk.tickets["5"] = ticket("5", "hello there")
    world.hint("5")
    world.hint("5", connection=other)
    work_all(world)
    with world.database.read() as session:
        rows: Any = session.scalars(select(TicketRow).where(TicketRow.tenant_id == other.tenant_id)).one()
        assert (rows.customer["state"], rows.tier["tier"]) == ("unknown", None)


def test_a_customer_who_becomes_one_of_the_best_is_seen_on_their_open_ticket(
    world: World, database: Database
) -> None:
    small = customer(spent=100, orders=1)
    store = FakeStore(customers=[small])
    connection = connect_store(world, store)
    world.helpdesk.tickets["5"] = ticket("5", "hello there")
    world.hint("5")
    work_all(world)
    assert row(world).tier["tier"] is None
    store.customers = [customer(spent=1_200_000, updated_at=world.clock())]
    store_hint(world, connection, CustomerKey("id", "1"))
    work_all(world)
    assert row(world).tier["tier"] == "Concierge"
    assert "mgn_tier_concierge" in world.helpdesk.tickets["5"].tags


def test_an_older_state_of_a_customer_never_overwrites_a_newer_one(world: World, store: FakeStore) -> None:
    connection = store_connection(world)
    store_hint(world, connection, CustomerKey("id", "1"))
    work_all(world)
    store.customers = [customer(spent=1, updated_at=NOW.replace(year=2020))]
    store_hint(world, connection, CustomerKey("id", "1"))
    work_all(world)
    world.helpdesk.tickets["5"] = ticket("5", "hello there")
    world.hint("5")
    work_all(world)
    assert row(world).customer["spent"]["minor"] == 1_200_000


def store_connection(world: World) -> Connection:
    with world.database.read() as session:
        found = Connections(session, world.vault).by_account("shop", "acme-shop")
    assert found is not None
    return found


def test_the_first_sweep_reads_all_customers_and_marks_the_best_before_any_ticket(world: World) -> None:
    many = [customer(str(n), f"c{n}@example.com", spent=100) for n in range(1, 50)]
    store = FakeStore(customers=[*many, customer("50", "best@example.com")])
    connection = connect_store(world, store)
    sweep(world, connection)
    work_all(world)
    marked = {name: effect.args for name, effect in world.helpdesk.tags_of_customers}
    assert marked == {"email:best@example.com": {"add": ["mgn_tier_concierge"], "remove": []}}


def test_new_tiers_mark_the_customers_anew(world: World, store: FakeStore) -> None:
    connection = store_connection(world)
    sweep(world, connection)
    work_all(world)
    world.settings({**SETTINGS, "tiers": [{"name": "Gold", "spent_at_least": "1.00"}], "rules": []})
    world.clock.move(minutes=10)
    sweep(world, connection)
    work_all(world)
    _, effect = world.helpdesk.tags_of_customers[-1]
    assert effect.args == {"add": ["mgn_tier_gold"], "remove": ["mgn_tier_concierge"]}


def test_in_shadow_mode_no_ticket_and_no_customer_is_touched(world: World, store: FakeStore) -> None:
    world.settings({**SETTINGS, "mode": "shadow"})
    world.helpdesk.tickets["5"] = ticket("5", "hello there")
    world.hint("5")
    work_all(world)
    sweep(world, store_connection(world))
    work_all(world)
    assert (world.helpdesk.updates, world.helpdesk.tags_of_customers) == ([], [])
    assert row(world).tier["tier"] == "Concierge"
    assert any("shadow mode: would do group 211" in line["why"] for line in trace(world))


def reply(world: World, ticket_id: str = "5") -> None:
    """Something of ours wants to answer by itself."""
    stamp = world.helpdesk.tickets[ticket_id].stamp
    with world.database.write() as session:
        Outbox(session).put(
            world.connection.tenant_id,
            world.connection.id,
            [send_reply(ticket_id, "Your parcel is on its way.")],
            world.clock(),
            stamp=stamp,
        )


def test_no_bot_answers_the_best_customer_whatever_was_decided_before(world: World, store: FakeStore) -> None:
    world.helpdesk.tickets["5"] = ticket("5", "hello there")
    world.hint("5")
    work_all(world)
    reply(world)
    work_all(world)
    (effect,) = effects(world, "send_reply")
    assert (effect.state, effect.error) == (
        "withheld",
        "withheld: customers of the tier “Concierge” meet no bots; a person must answer",
    )


def test_a_customer_who_became_one_of_the_best_meanwhile_is_spared_too(world: World) -> None:
    store = FakeStore(customers=[customer(spent=100)])
    connection = connect_store(world, store)
    world.helpdesk.tickets["5"] = ticket("5", "hello there")
    world.hint("5")
    work_all(world)
    store.customers = [customer(spent=1_200_000, updated_at=world.clock())]
    store_hint(world, connection, CustomerKey("id", "1"))
    world.clock.move(seconds=1)
    Worker(world.shop).step()
    reply(world)
    work_all(world)
    assert effects(world, "send_reply")[0].state == "withheld"


def test_nobody_knows_who_it_is_so_no_bot_answers(world: World, store: FakeStore) -> None:
    silent(store)
    world.helpdesk.tickets["5"] = ticket("5", "hello there")
    world.hint("5")
    work_all(world)
    reply(world)
    work_all(world)
    assert effects(world, "send_reply")[0].state == "withheld"


def test_an_ordinary_customer_may_be_answered(world: World, store: FakeStore) -> None:
    store.customers = [customer(spent=100)]
    world.helpdesk.tickets["5"] = ticket("5", "hello there")
    world.hint("5")
    work_all(world)
    reply(world)
    work_all(world)
    assert effects(world, "send_reply")[0].state == "done"


def breaches(world: World) -> dict[str, int]:
    with world.database.read() as session:
        return dict(Breaches(session, world.connection.tenant_id).counts())


def test_a_bot_of_the_host_that_answers_the_best_customer_is_listed_once(
    world: World, store: FakeStore
) -> None:
    world.helpdesk.tickets["5"] = ticket("5", "hello there")
    world.hint("5")
    work_all(world)
    bot = Message("90", "bot", False, True, "I am a bot", NOW, automated=True)
    now = world.helpdesk.tickets["5"]
    world.helpdesk.change("5", messages=(*now.messages, bot))
    world.hint("5")
    work_all(world)
    world.hint("5")
    work_all(world)
    assert breaches(world) == {"ours": 0, "host": 1}


def test_a_bot_that_was_faster_than_the_shop_is_listed_too(world: World, store: FakeStore) -> None:
    silent(store)
    asked = ticket("5", "hello there")
    bot = Message("90", "bot", False, True, "I am a bot", NOW, automated=True)
    world.helpdesk.tickets["5"] = replace(asked, messages=(*asked.messages, bot))
    world.hint("5")
    work_all(world)
    assert breaches(world) == {"ours": 0, "host": 0}
    store.fail = lambda: None
    world.clock.move(seconds=61)
    work_all(world)
    assert breaches(world) == {"ours": 0, "host": 1}


def test_a_group_that_is_gone_costs_only_its_own_value(world: World, store: FakeStore) -> None:
    gone = {**CONCIERGE, "actions": [{"field": "group", "value": GONE}, *CONCIERGE["actions"][1:]]}
    world.settings({**SETTINGS, "rules": [gone]})
    world.helpdesk.tickets["5"] = ticket("5", "hello there")
    world.hint("5")
    work_all(world)
    assert routed(world) == (None, "urgent")
    assert "vip_concierge" in world.helpdesk.tickets["5"].tags
    effect = effects(world, "set_group")[-1]
    assert (effect.state, "there is no group" in (effect.error or "")) == ("dead", True)


def test_a_write_that_came_too_late_is_decided_again_with_all_that_had_happened(
    world: World, store: FakeStore
) -> None:
    world.helpdesk.tickets["5"] = ticket("5", "hello there")
    moved: list[str] = []

    def move(what: str, name: str) -> None:
        if what == "perform" and name == "5" and not moved:
            moved.append(name)
            world.helpdesk.tickets["5"] = touched(world.helpdesk.tickets["5"])

    world.helpdesk.fail = move
    world.hint("5")
    work_all(world)
    assert routed(world) == ("211", "urgent")


def test_what_a_person_has_set_is_left_to_them(world: World, store: FakeStore) -> None:
    world.helpdesk.tickets["5"] = ticket("5", "hello there")
    world.hint("5")
    work_all(world)
    world.helpdesk.change("5", group="300")
    world.hint("5")
    work_all(world)
    said = Message("95", "7", True, True, "and another thing", NOW)
    world.helpdesk.change("5", messages=(*world.helpdesk.tickets["5"].messages, said))
    world.hint("5")
    work_all(world)
    assert routed(world) == ("300", "urgent")
    assert any("a person has set it otherwise; it stays" in line["why"] for line in trace(world))


def test_an_echo_of_our_own_writing_starts_nothing(world: World, store: FakeStore) -> None:
    world.helpdesk.tickets["5"] = ticket("5", "hello there")
    world.hint("5")
    work_all(world)
    before = len(trace(world))
    world.hint("5")
    work_all(world)
    assert len(trace(world)) == before
    assert len(world.helpdesk.updates) == 1


def test_macros_are_suggested_and_their_use_is_learnt(world: World, store: FakeStore) -> None:
    shelf = [Macro("36", "Exchange for another size"), Macro("37", "Opening hours")]
    with world.database.write() as session:
        Macros(session, world.connection.tenant_id).keep(world.connection.id, shelf, world.clock())
    world.helpdesk.tickets["5"] = ticket("5", "I need another size, an exchange")
    world.hint("5")
    work_all(world)
    assert [macro["id"] for macro in row(world).macros] == ["36"]
    assert row(world).macros[0]["why"]
    world.helpdesk.change("5", reason_value="mgn_x", reason_code="exchange.size")
    world.hint("5")
    work_all(world)
    said = Message("96", "3", False, True, "We exchange it.", NOW, macros=("37",))
    world.helpdesk.change("5", messages=(*world.helpdesk.tickets["5"].messages, said))
    world.hint("5")
    work_all(world)
    with world.database.read() as session:
        usage = Macros(session, world.connection.tenant_id).usage(world.connection.id, ["exchange.size"])
    assert usage == {("exchange.size", "37"): 1}
