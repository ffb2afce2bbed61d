"""The address book: finds a township-level unit from a few letters, and reads a card's address.

The index stays a file: it is read block by block for each search, out of the kernel's page cache,
and nothing of it stays in the memory of the terminal.
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, Final, Self

from counter_tui.address.build import FORMAT, short

CODE_SYSTEM: Final = "MCA"
"""Whose codes these are: the Ministry of Civil Affairs' list."""

FILE: Final = "divisions.tsv"
BUILD_SECONDS: Final = 120
_BLOCK: Final = 128 * 1024
"""Bytes read at once."""
_CODE: Final = 6
"""Digits of a county's code; those of all its townships begin with it."""
_NAME: Final = slice(7, 13)
"""Of a county's line: the first two signs of its name."""
_Span = tuple[int, int, bytes, bytes]
"""Where a block begins and ends, and the codes of the counties of its first and last line."""
_COUNTY: Final = re.compile(rb"^\d{6}\t[^\n]*\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Unit:
    """A county (six digits) or township-level unit (nine)."""

    code: str
    name: str
    full_name: str
    postcode: str
    zone: str = ""
    """The functional zone it lies in, an alias and no division."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a free-text address was understood to be; `unit` None where it names no division."""

    unit: Unit | None
    rest: str
    """What follows the division: street and number."""
    sure: bool
    """False when the township had to be left open, so that somebody must ask."""


class AddressBook:
    """The index of a file. Searching takes a few milliseconds over all units."""

    def __init__(self, file: BinaryIO, home: str = "") -> None:
        """`home`: code prefix whose units come first (the station's city, 4 digits)."""
        self._file = file
        self.as_of = file.readline().decode().rstrip("\n").rsplit("\t", 1)[-1]
        self._home = home
        self._county_lines: list[bytes] = []
        self._near, self._far = self._spans()

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
        return cls(path.open("rb"), home)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def search(self, typed: str, limit: int = 8) -> list[Unit]:
        """Township units that fit what was typed: characters, pinyin, initials, code or postcode.

        Several words must all fit. The station's own city comes first.
        """
        words = typed.casefold().split()
        if not words:
            return []
        patterns = [_pattern(word) for word in words]
        found = self._first(self._matching(patterns), limit)
        if not found and len(words) == 1 and not typed.isascii():
            # 武侯玉林 for 武侯区玉林街道: the characters in order, the kinds of division left out.
            between = rb"(?:[^\n\t\x80-\xbf][\x80-\xbf]*){0,6}"
            loose = between.join(re.escape(one.encode()) for one in words[0])
            found = self._first(self._loose(re.compile(loose)), limit)
        return found

    def units_of_zone(self, address: str) -> tuple[list[Unit], str]:
        """The units of the functional zone that an address names, and what follows its name.

        A zone is no division: 成都市高新区 has streets in three districts.
        """
        for zone in _zones():
            at = address.find(zone)
            if at >= 0:
                units = map(_unit, self._matching([f" {zone}".encode()]))
                found = [unit for unit in units if unit.zone == zone]
                return found, address[at + len(zone) :]
        return [], ""

    def unit(self, code: str) -> Unit | None:
        """The unit of a code."""
        return next((_unit(line) for line in self._matching([f"\n{code}\t".encode()])), None)

    def county(self, code: str) -> Unit | None:
        """The county of a six-digit code."""
        head = f"{code}\t".encode()
        lines = b"".join(self._county_lines)
        at = lines.find(b"\n" + head) + 1 if not lines.startswith(head) else 0
        return _unit(lines[at : lines.index(b"\n", at)]) if lines[at:].startswith(head) else None

    def units_in(self, county: str) -> list[Unit]:
        """The township units of a county (six digits), in code order."""
        return self._townships(county[:6])

    def parse(self, address: str) -> Parsed:
        """Understand the free text of a card: county for certain, township if it is named."""
        county, end = self._county_in(address)
        if county is None:
            units, rest = self.units_of_zone(address)
            named = next((unit for unit in units if rest.startswith(unit.name)), None)
            if named is not None:
                return Parsed(named, rest[len(named.name) :], True)
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
        for unit in self._counties_in(address):
            stem = short(unit.name)
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

    def _counties_in(self, address: str) -> Iterator[Unit]:
        """The counties whose names begin with two signs that follow each other in the address."""
        pairs = {"".join(pair).encode() for pair in pairwise(address)}
        for line in b"".join(self._county_lines).splitlines():
            if line[_NAME] in pairs:
                yield _unit(line)

    def _townships(self, county: str) -> list[Unit]:
        units = (_unit(line) for line in self._matching([f"\n{county}".encode()]))
        return [unit for unit in units if unit.code != county]

    def _first(self, lines: Iterator[bytes], limit: int) -> list[Unit]:
        found: list[Unit] = []
        for line in lines:
            unit = _unit(line)
            if len(unit.code) == 9:
                found.append(unit)
            if len(found) == limit:
                break
        return found

    def _matching(self, patterns: list[bytes]) -> Iterator[bytes]:
        seek = max(patterns, key=len)
        for block in self._blocks(seek):
            at = block.find(seek)
            while at >= 0:
                start, end = block.rfind(b"\n", 0, at + 1), block.find(b"\n", at + 1)
                if all(one in block[start:end] for one in patterns):
                    yield block[start + 1 : end]
                at = block.find(seek, end)

    def _loose(self, pattern: re.Pattern[bytes]) -> Iterator[bytes]:
        for block in self._blocks(b""):
            end = 0
            while match := pattern.search(block, end):
                start, end = block.rfind(b"\n", 0, match.start()), block.find(b"\n", match.end())
                yield block[start + 1 : end]

    def _blocks(self, sought: bytes) -> Iterator[bytes]:
        """Whole lines, each with a line's end before and behind it; the own city's first.

        Only those that a code can stand in, where a code's beginning is sought.
        """
        code = sought[1:7] if sought[:1] == b"\n" and sought[1:7].isdigit() else b""
        for start, end, first, last in (*self._near, *self._far):
            if first[: len(code)] <= code <= last[: len(code)]:
                self._file.seek(start - 1)
                yield self._file.read(end - start + 1)

    def _spans(self) -> tuple[list[_Span], list[_Span]]:
        """Where the blocks lie, those of the station's own city and the others; notes counties."""
        near: list[_Span] = []
        far: list[_Span] = []
        home = self._home.encode()
        start = self._file.tell()
        while block := self._file.read(_BLOCK) + self._file.readline():
            spans = [(found.start(), found.end()) for found in _runs(home, block)]
            cuts = sorted({0, len(block), *(cut for span in spans for cut in span)})
            for first, last in pairwise(cuts):
                into = near if (first, last) in spans else far
                final = block.rfind(b"\n", first, last - 1) + 1
                codes = block[first : first + _CODE], block[final : final + _CODE]
                into.append((start + first, start + last, *codes))
            start += len(block)
            # Addresses of cards are searched the other way round: by every county's name.
            self._county_lines += [b"".join(_COUNTY.findall(block))]
        return near, far


@lru_cache(maxsize=1)
def _zones() -> tuple[str, ...]:
    return tuple(tomllib.loads((files("counter_tui.address") / "post.toml").read_text())["zones"])


def _runs(home: bytes, block: bytes) -> Iterator[re.Match[bytes]]:
    """The stretches of lines that begin with `home`."""
    lines = rb"(?:^%b[^\n]*\n)+" % home
    return re.finditer(lines, block, re.MULTILINE) if home else iter(())


def _unit(line: bytes) -> Unit:
    code, name, full_name, postcode, keys = line.decode().split("\t")
    last = keys.rsplit(" ", 1)[-1]
    return Unit(code, name, full_name, postcode, "" if last.isascii() else last)


def _pattern(word: str) -> bytes:
    """Digits begin a code or are a postcode; letters begin a key; characters stand anywhere."""
    if word.isdigit():
        postcode = len(word) == 6 and word[0] == "6"
        return (f"\t{word}\t" if postcode else f"\n{word}").encode()
    return (f" {word}" if word.isascii() else word).encode()


def _is_present(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            return file.readline().startswith(f"counter-address\t{FORMAT}\t")
    except (OSError, UnicodeDecodeError):
        return False
