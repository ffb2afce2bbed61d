"""Part 3: the papers the rules ask for, one key each."""

from typing import Final

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.events import Key

from counter_tui import terms
from counter_tui.case import documents
from counter_tui.case.case import Case
from counter_tui.document_words import DIFFERENCES, PASSIVE
from counter_tui.screens.parts.part import Part
from counter_tui.words import N_
from intake.decision import MaterialLine, Reason
from widgets.rows import RowList, Rows

STATUS_KEYS: Final = {
    "1": "present",
    "2": "verified",
    "3": "deferred",
    "0": "missing",
}
"""One key a status; space switches between present and missing."""


class Materials(Part):
    """Core first, then secondary, in the order the rules give them."""

    part = "materials"

    DEFAULT_CSS = """
    Materials > #material-rows { height: 1fr; margin: 0 1; }
    Materials > #material-keys { height: 1; }
    """

    def compose(self) -> ComposeResult:
        self.rows = RowList(id="material-rows")
        self.keys = Rows(id="material-keys")
        self.shown: list[MaterialLine] = []
        yield self.rows
        yield self.keys

    def put(self, case: Case) -> None:
        words = self.words
        found = case.decision.materials if case.decision else ()
        self.shown = sorted(found, key=lambda line: line.class_ != "core")
        due = (
            {(one.code, one.item): one for one in case.decision.deferrals} if case.decision else {}
        )
        lines = []
        for line in self.shown:
            text = Text(end="")
            missing = line.status == "missing"
            status = words(terms.STATUSES[line.status])
            text.append(f" [{status}] ", Style(bold=missing, color="red" if missing else None))
            text.append(words(terms.MATERIALS.get(line.code, line.code)))
            if line.item is not None and len(case.draft.items) > 1:
                text.append(f" ({line.item + 1})")
            text.append(f"  {words(terms.CLASSES[line.class_])}")
            deferral = due.get((line.code, line.item))
            if deferral:
                about = words(N_("about ")) if deferral.provisional else ""
                text.append("  " + words(N_("due {about}{day}"), about=about, day=deferral.due_on))
            text.append_text(self._chip(case, line))
            lines.append(text)
        if not lines:
            gap = case.gaps[0].text if case.gaps else N_("nothing is asked for yet; type an item")
            lines = [Text(f" {words(gap)}", end="")]
        self.rows.show(lines)
        self.keys.show(
            [
                " "
                + words(
                    N_("1 present  2 verified by look-up  3 to follow  0 missing  Space on/off")
                )
            ]
        )

    def _chip(self, case: Case, line: MaterialLine) -> Text:
        """What the chip of the present document said, behind its line."""
        if line.code != documents.PAPER or line.item is None:
            return Text()
        read = documents.document_of(case.draft, case.draft.items[line.item]["document"])
        if read is None:
            return Text()
        odd = bool(read["differs"]) or read["passive"] == "untrusted"
        text = self.words(
            N_("chip: {verdict}, valid to {day}"),
            verdict=self.words(PASSIVE[read["passive"]]),
            day=read["expires"],
        )
        notes = [self.words(DIFFERENCES[one]) for one in read["differs"]]
        return Text("  " + "; ".join((text, *notes)), Style(bold=odd), end="")

    async def on_key(self, event: Key) -> None:
        if not self.rows.has_focus or not self.shown:
            return
        line = self.shown[min(self.rows.cursor, len(self.shown) - 1)]
        status = STATUS_KEYS.get(event.key)
        if event.key == "space":
            status = "missing" if line.status == "present" else "present"
        if status is None:
            return
        event.stop()
        event.prevent_default()
        place = self.rows.cursor
        if self.stage.put_material(line.code, line.item, status):
            self._next_open(place)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        if not any(line.status == "missing" for line in self.shown):
            self.stage.step_part(1)
        else:
            self._next_open(event.index)

    def _next_open(self, place: int) -> None:
        later = [*range(place + 1, len(self.shown)), *range(place + 1)]
        for index in later:
            if self.shown[index].status == "missing":
                self.rows.move_to(index)
                return

    def enter(self) -> None:
        self.screen.set_focus(self.rows)
        self._next_open(-1)

    def why(self, case: Case) -> tuple[str, list[Reason]]:
        if not self.shown:
            return "", []
        line = self.shown[min(self.rows.cursor, len(self.shown) - 1)]
        return self.words(terms.MATERIALS.get(line.code, line.code)), list(line.reasons)
