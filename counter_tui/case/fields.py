"""Typed fields of the case screen: a path in the draft, read as text and written from text."""

from dataclasses import replace

from counter_tui.case.draft import Draft
from counter_tui.clean import clean

CHOICES = {
    "military": {"yes": True, "no": False},
    "combined": {"yes": True, "no": False},
    "deferral_agreed": {"yes": True, "no": False},
}
"""Fields that are a plain yes or no."""


def text_of(draft: Draft, path: str) -> str:
    """The field's value as text. Raises AttributeError for a path that does not exist."""
    owner, _, name = path.rpartition(".")
    return str(getattr(getattr(draft, owner) if owner else draft, name))


def with_text(draft: Draft, path: str, text: str) -> Draft:
    """The draft with `text` in a field, cleaned as everything typed or pasted is."""
    value = clean(text).strip()
    if path in ("person.number", "number_again", "disability_certificate"):
        value = value.replace(" ", "").upper()
    owner, _, name = path.rpartition(".")
    if owner == "person":
        changed = draft.with_person(**{name: value})
        return _from_number(changed) if name == "number" else changed
    if owner == "recipient":
        return draft.with_recipient(**{name: value})
    return replace(draft, **{path: value})


def with_choice(draft: Draft, name: str, value: str) -> Draft:
    """The draft with another answer to a question of few answers."""
    return replace(draft, **{name: CHOICES[name][value] if name in CHOICES else value})


def _from_number(draft: Draft) -> Draft:
    """A typed citizen number says the birth date and, by its odd or even 17th digit, the sex."""
    number = draft.person.number
    if draft.evidence == "chip" or len(number) != 18 or not number[:17].isdigit():
        return draft
    return draft.with_person(
        birth_date=f"{number[6:10]}-{number[10:12]}-{number[12:14]}",
        sex="male" if int(number[16]) % 2 else "female",
    )
