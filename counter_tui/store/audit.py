"""The local audit: a chain of entries, each sealed to the one before by an HMAC.

An edit, a deletion or a swap breaks the chain at a place `verify` names. A cut tail leaves a whole
but shorter chain; that is noticed by the centre, because every application carries the head.
"""

import hmac
import json
from typing import Any, Final, NamedTuple

from counter_tui.store.database import Database
from counter_tui.store.schema import AUDIT_KEY
from counter_tui.store.sealed_file import Connection

_GENESIS: Final = bytes(32)
_encoded: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


class AuditEntry(NamedTuple):
    """One thing that happened. `subject` is an application's id; `detail` names no person."""

    seq: int
    at: str
    event: str
    clerk: str | None
    subject: str | None
    detail: dict[str, Any]


class Audit:
    """The station's own record of who did what."""

    def __init__(self, database: Database) -> None:
        self._database = database
        found = database.row("SELECT value FROM secrets WHERE name = ?", AUDIT_KEY)
        assert found is not None, "a store is made with its audit key"
        self._key: bytes = found[0]

    def append(
        self, event: str, clerk: str | None, subject: str | None = None, /, **detail: Any
    ) -> AuditEntry:
        """Record one event in a commit of its own."""
        return self._database.write(
            lambda connection: self.add(connection, event, clerk, subject, **detail)
        )

    def add(
        self,
        connection: Connection,
        event: str,
        clerk: str | None,
        subject: str | None = None,
        /,
        **detail: Any,
    ) -> AuditEntry:
        """Record one event within a commit that does more."""
        at = self._database.stamp()
        return self.add_after(
            self.last(connection), at, connection, event, clerk, subject, **detail
        )

    def add_after(
        self,
        last: tuple[int, bytes],
        at: str,
        connection: Connection,
        event: str,
        clerk: str | None,
        subject: str | None = None,
        /,
        **detail: Any,
    ) -> AuditEntry:
        """The same, with the `last` entry and the moment of this very commit known already."""
        seq, mac = last
        entry = AuditEntry(seq + 1, at, event, clerk, subject, detail)
        text = _encoded(entry)
        connection.execute(
            "INSERT INTO audit VALUES (?, ?, ?)", (entry.seq, text, self._mac(mac, text))
        )
        return entry

    def head(self) -> str:
        """`SEQ:MAC` of the newest entry, the MAC in hex; what an application carries."""
        row = self._database.row("SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1")
        return head_of(row or (0, _GENESIS))

    def list(self, subject: str | None = None, limit: int = 200) -> list[AuditEntry]:
        """The newest entries first, of one application or of all."""
        rows = self._database.rows("SELECT seq, entry FROM audit ORDER BY seq DESC")
        found = (_entry(row) for row in rows)
        return [one for one in found if subject is None or one.subject == subject][:limit]

    def verify(self) -> int | None:
        """The number of the first entry that is missing, moved or changed; None: all is whole."""
        before, expected = _GENESIS, 1
        for seq, text, mac in self._database.rows("SELECT seq, entry, mac FROM audit ORDER BY seq"):
            if seq != expected or not hmac.compare_digest(mac, self._mac(before, text)):
                return expected
            before, expected = mac, seq + 1
        return None

    def holds(self, head: str) -> bool:
        """Whether this chain contains `head`: False means its tail was cut or the file is older."""
        seq, _, mac = head.partition(":")
        row = self._database.row("SELECT mac FROM audit WHERE seq = ?", int(seq))
        return (row[0] if row else _GENESIS if seq == "0" else b"").hex() == mac

    def last(self, connection: Connection) -> tuple[int, bytes]:
        """Number and MAC of the newest entry, within a commit."""
        row = connection.execute("SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
        return row or (0, _GENESIS)

    def _mac(self, before: bytes, text: str) -> bytes:
        return hmac.digest(self._key, before + text.encode(), "sha256")


def head_of(last: tuple[Any, ...]) -> str:
    """The head as an application carries it, from number and MAC of the newest entry."""
    return f"{last[0]}:{last[1].hex()}"


def _entry(row: tuple[int, str]) -> AuditEntry:
    return AuditEntry(*json.loads(row[1]))
