"""The base of every body and answer: strict, closed, read as JSON, without control characters."""

import unicodedata
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from central.problems import Problem


class Shape(BaseModel):
    """A body that is right or refused: unknown keys and loose types are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _printable(text: str) -> str:
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            raise ValueError("holds a control or direction character")
    return text


Clean = Annotated[str, AfterValidator(_printable)]
"""Text without control, direction or line-breaking characters."""

Line = Annotated[Clean, Field(min_length=1, max_length=200)]
"""One line for people."""

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""A code of a station, site, clerk or material."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

PersonNumber = Annotated[str, Field(pattern=r"^[0-9]{17}[0-9Xx]$|^[A-Z0-9]{7,18}$")]
"""An identity number as printed on the card; foreigners' numbers are letters and digits."""

Model = TypeVar("Model", bound=BaseModel)


def parse(model: type[Model], body: bytes) -> Model:
    """`body` as `model`. Raises Problem `invalid` naming the first wrong field, never its value."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise Problem("invalid", field=dotted(first["loc"]), message=_about(first)) from None


def dotted(path: tuple[int | str, ...]) -> str:
    """A place in a body, written as in `items[0].kind`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _about(error: Any) -> str:
    # A validator's own message is ours; pydantic's may quote the input, its type never does.
    return str(error["type"]) if error["type"] != "value_error" else str(error["msg"])[:200]
