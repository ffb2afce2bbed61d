"""Only declared errors leave a parser, whatever it is given: known inputs, spoilt ones, any bytes.

The kept corpus holds the inputs that once reached code no other did; each is tried every time. The
long run is guided by coverage and counts its inputs.
"""

import random
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.devices.fuzz.kept import kept
from tests.devices.fuzz.mutate import mutate
from tests.devices.fuzz.targets import TARGETS

PLAN = {
    "frame": 200_000,
    "base": 1_000_000,
    "text_block": 1_000_000,
    "sam_number": 100_000,
    "tlv": 2_000_000,
    "mrz": 4_000_000,
    "dg1": 700_000,
    "dg2": 700_000,
    "details": 300_000,
    "sod": 300_000,
    "whole": 5_000,
}
"""Inputs a target gets in the long run: ten million and more, most where they are cheap."""
SPOILT = {"whole": 10, "sod": 150}
"""Spoilt inputs in the short run, where 400 would take long."""


@cache
def seeds(name: str) -> list[bytes]:
    """Good inputs; made once, as some are signed."""
    return TARGETS[name].seeds()


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_good_and_kept_inputs(name: str) -> None:
    assert seeds(name)
    assert kept(name)
    for data in (*seeds(name), *kept(name), b"", b"\x00", b"\xff" * 300):
        TARGETS[name](data)


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_spoilt_inputs(name: str) -> None:
    source = random.Random(name)  # noqa: S311 - the same wounds every time
    for _ in range(SPOILT.get(name, 400)):
        spoilt = mutate(source.choice(seeds(name)), source, source.choice(seeds(name)))
        TARGETS[name](spoilt)


@pytest.mark.parametrize("name", sorted(set(TARGETS) - {"whole"}))
@settings(
    max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(data=st.data())
def test_any_bytes(name: str, data: st.DataObject) -> None:
    good = data.draw(st.sampled_from(seeds(name)))
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, len(good)))
    middle = data.draw(st.binary(max_size=64))
    TARGETS[name](good[:start] + middle + good[end:])


def test_the_plan_is_ten_million_inputs() -> None:
    assert set(PLAN) == set(TARGETS)
    assert sum(PLAN.values()) >= 10_000_000


@pytest.mark.soak
@pytest.mark.parametrize("name", sorted(PLAN))
def test_guided_by_coverage(name: str, tmp_path: Path) -> None:
    found = tmp_path / "corpus"
    found.mkdir()
    for number, data in enumerate(kept(name)):
        (found / f"kept-{number}").write_bytes(data)
    run = subprocess.run(
        [sys.executable, "-m", "tests.devices.fuzz.campaign", name, str(PLAN[name]), str(found)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    assert f"Done {PLAN[name]} in" in run.stderr
