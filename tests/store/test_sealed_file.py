"""The sealed file: what opens it, what is refused, what stands in it."""

import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlcipher3.dbapi2

from counter_tui.store import Store, schema, sealed_file
from counter_tui.store.errors import (
    NewerStore,
    NoStore,
    NotSealed,
    UnsafeDatabaseLibrary,
    UnsuitableDisk,
)
from counter_tui.store.sealed_file import connect, create
from tests.store.homes import CLERK, CODE, PIN, Home, counter, enrolled, make

KEY = bytes(range(32))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return enrolled(tmp_path / "home")


def test_the_settings_hold_on_the_open_file(tmp_path: Path) -> None:
    """Finding 2: nothing below `synchronous=FULL`; read back, not only said."""
    connection = create(tmp_path / "store.db", KEY)

    def pragma(name: str) -> object:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]

    assert (pragma("journal_mode"), pragma("synchronous")) == ("wal", 3)
    assert (pragma("cipher_status"), pragma("secure_delete")) == ("1", 1)
    connection.close()


@pytest.mark.parametrize("key", [b"", bytes(32), b"short", bytes(range(1, 33))])
def test_a_wrong_key_opens_nothing_says_nothing_and_makes_nothing(
    tmp_path: Path, key: bytes
) -> None:
    """Finding 5: a forgotten key would make a plain file; a wrong one writes to the screen."""
    Store.make(tmp_path / "store.db", KEY).close()
    before = (tmp_path / "store.db").read_bytes()
    program = (
        "import sys; from pathlib import Path; from counter_tui.store import Store\n"
        "from counter_tui.store.errors import WrongKey\n"
        "try: Store.open(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))\n"
        "except WrongKey: sys.exit(42)\n"
    )
    for name in ("store.db", "fresh.db"):
        if name == "fresh.db" and len(key) == 32 and any(key):
            continue  # Of a file that is not there no key is the wrong one.
        path = str(tmp_path / name)
        done = subprocess.run(
            [sys.executable, "-c", program, path, key.hex()], capture_output=True, timeout=30
        )
        assert (done.returncode, done.stdout, done.stderr) == (42, b"", b"")
    assert (tmp_path / "store.db").read_bytes() == before
    assert not (tmp_path / "fresh.db").exists()


def test_a_plain_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    plain = sqlcipher3.dbapi2.connect(path)  # type: ignore[attr-defined]
    plain.execute("CREATE TABLE t (x)")
    plain.close()
    before = path.read_bytes()

    with pytest.raises(NotSealed):
        Store.open(path, KEY)

    assert path.read_bytes() == before


def test_an_older_store_comes_along_with_everything_in_it(home: Home, monkeypatch: Any) -> None:
    path = home.path / "older.db"
    made, carried = make(home.station, 1), make(home.station, 2)
    with monkeypatch.context() as before:
        before.setattr(schema.migrate, "__defaults__", (schema.STEPS[:1],))
        with Store.make(path, KEY) as store:
            store.settings.put("station.code", CODE)
            store.drafts.save(made.id, {"name": "样本"})
            for one in (made, carried):
                store.accept(one)
            head = store.audit.head()
    connection = connect(path, KEY)
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    for number, one in enumerate((made, carried)):
        connection.execute(
            "INSERT INTO receipts VALUES (?, ?, 1, '2026-11-23T09:00:00+00:00', 'jws', '')",
            (str(one.id), f"{number}" * 64),
        )
    connection.execute("UPDATE outbox SET origin = 'near' WHERE key = ?", (str(carried.id),))
    connection.close()

    with Store.open(path, KEY) as store:
        assert store.audit.head() == head
        assert [row.key for row in store.outbox.list()] == [made.id, carried.id]
        stations = [store.receipts.get(one.id).station for one in (made, carried)]
        assert stations == [CODE, "near"]
        assert store.upkeep.integrity() == []
    connection = connect(path, KEY)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(schema.STEPS),)
    connection.close()


@pytest.mark.parametrize("left", [None, b""])
def test_a_store_that_is_gone_is_never_made_anew(home: Home, left: bytes | None) -> None:
    for path in home.path.glob("store.db*"):
        path.unlink()
    if left is not None:
        (home.path / "store.db").write_bytes(left)
    before = sorted(home.path.rglob("*"))

    with pytest.raises(NoStore):
        home.store()

    assert sorted(home.path.rglob("*")) == before
    done = counter(home.path, "outbox", "list", "--clerk", CLERK, "--pin-stdin", text=f"{PIN}\n")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.count("\n") == 1, done.stderr


def test_a_library_with_the_log_bug_is_refused(tmp_path: Path, monkeypatch: Any) -> None:
    class Old:
        """The library of Debian 12, as far as it is asked."""

        sqlite_version_info = (3, 40, 1)

    monkeypatch.setattr(sealed_file, "sqlcipher", Old)
    with pytest.raises(UnsafeDatabaseLibrary):
        create(tmp_path / "store.db", KEY)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("pragma", ["journal_mode", "synchronous", "secure_delete"])
def test_a_setting_that_does_not_take_is_noticed(
    tmp_path: Path, monkeypatch: Any, pragma: str
) -> None:
    Store.make(tmp_path / "store.db", KEY).close()
    weaker = tuple(
        (name, "MEMORY" if name == "journal_mode" else "0", read) if name == pragma else one
        for one in sealed_file._SETTINGS
        for name, _, read in [one]
    )
    monkeypatch.setattr(sealed_file, "_SETTINGS", weaker)
    with pytest.raises(UnsuitableDisk if pragma == "journal_mode" else UnsafeDatabaseLibrary):
        Store.open(tmp_path / "store.db", KEY)


def test_a_store_from_the_future_is_refused(tmp_path: Path) -> None:
    Store.make(tmp_path / "store.db", KEY).close()
    connection = connect(tmp_path / "store.db", KEY)
    connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(NewerStore):
        Store.open(tmp_path / "store.db", KEY)


def test_every_flipped_bit_is_refused_or_harmless(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with Store.make(path, KEY) as store:
        for number in range(20):
            store.settings.put(f"s{number}", "x" * 200)
    good = path.read_bytes()
    noticed = 0
    for place in range(0, len(good) * 8, len(good) * 8 // 60):
        flipped = bytearray(good)
        flipped[place // 8] ^= 1 << place % 8
        path.write_bytes(flipped)
        try:
            with Store.open(path, KEY) as store:
                if store.upkeep.integrity():
                    noticed += 1
                    continue
                values = [store.settings.get(f"s{number}") for number in range(20)]
            assert values == ["x" * 200] * 20
        except Exception as error:  # noqa: BLE001
            assert "OutOfOrder" in [kind.__name__ for kind in type(error).__mro__], error
            noticed += 1
    assert noticed >= 55


def test_nothing_readable_is_in_any_file(home: Home) -> None:
    made = make(home.station, 42).model_copy(update={"phone": "13912345678"})
    with home.store() as store:
        store.drafts.save(uuid4(), {"name": "牟氏证件样本"}, "牟氏证件样本")
        store.accept(made, "牟氏证件样本")
        for path in home.path.rglob("*"):
            if path.is_file() and path.name != "ballast":
                content = path.read_bytes()
                for planted in ("牟氏证件样本", "13912345678", made.facts.applicant.number):
                    assert planted.encode() not in content, path


def test_other_users_see_no_file(home: Home) -> None:
    for path in [home.path, *home.path.rglob("*")]:
        assert not path.stat().st_mode & 0o077 or path.name in ("logs",), path
    assert home.path.stat().st_mode & 0o777 == 0o700
