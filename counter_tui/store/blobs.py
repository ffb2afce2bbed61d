"""Photos in the sealed file, by their hash, until the centre holds them."""

import hashlib
from dataclasses import dataclass
from itertools import accumulate
from typing import Final
from uuid import UUID

from counter_tui.store.database import Database

_WAITING: Final = (
    "SELECT {} FROM blobs WHERE held_at IS NULL AND problem IS NULL AND content IS NOT NULL"
    " AND EXISTS (SELECT 1 FROM outbox WHERE key = blobs.application) ORDER BY kept_at, sha256"
)


@dataclass(frozen=True, slots=True)
class Blob:
    """One file to be sent."""

    sha256: str
    application: UUID
    media_type: str
    content: bytes


class Blobs:
    """What is kept by hash."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, application: UUID, media_type: str, content: bytes) -> str:
        """Keep a file; its SHA-256 in hex. The same again changes nothing, unless the case it was
        first kept for was never accepted: then it belongs to this one."""
        sha256 = hashlib.sha256(content).hexdigest()
        values = (sha256, str(application), media_type, content, self._database.stamp())
        self._database.write(
            lambda c: c.execute(
                "INSERT INTO blobs VALUES (?, ?, ?, ?, ?, NULL, NULL) ON CONFLICT (sha256)"
                " DO UPDATE SET application = excluded.application WHERE NOT EXISTS"
                " (SELECT 1 FROM outbox WHERE key = blobs.application)",
                values,
            )
        )
        return sha256

    def get(self, sha256: str) -> bytes | None:
        """The file; None once it was wiped, or never was here."""
        row = self._database.row("SELECT content FROM blobs WHERE sha256 = ?", sha256)
        return None if row is None else row[0]

    def to_send(self, limit: int = 4) -> list[Blob]:
        """Files of accepted applications that the centre does not hold yet, oldest first."""
        rows = self._database.rows(
            _WAITING.format("sha256, application, media_type, content") + " LIMIT ?", limit
        )
        return [Blob(sha, UUID(of), kind, content) for sha, of, kind, content in rows]

    def to_carry(self, most: int) -> tuple[list[Blob], int]:
        """The same as far as they have `most` bytes together, and how many are beyond that."""
        sizes = [size for (size,) in self._database.rows(_WAITING.format("length(content)"))]
        fits = sum(1 for up_to in accumulate(sizes) if up_to <= most)
        return self.to_send(fits), len(sizes) - fits

    def held(self, sha256: str) -> None:
        """The centre holds it."""
        values = (self._database.stamp(), sha256)
        self._database.write(
            lambda c: c.execute("UPDATE blobs SET held_at = ? WHERE sha256 = ?", values)
        )

    def refused(self, sha256: str, problem: str) -> None:
        """The centre will not take it; `problem` is its name."""
        self._database.write(
            lambda c: c.execute("UPDATE blobs SET problem = ? WHERE sha256 = ?", (problem, sha256))
        )
