"""The items line: `护照 首`, `港澳 换 G 1年 2次 邮`, or by initials `hz s + ga h g`.

Words may stand in any order; `+`, `，` or `；` begins the next item. A word is Chinese, pinyin
initials, English or a code. What is not said takes the usual value, and the reading is shown before
it is taken.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from counter_tui.words import N_


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that can be said: its slot, its value, and every way to write it."""

    slot: str
    value: str
    forms: tuple[str, ...]
    """The first form is the one completion offers."""


def _words(slot: str, **forms: str) -> list[Word]:
    return [Word(slot, value, tuple(text.split())) for value, text in forms.items()]


LEXICON: Final = (
    *_words(
        "document",
        passport="护照 hz passport pp",
        hkm_permit="港澳 通行证 ga hkm hk-macao",
        tw_permit="台湾 台 tw taiwan",
    ),
    *_words(
        "kind",
        first="首次 首 s sc first",
        renew="换发 换 续 h hf x renew",
        reissue_lost="补发 补 遗失 丢 b bf d lost",
        reissue_damaged="损毁 损 坏 sh damaged",
        reapply_expired="失效重领 失效 重领 sx reapply",
        annotate="加注 注 jz annotate",
        endorse="签注 签 qz endorse",
    ),
    *_words("region", HK="香港 xg hk", MO="澳门 am mo"),
    *_words(
        "code",
        T="T 探亲 tq t",
        S="S 商务 sw",
        L="L 团队 td l",
        G="G 个人 gr g",
        D="D 逗留 定居 dl",
        Q="Q 其他 qt q",
        R="R 人才 rc r",
        Y="Y 应邀 yy y",
        F="F 台商务 f",
        X="X 学习 xx",
        C="C 乘务 cw c",
    ),
    *_words(
        "entries",
        single="1次 一次 单次 yc 1x",
        double="2次 二次 两次 ec 2x",
        multiple="多次 dc nx",
    ),
    *[
        Word("validity", value, forms)
        for value, forms in {
            "3m": ("3月", "三个月", "3m"),
            "6m": ("6月", "六个月", "6m"),
            "1y": ("1年", "一年", "1y"),
            "2y": ("2年", "二年", "2y"),
            "3y": ("3年", "三年", "3y"),
            "4y": ("4年", "四年", "4y"),
            "5y": ("5年", "五年", "5y"),
        }.items()
    ],
    *_words("form", card="卡式 ks card", booklet="本式 bs booklet"),
    *_words("method", post="邮寄 邮 yj post", pickup="自取 领取 zq pickup"),
)

_BY_FORM: Final = {form.casefold(): word for word in LEXICON for form in word.forms}
_CASED: Final = {form: word for word in LEXICON for form in word.forms}
_PARTS: Final = re.compile(r"[+，；;]")
_TOKENS: Final = re.compile(r"[\s、,]+")

USUAL_KIND: Final = "first"
USUAL_ENTRIES: Final = "single"
USUAL_VALIDITY: Final = "1y"


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
class _Said:
    slots: dict[str, str] = field(default_factory=dict)
    regions: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)


def read(line: str) -> Reading:
    """Understand a whole line."""
    items: list[dict[str, Any]] = []
    unknown: list[str] = []
    problems: list[str] = []
    method = None
    for part in _PARTS.split(line):
        said = _Said()
        for token in filter(None, _TOKENS.split(part)):
            word = find(token)
            if word is None:
                unknown.append(token)
            elif word.slot == "region":
                said.regions.append(word.value)
            elif word.slot == "code":
                said.codes.append(word.value)
            elif word.slot == "method":
                method = word.value
            else:
                said.slots[word.slot] = word.value
        if said.slots or said.codes or said.regions:
            item, problem = _item(said)
            items.append(item)
            problems.extend([problem] if problem else [])
    return Reading(tuple(items), method, tuple(unknown), tuple(problems))


def find(token: str) -> Word | None:
    """The word a token stands for: as written first, then without regard to case."""
    return _CASED.get(token) or _BY_FORM.get(token.casefold())


def completions(line: str, limit: int = 8) -> list[tuple[str, Word]]:
    """How the last, unfinished word could go on: (the whole line then, the word)."""
    start = max((m.end() for m in re.finditer(r"[\s、,+，；;]", line)), default=0)
    begun = line[start:].casefold()
    found = []
    for word in LEXICON:
        if not begun or any(form.casefold().startswith(begun) for form in word.forms):
            found.append((f"{line[:start]}{word.forms[0]} ", word))
    return found[:limit]


def _item(said: _Said) -> tuple[dict[str, Any], str]:
    document = said.slots.get("document")
    if document is None:
        document = "hkm_permit" if said.codes or said.regions else "passport"
    kind = said.slots.get("kind") or ("endorse" if said.codes else USUAL_KIND)
    item: dict[str, Any] = {"document": document, "kind": kind, "endorsements": [], "materials": {}}
    if not said.codes:
        if kind == "endorse":
            return item, N_("say which endorsement: T S L G D Q R Y F X C")
        if said.regions:
            return item, N_("say which endorsement: T S L G D Q R Y F X C")
        return item, ""
    if document == "passport":
        return item, N_("a passport carries no endorsement")
    if kind == "annotate":
        return item, N_("an annotation carries no endorsement")
    if document == "tw_permit" and said.regions:
        return item, N_("Hong Kong and Macao belong to the other permit")
    regions = said.regions or (["TW"] if document == "tw_permit" else ["HK", "MO"])
    item["endorsements"] = [
        {
            "region": region,
            "code": code,
            "entries": said.slots.get("entries", USUAL_ENTRIES),
            "validity": said.slots.get("validity", USUAL_VALIDITY),
            "document_form": said.slots.get("form", "card"),
        }
        for code in said.codes
        for region in regions
    ]
    return item, ""
