"""Audit entries by month on PostgreSQL; what a person has open is indexed while it is open."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

COLUMNS = "chain, seq, payload, hash"
SIGNS = """'"at":"'"""
"""What stands before the moment in an entry."""


def upgrade() -> None:
    op.drop_index("open_items_person", "open_items")
    still_open = sa.text("closed_at IS NULL")
    op.create_index(
        "open_items_person",
        "open_items",
        ["person_key", "item_key"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.rename_table("audit_entries", "audit_before")
    if op.get_bind().dialect.name == "postgresql":
        _by_month()
    else:
        _with_day()
    op.drop_table("audit_before")


def _by_month() -> None:
    op.execute("ALTER INDEX audit_entries_pkey RENAME TO audit_before_pkey")
    op.execute("""
        CREATE TABLE audit_entries (
            chain varchar(64) NOT NULL, seq bigint NOT NULL, payload bytea NOT NULL,
            hash bytea NOT NULL,
            entered_on date NOT NULL DEFAULT (CURRENT_TIMESTAMP AT TIME ZONE 'UTC')::date,
            PRIMARY KEY (chain, seq, entered_on)
        ) PARTITION BY RANGE (entered_on)
    """)
    op.execute("CREATE TABLE audit_entries_other PARTITION OF audit_entries DEFAULT")
    day = r"""substring(encode(payload, 'escape') FROM '"at":"([0-9]{4}-[0-9]{2}-[0-9]{2})T')"""
    entered_on = f"COALESCE({day}::date, CURRENT_DATE)"
    months = op.get_bind().scalars(
        sa.text(
            f"SELECT DISTINCT date_trunc('month', {entered_on})::date FROM audit_before"  # noqa: S608
        )
    )
    for month in months.all():
        op.execute(
            f"CREATE TABLE audit_entries_{month:%Y_%m} PARTITION OF audit_entries FOR VALUES "
            f"FROM ('{month}') TO (date '{month}' + interval '1 month')"
        )
    op.execute(
        f"INSERT INTO audit_entries SELECT {COLUMNS}, {entered_on} FROM audit_before"  # noqa: S608
    )


def _with_day() -> None:
    op.execute("""
        CREATE TABLE audit_entries (
            chain VARCHAR(64) NOT NULL, seq BIGINT NOT NULL, payload BLOB NOT NULL,
            hash BLOB NOT NULL, entered_on DATE NOT NULL DEFAULT CURRENT_DATE,
            PRIMARY KEY (chain, seq)
        )
    """)
    text = "CAST(payload AS TEXT)"
    op.execute(
        f"INSERT INTO audit_entries SELECT {COLUMNS}, "  # noqa: S608
        f"CASE instr({text}, {SIGNS}) WHEN 0 THEN CURRENT_DATE "
        f"ELSE substr({text}, instr({text}, {SIGNS}) + 6, 10) END FROM audit_before"
    )


def downgrade() -> None:
    op.rename_table("audit_entries", "audit_after")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX audit_entries_pkey RENAME TO audit_after_pkey")
    op.create_table(
        "audit_entries",
        sa.Column("chain", sa.String(64), primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.execute(f"INSERT INTO audit_entries SELECT {COLUMNS} FROM audit_after")  # noqa: S608
    op.drop_table("audit_after")
    op.drop_index("open_items_person", "open_items")
    op.create_index("open_items_person", "open_items", ["person_key", "item_key"])
