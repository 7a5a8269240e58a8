"""Shared by all tests: a migrated database of each kind, a fixed clock, and skips that name what is missing."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from plugin.db.engine import Database
from plugin.db.migrate import migrate

settings.register_profile(
    "suite", deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")

LONGEST = (
    "test_every_page.py",
    "test_sidebar.py",
    "test_killed.py",
    "test_demo.py",
    "test_story.py",
    "test_fleet.py",
    "test_sidebar_looks.py",
    "test_zendesk_app_in_browser.py",
    "test_customers.py",
    "test_pages.py",
    "test_sidebar_deeds.py",
    "test_zendesk_app_host.py",
    "test_benchmarks_sidebar.py",
    "test_benchmarks.py",
    "test_signing_in.py",
)
"""Files that take longest go first, so that no worker still has one before it when the others are done."""
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CHROMIUM = Path("/usr/bin/chromium")
SHARED = Path(__file__).parents[2] / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; all else as it was found."""
    ranks = {name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path.name, len(ranks)))


def postgres_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


FASTER = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off"
"""What a server of tests can do without: its data are gone with it, and no vacuum moves rows about."""
EMPTY = """DO $$
DECLARE one text; filled boolean;
BEGIN
  SET LOCAL session_replication_role = replica;  -- foreign keys need no order
  FOR one IN SELECT format('%I', tablename) FROM pg_tables
      WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE 'SELECT EXISTS (SELECT FROM ' || one || ')' INTO filled;
    IF filled THEN EXECUTE 'DELETE FROM ' || one; END IF;
  END LOOP;
  PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL;
END $$"""
"""Deletes every row and counts from one again; several times as fast as TRUNCATE, let alone as a new database."""
MOST_LOANS = 50
"""How often one database is lent: deleted rows stay in its files."""


class Cluster:
    """A throwaway PostgreSQL cluster on a port of its own; the server refuses root, so it runs as `postgres`."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="marginalia-pg-"))
        self._port = free_port()
        self._made = 0
        self._migrated: str | None = None
        self._idle: list[str] = []
        self._loans: dict[str, int] = {}

    def start(self, *, durable: bool = False) -> None:
        """Make and start the cluster; takes about two seconds. `durable` is for who measures: tests need no fsync."""
        if os.getuid() == 0:
            shutil.chown(self._folder, "postgres")
        data = self._folder / "data"
        self._run("initdb", "-D", str(data), "-U", "suite", "-A", "trust", "--no-sync", "-E", "UTF8")
        options = (
            f"-p {self._port} -k {self._folder} -c listen_addresses=127.0.0.1 {'' if durable else FASTER}"
        )
        self._run("pg_ctl", "-D", str(data), "-w", "-o", options, "-l", str(self._folder / "log"), "start")
        self._admin = psycopg.connect(self._url("postgres"), autocommit=True)

    def stop(self) -> None:
        """Stop and delete it."""
        self._admin.close()
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def new_database(self, like: str = "template1") -> str:
        """The address of a new database: empty, or a copy of another."""
        name = self._next_name()
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
        return self._url(name)

    def migrated_database(self) -> str:
        """The address of a new, migrated database: a copy of one that was migrated once."""
        if self._migrated is None:
            self._migrated = self.new_database()
            _migrate(self._migrated)
        return self.new_database(like=_name(self._migrated))

    def lend(self) -> str:
        """The address of a migrated database without rows: one that was given back, or a new one."""
        return self._url(self._idle.pop()) if self._idle else self.migrated_database()

    def take_back(self, url: str) -> None:
        """Empty a lent database for the next, under another name: who kept its address finds nothing there.

        One that somebody is still connected to is left to them.
        """
        old, new = _name(url), self._next_name()
        loans = self._loans.pop(old, 0) + 1
        if loans < MOST_LOANS and self._is_left(old):
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(EMPTY)
            if self._is_left(old):
                self._admin.execute(f"ALTER DATABASE {old} RENAME TO {new}")
                self._idle.append(new)
                self._loans[new] = loans

    def _is_left(self, name: str) -> bool:
        """Whether nobody is connected to it; a server process ends a moment after its client has."""
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
        until = time.monotonic() + 0.5
        while (found := self._admin.execute(query, [name]).fetchone()) != (0,) and time.monotonic() < until:
            time.sleep(0.001)
        return found == (0,)

    def _next_name(self) -> str:
        self._made += 1
        return f"suite{self._made}"

    def _url(self, name: str) -> str:
        return f"postgresql://suite@127.0.0.1:{self._port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        user = pwd.getpwnam("postgres").pw_uid if os.getuid() == 0 else None
        subprocess.run(command, check=True, capture_output=True, user=user, cwd=self._folder, timeout=60)


def _name(url: str) -> str:
    return url.rpartition("/")[2]


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A running PostgreSQL, or a skip that says why not."""
    programs = postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL's server programs are not on this machine")
    made = Cluster(programs)
    made.start()
    yield made
    made.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn."""
    chosen: str = request.param
    return chosen


@pytest.fixture
def database_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind in turn."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'marginalia.db'}"
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.new_database()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that was migrated once, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "marginalia.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def database(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path
) -> Iterator[Database]:
    """A migrated database, of each kind in turn."""
    if kind == "sqlite":
        made = Database(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'marginalia.db')}")
        yield made
        made.dispose()
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    url = cluster.lend()
    made = Database(url)
    yield made
    made.dispose()
    cluster.take_back(url)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for a whole run (a worker takes whole files), or a skip that says why."""
    if not CHROMIUM.exists():
        pytest.skip(f"Chromium is not on this machine: {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def _migrate(url: str) -> None:
    made = Database(url)
    migrate(made)
    made.dispose()


NOTHING_SKIPPED = "MARGINALIA_NOTHING_SKIPPED"
"""The variable that makes a skipped test a failure of the run: where all that tests need is installed."""


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run for skipped tests where nothing may be skipped."""
    if _skips(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the tests that were skipped where nothing may be skipped."""
    for skipped in _skips(terminalreporter.config):
        terminalreporter.write_line(f"skipped, and {NOTHING_SKIPPED} is set: {skipped}", red=True)


def _skips(config: pytest.Config) -> list[str]:
    """What was skipped, as the process that reports has counted it; nothing in a worker of xdist."""
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or os.environ.get(NOTHING_SKIPPED) != "1":
        return []
    return [report.nodeid for report in reporter.stats.get("skipped", [])]


def wait_until(condition: object, seconds: float = 10.0, every: float = 0.02) -> None:
    """Wait for a condition (a callable); fail with its name when it does not come true."""
    assert callable(condition)
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"waited {seconds} s in vain for {condition}"
        time.sleep(every)
