"""The words of the items line, and every way to type each: characters, initials, pinyin, digits."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that can be said: its slot, its value, and every way to write it."""

    slot: str
    value: str
    forms: tuple[str, ...]
    """The first form is the one completion offers, the shortest in letters is the quickest."""

    @property
    def quick(self) -> str:
        """The shortest form that is typed without an input method."""
        plain = [form for form in self.forms if form.isascii()]
        return min(plain, key=len) if plain else self.forms[0]


def _words(slot: str, **forms: str) -> list[Word]:
    return [Word(slot, value, tuple(text.split())) for value, text in forms.items()]


LEXICON: Final = (
    *_words(
        "document",
        passport="护照 hz 1 huzhao passport pp",
        hkm_permit="港澳 通行证 ga 2 gangao hkm hk-macao",
        tw_permit="台湾 台 tw 3 taiwan",
    ),
    *_words(
        "kind",
        first="首次 首 s sc shouci first",
        renew="换发 换 续 h hf x huanfa renew",
        reissue_lost="补发 补 遗失 丢 b bf d bufa yishi lost",
        reissue_damaged="损毁 损 坏 sh sunhui damaged",
        reapply_expired="失效重领 失效 重领 sx shixiao reapply",
        annotate="加注 注 jz jiazhu annotate",
        endorse="签注 签 qz qianzhu endorse",
    ),
    *_words("region", HK="香港 xg xianggang hk", MO="澳门 am aomen mo"),
    *_words(
        "code",
        T="T 探亲 tq tanqin t",
        S="S 商务 sw shangwu",
        L="L 团队 td tuandui l",
        G="G 个人 gr geren g",
        D="D 逗留 定居 dl douliu",
        Q="Q 其他 qt qita q",
        R="R 人才 rc rencai r",
        Y="Y 应邀 yy yingyao y",
        F="F 台商务 f",
        X="X 学习 xx xuexi",
        C="C 乘务 cw chengwu c",
    ),
    *_words(
        "entries",
        single="1次 一次 单次 yc yici",
        double="2次 二次 两次 ec erci",
        multiple="多次 dc duoci",
    ),
    *_words(
        "validity",
        **{
            "3m": "3月 三个月 3m",
            "6m": "6月 六个月 6m",
            "1y": "1年 一年 1y 1n",
            "2y": "2年 二年 2y 2n",
            "3y": "3年 三年 3y 3n",
            "4y": "4年 四年 4y 4n",
            "5y": "5年 五年 5y 5n",
        },
    ),
    *_words("form", card="卡式 ks kashi card", booklet="本式 bs benshi booklet"),
    *_words("method", post="邮寄 邮 yj youji post", pickup="自取 领取 zq ziqu pickup"),
)
"""Every word of the line."""

_BY_FORM: Final = {form.casefold(): word for word in LEXICON for form in word.forms}
_CASED: Final = {form: word for word in LEXICON for form in word.forms}
_LONGEST: Final = max(len(form) for form in _CASED)


def find(token: str) -> Word | None:
    """The word a token stands for: as written first, then without regard to case."""
    return _CASED.get(token) or _BY_FORM.get(token.casefold())


def segments(token: str) -> list[Word] | None:
    """A token as words written together, the longest first: 港澳首G, 2sg. None if it is not."""
    if not token:
        return []
    for size in range(min(len(token), _LONGEST), 0, -1):
        word = find(token[:size])
        rest = segments(token[size:]) if word else None
        if word and rest is not None:
            return [word, *rest]
    return None
