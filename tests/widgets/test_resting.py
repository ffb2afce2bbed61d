"""Who waits for keys sleeps longer between two looks, and wakes up at once for a key."""

import os
import pty
import re
import select
import selectors
import signal
import time
from collections.abc import Callable, Iterator
from inspect import getsource
from threading import Event, Timer

import pytest
from textual.drivers import linux_driver

from widgets.resting import WAKEFUL, RestingSelector, Waker, rest_between_keys


def test_textual_still_looks_for_keys_every_tenth_of_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stock = getsource(linux_driver.LinuxDriver.run_input_thread)
    assert stock.count("selectors.SelectSelector()") == 1
    assert stock.count("selector.select(0.1)") == 2
    used = set(re.findall(r"(?<!\[)selectors\.(\w+)", stock.replace("selectors.SelectorKey", "")))
    assert used == {"SelectSelector", "EVENT_READ"}
    assert getsource(linux_driver.LinuxDriver.__init__).count("self.exit_event = Event()") == 1
    monkeypatch.setattr(linux_driver, "selectors", selectors)
    monkeypatch.setattr(linux_driver, "Event", Event)
    rest_between_keys()
    end = vars(linux_driver)["Event"]()
    with vars(linux_driver)["selectors"].SelectSelector() as selector:
        assert isinstance(selector, RestingSelector)
        assert isinstance(end, Event)
        waker = next(iter(selector.get_map()))
        end.set()
        assert end.is_set() and select.select([waker], [], [], 0)[0]
        end.clear()
        assert not end.is_set() and not select.select([waker], [], [], 0)[0]


@pytest.fixture
def waker() -> Iterator[Waker]:
    waker = Waker()
    yield waker
    waker.close()


def test_a_key_is_there_at_once_and_the_end_waits_for_nothing(waker: Waker) -> None:
    line, keys = os.pipe()
    with RestingSelector(waker) as selector:
        selector.register(line, selectors.EVENT_READ)
        # Half a key may wait for its other half: at first it looks as often as it is told to.
        for _ in range(WAKEFUL + 1):
            assert selector.select(0.001) == []
        assert _ends_the_rest(selector, lambda: os.write(keys, b"a")) == [line]
        os.read(line, 1)
        for _ in range(WAKEFUL + 1):
            assert selector.select(0.001) == []
        assert _ends_the_rest(selector, waker.wake) == []
        waker.rest()
        selector.unregister(line)
        began = time.monotonic()
        assert selector.select(5) == []
        assert time.monotonic() - began < 1
    os.close(line)
    os.close(keys)


def _ends_the_rest(selector: RestingSelector, what: Callable[[], object]) -> list[int]:
    soon = Timer(0.05, what)
    soon.start()
    began = time.monotonic()
    found = [key.fd for key, _ in selector.select(0.001)]
    assert 0.03 < time.monotonic() - began < 10
    soon.join()
    return found


def test_the_end_of_the_line_is_told_once_and_not_read_again(
    monkeypatch: pytest.MonkeyPatch, waker: Waker
) -> None:
    told: list[signal.Signals] = []
    monkeypatch.setattr(signal, "raise_signal", told.append)
    far, line = pty.openpty()
    with RestingSelector(waker) as selector:
        selector.register(line, selectors.EVENT_READ)
        os.close(far)
        assert selector.select(1) == []
        assert _ends_the_rest(selector, waker.wake) == []
    os.close(line)
    assert told == [signal.SIGHUP]
