"""What people do with a row that waits for them: the rejection desk's side of the outbox.

Every step is one commit together with its entry in the audit, and closes the row's task where the
row goes on. Nothing here deletes anything; the row keeps its key, so what is sent again is the
same application to the centre.
"""

from typing import Any, Final
from uuid import UUID

from counter_tui.store.audit import Audit
from counter_tui.store.errors import NeedsSupervisor, WrongState
from counter_tui.store.outbox_table import OutboxTable
from counter_tui.store.rows import NeedsPerson, OutboxRow, State
from counter_tui.store.sealed_file import Connection

PENDING: Final = "approval-pending"
"""The reason of a task that waits for a supervisor because the centre could not be asked."""

_FOR_PEOPLE: Final[tuple[NeedsPerson, ...]] = ("needs_clerk", "needs_supervisor")


class Rejections:
    """Each method names who does it and answers the row as it stands afterwards.

    All raise Unknown for a key that does not exist and WrongState for a row that does not wait for
    such a step.
    """

    def __init__(self, table: OutboxTable, audit: Audit) -> None:
        self._table, self._database, self._audit = table, table.database, audit

    def retry(self, key: UUID, clerk: str) -> OutboxRow:
        """Send again as it is, now. Raises NeedsSupervisor for one that waits for an approval."""

        def change(connection: Connection) -> None:
            states: tuple[State, ...] = ("queued", "needs_login", *_FOR_PEOPLE)
            row = self._table.must_be(connection, key, states)
            if row.state == "needs_supervisor":
                raise NeedsSupervisor
            self._table.set(connection, key, "queued", next_try_at=None)
            self._audit.add(connection, "retried", clerk, str(key), sha256=row.sha256)

        return self._done(change, key)

    def ask_supervisor(
        self, key: UUID, clerk: str, override: str | None = None, by: str | None = None
    ) -> OutboxRow:
        """Put a refused row aside until a supervisor approves it (`approve`).

        `override` is the reason why a possible duplicate is none, where that is what is asked;
        `by` the supervisor who said so while the centre was away. The task stays open, with what
        the centre had said, under the reason `approval-pending`.
        """

        def change(connection: Connection) -> None:
            row = self._table.must_be(connection, key, _FOR_PEOPLE)
            task = self._table.tasks.of(key)
            detail: dict[str, Any] = dict(task.detail) if task else {}
            detail["of"] = detail.get("of") or (task.reason if task else row.problem)
            self._table.set(
                connection,
                key,
                "needs_supervisor",
                problem=PENDING,
                override=override or row.override,
            )
            deadline = task.deadline if task else None
            self._table.tasks.open_in(connection, key, PENDING, detail, deadline)
            self._audit.add(connection, "approval_asked", clerk, str(key), sha256=row.sha256, by=by)

        return self._done(change, key)

    def approve(
        self, key: UUID, clerk: str, supervisor: str, approval: str, override: str | None = None
    ) -> OutboxRow:
        """Send again with a supervisor's signed `approval` over the row's present `sha256`.

        `override` is the reason why a possible duplicate is none; left out, the one that was asked
        for stays. `second_person.approve` makes the approval.
        """

        def change(connection: Connection) -> None:
            row = self._table.must_be(connection, key, _FOR_PEOPLE)
            self._table.set(
                connection,
                key,
                "queued",
                next_try_at=None,
                approval=approval,
                override=override or row.override,
            )
            self._audit.add(
                connection, "approved", clerk, str(key), sha256=row.sha256, by=supervisor
            )

        return self._done(change, key)

    def withdraw(self, key: UUID, clerk: str, reason: str) -> OutboxRow:
        """A person decides that this is not to be sent: withdrawn, or a true duplicate."""

        def change(connection: Connection) -> None:
            row = self._table.must_be(connection, key, _FOR_PEOPLE)
            self._table.set(connection, key, "withdrawn", problem=reason)
            self._audit.add(connection, "withdrawn", clerk, str(key), sha256=row.sha256)

        return self._done(change, key)

    def keep_held(self, key: UUID, clerk: str) -> OutboxRow:
        """Go back to the earlier body that the centre already holds under this id.

        After an answer was lost and the case corrected meanwhile, the centre refuses the correction
        (`id-taken`) and names the hash it holds. Raises WrongState when that hash is none of ours.
        """
        held = self._held_hash(key)

        def change(connection: Connection) -> None:
            found = self._kept(connection, key, held)
            if found is None:
                raise WrongState
            self.replace_body(connection, key, found, held)
            self._audit.add(connection, "held_kept", clerk, str(key), sha256=held)

        return self._done(change, key)

    def can_keep_held(self, key: UUID) -> bool:
        """Whether what the centre holds under this id is an earlier body of ours."""
        row = self._database.row(
            "SELECT 1 FROM revisions WHERE key = ? AND sha256 = ? AND body IS NOT NULL",
            str(key),
            self._held_hash(key),
        )
        return row is not None

    def replace_body(self, connection: Connection, key: UUID, body: bytes, sha256: str) -> None:
        """Put other bytes under the same key within a commit; the present ones are kept beside.

        Approval and reason of an override were for the bytes that go, so they go too.
        """
        self._table.must_be(connection, key, _FOR_PEOPLE)
        connection.execute(
            "INSERT INTO revisions SELECT key, (SELECT count(*) FROM revisions r"
            " WHERE r.key = outbox.key), sha256, body, ? FROM outbox WHERE key = ?",
            (self._database.stamp(), str(key)),
        )
        connection.execute(
            "UPDATE outbox SET body = ?, sha256 = ?, approval = NULL, override = NULL"
            " WHERE key = ?",
            (body, sha256, str(key)),
        )
        self._table.set(connection, key, "queued", next_try_at=None)

    def _held_hash(self, key: UUID) -> str:
        task = self._table.tasks.of(key)
        return str(task.detail.get("held_sha256")) if task else ""

    def _kept(self, connection: Connection, key: UUID, sha256: str) -> bytes | None:
        found = connection.execute(
            "SELECT body FROM revisions WHERE key = ? AND sha256 = ? AND body IS NOT NULL",
            (str(key), sha256),
        ).fetchone()
        return found[0] if found else None

    def _done(self, change: Any, key: UUID) -> OutboxRow:
        self._database.write(change)
        return self._table.get(key)
