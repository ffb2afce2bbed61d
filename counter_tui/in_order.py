"""Keys typed behind an Enter, a Tab or a key of the table wait until it is done.

A field that was left is on the disk before a letter stands in the next. And an Enter may leave the
cursor at a slip, move it to the next thing needed or open a question; F9 opens the menu, Esc gives
the cursor back. Until that is done, what a quick clerk types next would land in the field that was
just finished.
"""

from collections import deque
from collections.abc import Awaitable, Callable

from textual.events import Key
from textual.message_pump import MessagePump
from textual.widget import Widget

from counter_tui.clean import half_width


def half_key(event: Key) -> Key:
    """A digit or letter that an input method made full-width is the key that was pressed."""
    meant = half_width(event.character or "")
    if meant == event.character or not (meant.isascii() and meant.isalnum()):
        return event
    return Key(meant, meant)


class InOrder:
    """Holds keys back between such a key and the end of what it does."""

    def __init__(
        self,
        app: MessagePump,
        send: Callable[[Key], Awaitable[None]],
        settled: Callable[[], Awaitable[None]],
    ) -> None:
        """`send` does with a held key what `app` does with any; `settled` ends when all is kept."""
        self._app, self._send, self._settled = app, send, settled
        self._held: deque[Key] = deque()
        self._waiting = False

    @property
    def waiting(self) -> bool:
        """Whether such a key is not done yet."""
        return self._waiting

    def holds(self, event: Key) -> bool:
        """Whether the key is kept for later."""
        if self._waiting:
            self._held.append(event)
        return self._waiting

    def turned(self, widget: Widget) -> None:
        """The key went to `widget`: wait for it, for what it tells its screen, for the cursor."""
        self._waiting = True
        # A message goes through the widget's own queue before it climbs. A key that a widget does
        # not use itself climbs to the application, whose binding then tells the widget; what that
        # tells climbs again, and the cursor moves in a turn of the application's own.
        climb: list[MessagePump] = [widget, widget, *widget.ancestors, self._app, self._app]
        path = climb * 2

        def hop() -> None:
            while path:
                # What is gone by now has told what it had to tell.
                if path.pop(0).call_later(hop):
                    return
            self._app.call_later(self._release)

        hop()

    async def _release(self) -> None:
        await self._settled()
        self._waiting = False
        while self._held and not self._waiting:
            await self._send(self._held.popleft())
