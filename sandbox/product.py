"""The product as a user runs it: by its console command, in processes of its own, and by nothing else."""

import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import requests

PR_SET_PDEATHSIG = 1
"""prctl(2): send this process a signal when its parent dies, however that came."""
COMMAND_SECONDS = 60.0
END_SECONDS = 30.0
LAST_LINES = 8
OURS = re.compile(
    r"(DATABASE_URL|PUBLIC_URL|SECRET_KEYS|ENCRYPTION_KEYS|ALLOW_LOCAL_VENDORS|DEMO|MAX_BODY_BYTES|HOOK_MAX_AGE"
    r"|LOG_LEVEL|LOG_FORMAT|PROMETHEUS_MULTIPROC_DIR|(ZENDESK|GORGIAS|SHOPIFY)_.*)"
)
"""What the product reads: of the caller's own settings nothing must reach a try-out."""
BUSY = re.compile(
    r'^marginalia_(?:hints_waiting|effects\{state="(?:pending|sending|claimed)"\}) ([0-9.e+]+)$', re.M
)


class ProductError(Exception):
    """A command of the product refused, or its processes ended; the text says what it said."""


@dataclass
class Product:
    """The console command with its environment; what the processes say goes into `log`."""

    url: str
    environment: Mapping[str, str]
    folder: Path
    log: IO[bytes]
    command: Path = field(default_factory=lambda: Path(sys.executable).with_name("marginalia"))
    _process: "subprocess.Popen[bytes] | None" = None

    def run(self, *arguments: str, given: str = "") -> str:
        """Run one command to its end; what it printed."""
        done = subprocess.run(
            [str(self.command), *arguments],
            input=given,
            capture_output=True,
            text=True,
            env=self._whole_environment(),
            cwd=self.folder,
            timeout=COMMAND_SECONDS,
        )
        if done.returncode:
            raise ProductError(f"marginalia {arguments[0]} refused: {done.stderr.strip()}")
        return done.stdout

    def serve(self, port: int) -> None:
        """Start web, worker and clock; they are a group of their own, so that a Ctrl-C reaches us alone."""
        self._process = subprocess.Popen(
            [str(self.command), "serve", "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            env=self._whole_environment(),
            cwd=self.folder,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )

    def wait_until_it_answers(self, seconds: float) -> None:
        """Wait for 200 at `/`; ProductError when the processes end or the time does."""
        until = time.monotonic() + seconds
        while not self._answers():
            self.check()
            if time.monotonic() > until:
                raise ProductError(f"Marginalia did not answer within {seconds:g} s{self._last_words()}")
            time.sleep(0.05)

    def check(self) -> None:
        """ProductError when the processes have ended by themselves."""
        if self._process is not None and self._process.poll() is not None:
            raise ProductError(f"Marginalia ended with {self._process.returncode}{self._last_words()}")

    def busy(self) -> int:
        """How many things wait to be worked or sent, by its own figures."""
        text = requests.get(f"{self.url}/metrics", timeout=5).text
        return sum(int(float(number)) for number in BUSY.findall(text))

    def stop(self) -> None:
        """End all processes, in good order where they can; nothing of them is left."""
        if self._process is None:
            return
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):  # then the group is killed
            self._process.wait(END_SECONDS)
        with suppress(ProcessLookupError):  # as it should be: nobody is left
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def _last_words(self) -> str:
        lines = Path(self.log.name).read_text(encoding="utf-8", errors="replace").splitlines()
        return "; the end of its log, {}:\n{}".format(self.log.name, "\n".join(lines[-LAST_LINES:]))

    def _whole_environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not OURS.fullmatch(name)}
        return {**kept, **self.environment, "PYTHONUNBUFFERED": "1"}


def _end_with_parent() -> None:
    """In the new process: end when the demo ends, even when that is killed. Linux alone has this."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
