"""Text from hardware is hostile: the one cleaning function for chips, cards and scanners.

What comes out is one line without anything that a terminal would obey or that changes the order
of what is shown. Rare Han characters, private-use ones and variation selectors stay: names are
written with them.
"""

import re
from typing import Final

_SEQUENCES: Final = re.compile(
    r"(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC
    r"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c]*(?:\x1b\\|\x9c)?"  # DCS, SOS, PM, APC
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI
    r"|\x1b[ -/]*[0-~]?"  # other escapes
)
_BREAKS: Final = re.compile("[\t\n\v\f\r\x85\u2028\u2029]+")
_HOSTILE: Final = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"  # invisible letters and marks
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, bidi marks, embeddings, isolates
    "\u3164\ufeff\uffa0\ufff0-\ufffb"  # fillers, byte order mark, annotations
    "\ud800-\udfff"  # surrogates that lost their partner
    "\ufdd0-\ufdef\ufffe\uffff"  # noncharacters
    "\U000e0000-\U000e00ff"  # tags
    "]+"
)


def clean(text: str) -> str:
    """`text` on one line, without control, direction and invisible characters, ends stripped.

    Escape sequences go whole, so that `ESC ] 52 ; ... BEL` leaves nothing behind.
    """
    without = _SEQUENCES.sub("", text)
    return _HOSTILE.sub("", _BREAKS.sub(" ", without)).strip(" \u3000")
