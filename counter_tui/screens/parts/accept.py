"""Part 6: everything once more, read back to the applicant; then F10."""

from collections.abc import Sequence
from typing import Any

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.events import Key

from counter_tui import terms
from counter_tui.case import captures, masking
from counter_tui.case.approval import carrier_due
from counter_tui.case.case import Case
from counter_tui.case.rare import shown_name
from counter_tui.decision_text import DecisionLine
from counter_tui.screens.capturing import put_capture
from counter_tui.screens.columns import (
    BAD,
    GOOD,
    OPEN,
    PLAIN,
    QUIET,
    STRONG,
    Cell,
    row,
    says,
    wrapped,
)
from counter_tui.screens.parts.part import Part
from counter_tui.words import N_
from intake.captures import MATERIAL_OF, Captured
from widgets.choice import Choice
from widgets.form import NotedForm
from widgets.rows import Line, RowList, Rows

LABEL = 14


class Accept(Part):
    """What will be stored, what follows later, what is missing."""

    part = "accept"

    DEFAULT_CSS = """
    Accept > #verdict { height: 1; }
    Accept > #review { height: 1fr; }
    Accept > #accept-keys { height: 1; }
    """

    def compose(self) -> ComposeResult:
        self.verdict = Rows(id="verdict")
        self.agreed = Choice(("yes", "no"), name="deferral_agreed")
        self.review = RowList(id="review")
        self.keys = Rows(id="accept-keys")
        self.captured: dict[Captured, Choice] = {
            what: Choice(tuple(terms.CAPTURES), name=what) for what in MATERIAL_OF
        }
        self.form = NotedForm(
            (lambda: self.words(N_("Agrees to follow")), self.agreed),
            (lambda: self.words(N_("Signature")), self.captured["signature"]),
            (lambda: self.words(N_("Fingerprints")), self.captured["fingerprints"]),
        )
        yield self.verdict
        yield self.form
        yield self.review
        yield self.keys

    def put(self, case: Case) -> None:
        words, draft = self.words, case.draft
        obstacle = case.obstacle
        verdict = (
            says(words(N_("F10 accepts.")), GOOD)
            if obstacle is None
            else says(words(N_("Not yet: {why}"), why=words(obstacle.text)), OPEN)
        )
        self.verdict.show([verdict])
        lines = case.decision.materials if case.decision else ()
        follows = any(
            one.class_ == "secondary" and one.status in ("deferred", "missing") for one in lines
        )
        self.form.leave_out(
            ({"deferral_agreed"} if not follows else set())
            | {what for what in MATERIAL_OF if not self._is_asked(case, what)}
        )
        agreed = "yes" if draft.undertaking else ""
        self.agreed.put(
            agreed if draft.deferral_agreed else "no", [words(N_("yes")), words(N_("no"))]
        )
        said = N_("told and agreed") if draft.undertaking else N_("not asked yet")
        style = GOOD if draft.undertaking else OPEN
        labels = [words(one) for one in terms.CAPTURES.values()]
        for what, choice in self.captured.items():
            choice.put(captures.state_of(draft, what), labels)
        notes = {what: self._why_not(case, what) for what in MATERIAL_OF}
        self.form.note({"deferral_agreed": Text(words(said), style, end=""), **notes})
        self.review.show(self._review(case))
        hint = N_("9 read and confirmed by the applicant   Enter to what is missing")
        self.keys.show([says(words(hint), QUIET)])

    def _is_asked(self, case: Case, what: Captured) -> bool:
        """A minor's fingerprints are not asked for, but the guardian may have them taken."""
        lines = case.decision.materials if case.decision else ()
        asked = any(line.code == MATERIAL_OF[what] for line in lines)
        by_choice = what == "fingerprints" and case.is_minor and case.is_named_document
        return asked or by_choice or what in case.draft.captures

    def _why_not(self, case: Case, what: Captured) -> Text:
        said = case.draft.captures.get(what, {})
        text = self.words(terms.WHY_NOT.get(said.get("why", ""), ""))
        if not text and what == "fingerprints" and case.is_minor:
            text = self.words(N_("voluntary"))
        return Text(text, OPEN if said else QUIET, end="")

    def _review(self, case: Case) -> list[Line]:
        return [
            *self._person(case),
            *self._asked(case),
            *self._sent(case),
            *self._money(case),
            *self._following(case),
            *self._missing(case),
        ]

    def _line(self, label: str, *cells: Cell) -> Text:
        return row((self.words(label) if label else "", LABEL, QUIET), *cells)

    def _lines(self, label: str, text: str, style: Style = PLAIN) -> list[Line]:
        """A text of any length beside its label: what is checked here is seen whole."""
        pieces = wrapped(text, self.stage.columns - LABEL - 2)
        return [self._line("" if at else label, (one, 0, style)) for at, one in enumerate(pieces)]

    def _person(self, case: Case) -> list[Line]:
        words, person = self.words, case.draft.person
        name = shown_name(person.name) if self.counter.revealed else masking.name(person.name)
        lines: list[Line] = []
        if case.is_named_document:
            checked = person.pinyin_checked == "applicant"
            state = words(terms.PINYIN_CHECKED.get(person.pinyin_checked, ""))
            lines.append(
                self._line(
                    N_("Name printed"),
                    (f"{name}  {person.surname_pinyin} {person.given_pinyin}".strip(), 34, STRONG),
                    (state, 0, GOOD if checked else OPEN if person.pinyin_unsure else QUIET),
                )
            )
        guardian = case.draft.guardian
        if case.is_minor and guardian.name:
            relation = words(terms.RELATIONS.get(guardian.relation, ""))
            text = f"{masking.name(guardian.name)}  {relation}  {masking.number(guardian.number)}"
            lines += self._lines(N_("Guardian"), text)
        return lines

    def _asked(self, case: Case) -> list[Line]:
        words, lines = self.words, []
        decided = case.decision.items if case.decision else ()
        for index, item in enumerate(case.draft.items):
            when = ""
            if index < len(decided) and decided[index].ready_by:
                about = words(N_("about ")) if decided[index].provisional else ""
                day = decided[index].ready_by
                when = words(N_("ready by {about}{day}"), about=about, day=day)
            label = N_("Asked for") if index == 0 else ""
            text = terms.item_short(item, words)
            lines.append(self._line(label, (text, 42), (when, 0)))
        return lines

    def _sent(self, case: Case) -> list[Line]:
        words, draft = self.words, case.draft
        if draft.method != "post":
            return [self._line(N_("Delivery"), (words(N_("collected")), 0))]
        to = draft.recipient
        shown = self.counter.revealed
        phone = to.phone or draft.phone
        who = to.name if shown else masking.name(to.name)
        tel = phone if shown else masking.phone(phone)
        where = to.detail if shown else masking.street(to.detail)
        return [
            self._line(N_("By post to"), (f"{who}  {tel}  {to.postcode}", 0)),
            *self._lines("", f"{to.division_name}{where}"),
        ]

    def _money(self, case: Case) -> list[Line]:
        words, draft = self.words, case.draft
        if case.decision is None:
            return []
        totals, carrier = case.decision.totals, carrier_due(draft, case.decision)
        paid = [words(terms.PAID[one]) for one in (draft.treasury_paid, draft.carrier_paid)]
        text = words(N_("treasury {sum} yuan: {paid}"), sum=totals.treasury, paid=paid[0])
        if carrier:
            text += "   " + words(N_("carrier {sum} yuan: {paid}"), sum=carrier, paid=paid[1])
        elif draft.method == "post":
            text += "   " + words(N_("postage free"))
        return self._lines(N_("Fees"), text)

    def _following(self, case: Case) -> list[Line]:
        """What follows: until when, by which ways, and what happens when it does not."""
        words, lines = self.words, []
        for deferral in case.decision.deferrals if case.decision else ():
            about = words(N_("about ")) if deferral.provisional else ""
            name = words(terms.MATERIALS.get(deferral.code, deferral.code))
            due = words(N_("due {about}{day}"), about=about, day=deferral.due_on)
            lines.append(self._line(N_("To follow"), (name, 30, OPEN), (due, 0, OPEN)))
            ways = " / ".join(words(terms.CHANNELS[one]) for one in deferral.channels)
            end = words(terms.ON_EXPIRY.get(deferral.on_expiry, deferral.on_expiry))
            lines.append(self._line("", (ways, 0)))
            lines.append(self._line("", (words(N_("else: {end}"), end=end), 0)))
        return lines

    def _missing(self, case: Case) -> list[Line]:
        words, lines = self.words, []
        zh = words.language == "zh_CN"
        for line in case.decision.notice if case.decision else ():
            text = line.text.zh if zh else line.text.en
            lines += self._lines(N_("Missing"), text, BAD)
        for warning in case.decision.warnings if case.decision else ():
            text = warning.text.zh if zh else warning.text.en
            lines += self._lines(N_("Note"), text, OPEN)
        return lines

    # Keys

    async def on_key(self, event: Key) -> None:
        if event.key == "9":
            self.stage.confirm()
            event.stop()
            event.prevent_default()

    def on_choice_picked(self, message: Choice.Picked) -> None:
        for what, choice in self.captured.items():
            if message.choice is choice:
                message.stop()
                state: Any = message.value
                self.stage.run_worker(
                    put_capture(self.stage, what, state), group="ask", exclusive=True
                )

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.stage.advance_from("accept")

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        event.stop()

    def enter(self, field: str = "") -> None:
        self.screen.set_focus(self.review)

    def why(self, case: Case) -> tuple[str, Sequence[DecisionLine]]:
        decision = case.decision
        if decision is None:
            return "", ()
        missing = [line for line in decision.materials if line.status == "missing"]
        lines = (*missing, *decision.deferrals, *decision.items)
        return self.words(terms.OUTCOMES.get(case.outcome, "")), lines
