"""What the sidebar is measured over is what it is in life: rows that the product reads, panels that are whole."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from benchmarks.fill import Filled, fill
from benchmarks.installation import Installation
from benchmarks.sidebar import Figures, Round, table
from benchmarks.sidebar_load import open_panels
from benchmarks.sidebar_paint import Paints
from benchmarks.sidebar_panel import Panels, panel_path, panels
from benchmarks.sidebar_rows import AGENTS, Rows, Size
from plugin.db.customer_documents import read_orders
from plugin.db.customer_tables import CustomerKeyRow, CustomerRow
from plugin.db.customers import Customers
from plugin.db.engine import Database
from plugin.db.panels import Panels as PanelRows
from plugin.db.tables import TicketRow
from plugin.db.tickets import keys_in, record_of
from plugin.vault import Vault
from plugin.web.sidebar.looker import Looker
from tests.conftest import NOW
from tests.fakes import FERNET
from tests.live import served

SMALL = Size(customers=1_000, orders_each=5, tickets=200)


@pytest.fixture
def inside(tmp_path: Path, migrated_file: Path) -> Iterator[Panels]:
    """Panels over a small shop, by the product's own wiring."""
    own = {"DATABASE_URL": "sqlite:///marginalia.db", "SECRET_KEYS": "k" * 40, "ENCRYPTION_KEYS": FERNET}
    installation = Installation(tmp_path, own)
    database = Database(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'marginalia.db')}")
    made = fill(database, Vault([FERNET]), Size(50, 5, 20), datetime.now(UTC))
    database.dispose()
    with panels(installation, Looker(made.desk.tenant_id, made.desk.id, AGENTS[2].id)) as found:
        yield found


def filled(database: Database, size: Size = SMALL) -> Filled:
    return fill(database, Vault([FERNET]), size, NOW)


def test_a_shop_is_filled_in_on_both_databases_and_its_rows_are_joined(database: Database) -> None:
    made = filled(database)
    with database.read() as session:
        counted = [session.scalar(select(func.count()).select_from(one)) for one in (CustomerRow, TicketRow)]
        assert counted == [1_000, 200]
        row = PanelRows(session, made.desk.tenant_id).open(made.desk.id, "200", "3")
        assert row is not None
        assert row.customer is not None
        assert row.agent is not None
        found = Customers(session, made.desk.tenant_id).find([made.store.id], keys_in(row.ticket), NOW)
        assert (found.customer_id, found.to_ask) == (row.customer.id, ())
        assert record_of(row.ticket).customer.spent == found.customer.spent
        orders = read_orders(row.customer.latest_orders)
        assert row.customer.spent == sum(one.total.minor for one in orders if one.total)


def test_the_same_seed_makes_the_same_shop(database: Database) -> None:
    made = filled(database, Size(20, 5, 5))
    ours, again, other = (
        Rows(Size(20, 5, 5, seed), NOW, made.desk, made.store).customer(7) for seed in (1, 1, 2)
    )
    assert ours == again
    assert ours != other


def test_rows_that_are_put_in_later_get_numbers_of_their_own(database: Database) -> None:
    made = filled(database, Size(3, 2, 1))
    with database.write() as session:
        row = CustomerKeyRow(
            tenant_id=made.desk.tenant_id, connection_id=made.store.id, kind="email", value="x@y.example",
            customer_id=1, answered_at=NOW,
        )  # fmt: skip
        session.add(row)
        session.flush()
        assert row.id == 7
        one = session.get_one(CustomerRow, 3)
        names = {column.key for column in CustomerRow.__table__.columns} - {"id"}
        copied = {name: getattr(one, name) for name in names}
        session.add(CustomerRow(**{**copied, "store_id": "another"}))
        session.flush()


def test_a_panel_is_measured_whole_and_as_it_is_rendered_from_the_same_view(inside: Panels) -> None:
    found = list(inside.both([1, 2, 3]))
    queries, size = inside.queries(7)
    assert len(found) == 3
    assert all(one.panel > 0 and one.render > 0 for one in found)
    assert 1 <= queries <= 5
    assert size > 5_000


def test_agents_open_panels_over_http_and_the_server_says_how_long_it_took(inside: Panels) -> None:
    with served(inside.app) as root:
        port = int(root.rpartition(":")[2])
        paths = [panel_path(number) for number in range(1, 11)]
        seen = open_panels(port, paths, inside.token(), per_second=200.0)
        refused = open_panels(port, paths, "no token", per_second=200.0)
    assert (len(seen.server), seen.refused, refused.refused) == (10, 0, 10)
    assert all(0 < inner <= whole for inner, whole in zip(seen.server, seen.whole, strict=True))


def test_the_table_shows_every_figure_of_every_database() -> None:
    one = Round.of([0.001, 0.002, 0.004])
    figures = Figures(3, 14_000, one, one, one, one, one, one, 151.4, Paints([0.3], [0.12, 0.14]))
    shown = table({"SQLite": figures, "PostgreSQL": replace(figures, paint=None)})
    assert "| panel before HTTP, median / p99, ms | 2.0 / 4.0 | 2.0 / 4.0 |" in shown
    assert "| … and every later one | 130 | – |" in shown
