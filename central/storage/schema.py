"""The tables. The migrations make them; a test holds both to each other.

`application_ids` is unique for ever and is kept apart from `applications`, which PostgreSQL
partitions by month as it does `audit_entries`: a unique key on a partitioned table would have to
contain the month.

What only one of the databases knows (partitions, conditions of an index) stands in the migrations:
naming it here would load both databases' dialects into every worker.
"""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    Uuid,
    text,
)

metadata = MetaData()


class Instant(TypeDecorator[datetime]):
    """A moment, always aware and in UTC, also on SQLite, which has no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


Name: Final = Text().with_variant(Text(collation="C"), "postgresql")
"""Text compared byte by byte, so that a prefix search can walk the index."""

stations = Table(
    "stations",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("site_kind", String(16), nullable=False),
    Column("district", String(6), nullable=False),
    Column("jwk", Text, nullable=False),
    Column("jkt", String(43), nullable=False, unique=True),
    Column("disabled_at", Instant),
    Column("revision", Integer, nullable=False),
)

clerks = Table(
    "clerks",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("station", String(64), nullable=False, index=True),
    Column("jwk", Text, nullable=False),
    Column("disabled_at", Instant),
    Column("revision", Integer, nullable=False),
)

refresh_families = Table(
    "refresh_families",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("clerk", String(64), nullable=False, index=True),
    Column("station", String(64), nullable=False),
    Column("current_hash", LargeBinary, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("revoked_at", Instant),
)

ledgers = Table(
    "ledgers",
    metadata,
    Column("chain", String(64), primary_key=True),
    Column("receipt_seq", BigInteger, nullable=False),
    Column("audit_seq", BigInteger, nullable=False),
    Column("audit_head", LargeBinary, nullable=False),
    Column("station_head", Text),
)
"""One row a station (and one for the centre): its last receipt and the head of its audit chain."""

application_ids = Table(
    "application_ids",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("received_on", Date, nullable=False),
)

applications = Table(
    "applications",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("received_on", Date, primary_key=True),
    Column("number", String(16), nullable=False),
    Column("station", String(64), nullable=False),
    Column("district", String(6), nullable=False),
    Column("clerk", String(64), nullable=False),
    Column("sent_by", String(64), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("kid", String(43), nullable=False),
    Column("outcome", String(24), nullable=False),
    Column("name", Name, nullable=False),
    Column("person_key", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("applications_seq", "station", "seq"),
    Index("applications_number", "number"),
    Index("applications_person", "person_key"),
    Index("applications_station_name", "station", "name", "id"),
    Index("applications_district_name", "district", "name", "id"),
    Index("applications_name", "name", "id"),
)

open_items = Table(
    "open_items",
    metadata,
    Column("application_id", Uuid, primary_key=True),
    Column("item", Integer, primary_key=True),
    Column("person_key", LargeBinary, nullable=False),
    Column("item_key", String(64), nullable=False),
    Column("overridden", Boolean, nullable=False),
    Column("closed_at", Instant),
    Column("closed_as", String(16)),
    Index("open_items_once", "person_key", "item_key", unique=True),
    Index("open_items_person", "person_key", "item_key"),
)
"""What a person has open: the same again needs an override, also when two ask at once.

`open_items_once` holds for what is open and not overridden only, `open_items_person` for what is
open: what is closed, nearly all of it after a while, is in neither.
"""

records = Table(
    "records",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", String(24), nullable=False),
    Column("application_id", Uuid),
    Column("station", String(64), nullable=False),
    Column("district", String(6), nullable=False),
    Column("person_key", LargeBinary),
    Column("state", String(24), nullable=False),
    Column("due_on", Date),
    Column("revision", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("seq", BigInteger),
    Column("kid", String(43)),
    Index("records_application", "application_id", "kind"),
    Index("records_station", "station", "kind", "state", "due_on"),
    Index("records_district", "district", "kind", "state", "due_on"),
    Index("records_person", "person_key", "kind"),
    Index("records_seq", "station", "seq"),
)
"""Deferrals, parcels, tickets and the like. `body` never changes, `detail` goes with the state.

What a station minted has its id from there (an act's Idempotency-Key) and a receipt (`seq`, `kid`);
ids are unique over all kinds and kept for ever.
"""

approvals = Table(
    "approvals",
    metadata,
    Column("jti", String(64), primary_key=True),
    Column("supervisor", String(64), nullable=False),
    Column("body_sha256", String(64), nullable=False),
    Column("used_at", Instant, nullable=False),
)

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("station", String(64), primary_key=True),
    Column("district", String(6), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("media_type", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
)

lookup_adapters = Table(
    "lookup_adapters",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("mode", String(8), nullable=False),
)

lookup_seeds = Table(
    "lookup_seeds",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("subject", LargeBinary, primary_key=True),
    Column("answer", String(16), nullable=False),
)

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("chain", String(64), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("payload", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("entered_on", Date, primary_key=True, server_default=text("CURRENT_DATE")),
)
"""Every chain's entries. The database sets the day: PostgreSQL partitions by it."""

audit_checkpoints = Table(
    "audit_checkpoints",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hour", String(13), nullable=False, unique=True),
    Column("token", Text, nullable=False),
)
