"""One coverage-guided run: `python -m tests.devices.fuzz.campaign TARGET RUNS CORPUS_DIR`.

New inputs that reach new code are added to CORPUS_DIR. Ends with status 0 after RUNS inputs; an
undeclared error ends it with the input printed and kept as CORPUS_DIR-crash-*.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["devices"]):
    from tests.devices.fuzz.targets import TARGETS

LONGEST = 4096


def main(name: str, runs: str, corpus: str) -> None:
    """Fuzz one target; does not return."""
    target = TARGETS[name]
    folder = Path(corpus)
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds()):
        (folder / f"seed-{number}").write_bytes(seed[:LONGEST])
    options = [
        f"-atheris_runs={runs}",
        f"-max_len={LONGEST}",
        f"-artifact_prefix={folder}-",
        "-timeout=20",
    ]
    atheris.Setup([sys.argv[0], *options, str(folder)], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
