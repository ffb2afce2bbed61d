"""The real screens on a pty, brought to a certain place."""

import os
import signal
from collections.abc import Iterator

import pytest

from tests.bytes.pty_app import PtyApp
from tests.screens.desk_office import PIN

F = {
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
    "f8": "\x1b[19~",
    "f9": "\x1b[20~",
    "f10": "\x1b[21~",
}
"""What xterm sends for the function keys."""


def at_home(variables: dict[str, str] | None = None) -> PtyApp:
    """Signed in, on the home screen."""
    app = PtyApp(["-m", "tests.bytes.counter_app"], variables=variables)
    app.wait_for("PIN")
    app.read(0.3)
    app.send(PIN + "\r")
    app.wait_for("请将身份证放在")
    app.read(0.3)
    return app


def in_case(variables: dict[str, str] | None = None) -> PtyApp:
    """A case open for a card, one passport asked for."""
    app = at_home(variables)
    os.kill(app.process.pid, signal.SIGUSR1)
    app.wait_for("申请事项")
    app.read(0.3)
    app.send("hz s\r")
    app.read(0.3)
    return app


@pytest.fixture
def home() -> Iterator[PtyApp]:
    with at_home() as app:
        yield app


@pytest.fixture(scope="module")
def case() -> Iterator[PtyApp]:
    with in_case() as app:
        yield app
