"""One item: is it served here, for how long is it made out, and when is it ready."""

from datetime import date
from typing import Any

from intake.decision import ItemDecision
from intake.model import made
from intake.pack.layers import PackError
from intake.pack.pack import Pack, Rules
from intake.pack.rows import ScopeRow, SuspensionRow, TimeRow
from intake.pack.table import Live

View = dict[str, Any]
Ruling = Live[ScopeRow] | Live[SuspensionRow]


def scope(rules: Rules, view: View) -> Ruling:
    """The row that decides whether the item is served: a suspension, else the first of scope."""
    ruling = rules.suspensions.first(view) or rules.scope.first(view)
    if ruling is None:
        raise PackError(f"scope has no row for this item on {view['accepted_on']}")
    return ruling


def is_accepted(ruling: Ruling) -> bool:
    """Whether the row accepts."""
    return isinstance(ruling.row, ScopeRow) and ruling.row.outcome == "accept"


def elsewhere(index: int, ruling: Ruling, view: View) -> ItemDecision:
    """An item that is referred or refused."""
    row = ruling.row
    return made(
        ItemDecision,
        index=index,
        outcome=row.outcome if isinstance(row, ScopeRow) else "refuse",
        refer_to=row.refer_to if isinstance(row, ScopeRow) else None,
        validity_years=None,
        ready_by=None,
        provisional=False,
        instant=False,
        reasons=(ruling.reason(view),),
    )


def here(
    index: int, ruling: Ruling, view: View, pack: Pack, rules: Rules, complete: bool
) -> ItemDecision:
    """An accepted item; `complete` when no material that it waits for is deferred or missing."""
    day: date = view["accepted_on"]
    validity = rules.validity.first(view)
    instant = rules.instant_issue.first(view) if complete else None
    time = None if instant else _time(rules, view)
    due = pack.working_days.due(day, time.row.days, time.row.unit) if time and complete else None
    rows = (ruling, validity, instant, time)
    return made(
        ItemDecision,
        index=index,
        outcome="accept",
        refer_to=None,
        validity_years=validity.row.years if validity else None,
        ready_by=day if instant else due.on if due else None,
        provisional=due.provisional if due else False,
        instant=instant is not None,
        reasons=tuple(row.reason(view) for row in rows if row is not None),
    )


def _time(rules: Rules, view: View) -> Live[TimeRow]:
    found = rules.processing_time.first(view)
    if found is None:
        raise PackError(f"processing_time has no row for this item on {view['accepted_on']}")
    return found
