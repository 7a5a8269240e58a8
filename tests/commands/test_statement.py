"""`statement` tells a month on the terminal, as JSON, and as files that are safe to open."""

import csv
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from plugin.app import build, cli
from plugin.db.engine import Database
from plugin.product import Product
from plugin.statement_files import ENTRY_COLUMNS
from tests.books import ANA, Books, books
from tests.fakes import World
from tests.web.site import CONFIG, site_over

EVIL = ("=1+1", "+1", "-1+2", "@sum", "\tx", "\rx")


@pytest.fixture
def made(tmp_path: Path, migrated_file: Path) -> Iterator[Books]:
    """The books of acme, with the worked example of a sale."""
    database = Database(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'marginalia.db')}")
    found = books(database)
    found.sale()
    yield found
    database.dispose()


def product(world: World) -> Product:
    made = build(replace(CONFIG, database_url=str(world.database.url)))
    return replace(made, database=world.database, vault=world.vault, now=world.clock)


def run(made: Books, *arguments: str, month: str = "2026-11") -> Result:
    given = ["statement", "--tenant", "acme", "--month", month, *arguments]
    return CliRunner().invoke(cli, given, obj=lambda: product(made.world))


def cells(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def sheet(file: Path, title: str) -> str:
    """The XML of a sheet, with its texts as they are."""
    with zipfile.ZipFile(file) as packed:
        titles = re.findall(r'<sheet name="([^"]+)"', packed.read("xl/workbook.xml").decode())
        return packed.read(f"xl/worksheets/sheet{titles.index(title) + 1}.xml").decode()


def test_the_terminal_shows_lines_agents_and_the_last_line(made: Books) -> None:
    result = run(made)
    assert result.exit_code == 0
    told = [line.split() for line in result.stdout.splitlines()]
    assert ["revenue.coupon", "1", "113.20"] in told
    assert ["contribution", "before", "fulfilment", "64.28"] in told
    assert [ANA, "113.20", "-41.00", "-7.92", "64.28", "7.92", "0.00", "0.00", "0.00"] in told


def test_the_terminal_says_what_is_in_no_sum(made: Books) -> None:
    made.credit(made.order(), grade="unproven", counts=False, net=5_000)
    made.order(currency="EUR", waiting="no rate for EUR on 2026-11-10")
    told = run(made).stdout
    assert "Unproven, in no sum: 1 for 50.00 USD" in told
    assert "Waiting, in no sum: 1 orders, no rate for EUR on 2026-11-10" in told


def test_a_month_that_has_just_begun_costs_what_it_costs_without_any_worker(made: Books) -> None:
    rows = [{"from": "2026-11", "amount": "900.00"}]
    made.world.settings({"currency": "USD", "costs": {"platform_monthly": rows}})
    made.world.clock.move(days=8)
    told = [line.split() for line in run(made, month="2026-12").stdout.splitlines()]
    assert ["cost.platform", "1", "-900.00"] in told


def test_json_is_the_document_of_the_api(made: Books) -> None:
    result = run(made, "--json")
    asked = site_over(made.world).program().get("/api/v1/statements/2026-11")
    assert json.loads(result.stdout) == asked.get_json()


def test_a_file_can_be_written_beside_json(made: Books, tmp_path: Path) -> None:
    file = tmp_path / "november.csv"
    result = run(made, "--json", "--csv", str(file))
    assert json.loads(result.stdout)["profit"] == "64.28"
    assert file.exists()


def test_csv_names_month_currency_and_zone_and_holds_every_entry(made: Books, tmp_path: Path) -> None:
    file = tmp_path / "november.csv"
    assert run(made, "--csv", str(file)).exit_code == 0
    rows = cells(file)
    assert rows[:4] == [["tenant", "acme"], ["month", "2026-11"], ["currency", "USD"], ["zone", "UTC"]]
    entries = rows[rows.index(list(ENTRY_COLUMNS)) + 1 :]
    assert {(row[1], row[2]) for row in entries} == {
        ("revenue.coupon", "113.20"),
        ("cogs", "-41.00"),
        ("cost.commission", "-7.92"),
    }


def test_the_entries_of_a_file_add_up_to_its_last_line(made: Books, tmp_path: Path) -> None:
    file = tmp_path / "november.csv"
    for _ in range(2):
        made.sale()
    run(made, "--csv", str(file))
    rows = cells(file)
    entries = rows[rows.index(list(ENTRY_COLUMNS)) + 1 :]
    cents = sum(int(row[2].replace(".", "")) for row in entries)
    assert cents == 3 * 6_428
    assert ["contribution before fulfilment", "", "192.84"] in rows


@pytest.mark.parametrize("text", EVIL)
def test_no_text_of_a_csv_file_is_taken_for_a_formula(made: Books, tmp_path: Path, text: str) -> None:
    file = tmp_path / "evil.csv"
    made.entry("revenue.coupon", 5, agent=text, campaign=text, note=text, order_name=text)
    run(made, "--csv", str(file))
    told = [cell for row in cells(file) for cell in row]
    assert text not in told
    assert f"'{text}" in told


def test_a_negative_amount_of_a_csv_file_stays_a_number(made: Books, tmp_path: Path) -> None:
    file = tmp_path / "november.csv"
    run(made, "--csv", str(file))
    assert ["cogs", "1", "-41.00"] in cells(file)


def test_a_workbook_has_numbers_for_amounts_and_no_formula(made: Books, tmp_path: Path) -> None:
    file = tmp_path / "november.xlsx"
    for text in EVIL:
        made.entry("revenue.coupon", 5, agent=text, campaign=text, note=text, order_name=text)
    assert run(made, "--xlsx", str(file)).exit_code == 0
    for title in ("Statement", "Agents", "Beside", "Entries"):
        assert "<f>" not in sheet(file, title)
    assert "<v>-41</v>" in sheet(file, "Statement")
    assert "<v>113.2</v>" in sheet(file, "Entries")
    assert "=1+1" in sheet(file, "Entries")


def test_every_sheet_of_a_workbook_names_month_currency_and_zone(made: Books, tmp_path: Path) -> None:
    file = tmp_path / "november.xlsx"
    run(made, "--xlsx", str(file))
    for title in ("Statement", "Agents", "Beside", "Entries"):
        assert "2026-11, USD, UTC" in sheet(file, title)


def test_a_closed_month_says_who_closed_it(made: Books) -> None:
    made.close(by="mia")
    assert "closed by mia" in run(made).stdout


@pytest.mark.parametrize("month", ["2026-13", "november", ""])
def test_what_is_no_month_is_a_wrong_use(made: Books, month: str) -> None:
    result = run(made, month=month)
    assert result.exit_code == 2
    assert "is no month" in result.stderr


@pytest.mark.parametrize("option", ["--csv", "--xlsx"])
def test_a_file_that_cannot_be_written_is_one_clear_line(made: Books, tmp_path: Path, option: str) -> None:
    result = run(made, option, str(tmp_path / "nowhere" / "file"))
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr


def test_an_unknown_tenant_is_refused_with_those_there_are(made: Books) -> None:
    given: list[Any] = ["statement", "--tenant", "nobody", "--month", "2026-11"]
    result = CliRunner().invoke(cli, given, obj=lambda: product(made.world))
    assert (result.exit_code, "acme" in result.stderr) == (1, True)
