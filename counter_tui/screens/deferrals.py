"""The deferral desk: what is due, whom to call, and handing in by a receipt's barcode."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final

from rich.style import Style
from rich.text import Text
from textual.containers import Vertical
from textual.events import Key
from textual.widget import Widget

from counter_tui import deferrals, terms
from counter_tui.bindings import Screen
from counter_tui.case import masking
from counter_tui.deferrals import Deferral, Held
from counter_tui.failure import Failure
from counter_tui.screens.columns import spread
from counter_tui.screens.frame import Frame
from counter_tui.screens.handing_in import due_text, put, what, whose
from counter_tui.screens.status import age_text
from counter_tui.store import OutboxRow, Store
from counter_tui.words import N_
from widgets.rows import Line, RowList, Rows

WIDTHS: Final = (17, 13, 9, 18, 13)
AT_CENTRE: Final = {"receipted": N_("at the centre"), "queued": N_("queued")}


class DeferralDesk(Frame):
    """Overdue first, then today's, then what comes; typing or scanning finds one."""

    place: Screen = "deferrals"

    DEFAULT_CSS = """
    DeferralDesk #deferral-sums, DeferralDesk #deferral-find { height: 1; }
    DeferralDesk #deferral-head { height: 1; margin: 1 0 0 0; }
    DeferralDesk #deferral-rows { height: 1fr; }
    DeferralDesk #deferral-hint { height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.sums = Rows(id="deferral-sums")
        self.find = Rows(id="deferral-find")
        self.head = Rows(id="deferral-head")
        self.rows = RowList(id="deferral-rows")
        self.hint = Rows(id="deferral-hint")
        self.held = Held((), None)
        self.found: list[Deferral] = []
        self.typed = ""
        self._scanned = False

    def body(self) -> Widget:
        return Vertical(self.sums, self.find, self.head, self.rows, self.hint, id="body")

    def title_text(self) -> str:
        return self.words(N_("Deferral desk"))

    @property
    def today(self) -> date:
        """By the counter's clock."""
        return self.counter.now().date()

    @property
    def current(self) -> Deferral | None:
        """The one under the cursor."""
        return self.found[self.rows.cursor] if self.found else None

    @property
    def subject(self) -> str:
        return str(self.current.application) if self.current else ""

    def take(self, number: str) -> None:
        """A receipt was scanned: look for it, and offer to hand in where there is one thing."""
        self.typed, self._scanned = number, True

    # Showing

    def come_into_sight(self) -> None:
        super().come_into_sight()
        self.rows.focus()
        self.run_worker(self._look, group="deferrals", exclusive=True)

    def on_screen_suspend(self) -> None:
        self.typed = ""

    def on_store_moved(self) -> None:
        self.run_worker(self._look, group="deferrals", exclusive=True)

    async def _look(self) -> None:
        self.held = await self.counter.office.ask(deferrals.deferrals)
        self.rewrite()
        scanned, self._scanned = self._scanned, False
        if scanned and len(self.found) == 1 and self.found[0].is_open:
            self.run_worker(partial(self._choose, self.found[0]), group="ask", exclusive=True)

    def rewrite(self) -> None:
        super().rewrite()
        self.found = self.held.fitting(self.typed, self.today)
        words = self.words
        self.sums.show([self._sums()])
        self.find.show([f" {words(N_('Find'))}: {self.typed}_"])
        titles = (N_("Due"), N_("Number"), N_("Name"), N_("Material"), N_("Phone"), N_("State"))
        self.head.show([Text(self._columns(*map(words, titles)), Style(bold=True), end="")])
        self._show_rows()
        none = N_("Nothing here fits; lay the person's card down, or search: Ctrl+G 1")
        some = N_("Enter: hand in, more time, expiry.  Scan a receipt or type.  Ctrl+R: phone")
        self.hint.show([f" {words(some if self.found else none)}"])

    def _show_rows(self) -> None:
        self.rows.show([self._line(at, one) for at, one in enumerate(self.found)])

    def _sums(self) -> str:
        words = self.words
        groups = [one.group(self.today) for one in self.held.records]
        counts = (
            (N_("overdue: {count}"), groups.count("overdue")),
            (N_("today: {count}"), groups.count("today")),
            (N_("soon: {count}"), groups.count("soon")),
            (N_("later: {count}"), groups.count("later")),
        )
        told = [words(text, count=count) for text, count in counts]
        if self.held.age is None:
            told.append(words(N_("no list of the centre yet")))
        else:
            age = age_text(int(self.held.age.total_seconds()), words)
            told.append(words(N_("the centre's list: {age} old"), age=age))
        return " " + "   ".join(told)

    def _line(self, at: int, one: Deferral) -> Line:
        shown = self.counter.revealed and at == self.rows.cursor
        line = self._columns(
            due_text(one, self.today, self.words),
            one.number,
            one.name if shown else masking.name(one.name),
            what(one, self.words),
            one.phone if shown else masking.phone(one.phone),
            self._state(one),
        )
        urgent = one.group(self.today) in ("overdue", "today")
        return Text(line, Style(bold=urgent), end="")

    def _state(self, one: Deferral) -> str:
        words = self.words
        state = words(terms.EVENT_STATES.get(one.state, one.state))
        if one.done is None:
            return state
        way = words(AT_CENTRE.get(one.done.state, terms.ROW_STATES[one.done.state]))
        return f"{state}, {way}"

    def _columns(self, *texts: str) -> str:
        return spread(texts, WIDTHS, 3, self.window.width)

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        event.stop()
        # Only the line under the cursor was revealed, and recorded.
        self.counter.mask()

    # Finding

    async def on_key(self, event: Key) -> None:
        if not self.rows.has_focus:
            return
        typed = self.typed
        if event.key == "backspace":
            typed = typed[:-1]
        elif event.is_printable and event.character:
            typed += event.character
        else:
            return
        event.stop()
        self.typed = typed
        self.rewrite()
        self.rows.move_to(0)

    # Doing

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        one = self.found[event.index]
        self.run_worker(partial(self._choose, one), group="ask", exclusive=True)

    async def _choose(self, one: Deferral) -> None:
        """What can be done with it, the likely thing first."""
        words, more = self.words, self._more_time(one)
        lines, doing = [], []
        if one.is_open or one.state == "expired":
            for channel in one.channels:
                lines.append(
                    words(N_("Hand in: {channel}"), channel=words(terms.CHANNELS[channel]))
                )
                doing.append(partial(put, self, one, channel))
        if more is not None:
            lines.append(words(N_("Give more time, until {day}"), day=more))
            doing.append(lambda: self._extend(one))
        if one.is_open and one.due_on < self.today:
            outcome = words(terms.ON_EXPIRY.get(one.on_expiry, one.on_expiry))
            lines.append(words(N_("It has run out: {outcome}"), outcome=outcome))
            doing.append(lambda: self._expire(one))
        if one.state == "expired":
            lines.append(words(N_("Print the letter on its expiry")))
            doing.append(lambda: self._letter(one))
        lines.append(words(N_("Look at {number}"), number=one.number))
        doing.append(lambda: self.counter.show_history(one.application, one.number))
        chosen = await self.dialog.choose(
            what(one, words),
            [f" {line}" for line in lines],
            told=[
                f" {whose(one, words)}   {due_text(one, self.today, words)}",
                *self._else(one),
                "",
            ],
        )
        if chosen is not None:
            await doing[chosen]()
            self.typed = ""
            await self._look()

    def _else(self, one: Deferral) -> list[str]:
        """What follows if it is not handed in, while it still may be: the last day counts whole."""
        if not one.is_open or one.due_on < self.today:
            return []
        outcome = self.words(terms.ON_EXPIRY.get(one.on_expiry, one.on_expiry))
        text = N_("Not handed in by the end of {day}: {outcome}.")
        return [f" {self.words(text, day=one.due_on, outcome=outcome)}"]

    def _more_time(self, one: Deferral) -> date | None:
        desk = self.counter.desk
        return deferrals.new_due_date(one, desk.pack) if desk else None

    async def _extend(self, one: Deferral) -> None:
        words = self.words
        title = words(N_("Give more time, until {day}"), day=self._more_time(one))
        reason = await self.dialog.ask(title, [f" {whose(one, words)}", ""], words(N_("Reason")))
        if reason and reason.strip():
            clerk, said = self._clerk, reason.strip()
            told = N_("More time given: {number}")
            await self._act(lambda store: deferrals.extend(store, one, said, clerk), told, one)

    async def _expire(self, one: Deferral) -> None:
        """It cannot be taken back, so it is asked once more; what follows is said."""
        words, clerk = self.words, self._clerk
        outcome = words(terms.ON_EXPIRY.get(one.on_expiry, one.on_expiry))
        lines = (N_("Back"), N_("Record that it has run out, and make the letter"))
        chosen = await self.dialog.choose(
            words(N_("It has run out: {outcome}"), outcome=outcome),
            [f" {words(line)}" for line in lines],
            told=[f" {whose(one, words)}   {what(one, words)}", ""],
        )
        if chosen == 1:
            told = N_("Recorded as run out: {number}")
            if await self._act(lambda store: deferrals.expire(store, one, clerk), told, one):
                # Now: the centre's next list does not have it any more.
                await self._letter(one)

    async def _letter(self, one: Deferral) -> None:
        await self.counter.answering.letter(one)

    async def _act(self, work: Callable[[Store], OutboxRow], said: str, one: Deferral) -> bool:
        try:
            await self.counter.office.ask(work)
        except Failure as failure:
            self.flash(failure.said(self.words), bad=True)
            return False
        self.counter.office.wake_agent()
        self.flash(self.words(said, number=one.number))
        return True

    @property
    def _clerk(self) -> str:
        desk = self.counter.desk
        assert desk is not None
        return desk.clerk
