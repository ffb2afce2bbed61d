"""How personal data stands on the screen while nobody asked to see it in full."""

import re
from typing import Final

_DOUBLE_SURNAME: Final = re.compile(
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|司徒|夏侯|端木|百里|东郭|南宫"
    "|呼延|轩辕|独孤|第五|西门|申屠|太史|公冶|澹台|濮阳|淳于|单于|闻人|钟离|万俟|赫连|闾丘"
)


def name(full: str) -> str:
    """The surname and a star: 张*, 欧阳*."""
    keep = 2 if len(full) > 2 and _DOUBLE_SURNAME.match(full) else 1
    return f"{full[:keep]}*" if full else ""


def number(full: str) -> str:
    """First three and last four: six and four would give the birth date's place away."""
    return _middle(full, 3, 4)


def phone(full: str) -> str:
    """First three and last four of a mobile number: 138****5678."""
    return _middle(full, 3, 4)


def certificate(full: str) -> str:
    """Only that there is one; the number tells identity, kind and degree."""
    return "********" if full else ""


def street(address: str) -> str:
    """An address down to the street: what follows the last road, street or village is starred."""
    last = max((address.rfind(mark) for mark in "路街道巷村镇乡"), default=-1)
    return f"{address[: last + 1]}***" if last >= 0 else f"{address[:6]}***" if address else ""


def _middle(full: str, head: int, tail: int) -> str:
    if len(full) <= head + tail:
        return "*" * len(full)
    return f"{full[:head]}{'*' * (len(full) - head - tail)}{full[-tail:]}"
