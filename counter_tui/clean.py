"""Text from outside is hostile: one cleaning function for the file and the API boundary.

Control, C1, bidirectional and invisible formatting characters are taken out, so that no name or
message can repaint a terminal, write a clipboard or hide what stands beside it. Private-use and
variation-selector characters stay: rare Chinese names are written with them.
"""

import re
from typing import Any, Final

_HOSTILE: Final = re.compile(
    "["
    "\u0000-\u001f\u007f-\u009f"  # C0, DEL, C1
    "\u00ad\u061c\u180e"  # soft hyphen, Arabic letter mark, Mongolian separator
    "\u200b-\u200f\u2028-\u202f"  # zero width, marks, separators, embeddings, overrides
    "\u2060-\u206f\ufeff\ufff9-\ufffb"  # joiners, isolates, byte order mark, annotations
    "\ud800-\udfff"  # lone surrogates
    "\ufdd0-\ufdef\ufffe\uffff"  # noncharacters
    "\U000e0000-\U000e00ff"  # tags
    "]+"
)
_BREAKS: Final = re.compile("[\t\r\n\u0085\u2028\u2029]+")
_HALF: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_DEPTH: Final = 64


class TooDeep(ValueError):
    """A document from outside is nested deeper than any of ours is."""


def clean(text: str) -> str:
    """`text` on one line, without a character that means anything to a terminal."""
    return _HOSTILE.sub("", _BREAKS.sub(" ", text))


def half_width(text: str) -> str:
    """Letters, digits and signs that an input method made full-width, as they are meant."""
    return text.translate(_HALF)


def clean_document(value: Any, depth: int = _DEPTH) -> Any:
    """A parsed JSON document with every string and key in it cleaned. Raises TooDeep."""
    if isinstance(value, str):
        return clean(value)
    if depth == 0:
        raise TooDeep(f"nested deeper than {_DEPTH}")
    if isinstance(value, list):
        return [clean_document(one, depth - 1) for one in value]
    if isinstance(value, dict):
        return {clean(str(key)): clean_document(one, depth - 1) for key, one in value.items()}
    return value
