"""The power goes at any moment: what was said to be saved is there, and the store is whole."""

import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from counter_tui.keys import clerk_file, envelope
from counter_tui.station import store_path
from counter_tui.store import Store
from tests.faults.powercut import contents, record, replay
from tests.store.homes import CLERK, PIN, Home, enrolled, make

_OPEN = """
import sys, json
from pathlib import Path
from uuid import UUID
from counter_tui.station import read_station, store_path
from counter_tui.store import Store, Receipt
home, key, start, count = Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), *map(int, sys.argv[3:5])
"""
ACCEPT = (
    _OPEN
    + """
from tests.store.homes import make
station = read_station(home)
with Store.open(store_path(home), key) as store:
    for index in range(start, start + count):
        made = make(station, index)
        store.drafts.save(made.id, {"index": index}, "x")
        print("draft", made.id, flush=True)
        store.accept(made)
        print("accepted", made.id, flush=True)
"""
)
SYNC = (
    _OPEN
    + """
from datetime import datetime, UTC
with Store.open(store_path(home), key) as store:
    for seq, row in enumerate(store.sending.due(count), 1):
        store.sending.claim([row.key])
        receipt = Receipt(row.key, row.sha256, "s", seq, datetime.now(UTC), "jws")
        store.sending.receipted([(receipt, b"sealed" * 100)])
        print("receipted", row.key, flush=True)
"""
)
ROTATE = (
    _OPEN
    + """
from counter_tui.keys import envelope
from counter_tui.signin import list_clerks
envelope.change_key(home, store_path(home), key, list_clerks(home))
print("changed", start, flush=True)
"""
)
FURTHER = (
    "ALTER TABLE drafts ADD COLUMN more TEXT;\nUPDATE drafts SET more = label;\n"
    "CREATE TABLE further (x TEXT) STRICT;\n"
)
MIGRATE = (
    _OPEN
    + f"""
from counter_tui.store import schema
from counter_tui.store.sealed_file import connect
connection = connect(store_path(home), key)
schema.migrate(connection, (*schema.STEPS, {FURTHER!r}))
print("migrated", start, flush=True)
connection.close()
"""
)


def told(said: list[bytes], word: str) -> set[UUID]:
    """The ids of the lines that were said in full."""
    lines = b"".join(said).decode().split("\n")[:-1]
    return {UUID(line.split()[1]) for line in lines if line.startswith(word + " ")}


def whole(store: Store) -> None:
    assert store.upkeep.integrity() == []
    assert store.audit.verify() is None


def cut_everywhere(
    home: Home,
    program: str,
    count: int,
    each: int,
    check: Callable[[Path, list[bytes]], None],
    at_most: int = 100_000,
) -> int:
    """Record, replay, check; how many states there were."""
    for path in home.path.glob("store.db-*"):
        path.unlink()  # The store is closed; only the index of a reader may lie here.
    before = contents(home.path)
    events = record(program, home.path, home.key.hex(), "0", str(count))
    into = home.path.parent / "after-cut"
    shutil.copytree(home.path, into, ignore=shutil.ignore_patterns("store.db*"))
    states = 0
    for said, _ in replay(before, events, home.path, into, each, seed=3):
        check(into, said)
        states += 1
        if states >= at_most:
            break
    shutil.rmtree(into)
    return states


def check_accept(home: Home) -> Callable[[Path, list[bytes]], None]:
    def check(path: Path, said: list[bytes]) -> None:
        with Store.open(store_path(path), home.key) as store:
            whole(store)
            rows = {row.key for row in store.outbox.list()}
            drafts = {draft.id for draft in store.drafts.list()}
            assert told(said, "accepted") <= rows
            assert told(said, "draft") <= rows | drafts
            assert not rows & drafts
            audited = {entry.subject for entry in store.audit.list() if entry.event == "accepted"}
            assert {str(key) for key in rows} == audited

    return check


