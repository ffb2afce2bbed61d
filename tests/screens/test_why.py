"""F1 in a case: sentences to read to the applicant, the rules as trees, the rules passed over."""

import pytest

from counter_tui.screens.reasons import reason_lines
from counter_tui.why_text import Explainer, Told, why_lines
from counter_tui.words import Words
from intake import decide
from intake.facts import Facts
from tests.intake.cases import POLICE, facts, item, pack
from tests.screens.desk_office import Bench, screen_text
from tests.screens.test_screens import SIZE, settle, with_case, zh
from widgets.seams import width_of

LOST = item("passport", "reissue_lost", missing=("loss_statement",))
CHINESE, ENGLISH = zh, Words("en")


def told(case: Facts, kind: str, place: int, words: Words = CHINESE) -> list[Told]:
    lines = getattr(decide(case, pack()), kind)
    return list(Explainer(case, pack(), words).tell([lines[place]]))


def texts(lines: list[Told], *tones: str) -> list[str]:
    return [one.text for one in lines if one.tone in tones]


def test_sentences_come_first_then_the_tree_then_what_was_passed_over() -> None:
    lines = told(facts(site=POLICE, on="2024-03-04"), "items", 0)
    rules, over = (
        lines.index(Told("heading", CHINESE(one)))
        for one in ("The rules behind it", "Rules passed over, and why")
    )
    assert {one.tone for one in lines[:rules]} == {"answer", "sentence"}
    assert [one.text for one in lines[1:rules]] == [
        "本点可以受理",
        "年满16周岁，有效期10年",
        "户籍所在地办理，7个工作日",
    ]
    assert all(one.tone != "not" for one in lines[rules:over])
    assert texts(lines[over:], "not")[1].endswith("[scope-business-police]")
    assert "签注种类含商务 (无)" in texts(lines[over:], "fails")


def test_each_item_is_explained_by_itself() -> None:
    two = facts(item(), item("hkm_permit", "endorse", "G"))
    for place, kind in enumerate(("首次申请", "签注")):
        held = texts(told(two, "items", place), "holds", "fails")
        assert any(text.endswith(f"({kind})") for text in held), held


def test_days_are_counted_in_sight_holidays_and_worked_weekends_too() -> None:
    detail = texts(told(facts(on="2024-02-05"), "items", 0), "detail")
    assert "自2024-02-05次日起7个工作日，至2024-02-20" in detail
    assert any("2024-02-12" in one and "2024-02-16" in one for one in detail)
    assert any("2024-02-18" in one for one in detail)
    away = texts(told(facts(on="2019-04-01", hukou="110101"), "items", 0), "detail")
    assert "自2019-04-01次日起20个自然日，至2019-04-21" in away
    assert not any("节假日" in one for one in away)


def test_a_deferral_says_its_day_and_what_follows() -> None:
    lines = told(facts(LOST), "deferrals", 0)
    assert texts(lines, "answer") == ["遗失声明可于2018-05-23前补交"]
    assert texts(lines, "sentence") == ["次要材料可容缺，5个工作日内补齐；逾期终止办理"]
    assert "自2018-05-16次日起5个工作日，至2018-05-23" in texts(lines, "detail")


def test_postage_to_be_paid_says_why_no_waiver_applies() -> None:
    number = "11010119810803000343"
    other = facts(born="1985-03-02", number="110101198503020011", disability_certificate=number)
    fees = decide(other, pack()).fees
    lines = told(other, "fees", len(fees) - 1)
    assert [one.rsplit("[")[1] for one in texts(lines, "not")] == [
        "postage-waiver-age]",
        "postage-waiver-disability-lookup]",
        "postage-waiver-disability-certificate]",
    ]
    assert "残疾人证号码与本人相符" in texts(lines, "fails")
    assert not any(number in one.text for one in lines)


@pytest.mark.parametrize("words", [CHINESE, ENGLISH])
def test_source_and_confidence_are_words(words: Words) -> None:
    detail = texts(told(facts(LOST), "deferrals", 0, words), "detail")
    assert words("an assumption, until the bureau rules") in detail[0]
    assert not any("assumption)" in one for one in detail)


@pytest.mark.parametrize("words", [CHINESE, ENGLISH])
@pytest.mark.parametrize("width", [78, 118])
def test_no_line_is_wider_than_the_box(words: Words, width: int) -> None:
    case = facts(item(), LOST, item("hkm_permit", "endorse", "T"), lookups={"kinship": "mismatch"})
    decision = decide(case, pack())
    explainer = Explainer(case, pack(), words)
    for line in (*decision.items, *decision.materials, *decision.fees):
        for shown in reason_lines(explainer.tell([line]), words, width):
            assert width_of(str(shown)) <= width, shown


def test_the_pipe_marks_what_holds() -> None:
    case = facts(site=POLICE)
    lines = list(why_lines(case, pack(), decide(case, pack()), CHINESE))
    assert "  ✓ 本点可以受理 [scope-otherwise]" in lines
    assert "    ✗ 签注种类含商务 (无)" in lines


async def test_f1_explains_then_offers_then_closes() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot)
        await pilot.press("f4", "f1")
        await settle(pilot)
        screen = screen_text(bench.app)
        assert zh("The rules behind it") in screen and "[application-form]" in screen
        assert zh("F1 again: what would change it") in screen
        await pilot.press("f1")
        await settle(pilot)
        assert zh("What would make it acceptable today, or cheaper") in screen_text(bench.app)
        await pilot.press("f1")
        await settle(pilot)
        assert not bench.app.frame.box.visible
        # What makes the case incomplete is named first.
        await pilot.press("f7", "f1")
        await settle(pilot)
        assert "申请表" in str(bench.app.frame.box.lines[0])


async def test_without_reasons_f1_opens_the_keys_and_f1_again_closes_them() -> None:
    bench = Bench()
    async with bench.app.run_test(size=SIZE) as pilot:
        await with_case(bench, pilot, "")
        await pilot.press("f6", "f1")
        await settle(pilot)
        assert zh("Keys on this screen") in screen_text(bench.app)
        await pilot.press("f1")
        await settle(pilot)
        assert not bench.app.frame.box.visible
