"""The rejection desk: every refusal is a task until a person or a receipt settles it."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from counter_tui.store.database import Database, stamp
from counter_tui.store.errors import Unknown
from counter_tui.store.rows import Task, task
from counter_tui.store.sealed_file import Connection

_COLUMNS = "id, key, reason, detail, phone, opened_at, deadline, closed_at, outcome"


class Tasks:
    """What waits for a person."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, key: UUID) -> Task | None:
        """The open task about one outbox row."""
        row = self._database.row(
            f"SELECT {_COLUMNS} FROM tasks WHERE key = ? AND closed_at IS NULL",  # noqa: S608
            str(key),
        )
        return task(row) if row else None

    def history(self, key: UUID) -> list[Task]:
        """All there ever were about one row, oldest first."""
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM tasks WHERE key = ? ORDER BY id",  # noqa: S608
            str(key),
        )
        return [task(row) for row in rows]

    def list(self) -> list[Task]:
        """The open ones, the nearest deadline first."""
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM tasks WHERE closed_at IS NULL"  # noqa: S608
            " ORDER BY deadline IS NULL, deadline, id"
        )
        return [task(row) for row in rows]

    def report(self, reason: str, detail: dict[str, Any]) -> None:
        """A matter of the station as a whole (a store rolled back, …); told once while open."""
        now = self._database.stamp()

        def change(connection: Connection) -> None:
            known = connection.execute(
                "SELECT 1 FROM tasks WHERE key IS NULL AND reason = ? AND closed_at IS NULL",
                (reason,),
            ).fetchone()
            if not known:
                connection.execute(
                    "INSERT INTO tasks (reason, detail, opened_at) VALUES (?, ?, ?)",
                    (reason, json.dumps(detail, ensure_ascii=False), now),
                )

        self._database.write(change)

    def close(self, id: int, outcome: str) -> None:
        """A person has dealt with a matter of the station. Raises Unknown."""
        values = (self._database.stamp(), outcome, id)

        def change(connection: Connection) -> None:
            closed = connection.execute(
                "UPDATE tasks SET closed_at = ?, outcome = ? WHERE id = ? AND closed_at IS NULL"
                " AND key IS NULL",
                values,
            )
            if closed.rowcount != 1:
                raise Unknown

        self._database.write(change)

    def open_in(
        self,
        connection: Connection,
        key: UUID,
        reason: str,
        detail: dict[str, Any],
        deadline: datetime | None,
    ) -> None:
        """Open the task of a row within a commit, in place of one still open."""
        self.close_in(connection, key, "superseded")
        body = connection.execute("SELECT body FROM outbox WHERE key = ?", (str(key),)).fetchone()
        connection.execute(
            "INSERT INTO tasks (key, reason, detail, phone, opened_at, deadline)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                str(key),
                reason,
                json.dumps(detail, ensure_ascii=False),
                _phone(body[0] if body else None),
                self._database.stamp(),
                stamp(deadline) if deadline else None,
            ),
        )

    def close_in(self, connection: Connection, key: UUID, outcome: str) -> None:
        """Close the task of a row within a commit, if one is open."""
        connection.execute(
            "UPDATE tasks SET closed_at = ?, outcome = ? WHERE key = ? AND closed_at IS NULL",
            (self._database.stamp(), outcome, str(key)),
        )


def _phone(body: bytes | None) -> str | None:
    """Whom to call: the applicant, else the parcel's recipient."""
    document = json.loads(body) if body else {}
    recipient = document.get("recipient") or {}
    return document.get("phone") or recipient.get("phone")
