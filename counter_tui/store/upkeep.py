"""What is wiped when its time has come: bodies the centre holds, drafts put aside."""

from dataclasses import dataclass
from datetime import timedelta

from counter_tui.store.database import Database, stamp
from counter_tui.store.sealed_file import Connection


@dataclass(frozen=True, slots=True)
class Keep:
    """How long things are kept that are no longer needed for sending."""

    sent: timedelta = timedelta(days=7)
    discarded: timedelta = timedelta(days=7)
    always: tuple[str, ...] = ("sites",)
    """Cached resources that name nobody and may grow old."""


class Upkeep:
    """Housekeeping, done by the agent once an hour."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def wipe(self, keep: Keep) -> int:
        """Wipe what names people once it is not needed: how many rows and discards.

        Bodies, labels and phones of what the centre holds or a person has withdrawn; discarded
        drafts; questions nobody answered, and cached answers that were not asked for again.
        """
        now = self._database.now()
        sent, discarded = stamp(now - keep.sent), stamp(now - keep.discarded)

        def change(connection: Connection) -> int:
            wiped = connection.execute(
                "UPDATE outbox SET sealed = NULL, label = NULL"
                " WHERE state = 'receipted' AND (sealed IS NOT NULL OR label IS NOT NULL)"
                " AND key IN (SELECT key FROM receipts WHERE received_at < ?)",
                (sent,),
            ).rowcount
            withdrawn = "SELECT key FROM tasks WHERE outcome = 'withdrawn' AND closed_at < ?"
            wiped += connection.execute(
                "UPDATE outbox SET body = NULL, sealed = NULL, label = NULL"  # noqa: S608
                " WHERE state = 'withdrawn' AND (body IS NOT NULL OR sealed IS NOT NULL)"
                f" AND key IN ({withdrawn})",
                (sent,),
            ).rowcount
            connection.execute(
                f"UPDATE revisions SET body = NULL WHERE key IN ({withdrawn})",  # noqa: S608
                (sent,),
            )
            connection.execute(
                "UPDATE tasks SET phone = NULL, detail = '{}' WHERE closed_at < ?"
                " AND (phone IS NOT NULL OR detail <> '{}')",
                (sent,),
            )
            dropped = connection.execute(
                "DELETE FROM discards WHERE discarded_at < ?", (discarded,)
            ).rowcount
            connection.execute("DELETE FROM questions WHERE asked_at < ?", (sent,))
            connection.execute(
                "UPDATE prints SET slip = NULL, label = NULL WHERE begun_at < ?"
                " AND slip IS NOT NULL",
                (sent,),
            )
            connection.execute("UPDATE blobs SET content = NULL WHERE held_at < ?", (sent,))
            kept = ", ".join("?" * len(keep.always))
            connection.execute(
                f"DELETE FROM cache WHERE fetched_at < ? AND name NOT IN ({kept})",  # noqa: S608
                (sent, *keep.always),
            )
            return wiped + dropped

        return self._database.write(change)

    def refill_ballast(self) -> None:
        """Lay the ballast again where there is room."""
        self._database.refill_ballast()

    @property
    def space_is_low(self) -> bool:
        """True while the ballast is gone: finish the present case and free space."""
        return self._database.space_is_low

    def integrity(self) -> list[str]:
        """What is wrong with the file; empty when nothing is."""
        # The check of the seals reads the file itself, where a cut may have left a torn page that
        # the log beside it still holds.
        self._database.rows("PRAGMA wal_checkpoint(FULL)")
        sealed = [row[0] for row in self._database.rows("PRAGMA cipher_integrity_check")]
        structure = [row[0] for row in self._database.rows("PRAGMA integrity_check")]
        return sealed + [line for line in structure if line != "ok"]
