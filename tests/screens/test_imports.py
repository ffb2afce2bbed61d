"""What the terminal's process imports, and when."""

import subprocess
import sys
import time

from counter_tui.foresight import QUIET_SECONDS, import_ahead
from tests.bytes.pty_app import ROOT


def test_the_first_frame_needs_neither_pydantic_nor_the_store() -> None:
    code = (
        "import sys\n"
        "from counter_tui import environment; environment.prepare()\n"
        "import counter_tui.app\n"
        "heavy = {'pydantic', 'sqlcipher3', 'httpx', 'fastapi', 'cryptography', 'joserfc', "
        "'keyring', 'serial', 'smartcard', 'pypinyin', 'structlog', 'intake'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_terminal_never_imports_the_network() -> None:
    code = (
        "import sys\n"
        "from counter_tui import environment; environment.prepare()\n"
        "import asyncio, counter_tui.app, counter_tui.screens.ready, counter_tui.station_office\n"
        "asyncio.run(counter_tui.foresight.import_ahead(lambda: 9.0))\n"
        "print(sorted({'httpx', 'httpcore', 'fastapi', 'sqlalchemy', 'central', 'requests'} "
        "& set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_terminal_does_without_openssl_and_without_the_facts_of_packages() -> None:
    code = (
        "from counter_tui import environment; environment.prepare(); environment.leave_out()\n"
        "import asyncio, hashlib, hmac, pathlib, sys\n"
        "import counter_tui.app, counter_tui.screens.ready, counter_tui.station_office\n"
        "asyncio.run(counter_tui.foresight.import_ahead(lambda: 9.0))\n"
        "assert hashlib.sha256(b'').hexdigest().startswith('e3b0c44298fc1c14')\n"
        "assert hmac.digest(b'key', b'', 'sha256').hex().startswith('5d5d139563c95b59')\n"
        "maps = pathlib.Path('/proc/self/maps').read_text()\n"
        "print([name for name in ('libcrypto', 'libssl') if name in maps]\n"
        "      + sorted({'importlib.metadata', 'email', 'zipfile'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


EVERY_SCREEN = """
import asyncio, sys
from counter_tui import environment; environment.prepare()
from tests.screens.desk_office import PIN, Bench, card
from counter_tui.screens.registry import SCREENS

async def main():
    bench = Bench()
    async with bench.app.run_test(size=(80, 24)) as pilot:
        await bench.app.loaded.wait()
        for one in list(bench.app.workers):
            if one.name == "import_ahead":
                await one.wait()
        known = set(sys.modules)
        await pilot.press(*PIN, "enter")
        await pilot.pause(0.5)
        bench.lay(card())
        await pilot.pause(0.5)
        for name in SCREENS:
            if name not in ("signin", "home"):
                await bench.app.show(name)
                await pilot.pause(0.1)
                assert bench.app.frame.place == name
                await pilot.press("f9", "escape", "f1", "escape")
        print(sorted(set(sys.modules) - known))

asyncio.run(main())
"""


def test_no_key_imports_a_screen_once_nobody_has_typed_for_a_while() -> None:
    done = subprocess.run(
        [sys.executable, "-c", EVERY_SCREEN],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stdout.strip() == "[]", done.stderr


async def test_what_is_imported_ahead_waits_for_a_pause_and_comes_to_an_end() -> None:
    began, asked = time.monotonic(), 0

    def idle() -> float:
        nonlocal asked
        asked += 1
        return QUIET_SECONDS / 2 if asked == 1 else 9.0

    await import_ahead(idle)
    assert QUIET_SECONDS / 2 <= time.monotonic() - began < 10 * QUIET_SECONDS
    assert asked > 5, "each module has its own look"
