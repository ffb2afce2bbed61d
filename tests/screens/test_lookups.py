"""Look-ups behind the keys: asked where they help, shown as they stand, falling back openly."""

from uuid import UUID

from textual.pilot import Pilot

from counter_tui.case.draft import Draft
from counter_tui.office import OutboxGlance
from counter_tui.words import Words
from tests.screens.desk_office import Bench, screen_text
from tests.screens.keystrokes import CHILD, MOTHER, SIZE
from tests.screens.test_screens import settle, signed_in

zh = Words("zh_CN")


async def minor_with_guardian(bench: Bench, pilot: Pilot) -> Draft:
    await signed_in(bench, pilot)
    bench.lay(CHILD)
    await settle(pilot)
    await pilot.press("1", "enter", "enter", "9")
    await settle(pilot)
    bench.lay(MOTHER)
    await settle(pilot)
    await pilot.press("enter")
    await settle(pilot)
    assert bench.app.desk is not None and bench.app.desk.case is not None
    return bench.app.desk.case.draft


async def answer(bench: Bench, pilot: Pilot, draft: Draft, said: str | None, problem: str) -> None:
    """What the agent would do: an answer in the cache, or a problem with the question."""
    name = f"lookup/{draft.id}/guardianship"
    if said:
        await bench.office.ask(lambda store: store.cache.put(name, {"answer": said}))
        await bench.office.ask(lambda store: store.questions.answered(name))
    else:
        await bench.office.ask(lambda store: store.questions.failed(name, problem))
    bench.office.moved(OutboxGlance())
    await settle(pilot)


async def test_one_is_asked_for_this_case_and_these_two_people_only() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        draft = await minor_with_guardian(bench, pilot)
        left = await bench.office.ask(lambda store: store.questions.open())
        (question,) = [one for one in left if one.name.startswith("lookup/")]
        assert question.path == "/v1/lookups"
        assert question.body == {
            "kind": "guardianship",
            "application": draft.id,
            "number": CHILD.number,
            "related": MOTHER.number,
        }
        assert UUID(draft.id)
        assert zh("asking ...") in screen_text(bench.app)
        assert bench.office.woken


async def test_a_match_verifies_and_undo_leaves_it() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        draft = await minor_with_guardian(bench, pilot)
        await answer(bench, pilot, draft, "matched", "")
        assert zh("look-up: matched") in screen_text(bench.app)
        await pilot.press("ctrl+u")
        await settle(pilot)
        assert bench.app.desk is not None and bench.app.desk.case is not None
        assert bench.app.desk.case.draft.lookups == {"guardianship": "matched"}


async def test_out_of_reach_falls_back_openly_and_a_late_answer_counts() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        draft = await minor_with_guardian(bench, pilot)
        await answer(bench, pilot, draft, None, "unreachable")
        text = screen_text(bench.app)
        assert zh("look-up unavailable") in text and zh("to follow") in text
        await answer(bench, pilot, draft, "mismatch", "")
        case = bench.app.desk.case if bench.app.desk else None
        assert case is not None and case.outcome == "incomplete"
        assert zh("look-up: MISMATCH") in screen_text(bench.app)


async def test_a_clerk_may_still_set_it_by_hand() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        draft = await minor_with_guardian(bench, pilot)
        await answer(bench, pilot, draft, None, "unreachable")
        await pilot.press("end", "2")
        await settle(pilot)
        assert zh("Set by hand what the register says (it is recorded)") in screen_text(bench.app)
        await pilot.press("enter")
        await settle(pilot)
        assert zh("(by hand)") in screen_text(bench.app)
        # What was set by hand stands against a late answer.
        await answer(bench, pilot, draft, "mismatch", "")
        case = bench.app.desk.case if bench.app.desk else None
        assert case is not None and case.draft.lookups == {"guardianship": "matched"}
        assert case.draft.looked_up["guardianship"]["asked"] == "clerk"
