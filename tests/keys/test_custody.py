"""Where keys are kept: the Secret Service by name, a process nobody can look into."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from counter_tui.keys import envelope
from counter_tui.signin import Session, TooSoon
from counter_tui.station import store_path
from counter_tui.store import Store
from counter_tui.store.errors import WrongKey
from tests.store.homes import CLERK, PIN, Home, counter, enrolled, make

_ASK = """
import sys, time
begun = time.monotonic()
from counter_tui.keys import secret_service
try:
    if len(sys.argv) > 1:
        secret_service.put("510107-ps-014", bytes.fromhex(sys.argv[1]))
    print(secret_service.get("510107-ps-014").hex())
except secret_service.KeyringTrouble as trouble:
    print(trouble.cause, "|", trouble)
assert time.monotonic() - begun < 3 or len(sys.argv) > 1, "the sentence comes within 3 s"
"""
KEY = bytes(range(32)).hex()


def asked(environment: dict[str, str], *arguments: str) -> str:
    """What the Secret Service answers under `environment`."""
    done = subprocess.run(
        [sys.executable, "-c", _ASK, *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        env={**_plain(), **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _plain() -> dict[str, str]:
    away = ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "PYTHON_KEYRING_BACKEND")
    return {name: value for name, value in os.environ.items() if name not in away}


def under_bus(tmp_path: Path, script: str) -> list[str]:
    """Run a shell script in a session bus of its own, with homes of its own."""
    ask = tmp_path / "ask.py"
    ask.write_text(_ASK)
    environment = {
        **_plain(),
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_RUNTIME_DIR": str(tmp_path),
        "ASK": f"{sys.executable} {ask}",
        "KEY": KEY,
    }
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
    )
    return [line for line in done.stdout.splitlines() if line]


def test_an_unlocked_keyring_keeps_and_gives_the_key(tmp_path: Path) -> None:
    said = under_bus(
        tmp_path,
        "printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1\n"
        "$ASK; $ASK $KEY; $ASK\n",
    )
    assert said[0].startswith("empty |")
    assert said[1:] == [KEY, KEY]
    for path in (tmp_path / "data").rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes()


def test_a_locked_keyring_is_said_to_be_locked(tmp_path: Path) -> None:
    under_bus(
        tmp_path,
        "printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1\n"
        "$ASK $KEY\n",
    )
    for wrong in (
        "gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1",
        "printf wrong | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1",
    ):
        (said,) = under_bus(tmp_path, f"{wrong}\n$ASK\n")
        assert said.split(" |")[0] in ("locked", "hanging"), said


def test_no_bus_is_said_to_be_none() -> None:
    assert asked({}).startswith("none |")


def test_a_hanging_bus_is_left_after_three_seconds(tmp_path: Path) -> None:
    import socket

    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "bus"))
        silent.listen()
        said = asked({"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path / 'bus'}"})
    assert said.startswith("hanging |")


@pytest.mark.parametrize(
    "backend",
    [
        "keyring.backends.null.Keyring",
        "keyring.backends.fail.Keyring",
        "keyring.backends.chainer.ChainerBackend",
        "keyrings.alt.file.PlaintextKeyring",
    ],
)
def test_a_backend_named_by_the_environment_is_refused(backend: str, tmp_path: Path) -> None:
    """Finding 4: of the backends there are, one is taken without a word and keeps plain text."""
    said = asked({"PYTHON_KEYRING_BACKEND": backend, "HOME": str(tmp_path)}, KEY)
    assert said.startswith("unsafe |")
    assert backend in said
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_same_user_cannot_read_the_memory_of_a_station_process() -> None:
    program = (
        "from counter_tui.keys.hardening import harden; import resource, sys; harden()\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), flush=True); sys.stdin.read()\n"
    )
    # As root everything may be read; what counts is the user who runs the station.
    other = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"]
    drop = other if os.geteuid() == 0 else []
    with subprocess.Popen(
        [*drop, sys.executable, "-c", program],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/",
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "(0, 0)"
        spy = subprocess.run(
            [*drop, sys.executable, "-c", f"open('/proc/{process.pid}/mem', 'rb')"],
            capture_output=True,
            cwd="/",
        )
        process.communicate("")
    assert b"PermissionError" in spy.stderr


def test_the_agent_starts_with_the_key_that_a_clerk_left_in_the_keyring(tmp_path: Path) -> None:
    home = enrolled(tmp_path / "home").path
    (home / "counter.toml").write_text('[keys]\ncustody = "secret-service"\n')
    said = under_bus(
        tmp_path,
        "printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1\n"
        f"export COUNTER_HOME={home} COUNTER_CONFIG={home}/counter.toml\n"
        f"counter='{sys.executable} -m counter_tui'\n"
        # Nobody has left it yet: the agent says so and waits for a sign-in.
        "timeout 3 $counter agent 2>&1 | tail -1\n"
        f"printf '{PIN}\\n' | timeout 5 $counter agent --clerk {CLERK} --pin-stdin\n"
        f"printf '{PIN}\\n' | $counter enrol --change-key --by {CLERK} --pin-stdin >/dev/null\n"
        "$counter agent & agent=$!\n"
        f"while [ ! -e {home}/agent.sock ]; do sleep 0.1; done; sleep 1\n"
        # Nobody gives a PIN: the agent has the key, or this would ask for one.
        "$counter sync --json </dev/null; kill $agent; wait $agent\n",
    )
    assert "登录" in said[0], said
    assert json.loads(said[-1])["reached"] is False, "it answered; there is no centre here"


def test_a_key_is_not_changed_under_anybody(tmp_path: Path) -> None:
    home = enrolled(tmp_path / "home")
    options = ("enrol", "--change-key", "--by", CLERK, "--pin-stdin")
    with home.store():
        done = counter(home.path, *options, text=f"{PIN}\n")
    assert (done.returncode, done.stdout) == (1, "")
    home.store().close()
    done = counter(home.path, *options, text=f"{PIN}\n")
    assert done.returncode == 0, done.stderr
    with pytest.raises(WrongKey):
        home.store()


_CALLS = "pwrite64,fsync,fdatasync,rename,ftruncate,unlink"


def change_key(home: Home, log: Path, *kill: str) -> int:
    """`counter enrol --change-key` under strace; its exit status."""
    done = subprocess.run(
        ["strace", "-o", str(log), "-e", f"trace={_CALLS}", *kill, "--", sys.executable,
         "-m", "counter_tui", "enrol", "--change-key", "--by", CLERK, "--pin-stdin"],
        input=f"{PIN}\n", text=True, capture_output=True, timeout=120,
        env={**os.environ, "COUNTER_HOME": str(home.path)},
    )  # fmt: skip
    return done.returncode


def unlocked(home: Home) -> Session:
    """Signed in after a kill; one that came while the PIN was checked counts as a try."""
    try:
        return home.unlock()
    except TooSoon:
        time.sleep(1.1)
        return home.unlock()


def killed_at(folder: Path, every: int, first: int = 1) -> int:
    """Kill the change of a key at every so many-th write or sync; after each the store is whole."""
    home = enrolled(folder / "whole")
    with home.store() as store:
        for index in range(3):
            store.accept(make(home.station, index))
    original = folder / "original"
    shutil.copytree(home.path, original)
    log = folder / "log"
    assert change_key(home, log) == 0
    seen: Counter[str] = Counter()
    steps = []
    for call in re.findall(r"^(\w+)\(", log.read_text(), re.MULTILINE):
        seen[call] += 1
        steps.append((call, seen[call]))
    for call, which in steps[first::every]:
        step = f"{call} {which} of {seen[call]}"
        shutil.rmtree(home.path)
        shutil.copytree(original, home.path)
        status = change_key(home, log, "-e", f"inject={call}:signal=KILL:when={which}")
        assert status != 0, step
        with Store.open(store_path(home.path), unlocked(home).store_key) as store:
            assert store.outbox.waiting().total == 3
            assert store.upkeep.integrity() == []
            assert store.audit.verify() is None
        assert envelope.read(home.path).coming == {}, step
    return len(steps[first::every])


def test_a_change_of_the_key_survives_a_kill(tmp_path: Path) -> None:
    assert killed_at(tmp_path, every=22) >= 3


@pytest.mark.soak
@pytest.mark.parametrize("first", range(6))
def test_a_change_of_the_key_survives_a_kill_at_every_step(tmp_path: Path, first: int) -> None:
    tried = killed_at(tmp_path, every=6, first=first)
    print("killed at", tried)  # noqa: T201
    assert tried >= 8
