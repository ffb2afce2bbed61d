"""Enrolment, tokens, applications with their unique ids, open items, audit chains."""

import sqlalchemy as sa
from alembic import op

from central.storage.schema import Instant, Name

revision = "0001"
down_revision = None

ID_PARTITIONS = 8


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    _enrolment()
    op.create_table(
        "application_ids",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("received_on", sa.Date, nullable=False),
        sqlite_with_rowid=False,
        postgresql_partition_by="HASH (id)",
    )
    op.create_table(
        "applications",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("received_on", sa.Date, primary_key=True),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("station", sa.String(64), nullable=False),
        sa.Column("district", sa.String(6), nullable=False),
        sa.Column("clerk", sa.String(64), nullable=False),
        sa.Column("sent_by", sa.String(64), nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("received_at", Instant, nullable=False),
        sa.Column("kid", sa.String(43), nullable=False),
        sa.Column("outcome", sa.String(24), nullable=False),
        sa.Column("name", Name, nullable=False),
        sa.Column("person_key", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        postgresql_partition_by="RANGE (received_on)",
    )
    if postgres:
        for part in range(ID_PARTITIONS):
            op.execute(
                f"CREATE TABLE application_ids_{part} PARTITION OF application_ids "
                f"FOR VALUES WITH (MODULUS {ID_PARTITIONS}, REMAINDER {part})"
            )
        op.execute("CREATE TABLE applications_other PARTITION OF applications DEFAULT")
    op.create_index("applications_seq", "applications", ["station", "seq"])
    op.create_index("applications_number", "applications", ["number"])
    op.create_index("applications_person", "applications", ["person_key"])
    op.create_index("applications_station_name", "applications", ["station", "name", "id"])
    op.create_index("applications_district_name", "applications", ["district", "name", "id"])
    op.create_index("applications_name", "applications", ["name", "id"])
    _open_items()
    op.create_table(
        "audit_entries",
        sa.Column("chain", sa.String(64), primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )


def _enrolment() -> None:
    op.create_table(
        "stations",
        sa.Column("code", sa.String(64), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("site_kind", sa.String(16), nullable=False),
        sa.Column("district", sa.String(6), nullable=False),
        sa.Column("jwk", sa.Text, nullable=False),
        sa.Column("jkt", sa.String(43), nullable=False, unique=True),
        sa.Column("disabled_at", Instant),
        sa.Column("revision", sa.Integer, nullable=False),
    )
    op.create_table(
        "clerks",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("station", sa.String(64), nullable=False),
        sa.Column("jwk", sa.Text, nullable=False),
        sa.Column("disabled_at", Instant),
        sa.Column("revision", sa.Integer, nullable=False),
    )
    op.create_index("ix_clerks_station", "clerks", ["station"])
    op.create_table(
        "refresh_families",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("clerk", sa.String(64), nullable=False),
        sa.Column("station", sa.String(64), nullable=False),
        sa.Column("current_hash", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("revoked_at", Instant),
    )
    op.create_index("ix_refresh_families_clerk", "refresh_families", ["clerk"])
    op.create_index("ix_refresh_families_expires_at", "refresh_families", ["expires_at"])
    op.create_table(
        "ledgers",
        sa.Column("chain", sa.String(64), primary_key=True),
        sa.Column("receipt_seq", sa.BigInteger, nullable=False),
        sa.Column("audit_seq", sa.BigInteger, nullable=False),
        sa.Column("audit_head", sa.LargeBinary, nullable=False),
        sa.Column("station_head", sa.Text),
    )


def _open_items() -> None:
    op.create_table(
        "open_items",
        sa.Column("application_id", sa.Uuid, primary_key=True),
        sa.Column("item", sa.Integer, primary_key=True),
        sa.Column("person_key", sa.LargeBinary, nullable=False),
        sa.Column("item_key", sa.String(64), nullable=False),
        sa.Column("overridden", sa.Boolean, nullable=False),
        sa.Column("closed_at", Instant),
        sa.Column("closed_as", sa.String(16)),
    )
    still_open = sa.text("closed_at IS NULL AND NOT overridden")
    op.create_index(
        "open_items_once",
        "open_items",
        ["person_key", "item_key"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_index("open_items_person", "open_items", ["person_key", "item_key"])


def downgrade() -> None:
    for name in (
        "audit_entries",
        "open_items",
        "applications",
        "application_ids",
        "ledgers",
        "refresh_families",
        "clerks",
        "stations",
    ):
        op.drop_table(name)
