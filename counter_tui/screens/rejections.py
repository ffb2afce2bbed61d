"""The rejection desk: what the centre refused, why, where it decides otherwise, and what to do."""

from collections.abc import Awaitable, Callable
from functools import partial
from itertools import zip_longest
from typing import Final

from rich.style import Style
from rich.text import Text
from textual.containers import Vertical
from textual.events import Key
from textual.widget import Widget

from counter_tui import rejection, second_person, terms
from counter_tui.bindings import Screen
from counter_tui.case import masking
from counter_tui.case.taking_over import correction_of
from counter_tui.failure import Failure
from counter_tui.place_words import place_text, value_text
from counter_tui.rejection import Line as Difference
from counter_tui.rejection import Rejection, Step
from counter_tui.screens.columns import spread, wrapped
from counter_tui.screens.frame import Frame
from counter_tui.screens.second_person import step_up
from counter_tui.store import OutboxRow, Store
from counter_tui.words import N_
from intake.days import city_time
from widgets.page import Page
from widgets.rows import Line, RowList, Rows
from widgets.seams import padded

STEPS: Final[dict[Step, str]] = {
    "correct": N_("Open it, correct it and send it again under the same number"),
    "approve": N_("A supervisor approves it, with a reason"),
    "keep_held": N_("Keep what the centre holds"),
    "retry": N_("Send it again as it is"),
    "withdraw": N_("It is not sent: withdraw it (it is kept)"),
    "close": N_("It is dealt with"),
}
NOT_SAME: Final = N_("It is no duplicate: a supervisor gives the reason")
_PLACE: Final = 28
"""Columns of the place where the centre decides otherwise."""


