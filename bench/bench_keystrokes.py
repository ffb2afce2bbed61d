"""Keys a written scenario takes on the real screens, from the card to the number."""

import time

from bench.table import Row
from tests.screens.keystrokes import SCENARIOS, played


def run() -> list[Row]:
    """The keys of each scenario, and how long the program itself took for all of it."""
    rows = []
    for scenario in SCENARIOS:
        started = time.monotonic()
        ended = played(scenario)
        took = time.monotonic() - started
        keys = scenario.keys if ended else 10 * scenario.target
        rows.append(Row(scenario.name, keys, "keys", budget=scenario.target))
        rows.append(Row(f"{scenario.name}: the program's share", took, "s", budget=30))
    return rows
