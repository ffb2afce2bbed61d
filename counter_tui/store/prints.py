"""The journal of papers: each print is begun here before the printer hears of it, and ended here.

The slip itself is kept for reprints as long as a sent body would be; then only what, when and whose
hand remain.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from counter_tui.store.audit import Audit
from counter_tui.store.database import Database
from counter_tui.store.errors import Unknown
from counter_tui.store.sealed_file import Connection

PrintState = Literal["kept", "printing", "printed", "failed", "stopped"]
"""`kept` was never sent: no printer is set. `printing` after a restart is in doubt: the
paper may have come out."""

_COLUMNS = "id, application, number, what, copy, label, slip, sha256, clerk, state, begun_at"


@dataclass(frozen=True, slots=True)
class Printed:
    """One paper. `sha256` is the record's it was made from; `slip` None once it was wiped."""

    id: int
    application: UUID
    number: str
    what: str
    copy: int
    label: str
    slip: dict[str, Any] | None
    sha256: str
    clerk: str
    state: PrintState
    begun_at: str


Enter = Callable[[Connection, UUID, str, bytes, str], object]
"""Queues an act on an application for the centre, within a commit."""


class Prints:
    """What was printed, by whom, and whether it came out."""

    def __init__(self, database: Database, audit: Audit, enter: Enter) -> None:
        self._database, self._audit, self._enter = database, audit, enter

    def begin(
        self,
        application: UUID,
        what: str,
        slip: dict[str, Any],
        clerk: str,
        number: str = "",
        label: str = "",
        sha256: str | None = None,
    ) -> Printed:
        """Enter a paper that is about to be printed.

        `copy` counts those of the same kind that came out or may have. `sha256` names the stored
        record; without one (nothing was accepted) it is the slip's own.
        """
        text = json.dumps(slip, ensure_ascii=False, sort_keys=True)
        hashed = sha256 or hashlib.sha256(text.encode()).hexdigest()

        def change(connection: Connection) -> int:
            (before,) = connection.execute(
                "SELECT count(*) FROM prints WHERE application = ? AND what = ?"
                " AND state NOT IN ('kept', 'failed')",
                (str(application), what),
            ).fetchone()
            return connection.execute(
                "INSERT INTO prints (application, number, what, copy, label, slip, sha256, clerk,"
                " state, begun_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'printing', ?)",
                (
                    str(application),
                    number,
                    what,
                    before + 1,
                    label,
                    text,
                    hashed,
                    clerk,
                    self._database.stamp(),
                ),
            ).lastrowid

        return self.get(self._database.write(change))

    def end(self, id: int, state: PrintState) -> None:
        """Say how it went. What came out is audited and told to the centre in the same commit."""
        one = self.get(id)

        def change(connection: Connection) -> None:
            connection.execute(
                "UPDATE prints SET state = ?, ended_at = ? WHERE id = ?",
                (state, self._database.stamp(), id),
            )
            told = {"what": one.what, "copy_number": one.copy, "sha256": one.sha256}
            if state == "printed":
                body = json.dumps(told, separators=(",", ":")).encode()
                self._enter(connection, one.application, "prints", body, one.clerk)
            else:
                self._audit.add(
                    connection, f"print {state}", one.clerk, str(one.application), **told
                )

        self._database.write(change)

    def get(self, id: int) -> Printed:
        """One paper. Raises Unknown."""
        row = self._database.row(f"SELECT {_COLUMNS} FROM prints WHERE id = ?", id)  # noqa: S608
        if row is None:
            raise Unknown
        return _printed(row)

    def list(self, application: UUID | None = None, limit: int = 50) -> list[Printed]:
        """The newest first, of one application or of all."""
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM prints WHERE ? IS NULL OR application = ?"  # noqa: S608
            " ORDER BY id DESC LIMIT ?",
            *([str(application)] * 2 if application else (None, None)),
            limit,
        )
        return [_printed(row) for row in rows]


def _printed(row: tuple[Any, ...]) -> Printed:
    id, application, number, what, copy, label, slip, sha256, clerk, state, begun_at = row
    return Printed(
        id,
        UUID(application),
        number,
        what,
        copy,
        label or "",
        None if slip is None else json.loads(slip),
        sha256,
        clerk,
        state,
        begun_at,
    )
