"""Monthly partitions of applications on PostgreSQL, made before they are needed."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection, text

MONTHS_AHEAD: Final = 3
_FIVE_DAYS: Final = timedelta(days=5)


def make_partitions(connection: Connection, today: date, months: int = MONTHS_AHEAD) -> None:
    """On PostgreSQL, make the monthly partitions from `today` on; elsewhere nothing is needed."""
    if connection.dialect.name != "postgresql":
        return
    first = today.replace(day=1)
    for _ in range(months + 1):
        following = (first.replace(day=28) + _FIVE_DAYS).replace(day=1)
        connection.execute(
            text(
                f"CREATE TABLE IF NOT EXISTS applications_{first:%Y_%m} PARTITION OF applications "
                f"FOR VALUES FROM ('{first}') TO ('{following}')"
            )
        )
        first = following
