"""A disk that is full, one that fails at its sync, and a slow one."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from counter_tui.station import store_path
from counter_tui.store import Store
from tests.faults.test_power_cut import ACCEPT, told
from tests.store.homes import Home, enrolled

_UNTIL_FULL = """
import sys
from pathlib import Path
from counter_tui.station import read_station, store_path
from counter_tui.store import Store
from counter_tui.store.errors import DiskFull
from tests.store.homes import make
home, key = Path(sys.argv[1]), bytes.fromhex(sys.argv[2])
station = read_station(home)
low = False
with Store.open(store_path(home), key) as store:
    for index in range(5000):
        made = make(station, index)
        try:
            row = store.accept(made)
        except DiskFull:
            print("full", index, flush=True)
            break
        print("accepted", made.id, flush=True)
        if store.upkeep.space_is_low and not low:
            low = True
            print("low", index, flush=True)
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return enrolled(tmp_path / "home")


def unprivileged_mount(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script in a mount namespace of its own."""
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    return subprocess.run(
        ["unshare", *as_root, "--mount", "sh", "-ec", script, "sh", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_full_disk_gives_back_its_ballast_and_loses_nothing(home: Home, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    program = tmp_path / "fill.py"
    program.write_text(_UNTIL_FULL)
    # Twenty mebibytes, sixteen of them the ballast, and little else left.
    done = unprivileged_mount(
        'mount -t tmpfs -o size=20m tmpfs "$1"\n'
        'cp -a "$2" "$1/home"\n'
        'dd if=/dev/zero of="$1/other" bs=1k count=3300 2>/dev/null\n'
        'PYTHONPATH=. "$3" "$4" "$1/home" "$5" > "$6"\n'
        'rm -f "$2"/store.db*; cp -a "$1"/home/store.db* "$2"/\n',
        str(small), str(home.path), sys.executable, str(program), home.key.hex(),
        str(tmp_path / "said"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = (tmp_path / "said").read_text()
    words = [line.split()[0] for line in said.splitlines()]
    assert "low" in words and words[-1] == "full", words[-3:]
    assert words.index("low") < len(words) - 500, "the ballast lets many a case be finished"
    with home.store() as store:
        assert told([said.encode()], "accepted") == {
            row.key for row in store.outbox.list(limit=100_000)
        }
        assert store.upkeep.integrity() == []
        assert store.audit.verify() is None


@pytest.mark.parametrize("which", [3, 5, 8])
def test_a_sync_that_fails_is_told_and_what_was_said_is_there(home: Home, which: int) -> None:
    program = ACCEPT.replace(
        "        store.accept(made)\n",
        "        try: store.accept(made)\n"
        "        except StorageTrouble: print('trouble', made.id, flush=True); continue\n",
    ).replace("import sys, json\n", "import sys, json\nfrom counter_tui.store.errors import *\n")
    program = program.replace(
        '        store.drafts.save(made.id, {"index": index}, "x")\n'
        '        print("draft", made.id, flush=True)\n',
        "",
    )
    done = subprocess.run(
        ["strace", "-f", "-o", "/dev/null", "-e", "trace=fsync,fdatasync",
         "-e", f"inject=fsync,fdatasync:error=EIO:when={which}", "--",
         sys.executable, "-c", program, str(home.path), home.key.hex(), "0", "8"],
        capture_output=True, timeout=60, env={**os.environ, "PYTHONPATH": "."},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    kept, failed = told([done.stdout], "accepted"), told([done.stdout], "trouble")
    assert len(failed) == 1 and len(kept) == 7
    with Store.open(store_path(home.path), home.key) as store:
        rows = {row.key for row in store.outbox.list()}
        assert kept <= rows
        assert store.upkeep.integrity() == []
        assert store.audit.verify() is None


@pytest.mark.alone
def test_on_a_disk_that_takes_twenty_milliseconds_accepted_is_said_within_sixty(
    home: Home,
) -> None:
    program = ACCEPT.replace(
        "        store.accept(made)\n",
        "        import time; begun = time.perf_counter(); store.accept(made)\n"
        "        print('took', round((time.perf_counter() - begun) * 1000), flush=True)\n",
    )
    done = subprocess.run(
        ["strace", "-f", "-o", "/dev/null", "-e", "trace=fsync,fdatasync",
         "-e", "inject=fsync,fdatasync:delay_exit=20000", "--",
         sys.executable, "-c", program, str(home.path), home.key.hex(), "0", "15"],
        capture_output=True, timeout=60, env={**os.environ, "PYTHONPATH": "."},
    )  # fmt: skip
    took = [int(line.split()[1]) for line in done.stdout.decode().splitlines() if "took" in line]
    assert len(took) == 15
    assert sorted(took)[7] <= 60, took


def test_a_slow_disk_does_not_stop_the_event_loop(home: Home) -> None:
    import asyncio

    from counter_tui.store import StoreThread

    async def longest_pause() -> float:
        thread = await StoreThread.open(store_path(home.path), home.key)
        slow = asyncio.ensure_future(thread.call(lambda store: time.sleep(0.5)))
        longest = 0.0
        while not slow.done():
            begun = time.perf_counter()
            await asyncio.sleep(0.005)
            longest = max(longest, time.perf_counter() - begun)
        thread.close()
        return longest

    assert asyncio.run(longest_pause()) < 0.3
