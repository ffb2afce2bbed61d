"""The one table every bench prints: what was measured, beside what, and whether it fits."""

import math
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement. `budget` is the largest (or, with `at_least`, the smallest) good value."""

    what: str
    measured: float
    unit: str
    baseline: float | None = None
    """The same work done bare, in the same run and unit; the ratio to it is what is judged."""
    budget: float | None = None
    """In units of the ratio when there is a baseline, else in `unit`."""
    at_least: bool = False

    @property
    def judged(self) -> float:
        """The figure held against the budget."""
        return self.measured if self.baseline is None else self.measured / self.baseline

    @property
    def fits(self) -> bool:
        """Whether the figure is within its budget; rows without one always are."""
        if self.budget is None:
            return True
        return self.judged >= self.budget if self.at_least else self.judged <= self.budget


def told(*parts: Callable[[], Iterable[Row]]) -> list[Row]:
    """The rows of all parts. One that fails is a row that does not fit; the others are measured."""
    rows: list[Row] = []
    for part in parts:
        try:
            rows += part()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is said and it counts
            traceback.print_exc()
            what = (part.__doc__ or part.__name__).splitlines()[0]
            rows.append(Row(f"{what} {type(error).__name__}", math.nan, "", budget=0))
    return rows


def show(title: str, rows: Iterable[Row]) -> bool:
    """Print a table; True when every row fits."""
    rows = list(rows)
    width = max((len(row.what) for row in rows), default=20)
    print(f"\n{title}")
    print(f"  {'what':{width}}  {'measured':>14}  {'bare':>14}  {'ratio':>7}  {'budget':>9}")
    for row in rows:
        ratio = "" if row.baseline is None else f"{row.judged:.2f}"
        bare = "" if row.baseline is None else f"{row.baseline:,.3g} {row.unit}"
        sign = "≥" if row.at_least else "≤"
        budget = "" if row.budget is None else f"{sign} {row.budget:g}"
        mark = "" if row.fits else "  NOT MEASURED" if math.isnan(row.measured) else "  OVER"
        measured = f"{row.measured:,.4g} {row.unit}"
        print(f"  {row.what:{width}}  {measured:>14}  {bare:>14}  {ratio:>7}  {budget:>9}{mark}")
    return all(row.fits for row in rows)
