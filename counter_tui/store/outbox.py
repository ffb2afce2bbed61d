"""The outbox as people see it: everything accepted and on its way to the centre.

Nothing leaves it by an error. What the agent does with it is in `sending`.
"""

from datetime import datetime, timedelta
from uuid import UUID

from counter_tui.store.errors import Unknown, WrongState
from counter_tui.store.outbox_table import DONE, OPEN, OutboxTable
from counter_tui.store.rows import OutboxRow, Waiting
from counter_tui.store.sealed_file import Connection


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

    def retry(self, key: UUID) -> OutboxRow:
        """Send again as it is, now. Raises WrongState for one that is done."""
        anything_waiting = ("queued", "needs_clerk", "needs_login", "needs_supervisor")
        return self._table.move(key, "queued", anything_waiting, next_try_at=None)

    def override_duplicate(self, key: UUID, reason: str) -> OutboxRow:
        """Send again with a person's `reason` why it is no duplicate."""
        return self._table.move(key, "queued", ("needs_clerk",), next_try_at=None, override=reason)

    def approve(self, key: UUID, approval: str) -> OutboxRow:
        """Send again with a supervisor's signed approval over this row's `sha256`."""
        return self._table.move(
            key, "queued", ("needs_supervisor",), next_try_at=None, approval=approval
        )

    def withdraw(self, key: UUID, reason: str) -> OutboxRow:
        """A person decides that this is not to be sent: withdrawn, or a true duplicate."""
        return self._table.move(
            key, "withdrawn", ("needs_clerk", "needs_supervisor"), problem=reason
        )

    def keep_held(self, key: UUID) -> OutboxRow:
        """Go back to the earlier body that the centre already holds under this id.

        After an answer was lost and the case corrected meanwhile, the centre refuses the correction
        and names the hash it holds. Raises WrongState when that hash is none of ours.
        """
        task = self._table.tasks.of(key)
        held = str(task.detail.get("held_sha256")) if task else ""

        def change(connection: Connection) -> None:
            found = connection.execute(
                "SELECT body FROM revisions WHERE key = ? AND sha256 = ? AND body IS NOT NULL",
                (str(key), held),
            ).fetchone()
            if found is None:
                raise WrongState
            self.replace_body(connection, key, found[0], held)

        self._database.write(change)
        return self.get(key)

    def replace_body(self, connection: Connection, key: UUID, body: bytes, sha256: str) -> None:
        """Put other bytes under the same key within a commit; the present ones are kept beside."""
        kept = connection.execute(
            "INSERT INTO revisions SELECT key, (SELECT count(*) FROM revisions r"
            " WHERE r.key = outbox.key), sha256, body, ? FROM outbox"
            " WHERE key = ? AND state = 'needs_clerk'",
            (self._database.stamp(), str(key)),
        )
        if kept.rowcount != 1:
            raise WrongState
        connection.execute(
            "UPDATE outbox SET body = ?, sha256 = ?, approval = NULL WHERE key = ?",
            (body, sha256, str(key)),
        )
        self._table.set(connection, key, "queued", next_try_at=None)

    def list(self, limit: int = 500) -> list[OutboxRow]:
        """What is not done yet, oldest first, then the newest done rows, up to `limit` in all."""
        waiting = self._table.where(f"{OPEN} ORDER BY place LIMIT ?", limit)
        room = limit - len(waiting)
        return waiting + self._table.where(
            "state IN (?, ?) ORDER BY place DESC LIMIT ?", *DONE, room
        )
