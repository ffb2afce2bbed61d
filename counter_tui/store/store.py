"""The store of a station, as the screens, the commands and the agent see it."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self
from uuid import UUID

from counter_tui.ids import uuid7
from counter_tui.store.audit import Audit, head_of
from counter_tui.store.blobs import Blobs
from counter_tui.store.contact import Contact
from counter_tui.store.database import Clock, Database, utc_now
from counter_tui.store.drafts import Drafts
from counter_tui.store.errors import AlreadyAccepted, NotAcceptable, Unknown, WrongState
from counter_tui.store.outbox import Outbox
from counter_tui.store.outbox_table import OutboxTable
from counter_tui.store.prints import Prints
from counter_tui.store.questions import Questions
from counter_tui.store.receipts import Receipts
from counter_tui.store.rejections import PENDING, Rejections
from counter_tui.store.resources import Cache, Secrets, Settings
from counter_tui.store.rows import Act, OutboxRow, State
from counter_tui.store.sealed_file import Connection, create, sqlcipher
from counter_tui.store.sending import Sending
from counter_tui.store.tasks import Tasks
from counter_tui.store.upkeep import Upkeep

if TYPE_CHECKING:
    from intake.application import Application

ACCEPTABLE = ("accept", "accept_with_deferral")


class Store:
    """One open store. It belongs to the thread that opened it; several processes may hold one each.

    Every method that changes something returns only when the change is on the disk. All may raise
    `StorageTrouble`, `DiskFull` or `Busy` (exit status 3), each a sentence for the clerk; then
    nothing of the step was saved. Ids that do not exist raise `Unknown`, steps that do not fit the
    row's state `WrongState`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.drafts = Drafts(database)
        self.tasks = Tasks(database)
        table = OutboxTable(database, self.tasks)
        self.outbox = Outbox(table)
        self.sending = Sending(table)
        self.audit = Audit(database)
        self.rejections = Rejections(table, self.audit)
        self.cache = Cache(database)
        self.questions = Questions(database)
        self.settings = Settings(database)
        self.receipts = Receipts(database, self.settings)
        self.secrets = Secrets(database)
        self.contact = Contact(database, self.settings)
        self.upkeep = Upkeep(database)
        self.blobs = Blobs(database, self.settings)
        self.prints = Prints(database, self.audit, self._act)

    @classmethod
    def open(cls, path: Path, key: bytes, clock: Clock = utc_now) -> Self:
        """Open the store at `path` with its raw 32-byte key.

        Raises NoStore, WrongKey, NotSealed, NewerStore, UnsafeDatabaseLibrary, UnsuitableDisk or
        StorageTrouble.
        """
        return cls(Database(path, key, clock))

    @classmethod
    def make(cls, path: Path, key: bytes, clock: Clock = utc_now) -> Self:
        """Make a store at `path`, where nothing is, and open it. Only an enrolment does that."""
        return cls(Database(path, key, clock, create))

    def accept(
        self,
        application: "Application",
        label: str | None = None,
        approval: str | None = None,
        acts: Sequence[Act] = (),
    ) -> OutboxRow:
        """Accept: application with its decision, audit entry and outbox row in ONE commit.

        The draft of the same id goes in that commit too; `acts` on the application are queued
        behind it. `audit_head` of the stored application is
        the chain's head before this entry. `label` is what lists show; `approval` a supervisor's
        signed approval, where one was given. Raises NotAcceptable for a decision that does not
        accept, AlreadyAccepted for an id that was.
        """
        return self._accept(application, label, "queued", approval, acts)

    def accept_pending_approval(
        self, application: "Application", label: str | None = None
    ) -> OutboxRow:
        """The same, but it waits for a supervisor (`second_person.approve`) before it is sent."""
        return self._accept(application, label, "needs_supervisor", None, ())

    def correct(self, application: "Application", clerk: str) -> OutboxRow:
        """Replace a refused application by one that `clerk` corrected, under the same id.

        It is queued again and its task is closed; a draft in which it was corrected goes in the
        same commit; the earlier bytes are kept until the receipt. Raises Unknown, NotAcceptable;
        WrongState unless it is `needs_clerk` or `needs_supervisor`.
        """
        _must_be_accepted(application)
        self.outbox.get(application.id)
        id = str(application.id)

        def change(connection: Connection) -> None:
            last, at = self.audit.last(connection), self._database.stamp()
            body = _body(application, last)
            sha256 = body_hash(body)
            self.rejections.replace_body(connection, application.id, body, sha256)
            self.audit.add_after(last, at, connection, "corrected", clerk, id, sha256=sha256)
            connection.execute("DELETE FROM drafts WHERE id = ?", (id,))

        self._database.write(change)
        return self.outbox.get(application.id)

    def correct_action(self, key: UUID, body: bytes, clerk: str) -> OutboxRow:
        """Replace a refused action's JSON bytes under the same key, and queue it again.

        Raises Unknown; WrongState for one that is not refused, or is an application.
        """
        row = self.outbox.get(key)
        if row.action is None:
            raise WrongState

        def change(connection: Connection) -> None:
            self.rejections.replace_body(connection, key, body, body_hash(body))
            self.audit.add(
                connection, "corrected", clerk, str(row.application), sha256=body_hash(body)
            )

        self._database.write(change)
        return self.outbox.get(key)

    def act(
        self, application: UUID, action: str, body: bytes, clerk: str, label: str | None = None
    ) -> OutboxRow:
        """Queue an action on an accepted application (`supplements`, `payments`, …).

        `action` is the last part of the centre's path under the application, `body` its JSON bytes.
        Its Idempotency-Key is minted here, in the same commit; it is sent after everything before
        it of the same application. An application accepted elsewhere may be named too.
        """
        return self._database.write(
            lambda connection: self._act(connection, application, action, body, clerk, label)
        )

    def application(self, id: UUID) -> "Application":
        """An accepted application whose bytes are still here. Raises Unknown."""
        # Models are a library of their own; the agent does without.
        from intake.application import Application

        body = self.outbox.body(id)
        if body is None:
            raise Unknown
        return Application.model_validate_json(body)

    def now(self) -> datetime:
        """The present moment by the store's clock."""
        return self._database.now()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _accept(
        self,
        application: "Application",
        label: str | None,
        state: State,
        approval: str | None,
        acts: Sequence[Act],
    ) -> OutboxRow:
        _must_be_accepted(application)
        id, now = str(application.id), self._database.stamp()
        clerk = application.clerk
        about = _About(application.id, application.id, None, application.number, clerk, label)

        def change(connection: Connection) -> OutboxRow:
            last = self.audit.last(connection)
            body = _body(application, last)
            try:
                row = _enter(connection, about, state, body, now, approval)
            except sqlcipher.IntegrityError:
                raise AlreadyAccepted from None
            self.audit.add_after(
                last,
                now,
                connection,
                "accepted",
                clerk,
                id,
                sha256=row.sha256,
                outcome=application.decision.outcome,
            )
            if state == "needs_supervisor":
                self.tasks.open_in(connection, application.id, PENDING, {"of": "accept"}, None)
            for act in acts:
                key = UUID(int=uuid7().int)
                behind = _About(key, application.id, act.action, application.number, clerk, label)
                entered = _enter(connection, behind, "queued", act.body, now, act.approval)
                self.audit.add(
                    connection, act.action, clerk, id, key=str(key), sha256=entered.sha256
                )
            connection.execute("DELETE FROM drafts WHERE id = ?", (id,))
            return row

        return self._database.write(change)

    def _act(
        self,
        connection: Connection,
        application: UUID,
        action: str,
        body: bytes,
        clerk: str,
        label: str | None = None,
    ) -> OutboxRow:
        key = UUID(int=uuid7().int)
        known = connection.execute(
            "SELECT number FROM outbox WHERE key = ?", (str(application),)
        ).fetchone()
        about = _About(key, application, action, known[0] if known else "", clerk, label)
        row = _enter(connection, about, "queued", body, self._database.stamp(), None)
        self.audit.add(connection, action, clerk, str(application), key=str(key), sha256=row.sha256)
        return row


