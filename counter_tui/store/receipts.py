"""The centre's receipts, each verified before it came here."""

from dataclasses import dataclass
from uuid import UUID

from counter_tui.store.database import Database, stamp
from counter_tui.store.resources import Settings
from counter_tui.store.rows import RECEIPT_COLUMNS, Receipt, receipt
from counter_tui.store.sealed_file import Connection

_COMPARED = "receipts.compared"


@dataclass(frozen=True, slots=True)
class Standing:
    """A row that a receipt may be about: its hash, and its bytes while they are here."""

    sha256: str
    body: bytes | None


class Receipts:
    """What the centre has confirmed."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings

    def get(self, key: UUID) -> Receipt | None:
        """The receipt of one row."""
        row = self._database.row(f"SELECT {RECEIPT_COLUMNS} FROM receipts WHERE key = ?", str(key))  # noqa: S608
        return receipt(row) if row else None

    def compared_to(self) -> int:
        """Up to which number station and centre were compared."""
        return self._settings.get(_COMPARED, 0)

    def compared(self, seq: int) -> None:
        """They were compared up to `seq`."""
        self._settings.put(_COMPARED, seq)

    def standing(self, key: UUID) -> Standing | None:
        """What this store knows about a receipt's subject; None when it does not know it."""
        row = self._database.row("SELECT sha256, body FROM outbox WHERE key = ?", str(key))
        return Standing(row[0], row[1]) if row else None

    def note_foreign(self, receipt: Receipt) -> None:
        """Keep a receipt of this station for something this store has lost."""
        now = self._database.stamp()
        self._database.write(lambda connection: enter(connection, receipt, now))

    def held(self, station: str, since: int, limit: int) -> dict[str, Receipt]:
        """The next receipts of `station` after `since` by their signed text: each has verified."""
        rows = self._database.rows(
            f"SELECT {RECEIPT_COLUMNS} FROM receipts WHERE station = ? AND seq > ?"  # noqa: S608
            " ORDER BY seq LIMIT ?",
            station,
            since,
            limit,
        )
        return {one.jws: one for one in map(receipt, rows)}

    def list(self, since: int = 0, limit: int = 500) -> list[Receipt]:
        """Receipts with a number above `since`, in order."""
        rows = self._database.rows(
            f"SELECT {RECEIPT_COLUMNS} FROM receipts WHERE seq > ? ORDER BY seq LIMIT ?",  # noqa: S608
            since,
            limit,
        )
        return [receipt(row) for row in rows]


def enter(connection: Connection, receipt: Receipt, now: str) -> None:
    """Write a receipt down within a commit, in place of an earlier one of the same row."""
    connection.execute(
        "REPLACE INTO receipts (key, sha256, station, seq, time, jws, received_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            str(receipt.key),
            receipt.sha256,
            receipt.station,
            receipt.seq,
            stamp(receipt.time),
            receipt.jws,
            now,
        ),
    )
