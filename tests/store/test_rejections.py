"""The rejection desk without its screen: reasons, lines, steps; and nothing goes round them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from central.problems import STATUS
from counter_tui import accept, second_person
from counter_tui.accept import Particulars
from counter_tui.case.draft import Draft
from counter_tui.case.facts import Place, facts_of
from counter_tui.case.reopened import draft_of
from counter_tui.failure import WrongUse
from counter_tui.keys.jose import verify
from counter_tui.rejection import SENTENCES, Rejection, rejection, rejections, sentences
from counter_tui.second_person import NotAnotherSupervisor
from counter_tui.signin import ClerkDisabled, ClockWentBack, WrongPin
from counter_tui.station_office import particulars
from counter_tui.store import Store, Task
from counter_tui.store.errors import NeedsSupervisor, WrongState
from counter_tui.store.rejections import PENDING
from counter_tui.words import Words
from intake.application import Application
from tests.faults.test_planted_people import planted
from tests.store.homes import CLERK, PIN, SUPERVISOR, Home, enrolled, make


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return enrolled(tmp_path / "home", supervisor=True)


def refuse(store: Store, made: Application, reason: str, **detail: Any) -> Rejection:
    """`made` accepted and refused by the centre."""
    if made.id not in {row.key for row in store.outbox.list()}:
        store.accept(made)
    store.sending.claim([made.id])
    state = "needs_supervisor" if reason.startswith("approval") else "needs_clerk"
    deadline = store.now() + timedelta(days=3)
    store.sending.refuse(made.id, state, reason, detail, deadline)
    found = rejection(store, made.id)
    assert found is not None
    return found


def test_every_refusal_of_the_centre_has_its_sentences() -> None:
    assert set(STATUS) <= set(SENTENCES)
    for language in ("zh_CN", "en"):
        words = Words(language)
        for reason in [*STATUS, *SENTENCES]:
            task = Task(1, None, reason, {}, None, datetime.now(UTC), None, None, None)
            what, advice, values = sentences(task)
            assert words(what, **values) and words(advice, **values)


def test_a_refusal_shows_reason_lines_phone_deadline_and_steps(home: Home) -> None:
    made = make(home.station).model_copy(update={"phone": "13900000001"})
    line = {"path": "totals.treasury", "station": 160, "centre": 120}
    with home.store() as store:
        found = refuse(store, made, "rules-disagree", lines=[line])
        assert (found.lines[0].path, found.lines[0].station, found.lines[0].centre) == (
            "totals.treasury",
            160,
            120,
        )
        assert (found.phone, found.overdue) == ("13900000001", False)
        assert found.steps == ("correct", "retry", "withdraw")
        assert rejections(store) == [found]
    later = datetime.now(UTC) + timedelta(days=4)
    with home.store(clock=lambda: later) as store:
        assert rejections(store)[0].overdue


def test_a_correction_keeps_the_id_closes_the_task_and_takes_the_draft(home: Home) -> None:
    made = make(home.station)
    with home.store() as store:
        refuse(store, made, "invalid", field="phone")
        store.drafts.save(made.id, {"being": "corrected"})
        row = store.correct(made.model_copy(update={"phone": "13800000000"}), "c-0002")
        assert (row.key, row.number, row.state) == (made.id, made.number, "queued")
        assert rejections(store) == store.drafts.list() == []
        entry = store.audit.list(str(made.id))[0]
        assert (entry.event, entry.clerk) == ("corrected", "c-0002")
        assert store.audit.verify() is None


def test_a_refused_action_is_corrected_under_its_key(home: Home) -> None:
    made = make(home.station)
    with home.store() as store:
        store.accept(made)
        action = store.act(made.id, "payments", b'{"amount":1}', CLERK)
        store.sending.refuse(action.key, "needs_clerk", "invalid", {"field": "amount"}, None)
        row = store.correct_action(action.key, b'{"amount":2}', CLERK)
        assert (row.key, row.state) == (action.key, "queued")
        assert store.outbox.body(action.key) == b'{"amount":2}'
        with pytest.raises(WrongState):
            store.correct_action(made.id, b"{}", CLERK)


def test_a_possible_duplicate_goes_on_with_a_supervisors_reason_and_signature(home: Home) -> None:
    made = make(home.station)
    supervisor = second_person.step_up(home.path, CLERK, SUPERVISOR, PIN)
    with home.store() as store:
        found = refuse(store, made, "possible-duplicate", existing={"number": "AB12-CD34-5"})
        assert (found.existing, found.steps[0]) == ("AB12-CD34-5", "approve")

        row = second_person.approve(store, supervisor, CLERK, made.id, "双胞胎，已核对")

        assert (row.state, row.override) == ("queued", "双胞胎，已核对")
        said = verify(str(row.approval), [supervisor.signer.public], "approval+jws")
        assert (said["sub"], said["sha256"], said["action"]) == (SUPERVISOR, row.sha256, "accept")
        entry = store.audit.list(str(made.id))[0]
        assert (entry.event, entry.detail["by"]) == ("approved", SUPERVISOR)
        assert rejections(store) == []

        # A correction is another body: neither signature nor reason stands for it.
        refuse(store, made, "invalid", field="phone")
        row = store.correct(made.model_copy(update={"phone": "13800000000"}), CLERK)
        assert (row.override, row.approval) == (None, None)


def test_while_the_centre_is_away_an_approval_is_pending_and_never_granted_here(home: Home) -> None:
    made = make(home.station)
    supervisor = second_person.step_up(home.path, CLERK, SUPERVISOR, PIN)
    with home.store() as store:
        refuse(store, made, "possible-duplicate", existing={"number": "AB12-CD34-5"})
        store.contact.lost()

        row = second_person.approve(store, supervisor, CLERK, made.id, "双胞胎，已核对")

        assert (row.state, row.approval) == ("needs_supervisor", None)
        (found,) = rejections(store)
        assert (found.reason, found.steps) == (PENDING, ("approve", "correct", "withdraw"))
        assert store.sending.due(10) == []
        with pytest.raises(NeedsSupervisor):
            store.rejections.retry(made.id, CLERK)

        store.contact.made()
        row = second_person.approve(store, supervisor, CLERK, made.id, "双胞胎，已核对")
        assert (row.state, row.override) == ("queued", "双胞胎，已核对")


def test_what_is_accepted_pending_an_approval_is_a_task_too(home: Home) -> None:
    made = make(home.station)
    supervisor = second_person.step_up(home.path, CLERK, SUPERVISOR, PIN)
    with home.store() as store:
        store.accept_pending_approval(made)
        assert [one.reason for one in rejections(store)] == [PENDING]
        row = second_person.approve(store, supervisor, CLERK, made.id, "certificate seen")
        assert (row.state, row.override) == ("queued", None)
        assert rejections(store) == []


def test_the_second_person_is_another_and_a_supervisor(home: Home) -> None:
    with pytest.raises(NotAnotherSupervisor):
        second_person.step_up(home.path, SUPERVISOR, SUPERVISOR, PIN)
    with pytest.raises(NotAnotherSupervisor):
        second_person.step_up(home.path, SUPERVISOR, CLERK, PIN)
    with pytest.raises(WrongPin):
        second_person.step_up(home.path, CLERK, SUPERVISOR, "000000")
    assert [one.id for one in second_person.supervisors(home.path, CLERK)] == [SUPERVISOR]
    assert second_person.supervisors(home.path, SUPERVISOR) == []


def test_a_supervisor_the_centre_refused_or_at_a_wrong_clock_approves_nothing(home: Home) -> None:
    made = make(home.station)
    clerk = home.unlock()
    supervisor = home.unlock(SUPERVISOR)
    with home.store() as store:
        refuse(store, made, "approval-required")
        for who, whom in ((clerk, SUPERVISOR), (supervisor, SUPERVISOR)):
            with pytest.raises(NotAnotherSupervisor):
                second_person.approve(store, who, whom, made.id, "a reason")
        with pytest.raises(WrongUse):
            second_person.approve(store, supervisor, CLERK, made.id, " x ")
        store.settings.put(f"clerk.{SUPERVISOR}.refused", True)
        with pytest.raises(ClerkDisabled):
            second_person.approve(store, supervisor, CLERK, made.id, "a reason")
        store.settings.put(f"clerk.{SUPERVISOR}.refused", False)
        store.contact.note_time()
    past = datetime.now(UTC) - timedelta(days=30)
    with home.store(clock=lambda: past) as store, pytest.raises(ClockWentBack):
        second_person.approve(store, supervisor, CLERK, made.id, "a reason")


def test_a_reopened_application_is_the_draft_it_came_from(home: Home) -> None:
    plain = make(home.station)
    person, recipient, phone = planted(7)
    same = plain.facts.applicant
    person = person.model_copy(update={"number": same.number, "birth_date": same.birth_date})
    made = plain.model_copy(update={"person": person, "recipient": recipient, "phone": phone})
    draft = draft_of(made)
    assert Draft.from_json(draft.to_json()) == draft
    again = facts_of(draft, made.accepted_at, Place(home.station.code))
    facts = made.facts
    assert (again.applicant, again.items, again.materials, again.delivery) == (
        facts.applicant,
        facts.items,
        facts.materials,
        facts.delivery,
    )
    given: Particulars = particulars(draft)
    assert (given.person, given.recipient, given.phone) == (person, recipient, phone)
    assert accept.particulars_of(made).recipient == recipient
