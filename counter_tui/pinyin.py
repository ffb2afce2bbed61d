"""Readings of Chinese characters from pypinyin, for `intake.names`."""

from pypinyin import Style, pinyin

from intake.names import Suggestion, suggest


def readings(text: str) -> list[list[str]]:
    """For each character its readings without tones; an empty list where none is known."""
    return [
        found
        for character in text
        for found in pinyin(
            character, style=Style.NORMAL, heteronym=True, v_to_u=True, errors="ignore"
        )
        or [[]]
    ]


def suggestion(name: str) -> Suggestion:
    """The pinyin of a name, as a suggestion for clerk and applicant to confirm."""
    return suggest(name, readings)
