"""The outbox as people see it: everything accepted and on its way to the centre.

Nothing leaves it by an error. What the agent does with it is in `sending`, what people do with a
row that waits for them in `rejections`.
"""

from datetime import datetime, timedelta
from uuid import UUID

from counter_tui.store.errors import Unknown
from counter_tui.store.outbox_table import DONE, OPEN, OutboxTable
from counter_tui.store.rows import OutboxRow, Waiting


class Outbox:
    """The rows, oldest first."""

    def __init__(self, table: OutboxTable) -> None:
        self._table, self._database = table, table.database

    def get(self, key: UUID) -> OutboxRow:
        """One row. Raises Unknown."""
        return self._table.get(key)

    def find(self, number_or_id: str) -> OutboxRow:
        """The row of an id or of a number as people say it. Raises Unknown."""
        wanted = number_or_id.strip()
        rows = self._table.where(
            "key = ? OR (number = ? AND action IS NULL)", wanted.lower(), wanted.upper()
        )
        if not rows:
            raise Unknown
        return rows[0]

    def body(self, key: UUID) -> bytes | None:
        """The bytes as accepted; None once receipted, when only the centre can read them."""
        row = self._database.row("SELECT body FROM outbox WHERE key = ?", str(key))
        if row is None:
            raise Unknown
        return row[0]

    def acts_of(self, application: UUID, action: str) -> list[OutboxRow]:
        """The acts of one kind on an application, oldest first."""
        return self._table.where(
            "application = ? AND action = ? ORDER BY place", str(application), action
        )

    def waiting(self) -> Waiting:
        """How many wait in which state and how old the oldest is."""
        rows = self._database.rows(
            f"SELECT state, count(*), min(queued_at) FROM outbox WHERE {OPEN} GROUP BY state"  # noqa: S608
        )
        oldest = min((row[2] for row in rows), default=None)
        age = self._database.now() - datetime.fromisoformat(oldest) if oldest else None
        return Waiting(
            total=sum(row[1] for row in rows),
            by_state={row[0]: row[1] for row in rows},
            oldest=None if age is None else max(age, timedelta()),
        )

    def list(self, limit: int = 500) -> list[OutboxRow]:
        """What is not done yet, oldest first, then the newest done rows, up to `limit` in all."""
        waiting = self._table.where(f"{OPEN} ORDER BY place LIMIT ?", limit)
        room = limit - len(waiting)
        return waiting + self._table.where(
            "state IN (?, ?) ORDER BY place DESC LIMIT ?", *DONE, room
        )
