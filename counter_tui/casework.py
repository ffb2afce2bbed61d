"""Cases at this terminal: opened, gone on with, accepted."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

from counter_tui.failure import Failure
from counter_tui.trail import Trail
from counter_tui.words import N_

if TYPE_CHECKING:
    from counter_tui.answering import Answering
    from counter_tui.case.draft import Draft
    from counter_tui.desk import Desk
    from counter_tui.office import DraftRow
    from counter_tui.papers import PaperDesk

HAND_OUT: Final = {
    "accept": N_("Hand out: the receipt."),
    "accept_with_deferral": N_("Hand out: the receipt and the notice of what follows."),
}
"""What the applicant gets, by outcome."""


class Casework(Trail):
    """The application's part in a case. What decides is the desk's."""

    desk: "Desk | None" = None
    accepting = False
    revealed = False
    _answering: "Answering | None" = None

    async def open(self, draft: "Draft") -> None:
        """Open a draft as the case in hand."""
        if self.desk is not None:
            self.mask()
            self.desk.open(draft)
            await self.show("case")

    async def open_draft(self, id: UUID) -> None:
        """Go on with the draft of this id, if it is still there."""
        for row in await self.me.office.drafts():
            if row.id == str(id):
                await self.open_row(row)

    async def open_row(self, row: "DraftRow") -> None:
        """Go on with a draft of the list."""
        if self.desk is not None:
            try:
                await self.open(self.desk.draft_of(row))
            except ValueError:
                said = self.me.words(N_("A newer version of the program wrote this."))
                self.frame.flash(said, True)

    def begin_accept(self) -> None:
        """Store the case as accepted, behind the keys."""
        self.accepting = True
        self.frame.flash(self.me.words(N_("Storing ...")))
        self.run_worker(self._accept(), group="accept")

    async def _accept(self) -> None:
        assert self.desk is not None
        case = self.desk.case
        handed = HAND_OUT.get(case.outcome if case else "", "")
        try:
            accepted = await self.desk.accept()
        except Failure as failure:
            self.me.complain(failure)
            return
        finally:
            self.accepting = False
        self.mask()
        # The next case on this screen is not being stored.
        self.frame.flash("")
        await self.go_home()
        said = self.me.words(N_("Accepted: {number}"), number=accepted.number)
        self.frame.flash(f"{said}   {self.me.words(handed)}")
        self.run_worker(self.answering.print_accepted(accepted), group="print")

    @property
    def answering(self) -> "Answering":
        """The papers that go with an answer; there from sign-in on."""
        assert self._answering is not None
        return self._answering

    @property
    def papers(self) -> "PaperDesk":
        """Where papers are printed; there from sign-in on."""
        return self.answering.papers

    async def print_answer(self) -> None:
        """The paper of the open case's answer, or the screen of all papers."""
        if self.frame.place != "case" or not self.answering.begin():
            await self.show("papers")

    def mask(self) -> None:
        """Personal data are masked again."""
        if self.revealed:
            self.revealed = False
            self.frame.rewrite()
