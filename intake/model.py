"""The base of every record: strict, closed and immutable."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A value that is right or does not exist: unknown keys and loose types are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
