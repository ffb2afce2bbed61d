"""Home: waiting for a card; what is to be done at this counter, and the drafts."""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text
from textual.containers import Vertical
from textual.events import Key
from textual.widget import Widget

from counter_tui import terms
from counter_tui.bindings import KEYS, Screen
from counter_tui.case import masking
from counter_tui.demo.cards import SAMPLES
from counter_tui.office import DraftRow
from counter_tui.screens.columns import spread
from counter_tui.screens.frame import Frame, key_name
from counter_tui.words import N_, Words
from intake.days import city_time
from widgets.rows import Line, RowList, Rows
from widgets.seams import padded

if TYPE_CHECKING:
    from counter_tui.overview import Overview

DISCARDS = (
    ("left", N_("The applicant left")),
    ("mistake", N_("Opened by mistake")),
    ("elsewhere", N_("Taken in elsewhere")),
)
"""Why a draft is taken off the list: what the store keeps, and what it means."""


def todo_lines(open_here: "Overview", words: Words) -> list[Line]:
    """What waits for a person here, each with the key of the desk where it is done."""
    rows = (
        (
            N_("To follow"),
            "show('deferrals')",
            (
                (N_("overdue {count}"), open_here.overdue, True),
                (N_("due today {count}"), open_here.due_today, True),
                (N_("due soon {count}"), open_here.due_soon, False),
            ),
        ),
        (
            N_("Refused by the centre"),
            "show('rejections')",
            (
                (N_("to be dealt with {count}"), open_here.tasks, True),
                (N_("overdue {count}"), open_here.tasks_overdue, True),
            ),
        ),
    )
    keys = {key.action: key_name(key.key) for key in KEYS}
    lines: list[Line] = []
    for title, action, counts in rows:
        if not any(count for _, count, _ in counts):
            continue
        line = Text(f"  {padded(words(title), 14)}", end="")
        for text, count, urgent in counts:
            if count:
                line.append(words(text, count=count), Style(bold=urgent))
                line.append("   ")
        line.append(keys.get(action, ""))
        lines.append(line)
    return [*lines, ""] if lines else []


class Home(Frame):
    """Lay a card on the reader and a case opens; or choose a draft."""

    place: Screen = "home"

    DEFAULT_CSS = """
    #call { height: 4; }
    #todo { height: 0; }
    #samples { height: 5; display: none; }
    #draft-head { height: 2; }
    #drafts { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.call = Rows(id="call")
        self.todo = Rows(id="todo")
        self.draft_head = Rows(id="draft-head")
        self.draft_rows = RowList(id="drafts")
        self.samples = Rows(id="samples")
        self.drafts: list[DraftRow] = []
        self.overview: Overview | None = None

    def body(self) -> Widget:
        return Vertical(
            self.call, self.todo, self.samples, self.draft_head, self.draft_rows, id="body"
        )

    def on_mount(self) -> None:
        self.samples.display = self.counter.samples is not None

    def come_into_sight(self) -> None:
        self.drafts = self.counter.home_drafts
        super().come_into_sight()
        self.draft_rows.focus()
        self.run_worker(self._look_round, group="overview", exclusive=True)

    def on_store_moved(self) -> None:
        self.run_worker(self._look_round, group="overview", exclusive=True)

    async def _look_round(self) -> None:
        """Count what is open at this counter."""
        # Counting needs the rules' models; they are not imported for the first frame.
        from counter_tui.overview import overview

        today = self.counter.now().date()
        self.overview = await self.counter.office.ask(lambda store: overview(store, today))
        self._show_todo()

    def _show_todo(self) -> None:
        lines = todo_lines(self.overview, self.words) if self.overview else []
        if self.todo.styles.height is None or self.todo.styles.height.value != len(lines):
            self.todo.styles.height = len(lines)
        self.todo.show(lines)

    def rewrite(self) -> None:
        super().rewrite()
        words, rules = self.words, self._refused_pack()
        card = words(N_("Lay an ID card on the reader: the case opens by itself."))
        self.call.show(
            [
                *rules,
                Text(f"  {card}", Style(bold=True), end=""),
                "  " + words(N_("Without a chip: Ctrl+N. Menu: F9. Help: F1.")),
            ]
        )
        self._show_todo()
        self.draft_head.show(self._heading())
        self.draft_rows.show([self._draft_line(one) for one in self.drafts])
        self.samples.show(self._sample_lines())

    def _refused_pack(self) -> list[str]:
        """That newer rules came and were refused, and which ones decide; else a blank line."""
        desk = self.counter.desk
        if desk is None or not desk.refused_pack:
            return [""]
        used = self.words(N_("{rules} decides."), rules=desk.rules)
        return [f"! {self.words(desk.refused_pack)}", f"  {used}"]

    def _heading(self) -> list[Line]:
        words = self.words
        if not self.drafts:
            return ["  " + words(N_("No drafts."))]
        count = words(N_("Drafts: {count}"), count=len(self.drafts))
        line = Text(f"  {count}", Style(bold=True), end="")
        line.append(f"   {words(N_('Enter goes on, Del takes off the list'))}", Style(bold=False))
        return [line]

    def _sample_lines(self) -> list[str]:
        words = self.words
        lines = ["  " + words(N_("Demo: a digit lays a card on the reader, 0 takes it away."))]
        labels = [f"{at} {words(label)}" for at, (_, label) in enumerate(SAMPLES, 1)]
        rows = ("".join(padded(one, 25) for one in labels[at : at + 3]) for at in (0, 3, 6))
        return lines + [f"    {row}" for row in rows]

    async def on_key(self, event: Key) -> None:
        if event.key == "delete" and self.draft_rows.has_focus and self.drafts:
            event.stop()
            row = self.drafts[self.draft_rows.cursor]
            self.run_worker(self._discard(row), group="ask", exclusive=True)
        elif self.counter.samples is not None and event.character in tuple("0123456789"):
            await self._lay(int(event.character or "0"))

    async def _lay(self, at: int) -> None:
        samples = self.counter.samples
        assert samples is not None
        try:
            await asyncio.to_thread(samples.lay, SAMPLES[at - 1][0]) if at else samples.take()
        except OSError:
            self.flash(self.words(N_("The virtual reader is gone; start the demo again.")), True)

    async def _discard(self, row: DraftRow) -> None:
        """It is kept for some days, and the finder of drafts is not asked twice for a reason."""
        words = self.words
        keep, *reasons = (words(N_("Keep it")), *(words(text) for _, text in DISCARDS))
        title = words(N_("Take this draft off the list?"))
        chosen = await self.dialog.choose(title, [f" {text}" for text in (keep, *reasons)])
        if chosen:
            await self.counter.office.discard(row.id, DISCARDS[chosen - 1][0])
            await self.counter.go_home()
            self.flash(words(N_("Taken off the list.")))

    def _draft_line(self, row: DraftRow) -> str:
        words, person = self.words, row.body.get("person", {})
        name = masking.name(person.get("name", "")) or words(N_("(no name yet)"))
        number = masking.number(person.get("number", ""))
        asked = [terms.item_short(item, words) for item in row.body.get("items", ())]
        items = " + ".join(asked) or words(N_("(nothing yet)"))
        when = city_time(datetime.fromisoformat(row.saved_at))
        texts = f"{when:%m-%d %H:%M}", name, number, items
        return " " + spread(texts, (13, 12, 21), 1, self.window.width - 1)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        if event.rows is self.draft_rows:
            self.counter.call_later(self.counter.open_row, self.drafts[event.index])