class _About(NamedTuple):
    """Who and what a row of the outbox is about."""

    key: UUID
    application: UUID
    action: str | None
    number: str
    clerk: str
    label: str | None


def _enter(
    connection: Connection,
    about: _About,
    state: State,
    body: bytes,
    now: str,
    approval: str | None,
) -> OutboxRow:
    sha256 = body_hash(body)
    key, application, *rest = about
    id = str(key)
    of = id if application is key else str(application)
    connection.execute(
        "INSERT INTO outbox (key, application, action, number, clerk, label, state, body,"
        " sha256, queued_at, approval) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (id, of, *rest, state, body, sha256, now, approval),
    )
    return OutboxRow(
        *about,
        state=state,
        sha256=sha256,
        queued_at=datetime.fromisoformat(now),
        approval=approval,
    )


def _body(application: "Application", last: tuple[int, bytes]) -> bytes:
    """The bytes that are stored: with the audit's head before this entry."""
    return application.model_copy(update={"audit_head": head_of(last)}).body()


def body_hash(body: bytes) -> str:
    """SHA-256 of a body, in hex: what a receipt names."""
    return hashlib.sha256(body).hexdigest()


def _must_be_accepted(application: "Application") -> None:
    if application.decision.outcome not in ACCEPTABLE:
        raise NotAcceptable
