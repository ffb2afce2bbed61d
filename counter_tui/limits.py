"""What a station may do on its own, and for how long things wait: from the policy pack."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """Spans and counts. The values here hold where the pack names none."""

    task_deadline: timedelta = timedelta(days=3)
    """How long a refusal may wait for a person."""
    offline: timedelta = timedelta(hours=72)
    """How long a clerk may sign in without contact with the centre."""
    pack_age: timedelta = timedelta(days=30)
    """How old the installed pack may be before new cases stop."""
    outbox_age: timedelta = timedelta(days=7)
    """How old the oldest waiting row may be before new cases stop."""
    outbox_rows: int = 5000
    """How many rows may wait before new cases stop."""
    sent_kept: timedelta = timedelta(days=7)
    """How long a sent body is kept, sealed, after its receipt."""
    discarded_kept: timedelta = timedelta(days=7)
    """How long a discarded draft can be brought back."""
