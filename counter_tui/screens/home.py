"""Home: waiting for a card; drafts, what waits for the centre, and tasks."""

from datetime import datetime

from textual.containers import Vertical
from textual.widget import Widget

from counter_tui import terms
from counter_tui.bindings import Screen
from counter_tui.case import masking
from counter_tui.office import DraftRow
from counter_tui.screens.frame import Frame
from counter_tui.words import N_
from widgets.rows import RowList, Rows


class Home(Frame):
    """Lay a card on the reader and a case opens; or choose a draft."""

    place: Screen = "home"

    DEFAULT_CSS = """
    #call { height: 5; }
    #drafts { height: 1fr; margin: 0 2; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.call = Rows(id="call")
        self.draft_rows = RowList(id="drafts")
        self.drafts: list[DraftRow] = []

    def body(self) -> Widget:
        return Vertical(self.call, self.draft_rows, id="body")

    def on_screen_resume(self) -> None:
        self.drafts = self.counter.home_drafts
        super().on_screen_resume()
        self.draft_rows.focus()

    def rewrite(self) -> None:
        super().rewrite()
        words = self.words
        self.call.show(
            [
                "",
                "  " + words(N_("Lay an ID card on the reader: the case opens by itself.")),
                "  " + words(N_("Without a chip: Ctrl+N. Menu: F9. Help: F1.")),
                "",
                "  "
                + (
                    words(N_("Drafts: {count}"), count=len(self.drafts))
                    if self.drafts
                    else words(N_("No drafts."))
                ),
            ]
        )
        self.draft_rows.show([self._draft_line(one) for one in self.drafts])

    def _draft_line(self, row: DraftRow) -> str:
        person = row.body.get("person", {})
        name = masking.name(person.get("name", "")) or self.words(N_("(no name yet)"))
        number = masking.number(person.get("number", ""))
        items = terms.items_text(row.body.get("items", ()), self.words)
        when = datetime.fromisoformat(row.saved_at).astimezone()
        return f" {when:%m-%d %H:%M}  {name}  {number}  {items}"

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        super().on_row_list_chosen(event)
        if event.rows is self.draft_rows:
            self.counter.call_later(self.counter.open_row, self.drafts[event.index])
