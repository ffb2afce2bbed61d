"""The program's sentences in Chinese and English, switched while it runs.

Source strings are English; both catalogues are complete (a test checks). A string is marked where
it is written, `N_("Accept")`, and translated where it is shown, `words("Accept")`.
"""

import gettext
import json
from importlib.resources import as_file, files
from typing import Final

LANGUAGES: Final = {"zh_CN": "中文", "en": "English"}
"""The languages there are, each with its own name."""


def N_(message: str) -> str:
    """Mark a string for the catalogue without translating it yet."""
    return message


def spellings() -> dict[str, str]:
    """How the Chinese sentences are typed: sentence to its initials and its whole pinyin.

    Written beside the catalogue when that is compiled. A sentence of many readings has the likely
    one; a finder needs no more.
    """
    path = files("counter_tui") / "locale" / "zh_CN" / "LC_MESSAGES" / "counter.pinyin.json"
    return json.loads(path.read_text("utf-8"))


class Words:
    """Translates into one language at a time; the owner passes it to whoever speaks to people."""

    def __init__(self, language: str = "zh_CN") -> None:
        self._catalogues: dict[str, gettext.NullTranslations] = {}
        self.switch(language)

    @property
    def language(self) -> str:
        """The language in use, a key of `LANGUAGES`."""
        return self._language

    def switch(self, language: str) -> None:
        """Speak `language` from now on. Raises ValueError for one that does not exist."""
        if language not in LANGUAGES:
            raise ValueError(f"unknown language {language!r}; there are {', '.join(LANGUAGES)}")
        if language not in self._catalogues:
            with as_file(files("counter_tui") / "locale") as folder:
                self._catalogues[language] = gettext.translation("counter", folder, [language])
        self._language = language

    def __call__(self, message: str, /, **values: object) -> str:
        """`message` in the language in use, with `{name}` places filled from `values`."""
        text = self._catalogues[self._language].gettext(message) if message else ""
        return text.format(**values) if values else text
