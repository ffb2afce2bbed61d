"""Papers: what was printed here, to be looked at and printed again."""

from datetime import datetime
from typing import Final
from uuid import UUID

from rich.style import Style
from rich.text import Text
from textual.containers import Vertical
from textual.events import Key
from textual.widget import Widget

from counter_tui.bindings import Screen
from counter_tui.failure import Failure
from counter_tui.papers import PaperDesk
from counter_tui.printing.lines import as_lines
from counter_tui.screens.columns import spread
from counter_tui.screens.frame import Frame
from counter_tui.slips.slip import NAMES, Slip
from counter_tui.store.errors import Unknown
from counter_tui.store.prints import Printed
from counter_tui.words import N_
from intake.days import city_time
from widgets.rows import RowList, Rows

STATES: Final = {
    "kept": N_("not printed"),
    "printing": N_("printing, or in doubt"),
    "printed": N_("printed"),
    "failed": N_("failed"),
    "stopped": N_("stopped"),
}
_PREVIEW_COLUMNS: Final = 48


class Papers(Frame):
    """The journal of papers, newest first."""

    place: Screen = "papers"
    f1_label = N_("Look")

    DEFAULT_CSS = """
    Papers #papers-head { height: 1; margin: 1 0 0 0; }
    Papers #papers-rows { height: 1fr; }
    Papers #papers-keys { height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.head = Rows(id="papers-head")
        self.rows = RowList(id="papers-rows")
        self.hint = Rows(id="papers-keys")
        self.shown: list[Printed] = []

    def body(self) -> Widget:
        return Vertical(self.head, self.rows, self.hint, id="body")

    def title_text(self) -> str:
        return self.words(N_("Printed papers"))

    @property
    def desk(self) -> PaperDesk:
        """Where prints go. There is one from sign-in on."""
        return self.counter.papers

    @property
    def subject(self) -> str:
        at = self.rows.cursor
        return str(self.shown[at].application) if at < len(self.shown) else ""

    def come_into_sight(self) -> None:
        super().come_into_sight()
        self.rows.focus()
        self._look_again()

    def _look_again(self) -> None:
        self.run_worker(self._look(), group="papers", exclusive=True)

    async def _look(self) -> None:
        self.shown = await self.counter.office.ask(lambda store: store.prints.list())
        self.rewrite()

    def on_store_moved(self) -> None:
        self._look_again()

    def rewrite(self) -> None:
        super().rewrite()
        words = self.words
        titles = (N_("Paper"), N_("Number"), N_("Name"), N_("When"), N_("State"))
        heads = self._columns(*(words(title) for title in titles))
        self.head.show([Text(heads, Style(bold=True), end="")])
        self.rows.show([self._line(one) for one in self.shown])
        none = N_("Nothing was printed yet.")
        keys = N_("Enter print again  F1 look at it  w waybill to its number  Del stop printing")
        self.hint.show([f" {words(keys if self.shown else none)}"])

    def _line(self, one: Printed) -> str:
        words = self.words
        when = f"{city_time(datetime.fromisoformat(one.begun_at)):%m-%d %H:%M}"
        state = words(STATES[one.state])
        if one.copy > 1:
            state += " " + words(N_("(copy {number})"), number=one.copy)
        name = words(NAMES[one.what])
        short = name.partition(",")[0].partition("(")[0].partition("（")[0]
        return self._columns(short, one.number or "-", one.label, when, state)

    def _columns(self, *texts: str) -> str:
        return spread(texts, (24, 14, 10, 13), 0, self.window.width)

    @property
    def chosen(self) -> Printed | None:
        """The paper under the cursor."""
        at = self.rows.cursor
        return self.shown[at] if at < len(self.shown) else None

    # Keys

    def explain(self) -> None:
        """F1: the paper as it would be printed; again: closed."""
        one = self.chosen
        if self.box.visible or one is None or one.slip is None:
            super().explain()
            return
        self.counter.record("paper looked at")
        copy = Slip.from_json(one.slip).as_copy(one.copy, self.words)
        self.box.open(self.words(NAMES[one.what]), as_lines(copy, _PREVIEW_COLUMNS))

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        one = self.chosen
        if one is None:
            return
        if one.slip is None:
            self.flash(self.words(N_("Its text was wiped by now; see the application.")), bad=True)
            return
        self.flash(self.words(N_("Printing … Del stops it")))
        self.run_worker(self._again(one), group="print")

    async def _again(self, one: Printed) -> None:
        try:
            printed = await self.desk.again(one)
        except Failure as failure:
            self.flash(failure.said(self.words), bad=True)
        else:
            self.flash(self.words(N_("Printed: {what}"), what=self.desk.told(printed)))
        await self._look()

    async def on_key(self, event: Key) -> None:
        if self.dialog.visible or self.box.visible:
            return
        if event.key == "delete":
            event.stop()
            self.workers.cancel_group(self, "print")
            stopped = await self.desk.stop()
            self.flash(self.words(N_("Stopped.") if stopped else N_("Nothing is being printed.")))
            self._look_again()
        elif event.key == "w" and self.chosen is not None:
            event.stop()
            self.run_worker(self._waybill(self.chosen.application), group="print")

    async def _waybill(self, application: UUID) -> None:
        try:
            about, slips = await self.desk.waybill_of(application)
        except Unknown:
            self.flash(
                self.words(N_("The centre has it by now, sealed; nothing to print from.")), bad=True
            )
            return
        if not slips:
            self.flash(self.words(N_("It is not posted; there is no waybill.")), bad=True)
            return
        try:
            printed = await self.desk.put(about, slips[0])
        except Failure as failure:
            self.flash(failure.said(self.words), bad=True)
        else:
            self.flash(self.words(N_("Printed: {what}"), what=self.desk.told(printed)))
        await self._look()
