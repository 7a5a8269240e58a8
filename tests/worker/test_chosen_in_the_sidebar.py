"""What an agent chooses or names in the sidebar comes into the work: a reason code, and whose order it is."""

from dataclasses import replace
from typing import Any

import pytest

from plugin.agents_say import OPENED, ORDER_SEARCHED, REASON_CHOSEN, SOURCE, body_of
from plugin.db.engine import Database
from plugin.db.inbox import Arrival, Inbox
from plugin.db.tables import EffectRow
from plugin.db.tickets import Tickets
from plugin.domain.effects import ticket_resource
from plugin.domain.facts import Person, Record
from tests.fake_store import FakeStore, connect_store, customer
from tests.fakes import World, ticket
from tests.worker_steps import work_all


@pytest.fixture
def world(database: Database) -> World:
    """One live tenant with a ticket whose words give a code."""
    made = World(database)
    made.helpdesk.tickets["1"] = ticket("1", "Where is my order?")
    made.hint("1")
    work_all(made)
    made.helpdesk.writes.clear()
    return made


def said(world: World, topic: str, ticket_id: str = "1", **body: Any) -> None:
    """An agent did something in the sidebar."""
    arrival = Arrival(
        tenant_id=world.connection.tenant_id,
        connection_id=world.connection.id,
        source=SOURCE,
        topic=topic,
        event_id=None,
        resource=ticket_resource(ticket_id),
        state="pending",
        body=body_of(**body) if body else b"",
        headers={},
        received_at=world.clock(),
    )
    with world.database.write() as session:
        Inbox(session).put([arrival])


def record(world: World, ticket_id: str = "1") -> Record:
    with world.database.read() as session:
        return Tickets(session, world.connection.tenant_id).record(world.connection.id, ticket_id)


def test_the_code_is_written_and_is_the_agents(world: World) -> None:
    said(world, REASON_CHOSEN, code="shipping.lost")
    work_all(world)
    kept = record(world)
    assert world.helpdesk.writes == [("1", "shipping.lost")]
    assert kept.reason is not None
    assert (kept.reason.code, kept.reason.by) == ("shipping.lost", "agent")


def test_it_is_written_over_what_the_field_held(world: World) -> None:
    world.helpdesk.change("1", reason_code="product.defect", reason_value="mgn_product_defect")
    world.hint("1")
    work_all(world)
    said(world, REASON_CHOSEN, code="shipping.lost")
    work_all(world)
    assert world.helpdesk.tickets["1"].reason_code == "shipping.lost"


def test_of_two_choices_the_later_one_counts(world: World) -> None:
    said(world, REASON_CHOSEN, code="shipping.lost")
    said(world, REASON_CHOSEN, code="shipping.damaged")
    work_all(world)
    assert world.helpdesk.writes == [("1", "shipping.damaged")]


def test_a_ticket_that_moved_meanwhile_is_read_again_and_written_all_the_same(world: World) -> None:
    moved: list[str] = []

    def fail(what: str, ticket_id: str) -> None:
        if what == "perform" and not moved:
            moved.append(ticket_id)
            world.helpdesk.change("1", priority="high")

    world.helpdesk.fail = fail
    said(world, REASON_CHOSEN, code="shipping.lost")
    work_all(world)
    assert moved == ["1"]
    assert world.helpdesk.tickets["1"].reason_code == "shipping.lost"
    world.hint("1")  # the echo of our own write
    work_all(world)
    assert record(world).chosen is None


def test_what_a_person_then_sets_in_the_helpdesk_stays(world: World) -> None:
    said(world, REASON_CHOSEN, code="shipping.lost")
    work_all(world)
    world.helpdesk.change("1", reason_code="product.defect", reason_value="mgn_product_defect")
    world.hint("1")
    work_all(world)
    assert world.helpdesk.tickets["1"].reason_code == "product.defect"
    kept = record(world)
    assert kept.reason is not None
    assert (kept.reason.code, kept.chosen) == ("product.defect", None)


def test_a_code_that_the_field_holds_already_is_not_written_again(world: World) -> None:
    held = world.helpdesk.tickets["1"].reason_code or "shipping.wismo"
    world.helpdesk.change("1", reason_code=held, reason_value=f"mgn_{held}")
    said(world, REASON_CHOSEN, code=held)
    work_all(world)
    assert world.helpdesk.writes == []
    assert record(world).chosen is None


