"""The helpdesk's macros as last read: what is gone is offered no more, and what agents did with them is counted."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from plugin.db.engine import Database
from plugin.db.macros import Macros
from plugin.domain.facts import Macro
from plugin.domain.macros import MacroUse
from plugin.macro_books import MacroBooks
from tests.fakes import World

WISMO, REFUND = Macro("360001", "Where is my order", "It is on its way.", "en"), Macro("360002", "Refunded")


@pytest.fixture
def world(database: Database) -> World:
    """One connected tenant."""
    return World(database)


def keep(world: World, *macros: Macro) -> None:
    with world.database.write() as session:
        Macros(session, world.connection.tenant_id).keep(world.connection.id, macros, world.clock())


def kept(world: World) -> list[Macro]:
    with world.database.read() as session:
        return Macros(session, world.connection.tenant_id).all(world.connection.id)


def version(world: World) -> int:
    with world.database.read() as session:
        return Macros(session, world.connection.tenant_id).version(world.connection.id)


def is_due(world: World) -> bool:
    with world.database.read() as session:
        return Macros(session, world.connection.tenant_id).is_due(world.connection.id, world.clock())


def test_macros_are_kept_as_they_were_read(world: World) -> None:
    keep(world, WISMO, REFUND)
    assert kept(world) == [WISMO, REFUND]


def test_a_macro_that_the_helpdesk_has_no_more_is_offered_no_more(world: World) -> None:
    keep(world, WISMO, REFUND)
    keep(world, REFUND)
    assert kept(world) == [REFUND]


def test_a_macro_that_comes_back_is_offered_again(world: World) -> None:
    keep(world, WISMO)
    keep(world)
    keep(world, WISMO)
    assert kept(world) == [WISMO]


def test_only_news_makes_a_new_version(world: World) -> None:
    assert version(world) == 0
    keep(world, WISMO)
    keep(world, WISMO)
    assert version(world) == 1
    keep(world, Macro(WISMO.id, WISMO.title, "It has arrived."))
    assert version(world) == 2
    keep(world)
    assert version(world) == 3


def test_they_are_due_again_after_an_hour_whether_they_could_be_read_or_not(world: World) -> None:
    assert is_due(world)
    keep(world, WISMO)
    world.clock.move(minutes=59)
    assert not is_due(world)
    world.clock.move(minutes=1)
    assert is_due(world)
    with world.database.write() as session:
        Macros(session, world.connection.tenant_id).not_readable(world.connection.id, world.clock())
    assert not is_due(world)
    assert kept(world) == [WISMO]


def test_one_found_gone_when_it_was_clicked_is_offered_no_more(world: World) -> None:
    keep(world, WISMO, REFUND)
    books = MacroBooks()
    with world.database.write() as session:
        macros = Macros(session, world.connection.tenant_id)
        assert len(books.of(session, world.connection.tenant_id, world.connection.id)) == 2
        macros.gone(world.connection.id, WISMO.id, world.clock())
        macros.gone(world.connection.id, "never there", world.clock())
        assert macros.still_there(world.connection.id, [WISMO.id, REFUND.id, "3"]) == {REFUND.id}
        assert list(books.of(session, world.connection.tenant_id, world.connection.id).by_id) == [REFUND.id]


def test_what_no_database_can_keep_is_replaced_and_ids_are_never_cut(world: World) -> None:
    keep(
        world, Macro("1", "a\x00b" * 999, "\ud800", "x" * 99), Macro("2" * 101, "Too long"), Macro("", "None")
    )
    (one,) = kept(world)
    assert (one.id, one.title[:3], len(one.title), one.text) == ("1", "a\ufffdb", 500, "\ufffd")


def test_two_readings_at_once_come_one_by_one(world: World) -> None:
    many = [Macro(str(n), f"Macro {n}") for n in range(30)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: keep(world, *many), range(8)))
    assert kept(world) == many
    assert version(world) == 1


def test_uses_are_counted_by_code_and_account(world: World) -> None:
    other = world.connect("other")
    use = MacroUse("shipping.wismo", "360001")
    with world.database.write() as session:
        macros = Macros(session, world.connection.tenant_id)
        macros.count_uses(world.connection.id, [use, use, MacroUse("refund.request", "360002")])
        macros.count_uses(world.connection.id, [use])
        assert macros.usage(world.connection.id, ["shipping.wismo"]) == {("shipping.wismo", "360001"): 3}
        assert Macros(session, other.tenant_id).usage(other.id, ["shipping.wismo"]) == {}


def test_a_compiled_book_is_used_until_there_is_news(world: World) -> None:
    books = MacroBooks()

    def book() -> object:
        with world.database.read() as session:
            return books.of(session, world.connection.tenant_id, world.connection.id)

    keep(world, WISMO)
    first = book()
    keep(world, WISMO)
    assert book() is first
    keep(world, WISMO, REFUND)
    assert book() is not first


def test_tenants_see_their_own_macros_alone(world: World) -> None:
    other = world.connect("other")
    keep(world, WISMO)
    with world.database.read() as session:
        assert Macros(session, other.tenant_id).all(other.id) == []
        assert Macros(session, other.tenant_id).all(world.connection.id) == []
