"""Beginning a new case where a guard stops it: the reason, and a supervisor's leave for today."""

from counter_tui import guards
from counter_tui.failure import Failure
from counter_tui.guards import Freeze, Frozen
from counter_tui.screens.frame import Frame
from counter_tui.screens.second_person import step_up, told_lines
from counter_tui.words import N_


async def allowed_after_all(frame: Frame, freeze: Freeze) -> bool:
    """Say why no new case may be begun, and let a supervisor allow today. In an "ask" worker."""
    words = frame.words
    said = Frozen(freeze).said(words)
    answers = (N_("Go back; cases that are open can be finished"), N_("A supervisor allows today"))
    chosen = await frame.dialog.choose(
        words(N_("No new cases now")),
        [f" {words(text)}" for text in answers],
        told=[*told_lines(frame, [said]), ""],
    )
    if chosen != 1:
        return False
    supervisor = await step_up(frame, [said])
    if supervisor is None:
        return False
    try:
        await frame.counter.office.ask(
            lambda store: guards.allow_today(store, supervisor, freeze.cause)
        )
    except Failure as failure:
        frame.flash(failure.said(words), bad=True)
        return False
    return True
