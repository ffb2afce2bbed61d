"""The centre's receipts, each verified before it came here."""

from dataclasses import dataclass
from uuid import UUID

from counter_tui.store.database import Database, stamp
from counter_tui.store.resources import Settings
from counter_tui.store.rows import Receipt, receipt

_COLUMNS = "key, sha256, seq, time, jws"
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
        row = self._database.row(f"SELECT {_COLUMNS} FROM receipts WHERE key = ?", str(key))  # noqa: S608
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
        values = (
            str(receipt.key),
            receipt.sha256,
            receipt.seq,
            stamp(receipt.time),
            receipt.jws,
            self._database.stamp(),
        )
        self._database.write(
            lambda c: c.execute("REPLACE INTO receipts VALUES (?, ?, ?, ?, ?, ?)", values)
        )

    def list(self, since: int = 0, limit: int = 500) -> list[Receipt]:
        """Receipts with a number above `since`, in order."""
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM receipts WHERE seq > ? ORDER BY seq LIMIT ?",  # noqa: S608
            since,
            limit,
        )
        return [receipt(row) for row in rows]
