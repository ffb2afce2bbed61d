"""Layers: a pack extends another, adding rows or replacing one by id."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from intake.pack.resolved import TABLES, Resolved
from intake.toml_lines import line_of

Texts = Mapping[str, str]
"""One layer: its TOML texts by file name. `pack.toml` has the header."""

Source = Callable[[str], Texts]
"""Gives the texts of a layer by its name; raises LookupError for one it does not have."""

HEADER: Final = "pack.toml"
COMMON: Final = "common"
"""A file's `[common]` table fills bookkeeping fields that its rows leave out."""

_SYNTAX_LINE: Final = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_HEADER_KEYS: Final = frozenset({"name", "version", "title", "begins", "base", "extends"})
_INHERITED: Final = ("name", "version", "title", "begins")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the texts of a pack."""

    layer: str
    file: str
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.layer}/{self.file}" + (f":{self.line}" if self.line else "")


class PackError(Exception):
    """A pack that cannot be used; `place` says where it is wrong, when that is one place.

    `others` are what else is wrong, so that an author need not ask once for each.
    """

    def __init__(
        self, message: str, place: Place | None = None, others: tuple["PackError", ...] = ()
    ) -> None:
        super().__init__(f"{place}: {message}" if place else message)
        self.message = message
        self.place = place
        self.others = others


@dataclass(frozen=True, slots=True)
class Origin:
    """The file and the row's index in it that a resolved row came from."""

    layer: str
    file: str
    table: str
    index: int


@dataclass(frozen=True, slots=True)
class Layered:
    """A resolved pack with the way back from every row to its text."""

    resolved: Resolved
    origins: Mapping[tuple[str, str], Origin]
    """By table and row id."""
    texts: Mapping[str, Texts]

    def place(self, table: str, row_id: str, *within: str | int) -> Place:
        """Where a row (or `within` it a key) is written."""
        return _place(self.texts, self.origins[table, row_id], within)


def resolve(name: str, source: Source) -> Layered:
    """Read pack `name` and the layers below it. Raises PackError with file and line."""
    chain, texts = _chain(name, source)
    header: dict[str, Any] = {"layers": []}
    tables: dict[str, dict[str, dict[str, Any]]] = {table: {} for table in TABLES}
    origins: dict[tuple[str, str], Origin] = {}
    for layer, files in chain:
        top = files[HEADER]
        header.update({key: top[key] for key in _INHERITED if key in top})
        header["base"] = top.get("base", False)
        header["layers"].append({"name": layer, "version": top.get("version")})
        for file, values in files.items():
            _fold(layer, file, values, texts[layer][file], tables, origins)
    rows = {table: list(by_id.values()) for table, by_id in tables.items()}
    try:
        resolved = Resolved.model_validate({**header, **rows})
    except ValidationError as error:
        raise _explained(error, rows, origins, texts, name) from None
    return Layered(resolved, origins, texts)


def _chain(
    name: str, source: Source
) -> tuple[list[tuple[str, dict[str, dict[str, Any]]]], dict[str, Texts]]:
    chain: list[tuple[str, dict[str, dict[str, Any]]]] = []
    texts: dict[str, Texts] = {}
    wanted: str | None = name
    while wanted is not None:
        if wanted in texts:
            place = _at(texts, chain[-1][0], HEADER, "extends")
            raise PackError(f"{wanted} extends itself", place)
        try:
            texts[wanted] = source(wanted)
        except LookupError:
            if not chain:
                raise PackError(f"there is no pack {wanted}") from None
            above = chain[-1][0]
            raise PackError(
                f"there is no pack {wanted} (extended by {above})",
                _at(texts, above, HEADER, "extends"),
            ) from None
        files = {file: _parsed(wanted, file, text) for file, text in texts[wanted].items()}
        if HEADER not in files:
            raise PackError(f"{wanted} has no {HEADER}", Place(wanted, HEADER))
        header = files[HEADER]
        if header.get("name") != wanted:
            raise PackError(
                f"name is not {wanted}, the name of its folder",
                _at(texts, wanted, HEADER, "name"),
            )
        if "version" not in header:
            raise PackError("version is missing", _at(texts, wanted, HEADER))
        below = header.get("extends")
        if below is not None and not isinstance(below, str):
            raise PackError("extends is not a name", _at(texts, wanted, HEADER, "extends"))
        chain.append((wanted, files))
        wanted = below
    chain.reverse()
    return chain, texts


