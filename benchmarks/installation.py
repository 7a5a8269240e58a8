"""The product as an operator runs it: its console command, in a folder of its own, over a database of either kind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from cryptography.fernet import Fernet

from benchmarks.events import SECRET
from benchmarks.helpdesk import FIELD
from tests.conftest import Cluster, postgres_programs

ROOT = Path(__file__).parents[1]
START_SECONDS = 30.0
SETTINGS = {"mode": "live", "reason_codes": [{"code": "shipping.wismo", "phrases": ["where is my parcel"]}]}
"""With a phrase of its own, so that every ticket of the load is sure and is written."""


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Installation:
    """One tenant, connected to the helpdesk at `helpdesk_port`; `hook_path` is its webhook address."""

    folder: Path
    environment: dict[str, str]
    hook_path: str = ""
    port: int = field(default_factory=free_port)

    @property
    def database_url(self) -> str:
        """The address of its database, from wherever it is opened."""
        url = self.environment["DATABASE_URL"]
        _, mark, path = url.partition("sqlite:///")
        return f"{mark}{self.folder / path}" if mark else url

    def command(self, *arguments: str, given: str = "") -> str:
        """Run a command to its end; what it printed."""
        done = subprocess.run(
            [self._marginalia(), *arguments],
            input=given, env=self.environment, cwd=self.folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"marginalia {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    @contextmanager
    def running(self, *arguments: str) -> Iterator[int]:
        """`web` or `serve`, answering inside this block; its process id."""
        command = [self._marginalia(), *arguments, "--port", str(self.port)]
        with process(command, self.environment, self.folder) as pid:
            wait_until(lambda: answers(self.port, "/healthz"), "the product does not answer")
            yield pid

    @contextmanager
    def working(self) -> Iterator[int]:
        """`work` inside this block, beside a `web` that is running; its process id."""
        with process([self._marginalia(), "work"], self.environment, self.folder) as pid:
            yield pid

    def _marginalia(self) -> str:
        return str(Path(sys.executable).with_name("marginalia"))


@contextmanager
def installed(database_url: str | None, helpdesk_port: int) -> Iterator[Installation]:
    """A new installation; on SQLite where no address is given. ENCRYPTION_KEYS are those of a database with rows."""
    with TemporaryDirectory(prefix="marginalia-bench-") as name:
        made = Installation(Path(name), _environment(database_url))
        made.command("migrate")
        secrets = ("--token", "bench", "--signing-secret", SECRET, "--reason-field", str(FIELD))
        where = ("--account", "bench", "--api-url", f"http://127.0.0.1:{helpdesk_port}", "--no-provision")
        connected = json.loads(made.command("connect", "zendesk", *where, *secrets))
        made.hook_path = "/hooks/" + connected["hook_url"].partition("/hooks/")[2]
        made.command("settings", "import", "-", "--tenant", "bench", given=json.dumps(SETTINGS))
        yield made


@contextmanager
def postgresql() -> Iterator[Callable[[], str]]:
    """What makes databases in a throwaway cluster that keeps what it promises: fsync on."""
    programs = postgres_programs()
    if programs is None:
        raise SystemExit(
            "PostgreSQL's server programs are not on this machine: install them, or --only sqlite"
        )
    cluster = Cluster(programs)
    cluster.start(durable=True)
    try:
        yield cluster.new_database
    finally:
        cluster.stop()


def _environment(database_url: str | None) -> dict[str, str]:
    own = {
        "DATABASE_URL": database_url or "sqlite:///marginalia.db",
        "SECRET_KEYS": "k" * 40,
        "ENCRYPTION_KEYS": os.environ.get("ENCRYPTION_KEYS") or Fernet.generate_key().decode(),
        "ALLOW_LOCAL_VENDORS": "1",
    }
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **own}


@contextmanager
def process(command: list[str], environment: dict[str, str], folder: Path) -> Iterator[int]:
    """A process that is ended with the block; what it says goes into a file, as under a supervisor."""
    with (folder / "log").open("ab") as log:
        started = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
        try:
            yield started.pid
        finally:
            started.send_signal(signal.SIGTERM)
            started.wait(30)


@contextmanager
def module(name: str, *arguments: str) -> Iterator[int]:
    """A module of this folder as a process that answers HTTP; its port."""
    port = free_port()
    command = [sys.executable, "-m", f"benchmarks.{name}", "--port", str(port), *arguments]
    with TemporaryDirectory(prefix="marginalia-bench-") as folder:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with process(command, environment, Path(folder)):
            wait_until(lambda: listens(port), f"{name} does not answer")
            yield port


def wait_until(condition: Callable[[], bool], otherwise: str, seconds: float = START_SECONDS) -> None:
    """Wait for the condition; TimeoutError where it does not come true."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError(otherwise)
        time.sleep(0.05)


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def answers(port: int, path: str) -> bool:
    """Whether a GET is answered 200."""
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def memory_of(pid: int) -> int:
    """Bytes of memory of a process and all its children: what is shared counts once among those who share it (PSS)."""
    return sum(_pss(one) for one in _family(pid))


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def _pss(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0
