"""Home: waiting for a card; drafts, what waits for the centre, and tasks."""

import asyncio
from datetime import datetime

from textual.containers import Vertical
from textual.events import Key
from textual.widget import Widget

from counter_tui import terms
from counter_tui.bindings import Screen
from counter_tui.case import masking
from counter_tui.demo.cards import SAMPLES
from counter_tui.office import DraftRow
from counter_tui.screens.frame import Frame
from counter_tui.words import N_
from widgets.rows import RowList, Rows


class Home(Frame):
    """Lay a card on the reader and a case opens; or choose a draft."""

    place: Screen = "home"

    DEFAULT_CSS = """
    #call { height: 5; }
    #samples { height: 5; display: none; }
    #drafts { height: 1fr; margin: 0 2; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.call = Rows(id="call")
        self.draft_rows = RowList(id="drafts")
        self.samples = Rows(id="samples")
        self.drafts: list[DraftRow] = []

    def body(self) -> Widget:
        return Vertical(self.call, self.samples, self.draft_rows, id="body")

    def on_mount(self) -> None:
        self.samples.display = self.counter.samples is not None

    def on_screen_resume(self) -> None:
        self.drafts = self.counter.home_drafts
        super().on_screen_resume()
        self.draft_rows.focus()

    def rewrite(self) -> None:
        super().rewrite()
        words, rules = self.words, self._refused_pack()
        self.call.show(
            [
                *rules,
                "  " + words(N_("Lay an ID card on the reader: the case opens by itself.")),
                "  " + words(N_("Without a chip: Ctrl+N. Menu: F9. Help: F1.")),
                *([""] if len(rules) == 1 else []),
                "  "
                + (
                    words(N_("Drafts: {count}"), count=len(self.drafts))
                    if self.drafts
                    else words(N_("No drafts."))
                ),
            ]
        )
        self.draft_rows.show([self._draft_line(one) for one in self.drafts])
        self.samples.show(self._sample_lines())

    def _refused_pack(self) -> list[str]:
        """That newer rules came and were refused, and which ones decide; else a blank line."""
        desk = self.counter.desk
        if desk is None or not desk.refused_pack:
            return [""]
        used = self.words(N_("{rules} decides."), rules=desk.rules)
        return [f"! {self.words(desk.refused_pack)}", f"  {used}"]

    def _sample_lines(self) -> list[str]:
        words = self.words
        lines = ["  " + words(N_("Demo: a digit lays a card on the reader, 0 takes it away."))]
        labels = [f"{at} {words(label)}" for at, (_, label) in enumerate(SAMPLES, 1)]
        return lines + ["    " + "   ".join(labels[at : at + 3]) for at in (0, 3, 6)]

    async def on_key(self, event: Key) -> None:
        samples = self.counter.samples
        if samples is None or event.character is None or event.character not in "0123456789":
            return
        at = int(event.character)
        try:
            await asyncio.to_thread(samples.lay, SAMPLES[at - 1][0]) if at else samples.take()
        except OSError:
            self.flash(self.words(N_("The virtual reader is gone; start the demo again.")), True)

    def _draft_line(self, row: DraftRow) -> str:
        person = row.body.get("person", {})
        name = masking.name(person.get("name", "")) or self.words(N_("(no name yet)"))
        number = masking.number(person.get("number", ""))
        items = terms.items_text(row.body.get("items", ()), self.words)
        when = datetime.fromisoformat(row.saved_at).astimezone()
        return f" {when:%m-%d %H:%M}  {name}  {number}  {items}"

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        if event.rows is self.draft_rows:
            self.counter.call_later(self.counter.open_row, self.drafts[event.index])
