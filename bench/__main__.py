"""`make bench`: runs the benches of this folder, or those named; fails when a budget is broken."""

import importlib
import pkgutil
import sys

import bench
from bench.table import show


def main(names: list[str]) -> int:
    """Run the benches called `names` (all when empty); the exit status says whether all fit."""
    found = sorted(m.name for m in pkgutil.iter_modules(bench.__path__) if m.name[:6] == "bench_")
    fits = True
    for name in found:
        if names and name.removeprefix("bench_") not in names:
            continue
        module = importlib.import_module(f"bench.{name}")
        fits = show((module.__doc__ or name).splitlines()[0], module.run()) and fits
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
