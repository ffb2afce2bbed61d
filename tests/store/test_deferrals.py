"""Deferrals as the desk sees them: the centre's list, what was accepted and done here since."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from counter_tui import accept, deferrals, packs, terms
from counter_tui.certificates import certificate_hash
from counter_tui.overview import overview
from counter_tui.store.rows import Receipt
from intake.application import Application
from intake.reading import read_facts
from tests.store.homes import CLERK, Home, enrolled, facts

TODAY = date(2026, 11, 25)
PERSON = "510107195805161235"
LOST = [{"document": "passport", "kind": "reissue_lost"}]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return enrolled(tmp_path / "home")


def to_follow(home: Home) -> Application:
    """A lost passport whose statement of loss follows."""
    return accept.application(
        read_facts(facts(items=LOST)),
        packs.load("chengdu"),
        home.station,
        CLERK,
        datetime.now(UTC),
        accept.new_id(),
        certificate_hash("a key of the tests"),
    )


def told(due: date, number: str = "WA7K-29QF-M", state: str = "open") -> dict[str, Any]:
    """A record as the centre tells it."""
    return {
        "id": str(UUID(int=due.toordinal())),
        "application": str(UUID(int=1)),
        "state": state,
        "due_on": due.isoformat(),
        "created_at": "2026-11-18T01:00:00+00:00",
        "body": {
            "code": "loss_statement",
            "item": 0,
            "channels": ["window", "post"],
            "on_expiry": "terminate",
        },
        "detail": {},
        "about": {"number": number, "name": "样本辛", "phone": "13800000006", "person": PERSON},
    }


def test_the_centres_list_falls_into_groups_and_is_found_by_the_receipts_number(home: Home) -> None:
    days = {-1: "overdue", 0: "today", 3: "soon", 4: "later"}
    with home.store() as store:
        items = [told(TODAY + timedelta(days=ahead)) for ahead in days]
        store.cache.put("deferrals", {"items": [*items, told(date(2026, 1, 1), state="received")]})
        held = deferrals.deferrals(store)
        order = [one.group(TODAY) for one in held.fitting("wa7k29qfm", TODAY)]
        assert order == [*days.values(), "done"]
        assert len(held.of_person(PERSON)) == 4 and held.of_person("51") == []
        seen = overview(store, TODAY)
        assert (seen.overdue, seen.due_today, seen.due_soon, seen.is_clear) == (1, 1, 1, False)
        assert seen.told is not None


def test_what_is_accepted_here_stands_on_the_desk_before_the_centre_tells(home: Home) -> None:
    made = to_follow(home)
    with home.store() as store:
        store.accept(made)
        deferrals.note_accepted(store, made)
        (one,) = deferrals.deferrals(store).of_person(PERSON)
        assert (one.code, one.number, one.done) == ("loss_statement", made.number, None)
        store.cache.put("deferrals", {"items": []})
        assert deferrals.deferrals(store).of_person(PERSON), "it has not left the station yet"


@pytest.mark.parametrize("channel", ["window", "post"])
def test_handing_in_is_an_act_that_waits_and_shows_its_state(home: Home, channel: Any) -> None:
    with home.store() as store:
        store.cache.put("deferrals", {"items": [told(TODAY)]})
        (one,) = deferrals.deferrals(store).of_person(PERSON)
        row = deferrals.hand_in(store, one, channel, CLERK)
        sent = json.loads(store.outbox.body(row.key) or b"")
        assert (row.action, row.application, sent["channel"]) == (
            "supplements",
            one.application,
            channel,
        )
        (after,) = deferrals.deferrals(store).records
        assert (after.state, after.group(TODAY)) == ("received", "done")
        assert after.done and (after.done.state, after.done.channel) == ("queued", channel)

        # Refused: it is to be handed in again, and the refusal is a task.
        store.sending.refuse(row.key, "needs_clerk", "state-conflict", {}, None)
        (after,) = deferrals.deferrals(store).records
        assert after.is_open and after.done and after.done.state == "needs_clerk"


def test_more_time_is_given_as_often_as_the_rules_have_it(home: Home) -> None:
    pack = packs.load("chengdu")
    with home.store() as store:
        store.cache.put("deferrals", {"items": [told(date(2018, 5, 23))]})
        (one,) = deferrals.deferrals(store).records
        assert deferrals.new_due_date(one, pack) == date(2018, 5, 30)
        deferrals.extend(store, one, "证明在途", CLERK)
        (one,) = deferrals.deferrals(store).records
        assert (one.state, deferrals.new_due_date(one, pack)) == ("extended", None)
        deferrals.expire(store, one, CLERK)
        (one,) = deferrals.deferrals(store).records
        assert (one.state, one.on_expiry) == ("expired", "terminate")
        assert one.on_expiry in terms.ON_EXPIRY


def test_a_younger_list_of_the_centre_counts_for_more_than_what_was_done_here(home: Home) -> None:
    with home.store() as store:
        store.cache.put("deferrals", {"items": [told(TODAY)]})
        (one,) = deferrals.deferrals(store).records
        row = deferrals.hand_in(store, one, "window", CLERK)
        store.sending.claim([row.key])
        store.sending.receipted(
            [(Receipt(row.key, row.sha256, "510107-ps-014", 1, store.now(), ""), b"sealed")]
        )
        (after,) = deferrals.deferrals(store).records
        assert after.state == "received" and after.done and after.done.state == "receipted"
        store.cache.put("deferrals", {"items": [told(TODAY, state="rejected")]})
        (after,) = deferrals.deferrals(store).records
        assert (after.state, after.done) == ("rejected", None)