def test_while_only_watching_nothing_is_written(world: World) -> None:
    world.settings({"mode": "shadow"})
    said(world, REASON_CHOSEN, code="shipping.lost")
    work_all(world)
    assert world.helpdesk.writes == []
    with world.database.read() as session:
        states = {row.state for row in session.query(EffectRow).where(EffectRow.slot == "reason_code")}
    assert "pending" not in states


def test_a_rule_on_changed_tickets_sees_the_choice(world: World) -> None:
    asked = {"field": "ticket.reason_code", "operator": "is", "value": "shipping.lost"}
    rule = {
        "name": "Lost",
        "on": ["ticket_changed"],
        "conditions": {"all": [asked]},
        "actions": [{"field": "priority", "value": "high"}],
    }
    world.settings({"mode": "live", "rules": [rule]})
    said(world, REASON_CHOSEN, code="shipping.lost")
    work_all(world)
    assert world.helpdesk.tickets["1"].priority == "high"


def test_the_order_that_an_agent_names_says_whose_ticket_it_is(world: World) -> None:
    store = FakeStore(customers=[customer()], orders={"#1001": "1"})
    connect_store(world, store)
    stranger = Person("8", "A.", "other@example.com")
    world.helpdesk.tickets["2"] = replace(ticket("2", "Hello"), requester=stranger)
    world.hint("2")
    work_all(world)
    assert record(world, "2").customer.state == "nobody"
    said(world, ORDER_SEARCHED, "2", order="#1001")
    work_all(world)
    found = record(world, "2").customer
    assert (found.name, found.matched_by) == ("Ann", "order")
    world.hint("2")
    work_all(world)
    assert record(world, "2").customer.matched_by == "order"


def test_a_ticket_that_is_merely_looked_at_is_read(world: World) -> None:
    world.helpdesk.tickets["3"] = ticket("3", "Hello")
    said(world, OPENED, "3")
    work_all(world)
    assert record(world, "3").customer is not None
    assert "3" in world.helpdesk.loads


EVERYBODY: dict[str, Any] = {
    "name": "Everybody",
    "on": ["ticket_created"],
    "actions": [{"field": "group", "value": "100"}],
}


@pytest.fixture
def opened(world: World) -> World:
    """A ticket that nobody told us of was opened by an agent, in a tenant that routes every new one."""
    world.settings({"mode": "live", "rules": [EVERYBODY]})
    world.helpdesk.tickets["3"] = ticket("3", "Where is my order?")
    world.helpdesk.updates.clear()
    said(world, OPENED, "3")
    work_all(world)
    return world


def test_opening_a_ticket_shows_what_fits_and_changes_nothing(opened: World) -> None:
    kept = record(opened, "3")
    assert kept.suggestions[0].code == "shipping.wismo"
    assert kept.reason is None
    assert opened.helpdesk.updates == []


def test_a_ticket_that_was_opened_first_is_still_new_when_its_webhook_comes(opened: World) -> None:
    opened.hint("3")
    work_all(opened)
    assert opened.helpdesk.tickets["3"].group == "100"


def test_a_shop_that_answers_later_is_no_news_of_the_helpdesk(opened: World) -> None:
    connect_store(opened, FakeStore(customers=[customer()]))
    said(opened, OPENED, "3")
    work_all(opened)
    assert record(opened, "3").customer.state == "known"
    assert opened.helpdesk.updates == []


def test_a_code_chosen_on_a_ticket_that_was_merely_opened_is_written_alone(opened: World) -> None:
    said(opened, REASON_CHOSEN, "3", code="shipping.lost")
    work_all(opened)
    assert opened.helpdesk.updates == [("3", "set_reason_code")]
    assert opened.helpdesk.tickets["3"].reason_code == "shipping.lost"


def test_such_a_choice_that_came_too_late_is_written_all_the_same(opened: World) -> None:
    moved: list[str] = []

    def fail(what: str, ticket_id: str) -> None:
        if what == "perform" and not moved:
            moved.append(ticket_id)
            opened.helpdesk.change("3", priority="high")

    opened.helpdesk.fail = fail
    said(opened, REASON_CHOSEN, "3", code="shipping.lost")
    work_all(opened)
    assert opened.helpdesk.tickets["3"].reason_code == "shipping.lost"


def test_and_stays_the_agents_once_something_happens(opened: World) -> None:
    said(opened, REASON_CHOSEN, "3", code="shipping.lost")
    work_all(opened)
    opened.hint("3")
    work_all(opened)
    kept = record(opened, "3")
    assert kept.reason is not None
    assert (kept.reason.code, kept.reason.by) == ("shipping.lost", "agent")
    assert opened.helpdesk.tickets["3"].reason_code == "shipping.lost"
