"""A site over a world: on both databases, or on the embedded one alone where the database makes no difference."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugin.db.engine import Database
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
def lite(tmp_path: Path, migrated_file: Path) -> Iterator[Site]:
    """The web part over one connected tenant, on the embedded database alone."""
    database = Database(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'marginalia.db')}")
    yield site_over(World(database))
    database.dispose()
