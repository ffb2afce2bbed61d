"""Signature and fingerprints of a case: the state follows the material until somebody says more.

A clerk who checks the material off has taken them, so a usual case costs no key. What was declined
or cannot be given is said, and kept in the draft's `captures`.
"""

from dataclasses import replace
from typing import Any, Final

from counter_tui.case.draft import Draft
from intake.application import Capture, CaptureState, WhyNot
from intake.captures import MATERIAL_OF, SETTLED, Captured
from intake.decision import Decision

WHY_NOT: Final[dict[Captured, tuple[WhyNot, ...]]] = {
    "signature": ("injury", "illness", "illiterate", "other"),
    "fingerprints": ("injury", "missing", "worn", "illness", "other"),
}
"""Why each cannot be given, the usual reasons first."""

_OF_MATERIAL: Final[dict[str, Captured]] = {
    material: what for what, material in MATERIAL_OF.items()
}


def state_of(draft: Draft, what: Captured) -> CaptureState:
    """How it stands now."""
    said = draft.captures.get(what, {}).get("state")
    if said == "cannot" or said == "refused":
        return said
    return "captured" if draft.materials.get(MATERIAL_OF[what]) == "present" else "not_yet"


def of_material(code: str) -> Captured | None:
    """What a material is about, if it is about a signature or fingerprints."""
    return _OF_MATERIAL.get(code)


def is_declined(draft: Draft, code: str) -> bool:
    """Whether the applicant declined what the material `code` is about."""
    what = of_material(code)
    return what is not None and state_of(draft, what) == "refused"


def with_capture(
    draft: Draft, what: Captured, state: CaptureState, why: str = "", note: str = ""
) -> Draft:
    """The draft with another state, and the material as that leaves it."""
    captures = {name: said for name, said in draft.captures.items() if name != what}
    if state in ("refused", "cannot"):
        captures[what] = {"state": state, "why": why, "note": note}
    presence = "present" if state in SETTLED else "missing"
    materials = {**draft.materials, MATERIAL_OF[what]: presence}
    return replace(draft, captures=captures, materials=materials)


def after_material(draft: Draft, code: str, presence: str) -> Draft:
    """The draft after the clerk set the material `code`: what that contradicts is unsaid."""
    what = of_material(code)
    if what is None or (state_of(draft, what) in SETTLED) == (presence == "present"):
        return draft
    captures = {name: said for name, said in draft.captures.items() if name != what}
    return replace(draft, captures=captures)


def capture_of(draft: Draft, what: Captured, decision: Decision | None) -> Capture | None:
    """What the application says; None where nobody asked and nothing was taken."""
    state, said = state_of(draft, what), draft.captures.get(what, {})
    lines = decision.materials if decision else ()
    if state == "not_yet" and all(line.code != MATERIAL_OF[what] for line in lines):
        return None
    why: Any = said.get("why") if state == "cannot" else None
    return Capture(state=state, why=why, note=(said.get("note") or None) if why else None)


def said_of(capture: Capture | None) -> dict[str, str]:
    """What a draft keeps of an application's capture; empty where the material tells it."""
    if capture is None or capture.state not in ("refused", "cannot"):
        return {}
    return {"state": capture.state, "why": capture.why or "", "note": capture.note or ""}
