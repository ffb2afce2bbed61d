"""Part 3: the papers the rules ask for, one key each."""

from collections.abc import Sequence
from typing import Final

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.events import Key

from counter_tui import terms
from counter_tui.case import captures, documents
from counter_tui.case.case import Case
from counter_tui.case.lookups import LOOKUP_OF
from counter_tui.decision_text import DecisionLine
from counter_tui.document_words import DIFFERENCES, PASSIVE
from counter_tui.screens.columns import (
    BAD,
    GOOD,
    INFO,
    OPEN,
    QUIET,
    STATUS_STYLES,
    STRONG,
    heading,
    row,
    says,
)
from counter_tui.screens.parts.part import Part
from counter_tui.words import N_
from intake.decision import MaterialLine
from widgets.rows import RowList, Rows
from widgets.seams import width_of

STATUS_KEYS: Final = {
    "1": "present",
    "3": "deferred",
    "0": "missing",
}
"""One key a status; space switches between present and missing. `2` asks the look-up."""

NARROW: Final = 20
"""The column of names when there are none."""


class Materials(Part):
    """Core first, then secondary, in the order the rules give them."""

    part = "materials"

    DEFAULT_CSS = """
    Materials > #material-head { height: 1; }
    Materials > #material-rows { height: 1fr; }
    Materials > #material-sum { height: 1; }
    Materials > #material-keys { height: 1; }
    """

    def compose(self) -> ComposeResult:
        self.head = Rows(id="material-head")
        self.rows = RowList(id="material-rows")
        self.sum = Rows(id="material-sum")
        self.keys = Rows(id="material-keys")
        self.shown: list[MaterialLine] = []
        yield self.head
        yield self.rows
        yield self.sum
        yield self.keys

    def put(self, case: Case) -> None:
        words = self.words
        found = case.decision.materials if case.decision else ()
        self.shown = sorted(found, key=lambda line: line.class_ != "core")
        self.head.show(
            [
                heading(
                    (words(N_("State")), 9),
                    (words(N_("Class")), 9),
                    (words(N_("Material")), self._wide(case)),
                    (words(N_("Look-up, due date")), 0),
                    width=self.stage.columns,
                )
            ]
        )
        self.rows.show([self._row(case, line) for line in self.shown])
        self.sum.show([self._sum()])
        hint = N_("1 present  2 look-up  3 to follow  0 missing  9 all core checked  Enter goes on")
        self.keys.show([says(words(hint), QUIET)])

    def _row(self, case: Case, line: MaterialLine) -> Text:
        words = self.words
        note, style = self._note(case, line)
        return row(
            (words(terms.STATUSES[line.status]), 9, STATUS_STYLES[line.status]),
            (words(terms.CLASSES[line.class_]), 9, STRONG if line.class_ == "core" else QUIET),
            (self._called(case, line), self._wide(case)),
            (note, 0, style),
        )

    def _called(self, case: Case, line: MaterialLine) -> str:
        name = self.words(terms.MATERIALS.get(line.code, line.code))
        if line.item is not None and len(case.draft.items) > 1:
            return f"{name} ({line.item + 1})"
        return name

    def _wide(self, case: Case) -> int:
        """How wide the names need the column to be."""
        return max((width_of(self._called(case, line)) for line in self.shown), default=NARROW)

    def _note(self, case: Case, line: MaterialLine) -> tuple[str, Style]:
        """The look-up's state, and the day until which the material may follow."""
        words, draft = self.words, case.draft
        deferrals = case.decision.deferrals if case.decision else ()
        due = next((d for d in deferrals if (d.code, d.item) == (line.code, line.item)), None)
        kind = LOOKUP_OF.get(line.code, "")
        parts, style = self._chip(case, line)
        what = captures.of_material(line.code)
        if what and (said := draft.captures.get(what)):
            parts.append(words(terms.CAPTURES[said["state"]]))
            parts.append(said["note"] or words(terms.WHY_NOT.get(said["why"], "")))
            style = OPEN
        if line.code == "photo":
            parts.append(self._photo(case))
        if due is not None:
            about = words(N_("about ")) if due.provisional else ""
            parts.append(words(N_("due {about}{day}"), about=about, day=due.due_on))
            style = OPEN
        if kind in draft.lookups:
            answer = draft.lookups[kind]
            how = draft.looked_up.get(kind, {}).get("asked", "clerk")
            said = words(terms.LOOKUP_ANSWERS[answer])
            if how == "clerk":
                said += " " + words(N_("(by hand)"))
            parts.append(said)
            style = {"matched": GOOD, "mismatch": BAD}.get(answer, OPEN)
        elif kind in self.stage.desk.lookups.open:
            parts.append(words(N_("asking ...")))
            style = INFO
        elif kind and line.status in ("missing", "deferred"):
            parts.append(words(N_("2 asks the look-up")))
        return "  ".join(parts), style

    def _photo(self, case: Case) -> str:
        """Which photo goes with it, or where to choose one."""
        words, photo, known = self.words, case.draft.photo, self.counter.matters
        if number := photo.get("reused_number"):
            return words(N_("of application {number}"), number=number)
        if photo:
            return words(N_("taken"))
        found = known.photos_for(case.draft) if known else []
        usable = [one for one in found if one.usable(case.today)]
        if usable:
            return words(N_("p: earlier one usable to {day}"), day=usable[0].until)
        return words(N_("p: choose it"))

    def _chip(self, case: Case, line: MaterialLine) -> tuple[list[str], Style]:
        """What the chip of the present document said."""
        if line.code != documents.PAPER or line.item is None:
            return [], QUIET
        read = documents.document_of(case.draft, case.draft.items[line.item]["document"])
        if read is None:
            return [], QUIET
        odd = bool(read["differs"]) or read["passive"] == "untrusted"
        text = self.words(
            N_("chip: {verdict}, valid to {day}"),
            verdict=self.words(PASSIVE[read["passive"]]),
            day=read["expires"],
        )
        notes = [self.words(DIFFERENCES[one]) for one in read["differs"]]
        return ["; ".join((text, *notes))], OPEN if odd else GOOD

    def _sum(self) -> Text:
        words = self.words
        if not self.shown:
            return Text(end="")
        core = [line for line in self.shown if line.class_ == "core"]
        rest = [line for line in self.shown if line.class_ != "core"]
        there = sum(line.status in ("present", "verified") for line in core)
        follow = sum(line.status == "deferred" for line in rest)
        text = words(N_("Core {there} of {all}."), there=there, all=len(core))
        if rest:
            text += "  " + words(
                N_("Secondary {all}, to follow {follow}."), all=len(rest), follow=follow
            )
        return says(text, GOOD if there == len(core) else BAD)

    # Keys

    async def on_key(self, event: Key) -> None:
        if not self.rows.has_focus or not self.shown:
            return
        line = self.shown[min(self.rows.cursor, len(self.shown) - 1)]
        status = STATUS_KEYS.get(event.key)
        if event.key == "space":
            status = "missing" if line.status == "present" else "present"
        if event.key == "p" and any(one.code == "photo" for one in self.shown):
            self.stage.run_worker(self.stage.counter.show("photo"), group="photo")
        elif event.key == "9":
            self.stage.put_all_core()
        elif event.key == "2":
            self.stage.inquiring.ask(LOOKUP_OF.get(line.code, ""), line)
        elif status is None:
            return
        elif self.stage.put_material(line.code, line.item, status):
            self._next_open(self.rows.cursor)
        event.stop()
        event.prevent_default()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        later = [line for line in self.shown[event.index + 1 :] if line.status == "missing"]
        if later:
            self._next_open(event.index)
        else:
            self.stage.advance_from("materials")

    def _next_open(self, place: int) -> None:
        later = [*range(place + 1, len(self.shown)), *range(place + 1)]
        for index in later:
            if self.shown[index].status == "missing":
                self.rows.move_to(index)
                return

    def enter(self, field: str = "") -> None:
        self.screen.set_focus(self.rows)
        self._next_open(-1)

    def why(self, case: Case) -> tuple[str, Sequence[DecisionLine]]:
        if not self.shown:
            return "", ()
        line = self.shown[min(self.rows.cursor, len(self.shown) - 1)]
        deferrals = case.decision.deferrals if case.decision else ()
        follows = [one for one in deferrals if (one.code, one.item) == (line.code, line.item)]
        return self.words(terms.MATERIALS.get(line.code, line.code)), (line, *follows)
