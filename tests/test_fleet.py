"""Several hosts on one PostgreSQL: web, work and clock processes of each, and every ticket is written once."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
from sqlalchemy import create_engine, text

from sandbox import server
from sandbox.zendesk.webhooks import sign
from sandbox.zendesk.writes import new_ticket
from tests.conftest import Cluster, free_port, wait_until
from tests.test_killed import SETTINGS, event

HOSTS = 2
TICKETS = 24
MARGINALIA = str(Path(sys.executable).with_name("marginalia"))
KEYS = {"SECRET_KEYS": "s" * 40, "ENCRYPTION_KEYS": "5Zo7rRPz3ZGZK9bT4Tn5Zx7JQK3h4gqf4mX9V1hTzqA="}


@dataclass
class Fleet:
    """Hosts that share nothing but a database."""

    desk: server.Handle
    url: str
    folder: Path
    ports: list[int] = field(default_factory=lambda: [free_port() for _ in range(HOSTS)])
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": self.url,
            "PUBLIC_URL": f"http://127.0.0.1:{self.ports[0]}",
            "ALLOW_LOCAL_VENDORS": "1",
            "LOG_LEVEL": "warning",
            **KEYS,
        }

    def command(self, *arguments: str, given: str = "") -> str:
        done = subprocess.run(
            [MARGINALIA, *arguments],
            input=given,
            capture_output=True,
            text=True,
            env=self.environment,
            cwd=self.folder,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        """On each host a web process, a work process and a clock."""
        for port in self.ports:
            for arguments in (["web", "--workers", "1", "--port", str(port)], ["work"], ["clock"]):
                self.processes.append(
                    subprocess.Popen([MARGINALIA, *arguments], env=self.environment, cwd=self.folder)
                )

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            assert process.wait(timeout=30) == 0

    def writes(self, ticket_id: int) -> list[str]:
        ticket = self.desk.account.tickets[ticket_id]
        return [audit.channel for audit in ticket.audits if "mgn_" in repr(audit)]


@pytest.fixture
def fleet(cluster: Cluster, tmp_path: Path) -> Iterator[Fleet]:
    """Two hosts on an empty database of one PostgreSQL, and a stand-in helpdesk."""
    desk = server.start()
    made = Fleet(desk, cluster.new_database(), tmp_path)
    yield made
    for process in made.processes:
        process.kill()
        process.wait()
    desk.stop()


def workers_of(url: str) -> set[str]:
    """The worker processes that are alive."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.scalars(text("select id from heartbeats where role = 'work'")).all()
    engine.dispose()
    return set(found)


def count(url: str, query: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        number = connection.scalar(text(query))
    engine.dispose()
    return int(number or 0)


def test_two_hosts_on_one_database_write_every_ticket_once(fleet: Fleet) -> None:
    with ThreadPoolExecutor(HOSTS) as hosts:  # both begin with the empty database at the same time
        list(hosts.map(lambda _: fleet.command("migrate"), range(HOSTS)))
    connected = json.loads(
        fleet.command(
            "connect",
            "zendesk",
            "--account",
            "acme",
            "--api-url",
            fleet.desk.url,
            "--token",
            server.TOKEN,
            "--json",
        )
    )
    fleet.command("settings", "import", "-", "--tenant", "acme", given=SETTINGS)
    fleet.start()
    for port in fleet.ports:
        wait_until(lambda port=port: answers(port), seconds=90)
    wait_until(lambda: len(workers_of(fleet.url)) == HOSTS, seconds=90)

    account = fleet.desk.account
    customer = account.customer("Ann", "ann@example.com")
    ids = [new_ticket(account, customer, "Hello", f"Where is my parcel? {n}").id for n in range(TICKETS)]
    secret = next(iter(account.webhooks.values())).secret
    path = connected["hook_url"].partition("/hooks/")[2]

    def post(number: int) -> bool:
        """Each webhook comes twice, once to either host: only one of them is new."""
        body = event(ids[number % TICKETS], number % TICKETS)
        port = fleet.ports[number // TICKETS]
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        headers = {
            "x-zendesk-webhook-signature-timestamp": stamp,
            "x-zendesk-webhook-signature": sign(secret, stamp, body),
            "Content-Type": "application/json",
        }
        answer = requests.post(
            f"http://127.0.0.1:{port}/hooks/{path}", data=body, headers=headers, timeout=30
        )
        assert answer.status_code == 200, answer.text
        return "duplicate" in answer.json()

    with ThreadPoolExecutor(8) as senders:
        duplicates = list(senders.map(post, range(HOSTS * TICKETS)))
    assert sum(duplicates) == TICKETS
    wait_until(lambda: all(fleet.writes(one) for one in ids), seconds=120)
    wait_until(lambda: count(fleet.url, "select count(*) from work") == 0, seconds=90)
    fleet.stop()

    assert [fleet.writes(one) for one in ids] == [["api"]] * TICKETS
    assert count(fleet.url, "select count(*) from deliveries where state = 'dead'") == 0
    claimed = count(fleet.url, "select count(distinct event_id) from deliveries where source = 'clock'")
    assert claimed == count(fleet.url, "select count(*) from deliveries where source = 'clock'")


def answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=1).status_code == 200
    except requests.RequestException:
        return False
