"""Which screen is which class; each is imported and installed when it is first shown."""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final

from counter_tui.bindings import Screen

if TYPE_CHECKING:
    from counter_tui.screens.frame import Frame

SCREENS: Final[Mapping[Screen, str]] = {
    "signin": "counter_tui.screens.signin:SignIn",
    "home": "counter_tui.screens.home:Home",
    "case": "counter_tui.screens.case:CaseScreen",
    "search": "counter_tui.screens.search:Search",
    "history": "counter_tui.screens.history:History",
    "deferrals": "counter_tui.screens.deferrals:DeferralDesk",
    "rejections": "counter_tui.screens.rejections:RejectionDesk",
    "papers": "counter_tui.screens.papers:Papers",
    "photo": "counter_tui.screens.photo:PhotoScreen",
    "readback": "counter_tui.screens.readback:ReadBack",
}
"""Module and class of every screen."""


def make(name: Screen) -> "Frame":
    """A new screen of that name. A screen is made once and kept: a fresh one each time leaks."""
    module, _, made = SCREENS[name].partition(":")
    return getattr(import_module(module), made)()
