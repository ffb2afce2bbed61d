"""Who waits for keys sleeps longer between two looks, and wakes up at once for a key."""

import os
import pty
import re
import selectors
import signal
import time
from inspect import getsource
from threading import Timer

import pytest
from textual.drivers import linux_driver

from widgets import resting
from widgets.resting import WAKEFUL, RestingSelector, rest_between_keys


def test_textual_still_looks_for_keys_every_tenth_of_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stock = getsource(linux_driver.LinuxDriver.run_input_thread)
    assert stock.count("selectors.SelectSelector()") == 1
    assert stock.count("selector.select(0.1)") == 2
    used = set(re.findall(r"(?<!\[)selectors\.(\w+)", stock.replace("selectors.SelectorKey", "")))
    assert used == {"SelectSelector", "EVENT_READ"}
    monkeypatch.setattr(linux_driver, "selectors", selectors)
    rest_between_keys()
    assert vars(linux_driver)["selectors"].SelectSelector is RestingSelector


def test_a_key_is_there_at_once_and_the_end_waits_for_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(resting, "REST_SECONDS", 30.0)
    line, keys = os.pipe()
    with RestingSelector() as selector:
        selector.register(line, selectors.EVENT_READ)
        # Half a key may wait for its other half: at first it looks as often as it is told to.
        for _ in range(WAKEFUL + 1):
            assert selector.select(0.001) == []
        typing = Timer(0.05, os.write, (keys, b"a"))
        typing.start()
        began = time.monotonic()
        assert [key.fd for key, _ in selector.select(0.001)] == [line]
        assert 0.03 < time.monotonic() - began < 10
        typing.join()
        os.read(line, 1)
        assert selector.select(0.001) == []
        selector.unregister(line)
        began = time.monotonic()
        assert selector.select(5) == []
        assert time.monotonic() - began < 1
    os.close(line)
    os.close(keys)


def test_the_end_of_the_line_is_told_once_and_not_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[signal.Signals] = []
    monkeypatch.setattr(signal, "raise_signal", told.append)
    monkeypatch.setattr(resting, "REST_SECONDS", 0.2)
    far, line = pty.openpty()
    with RestingSelector() as selector:
        selector.register(line, selectors.EVENT_READ)
        os.close(far)
        assert selector.select(1) == []
        began = time.monotonic()
        assert selector.select(0) == []
        assert time.monotonic() - began >= 0.2
    os.close(line)
    assert told == [signal.SIGHUP]
