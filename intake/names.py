"""Pinyin of a name as exit-entry documents spell it: a suggestion that clerk and applicant confirm.

ü is written YU (LYU, NYU, LYUE). Surnames with a reading of their own come from a table here; other
readings come from whoever asks (`Readings`).
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

Readings = Callable[[str], list[list[str]]]
"""For each character of a text its readings, the likeliest first: lower-case pinyin, no tones."""

SURNAMES: Final = {
    "万俟": "mo qi",
    "么": "yao",
    "乜": "nie",
    "仇": "qiu",
    "任": "ren",
    "会": "gui",
    "华": "hua",
    "单": "shan",
    "卜": "bu",
    "单于": "chan yu",
    "召": "shao",
    "句": "gou",
    "员": "yun",
    "宁": "ning",
    "尉": "wei",
    "尉迟": "yu chi",
    "折": "she",
    "撒": "sa",
    "曾": "zeng",
    "朴": "piao",
    "查": "zha",
    "澹台": "tan tai",
    "牟": "mu",
    "盖": "ge",
    "盛": "sheng",
    "祭": "zhai",
    "秘": "bi",
    "种": "chong",
    "粘": "nian",
    "纪": "ji",
    "繁": "po",
    "缪": "miao",
    "翟": "zhai",
    "能": "nai",
    "莘": "shen",
    "葛": "ge",
    "薄": "bo",
    "藏": "zang",
    "覃": "qin",
    "解": "xie",
    "訾": "zi",
    "车": "che",
    "过": "guo",
    "郇": "xun",
    "郗": "xi",
    "都": "du",
    "重": "chong",
    "长孙": "zhang sun",
    "阚": "kan",
    "隗": "wei",
    "隽": "juan",
    "黑": "he",
    "乐": "yue",
    "区": "ou",
    "应": "ying",
    "洗": "xian",
    "冼": "xian",
    "令狐": "ling hu",
    "宿": "su",
    "夏侯": "xia hou",
    "皇甫": "huang fu",
    "欧阳": "ou yang",
    "司马": "si ma",
    "上官": "shang guan",
    "诸葛": "zhu ge",
    "东方": "dong fang",
    "慕容": "mu rong",
    "公孙": "gong sun",
    "端木": "duan mu",
    "南宫": "nan gong",
    "司徒": "si tu",
    "赫连": "he lian",
    "宇文": "yu wen",
    "轩辕": "xuan yuan",
    "钟离": "zhong li",
    "闻人": "wen ren",
    "太史": "tai shi",
    "申屠": "shen tu",
    "呼延": "hu yan",
    "濮阳": "pu yang",
    "淳于": "chun yu",
    "西门": "xi men",
    "独孤": "du gu",
    "鲜于": "xian yu",
    "闾丘": "lyu qiu",
    "司空": "si kong",
    "第五": "di wu",
}
"""Surnames whose reading a dictionary gets wrong, and those of two characters."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name in capitals, without blanks. `unsure`: characters with more than one reading.

    `unknown`: characters without any; the clerk types theirs.
    """

    surname: str
    given: str
    unsure: tuple[str, ...]
    unknown: tuple[str, ...]


def suggest(name: str, readings: Readings) -> Suggestion:
    """Suggest the pinyin of a Chinese name; of one with a middle dot, all of it as given name."""
    plain = unicodedata.normalize("NFC", name).replace(" ", "")
    if any(dot in plain for dot in "·•・"):
        surname, given = "", "".join(c for c in plain if c not in "·•・")
    else:
        surname, given = split_name(plain)
    unsure: list[str] = []
    unknown: list[str] = []
    said = SURNAMES.get(surname)
    if said is None:
        said = _spelled(surname, readings, unsure, unknown)
    return Suggestion(
        surname=passport_spelling(said),
        given=passport_spelling(_spelled(given, readings, unsure, unknown)),
        unsure=tuple(unsure),
        unknown=tuple(unknown),
    )


def split_name(name: str) -> tuple[str, str]:
    """Surname and given name: two characters of surname when the table knows them."""
    if len(name) > 2 and name[:2] in SURNAMES:
        return name[:2], name[2:]
    return name[:1], name[1:]


def passport_spelling(pinyin: str) -> str:
    """Pinyin as documents print it: capitals, ü as YU, no blanks."""
    lower = pinyin.lower().replace("u:", "ü").replace("v", "ü")
    return lower.replace("ü", "yu").replace(" ", "").upper()


def _spelled(text: str, readings: Readings, unsure: list[str], unknown: list[str]) -> str:
    parts: list[str] = []
    for character, found in zip(text, readings(text), strict=True):
        if not found:
            unknown.append(character)
            continue
        spellings = {passport_spelling(one) for one in found}
        if len(spellings) > 1:
            unsure.append(character)
        parts.append(found[0])
    return " ".join(parts)
