"""An earlier photo used again, what was taken of a person, postage approved at the case."""

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from textual.pilot import Pilot

from counter_tui.case import approval
from counter_tui.case.case import Case
from counter_tui.case.draft import Draft
from counter_tui.office import OutboxGlance
from counter_tui.particulars import particulars
from counter_tui.photo.photos import finish
from counter_tui.store import Store
from counter_tui.words import Words
from tests.agent.test_photos import RULES, taken
from tests.screens.desk_office import PIN, Bench, card, screen_text
from tests.screens.test_desks import settle
from tests.screens.test_matters import answer
from tests.screens.test_screens import SIZE, with_case
from tests.store.homes import CODE, make

zh = Words("zh_CN")
FIRST, NUMBER = UUID(int=11), "7K3M-29QF-A"


def earlier(sha256: str = "ab" * 32, day: str = "2017-06-01", held: bool = True) -> dict[str, Any]:
    """An earlier application as the centre tells of it."""
    photo = {"sha256": sha256, "width": 390, "height": 520, "taken_on": day}
    return {
        "id": str(FIRST),
        "number": NUMBER,
        "station": CODE,
        "received_at": "2017-06-01T09:12:00+00:00",
        "photo": {**photo, "reused_from": str(FIRST)},
        "photo_held": held,
        "phone": True,
        "address": False,
    }


def case_of(bench: Bench) -> Case:
    assert bench.app.desk and bench.app.desk.case
    return bench.app.desk.case


def collected(draft: Draft) -> Draft:
    """Not posted, so that no address is needed."""
    return replace(draft, method="pickup")


async def moved(bench: Bench, pilot: Pilot) -> None:
    """The agent has written to the store."""
    bench.app.show_outbox(OutboxGlance())
    await settle(pilot)


async def at_photo(bench: Bench, pilot: Pilot, told: dict[str, Any]) -> None:
    """The photo screen of a case whose person has an earlier application."""
    await with_case(bench, pilot)
    await answer(bench, pilot, applications=[told])
    await pilot.press("f4")
    await settle(pilot)
    await pilot.press("p")
    await settle(pilot)
    assert bench.app.frame.place == "photo"


async def test_one_key_takes_the_photo_that_is_seen(tmp_path: Path) -> None:
    bench = Bench()
    content = (await finish(taken(tmp_path / "a.jpg"), RULES)).content
    sha256 = hashlib.sha256(content).hexdigest()
    async with bench.app.run_test(size=SIZE) as pilot:
        await bench.office.ask(lambda store: store.blobs.keep(FIRST, "image/jpeg", content))
        await at_photo(bench, pilot, earlier(sha256))
        text = screen_text(bench.app)
        # Past sixty a photo lasts five years.
        assert zh("usable to {day}", day="2022-05-31") in text and NUMBER in text
        assert "▀" in text or "█" in text
        await pilot.press("enter")
        await settle(pilot)
        assert bench.app.frame.place == "case"
        assert zh("of application {number}", number=NUMBER) in screen_text(bench.app)
        case = case_of(bench)
        photo = particulars(collected(case.draft), case.decision).photo
        assert photo is not None
        assert (photo.sha256, photo.reused_from) == (sha256, FIRST)
        assert case.draft.materials["photo"] == "present"
        await pilot.press("ctrl+u")
        await settle(pilot)
        assert not case.draft.photo and case.draft.materials.get("photo") != "present"


async def test_a_photo_at_the_centre_alone_is_taken_unseen_and_says_so() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await at_photo(bench, pilot, earlier())
        assert zh("Asking the centre for the photo …") in screen_text(bench.app)
        name = f"blobs/{'ab' * 32}"

        def away(store: Store) -> str:
            question = store.questions.get(name)
            assert question is not None
            store.questions.failed(name, "unreachable")
            return question.path

        assert await bench.office.ask(away) == f"/v1/{name}"
        await moved(bench, pilot)
        text = screen_text(bench.app).replace("\n", "").replace(" ", "")
        assert "连不上中心" in text and "按哈希引用" in text
        await pilot.press("enter")
        await settle(pilot)
        assert case_of(bench).draft.photo["reused_number"] == NUMBER


