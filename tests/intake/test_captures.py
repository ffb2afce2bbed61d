"""Signature and fingerprints as an application says them, and photos that are used again."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from intake.application import Application, Capture, PhotoTaken
from intake.captures import contradicted
from intake.photos import as_reused, reusable_by
from tests.printing.samples import PACK, accepted

PHOTO = PhotoTaken(sha256="0" * 64, width=390, height=520)


def with_photo(photo: PhotoTaken) -> Application:
    return accepted().model_copy(update={"photo": photo})


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ({"state": "captured"}, True),
        ({"state": "cannot", "why": "injury"}, True),
        ({"state": "cannot"}, False),
        ({"state": "refused", "why": "injury"}, False),
        ({"state": "cannot", "why": "other"}, False),
        ({"state": "cannot", "why": "other", "note": "截肢"}, True),
    ],
)
def test_who_cannot_says_why_and_nobody_else(given: dict[str, Any], right: bool) -> None:
    if right:
        assert Capture(**given).state == given["state"]
    else:
        with pytest.raises(ValidationError):
            Capture(**given)


def test_a_state_agrees_with_its_material() -> None:
    def said(**captures: Capture) -> str | None:
        return contradicted(accepted().model_copy(update=captures))

    assert said() is None, "nobody need say anything"
    assert said(fingerprints=Capture(state="captured")) is None
    assert said(fingerprints=Capture(state="cannot", why="worn")) is None
    assert said(fingerprints=Capture(state="refused")) == "fingerprints"
    assert said(signature=Capture(state="not_yet")) == "signature"


def test_using_a_photo_again_does_not_keep_it_young() -> None:
    first = as_reused(with_photo(PHOTO))
    assert first is not None
    assert (first.taken_on, first.reused_from) == (date(2018, 5, 16), accepted().id)
    later = with_photo(first).model_copy(update={"id": UUID(int=3)})
    second = as_reused(later)
    assert second is not None
    assert (second.taken_on, second.reused_from) == (date(2018, 5, 16), UUID(int=3))
    assert as_reused(accepted()) is None


@pytest.mark.parametrize(
    ("born", "until"),
    [
        (date(1990, 1, 1), date(2018, 5, 1)),
        # Sixty today: the longer time counts from today on.
        (date(1958, 5, 16), date(2022, 4, 30)),
        (date(1958, 5, 17), date(2018, 5, 1)),
    ],
)
def test_how_long_a_photo_lasts_follows_the_age(born: date, until: date) -> None:
    photo = PHOTO.model_copy(update={"taken_on": date(2017, 5, 1)})
    assert reusable_by(photo, born, date(2018, 5, 16), PACK) == until
    assert reusable_by(PHOTO, born, date(2018, 5, 16), PACK) is None
