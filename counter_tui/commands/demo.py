"""`counter demo`: a whole station on this machine."""

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

import click

from counter_tui.commands._spoken import SpokenCommand
from counter_tui.config import HOME_VARIABLE
from counter_tui.demo.station import DemoStation, Running


@click.command("demo", cls=SpokenCommand)
@click.option("--headless", is_flag=True, help="Everything but the terminal; until stopped.")
@click.option("--reader", metavar="URI", help="Use this reader in place of the virtual one.")
def command(headless: bool, reader: str | None) -> None:
    """Bring up the centre, a virtual card reader, sample people, and then the terminal.

    The state is kept in COUNTER_HOME, else in ~/.local/share/counter-demo.

    With --headless and no COUNTER_HOME it goes when the demo ends.
    """
    with ExitStack() as parts:
        _end_cleanly()
        home = _home(headless, parts)
        station = parts.enter_context(DemoStation(home, reader))
        running = station.start()
        if headless:
            click.echo(running.as_json())
            signal.pause()
        else:
            sys.exit(_terminal(running))


def _home(headless: bool, parts: ExitStack) -> Path:
    if HOME_VARIABLE in os.environ:
        return Path(os.environ[HOME_VARIABLE]).absolute()
    if headless:
        folder = tempfile.TemporaryDirectory(prefix="counter-demo-", ignore_cleanup_errors=True)
        return Path(parts.enter_context(folder))
    return Path.home() / ".local" / "share" / "counter-demo"


def _terminal(running: Running) -> int:
    environment = {**os.environ, HOME_VARIABLE: str(running.home)}
    arguments = [sys.executable, "-m", "counter_tui", "run", "--config", str(running.config)]
    with subprocess.Popen(arguments, env=environment) as terminal:  # noqa: S603 - our own program
        try:
            return terminal.wait()
        finally:
            # When it is this process that is told to end, the terminal clears its screen first.
            terminal.terminate()


def _end_cleanly() -> None:
    """Let the parts be stopped in order when somebody asks this process to end."""

    def stop(number: int, frame: FrameType | None) -> None:
        sys.exit(0)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    signal.signal(signal.SIGINT, stop)
