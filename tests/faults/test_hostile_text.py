"""What comes from a card, a paste or a file never speaks to the terminal it is shown on.

The bytes are those that the real terminal sends to a real pseudo-terminal; each boundary's own
cleaning is tested beside it (chip and scanner in `devices`, the centre's answers in `agent`).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from counter_tui.address.book import FILE
from counter_tui.keys import clerk_file
from devices.virtual.people import sample_people
from devices.virtual.samv import VirtualReader
from intake.days import city_day
from tests.bytes.pty_app import PtyApp
from tests.store.homes import CLERK, PIN, end_agent, enrolled

CLIPBOARD = "\x1b]52;c;UExBTlRFRA==\x07"
HOSTILE = f"{CLIPBOARD}\x1b[2J\x9b31m\u202e\u2066\u200b[/x][b]"
FORBIDDEN = re.compile(
    b"\x1b\\](?!22;default\x07)|(?<!22;default)\x07|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf"
)
"""Commands to the terminal but the one that Textual gives itself (the pointer's shape), bell, C1,
and characters that turn or hide text, as UTF-8."""


@pytest.fixture
def terminal(tmp_path: Path, divisions: Path) -> Iterator[tuple[PtyApp, VirtualReader]]:
    """The real program at a station with a reader; the clerk's own name is hostile too."""
    home = enrolled(tmp_path / "home").path
    (home / FILE).hardlink_to(divisions)
    path = clerk_file.path_of(home, CLERK)
    document = json.loads(path.read_text("utf-8"))
    other = {**document, "id": "c-0009", "name": f"样{HOSTILE}警"}
    path.with_name("c-0009.json").write_text(json.dumps(other), "utf-8")
    with VirtualReader() as reader:
        config = home / "counter.toml"
        config.write_text(f'[readers]\nuris = ["samv:{reader.path}"]\n')
        arguments = ["-m", "counter_tui", "run", "--config", str(config)]
        with PtyApp(arguments, variables={"COUNTER_HOME": str(home)}) as app:
            yield app, reader
    end_agent(home)


def test_hostile_text_never_reaches_the_terminal(
    terminal: tuple[PtyApp, VirtualReader],
) -> None:
    """Finding 3: widgets pass on whatever commands a text holds."""
    app, reader = terminal
    sent = app.wait_for("PIN", 60)
    app.send(PIN + "\r")
    sent += app.wait_for("F9", 60) + app.read(0.5)
    card = sample_people(city_day(datetime.now(UTC)))[0].card
    reader.lay(replace(card, name="样" + CLIPBOARD[:10], address=f"成都{HOSTILE}号"[:35]))
    sent += app.wait_for("芯片", 60)
    # What lies on the screen is shown in full, then every part is looked at.
    for keys in ("\x12", "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[15~", "\x1b[17~", "\x1b[18~"):
        app.send(keys)
        sent += app.read(0.4)
    app.send("\x1b[15~")
    sent += app.read(0.4)
    for _ in range(3):
        app.send(f"\x1b[200~贴{HOSTILE}入\x1b[201~\t")
        sent += app.read(0.4)

    assert b"52;c;" in sent, "it was shown, as plain text"
    found = [sent[max(0, at.start() - 40) : at.end() + 10] for at in FORBIDDEN.finditer(sent)]
    assert found == []
    assert app.process.poll() is None
