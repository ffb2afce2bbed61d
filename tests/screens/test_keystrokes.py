"""A clerk who knows the program: each written scenario in its few keys, honestly to the end."""

import pytest

from tests.screens.desk_office import Bench, screen_text
from tests.screens.keystrokes import SCENARIOS, SIZE, Scenario, play


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
async def test_a_scenario_is_accepted_within_its_keys(scenario: Scenario) -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await play(bench, pilot, scenario)
        assert len(bench.office.accepted) == 1, screen_text(bench.app)
    assert scenario.keys <= scenario.target
    draft = bench.office.accepted[0].draft
    assert draft.recipient.phone == "13800005678"
    assert draft.recipient.division_code == "510107"
    assert draft.person.pinyin_checked == "applicant"


async def test_the_minors_case_names_its_guardian_and_what_follows() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await play(bench, pilot, SCENARIOS[2])
    case = bench.office.accepted[0]
    assert case.outcome == "accept_with_deferral" and case.draft.undertaking
    assert (case.draft.guardian.name, case.draft.guardian.evidence) == ("样本母", "chip")
    assert case.draft.guardian.relation == "mother"
    assert (case.draft.recipient.name, case.draft.recipient.relation) == ("样本母", "guardian")


async def test_the_lost_passports_statement_is_in() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await play(bench, pilot, SCENARIOS[3])
    assert bench.office.accepted[0].outcome == "accept"
