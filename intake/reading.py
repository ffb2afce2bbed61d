"""Reading facts from outside: right facts, or one complaint that names the field."""

from collections.abc import Callable, Iterable
from typing import Any, Final, get_args

from pydantic import ValidationError

from intake.facts import ApplicationMaterial, Facts, ItemMaterial

_OF_APPLICATION: Final = frozenset(get_args(ApplicationMaterial))
_OF_ITEM: Final = frozenset(get_args(ItemMaterial))


class BadFacts(ValueError):
    """Facts that are no facts. `field` is written as in `items[0].endorsements`; "" is the whole.

    Neither field nor message holds a value of a person.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}" if field else message)
        self.field = field
        self.message = message


def read_facts(value: object) -> Facts:
    """Facts from parsed JSON. Raises BadFacts with the first field that is wrong."""
    return _read(Facts.model_validate, value)


def read_facts_json(text: str | bytes) -> Facts:
    """Facts from JSON text. Raises BadFacts; field "" when it is not JSON at all."""
    return _read(Facts.model_validate_json, text)


def _read(validate: Callable[[Any], Facts], value: object) -> Facts:
    try:
        return validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
    context = first.get("ctx", {})
    path = [part for part in first["loc"] if part != "[key]"]
    field = ".".join(filter(None, (field_name(path), context.get("field"))))
    raise BadFacts(field, _level_hint(path) or first["msg"])


def field_name(path: Iterable[str | int]) -> str:
    """A path into facts or a decision as people and contracts write it: `items[0].kind`."""
    name = ""
    for part in path:
        name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else part
    return name


def _level_hint(path: list[str | int]) -> str | None:
    """What to say about a material that stands on the wrong level."""
    if len(path) < 2 or path[-2] != "materials":
        return None
    if path[0] == "items" and path[-1] in _OF_APPLICATION:
        return "belongs to the materials of the application"
    if path[0] == "materials" and path[-1] in _OF_ITEM:
        return "belongs to the materials of one item"
    return None
