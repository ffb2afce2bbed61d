"""A real centre process for a station's tests, and what its database holds."""

import atexit
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from joserfc.jwk import OKPKey

from central.settings import settings_for
from central.storage.migrate import migrate
from counter_tui import enrolment
from counter_tui.enrolment import public_keys
from tests.central.centres import Kept, Served, enrol
from tests.store.homes import CLERK, CODE, PIN, QUICK, SUPERVISOR, Home


@dataclass
class Pair:
    """A station and its centre; the centre may be stopped and started."""

    home: Home
    kept: Kept

    @contextmanager
    def centre(self) -> Iterator[Served]:
        """The centre while it runs, at a port of its own."""
        with self.kept.served() as served:
            self.home.point_at(served.url)
            yield served

    def held(self) -> list[tuple[str, bytes]]:
        """(id, body) of every application in the centre's database, in the order received."""
        with sqlite3.connect(self.kept.folder / "central.db") as database:
            rows: list[Any] = database.execute(
                "SELECT id, body FROM applications ORDER BY seq"
            ).fetchall()
        database.close()
        return [(str(row[0]), row[1]) for row in rows]


def paired(folder: Path) -> Pair:
    """A station enrolled at a centre, both fresh copies of a pair made once."""
    made, where = _template()
    shutil.copytree(where, folder, dirs_exist_ok=True)
    kept = Kept(f"sqlite:///{folder / 'centre' / 'central.db'}", folder / "centre")
    return Pair(replace(made, path=folder / "home"), kept)


@cache
def _template() -> tuple[Home, Path]:
    folder = Path(tempfile.mkdtemp(prefix="counter-pair-"))
    atexit.register(shutil.rmtree, folder)
    # Whoever asks may be on an event loop, and the centre's work brings its own.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_made, folder).result(), folder


def _made(folder: Path) -> Home:
    (folder / "centre").mkdir()
    kept = Kept(f"sqlite:///{folder / 'centre' / 'central.db'}", folder / "centre")
    migrate(settings_for(kept.database))
    path = folder / "home"
    key = enrolment.make_station(path, CODE, "police_station")
    for who, name, role in (
        (CLERK, "样本警员", "clerk"),
        (SUPERVISOR, "样本值班", "supervisor"),
    ):
        enrolment.add_clerk(path, key, who, name, role, PIN, enrolment.file_key(), QUICK)
    enrolment.install_answer(path, enrol(kept, CODE, public_keys(path)))
    nobody = OKPKey.generate_key("Ed25519")
    return Home(path, key, nobody, nobody)
