"""The store: what is saved, what is refused, what one commit holds."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlcipher3.dbapi2

from counter_tui.store import Act, Receipt, Store, StoreThread, schema, sealed_file
from counter_tui.store.errors import (
    AlreadyAccepted,
    NewerStore,
    NoStore,
    NotAcceptable,
    NotSealed,
    Unknown,
    UnsafeDatabaseLibrary,
    UnsuitableDisk,
    WrongState,
)
from counter_tui.store.sealed_file import connect, create
from counter_tui.store.upkeep import Keep
from tests.store.homes import CLERK, CODE, PIN, Home, counter, enrolled, make

KEY = bytes(range(32))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return enrolled(tmp_path / "home")


def test_the_settings_hold_on_the_open_file(tmp_path: Path) -> None:
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


def test_a_draft_is_saved_listed_discarded_and_brought_back(home: Home) -> None:
    first, second = uuid4(), uuid4()
    minutes = iter(range(60))
    with home.store(clock=lambda: datetime(2026, 11, 25, 12, next(minutes), tzinfo=UTC)) as store:
        store.drafts.save(first, {"name": "样本"}, "一")
        store.drafts.save(second, {"name": "另一"}, "二")
        store.drafts.save(first, {"name": "样本", "phone": "1"}, "一")
        assert [one.id for one in store.drafts.list()] == [first, second]
        store.drafts.discard(first, "test")
        assert [one.id for one in store.drafts.list()] == [second]
        assert store.drafts.bring_back(first).body == {"name": "样本", "phone": "1"}
        with pytest.raises(Unknown):
            store.drafts.discard(uuid4(), "test")


def test_acceptance_is_one_commit_of_row_audit_and_draft(home: Home) -> None:
    made = make(home.station)
    with home.store() as store:
        store.drafts.save(made.id, {"name": "样本"})
        head = store.audit.head()

        row = store.accept(made, "样**")

        assert (row.key, row.state, row.number) == (made.id, "queued", made.number)
        assert store.drafts.list() == []
        assert store.audit.list(str(made.id))[0].event == "accepted"
        assert store.application(made.id).audit_head == head
        assert store.outbox.waiting().total == 1
        with pytest.raises(AlreadyAccepted):
            store.accept(made)


def test_what_the_rules_do_not_accept_is_never_stored(home: Home) -> None:
    made = make(home.station)
    refused = made.model_copy(
        update={"decision": made.decision.model_copy(update={"outcome": "incomplete"})}
    )
    with home.store() as store, pytest.raises(NotAcceptable):
        store.accept(refused)


def test_the_audit_names_the_place_of_every_kind_of_change(home: Home) -> None:
    def fresh(name: str) -> Path:
        path = home.path / name
        with Store.make(path, KEY) as store:
            for number in range(10):
                store.audit.append("reveal", "c", str(number))
        return path

    for name, change, place in (
        ("edit", "UPDATE audit SET entry = replace(entry, 'reveal', 'x') WHERE seq = 4", 4),
        ("delete", "DELETE FROM audit WHERE seq = 7", 7),
        (
            "swap",
            "UPDATE audit SET entry = (SELECT entry FROM audit b WHERE b.seq = 3) WHERE seq = 2",
            2,
        ),
    ):
        path = fresh(name)
        with Store.open(path, KEY) as store:
            assert store.audit.verify() is None
        connection = connect(path, KEY)
        connection.execute(change)
        connection.close()
        with Store.open(path, KEY) as store:
            assert store.audit.verify() == place, name


def test_a_cut_tail_is_noticed_by_a_head_that_was_carried(home: Home) -> None:
    with home.store() as store:
        store.audit.append("reveal", "c")
        head = store.audit.head()
        assert store.audit.holds(head)
    connection = connect(home.path / "store.db", home.key)
    connection.execute("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)")
    connection.close()
    with home.store() as store:
        assert store.audit.verify() is None
        assert not store.audit.holds(head)


def test_one_stuck_row_holds_only_its_own_application(home: Home) -> None:
    one, other = make(home.station, 1), make(home.station, 2)
    with home.store() as store:
        store.accept(one)
        action = store.act(one.id, "payments", b"{}", "c")
        store.accept(other)
        store.sending.claim([one.id])
        store.sending.refuse(one.id, "needs_clerk", "invalid", {"field": "x"}, None)

        assert [row.key for row in store.sending.due(10)] == [other.id]
        store.rejections.retry(one.id, "c")
        assert [row.key for row in store.sending.due(10)] == [other.id, one.id], (
            "the tried one last"
        )
        store.sending.claim([one.id])
        store.outbox._table.move(one.id, "receipted", ("sending",))
        assert {row.key for row in store.sending.due(10)} == {action.key, other.id}


def test_a_correction_goes_out_under_the_same_id(home: Home) -> None:
    made = make(home.station)
    with home.store() as store:
        store.accept(made)
        with pytest.raises(WrongState):
            store.correct(made, "c")
        store.sending.claim([made.id])
        store.sending.refuse(made.id, "needs_clerk", "invalid", {"field": "phone"}, None)
        assert store.tasks.list()[0].detail == {"field": "phone"}

        row = store.correct(made.model_copy(update={"phone": "13800000000"}), "c")

        assert (row.key, row.state) == (made.id, "queued")
        assert store.application(made.id).phone == "13800000000"
        assert store.tasks.list() == []
        assert store.tasks.history(made.id)[0].outcome == "queued"


def test_after_a_lost_answer_the_held_body_can_be_kept(home: Home) -> None:
    made = make(home.station)
    with home.store() as store:
        first = store.accept(made)
        store.sending.claim([made.id])
        store.sending.refuse(made.id, "needs_clerk", "invalid", {}, None)
        store.correct(made.model_copy(update={"phone": "13800000000"}), "c")
        store.sending.claim([made.id])
        store.sending.refuse(
            made.id, "needs_clerk", "id-taken", {"held_sha256": first.sha256}, None
        )

        row = store.rejections.keep_held(made.id, "c")

        assert (row.sha256, row.state) == (first.sha256, "queued")


def test_the_phone_and_a_deadline_stand_on_the_task(home: Home) -> None:
    made = make(home.station).model_copy(update={"phone": "13900000001"})
    deadline = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
    with home.store() as store:
        store.accept(made)
        store.sending.claim([made.id])
        store.sending.refuse(made.id, "needs_clerk", "rules-disagree", {"lines": []}, deadline)
        (task,) = store.tasks.list()
    assert (task.phone, task.deadline, task.reason) == ("13900000001", deadline, "rules-disagree")


def test_a_refusal_can_be_withdrawn_by_a_person_only(home: Home) -> None:
    made = make(home.station)
    with home.store() as store:
        store.accept(made)
        with pytest.raises(WrongState):
            store.rejections.withdraw(made.id, "c", "test")
        store.sending.claim([made.id])
        store.sending.refuse(made.id, "needs_clerk", "possible-duplicate", {}, None)
        assert store.rejections.withdraw(made.id, "c", "a true duplicate").state == "withdrawn"
        assert store.outbox.waiting().total == 0
        with pytest.raises(WrongState):
            store.rejections.retry(made.id, "c")


async def test_a_cancelled_caller_still_saves(tmp_path: Path) -> None:
    import asyncio

    Store.make(tmp_path / "store.db", KEY).close()
    thread = await StoreThread.open(tmp_path / "store.db", KEY)
    draft = UUID(int=5)
    task = asyncio.create_task(thread.call(lambda store: store.drafts.save(draft, {"a": 1})))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    thread.close()
    with Store.open(tmp_path / "store.db", KEY) as store:
        assert store.drafts.get(draft).body == {"a": 1}


def test_wiping_takes_sealed_bodies_labels_and_phones_after_their_time(home: Home) -> None:

    made = make(home.station)
    with home.store() as store:
        row = store.accept(made, "样**")
        store.sending.claim([made.id])
        receipt = Receipt(made.id, row.sha256, CODE, 1, datetime.now(UTC), "jws")
        assert store.sending.receipted([(receipt, b"sealed")]) == [made.id]
        assert store.outbox.body(made.id) is None
        assert store.upkeep.wipe(Keep()) == 0
        assert store.sending.content(made.id).sealed
    later = datetime.now(UTC) + timedelta(days=8)
    with home.store(clock=lambda: later) as store:
        assert store.upkeep.wipe(Keep()) == 1
        assert store.outbox.get(made.id).label is None
        with pytest.raises(Unknown):
            store.sending.content(made.id)


def test_what_a_person_withdrew_and_what_nobody_asks_for_is_wiped_too(home: Home) -> None:
    made = make(home.station)
    with home.store() as store:
        store.accept(made, "样**")
        store.sending.claim([made.id])
        store.sending.refuse(made.id, "needs_clerk", "invalid", {"field": "phone"}, None)
        store.correct(made.model_copy(update={"phone": "13800000000"}), CLERK)
        store.sending.claim([made.id])
        store.sending.refuse(made.id, "needs_clerk", "invalid", {"field": "phone"}, None)
        store.rejections.withdraw(made.id, CLERK, "asked for by the applicant")
        store.questions.ask("lookup", "/v1/lookups/kinship", {"number": "x"})
        store.cache.put("lookup", {"answer": "matched"})
        store.cache.put("sites", {"items": []})
        assert store.upkeep.wipe(Keep()) == 0
        assert store.outbox.body(made.id) is not None
    later = datetime.now(UTC) + timedelta(days=8)
    with home.store(clock=lambda: later) as store:
        assert store.upkeep.wipe(Keep()) == 1
        row = store.outbox.get(made.id)
        assert (row.state, row.label, store.outbox.body(made.id)) == ("withdrawn", None, None)
        assert store._database.rows("SELECT 1 FROM revisions WHERE body IS NOT NULL") == []
        assert (store.questions.get("lookup"), store.cache.names()) == (None, ["sites"])
        assert store.upkeep.wipe(Keep()) == 0


def test_a_receipt_over_other_bytes_settles_nothing(home: Home) -> None:

    made = make(home.station)
    with home.store() as store:
        store.accept(made)
        store.sending.claim([made.id])
        other = Receipt(made.id, "0" * 64, CODE, 1, datetime.now(UTC), "jws")
        assert store.sending.receipted([(other, b"sealed")]) == []
        assert store.outbox.get(made.id).state == "sending"
        assert store.sending.recover() == 1


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


def test_acts_are_queued_in_the_commit_of_their_application_and_after_it(home: Home) -> None:
    with home.store() as store:
        made = make(home.station)
        body = b'{"ledger":"treasury","amount":160,"method":"cash","state":"recorded"}'
        store.accept(made, acts=[Act("payments", body)])
        rows = store.outbox.list()
        by_action = {row.action: row for row in rows}
        assert set(by_action) == {None, "payments"}
        assert store.outbox.body(by_action["payments"].key) == body
        assert by_action["payments"].application == made.id
        assert [row.action for row in rows] == [None, "payments"]
