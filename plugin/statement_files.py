"""A statement as a file for a spreadsheet: the sums, the agents, what stands beside, and every entry of the month."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any, Final

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from plugin.currencies import digits
from plugin.db.ledger_tables import LedgerRow
from plugin.db.statements import Place, Statements
from plugin.domain.money import Money
from plugin.payroll import safe_cell

Cell = str | int | None
Row = Sequence[Cell]
ENTRY_COLUMNS: Final = (
    *("id", "kind", "amount", "currency", "occurred_on", "period", "belongs_to", "agent", "ticket", "order"),
    *("credit", "channel", "campaign", "original_currency", "rate", "note", "source"),
)
SHARES: Final = ("revenue", "cogs", "recovery", "costs")
STATES: Final = ("pending", "approved", "paid", "clawed_back")
MONEY: Final = frozenset({"amount", "net", *SHARES, *STATES, "profit", "contribution before fulfilment"})
"""Columns and lines of amounts: they are numbers in a workbook."""
AT_ONCE: Final = 1_000
MOST_ROWS: Final = 1_000_000
"""Of one sheet; a workbook takes a few more."""
LONGEST_CELL: Final = 32_000


def write_csv(file: IO[str], tenant: str, document: Mapping[str, Any], entries: Iterable[Row]) -> None:
    """The whole as CSV (RFC 4180), one part below the other. No text in it is taken for a formula."""
    writer = csv.writer(file)
    for _, header, rows in _parts(tenant, document):
        if header:
            writer.writerow(header)
        writer.writerows(map(_safe, rows))
        writer.writerow(())
    writer.writerow(ENTRY_COLUMNS)
    writer.writerows(map(_safe, entries))


def write_xlsx(
    file: IO[bytes] | str, tenant: str, document: Mapping[str, Any], entries: Iterable[Row]
) -> None:
    """The whole as a workbook with a sheet for each part; a text is a text there, whatever it begins with."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(file, options) as book:
        sheet = _Sheet(book, "Statement", document)
        for title, header, rows in _parts(tenant, document):
            if title:
                sheet = _Sheet(book, title, document)
            sheet.add(header, rows)
        sheet = _Sheet(book, "Entries", document)
        sheet.add(ENTRY_COLUMNS, ())
        for number, row in enumerate(entries, 1):
            if number % MOST_ROWS == 0:
                sheet = _Sheet(book, f"Entries {number // MOST_ROWS + 1}", document)
                sheet.add(ENTRY_COLUMNS, ())
            sheet.row(row, ENTRY_COLUMNS)


def entries_of(statements: Statements, month: str) -> Iterator[Row]:
    """Every entry of a month, the newest first, read in parts."""
    after: Place | None = None
    while rows := statements.entries(AT_ONCE, after, period=month):
        yield from map(_entry, rows)
        after = rows[-1].period, rows[-1].id


def _parts(tenant: str, document: Mapping[str, Any]) -> Iterator[tuple[str, Row, list[Row]]]:
    """The parts but for the entries: the sheet they begin ("" for the same one), their header and their rows."""
    yield "", (), [("tenant", tenant), *((name, document[name]) for name in ("month", "currency", "zone"))]
    yield "", (), [("closed", "no" if not document["closed"] else _closing(document))]
    lines: list[Row] = [(line["kind"], line["entries"], line["amount"]) for line in document["lines"]]
    yield "", ("kind", "entries", "amount"), lines
    totals: list[Row] = [(name, None, document[name]) for name in SHARES]
    yield "", ("sum", None, "amount"), [*totals, (document["last_line"], None, document["profit"])]
    yield "Agents", ("agent", *SHARES, *STATES, "profit"), list(_agents(document))
    yield "Beside", ("what", "which", "number", "amount", "currency"), list(_beside(document))


def _closing(document: Mapping[str, Any]) -> str:
    return f"{document['closed_at']} by {document['closed_by']}"


def _agents(document: Mapping[str, Any]) -> Iterator[Row]:
    """A line for each agent, and one for what is no agent's own."""
    for one in document["agents"]:
        states = [one["commission"].get(state) for state in STATES]
        yield one["agent"], *(one.get(name) for name in SHARES), *states, one["profit"]
    rest = document["department"]
    yield "department", *(rest[name] for name in SHARES), None, None, None, None, rest["profit"]


def _beside(document: Mapping[str, Any]) -> Iterator[Row]:
    """What is in no sum, and what came late."""
    for one in document["unproven"]:
        yield "unproven: in no sum", None, one["credits"], one["net"], one["currency"]
    for one in document["waiting"]:
        yield "waiting for a rate: in no sum", one["why"], one["orders"], None, one["currency"]
    for one in document["lacking_cost"]:
        yield "cost of goods not known", one["state"], one["orders"], None, None
    for one in document["late"]:
        yield "came late, in these sums", one["month"], one["entries"], one["amount"], one["currency"]
    for one in document["other_currencies"]:
        yield "other currency: in no sum", one["kind"], one["entries"], one["amount"], one["currency"]


def _entry(row: LedgerRow) -> Row:
    return (
        row.id,
        row.kind,
        Money(row.amount, row.currency).text(digits),
        row.currency,
        row.occurred_on.isoformat(),
        row.period,
        row.belongs_to,
        row.agent,
        row.ticket_id,
        row.order_name,
        row.credit_id,
        row.channel,
        row.campaign,
        row.original_currency,
        row.rate,
        row.note,
        row.source,
    )


def _safe(row: Row) -> list[Cell]:
    return [safe_cell(cell) if isinstance(cell, str) and not _is_amount(cell) else cell for cell in row]


def _is_amount(cell: str) -> bool:
    """Whether it is a number, which may begin with a minus."""
    return cell.removeprefix("-").replace(".", "", 1).isdecimal() and cell.isascii()


class _Sheet:
    """A sheet that is written from the top to the bottom; amounts are numbers with the currency's digits."""

    def __init__(self, book: Workbook, title: str, document: Mapping[str, Any]) -> None:
        places = digits(document["currency"])
        self._amount = book.add_format({"num_format": "0" if not places else "0." + "0" * places})
        self._bold = book.add_format({"bold": True})
        self._sheet: Worksheet = book.add_worksheet(title)
        self._sheet.set_column(0, 0, 30)
        self._at = 0
        about = f"{document['month']}, {document['currency']}, {document['zone']}"
        self._text(0, about, self._bold)
        self._at = 2

    def add(self, header: Row, rows: Iterable[Row]) -> None:
        """A part with its header, and an empty row below it; nothing below where it has no rows yet."""
        for column, name in enumerate(header):
            self._text(column, str(name or ""), self._bold)
        self._at += bool(header)
        empty = True
        for row in rows:
            self.row(row, header)
            empty = False
        self._at += not empty

    def row(self, row: Row, header: Row) -> None:
        """One row below the last one."""
        for column, cell in enumerate(row):
            name = header[column] if column < len(header) else ""
            if isinstance(cell, int):
                self._sheet.write_number(self._at, column, cell)
            elif cell is not None and name in MONEY:
                self._sheet.write_number(self._at, column, float(cell), self._amount)
            elif cell is not None:
                self._text(column, cell)
        self._at += 1

    def _text(self, column: int, text: str, look: Any = None) -> None:
        self._sheet.write_string(self._at, column, text[:LONGEST_CELL], look)
