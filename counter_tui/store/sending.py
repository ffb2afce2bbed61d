"""The outbox as the agent sees it.

A row is receipted only with a verified receipt over its own bytes; rows of one application go in
order, rows of different ones do not wait for each other.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from counter_tui.store.database import stamp
from counter_tui.store.errors import Unknown
from counter_tui.store.outbox_table import OPEN, OutboxTable
from counter_tui.store.receipts import enter
from counter_tui.store.rows import Carried, Claimed, NeedsPerson, OutboxRow, Receipt
from counter_tui.store.sealed_file import Connection


class Sending:
    """What is due, what came of it."""

    def __init__(self, table: OutboxTable) -> None:
        self._table, self._database = table, table.database

    def due(self, limit: int) -> list[OutboxRow]:
        """Rows to send now: queued, their time come, nothing of their application before them.

        What was not tried yet comes first: rows that fail again and again hold nobody up.
        """
        return self._table.where(
            f"{OPEN} AND state = 'queued' AND (next_try_at IS NULL OR next_try_at <= ?)"  # noqa: S608
            " AND NOT EXISTS (SELECT 1 FROM outbox earlier WHERE earlier.place < outbox.place"
            f" AND earlier.application = outbox.application AND earlier.{OPEN})"
            " ORDER BY min(attempts, 3), place LIMIT ?",
            self._database.stamp(),
            limit,
        )

    def next_due_in(self) -> timedelta | None:
        """How long until the earliest postponed row is due; None when none is postponed."""
        row = self._database.row(
            f"SELECT min(next_try_at) FROM outbox WHERE {OPEN} AND state = 'queued'"  # noqa: S608
        )
        if row is None or row[0] is None:
            return None
        return datetime.fromisoformat(row[0]) - self._database.now()

    def claim(self, keys: list[UUID]) -> dict[UUID, Claimed]:
        """Take queued rows for sending and get their bytes; those no longer queued are left out."""
        now = self._database.stamp()

        def change(connection: Connection) -> dict[UUID, Claimed]:
            claimed = {}
            for key in keys:
                taken = connection.execute(
                    "UPDATE outbox SET state = 'sending', attempts = attempts + 1, tried_at = ?"
                    " WHERE key = ? AND state = 'queued' RETURNING body, sealed",
                    (now, str(key)),
                ).fetchone()
                if taken:
                    claimed[key] = _claimed(*taken)
            return claimed

        return self._database.write(change)

    def content(self, key: UUID) -> Claimed:
        """What would go out for a row, without taking it. Raises Unknown."""
        row = self._database.row("SELECT body, sealed FROM outbox WHERE key = ?", str(key))
        if row is None or row == (None, None):
            raise Unknown
        return _claimed(*row)

    def take_over(self, carried: list[Carried]) -> int:
        """Queue rows of other stations, in one commit; known ones stay as they are. How many."""
        now = self._database.stamp()

        def change(connection: Connection) -> int:
            return sum(
                connection.execute(
                    "INSERT INTO outbox (key, application, action, number, clerk, state, sealed,"
                    " sha256, queued_at, override, approval, origin)"
                    " VALUES (?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?)"
                    " ON CONFLICT (key) DO NOTHING",
                    (
                        str(one.key),
                        str(one.application),
                        one.action,
                        one.number,
                        one.clerk,
                        one.sealed,
                        one.sha256,
                        now,
                        one.override,
                        one.approval,
                        one.origin,
                    ),
                ).rowcount
                for one in carried
            )

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

    def receipted(self, receipts: list[tuple[Receipt, bytes]]) -> list[UUID]:
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
        """A person asks for it: what was postponed is due now. How many."""
        return self._queue("state = 'queued' AND next_try_at IS NOT NULL")

    def reachable_again(self) -> int:
        """The centre answers again: what did not reach it is due now. How many."""
        return self._queue(
            "state = 'queued' AND next_try_at IS NOT NULL AND problem LIKE 'unreachable%'"
        )

    def send_again_after(self, station: str, seq: int) -> int:
        """The centre lost its receipts of `station` after `seq`: what it held goes out again.

        How many; they go sealed. What was wiped meanwhile is beyond repair from here.
        """
        return self._database.write(lambda connection: _queue_again(connection, station, seq, None))

    def _queue(self, condition: str) -> int:
        return self._database.write(
            lambda connection: (
                connection.execute(
                    f"UPDATE outbox SET state = 'queued', next_try_at = NULL WHERE {condition}"  # noqa: S608
                ).rowcount
            )
        )

    def _settle(self, connection: Connection, receipt: Receipt, sealed: bytes) -> bool:
        key = str(receipt.key)
        moved = connection.execute(
            "UPDATE outbox SET state = 'receipted', body = NULL, sealed = ?, problem = NULL,"
            " next_try_at = NULL WHERE key = ? AND sha256 = ? AND state <> 'receipted'",
            (sealed, key, receipt.sha256),
        )
        if moved.rowcount != 1:
            return False
        twice = connection.execute(
            "SELECT 1 FROM receipts WHERE station = ? AND seq = ? AND key <> ?",
            (receipt.station, receipt.seq, key),
        ).fetchone()
        if twice:
            # Two receipts of one number: the centre was restored and forgot the earlier ones.
            _queue_again(connection, receipt.station, receipt.seq - 1, key)
        enter(connection, receipt, self._database.stamp())
        connection.execute("UPDATE revisions SET body = NULL WHERE key = ?", (key,))
        self._table.tasks.close_in(connection, receipt.key, "receipted")
        return True


def _claimed(body: bytes | None, sealed: bytes) -> Claimed:
    return Claimed(sealed, sealed=True) if body is None else Claimed(body, sealed=False)


def _queue_again(connection: Connection, station: str, after: int, but_not: str | None) -> int:
    lost = "SELECT key FROM receipts WHERE station = ? AND seq > ? AND key IS NOT ?"
    queued = connection.execute(
        "UPDATE outbox SET state = 'queued', next_try_at = NULL WHERE state = 'receipted'"  # noqa: S608
        f" AND sealed IS NOT NULL AND key IN ({lost})",
        (station, after, but_not),
    ).rowcount
    connection.execute(
        "DELETE FROM receipts WHERE station = ? AND seq > ? AND key IS NOT ?",
        (station, after, but_not),
    )
    return queued
