"""Single fields of a text block: UTF-16LE, padded with blanks or zeros."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from devices.records import Sex
from devices.samv.blocks import bad
from devices.text import clean

LONG_TERM: Final = "长期"
_SEXES: Final[dict[str, Sex]] = {"0": "unknown", "1": "male", "2": "female", "9": "unstated"}


def decode(raw: bytes, name: str) -> tuple[str, bool]:
    """The text, padding included, and whether its last character was cut in two.

    A character outside the basic plane takes two units; a full field can end between them. Any
    other lone surrogate means that the block is damaged: ReaderError(BAD_DATA).
    """
    cut = len(raw) > 2 and 0xD8 <= raw[-1] <= 0xDB
    try:
        return (raw[:-2] if cut else raw).decode("utf-16-le"), cut
    except UnicodeDecodeError:
        raise bad(f"{name}: not UTF-16") from None


def day(text: str, name: str) -> date | None:
    """A date as YYYYMMDD; None when blank. Raises ReaderError(BAD_DATA)."""
    if not text:
        return None
    if len(text) != 8 or not text.isascii() or not text.isdigit():
        raise bad(f"{name}: not a date")
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise bad(f"{name}: no such day") from None


@dataclass(slots=True)
class TextBlock:
    """256 bytes of fields, and what was odd about those taken out so far."""

    raw: bytes = field(repr=False)
    warnings: list[str] = field(default_factory=list)

    def text(self, name: str, *places: tuple[int, int]) -> str:
        """One field, which may lie in several places of (offset, length); cleaned."""
        joined = ""
        for offset, length in places:
            part, cut = decode(self.raw[offset : offset + length], name)
            joined += part
            if cut:
                self.warn(f"{name}_cut")
        bare = joined.strip(" \x00\u3000")
        cleaned = clean(bare)
        if cleaned != bare:
            self.warn(f"{name}_cleaned")
        return cleaned

    def needed(self, name: str, *places: tuple[int, int]) -> str:
        """A field no card of the kind is without. Raises ReaderError(BAD_DATA) when blank."""
        text = self.text(name, *places)
        if not text:
            raise bad(f"{name}: blank")
        return text

    def day(self, name: str, offset: int) -> date | None:
        """A date field; blank is None with a warning."""
        found = day(self.text(name, (offset, 16)), name)
        if found is None:
            self.warn(f"{name}_blank")
        return found

    def birth(self, offset: int) -> date:
        """The birth date. Raises ReaderError(BAD_DATA) when blank or no date."""
        found = day(self.needed("birth_date", (offset, 16)), "birth_date")
        if found is None:
            raise bad("birth_date: blank")
        return found

    def end(self, offset: int) -> tuple[date | None, bool]:
        """Last day of validity, and whether the card is valid without end."""
        if self.text("valid_to", (offset, 16)) == LONG_TERM:
            return None, True
        return self.day("valid_to", offset), False

    def sex(self, offset: int) -> Sex:
        """Sex by GB/T 2261.1; an unlisted code is `unknown` with a warning."""
        code = self.text("sex", (offset, 2))
        if code not in _SEXES:
            self.warn("sex_code_unknown")
        return _SEXES.get(code, "unknown")

    def count(self, name: str, offset: int) -> int | None:
        """A two-digit count; None with a warning when it is none."""
        text = self.text(name, (offset, 4))
        if text.isascii() and text.isdigit():
            return int(text)
        self.warn(f"{name}_blank" if not text else f"{name}_unreadable")
        return None

    def warn(self, code: str) -> None:
        """Note something odd, once."""
        if code not in self.warnings:
            self.warnings.append(code)
