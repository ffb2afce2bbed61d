"""Finds the line of a key in a TOML text, so that a complaint about a value says where it stands.

`tomllib` gives values without places. This walks the text once, reading only what decides where a
key is: headers, keys, strings, comments and brackets. The text is known to be valid TOML by then.
"""

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]
"""Where a value stands: keys, and 0-based indexes into arrays (of tables or of values)."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_LINE_GAP = re.compile(r"[ \t]*")
_SCALAR = re.compile(r"[^,\]}\r\n#]+")
_MULTILINE = re.compile(r'("""|\'\'\')')


def line_of(text: str, path: Path) -> int | None:
    """The 1-based line where `path` is written, or None when it is not in `text`.

    For a key the line of the key, for a table the line of its header or of its first key, for an
    element of an array the line where the element begins.
    """
    for found, offset in _Walk(text).places():
        if found == path:
            return text.count("\n", 0, offset) + 1
    # A table that has no header of its own stands where its first key does.
    for found, offset in _Walk(text).places():
        if found[: len(path)] == path:
            return text.count("\n", 0, offset) + 1
    return None


class _Walk:
    """One pass over a text, yielding every path with the offset where it begins."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._counts: dict[Path, int] = {}

    def places(self) -> Iterator[tuple[Path, int]]:
        table: Path = ()
        while True:
            self._skip(_GAP)
            if self._at >= len(self._text):
                return
            start = self._at
            if self._text[start] == "[":
                table = self._header()
                yield table, start
                continue
            yield from self._pair(table)

    def _header(self) -> Path:
        array = self._text.startswith("[[", self._at)
        self._at += 2 if array else 1
        keys = self._keys()
        self._at += 2 if array else 1
        owner = self._within(keys[:-1])
        if not array:
            return self._within(keys)
        named = (*owner, keys[-1])
        index = self._counts.get(named, -1) + 1
        self._counts[named] = index
        return (*named, index)

    def _within(self, keys: Path) -> Path:
        """`keys` with the index of the latest element put in behind each array of tables."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            if path in self._counts:
                path = (*path, self._counts[path])
        return path

    def _pair(self, owner: Path) -> Iterator[tuple[Path, int]]:
        start = self._at
        path = (*owner, *self._keys())
        yield path, start
        self._at += 1  # the equals sign
        self._skip(_LINE_GAP)
        yield from self._value(path)

    def _keys(self) -> Path:
        keys: list[str | int] = []
        while True:
            self._skip(_LINE_GAP)
            keys.append(self._key())
            self._skip(_LINE_GAP)
            if self._text[self._at] != ".":
                return tuple(keys)
            self._at += 1

    def _key(self) -> str:
        if self._text[self._at] in "\"'":
            return self._string()
        bare = _BARE.match(self._text, self._at)
        if bare is None:
            raise ValueError("not a TOML text")
        self._at = bare.end()
        return bare[0]

    def _value(self, path: Path) -> Iterator[tuple[Path, int]]:
        first = self._text[self._at]
        if first == "[":
            self._at += 1
            index = 0
            while self._more("]"):
                yield (*path, index), self._at
                yield from self._value((*path, index))
                index += 1
        elif first == "{":
            self._at += 1
            while self._more("}"):
                yield from self._pair(path)
        elif first in "\"'":
            self._string()
        else:
            self._skip(_SCALAR)

    def _more(self, end: str) -> bool:
        """Step over blanks and a comma; False, and past it, at the closing bracket."""
        self._skip(_GAP)
        if self._text[self._at] == ",":
            self._at += 1
            self._skip(_GAP)
        if self._text[self._at] != end:
            return True
        self._at += 1
        return False

    def _string(self) -> str:
        quote = self._text[self._at]
        long = _MULTILINE.match(self._text, self._at)
        mark = long[0] if long else quote
        start = self._at = self._at + len(mark)
        while not self._text.startswith(mark, self._at):
            self._at += 2 if quote == '"' and self._text[self._at] == "\\" else 1
        end = self._at
        self._at += len(mark)
        # Up to two quotes may stand directly before the closing three.
        while long and self._text.startswith(quote, self._at):
            self._at += 1
        return self._text[start:end]

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self._text, self._at)
        if found:
            self._at = found.end()
