"""One parent over the processes of a single machine: starts them, starts them again, ends them together."""

import ctypes
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

import structlog

PR_SET_PDEATHSIG = 1
"""prctl(2): send this process a signal when its parent dies, so that no orphan keeps the port."""
GRACE_SECONDS = 25.0
RESTART_SECONDS = 1.0

log = structlog.get_logger(__name__)


@dataclass
class _Child:
    name: str
    body: Callable[[], None]
    vital: bool
    pid: int = 0
    start_at: float = 0.0


@dataclass
class Supervisor:
    """Forks children from an already loaded process: quick to start, and they share its memory."""

    _children: list[_Child] = field(default_factory=list)
    _stopping: bool = False
    _failed: bool = False

    def add(self, name: str, body: Callable[[], None], vital: bool = False) -> None:
        """A child to run. When a vital one ends, all end; another is started again after a second."""
        self._children.append(_Child(name, body, vital))

    def run(self) -> int:
        """Run until a signal, or until a vital child ends; the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        while not self._stopping:
            self._start_missing()
            self._reap()
            time.sleep(0.1)
        self._end_all()
        return 1 if self._failed else 0

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _start_missing(self) -> None:
        for child in self._children:
            if not child.pid and time.monotonic() >= child.start_at:
                child.pid = _fork(child.body)

    def _reap(self) -> None:
        for child in self._children:
            if child.pid and os.waitpid(child.pid, os.WNOHANG)[0]:
                self._ended(child)

    def _ended(self, child: _Child) -> None:
        child.pid = 0
        child.start_at = time.monotonic() + RESTART_SECONDS
        if self._stopping:
            return
        log.error("a process ended by itself", process=child.name, vital=child.vital)
        if child.vital:
            self._stopping = self._failed = True

    def _end_all(self) -> None:
        self._signal_all(signal.SIGTERM)
        until = time.monotonic() + GRACE_SECONDS
        while any(child.pid for child in self._children) and time.monotonic() < until:
            self._reap()
            time.sleep(0.05)
        self._signal_all(signal.SIGKILL)

    def _signal_all(self, number: signal.Signals) -> None:
        for child in self._children:
            if child.pid:
                os.kill(child.pid, number)


def _fork(body: Callable[[], None]) -> int:
    """A child process that runs `body` and exits; it never returns into the parent's code."""
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        _die_with(parent)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        body()
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 0
    except BaseException:  # noqa: BLE001 - the last frame of a forked process: say why, then leave without the parent's clean-up
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _die_with(parent: int) -> None:
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)  # the parent died between fork and prctl
