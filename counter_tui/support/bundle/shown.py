"""A bundle's facts as the clerk reads them: JSON, with as much on a line as the screen takes."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from rich.cells import cell_len


def lines(value: Any, columns: int) -> list[str]:
    """`value` as JSON on lines of at most `columns`; a text that is longer has its own."""
    return list(_laid(value, columns, 0, ""))


def _laid(value: Any, columns: int, depth: int, name: str) -> Iterator[str]:
    blank = " " * depth
    if not isinstance(value, dict | list) or not value:
        yield blank + name + _text(value)
        return
    pairs = isinstance(value, dict)
    named = [(f"{_text(key)}: ", one) for key, one in value.items()] if pairs else []
    items = named or [("", one) for one in value]
    opening, closing = "{}" if pairs else "[]"
    if not any(isinstance(one, dict | list) and one for _, one in items):
        first, *others = (key + _text(one) for key, one in items)
        *rows, last = _filled([f"{name}{opening}{first}", *others], columns - depth - 2)
        yield from (f"{blank}{' ' if number else ''}{row}" for number, row in enumerate(rows))
        yield f"{blank}{' ' if rows else ''}{last}{closing}"
        return
    yield f"{blank}{name}{opening}"
    for number, (key, one) in enumerate(items, 1):
        *rows, last = _laid(one, columns, depth + 1, key)
        yield from rows
        yield last + ("," if number < len(items) else "")
    yield f"{blank}{closing}"


def _filled(items: Iterable[str], columns: int) -> Iterator[str]:
    line = ""
    for item in items:
        if line and cell_len(line + item) + 3 > columns:
            yield f"{line},"
            line = ""
        line = f"{line}, {item}" if line else item
    yield line


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
