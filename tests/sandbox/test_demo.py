"""`make demo` for real: two addresses that answer, sample tickets with their reason codes, and nothing left over."""

import os
import re
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.conftest import wait_until

ROOT = Path(__file__).parents[2]
URL = re.compile(r"https?://\S+")
MARK = "DEMO_TEST_MARK"
START_SECONDS = 120
"""More than the demo may take: this machine may be busy with other tests."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are looked for in /proc"),
]


@dataclass
class Demo:
    """One run of the demo. All its processes carry a mark in their environment."""

    process: "subprocess.Popen[str]"
    folder: Path
    mark: str

    @property
    def out(self) -> str:
        return (self.folder / "out").read_text()

    @property
    def urls(self) -> list[str]:
        return URL.findall(self.out)

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait for it, or fail with the demo's own words when that ends first."""
        wait_until(lambda: condition() or self.process.poll() is not None, START_SECONDS, 0.1)
        assert self.process.poll() is None, (self.folder / "err").read_text()

    def processes(self) -> list[int]:
        """Everything alive that this demo has started, itself included."""
        return [
            number for number in map(int, filter(str.isdigit, os.listdir("/proc"))) if self._is_ours(number)
        ]

    def _is_ours(self, number: int) -> bool:
        try:
            environment = Path(f"/proc/{number}/environ").read_bytes()
            state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return False
        return f"{MARK}={self.mark}".encode() in environment.split(b"\0") and state != "Z"

    def audits(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = requests.get(
            f"{self.urls[0]}_sandbox/audits?by=api", timeout=10
        ).json()["audits"]
        return found


@contextmanager
def running(folder: Path, *options: str) -> Iterator[Demo]:
    mark = uuid.uuid4().hex
    folder.mkdir(exist_ok=True)
    with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox.demo", "--folder", str(folder / "var"), *options],
            stdout=out,
            stderr=err,
            cwd=ROOT,
            env={**os.environ, MARK: mark},
            text=True,
        )
    made = Demo(process, folder, mark)
    try:
        yield made
    finally:
        for number in made.processes():
            os.kill(number, signal.SIGKILL)
        process.wait(10)


@pytest.fixture(scope="module")
def taken() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, taken: int) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    with running(folder, "--port", str(taken), "--helpdesk-port", "0") as made:
        made.wait_for(lambda: "Ctrl-C" in made.out)
        yield made


def test_it_prints_two_loopback_addresses_that_answer_and_no_other(demo: Demo) -> None:
    assert [url.startswith("http://127.0.0.1:") for url in demo.urls] == [True, True]
    assert [requests.get(url, timeout=10).status_code for url in demo.urls] == [200, 200]


def test_it_takes_a_free_port_where_the_wanted_one_is_taken(demo: Demo, taken: int) -> None:
    assert f":{taken}/" not in demo.out


def test_it_says_nothing_else_where_there_is_no_terminal(demo: Demo) -> None:
    assert (demo.folder / "err").read_text() == ""


def test_sample_tickets_got_reason_codes_by_api(demo: Demo) -> None:
    names = {event.get("field_name", "") for audit in demo.audits() for event in audit["events"]}
    assert any(name.isdigit() for name in names)


def test_every_webhook_was_taken(demo: Demo) -> None:
    found = requests.get(f"{demo.urls[0]}_sandbox/webhooks", timeout=10).json()
    assert {one["state"] for one in found["deliveries"]} == {"delivered"}


def test_the_product_shows_the_last_tickets_without_a_sign_in(demo: Demo) -> None:
    page = requests.get(demo.urls[1], timeout=10).text
    assert "zendesk" in page.lower()
    assert "/admin/tickets" in page


def test_a_customers_message_gets_its_reason_code_within_seconds(demo: Demo) -> None:
    before = len(demo.audits())
    form = {"name": "Zoe", "email": "zoe@example.com", "subject": "Hi", "text": "Where is my order?"}
    requests.post(f"{demo.urls[0]}new", data=form, timeout=10)
    wait_until(lambda: len(demo.audits()) > before, 10)


@pytest.fixture
def panel(demo: Demo) -> tuple[str, dict[str, str]]:
    """The best customer's panel as Ana opens it in the stand-in: its address, and the token that opens it."""
    helpdesk, product = demo.urls
    signed = requests.post(f"{helpdesk}_sandbox/app/token", json={"user": "ana@shop.example"}, timeout=10)
    shell = requests.post(f"{product}sidebar/zendesk", data={"token": signed.json()["token"]}, timeout=10)
    token = re.search(r'name="marginalia-token" content="([^"]+)"', shell.text)
    ticket = re.search(r"open Rachel Stone's ticket (\d+)", demo.out)
    assert token
    assert ticket
    return f"{product}sidebar/zendesk/tickets/{ticket[1]}", {"Authorization": f"Bearer {token[1]}"}


def test_the_sidebar_shows_the_best_customer_with_her_parcel_an_offer_and_a_coupon(
    panel: tuple[str, dict[str, str]],
) -> None:
    address, bearer = panel
    shown = requests.get(address, headers=bearer, timeout=10).text
    for told in (
        "Rachel Stone",
        "Concierge",
        "$12,000.00",
        "1Z999AA10123456688",
        "Linen shirt",
        "$36.00",
        "ANA10",
    ):
        assert told in shown


def test_a_coupon_made_in_the_sidebar_is_in_the_shop_within_seconds(
    demo: Demo, panel: tuple[str, dict[str, str]]
) -> None:
    address, bearer = panel
    requests.post(f"{address}/deeds", json={"did": "coupon"}, headers=bearer, timeout=10)
    wait_until(
        lambda: (
            'data-outcome="coupon" data-state="done"'
            in requests.get(address, headers=bearer, timeout=10).text
        ),
        20,
    )
    code = re.search(r"ANA10-\w+", requests.get(address, headers=bearer, timeout=10).text)
    assert code
    assert code[0] in requests.get(f"{demo.urls[0]}shopify/", timeout=10).text


def test_another_one_in_the_same_folder_is_refused(demo: Demo) -> None:
    command = [sys.executable, "-m", "sandbox.demo", "--folder", str(demo.folder / "var")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert (done.returncode, "another one is running" in done.stderr, done.stdout) == (1, True, "")


def test_ctrl_c_ends_all_of_it_and_frees_the_ports(demo: Demo) -> None:
    ports = [int(url.rstrip("/").rpartition(":")[2]) for url in demo.urls]
    assert len(demo.processes()) > 3
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(40) == 0
    assert demo.processes() == []
    assert [_is_free(port) for port in ports] == [True, True]


@pytest.mark.parametrize(
    ("how", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 0), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_it_ends_whole_while_it_is_still_starting_and_again_in_the_same_folder(
    tmp_path_factory: pytest.TempPathFactory, how: signal.Signals, code: int
) -> None:
    folder = tmp_path_factory.getbasetemp() / "again"
    with running(folder, "--port", "0", "--helpdesk-port", "0") as made:
        made.wait_for(lambda: len(made.processes()) > 3)
        made.process.send_signal(how)
        assert made.process.wait(40) == code
        wait_until(_nothing_left(made), 40)


def _nothing_left(demo: Demo) -> Callable[[], bool]:
    return lambda: demo.processes() == []


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
