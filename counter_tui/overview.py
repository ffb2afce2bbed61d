"""What is open at this counter: for the home screen, and the look round before closing."""

from dataclasses import dataclass
from datetime import date, timedelta

from counter_tui.deferrals import deferrals
from counter_tui.store import Store


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts. `waiting` is what has not reached the centre; `tasks` what it refused."""

    drafts: int = 0
    waiting: int = 0
    tasks: int = 0
    tasks_overdue: int = 0
    overdue: int = 0
    due_today: int = 0
    due_soon: int = 0
    told: timedelta | None = None
    """How old the centre's list of deferrals is; None when it was never fetched."""

    @property
    def is_clear(self) -> bool:
        """Whether the counter can be closed with nothing left for a person to do today."""
        return not (self.drafts or self.tasks or self.overdue or self.due_today)


def overview(store: Store, today: date) -> Overview:
    """How this counter stands on `today`, the date of its own clock."""
    held = deferrals(store)
    groups = [one.group(today) for one in held.records]
    tasks, now = store.tasks.list(), store.now()
    return Overview(
        drafts=len(store.drafts.list()),
        waiting=store.outbox.waiting().total,
        tasks=len(tasks),
        tasks_overdue=sum(one.deadline is not None and one.deadline < now for one in tasks),
        overdue=groups.count("overdue"),
        due_today=groups.count("today"),
        due_soon=groups.count("soon"),
        told=held.age,
    )
