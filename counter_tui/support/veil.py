"""The veil: who was met at this terminal, and what stands in their place while somebody looks on.

Everything the screens get from the office passes `meet`, which knows people's values by the names
of their fields; so a screen that is written tomorrow is veiled as well. The veil works on what is
painted: lines give way to pseudonyms, what is typed to dots, and whatever still comes through is
found once more, cell by cell, before it is sent.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Final

from counter_tui.case import masking
from counter_tui.support.mask import Kind, Pseudonyms

KINDS: Final[Mapping[str, Kind]] = {
    "name": Kind.NAME,
    "name_chinese": Kind.NAME,
    "english_name": Kind.NAME,
    "surname_pinyin": Kind.NAME,
    "given_pinyin": Kind.NAME,
    "label": Kind.NAME,
    "number": Kind.NUMBER,
    "number_again": Kind.NUMBER,
    "former_number": Kind.DOCUMENT,
    "document_number": Kind.DOCUMENT,
    "travel_permit_number": Kind.DOCUMENT,
    "disability_certificate": Kind.DOCUMENT,
    "mrz": Kind.DOCUMENT,
    "phone": Kind.PHONE,
    "address": Kind.ADDRESS,
    "newest_address": Kind.ADDRESS,
    "detail": Kind.ADDRESS,
    "division_name": Kind.ADDRESS,
    "postcode": Kind.ADDRESS,
    "issuing_authority": Kind.ADDRESS,
    "birth_date": Kind.BIRTH,
}
"""Names of fields that hold something of a person, wherever they stand."""

MOST: Final = 4096
"""Values remembered; beyond it the oldest are forgotten. A day of 200 cases fits."""

_DEPTH: Final = 8
_APPLICATION_NUMBER: Final = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")
_LEAST: Final = {Kind.NAME: 2, Kind.ADDRESS: 4, Kind.BIRTH: 8, Kind.PHONE: 5, Kind.OTHER: 2}
"""Shorter values are too common to be taken for a person's; numbers have 5 signs or more."""

_DISTRICT: Final = re.compile("[区县市旗]")
_PIECE: Final = 4
"""So many signs of a street in a row give it away, even when a line was broken within it."""

_STARRED: Final = re.compile(
    r"[^\s*|:：，。；、()（）\[\]-]+\*+[^\s*|:：，。；、()（）\[\]-]*|\*{4,}"
)
"""What masking leaves of a value: 张*, 510***********1235."""

_LATIN: Final = re.compile(r"[A-Za-z]")


