"""A card brings up what its person has open; what is told later is one key away."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from textual.pilot import Pilot

from counter_tui import deferrals, matters
from counter_tui.guards import _SENTENCES
from counter_tui.office import OutboxGlance
from counter_tui.store import Store
from counter_tui.words import Words
from tests.screens.desk_office import NOW, PIN, Bench, card, screen_text
from tests.screens.test_desks import PERSON, TODAY, deferral, settle, told
from tests.screens.test_screens import SIZE, signed_in, with_case
from tests.store.homes import CODE

zh = Words("zh_CN")


def draft(name: str) -> dict[str, Any]:
    """A pre-acceptance of the person of the card."""
    return {
        "id": str(UUID(int=8)),
        "state": "open",
        "due_on": "2018-06-01",
        "body": {
            "name": name,
            "number": PERSON,
            "phone": "13900000001",
            "items": [{"document": "passport", "kind": "first"}],
            "channel": "web",
        },
    }


OPEN = {
    "item_key": "passport:first",
    "application": str(UUID(int=9)),
    "number": "7K3M-29QF-A",
    "station": CODE,
    "since": "2018-05-02T09:12:00+00:00",
    "visible": True,
}


async def answer(bench: Bench, pilot: Pilot, **lists: Any) -> None:
    """The centre answers the question about the person."""

    def put(store: Store) -> None:
        question = store.questions.get(matters.QUESTION)
        assert question is not None and question.body == {"number": PERSON}
        store.cache.put(matters.QUESTION, lists)
        store.questions.answered(matters.QUESTION)

    await bench.office.ask(put)
    bench.app.show_outbox(OutboxGlance())
    await settle(pilot)


async def test_a_supplement_from_the_card_takes_two_keys() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)
        await told(bench, "deferrals", deferral(TODAY), deferral(TODAY + timedelta(days=30)))
        bench.lay(card())
        await settle(pilot)
        text = screen_text(bench.app)
        assert zh("loss_statement") not in text and zh("statement of loss") in text
        assert zh("due today") in text and "WA7K-29QF-M" in text
        await pilot.press("enter")
        await settle(pilot)
        assert zh("at the window") in screen_text(bench.app)
        await pilot.press("enter")
        await settle(pilot)

        def acts(store: Store) -> list[str | None]:
            return [row.action for row in store.outbox.list()]

        assert await bench.office.ask(acts) == ["supplements"]
        # The other one is asked for next; Esc then goes on to a case, with nothing handed in.
        assert "WA7K-29QF-M" in screen_text(bench.app)
        await pilot.press("escape")
        await settle(pilot)
        assert bench.app.frame.place == "case"
        left = await bench.office.ask(lambda store: deferrals.deferrals(store).of_person(PERSON))
        assert [one.due_on for one in left] == [TODAY + timedelta(days=30)]


async def test_without_matters_the_case_opens_at_once_and_the_centre_is_asked() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)
        bench.lay(card())
        await settle(pilot)
        assert bench.app.frame.place == "case" and bench.office.woken
        await answer(bench, pilot, deferrals=[deferral(TODAY)], open_items=[], applications=[])
        said = zh("The centre knows of {count} more matters of this person: Ctrl+G 4", count=1)
        assert said in screen_text(bench.app)
        await pilot.press("ctrl+g", "4")
        await settle(pilot)
        await pilot.press("enter", "enter")
        await settle(pilot)
        rows = await bench.office.ask(lambda store: store.outbox.list())
        assert [row.action for row in rows] == ["supplements"]
        assert bench.app.frame.place == "case", "the case stays"
        kept = await bench.office.ask(lambda store: store.cache.get(matters.QUESTION))
        assert kept is None, "what the centre told of a person lies nowhere longer than needed"


async def test_esc_goes_on_to_a_new_case_and_another_key_does_not() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)
        await told(bench, "deferrals", deferral(TODAY))
        bench.lay(card())
        await settle(pilot)
        await pilot.press("ctrl+g", "1")
        await settle(pilot)
        assert bench.app.frame.place == "search"
        await pilot.press("escape")
        await settle(pilot)
        bench.lay(card())
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert bench.app.frame.place == "case"


async def test_a_pre_acceptance_is_taken_over_and_differences_are_shown_masked() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)
        await told(bench, "preacceptances", draft("样夲甲"))
        bench.lay(card())
        await settle(pilot)
        assert zh("pre-acceptance") in screen_text(bench.app)
        await pilot.press("enter")
        await settle(pilot)
        text = screen_text(bench.app)
        assert zh("Taken over; it differs from the card") in text
        assert "样本*" in text and "样夲*" in text and "样本甲" not in text
        assert bench.app.desk and bench.app.desk.case
        taken = bench.app.desk.case.draft
        assert (taken.pre_acceptance, taken.phone) == (str(UUID(int=8)), "13900000001")
        assert [one["document"] for one in taken.items] == ["passport"]
        assert taken.person.name == "样本甲", "the card counts"


async def test_the_same_item_open_stops_the_acceptance_with_a_link() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await answer(bench, pilot, open_items=[OPEN])
        assert "7K3M-29QF-A" in screen_text(bench.app)
        assert bench.app.desk and bench.app.desk.case and bench.app.matters
        assert bench.app.matters.stop(bench.app.desk.case.draft)
        await settle(pilot)
        assert zh("The same is not finished yet") in screen_text(bench.app)
        await pilot.press("enter")
        await settle(pilot)
        assert bench.app.frame.place == "history"
        await pilot.press("escape")
        await settle(pilot)
        assert bench.app.frame.place == "case"


async def test_a_stopped_station_begins_no_case_until_a_supervisor_allows_it() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)
        long_ago = (NOW - timedelta(days=90)).isoformat()
        await bench.office.ask(lambda store: store.settings.put("pack.confirmed", long_ago))
        bench.lay(card())
        await settle(pilot)
        assert bench.app.frame.place == "home"
        assert zh("No new cases now") in screen_text(bench.app)
        await pilot.press("down", "enter")
        await settle(pilot)
        await pilot.press(*"111111", "enter")
        await settle(pilot)
        seen = screen_text(bench.app)
        assert zh("Wrong PIN. Tries left: {left}.", left=4) in seen
        assert zh(_SENTENCES["pack_age"], days=90) in seen, "what is approved stays in sight"
        await pilot.press(*PIN, "enter")
        await settle(pilot)
        assert bench.app.frame.place == "case"
        entries = await bench.office.ask(lambda store: store.audit.list())
        assert "freeze_overridden" in [entry.event for entry in entries]


async def test_a_pre_acceptance_from_the_list_says_its_age_and_is_not_kept_against_the_centre() -> (
    None
):
    bench = Bench()
    long_ago = (NOW - timedelta(hours=3)).isoformat(timespec="microseconds")
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)
        await told(bench, "preacceptances", draft("样本甲"))
        age = "UPDATE cache SET fetched_at = ?"
        await bench.office.ask(
            lambda store: store._database.write(lambda c: c.execute(age, (long_ago,)))
        )
        bench.lay(card())
        await settle(pilot)
        hours = zh("{n} h", n=3)
        assert zh("as of {age} ago", age=hours) in screen_text(bench.app)
        await pilot.press("enter")
        await settle(pilot)
        said = zh("It stands in a list of {age} ago; ask what changed.", age=hours)
        assert said in screen_text(bench.app)
        # The centre answers: it was used up elsewhere since.
        await answer(bench, pilot, pre_acceptances=[], open_items=[], applications=[])
        gone = "The centre does not have this pre-acceptance open any more; ask about it."
        assert zh(gone) in screen_text(bench.app)
        assert bench.app.matters and not bench.app.matters.found
