"""The desks against a real centre: handing in, more time, corrections, a person's matters."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from counter_tui import accept, deferrals, matters, packs
from counter_tui.case.case import Case
from counter_tui.case.facts import Place
from counter_tui.case.taking_over import correction_of
from counter_tui.certificates import certificate_hash
from counter_tui.deferrals import Deferral
from counter_tui.matters import Earlier, OpenItem
from counter_tui.particulars import particulars
from counter_tui.rejection import rejection
from intake.application import Application
from intake.reading import read_facts
from tests.agent.stations import look, one_round, signed_in
from tests.faults.test_planted_people import planted
from tests.store.centre import Pair, paired
from tests.store.homes import CLERK, CODE, facts, make

PERSON = "510107195805161235"
LOST = [{"document": "passport", "kind": "reissue_lost"}]


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return paired(tmp_path)


def to_follow(pair: Pair) -> Application:
    """A lost passport whose statement of loss follows, accepted here."""
    today = datetime.now(UTC).date().isoformat()
    made = accept.application(
        read_facts(facts(items=LOST, accepted_on=today)),
        packs.load("chengdu"),
        pair.home.station,
        CLERK,
        datetime.now(UTC),
        accept.new_id(),
        certificate_hash("a key of the tests"),
    )
    with pair.home.store() as store:
        store.accept(made)
        deferrals.note_accepted(store, made)
    return made


def known(pair: Pair) -> list[Deferral]:
    return list(look(pair, lambda store: deferrals.deferrals(store).records))


async def anew(pair: Pair) -> None:
    """The list is fetched again, as after a quarter of an hour."""
    with pair.home.store() as store:
        store.cache.drop(deferrals.LIST)
    await one_round(pair)


async def test_handed_in_without_a_network_it_reaches_the_centre_later(pair: Pair) -> None:
    with pair.centre():
        signed_in(pair)
        made = to_follow(pair)
        await one_round(pair)
        await anew(pair)
        (one,) = known(pair)
        assert (one.person, one.number, one.state) == (PERSON, made.number, "open")
        pack = packs.load("chengdu")
        later = deferrals.new_due_date(one, pack)
        assert later is not None and later > one.due_on
        with pair.home.store() as store:
            deferrals.extend(store, one, "证明在途", CLERK)
        await one_round(pair)
        await anew(pair)
        (one,) = known(pair)
        assert (one.state, one.due_on, one.done) == ("extended", later, None)
        assert deferrals.new_due_date(one, pack) is None, "once, as the pack says"
    # The centre is away: the person's card brings it up from the list that was kept.
    with pair.home.store() as store:
        (first, *_) = matters.local(store, PERSON)
        assert isinstance(first, Deferral)
        row = deferrals.hand_in(store, first, "proxy", CLERK)
        (after,) = deferrals.deferrals(store).records
        assert after.done and (after.state, after.done.state) == ("received", "queued")
        assert not [one for one in matters.local(store, PERSON) if isinstance(one, Deferral)]
    with pair.centre():
        await one_round(pair)
        assert look(pair, lambda store: store.outbox.get(row.key)).state == "receipted"
        await anew(pair)
        (after,) = known(pair)
        assert (after.state, after.done) == ("received", None)


async def test_the_centre_tells_what_a_person_has_open(pair: Pair) -> None:
    with pair.centre():
        signed_in(pair)
        made = to_follow(pair)
        await one_round(pair)
        with pair.home.store() as store:
            matters.ask(store, PERSON)
            assert matters.answered(store, PERSON) is None
        await one_round(pair)
        with pair.home.store() as store:
            found = matters.joined((), matters.answered(store, PERSON) or ())
            assert [type(one) for one in found] == [Deferral, OpenItem, Earlier]
            again = [{"document": "passport", "kind": "reissue_lost", "materials": {}}]
            (same,) = matters.same_item(found, str(UUID(int=1)), again)
            assert (same.number, same.station, same.visible) == (made.number, CODE, True)
            assert matters.same_item(found, str(made.id), again) == []
            assert matters.same_item(found, str(UUID(int=1)), [{"document": "?"}]) == []


async def test_what_the_rules_refuse_is_corrected_under_its_id_and_arrives_once(pair: Pair) -> None:
    good = make(pair.home.station, 5)
    applicant = good.facts.applicant
    person, recipient, phone = planted(7)
    same = {"number": applicant.number, "birth_date": applicant.birth_date}
    more = {"person": person.model_copy(update=same), "recipient": recipient, "phone": phone}
    good = good.model_copy(update=more)
    totals = good.decision.totals.model_copy(update={"treasury": 1})
    wrong = good.model_copy(
        update={"decision": good.decision.model_copy(update={"totals": totals})}
    )
    with pair.centre():
        signed_in(pair)
        with pair.home.store() as store:
            store.accept(wrong)
        await one_round(pair)
        with pair.home.store() as store:
            found = rejection(store, wrong.id)
            assert found is not None and found.reason == "rules-disagree"
            assert [line.station for line in found.lines] == [1]
            assert found.steps[0] == "correct" and found.deadline is not None
            draft = correction_of(store.application(wrong.id))
            moment = datetime.fromisoformat(draft.decided_as_of)
            case = Case(draft, packs.load("chengdu"), Place(CODE), lambda: moment)
            assert case.facts is not None and case.facts.accepted_on == wrong.facts.accepted_on
            corrected = accept.application(
                case.facts,
                case.pack,
                pair.home.station,
                CLERK,
                datetime.fromisoformat(draft.corrects),
                UUID(draft.id),
                certificate_hash("a key of the tests"),
                datetime.fromisoformat(draft.created_at),
                particulars(draft),
            )
            store.correct(corrected, CLERK)
        await one_round(pair)
        assert look(pair, lambda store: store.outbox.get(wrong.id)).state == "receipted"
        assert [UUID(held) for held, _ in pair.held()] == [wrong.id]


async def test_a_deferral_runs_out_with_the_outcome_of_the_pack(pair: Pair) -> None:
    with pair.centre():
        signed_in(pair)
        to_follow(pair)
        await one_round(pair)
        await anew(pair)
        (one,) = known(pair)
        assert one.group(one.due_on + timedelta(days=1)) == "overdue"
        with pair.home.store() as store:
            row = deferrals.expire(store, one, CLERK)
        await one_round(pair)
        # Before its day the centre does not take it: a task, and it is open again.
        found = look(pair, lambda store: rejection(store, row.key))
        assert found is not None and found.reason == "state-conflict"
        (one,) = known(pair)
        assert one.is_open and one.done and one.done.state == "needs_clerk"
