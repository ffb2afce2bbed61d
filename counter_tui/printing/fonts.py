"""The system's Chinese font. None is shipped: a whole one is larger than the program."""

from pathlib import Path
from typing import Final, NamedTuple


class Font(NamedTuple):
    """A font file and which font of a collection it is."""

    path: Path
    number: int


_FOLDERS: Final = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
_KNOWN: Final = (
    ("NotoSansCJK-Regular.ttc", 2),
    ("NotoSansCJKsc-Regular.otf", 0),
    ("SourceHanSansSC-Regular.otf", 0),
    ("SourceHanSansCN-Regular.otf", 0),
    ("wqy-microhei.ttc", 0),
    ("wqy-zenhei.ttc", 0),
    ("DroidSansFallbackFull.ttf", 0),
)
"""Best first; in Noto's collection the simplified Chinese forms are the third font."""


def chinese_font() -> Font | None:
    """The best font for Chinese this machine has; None when it has none that is known."""
    found = {path.name: path for folder in _FOLDERS for path in folder.rglob("*.[to]t[cf]")}
    for name, index in _KNOWN:
        if name in found:
            return Font(found[name], index)
    return None
