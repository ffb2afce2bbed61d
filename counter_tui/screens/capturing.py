"""Saying how a signature or fingerprints stand; who cannot give them is asked why."""

from typing import TYPE_CHECKING

from counter_tui import terms
from counter_tui.case import captures
from counter_tui.words import N_
from intake.application import CaptureState
from intake.captures import Captured

if TYPE_CHECKING:
    from counter_tui.screens.case import CaseScreen


async def put_capture(stage: "CaseScreen", what: Captured, state: CaptureState) -> None:
    """The clerk picked a state. In an "ask" worker; Esc at the reason leaves all as it was."""
    case = stage.case
    if case is None:
        return
    why = note = ""
    if state == "cannot":
        found = await _ask_why(stage, what)
        if found is None:
            stage.rewrite()
            return
        why, note = found
    stage.desk.put(captures.with_capture(case.draft, what, state, why, note))
    stage.rewrite()


async def _ask_why(stage: "CaseScreen", what: Captured) -> tuple[str, str] | None:
    words, reasons = stage.words, captures.WHY_NOT[what]
    title = words(N_("{what}: why not? (recorded)"), what=words(terms.CAPTURED[what]))
    chosen = await stage.dialog.choose(title, [f" {words(terms.WHY_NOT[one])}" for one in reasons])
    if chosen is None or reasons[chosen] != "other":
        return None if chosen is None else (reasons[chosen], "")
    note = await stage.dialog.ask(title, [], words(N_("Reason")))
    return ("other", note.strip()[:100]) if note and note.strip() else None
