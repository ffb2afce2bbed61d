"""The home screen: whose rules decide, the drafts, what is to be done."""

from collections.abc import AsyncIterator

import pytest

from counter_tui.overview import Overview
from counter_tui.screens.home import todo_lines
from counter_tui.signed_packs import SENTENCES
from tests.screens.desk_office import PIN, Bench, card, screen_text
from tests.screens.test_screens import SIZE, settle, signed_in, with_case, zh


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    yield Bench()


async def test_home_says_that_newer_rules_were_refused_and_which_decide(bench: Bench) -> None:
    bench.office.refused = SENTENCES["tampered"]
    async with bench.app.run_test(size=SIZE) as pilot:
        await signed_in(bench, pilot)
        shown = screen_text(bench.app)
        assert "! " + zh(SENTENCES["tampered"]) in shown
        assert zh("{rules} decides.", rules="chengdu 2018.05") in shown
        assert zh("No drafts.") in shown


async def test_new_rules_decide_from_the_next_sign_in(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        before = bench.app.desk.case
        assert before is not None and before.pack.name == "chengdu"
        bench.office.rules = "chengdu-narrow"
        await bench.app.lock()
        await pilot.press(*PIN, "enter")
        await settle(pilot)
        assert bench.app.desk.case is before  # begun under the old rules, it stays with them
        bench.app.desk.close()
        bench.lay(card())
        await settle(pilot)
        assert bench.app.desk.case is not None
        assert bench.app.desk.case.pack.name == "chengdu-narrow"


async def test_a_draft_is_taken_off_the_list_after_a_question(bench: Bench) -> None:
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("delete", "enter")
        await settle(pilot)
        assert len(bench.office.kept) == 1, "the first answer keeps it"
        await pilot.press("delete", "down", "enter")
        await settle(pilot)
        await pilot.pause()
        assert bench.office.kept == {}
        assert zh("No drafts.") in screen_text(bench.app)


def test_home_names_what_is_to_be_done_and_where() -> None:
    assert todo_lines(Overview(), zh) == []
    (refused, _) = todo_lines(Overview(tasks=2), zh)
    assert zh("to be dealt with {count}", count=2) in str(refused)
    (follow, _) = todo_lines(Overview(overdue=1, due_soon=3), zh)
    assert str(follow).split()[1:5] == ["逾期", "1", "近期", "3"]
