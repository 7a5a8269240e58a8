"""Who a process is, and whether a process of this host still lives: so that a restart need not wait for leases."""

import os
import secrets
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def here() -> dict[str, Any]:
    """This process: host, process-id namespace, number and start time (a number alone is used again)."""
    pid = os.getpid()
    return {"host": socket.gethostname(), "space": _space(), "pid": pid, "started": _started(pid)}


def new_worker_id(role: str) -> str:
    """A name for a worker that nobody had before."""
    return f"{role}-{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"


def is_dead(place: Mapping[str, Any]) -> bool:
    """True only when it is certain: a process of this very host and namespace that runs no more.

    Where that cannot be known (another host, no /proc) the answer is False and the lease decides.
    """
    mine = here()
    if mine["space"] is None or (place.get("host"), place.get("space")) != (mine["host"], mine["space"]):
        return False
    return _started(int(place["pid"])) != place.get("started")


def _space() -> str | None:
    try:
        return os.readlink("/proc/self/ns/pid") + Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None


def _started(pid: int) -> str | None:
    """The kernel's start time of a process (field 22 of /proc/PID/stat, proc(5)); None when there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    after_name = stat.rpartition(")")[2].split()
    return None if after_name[0] in "ZX" else after_name[19]
