"""The kept corpus: inputs that reached code no other did, one in a line of hexadecimal digits.

`python -m tests.devices.fuzz.kept TARGET CORPUS_DIR` takes what a campaign has found into it.
"""

import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "corpus"
MOST, LONGEST = 48, 1500
"""Inputs kept for a target, and bytes of one; between them the sizes are spread evenly."""


def kept(name: str) -> list[bytes]:
    """The target's inputs; none when nothing was kept yet."""
    file = FOLDER / f"{name}.hex"
    return [bytes.fromhex(line) for line in file.read_text().split("\n")] if file.exists() else []


def keep(name: str, found: Path) -> int:
    """Add a campaign's inputs, thin out, write; how many there are then."""
    inputs = {path.read_bytes() for path in found.iterdir() if not path.name.startswith("seed-")}
    short = {each for each in {*inputs, *kept(name)} if len(each) <= LONGEST}
    ordered = sorted(short, key=lambda each: (len(each), each))
    step = max(1.0, len(ordered) / MOST)
    chosen = [ordered[int(number * step)] for number in range(min(MOST, len(ordered)))]
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.hex").write_text("\n".join(each.hex() for each in chosen))
    return len(chosen)


if __name__ == "__main__":
    sys.stdout.write(f"{keep(sys.argv[1], Path(sys.argv[2]))} kept\n")
