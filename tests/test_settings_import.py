"""Putting settings in force: all or nothing, and two at once are two versions, one after the other."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from plugin.db.engine import Database
from plugin.db.settings import SettingsVersions, Superseded
from plugin.settings_file import SettingsErrors
from plugin.settings_import import SettingsImport
from tests.fakes import World

AT_ONCE = 6


@pytest.fixture
def world(database: Database) -> World:
    """One tenant, whose settings are at version 1."""
    return World(database)


def put(world: World, document: dict[str, Any], expected: int | None = None) -> int:
    with world.database.write() as session:
        put_in_force = SettingsImport(world.vault, world.clock)
        return put_in_force(session, world.connection.tenant_id, document, "a test", expected)


def in_force(world: World) -> tuple[int, dict[str, Any]]:
    with world.database.read() as session:
        return SettingsVersions(session, world.connection.tenant_id).newest()


def test_imports_at_once_become_versions_one_after_the_other(world: World) -> None:
    documents = [{"mode": "live", "locale": locale} for locale in ("en", "ar", "fa") * 2]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        versions = list(pool.map(lambda document: put(world, document), documents))
    assert sorted(versions) == list(range(2, 2 + AT_ONCE))
    last = documents[versions.index(max(versions))]
    assert in_force(world) == (max(versions), last)


def test_of_imports_at_once_that_replace_the_same_version_one_wins(world: World) -> None:
    def attempt(locale: str) -> int | None:
        try:
            return put(world, {"locale": locale}, expected=1)
        except Superseded:
            return None

    with ThreadPoolExecutor(AT_ONCE) as pool:
        made = list(pool.map(attempt, ("en", "ar", "fa") * 2))
    assert sorted(one for one in made if one is not None) == [2]
    assert in_force(world)[0] == 2


def test_a_file_with_twenty_errors_names_all_of_them_and_changes_nothing(world: World) -> None:
    before = in_force(world)
    rules = [{"name": "", "on": ["never"], "actions": [{"field": "groop"}]} for _ in range(7)]
    with pytest.raises(SettingsErrors) as caught:
        put(world, {"mode": "live", "locale": "xx", "rules": rules})
    paths = [error.path for error in caught.value.errors]
    assert len(paths) >= 20
    assert {f"rules[{number}].on[0]" for number in range(7)} <= set(paths)
    assert in_force(world) == before
