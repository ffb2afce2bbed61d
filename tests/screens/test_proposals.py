"""What a supporter proposes, as the clerk reads it and as it is taken."""

from collections.abc import AsyncIterator

import pytest

from counter_tui.screens.case import CaseScreen
from tests.screens.desk_office import Bench
from tests.screens.test_screens import SIZE, settle, with_case


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    yield Bench()


def case_screen(bench: Bench) -> CaseScreen:
    frame = bench.app.frame
    assert isinstance(frame, CaseScreen) and frame.case is not None
    return frame


async def test_an_answer_is_told_in_words_before_its_part_was_ever_opened(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        frame = case_screen(bench)
        told = [
            (frame.name_of(field), frame.value_of(field, value))
            for field, value in (("method", "pickup"), ("领取方式", "pickup"), ("military", "yes"))
        ]
        assert told == [("领取方式", "窗口领取"), ("领取方式", "窗口领取"), ("现役军人", "是")]
        await pilot.press("ctrl+t")
        await settle(pilot)
        assert frame.value_of("method", "pickup") == "collected"


async def test_a_field_and_its_answer_are_called_as_they_stand_there(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        frame = case_screen(bench)
        assert frame.put_proposed("领取方式", "窗口领取")
        await settle(pilot)
        assert frame.case is not None and frame.case.draft.method == "pickup"
        assert frame.put_proposed("联系电话", "13912345678")
        await settle(pilot)
        assert frame.case.draft.phone == "13912345678", (
            "the applicant's, where the post is not asked"
        )


async def test_what_would_go_into_a_field_that_nobody_sees_is_not_taken(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        frame = case_screen(bench)
        # A guardian of an adult; the form of an item, which is closed; what carrier was paid for.
        for field, value in (("guardian.name", "样本"), ("document", "passport"), ("nothing", "1")):
            before = frame.case and frame.case.draft
            part = frame.part
            assert not frame.put_proposed(field, value), field
            assert frame.part is part, "the clerk stays where they are"
            await settle(pilot)
            assert frame.case is not None and before is not None
            assert frame.case.draft.guardian == before.guardian
            assert frame.case.draft.items == before.items


async def test_the_finger_goes_with_what_it_pointed_at(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        finger = case_screen(bench).finger
        finger.point(5, 20, "here")
        await pilot.press("f4")
        await settle(pilot)
        assert not finger.visible
