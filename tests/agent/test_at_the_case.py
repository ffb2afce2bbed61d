"""What was got ready at the open case reaches a real centre: approved postage, an earlier photo."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from central.desk import ACTS
from central.desk.deferrals import END
from counter_tui import matters, second_person, terms, timeline
from counter_tui.case.approval import waiver_body
from counter_tui.matters import Earlier
from counter_tui.photo import earlier
from counter_tui.store import Act
from intake.application import Application, PhotoTaken
from intake.photos import as_reused
from tests.agent.stations import look, one_round, signed_in
from tests.store.centre import Pair, paired
from tests.store.homes import CLERK, SUPERVISOR, make

FACE = b"\xff\xd8\xff\xe0" + bytes(30_000) + b"\xff\xd9"
SHA256 = hashlib.sha256(FACE).hexdigest()


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return paired(tmp_path)


def of_young(pair: Pair) -> Application:
    """An application of somebody who pays the postage."""
    made = [make(pair.home.station, index) for index in (336 * 1000 * 29, 336 * 1000 * 28)]
    return next(one for one in made if one.decision.totals.carrier)


async def test_postage_approved_before_acceptance_arrives_after_days_without_a_network(
    pair: Pair,
) -> None:
    made = of_young(pair)
    days_ago = datetime.now(UTC) - timedelta(days=2)
    made = made.model_copy(update={"created_at": days_ago, "accepted_at": days_ago})
    supervisor, body = pair.home.unlock(SUPERVISOR), waiver_body(0, "残疾军人证")
    with pair.home.store() as store:
        (sha256,) = second_person.approve_ahead(
            store, supervisor, CLERK, made.id, "waivers", [body], "残疾军人证"
        )
        # The same as it was signed two days ago.
        token = second_person.signed_approval(
            supervisor, sha256, "waivers", "残疾军人证", days_ago, made.id
        )
        events = [(one.event, one.detail.get("by")) for one in store.audit.list(str(made.id))]
        assert events == [("approved", SUPERVISOR)]
        with pytest.raises(second_person.NotAnotherSupervisor):
            second_person.approve_ahead(
                store, pair.home.unlock(), CLERK, made.id, "waivers", [body], "残疾军人证"
            )
        later = Act("waivers", waiver_body(0, "另一证明"))
        store.accept(made, acts=[Act("waivers", body, token), later])
    with pair.centre():
        signed_in(pair)
        await one_round(pair)
    rows = look(pair, lambda store: store.outbox.acts_of(made.id, "waivers"))
    # Without an approval it waits on the rejection desk, as before.
    assert [row.state for row in rows] == ["receipted", "needs_supervisor"]


async def test_an_earlier_photo_is_fetched_to_be_seen(
    pair: Pair,
) -> None:
    taken = PhotoTaken(sha256=SHA256, width=390, height=520)
    first = make(pair.home.station, 1).model_copy(update={"photo": taken})
    number = first.facts.applicant.number
    with pair.centre():
        signed_in(pair)
        with pair.home.store() as store:
            store.accept(first)
            store.blobs.keep(first.id, "image/jpeg", FACE)
            (here,) = [one for one in matters.local(store, number) if isinstance(one, Earlier)]
            assert here.photo == as_reused(first) and here.photo_held
        await one_round(pair)
        found = await asked(pair, number)
        (there,) = [one for one in found if isinstance(one, Earlier)]
        assert (there.photo, there.photo_held) == (here.photo, True)
        assert (there.phone, there.address) == (False, False)

        # A week later the station has wiped its own copy.
        with pair.home.store() as store:
            store._database.write(lambda c: c.execute("UPDATE blobs SET content = NULL"))
            assert earlier.content(store, SHA256) is None
            earlier.ask(store, SHA256)
            earlier.ask(store, "ab" * 32)
        await one_round(pair)
        with pair.home.store() as store:
            assert earlier.content(store, SHA256) == FACE
            assert earlier.problem(store, "ab" * 32) == "not-found"
            earlier.forget(store)
            assert earlier.content(store, SHA256) is None


async def asked(pair: Pair, number: str) -> Sequence[matters.Matter]:
    with pair.home.store() as store:
        matters.ask(store, number)
    await one_round(pair)
    with pair.home.store() as store:
        return matters.answered(store, number) or ()


def test_the_story_of_an_application_has_words_for_every_act_and_state() -> None:
    assert {act.kind for act in ACTS} <= timeline.AT_CENTRE.keys()
    assert {*END.values(), "granted", "issued"} <= terms.EVENT_STATES.keys()
    at = "2026-11-25T10:00:00+08:00"
    told = {"at": at, "by": CLERK, "state": "held"}
    (printed, parcel) = timeline.at_centre(
        {"items": [{**told, "kind": "print"}, {**told, "kind": "parcel"}]}
    )
    assert (printed.state, parcel.state) == ("", "held")
