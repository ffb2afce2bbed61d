"""What the acts' bodies have in common."""

from datetime import date, timedelta
from typing import Annotated, Any, Final

from pydantic import AwareDatetime, Field

from central.acts import Acting
from central.problems import Problem
from intake.application import Application
from intake.days import city_day

Index = Annotated[int, Field(ge=0, le=50)]
"""The place of an item or parcel in its application."""

_AHEAD: Final = timedelta(minutes=10)


def application_of(act: Acting[Any]) -> Application:
    """What was accepted."""
    return Application.model_validate_json(row_of(act).body)


def row_of(act: Acting[Any]) -> Any:
    """The application's row; there is one, because the act needs it."""
    if act.held is None:
        raise AssertionError("this act needs an application")
    return act.held


def day_it_happened(act: Acting[Any], at: AwareDatetime, field: str) -> date:
    """The city's day of `at`, which a station wrote down. Raises Problem for one in the future."""
    if at > act.call.now + _AHEAD:
        raise Problem("invalid", field=field, message="in the future")
    return city_day(at)
