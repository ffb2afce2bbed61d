"""A scanner that types like a keyboard, noticed wherever the cursor stands.

In a field its letters are seen like anybody's, and the line is known for what it is when it ends:
nobody types a machine readable zone as a phone number. On a list, where digits do something, a
burst that begins like a zone, or like a receipt where one leads somewhere, is held until it is
clear what it is. With a prefix it is told from its first key.
"""

import re
from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TYPE_CHECKING, Final

from textual.events import Key

from counter_tui import zone
from counter_tui.words import N_
from devices.scanners.classify import ScanKind, classify
from devices.scanners.wedge import FAST, Scan, Typed, Verdict, Wedge
from widgets.seams import SlimInput

if TYPE_CHECKING:
    from counter_tui.app import CounterApp

_LENGTHS: Final = (90, 88, 72, 44, 36, 30)
_LONGEST: Final = 128
_ANY_LINE: Final = re.compile("(?:" + "|".join(f"[A-Z0-9<]{{{n}}}" for n in _LENGTHS) + ")$")
"""A zone's line, or all of it, at the end of what was typed."""
_TOGETHER: Final = 5.0
"""Seconds within which lines belong to one zone."""


class ScanKeys:
    """Takes the keys of a scanner out of the stream of keys."""

    def __init__(
        self,
        app: "CounterApp",
        offer: Callable[[str], None],
        barcode: Callable[[str], None],
        pass_on: Callable[[Key], Awaitable[None]],
        prefix: str = "",
    ) -> None:
        """`offer` gets a whole zone, `barcode` a number that was scanned on a list; `pass_on` does
        with a key what is usually done with it.
        """
        self._app, self._offer, self._barcode = app, offer, barcode
        self._pass_on, self._prefix = pass_on, prefix
        self._wedge = Wedge(prefix)
        self._held: deque[Key] = deque()
        self._fed_at = -1.0
        self._field: SlimInput | None = None
        self._run = ""
        """What was typed into that field since its last key that is no letter."""
        self._lines: list[str] = []
        self._line_at = 0.0

    async def take(self, event: Key) -> bool:
        """Whether the key was a scanner's, or may be: then it is dealt with here."""
        app, sign = self._app, "\r" if event.key == "enter" else event.character or ""
        if app.frame.place == "signin" or app.frame.dialog.visible:
            return False
        focused = app.frame.focused
        in_field = isinstance(focused, SlimInput)
        # Digits do something on most lists; where a receipt is scanned it may begin with one.
        receipt = app.frame.place == "home" and sign.isdigit()
        begins = sign.isascii() and (sign.isupper() or receipt) and not in_field
        # When it came, not when its turn came: a busy program must not make a scanner slow.
        within = self._wedge.due is not None or event.time - self._fed_at <= FAST
        if within or begins or (self._prefix and sign == self._prefix):
            await self._feed(event, sign)
            return True
        return in_field and self._typed(focused, event)

    # On a list, or behind a prefix

    async def _feed(self, event: Key, sign: str) -> None:
        self._fed_at = now = event.time
        await self._obey(self._wedge.tick(now))
        if sign != self._prefix or not sign:
            self._held.append(event)
        # A key without a character (an arrow, a function key) ends no line.
        await self._obey(self._wedge.feed(sign or "\0", now))
        self._look_again()

    def _look_again(self) -> None:
        due = self._wedge.due
        if due is not None:
            self._app.set_timer(max(0.0, due - monotonic()) + 0.005, self._settle)

    async def _settle(self) -> None:
        await self._obey(self._wedge.tick(monotonic()))
        self._look_again()

    async def _obey(self, verdicts: list[Verdict]) -> None:
        for index, verdict in enumerate(verdicts):
            match verdict:
                case Typed(keys):
                    await self._release(len(keys))
                case Scan(text, leaked):
                    later = sum(len(one.keys) for one in verdicts[index:] if isinstance(one, Typed))
                    certain = bool(self._prefix) and not leaked
                    await self._scanned(text, len(self._held) - later, certain)

    async def _release(self, count: int) -> None:
        for _ in range(min(count, len(self._held))):
            await self._pass_on(self._held.popleft())

    async def _scanned(self, text: str, count: int, certain: bool) -> None:
        """A burst of `count` held keys was ended as by a scanner; `certain`: it had the prefix."""
        found = classify(text, self._app.now().date())
        a_line = found.kind is ScanKind.OTHER and self._line(text)
        if found.kind is ScanKind.OTHER and not a_line and not certain:
            await self._release(count)
            return
        for _ in range(count):
            self._held.popleft()
        if found.kind is ScanKind.MRZ:
            self._offer(found.text)
        elif not a_line:
            self._barcode(found.text)

    # In a field

    def _typed(self, field: SlimInput, event: Key) -> bool:
        """Follow what is typed into a field; True for the Enter behind a zone's line.

        The field itself may not have seen all of it yet: its keys wait in a queue of its own.
        """
        if field is not self._field or event.character is None:
            self._field, self._run = field, ""
        if event.key != "enter":
            sign = event.character or ""
            self._run = (self._run + sign)[-_LONGEST:] if sign.isprintable() else ""
            return False
        run, self._run = self._run, ""
        found = _ANY_LINE.search(run)
        if found is None or not self._line(found[0]):
            return False
        field.call_later(_take_out, field, found[0])
        return True

    def _line(self, text: str) -> bool:
        """One more line; a zone that is whole with it is offered. False when it is no line."""
        today, now = self._app.now().date(), monotonic()
        if _ANY_LINE.fullmatch(text.replace("\n", "")) is None:
            return False
        if "<" not in text and not zone.is_key(text, today):
            return False
        if now - self._line_at > _TOGETHER:
            self._lines.clear()
        self._line_at = now
        self._lines.append(text)
        for given in ("\n".join(self._lines), text):
            if zone.is_key(given, today):
                self._lines.clear()
                self._offer(given)
                return True
        self._app.frame.flash(self._app.words(N_("Line taken; scan the next one.")))
        return True


def _take_out(field: SlimInput, text: str) -> None:
    """Called in the field's own turn, when it has seen all its keys."""
    field.value = field.value.replace(text, "")
