"""The open store: transactions, and what happens when the disk will not do as told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from counter_tui.failure import OutOfOrder
from counter_tui.store import ballast, lease
from counter_tui.store.errors import Busy, DiskFull, StorageTrouble
from counter_tui.store.schema import migrate
from counter_tui.store.sealed_file import Connection, connect, sqlcipher, transaction

Clock = Callable[[], datetime]
Result = TypeVar("Result")


def utc_now() -> datetime:
    """The clock of this machine."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """A moment as the store writes it: RFC 3339 in UTC with milliseconds, so text order is time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


class Database:
    """One connection, owned by one thread.

    `write` is the only way to change anything. When the disk is full the ballast is given back and
    the change is made again; after any other disk error the file is closed and opened anew, so that
    what is read next is what the disk holds. `first` opens the file, or makes it (`create`).
    """

    def __init__(
        self,
        path: Path,
        key: bytes,
        clock: Clock = utc_now,
        first: Callable[[Path, bytes], Connection] = connect,
    ) -> None:
        self._path, self._key, self._clock = path, key, clock
        self._connection = self._open(first)
        self._lease = lease.shared(path)
        self.space_is_low = not ballast.lay(path.parent)
        """True while the ballast is gone: finish the present case and free space."""

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def now(self) -> datetime:
        """The present moment by the store's clock."""
        return self._clock()

    def stamp(self) -> str:
        """The present moment as the store writes it."""
        return stamp(self._clock())

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Read."""
        with self._trouble_told():
            return self._connection.execute(statement, values).fetchall()

    def row(self, statement: str, *values: Any) -> tuple[Any, ...] | None:
        """Read the first row."""
        found = self.rows(statement, *values)
        return found[0] if found else None

    def write(self, change: Callable[[Connection], Result]) -> Result:
        """Run `change` in one commit and return its answer once that commit is on the disk.

        Raises StorageTrouble, DiskFull or Busy, and then nothing was written. `change` may run
        twice, so it does nothing but use the connection.
        """
        with self._trouble_told():
            try:
                return self._once(change)
            except sqlcipher.OperationalError as error:
                if not _is_full(error) or not ballast.give_back(self._path.parent):
                    raise
                self.space_is_low = True
            return self._once(change)

    def refill_ballast(self) -> None:
        """Lay the ballast again if there is room; the agent asks for it now and then."""
        self.space_is_low = not ballast.lay(self._path.parent)

    def close(self) -> None:
        """Close the file; every write before was on the disk already."""
        self._connection.close()
        lease.let_go(self._lease)

    def _once(self, change: Callable[[Connection], Result]) -> Result:
        with transaction(self._connection) as connection:
            return change(connection)

    def _open(self, how: Callable[[Path, bytes], Connection]) -> Connection:
        with _sqlite_trouble_told():
            connection = how(self._path, self._key)
            try:
                migrate(connection)
            except BaseException:
                connection.close()
                raise
            return connection

    @contextmanager
    def _trouble_told(self) -> Iterator[None]:
        try:
            yield
        except sqlcipher.IntegrityError:
            raise
        except sqlcipher.DatabaseError as error:
            told = _told(error)
            if isinstance(told, StorageTrouble):
                self._connection.close()
                self._connection = self._open(connect)
            raise told from error


def _is_full(error: Exception) -> bool:
    return "disk is full" in str(error)


@contextmanager
def _sqlite_trouble_told() -> Iterator[None]:
    try:
        yield
    except sqlcipher.IntegrityError:
        raise
    except sqlcipher.DatabaseError as error:
        raise _told(error) from error


def _told(error: Exception) -> OutOfOrder:
    """What SQLite's error is for a clerk."""
    if "locked" in str(error) or "busy" in str(error):
        return Busy()
    return DiskFull() if _is_full(error) else StorageTrouble()
