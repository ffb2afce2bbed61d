"""The base of every record: strict, closed and immutable."""

from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict

R = TypeVar("R", bound="Record")

# Where pydantic keeps what is not a field. A record is frozen, so its own way in is shut.
_put: Final = object.__setattr__
_put_fields_set: Final = BaseModel.__dict__["__pydantic_fields_set__"].__set__
_put_extra: Final = BaseModel.__dict__["__pydantic_extra__"].__set__
_put_private: Final = BaseModel.__dict__["__pydantic_private__"].__set__


class Record(BaseModel):
    """A value that is right or does not exist: unknown keys and loose types are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def made(kind: type[R], **values: Any) -> R:
    """A record from values that our own code has just made, all of them, without checking again.

    For the hundred lines of a decision, which would otherwise cost as much to check as to decide;
    a test holds that each equals its checked self.
    """
    record = object.__new__(kind)
    _put(record, "__dict__", values)
    _put_fields_set(record, set(values))
    _put_extra(record, None)
    _put_private(record, None)
    return record
