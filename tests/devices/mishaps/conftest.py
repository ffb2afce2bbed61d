"""A reader at work and what runs on it."""

from collections.abc import Iterator

import pytest

from devices.virtual.samv import VirtualReader
from tests.devices.mishaps.desk import at_work
from tests.devices.mishaps.running import Running


@pytest.fixture
def reader(desk: tuple[VirtualReader, Running]) -> VirtualReader:
    return desk[0]


@pytest.fixture
def running(desk: tuple[VirtualReader, Running]) -> Running:
    return desk[1]


@pytest.fixture
def desk() -> Iterator[tuple[VirtualReader, Running]]:
    with at_work() as both:
        yield both
