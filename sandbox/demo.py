"""`make demo`: the product at work beside a stand-in helpdesk, with sample tickets, until Ctrl-C."""

import argparse
import fcntl
import json
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from secrets import token_urlsafe
from typing import IO, Any, NoReturn

from sandbox import samples, server
from sandbox.product import Product, ProductError
from sandbox.zendesk.seed import new_account
from sandbox.zendesk.state import Account

PRODUCT_PORT, HELPDESK_PORT = 8000, 8100
START_SECONDS = 45.0
WORK_SECONDS = 60.0
ACCOUNT = "demo"
SETTINGS = {"version": 1, "mode": "live"}
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GREETING = """\
Marginalia is at work: of {count} sample tickets, {coded} got their reason code; in the others it was not sure enough.

  {helpdesk}  the helpdesk: write as a customer or an agent and watch the reason code appear
  {product}  Marginalia: the last tickets, each with its reason and trace

Ctrl-C ends both."""


class Ended(Exception):
    """Somebody asked us to end."""


class NotStarted(Exception):
    """The demo cannot run; the text says why and what to do."""


def main(arguments: list[str] | None = None) -> int:
    """Run the demo; 0 when it was ended, 1 when it could not run."""
    given = _options(arguments)
    for number in SIGNALS:
        signal.signal(number, _end)
    progress = Progress()
    try:
        with ExitStack() as stack:
            _run(given, stack, progress)
    except Ended:
        progress.clear()
        return 0
    except (NotStarted, ProductError) as error:
        progress.clear()
        print(f"The demo could not go on: {error}", file=sys.stderr)
        return 1


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.demo", description=__doc__)
    text = "0, or one that is taken: any free one"
    parser.add_argument("--port", type=int, default=PRODUCT_PORT, help=f"of the product; {text}")
    parser.add_argument("--helpdesk-port", type=int, default=HELPDESK_PORT, help=f"of the stand-in; {text}")
    parser.add_argument("--folder", type=Path, default=Path("var"), help="for database and log, made anew")
    return parser.parse_args(arguments)


def _end(number: int, frame: Any) -> NoReturn:
    """The first signal ends the demo; a second one must not disturb its ending."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Ended


def _run(given: argparse.Namespace, stack: ExitStack, progress: "Progress") -> NoReturn:
    """Start everything, load the samples, greet, and wait for the end. The stack ends what was started."""
    folder = given.folder.resolve()
    stack.enter_context(_alone_in(folder))
    log = stack.enter_context(_fresh_log(folder))
    token, port = token_urlsafe(24), _free(given.port)
    product = _product(folder, log, port)
    progress.say("Starting")
    stack.callback(product.stop)
    product.serve(port)  # before the stand-in's threads: a fork should find none
    helpdesk = _helpdesk(given.helpdesk_port, token)
    stack.callback(helpdesk.stop)
    product.wait_until_it_answers(START_SECONDS)
    _connect(product, helpdesk.url, token)
    count = samples.load(helpdesk.account, lambda done, of: progress.say(f"Customers write: {done} of {of}"))
    _wait_until_worked(product, helpdesk.account, progress)
    progress.clear()
    coded = _coded(helpdesk.account)
    urls = {"helpdesk": f"{helpdesk.url}/", "product": f"{product.url}/"}
    print(GREETING.format(count=count, coded=coded, **urls), flush=True)
    while True:
        product.check()
        time.sleep(0.5)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """The folder is this demo's as long as it runs; the system gives it back however that ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise NotStarted(
                f"another one is running with {folder}: end it with Ctrl-C, or give this one its own --folder"
            ) from None
        _forget(folder)
        yield


def _forget(folder: Path) -> None:
    """Each demo begins anew: the stand-in remembers nothing, so the product must not either."""
    for left in folder.glob("demo.db*"):
        left.unlink()


@contextmanager
def _fresh_log(folder: Path) -> Iterator[IO[bytes]]:
    """Where everything goes that the processes say, the stand-in's own errors too."""
    with (folder / "demo.log").open("wb") as log:
        logging.basicConfig(filename=log.name, level=logging.WARNING, force=True)
        yield log


def _product(folder: Path, log: IO[bytes], port: int) -> Product:
    url = f"http://{server.HOST}:{port}"
    environment = {
        "DATABASE_URL": f"sqlite:///{folder / 'demo.db'}",
        "PUBLIC_URL": url,
        "ALLOW_LOCAL_VENDORS": "1",
        "DEMO": "1",
    }
    made = Product(url, environment, folder, log)
    if not made.command.exists():
        raise NotStarted(f"there is no {made.command}: run `make demo`, which installs it")
    return made


def _helpdesk(port: int, token: str) -> server.Handle:
    """The stand-in on the wanted port, or on another where that is taken."""
    account = new_account(token)
    try:
        return server.start(port, account)
    except OSError:
        return server.start(0, account)


def _free(port: int) -> int:
    """The wanted port, or another where that is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((server.HOST, port))
        except OSError:
            probe.bind((server.HOST, 0))
        free: int = probe.getsockname()[1]
        return free


def _connect(product: Product, helpdesk_url: str, token: str) -> None:
    """As an admin would: connect the account, and let the rules write."""
    wanted = (
        "connect",
        "zendesk",
        "--account",
        ACCOUNT,
        "--api-url",
        helpdesk_url,
        "--token",
        token,
        "--json",
    )
    tenant = json.loads(product.run(*wanted))["tenant"]
    product.run("settings", "import", "-", "--tenant", tenant, given=json.dumps(SETTINGS))


def _wait_until_worked(product: Product, account: Account, progress: "Progress") -> None:
    """Until every webhook is delivered and nothing waits, seen twice: a write brings its own webhook back."""
    until, quiet = time.monotonic() + WORK_SECONDS, 0
    while quiet < 2 and time.monotonic() < until:
        product.check()
        left = product.busy() + (0 if account.dispatcher.idle() else 1)
        quiet = 0 if left else quiet + 1
        progress.say(f"Marginalia reads them: {_coded(account)} reason codes so far")
        time.sleep(0.2)


def _coded(account: Account) -> int:
    """Tickets with a reason code by now."""
    return sum(any(one.values.values()) for one in list(account.tickets.values()))


class Progress:
    """One line that says how far it is, on a terminal; none otherwise."""

    def __init__(self) -> None:
        self._shown = os.isatty(2)

    def say(self, text: str) -> None:
        """Show this instead of what was shown."""
        if self._shown:
            print(f"\r\x1b[K{text}…", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Show nothing any more."""
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
