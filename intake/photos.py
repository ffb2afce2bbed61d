"""What a photo must measure, and until when an earlier one may be used again."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from intake.application import Application, PhotoTaken
from intake.pack.calendar import completed_years
from intake.pack.layers import PackError
from intake.pack.pack import Pack
from intake.pack.rows import PhotoRow

Fault = Literal["width", "height", "ratio", "kilobytes"]


@dataclass(frozen=True, slots=True)
class Photo:
    """An electronic photo: pixels, and the file's size in bytes."""

    width: int
    height: int
    size: int


def rules(pack: Pack, on: date) -> PhotoRow:
    """The photo rules in force. Raises PackError when the pack has none."""
    found = next((row for row in pack.resolved.photo if row.holds_on(on)), None)
    if found is None:
        raise PackError(f"photo has no row on {on}")
    return found


def faults(photo: Photo, row: PhotoRow) -> list[Fault]:
    """What is wrong with `photo` by `row`; empty when it will do."""
    found: list[Fault] = []
    if not row.width[0] <= photo.width <= row.width[1]:
        found.append("width")
    if not row.height[0] <= photo.height <= row.height[1]:
        found.append("height")
    # One pixel of rounding is allowed in the ratio.
    if abs(photo.width * row.ratio[1] - photo.height * row.ratio[0]) > max(row.ratio):
        found.append("ratio")
    if not row.kilobytes[0] * 1024 <= photo.size <= row.kilobytes[1] * 1024:
        found.append("kilobytes")
    return found


def reusable_until(taken: date, age: int, row: PhotoRow) -> date:
    """The last day on which a photo taken on `taken` may be used again, by the age today."""
    days = row.reuse_days_elderly if age >= row.elderly_from else row.reuse_days
    return taken + timedelta(days=days)


def as_reused(application: Application) -> PhotoTaken | None:
    """The photo of `application` as a later application would carry it; None where it has none.

    A photo that does not say its day counts as taken on the day of its acceptance, so that using
    it again and again does not keep it young.
    """
    photo = application.photo
    if photo is None:
        return None
    taken = photo.taken_on or application.facts.accepted_on
    return photo.model_copy(update={"taken_on": taken, "reused_from": application.id})


def reusable_by(photo: PhotoTaken, born: date, on: date, pack: Pack) -> date | None:
    """Until when someone born on `born` may use `photo` again, by the rules of `on`.

    None for one without a day. Raises PackError when the pack has no photo rules.
    """
    if photo.taken_on is None:
        return None
    age = completed_years(born, on, pack.rules_on(on).leap_birthday)
    return reusable_until(photo.taken_on, age, rules(pack, on))