def _parsed(layer: str, file: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _SYNTAX_LINE.search(str(error))
        last = text.count("\n", 0, len(text.rstrip())) + 1
        place = Place(layer, file, int(line[1]) if line and line[1] else last)
        raise PackError(_SYNTAX_LINE.sub("", str(error)), place) from None


def _at(texts: Mapping[str, Texts], layer: str, file: str, *path: str | int) -> Place:
    line = line_of(texts[layer][file], path) if path else None
    return Place(layer, file, line or 1)


def _place(texts: Mapping[str, Texts], origin: Origin, within: tuple[str | int, ...]) -> Place:
    text = texts[origin.layer][origin.file]
    path: tuple[str | int, ...] = (origin.table, origin.index, *within)
    while path:
        line = line_of(text, path)
        if line is not None:
            return Place(origin.layer, origin.file, line)
        path = path[:-1]
    return Place(origin.layer, origin.file, 1)


def _fold(
    layer: str,
    file: str,
    values: dict[str, Any],
    text: str,
    tables: dict[str, dict[str, dict[str, Any]]],
    origins: dict[tuple[str, str], Origin],
) -> None:
    common = values.get(COMMON, {})
    if not isinstance(common, dict):
        raise PackError("common is no table", Place(layer, file, line_of(text, (COMMON,))))
    for table, rows in values.items():
        if table == COMMON or (file == HEADER and table in _HEADER_KEYS):
            continue
        if table not in tables:
            raise PackError(f"unknown table {table}", Place(layer, file, line_of(text, (table,))))
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            place = Place(layer, file, line_of(text, (table,)))
            raise PackError(f"each row of {table} stands under [[{table}]]", place)
        for index, row in enumerate(rows):
            identifier = row.get("id")
            if not isinstance(identifier, str):
                place = Place(layer, file, line_of(text, (table, index)))
                raise PackError("a row has no id", place)
            known = origins.get((table, identifier))
            if known is not None and known.layer == layer:
                place = Place(layer, file, line_of(text, (table, index)))
                raise PackError(f"{identifier} stands twice in one layer", place)
            tables[table][identifier] = {**common, **row}
            origins[table, identifier] = Origin(layer, file, table, index)


_PLAIN: Final = {
    "missing": " is missing",
    "extra_forbidden": " is unknown here",
    "string_too_short": " is empty",
}


def _explained(
    error: ValidationError,
    rows: dict[str, list[dict[str, Any]]],
    origins: Mapping[tuple[str, str], Origin],
    texts: Mapping[str, Texts],
    name: str,
) -> PackError:
    """Everything that the model finds wrong, each with its place; the first carries the others."""
    found: dict[str, PackError] = {}
    for one in error.errors(include_url=False, include_input=False):
        said = _PLAIN.get(one["type"]) or f": {one['msg']}"
        match one["loc"]:
            case (str(table), int(index), *within) if table in rows:
                identifier = rows[table][index]["id"]
                place = _place(texts, origins[table, identifier], tuple(within))
                message = f"{table} row {identifier}: {_key(within)}{said}"
            case ("layers", int(index), *within):
                place = _at(texts, list(texts)[-1 - index], HEADER, *within[:1])
                message = f"{_key(within)}{said}"
            case path:
                place = _at(texts, name, HEADER, *path[:1])
                message = f"{_key(path)}{said}"
        found.setdefault(message, PackError(message, place))
    first, *others = found.values()
    return PackError(first.message, first.place, tuple(others))


def _key(path: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in path)
