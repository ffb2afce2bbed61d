"""Who and what else is at the terminal: the line to it, a supporter who looks on, a record."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from textual.events import CursorPosition, Event, Key, Paste

from counter_tui.line import Line
from counter_tui.office import Office
from counter_tui.soundings import Soundings
from widgets.seams import SafeApp

if TYPE_CHECKING:
    from counter_tui.app import CounterApp
    from counter_tui.record.recorder import Recorder
    from counter_tui.visiting import Visiting
    from devices.records import ReaderEvent

VISIT_FILE = "visit.json"


class Company(SafeApp):
    """The application as others see it. All but the line is imported when it is needed."""

    soundings: Soundings
    recorder: "Recorder | None" = None
    """Writes this session's record, when the clerk wants one."""
    _visiting: "Visiting | None" = None

    @property
    def _me(self) -> "CounterApp":
        return cast("CounterApp", self)

    def keep_company(self, line: Line) -> None:
        """Begin with what is expected of the line."""
        self.soundings = Soundings(self._me, line, self._relook)
        self.shown.able = line.able

    def _relook(self) -> None:
        """The line turned out to be another than expected."""
        self.shown.able = self.soundings.line.able
        self.repaint()

    async def on_event(self, event: Event) -> None:
        if isinstance(event, CursorPosition):
            self.soundings.heard(event)
        if self.recorder is not None and isinstance(event, Key | Paste):
            self.recorder.pressed(event)
        await super().on_event(event)

    # A supporter

    def look_for_visitors(self) -> None:
        """Before the first frame: somebody may look on already, and not even clerks' names show."""
        if (self._me.config.home / VISIT_FILE).exists():
            self.visiting.look()

    def watch_over(self, office: Office) -> Office:
        """From now on see each second who looks on; the office whose people are known."""
        from counter_tui.acquaintance import acquainted

        self.visiting.look()
        self.set_interval(1, self.visiting.look)
        return acquainted(office, self.visiting.veil.meet)

    @property
    def visiting(self) -> "Visiting":
        """Who looks on."""
        if self._visiting is None:
            from counter_tui.visiting import Visiting

            self._visiting = Visiting(self._me)
        return self._visiting

    @property
    def banner(self) -> str:
        """What stands in the title line instead of the title; usually nothing."""
        return self._visiting.banner if self._visiting else ""

    def meet_case(self) -> None:
        """Before a screen is written: what the clerk just typed is known, and is recorded."""
        if self._visiting is not None:
            self._visiting.meet_case()
        if self.recorder is not None:
            self.recorder.saw()

    def heard(self, event: "ReaderEvent") -> None:
        """A reader or a scanner tells something, which is recorded before it is acted on."""
        if self.recorder is not None:
            self.recorder.heard(event)

    def heard_typed(self, take: Callable[[str], None]) -> Callable[[str], None]:
        """`take` for the lines of a scanner that types, which are recorded too."""

        def heard(text: str) -> None:
            if self.recorder is not None:
                from devices.records import Scanned

                self.recorder.heard(Scanned("keys", text))
            take(text)

        return heard

    def put_away(self) -> bool:
        """Esc, before anything else: what a supporter proposed or points at; False: nothing."""
        if self._visiting is not None and self._visiting.refuse():
            return True
        return self._me.frame.finger.put_down()

    async def note(self, event: str, detail: dict[str, Any]) -> None:
        """Write what is about no application to the audit chain."""
        await self._me.loaded.wait()
        await self._me.office.note(event, detail)

    def end_company(self) -> None:
        """The program ends."""
        if self._visiting is not None:
            self._visiting.close()
        if self.recorder is not None:
            self.recorder.close()