@pytest.mark.parametrize("held", [True, False])
async def test_a_photo_that_may_not_be_used_says_why(held: bool) -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await at_photo(bench, pilot, earlier(day="2012-06-01" if held else "2018-01-01", held=held))
        said = zh(
            "Taken {taken}; at this age a photo is used for {days} days, so to {until}.",
            taken="2012-06-01", days=1825, until="2017-05-31",
        )  # fmt: skip
        missing = zh("Its file has not reached the centre; take a new photo.")
        assert (said if held else missing) in screen_text(bench.app)
        await pilot.press("enter")
        await settle(pilot)
        assert bench.app.frame.place == "photo" and not case_of(bench).draft.photo


async def test_the_matters_say_what_an_earlier_application_is_worth_and_one_key_takes_it() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await answer(bench, pilot, applications=[earlier()])
        await pilot.press("ctrl+g", "4")
        await settle(pilot)
        worth = f"{zh('photo until {day}', day='2022-05-31')} / {zh('phone')}"
        assert worth in screen_text(bench.app)
        await pilot.press("enter")
        await settle(pilot)
        found = make_of(FIRST)
        await bench.office.ask(lambda store: store.cache.put(f"applications/{FIRST}", found))
        await moved(bench, pilot)
        said = zh(
            "Taken from {number}: {what}; Ctrl+U takes it back.",
            number=NUMBER,
            what=f"{zh('photo')} / {zh('phone')}",
        )
        assert said in screen_text(bench.app)
        draft = case_of(bench).draft
        assert (draft.phone, draft.photo["reused_from"]) == ("13900000002", str(FIRST))


def make_of(identifier: UUID) -> dict[str, Any]:
    from counter_tui.station import Station

    made = make(Station(CODE, "police_station", {}), 0, identifier)
    return made.model_copy(update={"phone": "13900000002"}).model_dump(mode="json", by_alias=True)


async def test_fingerprints_that_cannot_be_given_are_recorded_with_why() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("f4", "9", "f7")
        await settle(pilot)
        case = case_of(bench)
        said = particulars(collected(case.draft), case.decision)
        assert said.signature and said.fingerprints
        assert (said.signature.state, said.fingerprints.state) == ("captured", "captured")
        await pilot.press("shift+tab", "2")
        await settle(pilot)
        assert case.outcome == "incomplete", "who declines is not served from sixteen on"
        await pilot.press("f4", "9")
        await settle(pilot)
        assert case.outcome == "incomplete", "a paper that was declined is not there"
        await pilot.press("f7", "shift+tab", "3")
        await settle(pilot)
        await pilot.press("down", "down", "enter")
        await settle(pilot)
        assert zh("ridges worn off") in screen_text(bench.app)
        assert case.outcome == "accept"
        prints = particulars(collected(case.draft), case.decision).fingerprints
        assert prints and (prints.state, prints.why) == ("cannot", "worn")
        await pilot.press("f4", "home", "down", "down", "down", "0")
        await settle(pilot)
        assert not case.draft.captures, "taken off by hand it is not given any more"


async def test_a_supervisor_approves_free_postage_at_the_case() -> None:
    bench = Bench()
    young = card("样本辰", "510107199001019979", date(1990, 1, 1))
    async with bench.app.run_test(size=SIZE) as pilot:
        await bench.app.loaded.wait()
        await pilot.press(*PIN, "enter")
        await settle(pilot)
        bench.lay(young)
        await settle(pilot)
        await pilot.press("1", "enter", "f6")
        await settle(pilot)
        bench.app.case_screen.parts["fees"].enter("other_proof")
        await pilot.press(*"AB12", "enter")
        await settle(pilot)
        await pilot.press("2")
        await settle(pilot)
        text = screen_text(bench.app)
        assert "AB12" in text and "样*" in text
        await pilot.press(*PIN, "enter")
        await settle(pilot)
        case = case_of(bench)
        assert case.decision is not None
        assert zh("approved by {name}", name="样本值班") in screen_text(bench.app)
        assert approval.approvals(case.draft, case.decision) == {0: "an approval"}
        assert approval.carrier_due(case.draft, case.decision) == 0
        events = await bench.office.ask(lambda store: store.audit.list(case.draft.id))
        assert [one.detail["by"] for one in events if one.event == "approved"] == ["S0001"]
        # Another proof is another matter: nobody has approved that.
        bench.app.case_screen.parts["fees"].enter("other_proof")
        await pilot.press("3", "enter")
        await settle(pilot)
        assert approval.approvals(case.draft, case.decision) == {}
        assert zh("on the rejection desk") in screen_text(bench.app)
