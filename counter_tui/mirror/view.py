"""The case as its applicant may see it, page by page, in large type.

A terminal has one size of signs; so each Chinese sign gets air, letters and digits their wide
forms, and every line an empty one beneath it.
"""

from collections.abc import Iterator
from typing import Final

from counter_tui import terms
from counter_tui.case import captures, masking
from counter_tui.case.approval import carrier_due
from counter_tui.case.case import Case
from counter_tui.printing.lines import columns_of, wrapped
from counter_tui.words import N_, Words
from intake.captures import MATERIAL_OF

Pages = list[list[str]]

WIDTH: Final = 76
LINES: Final = 9
"""Lines of a page; with the empty ones between them they fit 24 rows with title and keys."""

_LABEL: Final = 16
"""Columns of a label; the longest English one has fourteen."""

_WIDE: Final = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}


def large(text: str) -> str:
    """`text` twice as wide: wide letters and digits, a space after each Chinese sign."""
    signs = []
    for sign in text:
        wide = chr(_WIDE.get(ord(sign), ord(sign)))
        signs.append(wide + ("" if ord(sign) in _WIDE else " "))
    return "".join(signs).rstrip()


def pages(case: Case, words: Words) -> Pages:
    """All that the applicant checks. Nothing of anybody else, nothing the rules say about him."""
    made: Pages = [[]]
    for group in (_person(case, words), _delivery(case, words), _rest(case, words)):
        lines = [line for label, text in group if text for line in _lines(words(label), text)]
        for line in lines:
            if len(made[-1]) >= LINES:
                made.append([])
            made[-1].append(line)
        if lines:
            made.append([])
    return [page for page in made if page]


def _person(case: Case, words: Words) -> Iterator[tuple[str, str]]:
    person = case.draft.person
    yield N_("Name"), person.name
    pinyin = f"{person.surname_pinyin} {person.given_pinyin}".strip().upper()
    yield N_("In pinyin"), pinyin
    yield N_("Sex"), words(terms.SEXES[person.sex])
    yield N_("Born"), person.birth_date
    # A number from the chip is right; a typed one must be read by its owner.
    chip = case.draft.evidence == "chip"
    yield N_("Citizen number"), masking.number(person.number) if chip else person.number
    yield N_("Phone"), case.draft.phone


def _delivery(case: Case, words: Words) -> Iterator[tuple[str, str]]:
    to = case.draft.recipient
    if case.draft.method != "post":
        yield N_("Delivery"), words(N_("to be collected at the window, with the receipt"))
        return
    yield N_("Delivery"), words(N_("by post"))
    yield N_("Recipient"), to.name
    yield N_("Phone"), to.phone or case.draft.phone
    yield N_("Postal address"), f"{to.division_name}{to.detail}"
    yield N_("Postcode"), to.postcode


def _rest(case: Case, words: Words) -> Iterator[tuple[str, str]]:
    for item in case.draft.items:
        yield N_("Item"), terms.item_text(item, words)
    if case.decision is None:
        return
    for line in case.decision.deferrals:
        name = words(terms.MATERIALS.get(line.code, line.code))
        yield N_("To follow"), words(N_("{name}, by {day}"), name=name, day=line.due_on)
    totals = case.decision.totals
    yield N_("Document fees"), words(N_("{amount} yuan"), amount=totals.treasury)
    postage = carrier_due(case.draft, case.decision)
    yield N_("Postage"), words(N_("{amount} yuan"), amount=postage)
    for what in MATERIAL_OF:
        # Why somebody cannot is theirs to know; it is not shown large.
        state = captures.state_of(case.draft, what)
        if state != "not_yet":
            yield terms.CAPTURED[what], words(terms.CAPTURES[state])


def _lines(label: str, text: str) -> Iterator[str]:
    """The label in usual signs, then the value large, on as many lines as it needs."""
    for number, value in enumerate(wrapped(text, WIDTH - _LABEL, _large_columns)):
        yield _line("" if number else label, large(value))


def _large_columns(text: str) -> int:
    return sum(2 if ord(sign) in _WIDE else columns_of(sign) + 1 for sign in text)


def _line(label: str, value: str) -> str:
    return f"{label}{' ' * max(_LABEL - columns_of(label), 1)}{value}"
