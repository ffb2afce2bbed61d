"""A clerk who knows the program: each written scenario in its few keys, honestly to the end."""

import pytest

from tests.screens.desk_office import Bench, screen_text
from tests.screens.keystrokes import SCENARIOS, SIZE, Scenario, play, reached


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
async def test_a_scenario_comes_to_its_end_within_its_keys(scenario: Scenario) -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await play(bench, pilot, scenario)
        assert await reached(bench, scenario), screen_text(bench.app)
    assert scenario.keys <= scenario.target
    if scenario.act:
        assert bench.office.accepted == []
        return
    (case,) = bench.office.accepted
    draft = case.draft
    assert draft.recipient.phone == "13800005678"
    assert draft.recipient.division_code == "510107"
    assert draft.person.pinyin_checked == "applicant"
    if case.is_minor:
        assert case.outcome == "accept_with_deferral" and draft.undertaking
        assert (draft.guardian.name, draft.guardian.evidence) == ("样本母", "chip")
        assert draft.guardian.relation == "mother"
        assert (draft.recipient.name, draft.recipient.relation) == ("样本母", "guardian")
    else:
        # The lost passport's too: the statement that is asked for was made.
        assert case.outcome == "accept"
