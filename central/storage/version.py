"""Which schema this program needs."""

from typing import Final

from sqlalchemy import Connection, inspect, text

from central.storage.port import StorageError

HEAD: Final = "0004"
"""The newest migration; a test holds it to the migration folder."""


def is_current(connection: Connection) -> bool:
    """Whether the database is at `HEAD`."""
    return _found(connection) == HEAD


def check_version(connection: Connection) -> None:
    """Raise StorageError unless the database is at `HEAD`."""
    found = _found(connection)
    if found != HEAD:
        raise StorageError(
            f"the database is at schema {found or 'none'}, this program needs {HEAD}; "
            "run: counter-central migrate --database URL"
        )


def _found(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
