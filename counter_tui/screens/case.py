"""The case screen: one applicant, six parts, the rules' answer always in sight."""

import asyncio

from textual.containers import Vertical
from textual.widget import Widget

from counter_tui.bindings import PARTS, Screen, Situation
from counter_tui.case import fields
from counter_tui.case.case import Case
from counter_tui.desk import Desk
from counter_tui.screens import glance
from counter_tui.screens.frame import Frame
from counter_tui.screens.parts.accept import Accept
from counter_tui.screens.parts.delivery import Delivery
from counter_tui.screens.parts.fees import Fees
from counter_tui.screens.parts.identity import Identity
from counter_tui.screens.parts.items import Items
from counter_tui.screens.parts.materials import Materials
from counter_tui.screens.parts.part import Field, Part
from counter_tui.screens.reasons import offer_lines, reason_lines, ways_out
from counter_tui.words import N_
from widgets.choice import Choice
from widgets.rows import Rows


class CaseScreen(Frame):
    """Shows the open case and passes intents to the desk."""

    place: Screen = "case"

    DEFAULT_CSS = """
    #person, #tabs, #outcome, #gap { height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.person = Rows(id="person")
        self.tabs = Rows(id="tabs")
        self.outcome = Rows(id="outcome")
        self._asked = False
        self.parts: dict[str, Part] = {
            part.part: part
            for part in (Identity(), Items(), Materials(), Delivery(), Fees(), Accept())
        }

    def body(self) -> Widget:
        return Vertical(
            self.person, self.tabs, Rows(id="gap"), *self.parts.values(), self.outcome, id="body"
        )

    @property
    def desk(self) -> Desk:
        """Where intents go. There is one from sign-in on."""
        assert self.counter.desk is not None
        return self.counter.desk

    @property
    def case(self) -> Case | None:
        """The open case."""
        return self.counter.desk.case if self.counter.desk else None

    @property
    def part(self) -> Part:
        """The part in sight."""
        return self.parts[self.case.draft.part if self.case else PARTS[1]]

    @property
    def subject(self) -> str:
        return self.case.draft.id if self.case else ""

    def situation(self) -> Situation:
        case = self.case
        if case is None:
            return Situation(self.place, obstacle=N_("no case is open"))
        return Situation(
            self.place,
            obstacle=case.obstacle.text if case.obstacle else "",
            changed=case.changed,
            busy=self.counter.accepting,
        )

    # Showing

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self.case is not None:
            self.relabel()
            self.show_part(self.case.draft.part)

    def show_part(self, name: str) -> None:
        """Bring a part into sight and put the cursor in it."""
        # The cursor moves before its old place is hidden: hiding a focused widget takes the focus
        # away some time later, which may be after the new place had it.
        self.parts[name].display = True
        self.rewrite()
        self.parts[name].enter()
        for other, part in self.parts.items():
            part.display = other == name

    def relabel(self) -> None:
        """Write all labels and fields again: another case, another language."""
        for part in self.parts.values():
            part.relabel()

    def rewrite(self) -> None:
        super().rewrite()
        case = self.case
        if case is None or not self.is_mounted:
            return
        for field in self.query(Field):
            field.put(fields.text_of(case.draft, field.name or ""))
        today = self.counter.now().date()
        self.person.show([glance.person_line(case, self.words, today, self.counter.revealed)])
        self.tabs.show([glance.tabs_line(case, self.words)])
        self.part.put(case)
        self.outcome.show([glance.outcome_line(case, self.words)])

    def explain(self) -> None:
        """F1: why the line says what it says; F1 again: what would change it; then closed."""
        if self.case is None:
            return
        if self.box.visible:
            again, self._asked = self._asked, False
            if again and self.case.facts is not None:
                self.run_worker(self._offer(self.case), group="what-if", exclusive=True)
            else:
                self.close_boxes()
            return
        self._asked = True
        width = self.size.width - 2
        line, reasons = self.part.why(self.case)
        if not reasons:
            super().explain()
            return
        title = self.words(N_("Why: {line}   (F1 again: what would change it)"), line=line.strip())
        self.box.open(title, reason_lines(reasons, self.words, width))

    async def _offer(self, case: Case) -> None:
        """Search in a thread: hundreds of decisions may be needed."""
        assert case.facts is not None
        found = await asyncio.to_thread(ways_out, case.facts, case.pack)
        title = self.words(N_("What would make it acceptable today, or cheaper"))
        self.box.open(title, offer_lines(found, self.words, self.size.width - 2))

    # Intents

    def step_part(self, step: int) -> None:
        """Go to the next part, or the one before."""
        if self.case is not None:
            at = PARTS.index(self.case.draft.part) + step
            self.go(PARTS[max(0, min(at, len(PARTS) - 1))])

    def go(self, name: str) -> None:
        """Go to a part."""
        self.commit()
        self.desk.go(name)
        self.show_part(name)

    def put_proposed(self, field: str, value: str) -> bool:
        """Put a proposed value into a field of whichever part has it."""
        for name, part in self.parts.items():
            if any(one.name == field for one in part.query("Choice, SlimInput").results()):
                if part is not self.part:
                    self.go(name)
                taken = super().put_proposed(field, value)
                self.commit()
                return taken
        return False

    def commit(self) -> None:
        """What is being typed counts as finished."""
        if isinstance(self.focused, Field):
            self.put_text(self.focused)

    def put_text(self, field: Field) -> None:
        """A field was finished."""
        if self.case is not None and self.desk.put_text(field.name or "", field.value):
            self.rewrite()

    def put_material(self, code: str, item: int | None, status: str) -> bool:
        """A material was set; False, and a sentence, when it cannot be."""
        why_not = self.desk.put_material(code, item, status)
        self.flash(self.words(why_not), bad=bool(why_not))
        self.rewrite()
        return not why_not

    def take_items(self, items: tuple, method: str | None) -> None:
        """The items line was entered."""
        self.desk.take_items(items, method)
        self.rewrite()

    def drop_item(self, index: int) -> None:
        """An item was taken out."""
        self.desk.drop_item(index)
        self.rewrite()

    def fill(self) -> None:
        """F8: what the card knows."""
        if not self.desk.fill():
            self.flash(self.words(N_("nothing to fill in")))
        self.rewrite()

    def undo(self) -> None:
        """Take the last change back."""
        self.desk.undo()
        self.set_focus(None)
        self.rewrite()
        self.part.enter()

    def on_field_committed(self, message: Field.Committed) -> None:
        message.stop()
        self.put_text(message.field)
        if not message.moved_on:
            self.focus_next()

    def on_choice_picked(self, message: Choice.Picked) -> None:
        message.stop()
        self.desk.put_choice(message.choice.name or "", message.value)
        self.rewrite()
