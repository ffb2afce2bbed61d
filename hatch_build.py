"""Compiles the message catalogues into the tree, so that an editable install has them too."""

import json
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from pypinyin import Style, lazy_pinyin


class CompileCatalogues(BuildHookInterface):
    """Turns every `counter_tui/locale/*/LC_MESSAGES/*.po` into the `.mo` beside it.

    Beside the Chinese one goes how each sentence is typed, for finding things by pinyin.
    """

    def initialize(self, version: str, build_data: dict) -> None:
        compile_catalogues(Path(self.root))


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


def spelling(text: str) -> str:
    """Initials and whole pinyin of the Chinese characters in `text`."""
    initials = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER, errors="ignore"))
    return f"{initials} {''.join(lazy_pinyin(text, errors='ignore'))}"
