"""Ids minted here: version 7, in the order of their milliseconds, never the same twice."""

import time
from uuid import RFC_4122

from counter_tui.ids import uuid7


def test_an_id_is_of_version_7_and_tells_its_millisecond() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()
    assert made.version == 7 and made.variant == RFC_4122
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000


def test_ids_sort_by_time_and_are_never_the_same() -> None:
    first = uuid7()
    time.sleep(0.002)
    many = [uuid7() for _ in range(20_000)]
    assert len(set(many)) == len(many)
    assert all(str(first) < str(one) for one in many)
