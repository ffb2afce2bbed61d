"""Part 5: two ledgers side by side that never mix, what is waived on what ground, what was paid."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from counter_tui import terms
from counter_tui.case import approval, masking
from counter_tui.case.case import Case
from counter_tui.decision_text import DecisionLine
from counter_tui.screens.approving import approve_waiver
from counter_tui.screens.columns import GOOD, HEADING, INFO, OPEN, QUIET, STRONG, cell, row, says
from counter_tui.screens.parts.part import Field, Part
from counter_tui.words import N_
from intake.decision import FeeLine
from widgets.choice import Choice
from widgets.form import NotedForm
from widgets.rows import Line, RowList, Rows

LEDGERS: Final = {
    "treasury": N_("Treasury: document fees"),
    "carrier": N_("Carrier: postage"),
}
HALF: Final = 39


class Fees(Part):
    """Each price with its reason; what proves free postage; how each ledger was paid."""

    part = "fees"

    DEFAULT_CSS = """
    Fees > Horizontal { height: 1fr; scrollbar-size: 0 0; }
    Fees Vertical { width: 1fr; scrollbar-size: 0 0; }
    Fees .ledger-head, Fees .ledger-sum { height: 1; }
    Fees RowList { height: 1fr; }
    """

    def compose(self) -> ComposeResult:
        words = lambda text: lambda: self.words(text)  # noqa: E731 - a label follows the language
        self.heads = {name: Rows(classes="ledger-head") for name in LEDGERS}
        self.rows = {name: RowList(id=f"{name}-rows") for name in LEDGERS}
        self.sums = {name: Rows(classes="ledger-sum") for name in LEDGERS}
        self.paid = {
            "treasury": Choice(tuple(terms.PAID), name="treasury_paid"),
            "carrier": Choice(tuple(terms.PAID), name="carrier_paid"),
        }
        self.disability = Choice(("no", "yes"), name="disability_lookup")
        self.approval = Choice(("later", "now"), name="waiver_approval")
        self.shown: dict[str, list[FeeLine]] = {name: [] for name in LEDGERS}
        self.of_line: dict[str, list[int]] = {name: [] for name in LEDGERS}
        with Horizontal():
            for name in LEDGERS:
                with Vertical():
                    yield self.heads[name]
                    yield self.rows[name]
                    yield self.sums[name]
        self.form = NotedForm(
            (words(N_("Disability cert.")), Field("disability_certificate", masking.certificate)),
            (words(N_("Ask the register")), self.disability),
            (words(N_("Other proof")), Field("other_proof")),
            (words(N_("Approval")), self.approval),
            (words(N_("Treasury paid")), self.paid["treasury"]),
            (words(N_("Reference")), Field("treasury_reference")),
            (words(N_("Carrier paid")), self.paid["carrier"]),
            (words(N_("Reference")), Field("carrier_reference")),
        )
        yield self.form

    def put(self, case: Case) -> None:
        words, draft = self.words, case.draft
        fees = case.decision.fees if case.decision else ()
        totals = case.decision.totals if case.decision else None
        due = {
            "treasury": totals.treasury if totals else 0,
            "carrier": approval.carrier_due(draft, case.decision) if case.decision else 0,
        }
        for name, title in LEDGERS.items():
            self.heads[name].show([Text(" ", end="").append(cell(words(title), HALF - 2), HEADING)])
            self.shown[name] = [fee for fee in fees if fee.ledger == name]
            self.rows[name].show(self._lines(case, name))
            total = due[name]
            said = row((words(N_("to pay")), 27, STRONG), (words(N_("{sum} yuan"), sum=total), 0))
            self.sums[name].show([said])
            self.paid[name].put(
                getattr(draft, f"{name}_paid"), [words(text) for text in terms.PAID.values()]
            )
        out = {f"{name}_reference" for name in LEDGERS if not getattr(draft, f"{name}_paid")}
        waived = any(fee.waived for fee in self.shown["carrier"])
        if not due["carrier"]:
            out.add("carrier_paid")
        if not approval.to_waive(draft, case.decision):
            out.add("waiver_approval")
        if not (totals and totals.carrier):
            out.add("other_proof")
        if waived and not draft.disability_certificate:
            out |= {"disability_certificate", "disability_lookup"}
        self.form.leave_out(out)
        asked = draft.lookups.get("disability") or "disability" in self.stage.desk.lookups.open
        self.disability.put(
            "yes" if asked else "no", [words(N_("do not ask")), words(N_("ask, with consent"))]
        )
        self.approval.put(
            "now" if approval.is_approved(draft, case.decision) else "later",
            [words(N_("afterwards")), words(N_("now, a supervisor here"))],
        )
        self.form.note(self._notes(case) | self.fault_notes(case))

    def _lines(self, case: Case, name: str) -> list[Line]:
        """The ledger's lines, each with what it is for; a waived one with ground and proof."""
        words = self.words
        lines: list[Line] = []
        self.of_line[name] = []
        endorsements = {
            index: iter(item.get("endorsements", ())) for index, item in enumerate(case.draft.items)
        }
        given = approval.approvals(case.draft, case.decision) if name == "carrier" else {}
        for index, fee in enumerate(self.shown[name]):
            text = words(terms.FEES.get(fee.code, fee.code))
            if fee.code == "endorsement" and fee.item is not None:
                # One line for each endorsement, in the item's order.
                text = terms.endorsements_short([next(endorsements[fee.item])], words)
            if fee.item is not None and len(case.draft.items) > 1:
                text += f" ({fee.item + 1})"
            free = fee.waived or index in given
            amount = words(N_("free")) if free else words(N_("{sum} yuan"), sum=fee.amount)
            lines.append(row((text, 27), (amount, 8, GOOD if free else Style())))
            self.of_line[name].append(index)
            if index in given:
                cost, ground = words(N_("{sum} yuan"), sum=fee.amount), words(N_("another proof"))
                lines.append(says(f"{cost}: {ground}", GOOD, 3))
                by = case.draft.waiver_approval["name"]
                lines.append(says(words(N_("approved by {name}"), name=by), QUIET, 3))
                self.of_line[name] += [index, index]
            if fee.waived and fee.ground and fee.proof:
                ground, proof = words(terms.GROUNDS[fee.ground]), words(terms.PROOFS[fee.proof])
                lines.append(says(f"{words(N_('{sum} yuan'), sum=fee.amount)}: {ground}", GOOD, 3))
                lines.append(says(proof, QUIET, 3))
                self.of_line[name] += [index, index]
        return lines or [says(words(N_("nothing")), QUIET)]

    def _notes(self, case: Case) -> dict[str, Text]:
        words, draft = self.words, case.draft
        notes: dict[str, Text] = {}

        def say(path: str, text: str, style: Style = QUIET) -> None:
            notes[path] = Text(text, style, end="")

        proofs = {fee.proof for fee in self.shown["carrier"] if fee.waived}
        if draft.disability_certificate and "disability_certificate" in proofs:
            say("disability_certificate", words(N_("checked: free postage")), GOOD)
        elif not draft.disability_certificate:
            say("disability_certificate", words(N_("the number itself is not kept")))
        if "disability" in self.stage.desk.lookups.open:
            say("disability_lookup", words(N_("asking ...")), INFO)
        elif answer := draft.lookups.get("disability"):
            style = GOOD if answer == "matched" else OPEN
            say("disability_lookup", words(terms.LOOKUP_ANSWERS[answer]), style)
        if approval.is_approved(draft, case.decision):
            by = draft.waiver_approval["name"]
            say("waiver_approval", words(N_("approved by {name}"), name=by), GOOD)
        elif draft.other_proof:
            say("waiver_approval", words(N_("on the rejection desk")), OPEN)
        else:
            say("other_proof", words(N_("e.g. veteran; needs a supervisor")))
        for name in LEDGERS:
            if not getattr(draft, f"{name}_paid"):
                say(f"{name}_paid", words(N_("never stops it")))
        return notes

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()

    def on_choice_picked(self, message: Choice.Picked) -> None:
        if message.choice is self.approval:
            message.stop()
            self._approve(message.value == "now")
        if message.choice is not self.disability:
            return
        message.stop()
        self.stage.inquiring.ask("disability" if message.value == "yes" else "", None)

    def on_field_committed(self, message: Field.Committed) -> None:
        """Behind another proof comes who approves it."""
        field = message.field
        if field.name == "other_proof" and field.value and not message.moved_on:
            message.stop()
            self.stage.put_text(field)
            if self.approval.display:
                self.approval.focus()

    def _approve(self, now: bool) -> None:
        """By a supervisor here, or taken back and left for later."""
        stage, case = self.stage, self.stage.case
        if now:
            stage.run_worker(approve_waiver(stage), group="ask", exclusive=True)
        elif case is not None:
            stage.desk.put(replace(case.draft, waiver_approval={}))
            stage.rewrite()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.stage.advance_from("fees")

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        event.stop()

    def enter(self, field: str = "") -> None:
        if field:
            super().enter(field)
        else:
            self.screen.set_focus(self.rows["treasury"])

    def why(self, case: Case) -> tuple[str, Sequence[DecisionLine]]:
        name = "carrier" if self.rows["carrier"].has_focus else "treasury"
        if not isinstance(self.screen.focused, RowList) and self.shown["carrier"]:
            name = "carrier"
        shown = self.shown[name]
        if not shown:
            return "", ()
        at = min(self.rows[name].cursor, len(self.of_line[name]) - 1)
        fee = shown[self.of_line[name][at]]
        return self.words(terms.FEES.get(fee.code, fee.code)), (fee,)
