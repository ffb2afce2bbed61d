"""Where the clerk is: the screens made so far, and the way back through them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from counter_tui.actions import Actions
from counter_tui.bindings import Screen
from counter_tui.screens.registry import make


class Trail(Actions):
    """Shows screens, each made once and kept; Esc leads back the way one came."""

    _trail: list[Screen]

    def __init__(self) -> None:
        super().__init__()
        self._trail = ["home"]

    async def show(self, name: Screen, prepare: Callable[[Any], None] | None = None) -> None:
        """Bring a screen into sight, after `prepare` has told it what to show.

        `go_back` returns to the one it covers.
        """
        if not self.is_screen_installed(name):
            self.install_screen(make(name), name)
        if prepare is not None:
            prepare(self.get_screen(name))
        if name in self._trail:
            del self._trail[self._trail.index(name) + 1 :]
        else:
            self._trail.append(name)
        await self._bring(name)

    async def go_back(self) -> None:
        """To the screen before this one; from a case, the case is put aside."""
        self.frame.commit()
        self.me.mask()
        if self.frame.place == "case" and self.me.desk is not None:
            self.me.desk.close()
        if len(self._trail) > 2:
            self._trail.pop()
            await self._bring(self._trail[-1])
        elif self._trail[-1] != "home":
            await self.go_home()

    async def go_home(self) -> None:
        """The home screen with the drafts as they are on the disk."""
        if self.me.desk is not None:
            await self.me.desk.flush()
        self.me.home_drafts = await self.me.office.drafts()
        self._trail = ["home"]
        after_case = self.frame.place == "case"
        await self._bring("home")
        if after_case:
            self.me.tidying.soon()

    async def _bring(self, name: Screen) -> None:
        if not self.is_screen_installed(name):
            self.install_screen(make(name), name)
        if self.frame.place == "signin":
            await self.push_screen(name)
        elif self.frame.place == name:
            self.frame.come_into_sight()
        else:
            self.frame.close_boxes()
            await self.switch_screen(name)

    async def go_on(self) -> None:
        """After a sign-in: the screen the clerk left."""
        if self._trail[-1] == "home":
            await self.go_home()
        else:
            await self._bring(self._trail[-1])

    async def show_history(self, application: UUID, number: str) -> None:
        """What happened to an application."""
        await self.show("history", lambda screen: screen.take(application, number))

    async def show_deferral(self, number: str) -> None:
        """The deferral desk with what is to follow of one application, ready to be handed in."""
        await self.show("deferrals", lambda screen: screen.take(number))
