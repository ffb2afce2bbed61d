"""Part 4: by post or collected; to whom and where."""

from textual.app import ComposeResult
from textual.events import Key
from textual.widgets import Input

from counter_tui import terms
from counter_tui.address.book import Unit
from counter_tui.case import masking
from counter_tui.case.case import Case
from counter_tui.screens.parts.part import Field, Part
from counter_tui.words import N_
from intake.decision import Reason
from widgets.choice import Choice
from widgets.form import Form
from widgets.rows import Rows


class Delivery(Part):
    """The parcel: its recipient, division from the code list, street, postcode."""

    part = "delivery"

    DEFAULT_CSS = """
    Delivery > #parcels { height: 1fr; }
    """

    def compose(self) -> ComposeResult:
        self.method = Choice(("post", "pickup"), name="method")
        self.combined = Choice(("yes", "no"), name="combined")
        self.division = Field("recipient.division_name")
        self.offers: list[Unit] = []
        self.at = 0
        self.parcels = Rows(id="parcels")
        self.form = Form(
            (lambda: self.words(N_("Delivery")), self.method),
            (lambda: self.words(N_("One parcel")), self.combined),
            (lambda: self.words(N_("Recipient")), Field("recipient.name", masking.name)),
            (lambda: self.words(N_("Phone")), Field("recipient.phone", masking.phone)),
            (lambda: self.words(N_("Division")), self.division),
            (lambda: self.words(N_("Street, number")), Field("recipient.detail", masking.street)),
            (lambda: self.words(N_("Postcode")), Field("recipient.postcode")),
        )
        yield self.form
        yield self.parcels

    def put(self, case: Case) -> None:
        words, draft = self.words, case.draft
        self.method.put(draft.method, [words(N_("by post")), words(N_("collected"))])
        self.combined.put(
            "yes" if draft.combined else "no", [words(N_("together")), words(N_("one each"))]
        )
        self.division.put(draft.recipient.division_name)
        if self.division.has_focus and self.offers:
            return
        lines = ["", "  " + words(N_("F8: recipient, address and postcode as on the card"))]
        for parcel in case.decision.parcels if case.decision else ():
            items = ", ".join(terms.item_text(draft.items[index], words) for index in parcel.items)
            ready = f"  {words(N_('ready by {about}{day}'), about='', day=parcel.ready_by)}"
            lines.append(f"  {words(N_('Parcel'))}: {items}{ready if parcel.ready_by else ''}")
        self.parcels.show(lines)

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input is not self.division:
            return
        event.stop()
        book = self.stage.desk.book
        self.offers = book.search(event.value) if book and self.division.has_focus else []
        self.at = 0
        self._show_offers()

    def _show_offers(self) -> None:
        lines = [
            f"  {'>' if index == self.at else ' '} {unit.full_name}  {unit.code}  {unit.postcode}"
            for index, unit in enumerate(self.offers)
        ]
        if not lines and self.division.value and self.division.has_focus:
            lines = ["  " + self.words(N_("no such place in the list"))]
        self.parcels.show(["", *lines])

    async def on_key(self, event: Key) -> None:
        if event.key in ("up", "down") and self.division.has_focus and self.offers:
            event.stop()
            self.at = (self.at + (1 if event.key == "down" else -1)) % len(self.offers)
            self._show_offers()

    def on_field_committed(self, message: Field.Committed) -> None:
        if message.field is not self.division:
            return
        message.stop()
        if self.offers:
            self.stage.desk.put_division(self.offers[self.at])
        self.offers = []
        case = self.stage.case
        with self.prevent(Input.Changed):
            # What is not in the list is not taken; the field shows what holds.
            self.division.value = case.draft.recipient.division_name if case else ""
        self.stage.rewrite()
        if not message.moved_on:
            self.stage.focus_next()

    def why(self, case: Case) -> tuple[str, list[Reason]]:
        fees = case.decision.fees if case.decision else ()
        reasons = [reason for fee in fees if fee.ledger == "carrier" for reason in fee.reasons]
        return self.words(terms.FEES["postage"]), reasons
