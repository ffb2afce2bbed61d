"""Each seam cures something Textual does; each test fails when Textual changes there."""

import asyncio
import signal
import time

import pytest
from textual import constants
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers import linux_driver
from textual.events import Key

from widgets.seams import (
    PlainEscape,
    SafeApp,
    tolerate_foreign_bytes,
)


def test_kitty_keys_stay_off_and_a_cut_function_key_is_one_key() -> None:
    from counter_tui.environment import SETTINGS

    assert SETTINGS["TEXTUAL_DISABLE_KITTY_KEY"] == "1"
    assert int(SETTINGS["ESCDELAY"]) == 300
    # The names Textual reads them by.
    assert hasattr(constants, "DISABLE_KITTY_KEY")
    assert hasattr(constants, "ESCAPE_DELAY")


def test_a_foreign_byte_is_replaced_where_the_stock_decoder_raises(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(UnicodeDecodeError):
        linux_driver.getincrementaldecoder("utf-8")().decode(b"\xc4\xe3\xba\xc3")
    monkeypatch.setattr(linux_driver, "getincrementaldecoder", linux_driver.getincrementaldecoder)
    tolerate_foreign_bytes()
    decode = linux_driver.getincrementaldecoder("utf-8")().decode
    assert set(decode(b"\xc4\xe3\xba\xc3")) == {"�"}
    decode = linux_driver.getincrementaldecoder("utf-8")().decode
    assert decode("张".encode()[:2]) + decode("张".encode()[2:]) == "张"


def keys_of(parser: XTermParser, *pieces: str) -> list[str]:
    """The keys read from pieces that come one after the other, and then nothing for long."""
    events = [event for piece in pieces for event in parser.feed(piece)]
    time.sleep(constants.ESCAPE_DELAY + 0.02)
    events += parser.tick()
    return [event.key for event in events if isinstance(event, Key)]


def test_esc_and_the_key_behind_it_are_two_keys() -> None:
    stock = {text: keys_of(XTermParser(), f"\x1b{text}") for text in "15a\r\t\x07张"}
    assert all(len(keys) == 1 for keys in stock.values()), "or the cure is not needed any more"
    for text, key in zip(
        "15a\r\t\x07张", ["1", "5", "a", "enter", "tab", "ctrl+g", "张"], strict=True
    ):
        assert keys_of(PlainEscape(), f"\x1b{text}") == ["escape", key]
    assert keys_of(PlainEscape(), "\x1b", "5") == ["escape", "5"]
    assert keys_of(PlainEscape(), "\x1b") == ["escape"]
    for sequence, key in (("\x1b[15~", "f5"), ("\x1bOP", "f1"), ("\x1b[2~", "insert")):
        assert keys_of(PlainEscape(), sequence) == [key]
        assert keys_of(PlainEscape(), f"\x1b{sequence}") == ["escape", key]
    assert keys_of(PlainEscape(), "\x1b[1", "5~") == ["f5"], "cut by a slow line"


class Failing(SafeApp):
    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def on_mount(self) -> None:
        number = "510107195805161235"
        raise ValueError(number)

    def on_failure(self, error: BaseException | None) -> str:
        self.told.append(type(error).__name__)
        return "one line"


async def test_a_crash_shows_one_line_and_no_local_variable() -> None:
    app = Failing()
    with pytest.raises(ValueError):
        async with app.run_test():
            pass
    assert app.told == ["ValueError"]
    assert app.return_code == 1
    assert App._fatal_error is not SafeApp._fatal_error


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
async def test_a_signal_ends_the_application_with_its_number(number: signal.Signals) -> None:
    app = SafeApp()
    async with app.run_test() as pilot:
        app.listen_to_signals()
        signal.raise_signal(number)
        await asyncio.sleep(0)
        await pilot.pause()
        assert app.return_code == 128 + number
        for one in (signal.SIGHUP, signal.SIGTERM):
            asyncio.get_running_loop().remove_signal_handler(one)