class RejectionDesk(Frame):
    """Tasks above, the one under the cursor explained below."""

    place: Screen = "rejections"

    DEFAULT_CSS = """
    RejectionDesk #task-head { height: 1; margin: 1 0 0 0; }
    RejectionDesk #task-rows { height: 6; }
    RejectionDesk #task-told { height: 1fr; margin: 1 0 0 0; }
    RejectionDesk #task-hint { height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.head = Rows(id="task-head")
        self.rows = RowList(id="task-rows")
        self.told = Page(id="task-told")
        self.hint = Rows(id="task-hint")
        self.tasks: list[Rejection] = []

    def body(self) -> Widget:
        return Vertical(self.head, self.rows, self.told, self.hint, id="body")

    def title_text(self) -> str:
        return self.words(N_("Rejection desk"))

    @property
    def current(self) -> Rejection | None:
        """The task under the cursor."""
        return self.tasks[self.rows.cursor] if self.tasks else None

    @property
    def subject(self) -> str:
        row = self.current.row if self.current else None
        return str(row.application) if row else ""

    # Showing

    def come_into_sight(self) -> None:
        super().come_into_sight()
        self.rows.focus()
        self.run_worker(self._look, group="rejections", exclusive=True)

    def on_store_moved(self) -> None:
        self.run_worker(self._look, group="rejections", exclusive=True)

    async def _look(self) -> None:
        self.tasks = await self.counter.office.ask(rejection.rejections)
        self.rewrite()

    def rewrite(self) -> None:
        super().rewrite()
        words = self.words
        titles = (N_("Number"), N_("Name"), N_("What"), N_("Until"), N_("Reason"))
        self.head.show([Text(self._columns(*map(words, titles)), Style(bold=True), end="")])
        self.rows.show([self._line(one) for one in self.tasks])
        self._tell()
        none, some = N_("Nothing was refused."), N_("Enter: what can be done.  Ctrl+R: phone")
        self.hint.show([f" {words(some if self.tasks else none)}"])

    def _tell(self) -> None:
        self.told.show(self._story(self.current) if self.current else [])

    async def on_key(self, event: Key) -> None:
        if event.key in ("pageup", "pagedown") and not self.dialog.visible:
            event.stop()
            self.told.turn(1 if event.key == "pagedown" else -1)

    def _line(self, one: Rejection) -> Line:
        words, row = self.words, one.row
        action = row.action if row else None
        what = words(terms.ACTS.get(action, action) if action else N_("application"))
        until = f"{city_time(one.deadline):%m-%d %H:%M}" if one.deadline else ""
        text = self._columns(
            row.number if row else words(N_("this station")),
            (row.label or "") if row and not action else "",
            what if row else "",
            until,
            rejection.said(one, words)[0],
        )
        return Text(text, Style(bold=one.overdue), end="")

    def _columns(self, *texts: str) -> str:
        return spread(texts, (13, 9, 13, 12), 2, self.window.width)

    def _story(self, one: Rejection) -> list[Line]:
        words, width = self.words, self.window.width - 2
        what, advice = rejection.said(one, words)
        lines: list[Line] = [
            Text(f" {line}", Style(bold=True), end="") for line in wrapped(what, width)
        ]
        lines += [f" {line}" for line in wrapped(advice, width)]
        if one.overdue:
            lines.append(f" {words(N_('The day it should have been dealt with is over.'))}")
        if one.phone:
            phone = one.phone if self.counter.revealed else masking.phone(one.phone)
            lines.append(f" {words(N_('The applicant: {phone}'), phone=phone)}")
        if one.lines:
            heads = ("", words(N_("this station")), words(N_("the centre")))
            lines += ["", Text(self._beside(*heads), Style(bold=True), end="")]
            lines += [text for line in one.lines for text in self._difference(line)]
        return lines

    def _difference(self, one: Difference) -> list[str]:
        """As many lines as its longest column needs."""
        words, here, there = self.words, *self._halves
        columns = (
            wrapped(place_text(one.path, words), _PLACE - 1),
            wrapped(value_text(one.station, words), here - 1),
            wrapped(value_text(one.centre, words), there),
        )
        return [self._beside(*three) for three in zip_longest(*columns, fillvalue="")]

    def _beside(self, place: str, here: str, there: str) -> str:
        return f" {padded(place, _PLACE)}{padded(here, self._halves[0])}{there}"

    @property
    def _halves(self) -> tuple[int, int]:
        """Columns for the station's value and for the centre's."""
        room = self.window.width - _PLACE - 2
        return room // 2, room - room // 2

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        event.stop()
        self.counter.mask()
        self.told.to_top()
        self._tell()

    # Doing

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.run_worker(partial(self._choose, self.tasks[event.index]), group="ask", exclusive=True)

    async def _choose(self, one: Rejection) -> None:
        words = self.words
        duplicate = one.reason == "possible-duplicate"
        lines = [
            words(NOT_SAME if duplicate and step == "approve" else STEPS[step])
            for step in one.steps
        ]
        number = one.row.number if one.row else words(N_("this station"))
        title = words(N_("What is to be done with {number}?"), number=number)
        chosen = await self.dialog.choose(title, [f" {line}" for line in lines])
        if chosen is None:
            return
        does: dict[Step, Callable[[Rejection], Awaitable[None]]] = {
            "correct": self._correct,
            "approve": self._approve,
            "keep_held": self._keep_held,
            "retry": self._retry,
            "withdraw": self._withdraw,
            "close": self._close,
        }
        try:
            await does[one.steps[chosen]](one)
        except Failure as failure:
            self.flash(failure.said(words), bad=True)
        await self._look()

    async def _correct(self, one: Rejection) -> None:
        """The draft there is of an earlier try, else the application opened again."""
        row, office = one.row, self.counter.office
        assert row is not None
        if any(draft.id == str(row.application) for draft in await office.drafts()):
            self.counter.call_later(self.counter.open_draft, row.application)
            return
        application = await office.ask(lambda store: store.application(row.application))
        self.counter.call_later(self.counter.open, correction_of(application))

    async def _approve(self, one: Rejection) -> None:
        words, row, clerk = self.words, one.row, self._clerk
        assert row is not None
        what, _ = rejection.said(one, words)
        said = await self.dialog.ask(
            words(NOT_SAME if one.reason == "possible-duplicate" else STEPS["approve"]),
            [*(f" {line}" for line in wrapped(what, self.window.width - 3)), ""],
            words(N_("Reason")),
        )
        if not said:
            return
        supervisor = await step_up(self, [what, said])
        if supervisor is None:
            return
        done = await self._done(
            lambda store: second_person.approve(store, supervisor, clerk, row.key, said)
        )
        waits = done.state == "needs_supervisor"
        text = (
            N_("The centre is away: noted; a supervisor approves it again when it is back.")
            if waits
            else N_("Approved; {number} is sent again.")
        )
        self.flash(words(text, number=row.number), bad=waits)

    async def _retry(self, one: Rejection) -> None:
        row, clerk = one.row, self._clerk
        assert row is not None
        await self._done(lambda store: store.rejections.retry(row.key, clerk))
        self.flash(self.words(N_("{number} is sent again."), number=row.number))

    async def _keep_held(self, one: Rejection) -> None:
        row, clerk = one.row, self._clerk
        assert row is not None
        await self._done(lambda store: store.rejections.keep_held(row.key, clerk))
        self.flash(self.words(N_("{number} is sent again."), number=row.number))

    async def _withdraw(self, one: Rejection) -> None:
        row, clerk = one.row, self._clerk
        assert row is not None
        reason = await self.dialog.ask(
            self.words(STEPS["withdraw"]),
            [f" {row.number}  {row.label or ''}", ""],
            self.words(N_("Reason")),
        )
        if reason and reason.strip():
            said = reason.strip()
            await self._done(lambda store: store.rejections.withdraw(row.key, clerk, said))
            self.flash(self.words(N_("{number} is withdrawn; it is kept."), number=row.number))

    async def _close(self, one: Rejection) -> None:
        await self.counter.office.ask(lambda store: store.tasks.close(one.task, "dealt with"))

    async def _done(self, work: Callable[[Store], OutboxRow]) -> OutboxRow:
        row = await self.counter.office.ask(work)
        self.counter.office.wake_agent()
        return row

    @property
    def _clerk(self) -> str:
        desk = self.counter.desk
        assert desk is not None
        return desk.clerk
