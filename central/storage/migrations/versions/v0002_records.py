"""Deferrals, parcels and the like; keys and approvals that were used; blobs."""

import sqlalchemy as sa
from alembic import op

from central.storage.schema import Instant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "records",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("application_id", sa.Uuid),
        sa.Column("station", sa.String(64), nullable=False),
        sa.Column("district", sa.String(6), nullable=False),
        sa.Column("person_key", sa.LargeBinary),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("seq", sa.BigInteger),
        sa.Column("kid", sa.String(43)),
    )
    op.create_index("records_application", "records", ["application_id", "kind"])
    op.create_index("records_station", "records", ["station", "kind", "state", "due_on"])
    op.create_index("records_district", "records", ["district", "kind", "state", "due_on"])
    op.create_index("records_person", "records", ["person_key", "kind"])
    op.create_index("records_seq", "records", ["station", "seq"])
    op.create_table(
        "approvals",
        sa.Column("jti", sa.String(64), primary_key=True),
        sa.Column("supervisor", sa.String(64), nullable=False),
        sa.Column("body_sha256", sa.String(64), nullable=False),
        sa.Column("used_at", Instant, nullable=False),
    )
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("station", sa.String(64), primary_key=True),
        sa.Column("district", sa.String(6), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("media_type", sa.String(64), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
    )


def downgrade() -> None:
    for name in ("blobs", "approvals", "records"):
        op.drop_table(name)
