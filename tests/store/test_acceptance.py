"""Drafts, acceptance and the audit: what one commit holds."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from counter_tui.store import Act, Store, StoreThread
from counter_tui.store.errors import (
    AlreadyAccepted,
    NotAcceptable,
    Unknown,
)
from counter_tui.store.sealed_file import connect
from tests.store.homes import Home, enrolled, make

KEY = bytes(range(32))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return enrolled(tmp_path / "home")


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
