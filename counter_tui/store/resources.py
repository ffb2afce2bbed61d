"""Cached resources of the centre, settings and secrets: three tables of named things."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from counter_tui.store.database import Database


@dataclass(frozen=True, slots=True)
class Cached:
    """One resource of the centre as it was when fetched."""

    name: str
    body: Any
    etag: str | None
    fetched_at: datetime
    age: timedelta


class Cache:
    """What the centre said, kept for when it cannot be asked. Names: `sites`, `deferrals/ID`, …"""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> Cached | None:
        """The resource with its age, or None when it was never fetched."""
        row = self._database.row("SELECT body, etag, fetched_at FROM cache WHERE name = ?", name)
        if row is None:
            return None
        fetched = datetime.fromisoformat(row[2])
        return Cached(name, json.loads(row[0]), row[1], fetched, self._database.now() - fetched)

    def put(self, name: str, body: Any, etag: str | None = None) -> None:
        """Keep what was fetched just now."""
        values = (name, json.dumps(body, ensure_ascii=False), etag, self._database.stamp())
        self._database.write(lambda c: c.execute("REPLACE INTO cache VALUES (?, ?, ?, ?)", values))

    def touch(self, name: str) -> None:
        """The centre said it has not changed."""
        values = (self._database.stamp(), name)
        self._database.write(
            lambda c: c.execute("UPDATE cache SET fetched_at = ? WHERE name = ?", values)
        )

    def drop(self, name: str) -> None:
        """Forget it."""
        self._database.write(lambda c: c.execute("DELETE FROM cache WHERE name = ?", (name,)))

    def names(self, prefix: str = "") -> list[str]:
        """The names there are, in order."""
        rows = self._database.rows("SELECT name FROM cache ORDER BY name")
        return [name for (name,) in rows if name.startswith(prefix)]


class Settings:
    """Small JSON values by name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str, default: Any = None) -> Any:
        """The value, or `default`."""
        row = self._database.row("SELECT value FROM settings WHERE name = ?", name)
        return default if row is None else json.loads(row[0])

    def put(self, name: str, value: Any) -> None:
        """Keep it."""
        values = (name, json.dumps(value, ensure_ascii=False))
        self._database.write(lambda c: c.execute("REPLACE INTO settings VALUES (?, ?)", values))


class Secrets:
    """Keys and tokens by name. They are in the sealed file and nowhere else."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> bytes | None:
        """The secret, or None."""
        row = self._database.row("SELECT value FROM secrets WHERE name = ?", name)
        return None if row is None else row[0]

    def put(self, name: str, value: bytes) -> None:
        """Keep it."""
        self._database.write(
            lambda c: c.execute("REPLACE INTO secrets VALUES (?, ?)", (name, value))
        )

    def drop(self, name: str) -> None:
        """Forget it."""
        self._database.write(lambda c: c.execute("DELETE FROM secrets WHERE name = ?", (name,)))
