"""What one check found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """How one check went: `warn` works today, `fail` does not."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor. `text` and `remedy` are catalogue strings, filled from `values`."""

    check: str
    verdict: Verdict
    text: str
    remedy: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
