"""The books: orders, evidence, credits, the ledger and closed months."""

import sqlalchemy as sa
from alembic import op

import plugin.db.types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("tenant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("belongs_to", sa.String(length=7), nullable=True),
        sa.Column("agent", sa.String(length=320), nullable=True),
        sa.Column("ticket_id", sa.String(length=100), nullable=True),
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("order_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("order_name", sa.String(length=100), nullable=True),
        sa.Column("credit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", sa.String(length=50), nullable=True),
        sa.Column("campaign", sa.String(length=200), nullable=True),
        sa.Column("original_currency", sa.String(length=3), nullable=True),
        sa.Column("rate", sa.String(length=30), nullable=True),
        sa.Column("note", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("line", sa.String(length=500), nullable=False),
        sa.Column("source", sa.String(length=520), nullable=False),
        sa.Column("posted_at", plugin.db.types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_ledger_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint("tenant_id", "source", name=op.f("uq_ledger_tenant_id_source")),
    )

    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_credit_id"), ["credit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_order_key"), ["order_key"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_ledger_tenant_id_period_id"), ["tenant_id", "period", "id"], unique=False
        )
        batch_op.create_index(
            "ix_ledger_sums",
            ["tenant_id", "period", "kind", "agent", "currency", "credit_id", "amount", "posted_at"],
            unique=False,
        )
        batch_op.create_index(
            "ix_ledger_late",
            ["tenant_id", "period", "belongs_to"],
            unique=False,
            postgresql_where=sa.text("belongs_to IS NOT NULL"),
            sqlite_where=sa.text("belongs_to IS NOT NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_ledger_tenant_id_subject"), ["tenant_id", "subject"], unique=False
        )

    op.create_table(
        "periods",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("tenant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("closed_at", plugin.db.types.Instant(timezone=True), nullable=False),
        sa.Column("closed_by", sa.String(length=320), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_periods_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_periods")),
        sa.UniqueConstraint("tenant_id", "period", name=op.f("uq_periods_tenant_id_period")),
    )

    op.create_table(
        "evidence",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("tenant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("helpdesk", sa.String(length=50), nullable=False),
        sa.Column("ticket_id", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("agent_id", sa.String(length=100), nullable=True),
        sa.Column("agent", sa.String(length=320), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", sa.String(length=50), nullable=False),
        sa.Column("at", plugin.db.types.Instant(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_evidence_connection_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_evidence_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("tenant_id", "source", name=op.f("uq_evidence_tenant_id_source")),
    )

    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evidence_connection_id_ticket_id"), ["connection_id", "ticket_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_evidence_tenant_id_customer_id_at"),
            ["tenant_id", "customer_id", "at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_evidence_tenant_id_email_at"), ["tenant_id", "email", "at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_evidence_tenant_id_kind_value"), ["tenant_id", "kind", "value"], unique=False
        )

    op.create_table(
        "orders",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("tenant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("phone", sa.String(length=50), nullable=True),
        sa.Column("customer_id", sa.String(length=100), nullable=True),
        sa.Column("placed_at", plugin.db.types.Instant(timezone=True), nullable=False),
        sa.Column("updated_at", plugin.db.types.Instant(timezone=True), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("costs", sa.JSON(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("ruling", sa.JSON(), nullable=True),
        sa.Column("host", sa.JSON(), nullable=True),
        sa.Column("waiting", sa.String(length=200), server_default=sa.text("('')"), nullable=False),
        sa.Column("cost_state", sa.String(length=20), server_default=sa.text("('')"), nullable=False),
        sa.Column("frozen", sa.JSON(), nullable=True),
        sa.Column("replacement", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("replaces", sa.String(length=100), server_default=sa.text("('')"), nullable=False),
        sa.Column("kept_at", plugin.db.types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_orders_connection_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_orders_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("connection_id", "order_id", name=op.f("uq_orders_connection_id_order_id")),
    )

    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_orders_connection_id_customer_id"), ["connection_id", "customer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_orders_tenant_id_cost_state_placed_at"),
            ["tenant_id", "cost_state", "placed_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_orders_tenant_id_email_placed_at"),
            ["tenant_id", "email", "placed_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_orders_tenant_id_name"), ["tenant_id", "name"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_orders_tenant_id_placed_at"), ["tenant_id", "placed_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_orders_tenant_id_waiting_placed_at_currency"),
            ["tenant_id", "waiting", "placed_at", "currency"],
            unique=False,
        )

    op.create_table(
        "credits",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("tenant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("agent", sa.String(length=320), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("grade", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("at", plugin.db.types.Instant(timezone=True), nullable=False),
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("helpdesk", sa.String(length=50), nullable=False),
        sa.Column("ticket_id", sa.String(length=100), nullable=True),
        sa.Column("channel", sa.String(length=50), nullable=False),
        sa.Column("campaign", sa.String(length=200), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("rivals", sa.JSON(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("window_days", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), server_default=sa.text("'pending'"), nullable=False),
        sa.Column("held", sa.String(length=200), server_default=sa.text("('')"), nullable=False),
        sa.Column("approved_at", plugin.db.types.Instant(timezone=True), nullable=True),
        sa.Column("paid_at", plugin.db.types.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_key"], ["orders.id"], name=op.f("fk_credits_order_key"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_credits_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credits")),
        sa.UniqueConstraint("order_key", "key", name=op.f("uq_credits_order_key_key")),
    )

    with op.batch_alter_table("credits", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_credits_connection_id_ticket_id"), ["connection_id", "ticket_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_credits_tenant_id_agent_at"), ["tenant_id", "agent", "at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_credits_tenant_id_at"), ["tenant_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_credits_tenant_id_code"), ["tenant_id", "code"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_credits_tenant_id_grade_at"), ["tenant_id", "grade", "at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_credits_tenant_id_state"), ["tenant_id", "state"], unique=False)

    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.alter_column(
            "connection_id", existing_type=sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        )
        batch_op.alter_column("ticket_id", existing_type=sa.String(length=100), nullable=True)


def downgrade() -> None:
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.alter_column("ticket_id", existing_type=sa.String(length=100), nullable=False)
        batch_op.alter_column(
            "connection_id",
            existing_type=sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        )

    with op.batch_alter_table("credits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_credits_tenant_id_state"))
        batch_op.drop_index(batch_op.f("ix_credits_tenant_id_grade_at"))
        batch_op.drop_index(batch_op.f("ix_credits_tenant_id_code"))
        batch_op.drop_index(batch_op.f("ix_credits_tenant_id_at"))
        batch_op.drop_index(batch_op.f("ix_credits_tenant_id_agent_at"))
        batch_op.drop_index(batch_op.f("ix_credits_connection_id_ticket_id"))

    op.drop_table("credits")

    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_orders_tenant_id_waiting_placed_at_currency"))
        batch_op.drop_index(batch_op.f("ix_orders_tenant_id_placed_at"))
        batch_op.drop_index(batch_op.f("ix_orders_tenant_id_name"))
        batch_op.drop_index(batch_op.f("ix_orders_tenant_id_email_placed_at"))
        batch_op.drop_index(batch_op.f("ix_orders_tenant_id_cost_state_placed_at"))
        batch_op.drop_index(batch_op.f("ix_orders_connection_id_customer_id"))

    op.drop_table("orders")

    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_tenant_id_kind_value"))
        batch_op.drop_index(batch_op.f("ix_evidence_tenant_id_email_at"))
        batch_op.drop_index(batch_op.f("ix_evidence_tenant_id_customer_id_at"))
        batch_op.drop_index(batch_op.f("ix_evidence_connection_id_ticket_id"))

    op.drop_table("evidence")

    op.drop_table("periods")

    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_tenant_id_subject"))
        batch_op.drop_index("ix_ledger_late")
        batch_op.drop_index("ix_ledger_sums")
        batch_op.drop_index(batch_op.f("ix_ledger_tenant_id_period_id"))
        batch_op.drop_index(batch_op.f("ix_ledger_order_key"))
        batch_op.drop_index(batch_op.f("ix_ledger_credit_id"))

    op.drop_table("ledger")
