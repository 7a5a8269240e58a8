"""What was learnt is kept by gist alone, counted, found again by what is new, and forgotten when it must be."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import select

from plugin.db.corrections import TAKEN_BACK_FOR, Corrections
from plugin.db.engine import Database
from plugin.db.tables import CorrectionRow
from plugin.db.tickets import Tickets
from plugin.domain.facts import Record
from plugin.domain.learning import Correction, gist
from plugin.reason_data import default_tree
from plugin.tenant_memory import TenantMemories, TenantMemory
from plugin.tenant_view import TenantViews
from tests.fakes import World, ticket

ZIPPER, WISMO = "The zipper of ann@example.com order 1001 broke", "Where is my order?"


def said(text: str, code: str | None = "product.defect", before: str | None = None) -> Correction:
    found = gist(text)
    assert found is not None
    return Correction(found, code, before)


def learn(world: World, *corrections: Correction, key: int | None = None) -> None:
    with world.database.write() as session:
        Corrections(session, world.connection.tenant_id).add(corrections, world.clock(), "a test", key)


def counts(world: World) -> list[tuple[str, int]]:
    with world.database.read() as session:
        rows = select(CorrectionRow.code, CorrectionRow.count).order_by(CorrectionRow.id)
        return [(code, count) for code, count in session.execute(rows)]


def a_ticket(world: World, number: str = "5") -> int:
    with world.database.write() as session:
        tickets = Tickets(session, world.connection.tenant_id)
        return tickets.save(world.connection, ticket(number, "hello"), Record(), world.clock())


def memory(world: World) -> TenantMemory:
    made = TenantMemory()
    refresh(made, world)
    return made


def refresh(made: TenantMemory, world: World) -> None:
    with world.database.read() as session:
        made.refresh(session, world.connection.tenant_id)


def knows(made: TenantMemory, text: str = WISMO) -> bool:
    return made.recall(text, default_tree()) is not None


def test_words_of_meaning_are_kept_and_neither_the_text_nor_what_names_anybody(database: Database) -> None:
    world = World(database)
    learn(world, said(ZIPPER))
    with database.read() as session:
        row = session.execute(select(*CorrectionRow.__table__.columns)).one()
    assert row.words == ["zipper", "order", "broke"]
    assert "ann" not in repr(row)


def test_the_same_said_again_is_counted(database: Database) -> None:
    world = World(database)
    learn(world, said(ZIPPER), said(WISMO, "shipping.wismo"), said(ZIPPER))
    learn(world, said(ZIPPER))
    assert counts(world) == [("product.defect", 3), ("shipping.wismo", 1)]


def test_more_than_fit_one_statement_are_all_taken(database: Database) -> None:
    world = World(database)
    learn(world, *[said(f"zipper {'x' * n}") for n in range(1201)])
    assert len(counts(world)) == 1201
    with database.read() as session:
        assert len(Corrections(session, world.connection.tenant_id).newest(1000)) == 1000


def test_what_the_same_ticket_taught_before_is_taken_back_and_no_other(database: Database) -> None:
    world = World(database)
    one, other = a_ticket(world, "5"), a_ticket(world, "6")
    learn(world, said(ZIPPER, "refund.request"), key=one)
    learn(world, said(WISMO, "refund.request"), key=other)
    learn(world, said(ZIPPER, "product.defect", before="refund.request"), key=one)
    assert counts(world) == [("refund.request", 0), ("refund.request", 1), ("product.defect", 1)]
    learn(world, said(ZIPPER, None, before="product.defect"), key=one)
    assert counts(world)[-1] == ("product.defect", 0)


def test_two_processes_that_learn_at_once_lose_nothing_and_number_their_changes(database: Database) -> None:
    world = World(database)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: learn(world, said(f"zipper {'x' * n}"), said(WISMO)), range(12)))
    with database.read() as session:
        mine = Corrections(session, world.connection.tenant_id)
        lessons = mine.newest()
        assert mine.revision() == 12
    assert sorted(one.revision for one in lessons) == [*range(1, 13), 12]
    assert sum(one.count for one in lessons) == 24


def test_a_memory_takes_in_what_is_new(database: Database) -> None:
    world = World(database)
    learn(world, said(ZIPPER))
    made = memory(world)
    assert not knows(made)
    learn(world, said(WISMO))
    refresh(made, world)
    assert knows(made)


def test_a_memory_drops_what_was_taken_back(database: Database) -> None:
    world = World(database)
    key = a_ticket(world)
    learn(world, said(WISMO), key=key)
    made = memory(world)
    assert knows(made)
    learn(world, said(WISMO, None, before="product.defect"), key=key)
    refresh(made, world)
    assert not knows(made)


def test_a_session_that_sees_less_makes_no_memory_forget(database: Database) -> None:
    world = World(database)
    made = memory(world)
    with database.read() as session:
        Corrections(session, world.connection.tenant_id).revision()  # what it sees is of this moment
        learn(world, said(WISMO))
        refresh(made, world)
        made.refresh(session, world.connection.tenant_id)
    assert knows(made)


def test_what_a_customers_tickets_taught_can_be_forgotten_words_and_all(database: Database) -> None:
    world = World(database)
    one, other = a_ticket(world, "5"), a_ticket(world, "6")
    learn(world, said(ZIPPER), key=one)
    learn(world, said(WISMO), key=other)
    made = memory(world)
    with database.write() as session:
        assert Corrections(session, world.connection.tenant_id).forget([one], world.clock()) == 1
    refresh(made, world)
    assert not knows(made, ZIPPER)
    assert knows(made, WISMO)
    with database.read() as session:
        assert session.scalars(select(CorrectionRow.words).where(CorrectionRow.count == 0)).one() == []


def test_a_tenant_keeps_its_newest_lessons_and_no_number_is_given_twice(database: Database) -> None:
    world = World(database)
    key = a_ticket(world)
    for text in ("zipper", "button", "sleeve", "collar"):
        learn(world, said(text, text + ".broken"), key=key)
    learn(world, said("collar", None, before="collar.broken"), key=key)
    world.clock.move(seconds=TAKEN_BACK_FOR.total_seconds() + 1)
    with database.write() as session:
        mine = Corrections(session, world.connection.tenant_id)
        before = mine.revision()
        assert mine.trim(world.clock(), keep=2) == 2
        assert mine.revision() == before
    assert counts(world) == [("sleeve.broken", 1), ("collar.broken", 0)]
    learn(world, said(WISMO))
    with database.write() as session:
        assert (
            Corrections(session, world.connection.tenant_id).trim(world.clock() + timedelta(days=3), keep=9)
            == 1
        )


def test_tenants_do_not_learn_from_each_other(database: Database) -> None:
    world = World(database)
    other = world.connect("other")
    learn(world, said(WISMO, "product.defect"))
    views, memories = TenantViews(), TenantMemories()
    with database.read() as session:
        assert views.reading(session, world.connection.tenant_id).read(WISMO, "en").by == "learned"
        assert views.reading(session, other.tenant_id).read(WISMO, "en").by == "phrases"
        assert memories.of(session, other.tenant_id).recall(WISMO, default_tree()) is None


def test_reading_without_memory_asks_none(database: Database) -> None:
    world = World(database)
    learn(world, said(WISMO, "product.defect"))
    with database.read() as session:
        assert TenantViews().of(session, world.connection.tenant_id).read(WISMO, "en").by == "phrases"
