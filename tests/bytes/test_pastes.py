"""Pastes, as a terminal sends them (bracketed): long, of many lines, of control characters."""

import time

import pytest

from tests.bytes.conftest import F
from tests.bytes.pty_app import PtyApp
from tests.bytes.test_budgets import PAINT

HOSTILE = "甲\x07\x1b]52;c;eA==\x07\x1b[2J\x1b]0;t\x07\x9b2J\u202e\u2066b\x00\x08\x7f"
ORDERS = (b"\x1b]", b"\x1b[2J", b"\xc2\x9b", "\u202e".encode(), "\u2066".encode())
"""What would make the terminal do something."""
LONG = f"{HOSTILE}{'样本甲x' * 20}\r\n" * 60
PASTES = {
    "ten kilobytes": LONG,
    "one line": "样本甲x" * 2500,
    "new lines": "\r\n" * 2000,
    "control characters": HOSTILE * 40,
    "nothing": "",
}


def pasted(app: PtyApp, text: str, quiet: float = 0.08) -> bytes:
    """What the terminal is sent for it."""
    began = time.monotonic()
    app.send(b"\x1b[200~")
    for start in range(0, len(text), 500):
        app.send(text[start : start + 500])
        app.read(0.0, 0.0)
    app.send(b"\x1b[201~")
    said = app.read(quiet)
    assert time.monotonic() - began < 3
    assert len(said) <= PAINT
    assert not [order for order in ORDERS if order in said]
    return said


def test_a_paste_into_every_field_of_a_case(case: PtyApp) -> None:
    assert len(LONG.encode()) > 10_000
    for part in ("f2", "f3", "f4", "f5", "f6", "f7"):
        case.press(F[part], 0.12)
        for _ in range(7):
            pasted(case, LONG)
            assert case.press("\t") <= PAINT
    assert case.process.poll() is None
    case.press(F["f3"], 0.2)
    assert case.press("\x0c", 0.2) > 500


@pytest.mark.parametrize("what", PASTES)
def test_a_paste_into_a_field(case: PtyApp, what: str) -> None:
    case.press(F["f5"], 0.12)
    case.press("\t")
    pasted(case, PASTES[what])
    case.press("\t")
    assert case.process.poll() is None
    assert case.press("\x0c", 0.2) > 500


def test_a_paste_into_lists_menus_and_searches(home: PtyApp) -> None:
    pasted(home, LONG)
    for keys in ("\x071", F["f9"], "\x0e"):
        home.press(keys, 0.3)
        pasted(home, LONG, 0.3)
        home.press("\x1b", 0.4)
    assert home.process.poll() is None
    assert home.press("\x0c", 0.2) > 500


def test_a_paste_at_the_sign_in() -> None:
    with PtyApp(["-m", "tests.bytes.counter_app"]) as app:
        app.wait_for("PIN")
        app.read(0.5)
        pasted(app, LONG)
        app.press("\x01\x0b")
        pasted(app, "\n482913\n")
        app.send("\r")
        app.wait_for("请将身份证放在")
