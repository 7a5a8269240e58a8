"""Serving the stand-ins: in a thread of this process, or as a process of their own."""

import argparse
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from sandbox.app import create_app
from sandbox.gorgias.seed import new_account as new_gorgias
from sandbox.gorgias.state import Account as GorgiasAccount
from sandbox.shopify.seed import seeded_shop
from sandbox.shopify.state import Shop
from sandbox.zendesk.seed import new_account
from sandbox.zendesk.state import Account

HOST = "127.0.0.1"
TOKEN = "sandbox-token"
STARTED = "serving "
"""What the process prints before its address, once it answers."""


class _Handler(WSGIRequestHandler):
    """Quiet, and without Nagle's delay: an answer is several small writes on a connection that stays open."""

    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """One line a call would drown what matters."""


@dataclass
class Handle:
    """Stand-ins that run in this process; `account` (Zendesk's), `shop` and `gorgias` are theirs to look into."""

    account: Account
    shop: Shop
    gorgias: GorgiasAccount
    _server: BaseWSGIServer
    _thread: threading.Thread

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.port

    @property
    def url(self) -> str:
        """The address, without a slash at its end."""
        return f"http://{HOST}:{self.port}"

    def stop(self) -> None:
        """Answer nothing more, send nothing more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)
        self.account.dispatcher.close()
        self.shop.dispatcher.close()
        self.gorgias.caller.close()


@dataclass
class ProcessHandle:
    """Stand-ins that run as a process of their own."""

    url: str
    process: "subprocess.Popen[str]"

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def start(
    port: int = 0,
    account: Account | None = None,
    shop: Shop | None = None,
    gorgias: GorgiasAccount | None = None,
) -> Handle:
    """Serve from a thread; port 0 takes a free one. OSError when the port is taken."""
    held = (account or new_account(TOKEN), shop or seeded_shop(), gorgias or new_gorgias())
    with _listening(port) as taken:
        server = make_server(
            HOST, port, create_app(*held), threaded=True, request_handler=_Handler, fd=taken.fileno()
        )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    return Handle(*held, server, thread)


def _listening(port: int) -> socket.socket:
    """The socket to serve from, so that a taken port is an OSError and not the end of the process."""
    made = socket.socket()
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((HOST, port))
        made.listen(128)
    except OSError:
        made.close()
        raise
    return made


def start_process(port: int = 0, token: str = TOKEN) -> ProcessHandle:
    """Serve from a new process; gives its handle when it answers."""
    command = [sys.executable, "-m", "sandbox.server", "--port", str(port), "--token", token]
    folder = Path(__file__).parents[1]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder)
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.startswith(STARTED):
        process.kill()
        process.wait()
        process.stdout.close()
        raise RuntimeError(f"the stand-ins did not start on port {port}")
    return ProcessHandle(line.removeprefix(STARTED).strip(), process)


def main(arguments: list[str] | None = None) -> None:
    """`python -m sandbox.server`: serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.server", description=__doc__)
    parser.add_argument("--port", type=int, default=8100, help="0 takes a free one")
    parser.add_argument("--token", default=TOKEN, help="the access token of the account's admin")
    given = parser.parse_args(arguments)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    handle = start(given.port, new_account(given.token))
    print(f"{STARTED}{handle.url}", flush=True)
    ended.wait()
    handle.stop()


if __name__ == "__main__":
    main()
