"""The outbox: order, corrections, receipts, and what is wiped when."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from counter_tui.store import Receipt
from counter_tui.store.errors import (
    Unknown,
    WrongState,
)
from counter_tui.store.upkeep import Keep
from tests.store.homes import CLERK, CODE, Home, enrolled, make

KEY = bytes(range(32))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return enrolled(tmp_path / "home")


def test_one_stuck_row_holds_only_its_own_application(home: Home) -> None:
    """Finding 8: elsewhere one stuck item holds up all the others."""
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
