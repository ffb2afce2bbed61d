"""The base of every record: strict, closed and immutable."""

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

R = TypeVar("R", bound="Record")


class Record(BaseModel):
    """A value that is right or does not exist: unknown keys and loose types are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def made(kind: type[R], **values: Any) -> R:
    """A record from values that our own code has just made, all of them, without checking again.

    For the hundred lines of a decision, which would otherwise cost as much to check as to decide;
    a test holds that each equals its checked self.
    """
    record = kind.__new__(kind)
    object.__setattr__(record, "__dict__", values)
    object.__setattr__(record, "__pydantic_fields_set__", set(values))
    object.__setattr__(record, "__pydantic_extra__", None)
    object.__setattr__(record, "__pydantic_private__", None)
    return record
