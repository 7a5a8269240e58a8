"""`backcast`: what last month's statement would have said, before anything is switched on."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, timedelta
from typing import Any, Final

import click

from plugin.backcasting import Backcast, Outcome
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
from plugin.domain.attribution import Credit
from plugin.domain.backcast import Candidate, GradeSum, credits_of, grades_of
from plugin.domain.money import Money
from plugin.domain.sales import StoreOrder
from plugin.statements import statement_document

Document = dict[str, Any]
SHOWN: Final = 20
"""Credits listed on the terminal; `--json` has them all."""


@click.command("backcast")
@tenant_option
@click.option(
    "--days",
    type=click.IntRange(1, 366),
    default=60,
    show_default=True,
    metavar="N",
    help="Read tickets and orders that changed within N days.",
)
@json_option
@click.pass_context
def backcast_command(context: click.Context, tenant: str, days: int, as_json: bool) -> None:
    """What last month's statement would have said. Nothing is written, neither here nor at a vendor.

    Tickets are read from the helpdesk and orders from the store as they are now, and brought to account by the
    settings in force, as if codes and tickets had been followed all along. Claims are in no back-cast yet.
    """
    product = product_of(context)
    with refusing(), product.database.read() as session:
        tenant_id = tenant_named(session, tenant).id
        settings = product.views.of(session, tenant_id).settings
    with refusing():
        work = Backcast(product, tenant_id, settings, product.now() - timedelta(days=days), patiently)
        _read(work, quiet=as_json)
        found = work.outcome()
    if as_json:
        print_json(_document(work, found, days))
    else:
        for line in _lines(work, found, days):
            click.echo(line)


def _read(work: Backcast, quiet: bool) -> None:
    """Read everything, with bars on a terminal."""
    missing = [name for name, there in (("helpdesk", work.helpdesks), ("store", work.stores)) if not there]
    if missing:
        told = " and no ".join(missing)
        raise Refused(
            f"this tenant has no {told}: connect one with `marginalia connect`, then run this again"
        )
    for store in work.stores:
        _with_bar(f"Reading orders of {store.account}", None, work.read_orders(store), quiet)
    for desk in work.helpdesks:
        ids = work.tickets_of(desk)
        _with_bar(f"Reading tickets of {desk.account}", len(ids), work.read_tickets(desk, ids), quiet)
    for store in work.stores:
        units = work.units_to_ask(store)
        _with_bar(f"Asking {store.account} for costs", len(units), work.read_costs(store, units), quiet)


def _with_bar(label: str, length: int | None, reading: Iterable[int], quiet: bool) -> None:
    """A bar on a terminal, and nothing otherwise; where nobody knows how much there is, it counts."""
    hidden = quiet or not sys.stderr.isatty()
    done = 0
    with click.progressbar(length=length or 1, label=label, file=sys.stderr, hidden=hidden) as bar:
        for count in reading:
            done += count
            if length is None:
                bar.length, bar.label = done + 1, f"{label}: {done}"
            bar.update(count)


def _document(work: Backcast, found: Outcome, days: int) -> Document:
    return {
        "days": days,
        "month": found.month,
        "read": {"tickets": work.tickets, "orders": len(work.orders)},
        "statement": statement_document(found.statement, None),
        "grades": [_grade(one) for one in grades_of(found.accounted)],
        "credits": [_credit(credit, order) for credit, order in credits_of(found.accounted)],
        "candidates": [_candidate(one) for one in found.candidates],
        "notes": list(found.notes),
    }


def _grade(one: GradeSum) -> Document:
    return {
        "agent": one.agent,
        "grade": one.grade,
        "credits": one.credits,
        "net": _amount(one.net, one.currency),
        "currency": one.currency,
    }


def _credit(credit: Credit, order: StoreOrder) -> Document:
    return {
        "code": credit.code or None,
        "agent": credit.agent,
        "order": order.name,
        "ticket": credit.ticket,
        "helpdesk": credit.helpdesk or None,
        "net": _amount(credit.net, order.currency),
        "currency": order.currency,
        "at": order.placed_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "kind": credit.kind or None,
        "grade": credit.grade,
        "counts": credit.counts,
        "evidence": list(credit.evidence),
    }


def _candidate(one: Candidate) -> Document:
    return {"code": one.code, "orders": one.orders, "agent": one.agent, "sent": one.sent}


def _lines(work: Backcast, found: Outcome, days: int) -> Iterator[str]:
    """What a person reads."""
    made = found.statement
    read = f"{_counted(work.tickets, 'ticket')} and {_counted(len(work.orders), 'order')} of {days} days"
    yield f"{found.month}, as it would have been: {read}. Nothing was written."
    yield ""
    for line in made.lines:
        yield f"  {line.kind:<32}{_amount(line.amount, made.currency):>10} {made.currency}"
    yield f"  {made.last_line:<32}{_amount(made.total.profit, made.currency):>10} {made.currency}"
    yield from _agents(found)
    for one in made.beside.unproven:
        yield f"Unproven, in no sum: {_counted(one.credits, 'credit')}, {_amount(one.net, one.currency)} {one.currency}"
    for waiting in made.beside.waiting:
        yield f"In no sum: {_counted(waiting.orders, 'order')}: {waiting.why}"
    for lacking in made.beside.lacking_cost:
        yield f"Cost of goods {lacking.state}: {_counted(lacking.orders, 'credited order')}"
    yield from _candidates(found.candidates)
    yield from _credits(list(credits_of(found.accounted)))
    yield from (f"Note: {note}" for note in found.notes)


def _agents(found: Outcome) -> Iterator[str]:
    made = found.statement
    if made.agents:
        yield "By agent:"
    for agent in made.agents:
        share = agent.share
        yield (
            f"  {agent.agent}: revenue {_amount(share.revenue, made.currency)}, cost of goods "
            f"{_amount(share.cogs, made.currency)}, costs {_amount(share.costs, made.currency)}, profit "
            f"{_amount(share.profit, made.currency)}"
        )
    grades = grades_of(found.accounted)
    if grades:
        yield "By grade, before anything came back:"
    for one in grades:
        told = f"{_counted(one.credits, 'credit')}, {_amount(one.net, one.currency)} {one.currency}"
        yield f"  {one.agent}, {one.grade}: {told}"


def _candidates(candidates: Sequence[Candidate]) -> Iterator[str]:
    if not candidates:
        return
    yield "The settings name no agent's code. These look like an agent's; name them under `agents`, and run this again:"
    for one in candidates:
        who = f", sent most often by {one.agent} ({_counted(one.sent, 'message')})" if one.agent else ""
        yield f"  {one.code}: {_counted(one.orders, 'order')}{who}"


def _credits(credits: Sequence[tuple[Credit, StoreOrder]]) -> Iterator[str]:
    if credits:
        yield "Credits, newest first:"
    for credit, order in credits[:SHOWN]:
        net = f"{_amount(credit.net, order.currency)} {order.currency}"
        yield f"  {order.name} {credit.agent} {credit.grade} {net}: {'; '.join(credit.evidence)}"
    if len(credits) > SHOWN:
        yield f"  … and {len(credits) - SHOWN} more; --json lists them all"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _amount(minor: int, currency: str) -> str:
    return Money(minor, currency).text(digits)
