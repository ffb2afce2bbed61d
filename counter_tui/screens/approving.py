"""A supervisor approves free postage at the open case, before it is accepted."""

from typing import TYPE_CHECKING
from uuid import UUID

from counter_tui import second_person
from counter_tui.case import approval, masking
from counter_tui.failure import Failure
from counter_tui.screens.second_person import step_up
from counter_tui.words import N_

if TYPE_CHECKING:
    from counter_tui.screens.case import CaseScreen


async def approve_waiver(stage: "CaseScreen") -> None:
    """Ask for a supervisor and keep what they sign with the case. In an "ask" worker."""
    words, case, desk = stage.words, stage.case, stage.desk
    if case is None:
        return
    draft, bodies = case.draft, approval.to_waive(case.draft, case.decision)
    told = words(
        N_("Free postage for {name} on another proof: {proof}"),
        name=masking.name(draft.person.name),
        proof=draft.other_proof,
    )
    supervisor = await step_up(stage, [told]) if bodies else None
    if supervisor is None:
        stage.rewrite()
        return
    of, clerk = UUID(draft.id), desk.clerk
    try:
        signed = await stage.counter.office.ask(
            lambda store: second_person.approve_ahead(
                store, supervisor, clerk, of, "waivers", list(bodies.values()), draft.other_proof
            )
        )
    except Failure as failure:
        stage.flash(failure.said(words), bad=True)
        stage.rewrite()
        return
    if stage.case is case:
        desk.put(approval.with_approval(case.draft, supervisor.clerk_id, supervisor.name, signed))
        stage.rewrite()
        stage.flash(words(N_("Approved by {name}; it goes with the case."), name=supervisor.name))
