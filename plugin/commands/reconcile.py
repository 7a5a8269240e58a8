"""`reconcile`: our books against the stores' own orders, every difference with its cause."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import click

from plugin.commands.common import (
    Refused,
    json_option,
    print_json,
    product_of,
    refusing,
    tenant_named,
    tenant_option,
)
from plugin.commands.dry_run import patiently
from plugin.currencies import digits
from plugin.db.connections import Connections
from plugin.domain.money import Money
from plugin.domain.reconciling import Difference
from plugin.ports import Connection
from plugin.reconciling import Reconciling, StoreFindings

USUAL: Final = timedelta(days=60)
SHOWN: Final = 20
"""Explained differences listed on the terminal; those without an explanation are all there, and `--json` has all."""


@click.command("reconcile")
@tenant_option
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="D",
    help="Orders changed since this day (UTC, 2026-11-01); 60 days where it is not given.",
)
@json_option
@click.pass_context
def reconcile_command(context: click.Context, tenant: str, since: datetime | None, as_json: bool) -> None:
    """Compare our books with the stores' own orders, order by order and day by day, and say why they differ.

    Exit code 1 when any difference has no explanation. Nothing is written, neither here nor in the store.
    """
    product = product_of(context)
    with refusing(), product.database.read() as session:
        tenant_id = tenant_named(session, tenant).id
        view = product.views.reading(session, tenant_id)
        known = Connections(session, product.vault).of_tenant(tenant_id)
    stores = [one for one in known if one.vendor in product.stores]
    if not stores:
        raise Refused("this tenant has no store: connect one with `marginalia connect`, then run this again")
    start = product.now() - USUAL if since is None else since.replace(tzinfo=UTC)
    work = Reconciling(product, tenant_id, view, patiently)
    with refusing():
        found = [_read(work, one, start, quiet=as_json) for one in stores]
        months, wrong = work.statements()
    differences = [one for each in found for one in each.differences] + wrong
    if as_json:
        print_json(_document(start, found, months, differences))
    else:
        for line in _lines(start, found, months, differences):
            click.echo(line)
    if any(not one.explained for one in differences):
        context.exit(1)


def _read(work: Reconciling, connection: Connection, since: datetime, quiet: bool) -> StoreFindings:
    """Read one store, with a bar on a terminal."""
    found, reading = work.store(connection, since)
    hidden = quiet or not sys.stderr.isatty()
    length = max(1, work.estimate(connection, since))
    label = f"Reading {connection.account}"
    with click.progressbar(length=length, label=label, file=sys.stderr, hidden=hidden) as bar:
        for count in reading:
            bar.update(count)
    return found


def _document(
    since: datetime,
    found: Sequence[StoreFindings],
    months: Sequence[str],
    differences: Sequence[Difference],
) -> dict[str, Any]:
    return {
        "since": since.isoformat().replace("+00:00", "Z"),
        "stores": [_store(one) for one in found],
        "statements": list(months),
        "differences": [asdict(one) for one in differences],
        "unexplained": sum(not one.explained for one in differences),
    }


def _store(found: StoreFindings) -> dict[str, Any]:
    return {
        "store": {"vendor": found.connection.vendor, "account": found.connection.account},
        "zone": found.zone,
        "orders": {"store": found.read, "here": found.here},
        "net_sales": [
            {
                "day": day.isoformat(),
                "currency": code,
                "store": _amount(store, code),
                "here": _amount(here, code),
            }
            for day, code, store, here in found.sales.days()
        ],
        "places": [
            {"place": place, "orders": one.orders, "net": _amount(one.net, code), "currency": code}
            for place, code, one in found.in_order()
        ],
        "notes": found.notes,
    }


def _lines(
    since: datetime,
    found: Sequence[StoreFindings],
    months: Sequence[str],
    differences: Sequence[Difference],
) -> Iterator[str]:
    """What a person reads."""
    for one in found:
        yield from _store_lines(one, since)
    if months:
        told = months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"
        yield f"Statements held against the sum of their entries: {len(months)} ({told})."
    unexplained = [one for one in differences if not one.explained]
    explained = [one for one in differences if one.explained]
    yield from (_line(one) for one in unexplained)
    yield from (_line(one) for one in explained[:SHOWN])
    if len(explained) > SHOWN:
        yield f"  … and {len(explained) - SHOWN} more that are explained; --json lists them all"
    yield f"{_counted(len(differences), 'difference')}, {len(unexplained)} without an explanation."


def _store_lines(found: StoreFindings, since: datetime) -> Iterator[str]:
    day = since.astimezone(UTC).date().isoformat()
    yield f"{found.connection.account}: {_counted(found.read, 'order')} changed since {day}, {found.here} of them here."
    totals: dict[str, tuple[int, int]] = {}
    for _, code, store, here in found.sales.days():
        before = totals.get(code, (0, 0))
        totals[code] = before[0] + store, before[1] + here
    for code, (store, here) in sorted(totals.items()):
        told = f"{_amount(store, code)} {code} there, {_amount(here, code)} {code} here"
        yield f"  net sales by day ({found.zone}): {told}"
    for place, code, one in found.in_order():
        yield f"  {place}: {_counted(one.orders, 'order')}, net {_amount(one.net, code)} {code}"
    yield from (f"  note: {note}" for note in found.notes)


def _line(one: Difference) -> str:
    mark = "explained" if one.explained else "NOT EXPLAINED"
    return f"  {one.about}, {one.what}: {one.store} there, {one.here} here. {mark}: {one.cause}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _amount(minor: int, currency: str) -> str:
    return Money(minor, currency).text(digits)
