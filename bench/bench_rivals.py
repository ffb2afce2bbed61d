"""The first frame beside those of two well-known Textual programs, installed for this run."""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.starts import RUN, station, to_text
from bench.table import Row, told
from tests.bytes.pty_app import PtyApp

STARTS = 5
RIVALS = {
    # What posting 2.11.1 takes by itself of tree-sitter crashes at its start.
    "posting": (("posting==2.11.1", "tree-sitter==0.25.2"), (), "Collection"),
    "harlequin": (("harlequin==2.17.0",), (), "Query Editor"),
}
"""What is installed, with what it is started, and what its first frame says."""


def run() -> list[Row]:
    """One row a program. Where the package index is not reached, that is what its row says."""
    return told(*(lambda name=name: _beside(name) for name in RIVALS))


def _beside(name: str) -> list[Row]:
    wanted, arguments, text = RIVALS[name]
    with tempfile.TemporaryDirectory() as folder, station() as variables:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [f"{folder}/bin/python", "-m", "pip", "install", "-qq", *wanted]
        subprocess.run(pip, check=True, capture_output=True)
        program = [str(Path(folder) / "bin" / name), *arguments]
        start = ["-c", f"import os; os.execv({program[0]!r}, {program!r})"]
        # A home of its own, so that nothing of this machine's user is read or written.
        theirs_at = {"HOME": folder, "XDG_CONFIG_HOME": folder, "XDG_DATA_HOME": folder}
        to_text(lambda: PtyApp(start, variables=theirs_at), text)
        ours, theirs = [], []
        for _ in range(STARTS):
            theirs.append(to_text(lambda: PtyApp(start, variables=theirs_at), text))
            ours.append(to_text(lambda: PtyApp(list(RUN), variables=variables), "PIN"))
    return [
        Row(
            f"start to first frame, beside {name}",
            statistics.median(ours),
            "ms",
            baseline=statistics.median(theirs),
            budget=0.5,
        )
    ]
