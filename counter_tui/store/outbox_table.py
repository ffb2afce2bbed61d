"""The outbox's table: what people's side and the agent's side of it share."""

from typing import Any, Final
from uuid import UUID

from counter_tui.store.database import Database
from counter_tui.store.errors import Unknown, WrongState
from counter_tui.store.rows import ROW_COLUMNS, OutboxRow, State, outbox_row
from counter_tui.store.sealed_file import Connection
from counter_tui.store.tasks import Tasks

DONE: Final[tuple[State, ...]] = ("receipted", "withdrawn")
"""States in which nothing waits any more."""
OPEN: Final = "state NOT IN ('receipted','withdrawn')"
"""The condition of the index over what waits, word for word, or it would not be used."""


class OutboxTable:
    """Reads rows, and moves one from state to state together with its task."""

    def __init__(self, database: Database, tasks: Tasks) -> None:
        self.database, self.tasks = database, tasks

    def where(self, condition: str, *values: Any) -> list[OutboxRow]:
        """Rows by an SQL condition."""
        rows = self.database.rows(f"SELECT {ROW_COLUMNS} FROM outbox WHERE {condition}", *values)  # noqa: S608
        return [outbox_row(row) for row in rows]

    def get(self, key: UUID) -> OutboxRow:
        """One row. Raises Unknown."""
        rows = self.where("key = ?", str(key))
        if not rows:
            raise Unknown
        return rows[0]

    def move(
        self, key: UUID, state: State, only: tuple[State, ...], **values: str | None
    ) -> OutboxRow:
        """Set the state and further columns, in one commit. Raises Unknown, WrongState."""

        def change(connection: Connection) -> None:
            self.must_be(connection, key, only)
            self.set(connection, key, state, **values)

        self.database.write(change)
        return self.get(key)

    def must_be(self, connection: Connection, key: UUID, states: tuple[State, ...]) -> OutboxRow:
        """The row, if it is in one of `states`, within a commit. Raises Unknown, WrongState."""
        found = connection.execute(
            f"SELECT {ROW_COLUMNS} FROM outbox WHERE key = ?",  # noqa: S608
            (str(key),),
        ).fetchone()
        if found is None:
            raise Unknown
        row = outbox_row(found)
        if row.state not in states:
            raise WrongState
        return row

    def set(self, connection: Connection, key: UUID, state: State, **values: str | None) -> None:
        """The same within a commit, unconditionally."""
        columns = "".join(f", {name} = ?" for name in values)
        connection.execute(
            f"UPDATE outbox SET state = ?{columns} WHERE key = ?",  # noqa: S608
            (state, *values.values(), str(key)),
        )
        if state in ("queued", "withdrawn"):
            self.tasks.close_in(connection, key, state)
