"""The centre's receipts, each verified before it came here."""

from uuid import UUID

from counter_tui.store.database import Database
from counter_tui.store.rows import Receipt, receipt

_COLUMNS = "key, sha256, seq, time, jws"


class Receipts:
    """What the centre has confirmed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: UUID) -> Receipt | None:
        """The receipt of one row."""
        row = self._database.row(f"SELECT {_COLUMNS} FROM receipts WHERE key = ?", str(key))  # noqa: S608
        return receipt(row) if row else None

    def last_seq(self) -> int:
        """The highest of the centre's sequence numbers seen here; 0 when there is none."""
        row = self._database.row("SELECT max(seq) FROM receipts")
        return (row[0] if row else 0) or 0

    def list(self, since: int = 0, limit: int = 500) -> list[Receipt]:
        """Receipts with a number above `since`, in order."""
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM receipts WHERE seq > ? ORDER BY seq LIMIT ?",  # noqa: S608
            since,
            limit,
        )
        return [receipt(row) for row in rows]
