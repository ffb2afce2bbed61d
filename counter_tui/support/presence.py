"""Which processes of a user run on this machine."""

from pathlib import Path


def processes_of(user: int, program: str = "") -> list[int]:
    """The processes of the user with that number whose name begins with `program`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if folder.stat().st_uid != user:
                continue
            name, _, rest = (folder / "stat").read_text("utf-8", "replace").rpartition(") ")
        except OSError:
            # It ended meanwhile.
            continue
        # A zombie has ended, and only waits for its parent to notice.
        if rest[:1] != "Z" and name.partition("(")[2].startswith(program):
            found.append(int(folder.name))
    return found
