"""Every screen there is, found in the table of keys: the budgets hold on each."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from counter_tui.bindings import KEYS, Key
from counter_tui.screens.registry import SCREENS
from tests.bytes.conftest import F
from tests.bytes.pty_app import ROOT, PtyApp
from tests.bytes.test_budgets import DIALOG, PAINT, TAB, TYPED

SHOWN = [key for key in KEYS if key.action.startswith("show(")]
"""The keys that bring another screen into sight."""


def sent(key: str) -> str:
    """What a terminal sends for a key of the table."""
    chord, _, digit = key.partition(" ")
    if chord in F:
        return F[chord]
    return chr(ord(chord.removeprefix("ctrl+")) - 96) + digit


@pytest.mark.parametrize("key", SHOWN, ids=lambda key: key.action)
def test_a_screen_of_its_own(home: PtyApp, key: Key) -> None:
    assert 0 < home.press(sent(key.key), 0.5) <= PAINT
    assert 0 < home.press("\x0c", 0.3) <= PAINT
    assert max(home.press("\t", 0.2) for _ in range(3)) <= TAB
    # A letter may find something as it is typed; on a screen without a field it does nothing.
    assert home.press("z", 0.6) <= DIALOG
    home.press("\x7f", 0.6)
    assert home.press("\x1b[B", 0.2) <= 2 * TYPED
    assert home.press(F["f1"], 0.4) <= DIALOG
    assert home.press("\x1b", 0.6) <= DIALOG
    assert home.read(quiet=1.2, limit=1.2) == b"", "idle sends nothing"
    assert home.press("\x1b", 0.8) <= PAINT
    assert home.process.poll() is None


def test_every_screen_is_reached_by_keys() -> None:
    named = {key.action[6:-2] for key in SHOWN}
    by_themselves = {"signin", "home", "case"}
    opened_from_others = set(SCREENS) - named - by_themselves
    assert len(opened_from_others) <= 6, opened_from_others


FIRST_FRAME = """
import sys, json
from pathlib import Path
from counter_tui.commands import run
from counter_tui import environment
environment.prepare()
from counter_tui import app
def tell(self):
    # What is left out has a place-holder, which nobody loaded.
    loaded = [name for name, one in sys.modules.items() if getattr(one, "__spec__", None)]
    Path(sys.argv.pop()).write_text(json.dumps(sorted(loaded)))
    self.exit()
app.CounterApp._start = tell
environment.prepare = lambda: None
sys.argv[1:] = sys.argv[1:]
run.command(standalone_mode=True, args=[])
"""

HEAVY = (
    *("pydantic", "httpx", "sqlcipher3", "cryptography", "keyring", "joserfc", "argon2", "pyrage"),
    *("serial", "smartcard", "usb", "PIL", "structlog", "pypinyin", "pkcs11", "asn1crypto"),
    *("intake", "devices", "central", "markdown_it", "pygments", "tree_sitter", "http", "email"),
    *("textual.widgets._footer", "textual.widgets._header", "textual.widgets._data_table"),
    *("textual.widgets._text_area", "textual.widgets._markdown"),
)
"""What the first frame does without; each costs an old PC a visible part of a second."""


def test_what_the_terminal_has_imported_at_the_first_frame(tmp_path: Path) -> None:
    told = tmp_path / "modules.json"
    with PtyApp(["-c", FIRST_FRAME, str(told)], variables={"COUNTER_HOME": str(tmp_path)}) as app:
        app.read(3.0)
        app.process.wait(20)
    modules = json.loads(told.read_text())
    heavy = [one for one in modules if any(one == at or one.startswith(f"{at}.") for at in HEAVY)]
    assert heavy == []
    ours = [one for one in modules if one.split(".")[0] in ("counter_tui", "widgets")]
    assert len(ours) <= 50, ours
    bare = subprocess.run(
        [sys.executable, "-c", "import textual.app, textual.widgets, sys; print(len(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert len(modules) - int(bare.stdout) <= 150, "beside an empty Textual application"
