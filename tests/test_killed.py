"""Killed again and again: each accepted webhook has its one effect, no forged one has any, and people's values stay."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import requests

from sandbox import server
from sandbox.zendesk.webhooks import sign
from sandbox.zendesk.writes import agent_edit, new_ticket
from tests.conftest import free_port, wait_until

ACCEPTED, BY_AGENTS, FORGED = 250, 25, 25
KILLS = 4
ECHOES = 60
SETTINGS = "mode: live\nreason_codes: [{code: shipping.wismo, phrases: [where is my parcel]}]\n"
MARGINALIA = str(Path(sys.executable).with_name("marginalia"))


@dataclass
class Shop:
    """A stand-in helpdesk with tickets, and the product's web and work processes in one process group."""

    desk: server.Handle
    folder: Path
    port: int = field(default_factory=free_port)
    hook_url: str = ""
    group: "subprocess.Popen[bytes] | None" = None

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

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": f"sqlite:///{self.folder}/killed.db",
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "ALLOW_LOCAL_VENDORS": "1",
            "LOG_LEVEL": "warning",
        }

    def start(self) -> None:
        """Web and work, without the clock: its sweep would find the tickets that nobody told us about."""
        both = f"{MARGINALIA} web --workers 1 --port {self.port} & {MARGINALIA} work & wait"
        with (self.folder / "log").open("ab") as log:
            self.group = subprocess.Popen(
                ["/bin/sh", "-c", both],
                env=self.environment,
                cwd=self.folder,
                start_new_session=True,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        assert self.group is not None
        os.killpg(self.group.pid, signal.SIGKILL)
        self.group.wait()

    def post(self, body: bytes, secret: str) -> int:
        """The status of one webhook; 0 where nobody answered (so the vendor would try again)."""
        timestamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        headers = {
            "x-zendesk-webhook-signature-timestamp": timestamp,
            "x-zendesk-webhook-signature": sign(secret, timestamp, body),
            "Content-Type": "application/json",
        }
        try:
            return requests.post(self.hook_url, data=body, headers=headers, timeout=10).status_code
        except requests.RequestException:
            return 0

    def writes(self, ticket_id: int) -> list[str]:
        """Who wrote the reason code of a ticket, in order."""
        ticket = self.desk.account.tickets[ticket_id]
        return [audit.channel for audit in ticket.audits if "mgn_" in repr(audit)]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    desk = server.start()
    for limit in ("calls", "updates"):
        desk.account.limits.change(limit, 0)
    made = Shop(desk, tmp_path)
    made.command("migrate")
    connected = json.loads(
        made.command(
            "connect", "zendesk", "--account", "acme", "--api-url", desk.url, "--token", server.TOKEN
        )
    )
    made.hook_url = connected["hook_url"]
    made.command("settings", "import", "-", "--tenant", connected["tenant"], given=SETTINGS)
    for key, webhook in desk.account.webhooks.items():  # this test sends the webhooks itself
        desk.account.webhooks[key] = replace(webhook, status="inactive")
    made.start()
    yield made
    made.kill()
    desk.stop()


def event(ticket_id: int, number: int) -> bytes:
    return json.dumps(
        {
            "account_id": 1,
            "id": f"event-{number}",
            "time": "2026-11-23T12:00:00.123456789Z",
            "type": "zen:event-type:ticket.created",
            "subject": f"zen:ticket:{ticket_id}",
            "zendesk_event_version": "2022-11-06",
            "detail": {"id": str(ticket_id), "status": "NEW"},
            "event": {},
        }
    ).encode()


def test_under_repeated_kills_every_accepted_webhook_has_exactly_one_effect(shop: Shop) -> None:
    account = shop.desk.account
    customer = account.customer("Ann", "ann@example.com")
    ids = [
        new_ticket(account, customer, "Hello", f"Where is my parcel? {n}").id
        for n in range(ACCEPTED + BY_AGENTS + FORGED)
    ]
    accepted, by_agents, forged = ids[:ACCEPTED], ids[ACCEPTED:-FORGED], ids[-FORGED:]
    field_id = next(key for key, one in account.fields.items() if one.title == "Reason code")
    for ticket_id in by_agents:
        chosen = {"custom_fields": [{"id": field_id, "value": "mgn_refund_request"}]}
        agent_edit(account, ticket_id, account.staff()[0], chosen)
    secret = next(iter(account.webhooks.values())).secret
    sending = [(event(one, n), secret) for n, one in enumerate([*accepted, *by_agents])]
    sending += random.Random(5).sample(sending, 60)  # duplicates
    sending += [(event(one, 10_000 + one), "not the secret") for one in forged]
    random.Random(7).shuffle(sending)

    senders = [threading.Thread(target=send_all, args=(shop, sending[part::6])) for part in range(6)]
    for sender in senders:
        sender.start()
    for _ in range(KILLS):
        time.sleep(2.5)
        shop.kill()
        shop.start()
    for sender in senders:
        sender.join(timeout=120)
        assert not sender.is_alive()

    wait_until(lambda: all(shop.writes(one) for one in accepted), seconds=90)
    for number, one in enumerate(accepted[:ECHOES]):  # and the echoes of some
        assert shop.post(event(one, 20_000 + number), secret) == 200
    shop.kill()
    shop.command("work", "--drain")
    assert [shop.writes(one) for one in accepted] == [["api"]] * ACCEPTED
    assert [shop.writes(one) for one in by_agents] == [["web"]] * BY_AGENTS
    assert [shop.writes(one) for one in forged] == [[]] * FORGED
    shop.start()


def send_all(shop: Shop, sending: list[tuple[bytes, str]]) -> None:
    """As the vendor does: again and again until somebody answers, whatever the answer."""
    for body, secret in sending:
        until = time.monotonic() + 60
        while (status := shop.post(body, secret)) in {0, 503}:
            assert time.monotonic() < until
            time.sleep(0.1)
        assert status == (200 if secret != "not the secret" else 401)