def check_sync(home: Home, keys: set[UUID]) -> Callable[[Path, list[bytes]], None]:
    def check(path: Path, said: list[bytes]) -> None:
        with Store.open(store_path(path), home.key) as store:
            whole(store)
            rows = {row.key: row for row in store.outbox.list()}
            assert set(rows) == keys
            for key, row in rows.items():
                done = row.state == "receipted"
                assert done or key not in told(said, "receipted")
                assert (store.receipts.get(key) is not None) == done
                assert store.sending.content(key).sealed == done

    return check


def check_rotation(home: Home, keys: set[UUID]) -> Callable[[Path, list[bytes]], None]:
    _, secrets = clerk_file.unseal(home.path, CLERK, PIN)

    def check(path: Path, said: list[bytes]) -> None:
        key = envelope.store_key(path, store_path(path), CLERK, secrets["unwrap"])
        if b"changed" in b"".join(said):
            assert key != home.key
        with Store.open(store_path(path), key) as store:
            whole(store)
            assert {row.key for row in store.outbox.list()} == keys
        assert envelope.read(path).coming == {}

    return check


def check_migration(home: Home, keys: set[UUID]) -> Callable[[Path, list[bytes]], None]:
    from counter_tui.store import schema
    from counter_tui.store.sealed_file import Connection, connect

    def is_done(connection: Connection) -> bool:
        """Whether the step was made, and that it was made whole or not at all."""
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        columns = [row[1] for row in connection.execute("PRAGMA table_info(drafts)")]
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE name = 'further'")
        done = version > len(schema.STEPS)
        assert done == ("more" in columns) == (tables.fetchone() is not None)
        return done

    def check(path: Path, said: list[bytes]) -> None:
        connection = connect(store_path(path), home.key)
        assert is_done(connection) or not said
        # The program starts again and makes the step, or finds it made.
        schema.migrate(connection, (*schema.STEPS, FURTHER))
        assert is_done(connection)
        found = {UUID(row[0]) for row in connection.execute("SELECT key FROM outbox")}
        assert found == keys
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()

    return check


def with_rows(tmp_path: Path, count: int) -> tuple[Home, set[UUID]]:
    home = enrolled(tmp_path / "home")
    with home.store() as store:
        keys = {store.accept(make(home.station, index)).key for index in range(count)}
    return home, keys


def cut(what: str, folder: Path, count: int, each: int) -> int:
    """Cut the power everywhere in one kind of work; how many states there were."""
    if what == "accept":
        home = enrolled(folder / "home")
        return cut_everywhere(home, ACCEPT, count, each, check_accept(home))
    home, keys = with_rows(folder, count)
    if what == "sync":
        return cut_everywhere(home, SYNC, count, each, check_sync(home, keys))
    if what == "rotate":
        return cut_everywhere(home, ROTATE, 0, each, check_rotation(home, keys))
    return cut_everywhere(home, MIGRATE, 0, each, check_migration(home, keys))


@pytest.mark.parametrize("what", ["accept", "sync", "rotate", "migrate"])
def test_the_power_goes_at_any_moment(tmp_path: Path, what: str) -> None:
    assert cut(what, tmp_path, count=2, each=4) >= 15


@pytest.mark.soak
@pytest.mark.parametrize(
    ("what", "count", "each", "least"),
    [
        ("accept", 60, 12, 6000),
        ("sync", 60, 12, 3000),
        ("rotate", 60, 40, 3000),
        ("migrate", 60, 40, 50),
    ],
)
def test_ten_thousand_disks_after_a_cut(
    tmp_path: Path, what: str, count: int, each: int, least: int
) -> None:
    states = cut(what, tmp_path, count, each)
    print(what, states)  # noqa: T201
    assert states >= least


def test_the_rig_finds_a_store_that_syncs_too_little(tmp_path: Path) -> None:
    """Finding 2: with `synchronous=NORMAL` acknowledged rows are lost, and the rig says so."""
    home = enrolled(tmp_path / "home")
    careless = ACCEPT.replace(
        "    for index in range",
        '    store._database._connection.execute("PRAGMA synchronous = NORMAL")\n'
        "    for index in range",
    )
    with pytest.raises(AssertionError):
        cut_everywhere(home, careless, 3, 4, check_accept(home))
