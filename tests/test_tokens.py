"""Tokens are renewed by one at a time, and both new ones are stored together."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Barrier, Lock

import pytest

from plugin.db.connections import Connections
from plugin.db.engine import Database
from plugin.ports import AccessError, Api, Connection, TemporaryError
from plugin.tokens import AccessTokens
from tests.fakes import FakeHelpdesk, NoApi, World


@dataclass
class Renewing(FakeHelpdesk):
    """A helpdesk whose refresh deletes the old pair: an old refresh token is refused."""

    valid: str = "r0"
    renewals: int = 0
    guard: Lock = field(default_factory=Lock)
    during: Callable[[], None] = lambda: None

    def renew(self, api: Api, now: datetime) -> Mapping[str, str]:
        with self.guard:
            if api.connection.credentials["refresh_token"] != self.valid:
                raise AccessError("invalid_grant: connect again")
            self.renewals += 1
            self.valid = f"r{self.renewals}"
            new = self.valid
        self.during()
        expires = (now + timedelta(hours=1)).isoformat()
        return {"access_token": f"a{self.renewals}", "refresh_token": new, "expires_at": expires}


@pytest.fixture
def world(database: Database) -> World:
    made = World(database, helpdesk=Renewing())
    change(made, access_token="a0", refresh_token="r0", expires_at=made.clock().isoformat())
    return made


def change(world: World, **credentials: str | None) -> None:
    with world.database.write() as session:
        Connections(session, world.vault).change(world.connection, credentials=credentials)


def stored(world: World) -> Connection:
    with world.database.read() as session:
        found = Connections(session, world.vault).by_id(world.connection.id)
    assert found is not None
    return found


def tokens(world: World) -> AccessTokens:
    helpdesks = {world.helpdesk.name: world.helpdesk}
    return AccessTokens(world.database, world.vault, helpdesks, NoApi, world.clock)


def test_a_token_that_lasts_is_used_as_it_is(world: World) -> None:
    change(world, expires_at=(world.clock() + timedelta(hours=1)).isoformat())
    assert tokens(world).access_token(world.connection) == "a0"


def test_an_ending_token_is_renewed_and_both_new_ones_are_kept(world: World) -> None:
    assert tokens(world).access_token(world.connection) == "a1"
    kept = stored(world).credentials
    assert (kept["access_token"], kept["refresh_token"]) == ("a1", "r1")
    assert kept["signing_secret"] == "secret"


def test_many_workers_renew_once(world: World) -> None:
    together = Barrier(6)

    def ask(_: int) -> str:
        together.wait()
        try:
            return tokens(world).access_token(world.connection)
        except TemporaryError as busy:
            assert busy.retry_after is not None
            return "later"

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(ask, range(6)))
    assert answers <= {"a1", "later"}
    assert isinstance(world.helpdesk, Renewing)
    assert world.helpdesk.renewals == 1
    assert tokens(world).access_token(world.connection) == "a1"


def test_a_refused_token_gives_the_newer_one_that_another_has_fetched(world: World) -> None:
    tokens(world).access_token(world.connection)
    assert tokens(world).refused(world.connection, "a0") == "a1"
    assert isinstance(world.helpdesk, Renewing)
    assert world.helpdesk.renewals == 1


def test_a_refused_token_without_a_way_to_renew_is_the_last_word(world: World) -> None:
    change(world, refresh_token=None, expires_at=None)
    assert tokens(world).refused(world.connection, "a0") is None


def test_a_renewal_that_took_too_long_stores_nothing(world: World) -> None:
    assert isinstance(world.helpdesk, Renewing)

    def another_takes_over() -> None:
        world.clock.move(minutes=5)
        with world.database.write() as session:
            assert Connections(session, world.vault).claim_renewal(
                world.connection.id, "other", world.clock()
            )

    world.helpdesk.during = another_takes_over
    with pytest.raises(TemporaryError, match="handed on"):
        tokens(world).access_token(world.connection)
    assert stored(world).credentials["refresh_token"] == "r0"


def test_a_refused_renewal_says_what_to_do_and_lets_others_try(world: World) -> None:
    change(world, refresh_token="stolen")
    with pytest.raises(AccessError, match="connect again"):
        tokens(world).access_token(world.connection)
    change(world, refresh_token="r0")
    assert tokens(world).access_token(world.connection) == "a1"


def test_no_token_at_all_names_the_command(world: World) -> None:
    change(world, access_token=None, refresh_token=None, expires_at=None)
    with pytest.raises(AccessError, match="marginalia connect fake --account acme"):
        tokens(world).access_token(world.connection)
