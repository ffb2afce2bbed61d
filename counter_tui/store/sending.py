"""The outbox as the agent sees it.

A row is receipted only with a verified receipt over its own bytes; rows of one application go in
order, rows of different ones do not wait for each other.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from counter_tui.store.database import stamp
from counter_tui.store.outbox_table import DONE, OutboxTable
from counter_tui.store.rows import NeedsPerson, OutboxRow, Receipt
from counter_tui.store.sealed_file import Connection


class Sending:
    """What is due, what came of it."""

    def __init__(self, table: OutboxTable) -> None:
        self._table, self._database = table, table.database

    def due(self, limit: int) -> list[OutboxRow]:
        """Rows to send now: queued, their time come, nothing of their application before them."""
        return self._table.where(
            "state = 'queued' AND (next_try_at IS NULL OR next_try_at <= ?)"
            " AND NOT EXISTS (SELECT 1 FROM outbox earlier WHERE earlier.place < outbox.place"
            " AND earlier.application = outbox.application AND earlier.state NOT IN (?, ?))"
            " ORDER BY place LIMIT ?",
            self._database.stamp(),
            *DONE,
            limit,
        )

    def next_due_at(self) -> datetime | None:
        """When the earliest queued row is to be tried; None when none is queued."""
        row = self._database.row(
            "SELECT min(coalesce(next_try_at, queued_at)) FROM outbox WHERE state = 'queued'"
        )
        return datetime.fromisoformat(row[0]) if row and row[0] else None

    def claim(self, keys: list[UUID]) -> dict[UUID, bytes]:
        """Take queued rows for sending and get their bytes; those no longer queued are left out."""
        now = self._database.stamp()

        def change(connection: Connection) -> dict[UUID, bytes]:
            claimed = {}
            for key in keys:
                taken = connection.execute(
                    "UPDATE outbox SET state = 'sending', attempts = attempts + 1, tried_at = ?"
                    " WHERE key = ? AND state = 'queued' RETURNING body",
                    (now, str(key)),
                ).fetchone()
                if taken:
                    claimed[key] = taken[0]
            return claimed

        return self._database.write(change)

    def postpone(self, key: UUID, problem: str, delay: timedelta) -> None:
        """Sending failed in a way that may pass: try again after `delay`."""
        later = stamp(self._database.now() + delay)
        self._table.move(key, "queued", ("sending",), problem=problem, next_try_at=later)

    def wait_for_login(self, key: UUID, problem: str) -> None:
        """The centre wants a clerk's fresh proof; the row goes on after the next sign-in."""
        self._table.move(key, "needs_login", ("sending", "queued"), problem=problem)

    def refuse(
        self,
        key: UUID,
        state: NeedsPerson,
        reason: str,
        detail: dict[str, Any],
        deadline: datetime | None,
    ) -> None:
        """The centre refused: keep the row for a person and open a task about it."""

        def change(connection: Connection) -> None:
            self._table.set(connection, key, state, problem=reason)
            self._table.tasks.open_in(connection, key, reason, detail, deadline)

        self._database.write(change)

    def receipted(self, receipts: list[tuple[Receipt, str]]) -> list[UUID]:
        """Enter verified receipts, each with the body sealed to the centre, in one commit.

        Answers the keys that became receipted by it. A receipt over other bytes than the row's is
        no receipt of the row and is passed over; a repeated one changes nothing.
        """
        return self._database.write(
            lambda connection: [
                receipt.key
                for receipt, sealed in receipts
                if self._settle(connection, receipt, sealed)
            ]
        )

    def recover(self) -> int:
        """After a crash: what was being sent is queued again, under the same key. How many."""
        return self._queue("state = 'sending'")

    def login_restored(self) -> int:
        """A clerk signed in again: rows that waited for it are queued. How many."""
        return self._queue("state = 'needs_login'")

    def hurry(self) -> int:
        """The centre answers again: what was postponed is due now. How many."""
        return self._queue("state = 'queued' AND next_try_at IS NOT NULL")

    def _queue(self, condition: str) -> int:
        return self._database.write(
            lambda connection: (
                connection.execute(
                    f"UPDATE outbox SET state = 'queued', next_try_at = NULL WHERE {condition}"  # noqa: S608
                ).rowcount
            )
        )

    def _settle(self, connection: Connection, receipt: Receipt, sealed: str) -> bool:
        key = str(receipt.key)
        moved = connection.execute(
            "UPDATE outbox SET state = 'receipted', body = NULL, sealed = ?, problem = NULL,"
            " next_try_at = NULL WHERE key = ? AND sha256 = ? AND state <> 'receipted'",
            (sealed.encode(), key, receipt.sha256),
        )
        if moved.rowcount != 1:
            return False
        connection.execute(
            "REPLACE INTO receipts VALUES (?, ?, ?, ?, ?, ?)",
            (
                key,
                receipt.sha256,
                receipt.seq,
                stamp(receipt.time),
                receipt.jws,
                self._database.stamp(),
            ),
        )
        connection.execute("UPDATE revisions SET body = NULL WHERE key = ?", (key,))
        self._table.tasks.close_in(connection, receipt.key, "receipted")
        return True
