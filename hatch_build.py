"""Compiles the message catalogues into the tree, so that an editable install has them too.

And writes how every Chinese character is read, so that no library of readings stays in the memory
of the terminal.
"""

import json
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from pypinyin import Style, lazy_pinyin, pinyin
from pypinyin.constants import PINYIN_DICT


class CompileCatalogues(BuildHookInterface):
    """Turns every `counter_tui/locale/*/LC_MESSAGES/*.po` into the `.mo` beside it.

    Beside the Chinese one goes how each sentence is typed, for finding things by pinyin.
    """

    def initialize(self, version: str, build_data: dict) -> None:
        compile_catalogues(Path(self.root))
        write_readings(Path(self.root))


def compile_catalogues(root: Path) -> None:
    """Compile all catalogues under `root`. Raises `PoFileError` on bad syntax."""
    for source in sorted(root.glob("counter_tui/locale/*/LC_MESSAGES/*.po")):
        with source.open("rb") as lines:
            catalogue = read_po(lines)
        with source.with_suffix(".mo").open("wb") as binary:
            write_mo(binary, catalogue)
        if source.parts[-3] == "zh_CN":
            texts = sorted({str(one.string) for one in catalogue if one.id and one.string})
            spelled = {text: spelling(text) for text in texts}
            source.with_suffix(".pinyin.json").write_text(
                json.dumps(spelled, ensure_ascii=False), "utf-8"
            )


def write_readings(root: Path) -> None:
    """`counter_tui/readings.pinyin.txt`: a character, a tab, its readings, the likeliest first."""
    lines = []
    for code in sorted(PINYIN_DICT):
        character = chr(code)
        (found,) = pinyin(character, style=Style.NORMAL, heteronym=True, v_to_u=True)
        lines.append(f"{character}\t{' '.join(found)}\n")
    (root / "counter_tui" / "readings.pinyin.txt").write_text("\n" + "".join(lines), "utf-8")


def spelling(text: str) -> str:
    """Initials and whole pinyin of the Chinese characters in `text`."""
    initials = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER, errors="ignore"))
    return f"{initials} {''.join(lazy_pinyin(text, errors='ignore'))}"
