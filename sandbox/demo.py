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

from sandbox import demo_books, samples, server
from sandbox.gorgias import records as gorgias_records
from sandbox.gorgias import seed as gorgias
from sandbox.gorgias.writes import new_ticket
from sandbox.product import Product, ProductError
from sandbox.shopify import seed as shopify
from sandbox.zendesk import records as zendesk_records
from sandbox.zendesk.seed import new_account
from sandbox.zendesk.writes import new_ticket as new_zendesk_ticket

PRODUCT_PORT, HELPDESK_PORT = 8000, 8100
START_SECONDS = 45.0
WORK_SECONDS = 60.0
ACCOUNT = "demo"
SHOP = "demo.myshopify.com"
WISMO = "سفارشم کجاست"
"""What a Persian customer of the samples writes: in this shop's own words for the code, so sure enough to write."""
BEST, PERSIAN = "rachel.stone@example.com", "maryam.ahmadi@example.com"
ALSO_BY_GORGIAS = 6
"""Customers who write to the second helpdesk, the two above among them."""
IS_CONCIERGE = {"field": "customer.tier", "operator": "is", "value": "Concierge"}
CONCIERGE = "Concierge"
SHIRT = {
    "name": "Linen shirt",
    "sku": "SHIRT-M",
    "price": "62.00",
    "when": {"all": [{"field": "customer.tier", "operator": "includes", "value": ["VIP", CONCIERGE]}]},
}
SHIRT_ASKED_FOR = (
    "A shirt for my jacket",
    "Hi, I love the rain jacket I got from you. Which shirt would you recommend with it? Thank you, Rachel",
)
TRIED = {
    "name": "Refunds to Returns",
    "on": ["ticket_created"],
    "conditions": {"all": [{"field": "ticket.text", "operator": "includes_word", "value": "refund"}]},
}
"""A rule that is only tried on the tickets there are."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GREETING = """\
Marginalia is at work: of {count} sample tickets, {coded} got their reason code; in the others it was not sure enough.
{best}
{persian}
{tried}
{books}
{sidebar}

  {helpdesk}  two helpdesks and a shop: write as a customer or an agent and watch what happens
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
    _connect(product, helpdesk, token)
    count = samples.load(helpdesk.account, lambda done, of: progress.say(f"Customers write: {done} of {of}"))
    count += _write_to_gorgias(helpdesk) + _ask_for_a_shirt(helpdesk)
    count += demo_books.write_before_buying(helpdesk)
    _wait_until_worked(product, helpdesk, progress)
    progress.say("Trying a rule on these tickets")
    said = {"best": _best(helpdesk), "persian": _persian(helpdesk), "tried": _tried(product, folder)}
    progress.say("Closing last month's books")
    month = demo_books.last_month(helpdesk.account.now())
    said["books"] = demo_books.close_and_contest(product, ACCOUNT, month)
    progress.clear()
    said["sidebar"] = _sidebar(helpdesk)
    urls = {"helpdesk": f"{helpdesk.url}/", "product": f"{product.url}/"}
    print(GREETING.format(count=count, coded=_coded(helpdesk), **said, **urls), flush=True)
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


def _connect(product: Product, stand_ins: server.Handle, token: str) -> None:
    """As an admin would: connect both helpdesks and the shop, and let the rules write."""
    stand_ins.gorgias.limits.change("calls", 0)  # a demo has no patience for 40 calls in 20 s
    where = ("--tenant", ACCOUNT, "--api-url", stand_ins.url)
    app = stand_ins.account.install_app(f"{product.url}/sidebar/zendesk")
    given = ("--token", token, "--app-id", str(app.id))
    product.run("connect", "zendesk", "--account", ACCOUNT, *where, *given)
    product.run(
        "connect", "gorgias", "--account", ACCOUNT, *where, "--user", gorgias.USER, "--api-key", gorgias.KEY
    )
    product.run(
        "connect", "shopify", "--shop", SHOP, *where, "--token", shopify.TOKEN, "--secret", shopify.SECRET
    )
    settings = json.dumps(_settings(stand_ins))
    product.run("settings", "import", "-", "--tenant", ACCOUNT, given=settings)


def _settings(stand_ins: server.Handle, *more: dict[str, Any]) -> dict[str, Any]:
    """What the demo's admin wants; `more` are rules beside the one for the best customers."""
    first = {
        "name": "Concierge first",
        "on": ["ticket_created", "customer_message"],
        "conditions": {"all": [IS_CONCIERGE]},
        "actions": [
            {"field": "group", "value": _team(stand_ins, CONCIERGE)},
            {"field": "priority", "value": "urgent"},
        ],
    }
    return {
        "version": 1,
        "mode": "live",
        "currency": "USD",
        "reason_codes": [{"code": "shipping.wismo", "phrases": [WISMO]}],
        "tiers": [
            {"name": "VIP", "spent_at_least": "1000.00"},
            {"name": CONCIERGE, "spent_at_least": "10000.00", "no_bots": True},
        ],
        "rules": [first, *more],
        "offers": [SHIRT],
        "agents": [*demo_books.AGENTS],
        "costs": demo_books.costs(demo_books.last_month(stand_ins.account.now())),
        "attribution": {"coupon_sites": ["coupons.example"]},
    }


