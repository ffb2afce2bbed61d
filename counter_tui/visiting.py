"""The terminal's side of a supporter's visit: veiled before, unveiled after, and what they show.

The visit's file says who is let in (`support.visit`); it is looked at each second. The terminal
says that it is veiled only when the tmux server, asked for its picture of the screen, shows the
banner and nobody's data: what the supporter would see, not what we meant to paint.
"""

import asyncio
from typing import TYPE_CHECKING, Final

from counter_tui.failure import Failure
from counter_tui.support import visit
from counter_tui.support.errors import NoMeetingPlace
from counter_tui.support.place import place_of
from counter_tui.support.pointer import Arrival, Pointer, Pointing, Proposal
from counter_tui.support.screen import Screen
from counter_tui.support.veil import Veil
from counter_tui.support.watch import Watch, Watched
from counter_tui.words import N_
from intake.days import city_time

if TYPE_CHECKING:
    from counter_tui.app import CounterApp

USUAL_MINUTES: Final = 20
"""How long a visit lasts that was begun by a key."""

_LOOKS: Final = 100
_BETWEEN_SECONDS: Final = 0.05


class Visiting:
    """One terminal's watch over who looks on."""

    def __init__(self, app: "CounterApp") -> None:
        self._app = app
        self.veil = Veil()
        self.now: Watched | None = None
        self.proposal: Proposal | None = None
        self._watch = Watch(app.config.home)
        self._place = place_of(app.config)
        self._pointer: Pointer | None = None
        self._veiled: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._left = False

    # What stands on the screen

    @property
    def banner(self) -> str:
        """The title line while somebody may look on; empty otherwise."""
        words, now, frame = self._app.words, self.now, self._app.frame
        if now is None:
            return ""
        if self.proposal is not None:
            return words(
                N_("Ins takes, Esc leaves. Support proposes for {field}: {value}"),
                field=frame.name_of(self.proposal.field),
                value=frame.value_of(self.proposal.field, self.proposal.value),
            )
        return words(
            N_("[{id}] A supporter may watch until {until}; people are hidden. Ctrl+E ends it."),
            id=now.visit.id,
            until=city_time(now.until).strftime("%H:%M"),
        )

    # Each second

    def look(self) -> None:
        """See whether a visit began, went on or ended. Costs one `stat` while there is none."""
        seen = self._watch.look()
        if seen is None:
            if self.now is not None:
                self._over()
            return
        if self.now is None or self.now.visit.id != seen.visit.id:
            self._begin(seen)
            if seen.confirmed:
                # Only a terminal says that it is veiled, and this one did not: the one before it
                # is gone, its tmux server too, and whoever was let into that.
                self._left = True
                self._ending = asyncio.create_task(self._end_left())
                return
            self._note("support_asked", reason=seen.visit.reason, minutes=seen.visit.minutes)
        elif self.now != seen:
            self.now = seen
            self._app.frame.rewrite()
        if not seen.confirmed:
            if self._veiled is None or self._veiled.done():
                self._veiled = asyncio.create_task(self._confirm(seen.visit))
        elif self._ending is None or self._ending.done():
            self._ending = asyncio.create_task(self._end_when_over())

    def _begin(self, seen: Watched) -> None:
        app, self.now = self._app, seen
        self.veil.begin()
        self.veil.meet(app.clerks)
        self.meet_case()
        app.mask()
        app.veil = self.veil
        app.frame.rewrite()
        self._listen()

    def meet_case(self) -> None:
        """What the clerk just typed is known before it is painted."""
        desk = self._app.desk
        if self.now is not None and desk is not None and desk.case is not None:
            self.veil.meet(desk.case.draft)

    async def _confirm(self, asked: visit.Visit) -> None:
        """Say that the screen is veiled once tmux itself shows it so."""
        if self._place is None:
            return
        screen, mark = Screen(self._place), f"[{asked.id}]"
        for _ in range(_LOOKS):
            lines = (await asyncio.to_thread(screen.text)).splitlines()
            clear = not any(True for line in lines for _ in self.veil.found(line))
            if clear and any(mark in line for line in lines):
                await asyncio.to_thread(self._desk.confirm_masked, asked)
                self._note("support_veiled")
                return
            await asyncio.sleep(_BETWEEN_SECONDS)

    async def _end_when_over(self) -> None:
        if self._place is not None:
            await self._trying(asyncio.to_thread(self._desk.end_if_over))
        self.look_again()

    async def _end_left(self) -> None:
        """End what a terminal before this one left; whoever is to watch is let in anew."""
        if self._place is None:
            # The place was taken out of the configuration since: there is no door to shut.
            (self._app.config.home / visit.FILE).unlink(missing_ok=True)
        else:
            await self._trying(asyncio.to_thread(self._desk.end))
        self.look_again()

    def look_again(self) -> None:
        """See at once that the visit's file is gone."""
        if self._watch.look() is None and self.now is not None:
            self._over()

    def _over(self) -> None:
        app, said = self._app, N_("Nobody watches any more.")
        if self._left:
            said = N_("The visit ended with the terminal. Ctrl+E lets support in again.")
            self._note("support_ended", why="terminal_gone")
        else:
            self._note("support_ended")
        self.now = self.proposal = None
        self._left = False
        self._deafen()
        app.veil = None
        app.frame.finger.put_down()
        app.frame.rewrite()
        app.frame.flash(app.words(said))

    # What the clerk does

    async def open(self, reason: str) -> None:
        """Let a supporter in for `reason`: the clerk chose it, which is their consent."""
        app, asked = self._app, None
        try:
            asked = await asyncio.to_thread(self._desk.ask, reason, USUAL_MINUTES)
            self.look()
            assert self._veiled is not None
            await self._veiled
            await asyncio.to_thread(self._desk.admit, asked)
        except Failure as failure:
            if asked is not None:
                await self.end()
            app.complain(failure)
            return
        app.frame.flash(app.words(N_("The supporter can come now.")))

    async def end(self) -> None:
        """Throw the supporter out. If that cannot be shown the veil stays, and it says so."""
        await self._trying(asyncio.to_thread(self._desk.end))
        self.look_again()

    def take(self) -> bool:
        """Put what the supporter proposed into its field; False when nothing is proposed."""
        proposal, self.proposal = self.proposal, None
        if proposal is None:
            return False
        name = self._audited(proposal.field)
        taken = self._app.frame.put_proposed(proposal.field, proposal.value)
        self._app.frame.rewrite()
        if not taken:
            text = N_("What support proposed has no place here. Go to its field and ask again.")
            self._app.frame.flash(self._app.words(text), bad=True)
        self._note("support_taken" if taken else "support_no_such_field", field=name)
        return True

    def refuse(self) -> bool:
        """Leave what was proposed; False when nothing was."""
        if self.proposal is None:
            return False
        self._note("support_refused", field=self._audited(self.proposal.field))
        self.proposal = None
        self._app.frame.rewrite()
        return True

    async def _trying(self, work: "asyncio.Future[object] | object") -> None:
        try:
            await work  # type: ignore[misc]
        except Failure as failure:
            self._app.complain(failure)

    @property
    def _desk(self) -> visit.Desk:
        if self._place is None:
            raise NoMeetingPlace
        return visit.Desk(self._app.config.home, self._place)

    # What the supporter does

    def _listen(self) -> None:
        if self._place is None:
            return
        try:
            self._pointer = Pointer(self._place)
        except (OSError, KeyError):
            # Pointing is a help, watching works without it; `support check` names what is wrong.
            return
        asyncio.get_running_loop().add_reader(self._pointer.fileno(), self._heard)

    def _deafen(self) -> None:
        if self._pointer is not None:
            asyncio.get_running_loop().remove_reader(self._pointer.fileno())
            self._pointer.close()
            self._pointer = None

    def _heard(self) -> None:
        app = self._app
        while self._pointer is not None and (message := self._pointer.receive()) is not None:
            match message:
                case Arrival(who):
                    app.frame.flash(app.words(N_("{who} watches now."), who=who))
                    self._note("support_arrived", who=who)
                case Pointing(row, column, text):
                    app.frame.finger.point(row, column, text)
                    self._note("support_pointed")
                case Proposal(field):
                    self.proposal = message
                    app.frame.rewrite()
                    self._note("support_proposed", field=self._audited(field))

    def _audited(self, field: str) -> str:
        """A field as the audit names it: by its own name, and not at all when there is none."""
        found = self._app.frame.field_called(field)
        return (found and found.name) or ""

    def _note(self, event: str, **detail: str | int) -> None:
        now = self.now
        if now is not None:
            detail["visit"] = now.visit.id
        self._app.run_worker(self._app.note(event, detail), group="audit")

    def close(self) -> None:
        """The terminal ends: nobody listens any more. The visit's file keeps the veil on."""
        self._deafen()
