"""Drafts: cases being taken in, saved at every field."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from counter_tui.store.database import Database
from counter_tui.store.errors import Unknown
from counter_tui.store.sealed_file import Connection


@dataclass(frozen=True, slots=True)
class Draft:
    """A case not yet accepted. `label` is what a list shows; times are RFC 3339 in UTC."""

    id: UUID
    label: str | None
    body: dict[str, Any]
    begun_at: str
    saved_at: str


class Drafts:
    """The drafts of the station, newest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, id: UUID, body: dict[str, Any], label: str | None = None) -> None:
        """Save the whole draft; on the disk when this returns."""
        text, now = json.dumps(body, ensure_ascii=False), self._database.stamp()

        def change(connection: Connection) -> None:
            connection.execute(
                "INSERT INTO drafts VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
                " label = excluded.label, body = excluded.body, saved_at = excluded.saved_at",
                (str(id), label, text, now, now),
            )

        self._database.write(change)

    def get(self, id: UUID) -> Draft:
        """One draft. Raises Unknown."""
        row = self._database.row("SELECT * FROM drafts WHERE id = ?", str(id))
        if row is None:
            raise Unknown
        return _draft(row)

    def list(self) -> list[Draft]:
        """All of them, the one saved last first."""
        return [
            _draft(row)
            for row in self._database.rows("SELECT * FROM drafts ORDER BY saved_at DESC, id DESC")
        ]

    def discard(self, id: UUID, reason: str) -> None:
        """Take a draft off the list. It is kept for some days and can be brought back.

        Raises Unknown.
        """
        now = self._database.stamp()

        def change(connection: Connection) -> None:
            moved = connection.execute(
                "INSERT INTO discards SELECT id, label, body, ?, ? FROM drafts WHERE id = ?",
                (reason, now, str(id)),
            )
            if moved.rowcount != 1:
                raise Unknown
            connection.execute("DELETE FROM drafts WHERE id = ?", (str(id),))

        self._database.write(change)

    def bring_back(self, id: UUID) -> Draft:
        """Undo the last discard of `id`. Raises Unknown."""
        now = self._database.stamp()

        def change(connection: Connection) -> None:
            moved = connection.execute(
                "INSERT INTO drafts SELECT id, label, body, ?, ? FROM discards WHERE id = ?"
                " ORDER BY discarded_at DESC LIMIT 1",
                (now, now, str(id)),
            )
            if moved.rowcount != 1:
                raise Unknown
            connection.execute("DELETE FROM discards WHERE id = ?", (str(id),))

        self._database.write(change)
        return self.get(id)


def _draft(row: tuple[Any, ...]) -> Draft:
    return Draft(UUID(row[0]), row[1], json.loads(row[2]), row[3], row[4])
