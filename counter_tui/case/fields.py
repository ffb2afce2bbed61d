"""Typed fields of the case screen: a path in the draft, read as text and written from text."""

from dataclasses import replace

from counter_tui.case.draft import Draft
from counter_tui.clean import clean, half_width
from intake.names import passport_spelling
from intake.postal_numbers import telephone

NUMBERS = frozenset({"number", "number_again", "disability_certificate"})
PHONES = frozenset({"phone", "emergency_phone"})
PROSE = frozenset({"name", "emergency_name", "address", "detail", "division_name", "other_proof"})
"""What is written as people write it; everything else is letters and digits of half width."""
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
    owner, _, name = path.rpartition(".")
    if name not in PROSE:
        value = half_width(value)
    if name in NUMBERS:
        value = value.replace(" ", "").upper()
    elif name in PHONES:
        value = telephone(value) or value
    elif name in ("surname_pinyin", "given_pinyin"):
        value = passport_spelling(value)
    if not owner:
        return replace(draft, **{name: value})
    changed = replace(draft, **{owner: replace(getattr(draft, owner), **{name: value})})
    if path == "person.number":
        return _from_number(changed)
    if path.endswith("_pinyin") and changed != draft:
        # What the clerk types the clerk has looked at.
        return changed.with_person(pinyin_checked="clerk")
    return changed


def with_choice(draft: Draft, name: str, value: str) -> Draft:
    """The draft with another answer to a question of few answers."""
    owner, _, own = name.rpartition(".")
    if owner:
        return replace(draft, **{owner: replace(getattr(draft, owner), **{own: value})})
    changed = replace(draft, **{name: CHOICES[name][value] if name in CHOICES else value})
    if name == "deferral_agreed":
        return replace(changed, undertaking=value == "yes")
    return changed


def _from_number(draft: Draft) -> Draft:
    """A typed citizen number says the birth date and, by its odd or even 17th digit, the sex."""
    number = draft.person.number
    if draft.evidence == "chip" or len(number) != 18 or not number[:17].isdigit():
        return draft
    return draft.with_person(
        birth_date=f"{number[6:10]}-{number[10:12]}-{number[12:14]}",
        sex="male" if int(number[16]) % 2 else "female",
    )
