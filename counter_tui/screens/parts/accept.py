"""Part 6: everything once more, then F10."""

from textual.app import ComposeResult

from counter_tui import terms
from counter_tui.case.case import Case
from counter_tui.screens.parts.part import Part
from counter_tui.words import N_
from intake.decision import Reason
from widgets.choice import Choice
from widgets.form import Form
from widgets.rows import RowList


class Accept(Part):
    """What will be stored, what follows later, what is missing."""

    part = "accept"

    DEFAULT_CSS = """
    Accept > #review { height: 1fr; margin: 0 1; }
    """

    def compose(self) -> ComposeResult:
        self.agreed = Choice(("yes", "no"), name="deferral_agreed")
        self.review = RowList(id="review")
        yield Form((lambda: self.words(N_("Agrees to follow")), self.agreed))
        yield self.review

    def put(self, case: Case) -> None:
        words, draft, decision = self.words, case.draft, case.decision
        self.agreed.put(
            "yes" if draft.deferral_agreed else "no", [words(N_("yes")), words(N_("no"))]
        )
        obstacle = case.obstacle
        lines = [
            " "
            + (
                words(N_("F10 accepts."))
                if obstacle is None
                else words(N_("Not yet: {why}"), why=words(obstacle.text))
            ),
            "",
            *(f" {terms.item_text(item, words)}" for item in draft.items),
        ]
        if decision:
            by_post = draft.method == "post"
            to = draft.recipient
            where = f"{to.division_name}{to.postcode and '  '}{to.postcode}"
            lines.append(
                f" {words(N_('by post')) if by_post else words(N_('collected'))}"
                f"{'  ' + where if by_post else ''}"
            )
            lines.append(
                " "
                + words(
                    N_("to pay: treasury {treasury}, carrier {carrier} yuan"),
                    treasury=decision.totals.treasury,
                    carrier=decision.totals.carrier,
                )
            )
            for deferral in decision.deferrals:
                channels = ", ".join(words(terms.CHANNELS[one]) for one in deferral.channels)
                lines.append(
                    f" {words(terms.STATUSES['deferred'])}: "
                    f"{words(terms.MATERIALS.get(deferral.code, deferral.code))}  "
                    f"{words(N_('due {about}{day}'), about='', day=deferral.due_on)}  {channels}"
                )
            for line in decision.notice:
                text = line.text.zh if words.language == "zh_CN" else line.text.en
                lines.append(f" {words(N_('Missing'))}: {text}")
            for warning in decision.warnings:
                text = warning.text.zh if words.language == "zh_CN" else warning.text.en
                lines.append(f" ! {text}")
        self.review.show(lines)

    def enter(self) -> None:
        self.screen.set_focus(self.review)

    def why(self, case: Case) -> tuple[str, list[Reason]]:
        decision = case.decision
        reasons = [one for item in decision.items for one in item.reasons] if decision else []
        return self.words(terms.OUTCOMES.get(case.outcome, "")), reasons
