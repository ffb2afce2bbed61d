"""What the first sign-in needs; imported behind the first frame, so that it has not to wait."""

from counter_tui.desk import Desk
from counter_tui.screens.case import CaseScreen
from counter_tui.screens.home import Home

__all__ = ["CaseScreen", "Desk", "Home"]