def _team(stand_ins: server.Handle, name: str) -> str:
    """A team's number, which is the same in both helpdesks."""
    return str(next(one.id for one in stand_ins.account.groups.values() if one.name == name))


def _write_to_gorgias(stand_ins: server.Handle) -> int:
    """Some of the sample customers write to the second helpdesk too; how many."""
    known = samples.samples()
    first = [one for one in known if one.email in (BEST, PERSIAN)]
    rest = [one for one in known if one not in first]
    wanted = [*first, *rest][:ALSO_BY_GORGIAS]
    for one in wanted:
        customer = stand_ins.gorgias.known_customer(one.name, one.email, language=one.language)
        new_ticket(stand_ins.gorgias, customer, one.subject, one.text, language=one.language)
    return len(wanted)


def _ask_for_a_shirt(stand_ins: server.Handle) -> int:
    """The best customer wants something more, in good temper: there is something to offer her; how many tickets."""
    customer = stand_ins.account.customer("Rachel Stone", BEST)
    new_zendesk_ticket(stand_ins.account, customer, *SHIRT_ASKED_FOR)
    return 1


def _wait_until_worked(product: Product, stand_ins: server.Handle, progress: "Progress") -> None:
    """Until every webhook is delivered and nothing waits, seen twice: a write brings its own webhook back."""
    until, quiet = time.monotonic() + WORK_SECONDS, 0
    while quiet < 2 and time.monotonic() < until:
        product.check()
        idle = stand_ins.account.dispatcher.idle() and stand_ins.gorgias.caller.idle()
        left = product.busy() + (0 if idle else 1)
        quiet = 0 if left else quiet + 1
        progress.say(f"Marginalia reads them: {_coded(stand_ins)} reason codes so far")
        time.sleep(0.2)


def _coded(stand_ins: server.Handle) -> int:
    """Tickets with a reason code by now."""
    by_field = sum(any(one.values.values()) for one in list(stand_ins.account.tickets.values()))
    return by_field + sum(any(one.values.values()) for one in list(stand_ins.gorgias.tickets.values()))


def _best(stand_ins: server.Handle) -> str:
    """Where the best customer's tickets are by now, in either helpdesk."""
    team = int(_team(stand_ins, CONCIERGE))
    of_zendesk = [
        one.group_id for one in stand_ins.account.tickets.values() if _is_zendesk(stand_ins, one, BEST)
    ]
    of_gorgias = [
        one.team_id for one in stand_ins.gorgias.tickets.values() if _is_gorgias(stand_ins, one, BEST)
    ]
    there = {"Zendesk": team in of_zendesk, "Gorgias": team in of_gorgias}
    names = " and ".join(name for name, is_there in there.items() if is_there) or "no helpdesk yet"
    return f"Rachel Stone, who spent $12,000.00 in the shop, stands in front of the concierge in {names}."


def _sidebar(stand_ins: server.Handle) -> str:
    """Where the sidebar shows most."""
    hers = [one.id for one in stand_ins.account.tickets.values() if _is_zendesk(stand_ins, one, BEST)]
    where = f"open Rachel Stone's ticket {max(hers)}" if hers else "Rachel Stone has no ticket there yet"
    return f"Beside every ticket in Zendesk stands the sidebar that agents live in: {where}."


def _persian(stand_ins: server.Handle) -> str:
    """What a Persian customer's ticket was understood to be about."""
    tags = [one.tags for one in stand_ins.account.tickets.values() if _is_zendesk(stand_ins, one, PERSIAN)]
    tags += [one.tags for one in stand_ins.gorgias.tickets.values() if _is_gorgias(stand_ins, one, PERSIAN)]
    number = sum("mgn_shipping_wismo" in held for held in tags)
    read = f"was read as “Shipping – Where is my order” in {number} of {len(tags)} tickets."
    return f"A Persian customer's «{WISMO}؟» {read}"


def _tried(product: Product, folder: Path) -> str:
    """A rule is tried on the tickets there are; nothing is written."""
    tried = {**TRIED, "actions": [{"field": "priority", "value": "high"}]}
    wanted = folder / "tried.json"
    exported = json.loads(product.run("settings", "export", "-", "--tenant", ACCOUNT, "--json"))
    wanted.write_text(json.dumps({**exported, "rules": [*exported["rules"], tried]}), encoding="utf-8")
    found = json.loads(
        product.run("dry-run", "--tenant", ACCOUNT, "--days", "3", "--settings", str(wanted), "--json")
    )
    fired = found["rules"].get(TRIED["name"], 0)
    tried_on = f"A new rule, tried on {found['tickets']} tickets before it is in force"
    return f"{tried_on}, would act on {fired}; nothing was written."


def _is_zendesk(stand_ins: server.Handle, ticket: zendesk_records.Ticket, email: str) -> bool:
    return stand_ins.account.users[ticket.requester_id].email == email


def _is_gorgias(stand_ins: server.Handle, ticket: gorgias_records.Ticket, email: str) -> bool:
    return stand_ins.gorgias.customers[ticket.customer_id].email == email


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
