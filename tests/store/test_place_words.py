"""Paths and values that the centre and the rules name, in the clerk's words and never as code."""

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from counter_tui.decision_text import flip_lines
from counter_tui.place_words import PLACES, place_text, value_text
from counter_tui.words import LANGUAGES, Words
from intake.application import Application
from intake.replay import Difference, Flip

zh, en = Words("zh_CN"), Words("en")
_LANGUAGES_OF_A_TEXT = {"zh", "en"}


def _names(kind: Any, seen: set[type]) -> Iterator[str]:
    """Every field of a model and of the models in it."""
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in seen:
        seen.add(kind)
        for name, field in kind.model_fields.items():
            yield field.alias or name
            yield from _names(field.annotation, seen)
    for one in get_args(kind):
        yield from _names(one, seen)


def test_every_field_of_an_application_has_a_name() -> None:
    assert set(_names(Application, set())) - _LANGUAGES_OF_A_TEXT - set(PLACES) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_name_is_as_the_code_writes_it(language: str) -> None:
    words = Words(language)
    assert [one for one in PLACES if "_" in place_text(f"facts.{one}", words)] == []


@pytest.mark.parametrize(
    ("path", "chinese", "english"),
    [
        ("items[0].outcome", "事项 1 结论", "Item 1 outcome"),
        ("facts.applicant.birth_date", "申请人 出生日期", "Applicant birth date"),
        ("facts.materials.loss_statement", "材料 遗失说明", "Material statement of loss"),
        ("something_new[2]", "something_new 3", "something_new 3"),
    ],
)
def test_a_path_is_counted_from_one_and_called_by_its_terms(
    path: str, chinese: str, english: str
) -> None:
    assert (place_text(path, zh), place_text(path, en)) == (chinese, english)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "-"),
        ([], "-"),
        (True, "yes"),
        (160, "160"),
        ("refer", "not served here: refer the applicant"),
        ([{"code": "loss_statement", "item": 0}, {"code": "photo"}], "statement of loss, photo"),
        ({"rule": "r-1", "text": {"zh": "免", "en": "No fee."}, "source": "s"}, "No fee."),
        ({"treasury": 160, "carrier": 0}, "treasury 160, carrier 0"),
        ([{"items": [0, 1], "legs": 1, "ready_by": "2026-12-01"}], "2026-12-01"),
    ],
)
def test_a_value_is_said_and_never_written_as_json(value: Any, said: str) -> None:
    assert value_text(value, en) == said
    assert not re.search(r"[{\[\"]", value_text(value, zh))


def test_what_a_second_pack_decides_otherwise_is_said_in_words() -> None:
    flip = Flip("accept", "refer", (Difference("items[0].outcome", "accept", "refer"),))

    (line,) = flip_lines(flip, zh)

    assert line == "事项 1 结论: 可以受理 → 本站点不办理：转介"
