"""Connecting an account reads its macros, and is no less connected where that fails."""

from dataclasses import replace

import pytest

from plugin.connecting import Connected, Wish, connect
from plugin.db.engine import Database
from plugin.db.macros import Macros
from plugin.domain.facts import Macro
from plugin.ports import AccessError, TemporaryError, VendorError
from plugin.product import Product
from tests.fakes import NoApi, World
from tests.web.site import CONFIG

WISH = Wish("fake", "shop", None, None, {}, {}, provision=True)


@pytest.fixture
def world(database: Database) -> World:
    """A helpdesk with one macro."""
    made = World(database)
    made.helpdesk.shelf = [Macro("360001", "Where is my order")]
    return made


def connected(world: World, wish: Wish = WISH) -> Connected:
    product = Product(
        config=CONFIG,
        database=world.database,
        vault=world.vault,
        helpdesks={"fake": world.helpdesk},
        stores={},
        routes={},
        views=world.views,
        open_api=NoApi,
        now=world.clock,
        import_settings=lambda *_: None,  # type: ignore[arg-type]
        make_web=lambda: None,
        make_worker=lambda _: None,  # type: ignore[arg-type,return-value]
        make_clock=lambda: None,  # type: ignore[arg-type,return-value]
    )
    return connect(product, wish)


def macros(world: World, made: Connected) -> list[str]:
    with world.database.read() as session:
        return [one.id for one in Macros(session, made.connection.tenant_id).all(made.connection.id)]


def test_the_macros_are_there_for_the_first_ticket(world: World) -> None:
    made = connected(world)
    assert (macros(world, made), made.notes) == (["360001"], ())


@pytest.mark.parametrize("error", [AccessError("no right to read macros"), TemporaryError("502")])
def test_an_account_whose_macros_cannot_be_read_is_connected_with_a_note(
    world: World, error: VendorError
) -> None:
    def fail(what: str, ticket_id: str) -> None:
        raise error

    world.helpdesk.fail = fail
    made = connected(world)
    assert macros(world, made) == []
    assert str(error) in made.notes[0]


def test_without_provisioning_no_call_is_made(world: World) -> None:
    def fail(what: str, ticket_id: str) -> None:
        raise AssertionError(f"a call: {what}")

    world.helpdesk.fail = fail
    made = connected(world, replace(WISH, provision=False))
    assert macros(world, made) == []
