"""The store's tables, and how an older store becomes a present one.

Each step runs in one commit with its number, so a cut leaves a store of one version or the next.
A released step is never edited; a change is a new step.
"""

import secrets
from typing import Final

from counter_tui.store.errors import NewerStore
from counter_tui.store.sealed_file import Connection, transaction

_FIRST: Final = """
CREATE TABLE drafts (
    id TEXT PRIMARY KEY,
    label TEXT,
    body TEXT NOT NULL,
    begun_at TEXT NOT NULL,
    saved_at TEXT NOT NULL
) STRICT;
CREATE TABLE discards (
    id TEXT NOT NULL,
    label TEXT,
    body TEXT NOT NULL,
    reason TEXT NOT NULL,
    discarded_at TEXT NOT NULL
) STRICT;
CREATE TABLE outbox (
    place INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    application TEXT NOT NULL,
    action TEXT,
    number TEXT NOT NULL,
    clerk TEXT NOT NULL,
    label TEXT,
    state TEXT NOT NULL CHECK (state IN
        ('queued','sending','receipted','needs_clerk','needs_login','needs_supervisor',
         'withdrawn')),
    body BLOB,
    sealed BLOB,
    sha256 TEXT NOT NULL,
    queued_at TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    tried_at TEXT,
    next_try_at TEXT,
    problem TEXT,
    override TEXT,
    approval TEXT,
    origin TEXT
) STRICT;
CREATE INDEX outbox_open ON outbox (application, place, state, next_try_at)
    WHERE state NOT IN ('receipted','withdrawn');
CREATE TABLE revisions (
    key TEXT NOT NULL REFERENCES outbox (key),
    revision INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    body BLOB,
    replaced_at TEXT NOT NULL,
    PRIMARY KEY (key, revision)
) STRICT, WITHOUT ROWID;
CREATE TABLE receipts (
    key TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL,
    seq INTEGER NOT NULL,
    time TEXT NOT NULL,
    jws TEXT NOT NULL,
    received_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    phone TEXT,
    opened_at TEXT NOT NULL,
    deadline TEXT,
    closed_at TEXT,
    outcome TEXT
) STRICT;
CREATE UNIQUE INDEX tasks_open ON tasks (key) WHERE closed_at IS NULL AND key IS NOT NULL;
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    entry TEXT NOT NULL,
    mac BLOB NOT NULL
) STRICT;
CREATE TABLE cache (
    name TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    etag TEXT,
    fetched_at TEXT NOT NULL
) STRICT;
CREATE TABLE questions (
    name TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    body TEXT,
    asked_at TEXT NOT NULL,
    problem TEXT
) STRICT;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
"""

_STATION_OF_RECEIPTS: Final = """
ALTER TABLE receipts ADD COLUMN station TEXT;
UPDATE receipts SET station = coalesce(
    (SELECT origin FROM outbox WHERE outbox.key = receipts.key),
    (SELECT trim(value, '"') FROM settings WHERE name = 'station.code'));
CREATE INDEX receipts_seq ON receipts (station, seq);
"""
"""Receipts count within their station, and those of carried rows are another station's."""

_PAPERS_AND_PHOTOS: Final = """
CREATE TABLE prints (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application TEXT NOT NULL,
    number TEXT NOT NULL,
    what TEXT NOT NULL,
    copy INTEGER NOT NULL,
    label TEXT,
    slip TEXT,
    sha256 TEXT NOT NULL,
    clerk TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('kept','printing','printed','failed','stopped')),
    begun_at TEXT NOT NULL,
    ended_at TEXT
) STRICT;
CREATE INDEX prints_of ON prints (application, what);
CREATE TABLE blobs (
    sha256 TEXT PRIMARY KEY,
    application TEXT NOT NULL,
    media_type TEXT NOT NULL,
    content BLOB,
    kept_at TEXT NOT NULL,
    held_at TEXT,
    problem TEXT
) STRICT, WITHOUT ROWID;
"""

STEPS: Final = (_FIRST, _STATION_OF_RECEIPTS, _PAPERS_AND_PHOTOS)
"""Statements that lead from version n to n + 1."""

AUDIT_KEY: Final = "audit"
"""Name of the secret the audit chain is keyed with; made with the store, never changed."""


def migrate(connection: Connection, steps: tuple[str, ...] = STEPS) -> None:
    """Bring the store to the present version. Raises NewerStore for one from the future."""
    version = _version(connection)
    if version > len(steps):
        raise NewerStore
    for number in range(version, len(steps)):
        with transaction(connection):
            # Terminal and agent may open a fresh store at once; the second finds it done.
            if _version(connection) > number:
                continue
            for statement in steps[number].split(";\n"):
                if statement.strip():
                    connection.execute(statement)
            if number == 0:
                connection.execute(
                    "INSERT INTO secrets VALUES (?, ?)", (AUDIT_KEY, secrets.token_bytes(32))
                )
            connection.execute(f"PRAGMA user_version = {number + 1}")


def _version(connection: Connection) -> int:
    return connection.execute("PRAGMA user_version").fetchone()[0]
