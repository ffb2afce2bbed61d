"""What happens when a card is laid on a reader, or a reader comes and goes."""

from typing import TYPE_CHECKING

from counter_tui.device_words import PROBLEMS
from counter_tui.words import N_
from devices.records import (
    CardFailed,
    CardIn,
    CardRead,
    IdCard,
    Progress,
    ReaderDown,
    ReaderEvent,
    ReaderUp,
)

if TYPE_CHECKING:
    from counter_tui.app import CounterApp


class Reading:
    """Turns reader events into what the clerk sees. Persons are never mixed."""

    def __init__(self, app: "CounterApp") -> None:
        self._app = app

    async def take(self, event: ReaderEvent) -> None:
        """One event of a reader."""
        app = self._app
        if isinstance(event, ReaderUp):
            app.reader_line = ""
            app.frame.show_status()
        elif isinstance(event, ReaderDown):
            app.reader_line = app.words(PROBLEMS[event.problem])
            app.frame.show_status()
        elif isinstance(event, CardIn):
            app.frame.flash(app.words(N_("Reading the card ...")))
        elif isinstance(event, Progress):
            app.frame.flash(app.words(N_("Reading the chip: {percent} %"), percent=event.percent))
        elif isinstance(event, CardFailed):
            app.frame.flash(app.words(PROBLEMS[event.problem]), bad=True)
        elif isinstance(event, CardRead) and isinstance(event.card, IdCard):
            await self._id_card(event.card)

    async def _id_card(self, card: IdCard) -> None:
        app, desk = self._app, self._app.desk
        if desk is None or app.frame.place == "signin":
            app.frame.flash(app.words(N_("Sign in first, then lay the card down again.")), bad=True)
        elif desk.case is None:
            await app.open(await desk.draft_for(card))
            app.frame.flash(app.words(N_("Card read.")))
        elif desk.card_again(card):
            app.frame.rewrite()
            app.frame.flash(app.words(N_("Card read again: the same person.")))
        else:
            app.frame.ask(
                [
                    (N_("Another person's card. Stay with this case"), None),
                    (
                        N_("Keep this case as a draft and open the other person's"),
                        lambda: self._change_person(card),
                    ),
                ]
            )

    async def _change_person(self, card: IdCard) -> None:
        app, desk = self._app, self._app.desk
        if desk is not None:
            app.frame.commit()
            desk.close()
            await app.open(await desk.draft_for(card))
