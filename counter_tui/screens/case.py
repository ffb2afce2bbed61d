"""The case screen: one applicant, six parts, the rules' answer always in sight."""

import asyncio
from typing import Any

from textual.containers import Vertical
from textual.events import Key
from textual.widget import Widget

from counter_tui.bindings import PARTS, Screen, Situation
from counter_tui.case import fields
from counter_tui.case.case import Case
from counter_tui.desk import Desk
from counter_tui.screens import glance
from counter_tui.screens.frame import Frame, is_in_sight
from counter_tui.screens.inquiring import Inquiring
from counter_tui.screens.parts.accept import Accept
from counter_tui.screens.parts.delivery import Delivery
from counter_tui.screens.parts.fees import Fees
from counter_tui.screens.parts.identity import Identity
from counter_tui.screens.parts.items import Items
from counter_tui.screens.parts.materials import Materials
from counter_tui.screens.parts.part import Field, Part
from counter_tui.screens.reasons import offer_lines, reason_lines, ways_out
from counter_tui.why_text import Explainer
from counter_tui.words import N_
from widgets.choice import Choice
from widgets.rows import Rows
from widgets.seams import display


class CaseScreen(Frame):
    """Shows the open case and passes intents to the desk."""

    place: Screen = "case"
    f1_label = N_("Why")

    DEFAULT_CSS = """
    #person, #tabs, #outcome, #gap { height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.person = Rows(id="person")
        self.tabs = Rows(id="tabs")
        self.outcome = Rows(id="outcome")
        self.inquiring = Inquiring(self)
        self._asked = False
        self._left_at = "", ""
        self._shown = ""
        """Id of the draft whose fields are shown."""
        self.items, self.delivery = Items(), Delivery()
        self.parts: dict[str, Part] = {
            part.part: part
            for part in (Identity(), self.items, Materials(), self.delivery, Fees(), Accept())
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

    @property
    def columns(self) -> int:
        """How wide a line may be, a blank at each side left."""
        return max(self.size.width, 80) - 2

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

    @property
    def likely_desk(self) -> str:
        known = self.counter.matters
        return "matters" if known is not None and known.found else ""

    # Showing

    def come_into_sight(self) -> None:
        if self.subject != self._shown:
            # The field with the cursor keeps what is typed in it; that is another person's now.
            self.set_focus(None)
            self._shown = self.subject
        if self.case is None:
            super().come_into_sight()
            return
        self.fit(self.app.size)
        self.relabel()
        left, field = self._left_at
        self.show_part(self.case.draft.part, field if left == self.subject else "")

    def on_screen_suspend(self) -> None:
        # Whoever comes back to the case, after the lock too, goes on at the same field.
        self._left_at = self.subject, (self.focused.name if self.focused else None) or ""

    def show_part(self, name: str, field: str = "") -> None:
        """Bring a part into sight and put the cursor in it, on `field` where that is given."""
        part = self.parts[name]
        if not part.display:
            # What a supporter pointed at is out of sight now.
            self.finger.put_down()
        display([part], [one for one in self.parts.values() if one is not part])
        self.rewrite()
        part.enter(field)

    def relabel(self) -> None:
        """Write all labels and fields again: another case, another language."""
        for part in self.parts.values():
            part.relabel()

    def title_text(self) -> str:
        """The person's open matters stand in the top line as long as the case is in sight."""
        known, case = self.counter.matters, self.case
        note = known.note(case.draft) if known and case else ""
        return note or super().title_text()

    def stopped(self) -> bool:
        """Before acceptance: whether the same item is open elsewhere; then that is asked."""
        known, case = self.counter.matters, self.case
        return bool(known and case and known.stop(case.draft))

    def rewrite(self) -> None:
        """Write everything again, and let the look-ups that help now be asked."""
        super().rewrite()
        case = self.case
        if case is not None and self.counter.matters is not None:
            self.counter.matters.look(case.draft.person.number)
        if case is None or not self.is_mounted:
            return
        for field in self.walk_children(Field):
            field.put(fields.text_of(case.draft, field.name or ""))
        self.person.show([glance.person_line(case, self.words, self.counter.revealed)])
        self.tabs.show([glance.tabs_line(case, self.words)])
        self.part.put(case)
        self.outcome.show([glance.outcome_line(case, self.words)])
        self.inquiring.ask_what_helps()

    def on_store_moved(self) -> None:
        self.inquiring.look()

    def show_again(self) -> None:
        """Something came for the case: write it, if it is in sight."""
        if self.counter.frame is self and self.case is not None:
            self.rewrite()

    def explain(self) -> None:
        """F1: why the line says what it says; F1 again: what would change it; then closed."""
        case = self.case
        if case is None:
            return
        if self.box.visible:
            again, self._asked = self._asked, False
            if again and case.facts is not None:
                self.run_worker(self._offer(case), group="what-if", exclusive=True)
            else:
                self.close_boxes()
            return
        title, lines = self.part.why(case)
        self._asked = bool(lines) and case.facts is not None
        if case.facts is None or not lines:
            super().explain()
            return
        told = Explainer(case.facts, case.pack, self.words).tell(lines)
        self.box.open(
            self.words(N_("Why: {line}"), line=title.strip()),
            reason_lines(told, self.words, self.size.width - 2),
            self.words(N_("F1 again: what would change it")),
        )

    async def _offer(self, case: Case) -> None:
        """Search in a thread: hundreds of decisions may be needed."""
        assert case.facts is not None
        title = self.words(N_("What would make it acceptable today, or cheaper"))
        self.box.open(title, [f" {self.words(N_('Searching ... (Esc breaks it off)'))}"])
        found = await asyncio.to_thread(ways_out, case.facts, case.pack)
        if not self.box.visible:
            # Broken off: nobody waits for it any more.
            return
        self.box.open(title, offer_lines(found, self.words, self.size.width - 2))

    # Intents

    def step_part(self, step: int) -> None:
        """Go to the next part, or the one before."""
        if self.case is not None:
            at = PARTS.index(self.case.draft.part) + step
            self.go(PARTS[max(0, min(at, len(PARTS) - 1))])

    def go(self, name: str) -> None:
        """Go to a part, to what is needed there."""
        self.commit()
        self.desk.go(name)
        needs = self.case.needs if self.case else []
        self.show_part(name, next((one.field for one in needs if one.part == name), ""))

    def advance(self) -> None:
        """Enter: to the next thing needed, in this part first, then in the parts behind it.

        When nothing is needed any more, or only the applicant's word, to the last part.
        """
        self.commit()
        self.flash("")
        case = self.case
        if case is None:
            return
        here = PARTS.index(case.draft.part)
        needs = case.needs
        later = [need for need in needs if PARTS.index(need.part) >= here]
        need = next(iter(later or needs), None)
        if need is None:
            self.go("accept")
        elif need.part != case.draft.part:
            self.desk.go(need.part)
            self.show_part(need.part, need.field)
        else:
            self.part.enter(need.field)

    def advance_from(self, part: str) -> None:
        """Enter in a list: to what is needed in another part, before this one or behind it."""
        case = self.case
        if case is None:
            return
        needs = [need for need in case.needs if need.part != part]
        here = PARTS.index(part)
        need = next((one for one in needs if PARTS.index(one.part) > here), None)
        need = need or next(iter(needs), None)
        if need is None:
            self.go("accept")
            self.flash(self.words(case.obstacle.text) if case.obstacle else "")
        else:
            self.desk.go(need.part)
            self.show_part(need.part, need.field)

    def value_of(self, field: str, value: str) -> str:
        """A part that is not in sight has not written what its answers are called."""
        part = self._part_with(field)
        if part is not None and part is not self.part and self.case is not None:
            part.put(self.case)
        return super().value_of(field, value)

    def put_proposed(self, field: str, value: str) -> bool:
        """Put a proposed value into a field of whichever part has it."""
        part, found = self._part_with(field), self.field_called(field)
        if part is None or found is None:
            return False
        if part is not self.part and self.case is not None:
            part.put(self.case)
            if not is_in_sight(found, within=part):
                # The clerk stays where they are: the field would not be in sight there either.
                return False
            self.go(part.part)
        taken = super().put_proposed(field, value)
        self.commit()
        return taken

    def _part_with(self, field: str) -> Part | None:
        found = self.field_called(field)
        return (
            next((one for one in found.ancestors if isinstance(one, Part)), None) if found else None
        )

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

    def put_all_core(self) -> None:
        """The clerk has checked all core papers."""
        done = self.desk.put_all_core()
        said = N_("All core papers present. Ctrl+U takes it back.") if done else N_("nothing open")
        self.flash(self.words(said))
        self.rewrite()

    def confirm(self) -> None:
        """The applicant has read what is printed and sent, and agrees to what follows."""
        self.desk.confirm()
        self.flash(self.words(N_("Confirmed by the applicant.")))
        self.rewrite()

    def take_items(self, items: tuple, method: str | None) -> None:
        """The items line was entered."""
        self.desk.take_items(items, method)
        self.rewrite()

    def put_item(self, index: int | None, item: dict[str, Any]) -> None:
        """An item came out of the form."""
        self.desk.put_item(index, item)
        self.rewrite()

    def drop_item(self, index: int) -> None:
        """An item was taken out."""
        self.desk.drop_item(index)
        self.rewrite()

    def fill(self) -> None:
        """F8: what the card knows."""
        self.commit()
        # A field that has the cursor keeps what is typed in it; now it is to show what was filled.
        self.set_focus(None)
        done = self.desk.fill()
        if not done:
            self.flash(self.words(N_("nothing to fill in")))
        self.desk.go("delivery")
        self.show_part("delivery")
        units = self.desk.townships()
        if units:
            self.flash(self.words(N_("The card names no township: choose it, or Enter.")))
            self.delivery.offer_townships(units)
        elif done:
            self.advance()

    def undo(self) -> None:
        """Take the last change back."""
        self.desk.undo()
        self.set_focus(None)
        self.rewrite()
        self.part.enter()

    async def on_key(self, event: Key) -> None:
        steps = {"pageup": -1, "pagedown": 1}
        if event.key in steps and not self.dialog.visible:
            event.stop()
            self.step_part(steps[event.key])

    def close_boxes(self) -> bool:
        return super().close_boxes() or self.items.close_form()

    def on_field_committed(self, message: Field.Committed) -> None:
        message.stop()
        self.put_text(message.field)
        if not message.moved_on:
            self.advance()

    def on_choice_picked(self, message: Choice.Picked) -> None:
        message.stop()
        self.desk.put_choice(message.choice.name or "", message.value)
        self.rewrite()
