"""Monthly partitions on PostgreSQL, made before they are needed."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection, text

PARTITIONED: Final = ("applications", "audit_entries")
"""What grows with every application and is hardly looked at when it is old."""
MONTHS_AHEAD: Final = 3
_FIVE_DAYS: Final = timedelta(days=5)


def make_partitions(connection: Connection, today: date, months: int = MONTHS_AHEAD) -> None:
    """On PostgreSQL, make the monthly partitions from `today` on; elsewhere nothing is needed."""
    if connection.dialect.name != "postgresql":
        return
    # A database at an earlier step has fewer of them.
    wanted = text("SELECT relname FROM pg_class WHERE relkind = 'p' AND relname = ANY(:names)")
    tables = connection.scalars(wanted, {"names": list(PARTITIONED)}).all()
    first = today.replace(day=1)
    for _ in range(months + 1):
        following = (first.replace(day=28) + _FIVE_DAYS).replace(day=1)
        for table in tables:
            connection.execute(
                text(
                    f"CREATE TABLE IF NOT EXISTS {table}_{first:%Y_%m} PARTITION OF {table} "
                    f"FOR VALUES FROM ('{first}') TO ('{following}')"
                )
            )
        first = following
