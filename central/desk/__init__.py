"""What can be done about an accepted application, and what follows from it."""

from typing import Any, Final

from central.acts import Act
from central.desk import deferrals, money, papers, parcels

ACTS: Final[tuple[Act[Any], ...]] = (
    *deferrals.ACTS,
    *money.ACTS,
    *parcels.ACTS,
    *papers.ACTS,
)
"""Every act there is."""
