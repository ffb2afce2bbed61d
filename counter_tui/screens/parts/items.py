"""Part 2: what is asked for. One line of words, read as it is typed."""

from textual.app import ComposeResult
from textual.widgets import Input

from counter_tui import terms
from counter_tui.case.case import Case
from counter_tui.case.grammar import completions, read
from counter_tui.screens.parts.part import Part
from counter_tui.words import N_
from intake.decision import ItemDecision, Reason
from widgets.form import CompletingInput, Form
from widgets.rows import RowList, Rows


class Items(Part):
    """The items line above, what was understood below it, then the items taken."""

    part = "items"

    DEFAULT_CSS = """
    Items > #reading { height: 4; }
    Items > #item-rows { height: 1fr; margin: 0 1; }
    """

    def compose(self) -> ComposeResult:
        self.line = CompletingInput(id="items-line")
        self.line.about_people = False
        self.reading = Rows(id="reading")
        self.rows = RowList(id="item-rows")
        yield Form((lambda: self.words(N_("Asked for")), self.line))
        yield self.reading
        yield self.rows

    def put(self, case: Case) -> None:
        words = self.words
        decisions = case.decision.items if case.decision else ()
        lines = []
        for index, item in enumerate(case.draft.items):
            text = f" {index + 1} {terms.item_text(item, words)}"
            if index < len(decisions):
                text += f"  {self._decided(decisions[index])}"
            lines.append(text)
        self.rows.show(lines)
        self._read()

    def _decided(self, decided: ItemDecision) -> str:
        words = self.words
        text = words(terms.ITEM_OUTCOMES[decided.outcome])
        if decided.refer_to:
            text += " " + words(terms.PLACES.get(decided.refer_to, decided.refer_to))
        if decided.instant:
            text += "  " + words(N_("while you wait"))
        elif decided.ready_by:
            about = words(N_("about ")) if decided.provisional else ""
            text += "  " + words(N_("ready by {about}{day}"), about=about, day=decided.ready_by)
        return text

    def _read(self) -> None:
        words, line = self.words, self.line.value
        if not line.strip():
            self.reading.show(
                [
                    "",
                    "  "
                    + words(
                        N_("For example: {one}   {two}   {three}"),
                        one="护照 首",
                        two="港澳 换 G 1年",
                        three="hz s",
                    ),
                    "  " + words(N_("Tab completes; Enter takes it; Del takes an item out.")),
                ]
            )
            return
        understood = read(line)
        meant = terms.items_text(understood.items, words)
        problem = ""
        if understood.unknown:
            problem = words(N_("not understood: {words}"), words=" ".join(understood.unknown))
        elif understood.problems:
            problem = words(understood.problems[0])
        offers = "  ".join(word.forms[0] for _, word in completions(line))
        self.reading.show(["", f"  → {meant}".replace("→", "="), f"  {problem or offers}"])

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._read()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        understood = read(self.line.value)
        if not self.line.value.strip():
            self.stage.step_part(1)
        elif understood.good:
            self.line.value = ""
            self.stage.take_items(understood.items, understood.method)
        else:
            self._read()

    def complete(self) -> bool:
        """Tab in the line: finish the word begun; False when there is nothing to finish."""
        value = self.line.value
        if not self.line.has_focus or not value or value.endswith(" "):
            return False
        offers = completions(value)
        if not offers:
            return False
        self.line.value = offers[0][0]
        self.line.cursor_position = len(self.line.value)
        return True

    async def on_key(self, event) -> None:
        if event.key == "tab" and self.complete():
            event.stop()
            event.prevent_default()
        elif event.key == "delete" and self.rows.has_focus and self.rows.lines:
            event.stop()
            self.stage.drop_item(self.rows.cursor)

    def enter(self) -> None:
        self.screen.set_focus(self.line)

    def why(self, case: Case) -> tuple[str, list[Reason]]:
        if case.decision is None or not case.decision.items:
            return "", []
        index = min(self.rows.cursor, len(case.decision.items) - 1)
        decided = case.decision.items[index]
        return terms.item_text(case.draft.items[index], self.words), list(decided.reasons)
