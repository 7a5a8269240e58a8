"""An agent corrects a ticket; the next like it is read as the agent would."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from plugin.db.engine import Database
from plugin.db.tables import CorrectionRow, TicketRow
from tests.fakes import World, ticket
from tests.worker_steps import work_all

TEXT = "The flux adapter of my kettle hums loudly at night"


@pytest.fixture
def world(database: Database) -> World:
    """One tenant, live, with the real reader of texts."""
    return World(database)


def arrives(world: World, number: str, text: str = TEXT) -> None:
    world.helpdesk.tickets[number] = ticket(number, text)
    world.hint(number)
    work_all(world)


def agent_chooses(world: World, number: str, code: str | None) -> None:
    world.helpdesk.change(number, reason_code=code, reason_value=code and f"mgn_{code}")
    world.hint(number)
    work_all(world)


def code_of(world: World, number: str) -> tuple[str | None, str | None]:
    with world.database.read() as session:
        reason = session.scalars(select(TicketRow.reason).where(TicketRow.ticket_id == number)).one()
    return (reason["code"], reason["by"]) if reason else (None, None)


def learnt(world: World) -> dict[str, int]:
    with world.database.read() as session:
        rows = session.execute(select(CorrectionRow.code, CorrectionRow.count))
        return {code: count for code, count in rows if count}


def test_the_next_ticket_of_the_same_words_gets_the_agents_code(world: World) -> None:
    arrives(world, "5")
    assert code_of(world, "5") == (None, None)
    agent_chooses(world, "5", "product.defect")
    arrives(world, "6", f"Hello, {TEXT.upper()} #1002. Thanks!")
    assert code_of(world, "6") == ("product.defect", "learned")
    assert world.helpdesk.writes == [("6", "product.defect")]


def test_our_own_code_teaches_nothing(world: World) -> None:
    own = {"code": "product.defect", "phrases": ["flux adapter"]}
    world.settings({"mode": "live", "reason_codes": [own]})
    arrives(world, "5")
    world.hint("5")
    work_all(world)
    assert world.helpdesk.writes
    assert learnt(world) == {}


def test_a_ticket_that_came_with_a_code_teaches_nothing(world: World) -> None:
    world.helpdesk.tickets["5"] = replace(
        ticket("5", TEXT), reason_code="product.defect", reason_value="mgn_product_defect"
    )
    world.hint("5")
    work_all(world)
    assert learnt(world) == {}


def test_an_agent_who_changes_their_mind_counts_once(world: World) -> None:
    arrives(world, "5")
    for code in ("product.defect", "refund.request", "product.defect", "refund.request"):
        agent_chooses(world, "5", code)
    assert learnt(world) == {"refund.request": 1}


def test_an_agent_who_empties_the_field_takes_back_what_they_taught(world: World) -> None:
    arrives(world, "5")
    agent_chooses(world, "5", "product.defect")
    agent_chooses(world, "5", None)
    assert learnt(world) == {}


def test_agents_who_disagree_make_it_a_suggestion(world: World) -> None:
    arrives(world, "5")
    arrives(world, "6")
    agent_chooses(world, "5", "product.defect")
    agent_chooses(world, "6", "refund.request")
    arrives(world, "7")
    assert code_of(world, "7") == (None, None)
    with world.database.read() as session:
        suggested = session.scalars(select(TicketRow.suggestions).where(TicketRow.ticket_id == "7")).one()
    assert [ranked["code"] for ranked in suggested[:2]] == ["refund.request", "product.defect"]


def test_the_same_hint_worked_again_teaches_no_more(world: World) -> None:
    arrives(world, "5")
    agent_chooses(world, "5", "product.defect")
    for _ in range(3):
        world.hint("5")
        work_all(world)
    assert learnt(world) == {"product.defect": 1}
