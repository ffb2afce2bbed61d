"""Everything the screens after sign-in need; imported behind the first frame."""

from counter_tui.desk import Desk
from counter_tui.screens.case import CaseScreen
from counter_tui.screens.home import Home

__all__ = ["CaseScreen", "Desk", "Home"]
