"""`statement`: the profit-and-loss statement of a month, on the terminal or as a file for a spreadsheet."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from plugin.commands.common import (
    Refused,
    json_option,
    print_json,
    product_of,
    refusing,
    tenant_named,
    tenant_option,
)
from plugin.db.statements import Statements
from plugin.domain.periods import is_period
from plugin.monthly_costs import bring_costs_up_to_date
from plugin.statement_files import entries_of, write_csv, write_xlsx
from plugin.statements import statement_book

Document = Mapping[str, Any]


def month_of(context: click.Context, option: click.Parameter, value: str) -> str:
    """The month that was asked for."""
    if not is_period(value):
        raise click.BadParameter(f"{value!r} is no month: write year and month, as 2026-11")
    return value


@click.command("statement")
@tenant_option
@click.option("--month", required=True, metavar="YYYY-MM", callback=month_of, help="Which month.")
@click.option(
    "--csv", "csv_file", type=click.Path(path_type=Path), metavar="F", help="Write it to a CSV file."
)
@click.option("--xlsx", "xlsx_file", type=click.Path(path_type=Path), metavar="F", help="Write a workbook.")
@json_option
@click.pass_context
def statement_command(
    context: click.Context,
    tenant: str,
    month: str,
    csv_file: Path | None,
    xlsx_file: Path | None,
    as_json: bool,
) -> None:
    """What service earned and cost in a month; with a file, every entry behind it too."""
    product = product_of(context)
    with refusing(), product.database.read() as session:
        tenant_id = tenant_named(session, tenant).id
    with refusing():
        bring_costs_up_to_date(
            product.database, product.vault, product.views, product.stores, tenant_id, product.now()
        )
    with refusing(), product.database.read() as session:
        book = statement_book(session, tenant_id, product.views, product.vault, product.stores)
        document = book.document(month)
        files = [file for file in (csv_file, xlsx_file) if file is not None]
        for file in files:
            _write(session, tenant_id, tenant, document, file, as_csv=file is csv_file)
    if as_json:
        print_json(document)
        return
    for line in told(tenant, document):
        click.echo(line)
    for file in files:
        click.echo(f"It is in {file}, with every entry.")


def _write(
    session: Session, tenant_id: int, tenant: str, document: Document, file: Path, *, as_csv: bool
) -> None:
    """The statement and its entries, as a file."""
    entries = entries_of(Statements(session, tenant_id), document["month"])
    try:
        if as_csv:
            with file.open("w", encoding="utf-8", newline="") as lines:
                write_csv(lines, tenant, document, entries)
        else:
            with file.open("wb") as opened:
                write_xlsx(opened, tenant, document, entries)
    except OSError as error:
        raise Refused(
            f"{file} cannot be written ({error}): name a file in a folder that may be written to"
        ) from None


def told(tenant: str, document: Document) -> Iterator[str]:
    """The statement in lines."""
    closed = f"closed by {document['closed_by']}" if document["closed"] else "open"
    yield f"Statement of {tenant} for {document['month']} ({closed}), in {document['currency']}, {document['zone']}"
    yield ""
    lines = [(line["kind"], str(line["entries"]), line["amount"]) for line in document["lines"]]
    yield from _table([*lines, (document["last_line"], "", document["profit"])])
    if document["agents"]:
        yield ""
        yield from _table([("agent", *AGENT_COLUMNS), *map(_agent, document["agents"])])
    if beside := list(_beside(document)):
        yield ""
        yield from beside


AGENT_COLUMNS = ("revenue", "cogs", "costs", "profit", "pending", "approved", "paid", "clawed back")


def _agent(one: Mapping[str, Any]) -> tuple[str, ...]:
    amounts = (one[name] for name in ("revenue", "cogs", "costs", "profit"))
    states = (one["commission"].get(state, "") for state in ("pending", "approved", "paid", "clawed_back"))
    return (one["agent"], *amounts, *states)


def _beside(document: Document) -> Iterator[str]:
    """What a reader must know beside the sums."""
    for one in document["unproven"]:
        yield f"Unproven, in no sum: {one['credits']} for {one['net']} {one['currency']}; a manager may accept them."
    for one in document["waiting"]:
        yield f"Waiting, in no sum: {one['orders']} orders, {one['why']}; add the rate to `fx` in the settings."
    for one in document["lacking_cost"]:
        yield f"Cost of goods {one['state']}: {one['orders']} orders."
    for one in document["late"]:
        yield f"Came late, in these sums: {one['amount']} {one['currency']} that belongs to {one['month']}."
    for one in document["other_currencies"]:
        yield f"Another currency, in no sum: {one['kind']} {one['amount']} {one['currency']}."


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Rows in columns: the first to the left, all others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for first, *others in rows:
        cells = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        yield f"  {first.ljust(widths[0])}  {'  '.join(cells)}".rstrip()
