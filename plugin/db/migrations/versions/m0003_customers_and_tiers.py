"""Customers of the stores, tiers, and what a ticket's next decision needs."""

import sqlalchemy as sa
from alembic import op

import plugin.db.types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer_waits",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("tenant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column(
            "ticket_connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("resource", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connections.id"],
            name=op.f("fk_customer_waits_connection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_customer_waits_tenant_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_connection_id"],
            ["connections.id"],
            name=op.f("fk_customer_waits_ticket_connection_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_waits")),
        sa.UniqueConstraint(
            "connection_id",
            "kind",
            "value",
            "ticket_connection_id",
            "resource",
            name=op.f("uq_customer_waits_key_and_ticket"),
        ),
    )
    op.create_table(
        "customers",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("tenant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.String(length=100), nullable=False),
        sa.Column("emails", sa.JSON(), nullable=False),
        sa.Column("phones", sa.JSON(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("last_order", sa.JSON(), nullable=True),
        sa.Column("updated_at", plugin.db.types.Instant(timezone=True), nullable=False),
        sa.Column("as_of", plugin.db.types.Instant(timezone=True), nullable=False),
        sa.Column("gone_at", plugin.db.types.Instant(timezone=True), nullable=True),
        sa.Column("marked", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_customers_connection_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_customers_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("connection_id", "store_id", name=op.f("uq_customers_connection_id_store_id")),
    )
    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_customers_connection_id_spent"), ["connection_id", "spent"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_customers_tenant_id_id"), ["tenant_id", "id"], unique=False)

    op.create_table(
        "customer_keys",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("tenant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answered_at", plugin.db.types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connections.id"],
            name=op.f("fk_customer_keys_connection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_customer_keys_customer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_customer_keys_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_keys")),
        sa.UniqueConstraint(
            "connection_id", "kind", "value", name=op.f("uq_customer_keys_connection_id_kind_value")
        ),
    )
    with op.batch_alter_table("customer_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customer_keys_customer_id"), ["customer_id"], unique=False)

    op.create_table(
        "no_bots_breaches",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("tenant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by", sa.String(length=10), nullable=False),
        sa.Column("message", sa.String(length=100), nullable=False),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("found_at", plugin.db.types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_no_bots_breaches_tenant_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_key"], ["tickets.id"], name=op.f("fk_no_bots_breaches_ticket_key"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_no_bots_breaches")),
        sa.UniqueConstraint(
            "ticket_key", "message", "by", name=op.f("uq_no_bots_breaches_ticket_key_message_by")
        ),
    )
    with op.batch_alter_table("no_bots_breaches", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_no_bots_breaches_tenant_id_id"), ["tenant_id", "id"], unique=False
        )

    with op.batch_alter_table("effects", schema=None) as batch_op:
        batch_op.add_column(sa.Column("alone", sa.Boolean(), server_default=sa.text("false"), nullable=False))

    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("memory", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
        batch_op.add_column(sa.Column("keys", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(
            sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("customer", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("tier", sa.JSON(), nullable=True))
        batch_op.add_column(
            sa.Column("no_bots", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )
        batch_op.add_column(sa.Column("macros", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column("offers", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.create_index(batch_op.f("ix_tickets_customer_id"), ["customer_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tickets_customer_id"))
        batch_op.drop_column("offers")
        batch_op.drop_column("macros")
        batch_op.drop_column("no_bots")
        batch_op.drop_column("tier")
        batch_op.drop_column("customer")
        batch_op.drop_column("customer_id")
        batch_op.drop_column("keys")
        batch_op.drop_column("memory")

    with op.batch_alter_table("effects", schema=None) as batch_op:
        batch_op.drop_column("alone")

    with op.batch_alter_table("no_bots_breaches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_no_bots_breaches_tenant_id_id"))

    op.drop_table("no_bots_breaches")
    with op.batch_alter_table("customer_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_customer_keys_customer_id"))

    op.drop_table("customer_keys")
    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_customers_tenant_id_id"))
        batch_op.drop_index(batch_op.f("ix_customers_connection_id_spent"))

    op.drop_table("customers")
    op.drop_table("customer_waits")
