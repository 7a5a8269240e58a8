"""What Alembic runs: our metadata on the connection that `plugin.db.migrate` hands over."""

from alembic import context

from plugin.db import customer_tables, ledger_tables, sidebar_tables, tables  # noqa: F401 - every table must be known to the metadata
from plugin.db.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
