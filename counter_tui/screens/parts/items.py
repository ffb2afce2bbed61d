"""Part 2: what is asked for. One line of words, read as it is typed; or a form."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.text import Text
from textual.app import ComposeResult
from textual.events import Key
from textual.widgets import Input

from counter_tui import referral, terms
from counter_tui.case.case import Case
from counter_tui.case.grammar import completions, read
from counter_tui.case.lexicon import Word
from counter_tui.decision_text import DecisionLine
from counter_tui.screens.columns import (
    BAD,
    GOOD,
    INFO,
    OPEN,
    QUIET,
    STRONG,
    heading,
    row,
    says,
    wrapped,
)
from counter_tui.screens.parts.item_form import ItemForm
from counter_tui.screens.parts.part import Part
from counter_tui.words import N_
from intake.decision import ItemDecision
from widgets.form import CompletingInput, Form
from widgets.rows import Line, RowList, Rows
from widgets.seams import display, width_of

HALLS: Final = 3
"""How many places a referral names."""


class Items(Part):
    """The items line above, what was understood below it, then the items taken."""

    part = "items"

    DEFAULT_CSS = """
    Items > #reading { height: 3; }
    Items > #item-head { height: 1; }
    Items > #item-rows { height: 4; }
    Items > #item-more { height: 1fr; }
    """

    def compose(self) -> ComposeResult:
        self.line = CompletingInput(id="line", select_on_focus=False)
        self.line.about_people = False
        self.reading = Rows(id="reading")
        self.head = Rows(id="item-head")
        self.rows = RowList(id="item-rows")
        self.more = Rows(id="item-more")
        self.form = ItemForm(id="item-form")
        yield Form((lambda: self.words(N_("Asked for")), self.line))
        yield self.reading
        yield self.head
        yield self.rows
        yield self.more
        yield self.form

    # Showing

    def put(self, case: Case) -> None:
        words = self.words
        decisions = case.decision.items if case.decision else ()
        lines = []
        for index, item in enumerate(case.draft.items):
            decided = decisions[index] if index < len(decisions) else None
            lines.append(self._row(index, item, decided))
        self.head.show(
            [
                heading(
                    ("#", 2),
                    (words(N_("Document")), 22),
                    (words(N_("Kind")), 9),
                    (words(N_("Endorsements")), 18),
                    (words(N_("Here?")), 0),
                    width=self.stage.columns,
                )
            ]
            if lines
            else []
        )
        self.rows.show(lines)
        if not lines and self.rows.has_focus:
            self.screen.set_focus(self.line)
        self.more.show(self._more(case))
        self.form.put()
        self._read()

    def _row(self, index: int, item: Mapping[str, Any], decided: ItemDecision | None) -> Text:
        words = self.words
        text, style = self._decided(decided) if decided else ("", QUIET)
        return row(
            (str(index + 1), 2),
            (words(terms.DOCUMENTS[item["document"]]), 22),
            (words(terms.KINDS_SHORT[item["kind"]]), 9),
            (terms.endorsements_short(item.get("endorsements", ()), words) or "-", 18),
            (text, 0, style),
        )

    def _decided(self, decided: ItemDecision) -> tuple[str, Any]:
        words = self.words
        text = words(terms.ITEM_OUTCOMES[decided.outcome])
        if decided.outcome != "accept":
            refused = decided.outcome == "refuse"
            text = text if refused else words(N_("elsewhere, see below"))
            return text, BAD if refused else OPEN
        if decided.instant:
            return f"{text}  {words(N_('while you wait'))}", GOOD
        if decided.ready_by:
            about = words(N_("about ")) if decided.provisional else ""
            ready = words(N_("ready {about}{day}"), about=about, day=str(decided.ready_by)[5:])
            return f"{text} {ready}", GOOD
        return text, GOOD

    def _more(self, case: Case) -> list[Line]:
        """Below the items: the referral in full, or what to do next."""
        words = self.words
        index = self._chosen(case)
        decision = case.decision
        if decision is not None and decision.items and index is not None:
            decided = decision.items[index]
            if decided.outcome != "accept":
                return self._elsewhere(case, decided)
        if not case.draft.items:
            return []
        return ["", says(words(N_("Enter goes on. Down: change or take out an item.")), QUIET)]

    def _elsewhere(self, case: Case, decided: ItemDecision) -> list[Line]:
        words = self.words
        zh = words.language == "zh_CN"
        lines: list[Line] = []
        for reason in decided.reasons[:1]:
            lines.append(says(reason.text.zh if zh else reason.text.en, OPEN))
        for place in referral.places(case, decided, HALLS):
            name = place.name.zh if zh else place.name.en
            lines.append(row((name, 40, STRONG), (place.hours_text(words), 0, INFO)))
            lines.append(says(place.address, indent=3))
        return lines

    def _chosen(self, case: Case) -> int | None:
        """The item under the cursor; while typing, the first one that is not served here."""
        count = len(case.draft.items)
        if not count:
            return None
        if self.rows.has_focus or case.decision is None:
            return min(self.rows.cursor, count - 1)
        elsewhere = [one.index for one in case.decision.items if one.outcome != "accept"]
        return next(iter(elsewhere), min(self.rows.cursor, count - 1))

    # The line

    def _read(self) -> None:
        words, line = self.words, self.line.value
        if not line.strip():
            if self.stage.case is not None and self.stage.case.draft.items:
                text = words(N_("Another item, or Enter to go on. Space: form."))
                self.reading.show(["", says(text, QUIET, 19)])
                return
            self.reading.show(
                [
                    says(words(N_("1 passport   2 Hong Kong-Macao   3 Taiwan")), INFO, 19),
                    says(
                        words(
                            N_("For example: {one}   {two}   {three}"),
                            one="护照 首",
                            two="续 港澳 G 1年 邮",
                            three="2sg",
                        ),
                        QUIET,
                        19,
                    ),
                    says(
                        words(N_("Tab completes, Enter takes it, Space opens a form.")), QUIET, 19
                    ),
                ]
            )
            return
        understood = read(line)
        meant = " + ".join(terms.item_short(item, words) for item in understood.items)
        if understood.method:
            meant += "  " + words(N_("by post") if understood.method == "post" else N_("collected"))
        problem = ""
        if understood.unknown:
            problem = words(N_("not understood: {words}"), words=" ".join(understood.unknown))
        elif understood.problems:
            problem = words(understood.problems[0])
        offers = Text(" " * 19, end="").append("Tab ", QUIET)
        room = self.stage.columns - width_of(offers.plain)
        for number, (_, word) in enumerate(completions(line, 12)):
            said = f"{_offer(word)}  "
            room -= width_of(said)
            if room < 0:
                break
            offers.append(said, QUIET if number else STRONG)
        said = wrapped(f"= {meant}", self.stage.columns - 19)
        if len(said) > 2:
            # One row of the three is for what Tab offers, or what is wrong.
            said = [said[0], f"{said[1][:-1]}~"]
        self.reading.show(
            [
                *(says(one, OPEN if problem else GOOD, 19) for one in said),
                says(problem, BAD, 19) if problem else offers,
            ]
        )

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value and not event.value.strip():
            # A blank says nothing in the line: it asks for the form.
            with self.prevent(Input.Changed):
                self.line.value = ""
            self.open_form(None)
        self._read()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        understood = read(self.line.value)
        if not self.line.value.strip():
            self.stage.advance()
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

    # Keys

    async def on_key(self, event: Key) -> None:
        if event.key == "tab" and self.complete():
            taken = True
        elif event.key == "down" and self.line.has_focus and self.rows.lines:
            taken = True
            self.screen.set_focus(self.rows)
        elif event.key == "up" and self.rows.has_focus and self.rows.cursor == 0:
            taken = True
            self.screen.set_focus(self.line)
        elif event.key == "delete" and self.rows.has_focus and self.rows.lines:
            taken = True
            self.stage.drop_item(self.rows.cursor)
        else:
            taken = False
        if taken:
            event.stop()
            event.prevent_default()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        event.stop()
        if self.stage.case is not None:
            self.more.show(self._more(self.stage.case))

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.open_form(event.index)

    # The form

    def open_form(self, index: int | None) -> None:
        """Show the form in the place of the line: for a new item, or to change item `index`."""
        case = self.stage.case
        item = case.draft.items[index] if case is not None and index is not None else None
        self.form.open(index, item)
        self._show_form(True)

    def close_form(self) -> bool:
        """Back to the line; False when no form was open."""
        if not self.form.display:
            return False
        self._show_form(False)
        self.enter()
        return True

    def _show_form(self, shown: bool) -> None:
        others = [other for other in self.children if other is not self.form]
        display([self.form] if shown else others, others if shown else [self.form])
        if shown:
            self.screen.set_focus(self.form.first)

    def on_item_form_taken(self, message: ItemForm.Taken) -> None:
        message.stop()
        self.close_form()
        self.stage.put_item(message.index, message.item)

    def enter(self, field: str = "") -> None:
        if self.form.display:
            self._show_form(False)
        self.screen.set_focus(self.line)

    def why(self, case: Case) -> tuple[str, Sequence[DecisionLine]]:
        if case.decision is None or not case.decision.items:
            return "", ()
        index = self._chosen(case) or 0
        decided = case.decision.items[index]
        return terms.item_text(case.draft.items[index], self.words), (decided,)


def _offer(word: Word) -> str:
    """How completion names a word: 首次(s), G个人."""
    if word.slot == "code":
        return f"{word.value}{word.forms[1]}"
    return f"{word.forms[0]}({word.quick})"