class Veil:
    """Everybody met since the start. Belongs to the thread of the screens."""

    def __init__(self) -> None:
        self._met: dict[str, Kind] = {}
        self._pseudonyms = Pseudonyms()
        self._lengths: dict[str, list[int]] = {}
        self._shown: dict[str, str] = {}
        self._fresh = False

    def begin(self) -> None:
        """Begin a visit: other pseudonyms than in the last one."""
        self._pseudonyms = Pseudonyms()
        self._fresh = False

    # Meeting people

    def meet(self, value: object, depth: int = _DEPTH) -> None:
        """Remember the values of people in a record, a list of records, or anything of them."""
        if depth == 0:
            return
        if isinstance(value, Mapping):
            for name, one in value.items():
                self._field(str(name), one, depth)
        elif isinstance(value, list | tuple | set | frozenset):
            for one in value:
                self.meet(one, depth - 1)
        elif is_dataclass(value) and not isinstance(value, type):
            for one in fields(value):
                self._field(one.name, getattr(value, one.name, None), depth)
        else:
            modelled = getattr(type(value), "model_fields", None)
            for name in modelled or ():
                self._field(name, getattr(value, name, None), depth)

    def _field(self, name: str, value: object, depth: int) -> None:
        kind = KINDS.get(name)
        if isinstance(value, date):
            value = value.isoformat()
        if kind is None or not isinstance(value, str):
            if not isinstance(value, str | bytes | int | None):
                self.meet(value, depth - 1)
            return
        value = value.strip()
        if len(value) < _LEAST.get(kind, 5) or _APPLICATION_NUMBER.fullmatch(value):
            return
        if value not in self._met:
            self._fresh = False
            if len(self._met) >= MOST:
                del self._met[next(iter(self._met))]
        self._met[value] = kind

    # Hiding them

    def text(self, line: str) -> str:
        """A line as it may be shown: pseudonyms for people, masked or not."""
        pieces, end = [], 0
        for start, stop, shown in self._places(line, masked=True):
            pieces += (line[end:start], shown)
            end = stop
        return "".join((*pieces, line[end:]))

    def typed(self, value: str, here: bool) -> str:
        """A field as it may be shown: dots while the cursor is in it (`here`), a pseudonym else."""
        if here:
            return "•" * len(value)
        self._prepare()
        return self._shown.get(value) or self._pseudonyms.of(Kind.OTHER, value)

    def found(self, line: str) -> Iterator[tuple[int, int]]:
        """Where something of a person stands in a line that is about to be sent."""
        for start, stop, _ in self._places(line, masked=False):
            yield start, stop

    def _places(self, line: str, masked: bool) -> Iterator[tuple[int, int, str]]:
        self._prepare()
        at, end = 0, len(line)
        shapes = {start: (stop, kind) for start, stop, kind in self._pseudonyms.shaped(line)}
        starred = {one.start(): one.end() for one in _STARRED.finditer(line)} if masked else {}
        while at < end:
            known = self._known(line, at)
            stop = max(known, shapes[at][0] if at in shapes else 0, starred.get(at, 0))
            if not stop:
                at += 1
                continue
            value = line[at:stop]
            kind = shapes[at][1] if at in shapes else Kind.OTHER
            yield at, stop, self._shown.get(value) or self._pseudonyms.of(kind, value)
            at = stop

    def _known(self, line: str, at: int) -> int:
        """Where the longest value met that begins at `at` ends; 0 when none begins there."""
        for length in self._lengths.get(line[at], ()):
            stop = at + length
            if stop > len(line):
                continue
            if line[at:stop] in self._shown and _is_whole(line, at, stop):
                return stop
        return 0

    def _prepare(self) -> None:
        """Write out every form in which the people met may stand on a screen."""
        if self._fresh:
            return
        shown: dict[str, str] = {}
        for value, kind in self._met.items():
            pseudonym = self._pseudonyms.of(kind, value)
            for form in _forms(kind, value):
                # Two people who look alike behind a mask share the mask's own pseudonym.
                before = shown.get(form, pseudonym)
                same = before == pseudonym
                shown[form] = pseudonym if same else self._pseudonyms.of(kind, form)
        lengths: dict[str, set[int]] = {}
        for form in shown:
            lengths.setdefault(form[0], set()).add(len(form))
        self._shown = shown
        self._lengths = {sign: sorted(found, reverse=True) for sign, found in lengths.items()}
        self._fresh = True


def _forms(kind: Kind, value: str) -> Iterator[str]:
    yield value
    if kind is Kind.NAME:
        yield masking.name(value)
        if value.isascii():
            yield value.title()
            yield value.upper()
            yield value.lower()
    elif kind is Kind.PHONE:
        yield masking.phone(value)
    elif kind is Kind.BIRTH:
        yield value.replace("-", "")
        yield value.replace("-", ".")
    elif kind is Kind.ADDRESS:
        yield masking.street(value)
        street = _DISTRICT.split(value)[-1]
        for at in range(len(street) - _PIECE + 1):
            yield street[at : at + _PIECE]
    else:
        yield masking.number(value)


def _is_whole(line: str, start: int, stop: int) -> bool:
    """Whether a word in Latin letters stands alone: LI is no part of LIMIT."""
    before, after = line[start - 1 : start], line[stop : stop + 1]
    return not (
        (_LATIN.match(line[start]) and before and _LATIN.match(before))
        or (_LATIN.match(line[stop - 1]) and after and _LATIN.match(after))
    )
