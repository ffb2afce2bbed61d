"""The base of every body and answer: strict, closed, read as JSON, without control characters."""

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Annotated, Any, Final, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from central.problems import Problem


class Shape(BaseModel):
    """A body that is right or refused: unknown keys and loose types are errors.

    Its checking is built when the first such body comes, so an idle worker stays small.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


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


_HOSTILE: Final = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""What could repaint a terminal or turn what stands beside it: controls, directions, line ends."""


def refuse_hostile_text(body: bytes) -> None:
    """Raise Problem `invalid` for a JSON body one of whose texts holds such a character.

    For models that are not a `Shape` of ours, whose texts are checked one by one.
    """
    text = body.decode()
    if "\\" not in text and _HOSTILE.search(text) is None:
        return  # Nothing is escaped: what stands there is what the texts hold.
    for path, value in _texts(json.loads(text), ()):
        if _HOSTILE.search(value):
            message = "holds a control or direction character"
            raise Problem("invalid", field=dotted(path), message=message)


def _texts(value: Any, path: tuple[int | str, ...]) -> Iterator[tuple[tuple[int | str, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _texts(one, (*path, key))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _texts(one, (*path, index))


def dotted(path: tuple[int | str, ...]) -> str:
    """A place in a body, written as in `items[0].kind`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _about(error: Any) -> str:
    # A validator's own message is ours; pydantic's may quote the input, its type never does.
    return str(error["type"]) if error["type"] != "value_error" else str(error["msg"])[:200]
