"""Signature and fingerprints: which material each belongs to, and what its state makes of it.

Whether one is needed is the pack's to say: it asks for the material. What was taken, or cannot be
taken for a reason that is recorded, settles the material; what was refused or not taken does not.
"""

from typing import Final, Literal

from intake.application import Application, CaptureState

Captured = Literal["signature", "fingerprints"]

MATERIAL_OF: Final[dict[Captured, str]] = {
    "signature": "application_form",
    "fingerprints": "fingerprints",
}
"""The signed form carries the signature."""

SETTLED: Final[frozenset[CaptureState]] = frozenset({"captured", "cannot"})
"""States in which the material counts as present."""


def contradicted(application: Application) -> Captured | None:
    """What of an application says otherwise than the material in its facts; None: all agree."""
    given = {str(code): presence for code, presence in application.facts.materials.items()}
    for name, material in MATERIAL_OF.items():
        capture = getattr(application, name)
        settled = given.get(material) == "present"
        if capture is not None and (capture.state in SETTLED) != settled:
            return name
    return None
