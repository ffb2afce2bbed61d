"""The newest log lines, filtered once more on the way out.

The writer lets only allow-listed fields through; here each value must also have the shape of what
its field is for, so that a field misused one day does not carry a person away. An `event` is words
of the program's own; a caller that made one of a name in Latin letters would not be noticed here.
"""

import json
import re
from pathlib import Path
from typing import Any, Final

from counter_tui.logs import FIELDS

LINES_OF_EACH: Final = 200
_TAIL_BYTES: Final = 256 * 1024

_WORDS: Final = re.compile(r"[a-z][a-z_ .:-]{0,79}", re.ASCII)
_NUMBER: Final = re.compile(r"\d{1,9}(\.\d{1,6})?", re.ASCII)
_SHAPES: Final[dict[str, re.Pattern[str]]] = {
    "event": _WORDS,
    "level": re.compile(r"debug|info|warning|error|critical"),
    "timestamp": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|\+00:00)", re.ASCII),
    "process": re.compile(r"[a-z-]{1,20}"),
    "application": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "error": re.compile(r"[A-Z][A-Za-z]{1,59}"),
    "pack": re.compile(r"[a-z][a-z-]{0,39}"),
    "problem": re.compile(r"[a-z][a-z_-]{0,63}"),
    "reader": re.compile(r"(samv|pcsc|scanner|virtual):[\x21-\x7e ]{0,99}"),
    "state": re.compile(r"[a-z_]{1,30}"),
    "station": re.compile(r"[0-9]{6}-[a-z]{2}-[0-9]{3}"),
    "version": re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){0,3}", re.ASCII),
}
"""Fields that are not here hold numbers."""


def newest(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The last lines of each process's log, by the file's name."""
    return {
        path.stem: [shaped for line in _tail(path) if (shaped := _shaped(line))]
        for path in sorted(folder.glob("*.log"))
        if re.fullmatch(r"[a-z-]{1,20}\.log", path.name)
    }


def _tail(path: Path) -> list[str]:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL_BYTES))
        text = file.read().decode("utf-8", "replace")
    lines = text.splitlines()
    return (lines[1:] if size > _TAIL_BYTES else lines)[-LINES_OF_EACH:]


def _shaped(line: str) -> dict[str, Any]:
    """The fields of a line whose values have their field's shape; `dropped` counts the others."""
    try:
        values = json.loads(line)
    except ValueError:
        return {}
    if not isinstance(values, dict):
        return {}
    kept = {name: value for name, value in values.items() if name in FIELDS and _fits(name, value)}
    if len(kept) < len(values):
        kept["dropped"] = len(values) - len(kept)
    return kept


def _fits(name: str, value: object) -> bool:
    if value is None or isinstance(value, bool):
        return True
    if not isinstance(value, str | int | float):
        return False
    return _SHAPES.get(name, _NUMBER).fullmatch(str(value)) is not None
