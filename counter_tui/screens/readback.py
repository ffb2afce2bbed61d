"""Read-back: the applicant checks the case in large type, here and on the second terminal."""

from dataclasses import replace
from typing import Final

from textual.containers import Vertical
from textual.events import Key
from textual.timer import Timer
from textual.widget import Widget

from counter_tui.bindings import Screen
from counter_tui.case.case import Case
from counter_tui.mirror import second
from counter_tui.mirror.view import Pages, pages
from counter_tui.screens.frame import Frame
from counter_tui.words import N_
from widgets.rows import Rows

_EVERY_SECONDS: Final = 4.0


class ReadBack(Frame):
    """Pages of the open case. Leaving it clears the second terminal."""

    place: Screen = "readback"

    DEFAULT_CSS = """
    ReadBack #readback-rows { height: 1fr; }
    ReadBack #readback-keys { height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.page_rows = Rows(id="readback-rows")
        self.hint = Rows(id="readback-keys")
        self.page = 0
        self._ringing: Timer | None = None

    def body(self) -> Widget:
        return Vertical(self.page_rows, self.hint, id="body")

    @property
    def case(self) -> Case | None:
        """The open case."""
        return self.counter.desk.case if self.counter.desk else None

    @property
    def subject(self) -> str:
        return self.case.draft.id if self.case else ""

    def title_text(self) -> str:
        return self.words(N_("Please check"))

    def come_into_sight(self) -> None:
        self.page = 0
        super().come_into_sight()
        self.set_focus(None)
        self.counter.record("read back")
        self._ringing = self.set_interval(_EVERY_SECONDS, self._feed)

    def on_screen_suspend(self) -> None:
        if self._ringing is not None:
            self._ringing.stop()
        second.feed(self.counter.config.home, self.words, "", [])
        # Nothing of the person stays in a screen that is out of sight.
        self.page_rows.show([])

    def rewrite(self) -> None:
        super().rewrite()
        made = self._pages()
        lines = [""]
        for line in made[self.page] if made else []:
            lines += [f"  {line}", ""]
        self.page_rows.show(lines)
        self._feed()

    def _pages(self) -> Pages:
        made = pages(self.case, self.words) if self.case else []
        self.page = max(0, min(self.page, len(made) - 1))
        return made

    def _hint(self, count: int, mirrored: bool) -> str:
        last = self.page + 1 >= count
        text = N_("Page {page} of {count}   Enter all is right   Esc back to correct it")
        if not last:
            text = N_("Page {page} of {count}   Enter next page   Esc back to correct it")
        said = self.words(text, page=self.page + 1, count=count)
        return f"{said}   {self.words(N_('+ second screen'))}" if mirrored else said

    def _feed(self) -> None:
        made = self._pages()
        more = self.words(N_("Page {page} of {count}"), page=self.page + 1, count=len(made))
        page = made[self.page] if made else []
        home = self.counter.config.home
        mirrored = second.feed(home, self.words, self.title_text(), page, more)
        self.hint.show([f" {self._hint(len(made), mirrored)}"])

    async def on_key(self, event: Key) -> None:
        steps = {"up": -1, "pageup": -1, "down": 1, "pagedown": 1}
        if self.box.visible or self.dialog.visible:
            return
        if event.key in steps:
            event.stop()
            self.page += steps[event.key]
            self.rewrite()
        elif event.key == "enter":
            event.stop()
            if self.page + 1 < len(self._pages()):
                self.page += 1
                self.rewrite()
            else:
                await self._confirm()

    async def _confirm(self) -> None:
        """The applicant said that all is right, the pinyin of the name too."""
        desk = self.counter.desk
        if desk is None or self.case is None:
            return
        when = self.counter.now().isoformat(timespec="seconds")
        self.counter.record("read back confirmed")
        self.case.change(replace(self.case.draft, read_back_at=when))
        desk.keep()
        await self.counter.go_back()
        self.counter.frame.flash(self.words(N_("Checked by the applicant.")))
