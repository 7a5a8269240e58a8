"""Beside the books: disputes, refunds, what goods cost, agents' codes, and what customers are worth."""

import sqlalchemy as sa
from alembic import op

import plugin.db.types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "coupons",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("tenant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("agent", sa.String(length=320), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("folded", sa.String(length=100), nullable=False),
        sa.Column("share", sa.String(length=10), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("ref", sa.String(length=200), nullable=True),
        sa.Column("problem", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("held", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("held_at", plugin.db.types.Instant(timezone=True), nullable=True),
        sa.Column("released_at", plugin.db.types.Instant(timezone=True), nullable=True),
        sa.Column("checked_at", plugin.db.types.Instant(timezone=True), nullable=True),
        sa.Column("made_at", plugin.db.types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_coupons_connection_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_coupons_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons")),
        sa.UniqueConstraint("tenant_id", "folded", name=op.f("uq_coupons_tenant_id_folded")),
    )

    op.create_table(
        "customer_values",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("tenant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", sa.String(length=330), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("margin", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("first_at", plugin.db.types.Instant(timezone=True), nullable=False),
        sa.Column("last_at", plugin.db.types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connections.id"],
            name=op.f("fk_customer_values_connection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_customer_values_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_values")),
        sa.UniqueConstraint(
            "connection_id", "customer_id", name=op.f("uq_customer_values_connection_id_customer_id")
        ),
    )

    op.create_table(
        "lone_refunds",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("tenant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.String(length=100), nullable=False),
        sa.Column("refund_id", sa.String(length=100), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connections.id"],
            name=op.f("fk_lone_refunds_connection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_lone_refunds_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lone_refunds")),
        sa.UniqueConstraint(
            "connection_id",
            "order_id",
            "refund_id",
            name=op.f("uq_lone_refunds_connection_id_order_id_refund_id"),
        ),
    )

    op.create_table(
        "refunds",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("tenant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("refund_id", sa.String(length=100), nullable=False),
        sa.Column("at", plugin.db.types.Instant(timezone=True), nullable=False),
        sa.Column("money", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_key"], ["orders.id"], name=op.f("fk_refunds_order_key"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_refunds_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("order_key", "refund_id", name=op.f("uq_refunds_order_key_refund_id")),
    )

    with op.batch_alter_table("refunds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refunds_tenant_id_at"), ["tenant_id", "at"], unique=False)

    op.create_table(
        "unit_costs",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("tenant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("connection_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit", sa.String(length=100), nullable=False),
        sa.Column("item", sa.String(length=100), nullable=True),
        sa.Column("sku", sa.String(length=200), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("as_of", plugin.db.types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connections.id"],
            name=op.f("fk_unit_costs_connection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_unit_costs_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_costs")),
        sa.UniqueConstraint("connection_id", "unit", name=op.f("uq_unit_costs_connection_id_unit")),
    )

    with op.batch_alter_table("unit_costs", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_unit_costs_connection_id_item"), ["connection_id", "item"], unique=False
        )

    op.create_table(
        "disputes",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("tenant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("credit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("raised_by", sa.String(length=320), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("raised_at", plugin.db.types.Instant(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("decided_by", sa.String(length=320), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_at", plugin.db.types.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["credit_id"], ["credits.id"], name=op.f("fk_disputes_credit_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_disputes_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
    )

    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disputes_credit_id"), ["credit_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_disputes_tenant_id_state_id"), ["tenant_id", "state", "id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_disputes_tenant_id_state_id"))
        batch_op.drop_index(batch_op.f("ix_disputes_credit_id"))

    op.drop_table("disputes")

    with op.batch_alter_table("unit_costs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_costs_connection_id_item"))

    op.drop_table("unit_costs")

    with op.batch_alter_table("refunds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refunds_tenant_id_at"))

    op.drop_table("refunds")

    op.drop_table("lone_refunds")

    op.drop_table("customer_values")

    op.drop_table("coupons")
