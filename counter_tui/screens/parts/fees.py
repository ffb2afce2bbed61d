"""Part 5: two ledgers that never mix, and what is waived on what ground."""

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult

from counter_tui import terms
from counter_tui.case.case import Case
from counter_tui.screens.parts.part import Part
from counter_tui.words import N_
from intake.decision import FeeLine, Reason
from widgets.rows import RowList, Rows


class Fees(Part):
    """Each price with its reason; the totals of the treasury and of the carrier side by side."""

    part = "fees"

    DEFAULT_CSS = """
    Fees > #fee-rows { height: 1fr; margin: 0 1; }
    Fees > #totals { height: 3; }
    """

    def compose(self) -> ComposeResult:
        self.rows = RowList(id="fee-rows")
        self.totals = Rows(id="totals")
        self.shown: list[FeeLine] = []
        yield self.rows
        yield self.totals

    def put(self, case: Case) -> None:
        words = self.words
        self.shown = list(case.decision.fees) if case.decision else []
        self.rows.show([self._line(fee) for fee in self.shown])
        totals = case.decision.totals if case.decision else None
        treasury, carrier = (totals.treasury, totals.carrier) if totals else (0, 0)
        self.totals.show(
            [
                "",
                Text(
                    "  "
                    + words(N_("Treasury (document fees): {sum} yuan"), sum=treasury)
                    + "     "
                    + words(N_("Carrier (postage): {sum} yuan"), sum=carrier),
                    Style(bold=True),
                    end="",
                ),
            ]
        )

    def _line(self, fee: FeeLine) -> str:
        words = self.words
        ledger = words(N_("treasury")) if fee.ledger == "treasury" else words(N_("carrier"))
        item = f" ({fee.item + 1})" if fee.item is not None else ""
        text = f" {ledger}  {words(terms.FEES.get(fee.code, fee.code))}{item}  {fee.amount}"
        if fee.waived and fee.ground and fee.proof:
            text += "  " + words(
                N_("waived: {ground}, proved by {proof}"),
                ground=words(terms.GROUNDS[fee.ground]),
                proof=words(terms.PROOFS[fee.proof]),
            )
        return text

    def why(self, case: Case) -> tuple[str, list[Reason]]:
        if not self.shown:
            return "", []
        fee = self.shown[min(self.rows.cursor, len(self.shown) - 1)]
        return self.words(terms.FEES.get(fee.code, fee.code)), list(fee.reasons)
