"""`dry-run`: the rules over past tickets; nothing is written, here or at the helpdesk."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from plugin.commands.common import (
    Refused,
    json_option,
    lines_of,
    print_json,
    product_of,
    refusing,
    tenant_named,
    tenant_option,
)
from plugin.commands.settings import read_settings
from plugin.db.connections import Connections
from plugin.domain.dry_run import Difference, Summary
from plugin.dry_run import DryRun, PastTicket, changed_since, past_ticket
from plugin.past_tickets import read_past_ticket
from plugin.ports import Connection, TemporaryError
from plugin.product import Product
from plugin.tenant_view import TenantView, view_of

LONGEST_WAIT = 120.0
"""Seconds that a vendor's wish for a rest is granted for; it is asked for longer where something is wrong."""
SHOWN = 20
"""Tickets listed on the terminal; `--json` has them all."""
_Made = TypeVar("_Made")


@click.command("dry-run")
@tenant_option
@click.option(
    "--settings",
    "settings_file",
    type=click.Path(path_type=Path, allow_dash=True),
    help="Judge by this file instead of the settings in force.",
)
@click.option("--days", type=click.IntRange(1, 366), metavar="N", help="Tickets changed within N days.")
@click.option(
    "--tickets",
    "tickets_file",
    type=click.Path(path_type=Path, allow_dash=True),
    help="Tickets from a file of JSON lines instead of the helpdesk.",
)
@json_option
@click.pass_context
def dry_run_command(
    context: click.Context,
    tenant: str,
    settings_file: Path | None,
    days: int | None,
    tickets_file: Path | None,
    as_json: bool,
) -> None:
    """The rules over past tickets: what would have been different. Nothing is written."""
    if days is not None and tickets_file is not None:
        raise click.UsageError("give either --days or --tickets")
    product = product_of(context)
    with refusing(), product.database.read() as session:
        tenant_id = tenant_named(session, tenant).id
        view = product.views.reading(session, tenant_id)
        known = Connections(session, product.vault).of_tenant(tenant_id)
    if settings_file is not None:
        view = view_of(view.version, read_settings(settings_file, as_json))
    desks = [one for one in known if one.vendor in product.helpdesks]
    found = _Run(product, tenant_id, view, quiet=as_json)
    with refusing():
        if tickets_file is not None:
            found.of_file(tickets_file, desks[0] if desks else None)
        else:
            found.of_helpdesks(desks, timedelta(days=days or 30))
    found.report(as_json)


@dataclass
class _Run:
    """A dry run on the terminal: with a bar, and its findings."""

    product: Product
    tenant_id: int
    view: TenantView
    quiet: bool
    summary: Summary = field(default_factory=Summary)
    differences: list[Difference] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)

    def of_file(self, path: Path, connection: Connection | None) -> None:
        """Every line of a file of past tickets."""
        run = self._dry_run(connection)
        lines = [(number, line) for number, line in enumerate(lines_of(path), 1) if line.strip()]
        with self._bar(lines, "Judging tickets") as bar:
            for number, line in bar:
                past = self._read(number, line)
                if past is not None:
                    self._judge(run, past)

    def of_helpdesks(self, connections: Sequence[Connection], within: timedelta) -> None:
        """Every ticket that changed within this time, read from the helpdesk as it is now."""
        if not connections:
            raise Refused("this tenant has no helpdesk: connect one, or give --tickets FILE.jsonl")
        for connection in connections:
            helpdesk, api = self.product.helpdesks[connection.vendor], self.product.open_api(connection)
            since = self.product.now() - within
            ids = list(changed_since(helpdesk, api, since, patiently))
            run = self._dry_run(connection)
            with self._bar(ids, f"Reading {connection.account}") as bar:
                for ticket_id in bar:
                    past = patiently(past_ticket, helpdesk, api, ticket_id)
                    if past is None:
                        self.skipped.append((ticket_id, "the helpdesk has no such ticket any more"))
                    else:
                        self._judge(run, past)

    def report(self, as_json: bool) -> None:
        """All of it as JSON, or what a person wants to know."""
        if as_json:
            skipped = [{"ticket": ticket, "why": why} for ticket, why in self.skipped]
            diff = [one.as_json() for one in self.differences]
            print_json({**self.summary.as_json(), "skipped": skipped, "diff": diff})
            return
        if self.skipped and not self.summary.tickets:
            raise Refused("\n".join(f"{ticket}: {why}" for ticket, why in self.skipped))
        for line in _told(self.summary, self.differences):
            click.echo(line)
        for ticket, why in self.skipped:
            click.echo(f"left out {ticket}: {why}", err=True)

    def _dry_run(self, connection: Connection | None) -> DryRun:
        return DryRun(self.product, self.tenant_id, self.view, connection)

    def _judge(self, run: DryRun, past: PastTicket) -> None:
        found = run.judge(past)
        self.summary.add(found)
        self.differences.append(found)

    def _read(self, number: int, line: str) -> PastTicket | None:
        try:
            return read_past_ticket(json.loads(line), number, self.product.now())
        except (ValueError, RecursionError) as error:
            self.skipped.append((f"line {number}", str(error)))
            return None

    def _bar(self, items: Sequence[Any], label: str) -> Any:
        """A bar on a terminal, and nothing otherwise."""
        hidden = self.quiet or not sys.stderr.isatty()
        return click.progressbar(items, label=label, file=sys.stderr, hidden=hidden)


def patiently(ask: Callable[..., _Made], *about: Any) -> _Made:
    """What a vendor answers, with the rests that it wants in between: no worker waits behind a command."""
    waited = 0.0
    while True:
        try:
            return ask(*about)
        except TemporaryError as error:
            wait = error.retry_after or 1.0
            waited += wait
            if waited > LONGEST_WAIT:
                raise
            time.sleep(wait)


def _told(summary: Summary, differences: Sequence[Difference]) -> Iterator[str]:
    """The findings in lines."""
    counts = summary.as_json()
    yield f"{summary.tickets} tickets judged, {summary.changed} would be different. Nothing was written."
    for title, name in (("By field", "fields"), ("By rule", "rules"), ("Tiers", "tiers")):
        if counts[name]:
            yield f"{title}: " + ", ".join(f"{key} {count}" for key, count in counts[name].items())
    answers = counts["automatic_answers"]
    withheld = answers["withheld_for_no_bots"]
    yield f"Automatic answers: {answers['count']}; withheld from customers who meet no bots: {withheld}"
    yield f"Best customers touched: {counts['vips']['touched']}"
    if summary.unknown_customers:
        yield (
            f"Of {summary.unknown_customers} tickets nobody has asked the shop yet whose they are: rules about "
            "customers did not count there"
        )
    changed = [one for one in differences if one.changed]
    for one in changed[:SHOWN]:
        parts = [f"{change['field']} {change['from'] or '–'} → {change['to']}" for change in one.changes]
        parts += ["a note"] * one.notes
        yield f"  {one.ticket.id}: {'; '.join(parts)}  ({', '.join(one.rules)})"
    if len(changed) > SHOWN:
        yield f"  … and {len(changed) - SHOWN} more; --json lists them all"
