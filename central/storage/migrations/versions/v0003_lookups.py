"""The seeded reference adapters of look-ups, and the audit's checkpoints."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "lookup_adapters",
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("mode", sa.String(8), nullable=False),
    )
    op.create_table(
        "lookup_seeds",
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("subject", sa.LargeBinary, primary_key=True),
        sa.Column("answer", sa.String(16), nullable=False),
    )
    op.create_table(
        "audit_checkpoints",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hour", sa.String(13), nullable=False, unique=True),
        sa.Column("token", sa.Text, nullable=False),
    )


def downgrade() -> None:
    for name in ("audit_checkpoints", "lookup_seeds", "lookup_adapters"):
        op.drop_table(name)
