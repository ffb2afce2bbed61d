"""How long to wait before the next try: full jitter, so that stations do not come back at once."""

import random
from datetime import timedelta
from typing import Final

FIRST: Final = 1.0
LONGEST: Final = 300.0


def delay(attempts: int, least: timedelta | None = None, longest: float = LONGEST) -> timedelta:
    """A random wait up to 1 s doubled with each attempt, at most `longest`; never under `least`.

    `least` is what the centre asked for (`Retry-After`).
    """
    ceiling = min(longest, FIRST * 2 ** min(attempts, 20))
    drawn = timedelta(seconds=random.uniform(0, ceiling))  # noqa: S311 - spreads load, no secret
    return max(drawn, least) if least else drawn
