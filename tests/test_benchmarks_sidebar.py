"""What the sidebar is measured over is what it is in life: rows that the product reads, panels that are whole."""

from sqlalchemy import func, select

from benchmarks.fill import Filled, fill
from benchmarks.sidebar_rows import Rows, Size
from plugin.db.customer_documents import read_orders
from plugin.db.customer_tables import CustomerKeyRow, CustomerRow
from plugin.db.customers import Customers
from plugin.db.engine import Database
from plugin.db.panels import Panels
from plugin.db.tables import TicketRow
from plugin.db.tickets import keys_in, record_of
from plugin.vault import Vault
from tests.conftest import NOW
from tests.fakes import FERNET

SMALL = Size(customers=1_000, orders_each=5, tickets=200)


def filled(database: Database, size: Size = SMALL) -> Filled:
    return fill(database, Vault([FERNET]), size, NOW)


def test_a_shop_is_filled_in_on_both_databases_and_its_rows_are_joined(database: Database) -> None:
    made = filled(database)
    with database.read() as session:
        counted = [session.scalar(select(func.count()).select_from(one)) for one in (CustomerRow, TicketRow)]
        assert counted == [1_000, 200]
        row = Panels(session, made.desk.tenant_id).open(made.desk.id, "200", "3")
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
