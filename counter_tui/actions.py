"""What the keys of the table do. Each method is one row of `bindings.KEYS`."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, cast

from textual.actions import SkipAction
from textual.timer import Timer

from counter_tui.bindings import KEYS, Screen
from counter_tui.company import Company
from counter_tui.screens.frame import Frame, key_name
from counter_tui.words import LANGUAGES, N_
from widgets.form import CompletingInput

if TYPE_CHECKING:
    from counter_tui.app import CounterApp
    from counter_tui.screens.case import CaseScreen


class Actions(Company):
    """The actions of the application, apart from its life."""

    _mask_timer: Timer | None = None

    @property
    def me(self) -> "CounterApp":
        """This application by its own type."""
        return cast("CounterApp", self)

    @property
    def frame(self) -> Frame:
        """The screen in sight."""
        return cast("Frame", self.screen)

    @property
    def case_screen(self) -> "CaseScreen":
        """The screen in sight, where a key works on a case only."""
        return cast("CaseScreen", self.screen)

    async def action_press(self, index: int) -> None:
        """A key of the table: do it, or say why not."""
        key, frame = KEYS[index], self.frame
        app = self.me
        if key.action == "back" and (app.put_away() or frame.close_boxes() or app.break_off_read()):
            return
        if key.action != "why":
            frame.close_boxes()
        reason = key.reason(frame.situation())
        if reason:
            frame.flash(f"{key_name(key.key)}: {self.me.words(reason)}", bad=True)
            return
        frame.flash("")
        await self.run_action(key.action, self)

    def action_move_cursor(self, step: int) -> None:
        """To the next field or the one before; a line that finishes words takes Tab itself."""
        if self.frame.dialog.visible:
            return
        if step > 0 and isinstance(self.frame.focused, CompletingInput):
            raise SkipAction
        if step > 0:
            self.frame.focus_next()
        else:
            self.frame.focus_previous()

    def action_why(self) -> None:
        self.frame.explain()

    def action_part(self, name: str) -> None:
        self.case_screen.go(name)

    def action_fill(self) -> None:
        self.case_screen.fill()

    def action_undo(self) -> None:
        self.case_screen.undo()

    def action_menu(self) -> None:
        self.frame.open_menu()

    def action_go(self) -> None:
        self.frame.open_desks()

    def action_unused(self) -> None:
        """What the library binds to a key that flow control keeps for itself."""

    def action_repaint(self) -> None:
        self.repaint()

    def action_language(self) -> None:
        words, names = self.me.words, list(LANGUAGES)
        words.switch(names[(names.index(words.language) + 1) % len(names)])
        self.frame.relabel()
        self.frame.rewrite()

    def action_leave(self) -> None:
        """Leaving is asked about: the key is the one that breaks off a command elsewhere."""
        self.frame.ask(
            [
                (N_("Go on working"), None),
                (N_("Leave the program; drafts are kept"), self.me.leave),
            ],
            self.me.words(N_("Leave the program?")),
        )

    async def action_back(self) -> None:
        await self.me.go_back()

    async def action_show(self, name: Screen) -> None:
        await self.me.show(name)

    async def action_manual(self) -> None:
        if self.me.matters is not None:
            await self.me.matters.begin_by_hand()

    def action_matters(self) -> None:
        if self.me.matters is not None:
            self.me.matters.show()

    def action_zone(self) -> None:
        """The key to a document's chip, typed or scanned."""
        self.me.ask_zone()

    async def action_lock(self) -> None:
        await self.me.lock()

    async def action_support(self) -> None:
        """Choose why a supporter is let in, which is the clerk's consent; or throw them out."""
        if self.me.veil is not None:
            await self.me.visiting.end()
            return
        from counter_tui.support.visit import REASONS
        from counter_tui.visiting import USUAL_MINUTES

        def opening(reason: str) -> Callable[[], Awaitable[None]]:
            return lambda: self.me.visiting.open(reason)

        self.frame.ask(
            [
                (N_("Nobody is let in"), None),
                *((text, opening(reason)) for reason, text in REASONS.items()),
            ],
            self.me.words(
                N_("Let a supporter watch for {minutes} minutes, people hidden: about what?"),
                minutes=USUAL_MINUTES,
            ),
        )

    def action_take(self) -> None:
        """Take what the supporter proposes."""
        if self.me.veil is None or not self.me.visiting.take():
            self.frame.flash(self.me.words(N_("Nothing is proposed.")), bad=True)

    def action_reveal(self) -> None:
        """Show masked data for some seconds; pressing again (or holding the key) starts anew."""
        app = self.me
        if app.veil is not None:
            self.frame.flash(app.words(N_("A supporter may watch: nothing is revealed.")), bad=True)
            return
        if not app.revealed:
            app.record("revealed")
        app.revealed = True
        self.frame.rewrite()
        if self._mask_timer is not None:
            self._mask_timer.stop()
        self._mask_timer = self.set_timer(app.config.terminal.reveal_seconds, app.mask)

    async def action_papers(self) -> None:
        await self.me.print_answer()

    async def action_accept(self) -> None:
        self.case_screen.commit()
        obstacle = self.case_screen.situation().obstacle
        if obstacle:
            self.frame.flash(self.me.words(obstacle), bad=True)
        elif not self.case_screen.stopped():
            self.me.begin_accept()
