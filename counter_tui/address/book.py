"""The address book: finds a township-level unit from a few letters, and reads a card's address.

All units are one text, searched by the interpreter's own substring search: no object a unit.
"""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from counter_tui.address.build import FORMAT, short

CODE_SYSTEM: Final = "MCA"
"""Whose codes these are: the Ministry of Civil Affairs' list."""

FILE: Final = "divisions.tsv"
BUILD_SECONDS: Final = 120


@dataclass(frozen=True, slots=True)
class Unit:
    """A county (six digits) or township-level unit (nine)."""

    code: str
    name: str
    full_name: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a free-text address was understood to be; `unit` None where it names no division."""

    unit: Unit | None
    rest: str
    """What follows the division: street and number."""
    sure: bool
    """False when the township had to be left open, so that somebody must ask."""


class AddressBook:
    """The index in memory. Searching takes a few milliseconds over all units."""

    def __init__(self, text: str, home: str = "") -> None:
        """`home`: code prefix whose units come first (the station's city, 4 digits)."""
        self._text = text
        self.as_of = text[: text.index("\n")].rsplit("\t", 1)[-1]
        self._home = home
        self._listed: list[tuple[Unit, str]] = []
        found = re.search(rf"^{home}", self._text, re.MULTILINE) if home else None
        self._start = found.start() if found else 0
        after = re.compile(rf"^(?!{home})", re.MULTILINE).search(self._text, self._start)
        self._end = after.start() if home and found and after else self._start

    @classmethod
    def open(cls, path: Path, home: str = "") -> Self:
        """The index at `path`, made anew by a child process where it is missing or old. Blocks.

        Raises OSError or subprocess.SubprocessError when it can be neither read nor made.
        """
        if not _is_present(path):
            subprocess.run(  # noqa: S603 - our own module
                [sys.executable, "-m", "counter_tui.address.build", str(path)],
                check=True,
                capture_output=True,
                timeout=BUILD_SECONDS,
            )
        return cls(path.read_text("utf-8"), home)

    def search(self, typed: str, limit: int = 8) -> list[Unit]:
        """Township units that fit what was typed: characters, pinyin, initials, code or postcode.

        Several words must all fit. The station's own city comes first.
        """
        words = typed.casefold().split()
        if not words:
            return []
        patterns = [_pattern(word) for word in words]
        found: list[Unit] = []
        for start, end in (
            (self._start, self._end),
            (0, self._start),
            (self._end, len(self._text)),
        ):
            self._collect(patterns, start, end, found, limit)
        if not found and len(words) == 1 and not typed.isascii():
            # 武侯玉林 for 武侯区玉林街道: the characters in order, the kinds of division left out.
            loose = "[^\n\t]{0,6}".join(re.escape(one) for one in words[0])
            self._loose(re.compile(loose), found, limit)
        return found

    def unit(self, code: str) -> Unit | None:
        """The unit of a code."""
        at = 0 if self._text.startswith(f"{code}\t") else self._text.find(f"\n{code}\t") + 1
        if at == 0 and not self._text.startswith(f"{code}\t"):
            return None
        return self._unit_at(at)

    def parse(self, address: str) -> Parsed:
        """Understand the free text of a card: county for certain, township if it is named."""
        county, end = self._county_in(address)
        if county is None:
            return Parsed(None, address, False)
        rest = address[end:]
        for unit in self._townships(county.code):
            for name in (unit.name, short(unit.name)):
                if len(name) > 1 and rest.startswith(name):
                    exact = name == unit.name
                    return Parsed(unit, rest[len(name) :] if exact else rest, True)
        return Parsed(county, rest, False)

    def _county_in(self, address: str) -> tuple[Unit | None, int]:
        best: tuple[int, int, Unit] | None = None
        for unit, stem in self._counties():
            if stem not in address:
                continue
            for name in (unit.name, stem):
                at = address.find(name)
                if at < 0:
                    continue
                above = unit.full_name[: -len(unit.name)]
                province, city = above[:2], above[-3:-1]
                score = 4 * (province in address[:at]) + 4 * (city in address[:at])
                score += 2 * (name == unit.name) + unit.code.startswith(self._home or "-")
                end = at + len(name)
                if name != unit.name and address[end : end + 1] in tuple("区县市"):
                    end += 1
                if best is None or score > best[0]:
                    best = (score, end, unit)
                break
        if best is None or best[0] < 4:
            return None, 0
        return best[2], best[1]

    def _counties(self) -> list[tuple[Unit, str]]:
        """Every county with the stem of its name; listed at the first address that is read."""
        if not self._listed:
            found = re.finditer(r"^\d{6}\t", self._text, re.MULTILINE)
            units = (self._unit_at(one.start()) for one in found)
            self._listed = [(unit, short(unit.name)) for unit in units]
        return self._listed

    def _townships(self, county: str) -> list[Unit]:
        units, at = [], self._text.find(f"\n{county}\t")
        while at >= 0:
            at = self._text.find(f"\n{county}", at + 1)
            if at >= 0:
                units.append(self._unit_at(at + 1))
        return units

    def _collect(
        self, patterns: list[str], start: int, end: int, found: list[Unit], limit: int
    ) -> None:
        seek = max(patterns, key=len)
        at = self._text.find(seek, start, end)
        while at >= 0 and len(found) < limit:
            line_start = self._text.rfind("\n", 0, at + 1) + 1
            line_end = self._text.find("\n", at + 1)
            line = f"\n{self._text[line_start:line_end]}"
            if all(one in line for one in patterns):
                unit = self._unit_at(line_start)
                if len(unit.code) == 9:
                    found.append(unit)
            at = self._text.find(seek, line_end, end)

    def _loose(self, pattern: re.Pattern[str], found: list[Unit], limit: int) -> None:
        for match in pattern.finditer(self._text):
            unit = self._unit_at(self._text.rfind("\n", 0, match.start()) + 1)
            if len(unit.code) == 9 and unit not in found:
                found.append(unit)
            if len(found) == limit:
                return

    def _unit_at(self, start: int) -> Unit:
        line = self._text[start : self._text.find("\n", start)]
        code, name, full_name, postcode, _ = line.split("\t")
        return Unit(code, name, full_name, postcode)


def _pattern(word: str) -> str:
    """Digits begin a code or are a postcode; letters begin a key; characters stand anywhere."""
    if word.isdigit():
        return f"\t{word}\t" if len(word) == 6 and word[0] == "6" else f"\n{word}"
    return f" {word}" if word.isascii() else word


def _is_present(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            return file.readline().startswith(f"counter-address\t{FORMAT}\t")
    except (OSError, UnicodeDecodeError):
        return False
