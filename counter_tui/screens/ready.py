"""What the first sign-in and the first card need; imported behind the first frame, on a thread."""

from counter_tui.acquaintance import acquainted
from counter_tui.answering import Answering
from counter_tui.desk import Desk
from counter_tui.reading import Reading
from counter_tui.scan_keys import ScanKeys
from counter_tui.screens.case import CaseScreen
from counter_tui.screens.home import Home
from counter_tui.screens.matters import Matters
from counter_tui.visiting import Visiting

__all__ = [
    "Answering",
    "CaseScreen",
    "Desk",
    "Home",
    "Matters",
    "Reading",
    "ScanKeys",
    "Visiting",
    "acquainted",
]
