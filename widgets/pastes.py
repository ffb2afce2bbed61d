"""What is pasted is text, whatever stands in it: never keys, never orders to the terminal."""

from typing import Final
from unicodedata import category

BEGIN: Final = "\x1b[200~"
END: Final = "\x1b[201~"
"""What a terminal puts around a paste."""


class Pastes:
    """Reads what a terminal sends, piece by piece, and takes control characters out of pastes."""

    def __init__(self) -> None:
        self._within = False
        self._kept = ""
        """Outside a paste, the end of what was passed on; within, what may begin its end mark."""

    def passed(self, data: str) -> str:
        """What of `data` goes on to be read as keys and pastes; nothing of a key is held back."""
        out: list[str] = []
        while data:
            data = self._within_paste(data, out) if self._within else self._outside(data, out)
        return "".join(out)

    def _outside(self, data: str, out: list[str]) -> str:
        # The mark may come in two pieces, of which the first was passed on already.
        seen, before = self._kept + data, len(self._kept)
        at = seen.find(BEGIN)
        if at < 0:
            out.append(data)
            self._kept = seen[1 - len(BEGIN) :]
            return ""
        end = at + len(BEGIN) - before
        out.append(data[:end])
        self._within, self._kept = True, ""
        return data[end:]

    def _within_paste(self, data: str, out: list[str]) -> str:
        seen, self._kept = self._kept + data, ""
        at = seen.find(END)
        if at >= 0:
            out += [_text(seen[:at]), END]
            self._within = False
            return seen[at + len(END) :]
        for size in range(len(END) - 1, 0, -1):
            if seen.endswith(END[:size]):
                seen, self._kept = seen[:-size], END[:size]
                break
        out.append(_text(seen))
        return ""


def _text(pasted: str) -> str:
    return "".join(one for one in pasted if one in "\r\n\t" or category(one) != "Cc")
