"""Readings of Chinese characters for `intake.names`, from a table made at installation."""

from importlib.resources import files
from typing import Final

from intake.names import Suggestion, suggest

TABLE: Final = "readings.pinyin.txt"


def readings(text: str) -> list[list[str]]:
    """For each character its readings without tones; an empty list where none is known. Blocks."""
    table = (files("counter_tui") / TABLE).read_bytes()
    return [_of(character, table) for character in text]


def suggestion(name: str) -> Suggestion:
    """The pinyin of a name, as a suggestion for clerk and applicant to confirm. Blocks for 1 ms."""
    return suggest(name, readings)


def _of(character: str, table: bytes) -> list[str]:
    head = f"\n{character}\t".encode()
    at = table.find(head)
    return table[at + len(head) : table.index(b"\n", at + 1)].decode().split() if at >= 0 else []
