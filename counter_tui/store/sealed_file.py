"""Opening the one sealed file, and refusing everything that would quietly weaken it.

SQLCipher makes a plain-text database when the key is forgotten and speaks on stderr when it is
wrong; so the log is switched off first, the key comes next, and every setting is read back.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlcipher3.dbapi2

from counter_tui.store.errors import (
    NoStore,
    NotSealed,
    UnsafeDatabaseLibrary,
    UnsuitableDisk,
    WrongKey,
)

# The library is a C module without types.
sqlcipher: Any = sqlcipher3.dbapi2
Connection = Any

KEY_BYTES: Final = 32
_PLAIN_HEADER: Final = b"SQLite format 3\0"
_FIRST_SAFE_SQLITE: Final = (3, 51, 3)
"""Before this one a WAL reset could corrupt the file."""

_SETTINGS: Final = (
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "EXTRA", 3),
    ("foreign_keys", "ON", 1),
    ("secure_delete", "ON", 1),
    ("trusted_schema", "OFF", 0),
    ("temp_store", "MEMORY", 2),
    # In KiB, said as a negative number: what a case needs, a quarter of what SQLite would fill.
    ("cache_size", "-512", -512),
)
"""(pragma, value set, value read back)."""


def create(path: Path, key: bytes) -> Connection:
    """Make the sealed file at `path`, where there is none, with a raw 32-byte `key`.

    Raises WrongKey or UnsafeDatabaseLibrary before anything is made; FileExistsError.
    """
    _can_be_sealed(key)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    sync_folder(path.parent)
    return _opened(path, key)


def connect(path: Path, key: bytes) -> Connection:
    """Open the sealed file at `path` with a raw 32-byte `key`.

    A file that is gone or empty is never made anew, or a lost store would look like a fresh one.
    Raises NoStore, WrongKey, NotSealed or UnsafeDatabaseLibrary.
    """
    _can_be_sealed(key)
    try:
        with path.open("rb") as file:
            header = file.read(len(_PLAIN_HEADER))
    except FileNotFoundError:
        raise NoStore from None
    if not header:
        raise NoStore
    if header == _PLAIN_HEADER:
        raise NotSealed
    return _opened(path, key)


def _can_be_sealed(key: bytes) -> None:
    if len(key) != KEY_BYTES or not any(key):
        raise WrongKey
    if sqlcipher.sqlite_version_info < _FIRST_SAFE_SQLITE:
        raise UnsafeDatabaseLibrary


def _opened(path: Path, key: bytes) -> Connection:
    connection = sqlcipher.connect(path, isolation_level=None, timeout=10)
    try:
        _set_up(connection, key)
    except BaseException:
        connection.close()
        raise
    return connection


def _set_up(connection: Connection, key: bytes) -> None:
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    if connection.execute("PRAGMA cipher_status").fetchone() != ("1",):
        raise UnsafeDatabaseLibrary
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlcipher.DatabaseError as error:
        # A locked file is a DatabaseError too, and says nothing about the key.
        if isinstance(error, sqlcipher.OperationalError):
            raise
        raise WrongKey from None
    for pragma, wanted, read_back in _SETTINGS:
        connection.execute(f"PRAGMA {pragma} = {wanted}")
        if connection.execute(f"PRAGMA {pragma}").fetchone() != (read_back,):
            # A network folder refuses the log, which needs memory that processes share.
            raise UnsuitableDisk if pragma == "journal_mode" else UnsafeDatabaseLibrary


@contextmanager
def transaction(connection: Connection) -> Iterator[Connection]:
    """One commit, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        # After some failures SQLite has rolled back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_durably(path: Path, content: bytes) -> None:
    """Replace `path` with `content` at once: after a power cut it is the old file or the new."""
    fresh = path.with_name(path.name + ".new")
    handle = os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)
