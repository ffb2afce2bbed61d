"""What a station may do on its own, and for how long things wait: from the policy pack."""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from counter_tui.failure import OutOfOrder
from counter_tui.words import N_

_UNITS: Final = {"day": timedelta(days=1), "hour": timedelta(hours=1)}


@dataclass(frozen=True, slots=True)
class Limits:
    """Spans and counts by the codes of a pack's `retention` rows; these hold where it has none."""

    task_deadline: timedelta = timedelta(days=3)
    """How long a refusal may wait for a person."""
    offline: timedelta = timedelta(hours=72)
    """How long a clerk may sign in without contact with the centre."""
    pack_age: timedelta = timedelta(days=30)
    """How old the centre's word on the pack may be before new cases stop."""
    outbox_age: timedelta = timedelta(days=7)
    """How old the oldest waiting row may be before new cases stop."""
    outbox_rows: int = 5000
    """How many rows may wait before new cases stop."""
    sent_body: timedelta = timedelta(days=7)
    """How long a sent body is kept, sealed, after its receipt."""
    discarded_draft: timedelta = timedelta(days=7)
    """How long a discarded draft can be brought back."""

    def by(self, rows: Iterable[Any]) -> "Limits":
        """These limits with those of a pack's `retention` rows in their place."""
        known = {one.name for one in fields(self)}
        found = {
            row.code: row.amount if row.unit == "row" else row.amount * _UNITS[row.unit]
            for row in rows
            if row.code in known
        }
        return replace(self, **found)


def asked(pack: str, home: Path) -> Limits:
    """The limits of the pack in use, asked in a child that ends.

    The agent runs all day and needs nothing else of the rules, which are large in memory. Raises
    OutOfOrder when the pack cannot be read.
    """
    child = [sys.executable, "-I", "-m", "counter_tui.limits_child", pack, str(home)]
    answer = subprocess.run(child, capture_output=True, timeout=60, check=False)  # noqa: S603
    if answer.returncode != 0:
        raise OutOfOrder(N_("The policy pack cannot be read; run `counter pack check`."))
    found: dict[str, Any] = {
        name: value if name == "outbox_rows" else timedelta(seconds=value)
        for name, value in json.loads(answer.stdout).items()
    }
    return Limits(**found)
