"""The items line: `护照 首`, `续 港澳 G 1年 邮`, or by initials and digits `1 s`, `2sg`.

Words may stand in any order, with blanks or without; `+`, `，` or `；` begins the next item. A word
is Chinese, pinyin, initials, English, a digit or a code. How often and how long belong to the
endorsement before them: `港澳 首 香港 G 1年 2次 澳门 L 3月`. What is not said takes the usual
value, and the reading is shown before it is taken.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from counter_tui.case.lexicon import LEXICON, Word, find, segments
from counter_tui.clean import half_width
from counter_tui.words import N_

_PARTS: Final = re.compile(r"[+，；;]")
_TOKENS: Final = re.compile(r"[\s、,]+")
_ENDS: Final = re.compile(r"[\s、,+，；;]")

CONTRARY: Final = {
    "document": N_("two documents in one item; + begins the next item"),
    "kind": N_("two kinds in one item; + begins the next item"),
    "method": N_("by post or collected, not both"),
}
"""What to say of a slot that was said twice."""

USUAL_KIND: Final = "first"
USUAL_ENTRIES: Final = "single"
USUAL_VALIDITY: Final = "1y"
_OF_ENDORSEMENTS: Final = frozenset({"region", "code", "entries", "validity", "form"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a line was understood to ask for."""

    items: tuple[dict[str, Any], ...] = ()
    method: str | None = None
    unknown: tuple[str, ...] = ()
    """Words that mean nothing here."""
    problems: tuple[str, ...] = ()
    """Sentences about what is said but does not fit."""

    @property
    def good(self) -> bool:
        """Whether the line can be taken as it stands."""
        return bool(self.items or self.method) and not self.unknown and not self.problems


@dataclass(slots=True)
class _Group:
    """Endorsements of the same terms: each code for each region."""

    regions: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    terms: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Said:
    slots: dict[str, str] = field(default_factory=dict)
    contrary: str = ""
    """The slot that was said twice, otherwise each time."""
    groups: list[_Group] = field(default_factory=lambda: [_Group()])

    def take(self, word: Word) -> None:
        group = self.groups[-1]
        if word.slot == "region":
            if group.codes and group.regions:
                # A region after a whole endorsement begins another of the same code.
                group = self._next(_Group(codes=[]))
            group.regions.append(word.value)
        elif word.slot == "code":
            if group.codes and group.terms:
                group = self._next(_Group(regions=list(group.regions)))
            group.codes.append(word.value)
        elif word.slot in _OF_ENDORSEMENTS:
            group.terms[word.slot] = word.value
        else:
            if self.slots.get(word.slot, word.value) != word.value:
                self.contrary = word.slot
            self.slots[word.slot] = word.value

    def _next(self, group: _Group) -> _Group:
        self.groups.append(group)
        return group

    @property
    def wants_endorsements(self) -> bool:
        return any(group.regions or group.codes or group.terms for group in self.groups)

    @property
    def empty(self) -> bool:
        return not self.slots and not self.wants_endorsements


def read(line: str) -> Reading:
    """Understand a whole line."""
    items: list[dict[str, Any]] = []
    unknown: list[str] = []
    problems: list[str] = []
    method = None
    for part in _PARTS.split(_half(line)):
        said, strange = _said(part)
        unknown += strange
        method = said.slots.pop("method", method)
        if not said.empty:
            item, problem = _item(said)
            problem = CONTRARY.get(said.contrary, problem)
            items.append(item)
            problems.extend([problem] if problem else [])
    return Reading(tuple(items), method, tuple(unknown), tuple(problems))


def _half(line: str) -> str:
    """Digits and letters as they are meant; a full-width comma still begins the next item."""
    return "".join(half_width(sign) if sign.isalnum() or sign == "＋" else sign for sign in line)


def completions(line: str, limit: int = 8) -> list[tuple[str, Word]]:
    """How the last, unfinished word could go on: (the whole line then, the word).

    After a blank: what can follow. What is said already, or does not go with it, is not offered.
    """
    start = max((m.end() for m in _ENDS.finditer(line)), default=0)
    begun = line[start:].casefold()
    said, _ = _said(_PARTS.split(line[:start])[-1])
    found = []
    for word in LEXICON:
        fits = not begun or any(form.casefold().startswith(begun) for form in word.forms)
        if fits and _may_follow(word, said):
            found.append((f"{line[:start]}{word.forms[0]} ", word))
    return found[:limit]


def _may_follow(word: Word, said: _Said) -> bool:
    slot, slots = word.slot, said.slots
    if slot in slots:
        return False
    plain = slots.get("document") == "passport" or slots.get("kind") == "annotate"
    if slot in _OF_ENDORSEMENTS:
        group = said.groups[-1]
        beyond = slot in ("entries", "validity", "form") and not group.codes
        return not plain and not beyond and slot not in group.terms
    return not (slot == "document" and said.wants_endorsements and word.value == "passport")


def _said(part: str) -> tuple[_Said, list[str]]:
    said, unknown = _Said(), []
    for token in filter(None, _TOKENS.split(part)):
        word = find(token)
        words = [word] if word else segments(token)
        if words is None:
            unknown.append(token)
        for one in words or ():
            said.take(one)
    return said, unknown


def _item(said: _Said) -> tuple[dict[str, Any], str]:
    document = said.slots.get("document")
    asked = said.wants_endorsements
    if document is None:
        document = "hkm_permit" if asked else "passport"
    codes = any(group.codes for group in said.groups)
    kind = said.slots.get("kind") or ("endorse" if codes else USUAL_KIND)
    item: dict[str, Any] = {"document": document, "kind": kind, "endorsements": [], "materials": {}}
    if document == "passport" and asked:
        return item, N_("a passport carries no endorsement")
    if not codes:
        if kind == "endorse" or asked:
            return item, N_("say which endorsement: T S L G D Q R Y F X C")
        return item, ""
    if kind == "annotate":
        return item, N_("an annotation carries no endorsement")
    if document == "tw_permit" and any(group.regions for group in said.groups):
        return item, N_("Hong Kong and Macao belong to the other permit")
    before = _Group()
    for group in said.groups:
        # What a later group leaves out is as in the one before.
        regions = group.regions or before.regions
        regions = regions or (["TW"] if document == "tw_permit" else ["HK", "MO"])
        group.codes = group.codes or before.codes
        terms = before.terms | group.terms
        item["endorsements"] += [
            {
                "region": region,
                "code": code,
                "entries": terms.get("entries", USUAL_ENTRIES),
                "validity": terms.get("validity", USUAL_VALIDITY),
                "document_form": terms.get("form", "card"),
            }
            for code in group.codes
            for region in regions
        ]
        before = _Group(regions, group.codes, terms)
    return item, ""
