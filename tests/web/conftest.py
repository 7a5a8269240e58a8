"""A site over a world: on both databases, or on the embedded one alone where the database makes no difference."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from plugin.db.engine import Database
from plugin.db.migrate import migrate
from tests.fakes import World
from tests.web.site import Site, site_over


@pytest.fixture
def world(database: Database) -> World:
    """One connected tenant, live; on each database in turn."""
    return World(database)


@pytest.fixture
def site(world: World) -> Site:
    """The web part over it."""
    return site_over(world)


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Site]:
    """The web part over one connected tenant, on the embedded database alone."""
    database = Database(f"sqlite:///{tmp_path / 'marginalia.db'}")
    migrate(database)
    yield site_over(World(database))
    database.dispose()
