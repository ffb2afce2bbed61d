"""What stands on each paper, in both languages, at both widths of receipt paper."""

from datetime import date

import pytest

from counter_tui.printing.lines import as_lines, columns_of, wrapped
from counter_tui.slips import accepted as papers
from counter_tui.slips import answers
from counter_tui.slips.slip import Slip
from counter_tui.words import LANGUAGES, Words
from intake.sites import nearest
from tests.printing.samples import (
    NAME,
    NUMBER,
    PACK,
    PERSON,
    POLICE,
    SHA,
    accepted,
    incomplete,
    referred,
)


def slips(words: Words) -> dict[str, Slip]:
    """One of each."""
    one = accepted()
    case, decision = referred()
    hall = nearest(PACK, POLICE, case.accepted_on)[0]
    made = (
        papers.receipt(one, SHA, PACK, words),
        papers.deferral(one, PACK, words),
        papers.waybill(one, PACK, words),
        answers.notice(PERSON, *incomplete(), PACK, words),
        answers.referral(PERSON, case, decision, PACK, hall, words),
        answers.expiry(
            PERSON,
            one.number,
            "loss_statement",
            date(2018, 5, 23),
            "terminate",
            POLICE,
            date(2018, 5, 24),
            PACK,
            words,
        ),
    )
    return {slip.what: slip for slip in made}


def _text(what: str, columns: int = 48) -> str:
    return "".join(line.strip() for line in as_lines(slips(Words("zh_CN"))[what], columns))


def test_the_receipt_says_what_was_accepted_what_follows_and_what_it_costs() -> None:
    text = _text("receipt")

    assert accepted().number in text
    assert NAME in text
    assert NUMBER not in text
    for part in (
        "普通护照 补发",
        "往来港澳通行证",
        "2018-05-23前补交",
        "玉林街道",
        "免收（老年人）",
        "255元",
    ):
        assert part in text, part
    assert SHA[:16] in text


def test_the_deferral_notice_says_until_when_how_and_else_what_and_is_signed() -> None:
    text = _text("deferral")

    for part in ("遗失说明", "2018-05-23前补交", "窗口", "他人代交", "终止办理", "承诺书", "____"):
        assert part in text, part


def test_the_notice_lists_everything_at_once_with_its_basis() -> None:
    text = _text("notice")

    for part in (
        "1. 申请表",
        "2. 照片",
        "3. 单位同意函",
        "4. 现持证件",
        "公通字〔2003〕13号",
        "工作日",
    ):
        assert part in text, part


def test_the_referral_names_hall_reason_address_and_hours() -> None:
    text = _text("referral")

    for part in ("武侯区出入境办证大厅", "示范大道1号", "2017-12-11", "周六 09:00-16:00"):
        assert part in text, part


def test_the_waybill_has_all_that_the_carrier_needs() -> None:
    text = _text("waybill")

    for part in ("EMS", "13800000006", "610041", "玉林街道示范路", "免收邮费"):
        assert part in text, part


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("columns", [32, 48])
def test_no_line_is_wider_than_the_paper(language: str, columns: int) -> None:
    for slip in slips(Words(language)).values():
        too_wide = [line for line in as_lines(slip, columns) if columns_of(line) > columns]
        assert too_wide == []


def test_from_the_second_copy_on_it_says_reprint() -> None:
    words = Words("zh_CN")
    slip = slips(words)["receipt"]

    assert slip.as_copy(1, words) == slip
    assert "补打 第3份" in "\n".join(as_lines(slip.as_copy(3, words), 48))


def test_a_slip_comes_back_from_the_journal_as_it_was() -> None:
    for slip in slips(Words("zh_CN")).values():
        assert Slip.from_json(slip.to_json()) == slip


def test_wrapping_loses_nothing_and_leaves_no_punctuation_alone() -> None:
    text = "您的申请核心材料齐备，现予容缺受理。See 3 documents, please；谢谢。"
    lines = wrapped(text, 12)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert not [line for line in lines if line[0] in "，。；"]
