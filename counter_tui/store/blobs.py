"""Photos in the sealed file, by their hash, until the centre holds them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final
from uuid import UUID

from counter_tui.store.database import Database
from counter_tui.store.resources import Settings

_WAITING: Final = (
    "SELECT {} FROM blobs WHERE held_at IS NULL AND problem IS NULL AND content IS NOT NULL"
    " AND EXISTS (SELECT 1 FROM outbox WHERE key = blobs.application)"
    " ORDER BY (kept_at, sha256) <= (?, ?), kept_at, sha256"
)
_CARRIED: Final = "photos.carried"
"""Setting: moment and hash of the last one that an export took."""
_NONE_YET: Final = ("", "")


@dataclass(frozen=True, slots=True)
class Blob:
    """One file to be sent."""

    sha256: str
    application: UUID
    media_type: str
    content: bytes
    kept_at: str


class Blobs:
    """What is kept by hash."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings

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
        return self._waiting(_NONE_YET, limit)

    def to_carry(self, most: int) -> tuple[list[Blob], int]:
        """The same as far as they have `most` bytes together, and how many are beyond that.

        It goes on behind what was `carried` last, and after the newest begins again with the
        oldest: whatever the centre has not said to hold gets its turn again.
        """
        last = self._settings.get(_CARRIED, _NONE_YET)
        sizes = [row[0] for row in self._database.rows(_WAITING.format("length(content)"), *last)]
        fits = sum(1 for up_to in accumulate(sizes) if up_to <= most)
        return self._waiting(last, fits), len(sizes) - fits

    def carried(self, last: Blob) -> None:
        """An export that ends with `last` is written."""
        self._settings.put(_CARRIED, (last.kept_at, last.sha256))

    def held(self, sha256: str) -> None:
        """The centre holds it."""
        values = (self._database.stamp(), sha256)
        self._database.write(
            lambda c: c.execute(
                "UPDATE blobs SET held_at = ? WHERE sha256 = ? AND held_at IS NULL", values
            )
        )

    def _waiting(self, behind: Sequence[str], limit: int) -> list[Blob]:
        what = _WAITING.format("sha256, application, media_type, content, kept_at")
        rows = self._database.rows(what + " LIMIT ?", *behind, limit)
        return [Blob(sha, UUID(of), kind, content, at) for sha, of, kind, content, at in rows]

    def refused(self, sha256: str, problem: str) -> None:
        """The centre will not take it; `problem` is its name."""
        self._database.write(
            lambda c: c.execute("UPDATE blobs SET problem = ? WHERE sha256 = ?", (problem, sha256))
        )
