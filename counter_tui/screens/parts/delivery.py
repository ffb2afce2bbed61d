"""Part 4: by post or collected; to whom and where."""

from collections.abc import Sequence
from typing import Final

from rich.text import Text
from textual.app import ComposeResult
from textual.events import Key
from textual.widgets import Input

from counter_tui import terms
from counter_tui.address.book import Unit
from counter_tui.case import masking
from counter_tui.case.approval import carrier_due
from counter_tui.case.case import Case
from counter_tui.case.fields import with_choice
from counter_tui.decision_text import DecisionLine
from counter_tui.screens.columns import (
    INFO,
    OPEN,
    QUIET,
    STRONG,
    cell,
    heading,
    row,
    says,
    wrapped,
)
from counter_tui.screens.parts.part import Field, Part
from counter_tui.words import N_
from intake.decision import Decision
from widgets.choice import Choice
from widgets.form import NotedForm
from widgets.rows import CURSOR, Line, Rows

COUNTY: Final = 6
"""Digits of a county's code."""
POSTAL: Final = (
    "recipient.name",
    "recipient.relation",
    "recipient.phone",
    "recipient.division_name",
    "recipient.detail",
    "recipient.postcode",
)


class Delivery(Part):
    """The parcel: its recipient, division from the code list, street, postcode."""

    part = "delivery"

    DEFAULT_CSS = """
    Delivery > #parcels { height: 1fr; }
    """

    def compose(self) -> ComposeResult:
        words = lambda text: lambda: self.words(text)  # noqa: E731 - a label follows the language
        self.method = Choice(("post", "pickup"), name="method")
        self.combined = Choice(("yes", "no"), name="combined")
        self.relation = Choice(tuple(terms.RECIPIENTS), name="recipient.relation")
        self.division = Field("recipient.division_name")
        self.offers: list[Unit] = []
        self.at = 0
        self.parcels = Rows(id="parcels")
        self.form = NotedForm(
            (words(N_("Delivery")), self.method),
            (words(N_("Parcels")), self.combined),
            (words(N_("Recipient")), Field("recipient.name", masking.name)),
            (words(N_("Who is")), self.relation),
            (words(N_("Phone")), Field("recipient.phone", masking.phone)),
            (words(N_("Division")), self.division),
            (words(N_("Street, number")), Field("recipient.detail", masking.street)),
            (words(N_("Postcode")), Field("recipient.postcode")),
        )
        yield self.form
        yield self.parcels

    def put(self, case: Case) -> None:
        words, draft = self.words, case.draft
        out: set[str] = set() if draft.method == "post" else set(POSTAL)
        if draft.method != "post" or len(draft.items) < 2:
            out.add("combined")
        self.form.leave_out(out)
        self.method.put(draft.method, [words(N_("by post")), words(N_("collected"))])
        self.combined.put(
            "yes" if draft.combined else "no",
            [f"{words(text)} {sum}" for text, sum in self._ways(case)],
        )
        self.relation.put(
            draft.recipient.relation, [words(text) for text in terms.RECIPIENTS.values()]
        )
        self.division.put(draft.recipient.division_name)
        self.form.note(self._notes(case) | self.fault_notes(case))
        if not (self.division.has_focus and self.offers):
            self.parcels.show(self._parcels(case))

    def _ways(self, case: Case) -> list[tuple[str, str]]:
        """Together or apart, each with the postage it costs."""
        ways = ((N_("together"), "yes"), (N_("one each"), "no"))
        sums = []
        for text, value in ways:
            decision = case.would_be(with_choice(case.draft, "combined", value))
            sums.append((text, self._postage(case, decision) if decision else ""))
        return sums

    def _postage(self, case: Case, decision: Decision) -> str:
        parcels = [fee for fee in decision.fees if fee.ledger == "carrier"]
        if parcels and all(fee.waived for fee in parcels):
            return self.words(N_("free"))
        return self.words(N_("{sum} yuan"), sum=carrier_due(case.draft, decision))

    def _notes(self, case: Case) -> dict[str, Text]:
        words, to = self.words, case.draft.recipient
        notes: dict[str, Text] = {}
        if case.decision and len(case.draft.items) < 2:
            notes["method"] = Text(self._postage(case, case.decision), QUIET, end="")
        if not to.name or not to.division_code:
            notes["recipient.name"] = Text(words(N_("F8: as on the card")), INFO, end="")
        if to.division_code and not to.sure:
            text = words(N_("township open: Down, Enter"))
            notes["recipient.division_name"] = Text(text, OPEN, end="")
        elif to.division_code:
            code = words(N_("code {code}, list of {day}"), code=to.division_code, day=to.as_of)
            notes["recipient.division_name"] = Text(code, QUIET, end="")
        if not to.phone and case.draft.phone:
            text = words(N_("else the applicant's: {phone}"), phone=masking.phone(case.draft.phone))
            notes["recipient.phone"] = Text(text, QUIET, end="")
        if to.usual_postcode and to.postcode == to.usual_postcode:
            text = words(N_("the county's main postcode"))
            notes["recipient.postcode"] = Text(text, QUIET, end="")
        return notes

    def _parcels(self, case: Case) -> list[Line]:
        words, draft = self.words, case.draft
        lines: list[Line] = [""]
        parcels = case.decision.parcels if case.decision else ()
        if parcels:
            lines.append(
                heading(
                    ("#", 2),
                    (words(N_("In the parcel")), 58),
                    (words(N_("Ready on")), 0),
                    width=self.stage.columns,
                )
            )
        for number, parcel in enumerate(parcels, 1):
            items = " + ".join(
                f"{words(terms.DOCUMENTS[draft.items[index]['document']])}"
                f" {words(terms.KINDS_SHORT[draft.items[index]['kind']])}"
                for index in parcel.items
            )
            ready = str(parcel.ready_by or words(N_("once complete")))
            first, *more = wrapped(items, 58)
            lines.append(row((str(number), 2), (first, 58), (ready, 0)))
            lines += [row(("", 2), (line, 58)) for line in more]
        if len(draft.items) > 1 and draft.combined and parcels:
            lines.append(says(words(N_("Together: one fee; it waits for the slowest.")), QUIET))
        if draft.method != "post":
            text = words(N_("Collected at the district hall with identity card and receipt."))
            lines.append(says(text, QUIET))
        return lines

    # The division

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input is not self.division:
            return
        event.stop()
        book = self.stage.desk.book
        if book and self.division.has_focus:
            self.offers = book.search(event.value, limit=self._room)
        self.at = 0
        self._show_offers()

    @property
    def _room(self) -> int:
        return max(4, min(9, self.parcels.size.height - 1))

    def _show_offers(self) -> None:
        words, lines = self.words, []
        first = max(0, self.at - self._room + 1)
        for index, unit in enumerate(self.offers[first : first + self._room], first):
            here = index == self.at
            line = Text(">" if here else " ", CURSOR if here else QUIET, end="")
            name = unit.full_name
            if len(unit.code) == COUNTY:
                name += " " + words(N_("(township not known)"))
            line.append(cell(f" {name}", 50), STRONG if here else QUIET)
            line.append(f" {cell(unit.code, 10)}{cell(unit.postcode, 7)}{unit.zone}", QUIET)
            lines.append(line)
        if not lines and self.division.value and self.division.has_focus:
            lines = [says(words(N_("no such place in the list")), OPEN)]
        elif lines:
            hint = N_("characters, pinyin, initials, code or postcode; Down, Enter")
            lines.append(says(words(hint), QUIET))
        self.parcels.show(lines)

    async def on_key(self, event: Key) -> None:
        if event.key in ("up", "down") and self.division.has_focus and self.offers:
            event.stop()
            self.at = (self.at + (1 if event.key == "down" else -1)) % len(self.offers)
            self._show_offers()

    def on_field_committed(self, message: Field.Committed) -> None:
        if message.field is not self.division:
            return
        message.stop()
        case = self.stage.case
        typed = case is not None and self.division.value != case.draft.recipient.division_name
        # Leaving the field takes what was typed or pointed at; only Enter takes what merely stood
        # there first.
        if self.offers and (typed or self.at > 0 or not message.moved_on):
            self.stage.desk.put_division(self.offers[self.at])
        self.offers = []
        case = self.stage.case
        with self.prevent(Input.Changed):
            # What is not in the list is not taken; the field shows what holds.
            self.division.value = case.draft.recipient.division_name if case else ""
        self.stage.rewrite()
        if not message.moved_on:
            self.stage.advance()

    def offer_townships(self, units: list[Unit]) -> None:
        """The card's address names no township: those of its county are offered."""
        self.offers, self.at = units, 0
        self.screen.set_focus(self.division)
        self._show_offers()

    def why(self, case: Case) -> tuple[str, Sequence[DecisionLine]]:
        fees = case.decision.fees if case.decision else ()
        # Every parcel costs the same for the same reasons: one speaks for all.
        postage = [fee for fee in fees if fee.ledger == "carrier"][:1]
        return self.words(terms.FEES["postage"]), postage
