"""What a disk may hold after a power cut: a program's writes recorded, every leftover rebuilt.

The program runs unmodified under strace. What was synced is on the disk; of the rest any prefix,
any subset and any torn sector may be. A name made, renamed or removed counts as done once its
folder is synced (a new file also once it is synced itself), and may or may not be done before.
"""

import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_CALLS: Final = (
    "openat,close,write,pwrite64,fsync,fdatasync,ftruncate,"
    "unlink,unlinkat,rename,renameat,renameat2"
)
_LINE: Final = re.compile(r"^(\w+)\((.*)\)\s+= (-?\d+)")
_TEXT: Final = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_SECTOR: Final = 512


@dataclass(frozen=True)
class Event:
    """One thing the program did; `folder` is a sync of names, `said` a line on stdout."""

    kind: str
    path: str = ""
    data: bytes = b""
    offset: int = 0
    target: str = ""


def record(program: str, home: Path, *arguments: str) -> list[Event]:
    """Run Python `program` with `home` as first argument; what it did below `home` and said."""
    log = home.parent / f"{home.name}.strace"
    existing = {str(path) for path in home.rglob("*")}
    subprocess.run(
        ["strace", "-xx", "-s", "10000000", "-e", f"trace={_CALLS}", "-o", str(log), "--",
         sys.executable, "-c", program, str(home), *arguments],
        check=True, timeout=300, capture_output=True,
    )  # fmt: skip
    return list(_events(log, str(home), existing))


def _events(log: Path, home: str, existing: set[str]) -> Iterator[Event]:
    open_files: dict[int, tuple[str, int]] = {}
    with log.open() as lines:
        for line in lines:
            found = _LINE.match(line)
            if not found or int(found[3]) < 0:
                continue
            call, rest, result = found[1], found[2], int(found[3])
            texts = [bytes.fromhex(one.replace("\\x", "")) for one in _TEXT.findall(rest)]
            if call == "openat":
                path = texts[0].decode()
                open_files[result] = (path, 0)
                if _ours(path, home) and "O_CREAT" in rest and path not in existing:
                    existing.add(path)
                    yield Event("create", path)
                elif _ours(path, home) and "O_TRUNC" in rest:
                    yield Event("truncate", path)
            elif call == "close":
                open_files.pop(int(rest), None)
            elif call == "write":
                number = int(rest.split(",", 1)[0])
                if number == 1:
                    yield Event("said", data=texts[0])
                elif number in open_files and _ours(open_files[number][0], home):
                    path, offset = open_files[number]
                    open_files[number] = (path, offset + result)
                    yield Event("write", path, texts[0][:result], offset)
            elif call == "pwrite64":
                number, offset = int(rest.split(",", 1)[0]), int(rest.rsplit(",", 1)[1])
                path = open_files[number][0]
                if _ours(path, home):
                    yield Event("write", path, texts[0][:result], offset)
            elif call in ("fsync", "fdatasync"):
                path = open_files[int(rest)][0]
                if path == home or _ours(path, home):
                    yield Event("folder" if Path(path).is_dir() else "sync", path)
            elif call == "ftruncate":
                number, size = rest.split(",")
                path = open_files[int(number)][0]
                if _ours(path, home):
                    yield Event("truncate", path, offset=int(size))
            elif call.startswith("unlink") and _ours(texts[0].decode(), home):
                existing.discard(texts[0].decode())
                yield Event("remove", texts[0].decode())
            elif call.startswith("rename") and _ours(texts[1].decode(), home):
                existing.discard(texts[0].decode())
                existing.add(texts[1].decode())
                yield Event("rename", texts[0].decode(), target=texts[1].decode())


def _ours(path: str, home: str) -> bool:
    return path.startswith(home + "/") and not path.endswith("-shm")


@dataclass
class _File:
    synced: bytearray = field(default_factory=bytearray)
    pending: list[Event] = field(default_factory=list)

    def content(self, keep: list[Event]) -> bytes:
        content = bytearray(self.synced)
        for event in keep:
            if event.kind == "truncate":
                del content[event.offset :]
                content.extend(bytes(event.offset - len(content)))
            else:
                content.extend(bytes(max(0, event.offset - len(content))))
                content[event.offset : event.offset + len(event.data)] = event.data
        return bytes(content)


class Disk:
    """A disk on which the recorded events happen one by one, and which can lose power."""

    def __init__(self, before: dict[str, bytes], seed: int) -> None:
        self.files = {path: _File(bytearray(content)) for path, content in before.items()}
        self.names = {path: path for path in before}
        """Name to file, as the program sees it."""
        self.synced_names = dict(self.names)
        self.said: list[bytes] = []
        self._chance = random.Random(seed)  # noqa: S311
        self._made = 0

    def happen(self, event: Event) -> None:
        """One recorded event."""
        if event.kind == "said":
            self.said.append(event.data)
        elif event.kind == "create":
            self._made += 1
            handle = f"{event.path}#{self._made}"
            self.files[handle] = _File()
            self.names[event.path] = handle
        elif event.kind == "remove":
            self.names.pop(event.path)
        elif event.kind == "rename":
            self.names[event.target] = self.names.pop(event.path)
        elif event.kind == "folder":
            self.synced_names = dict(self.names)
        elif event.kind == "sync":
            file = self.files[self.names[event.path]]
            file.synced = bytearray(file.content(file.pending))
            file.pending = []
            self.synced_names.setdefault(event.path, self.names[event.path])
        else:
            self.files[self.names[event.path]].pending.append(event)

    def after_cut(self, count: int) -> Iterator[dict[str, bytes]]:
        """Up to `count` contents the disk may have, nothing and everything pending among them."""
        yield self._left(self.synced_names, lambda file: [])
        if self._nothing_pending():
            return
        yield self._left(self.names, lambda file: file.pending)
        for number in range(count - 2):
            names = self.names if number % 2 else self.synced_names
            pick = (self._prefix, self._subset, self._torn)[number % 3]
            yield self._left(names, pick)

    def _nothing_pending(self) -> bool:
        return self.names == self.synced_names and not any(
            self.files[handle].pending for handle in self.names.values()
        )

    def _left(
        self, names: dict[str, str], pick: Callable[[_File], list[Event]]
    ) -> dict[str, bytes]:
        return {
            path: self.files[handle].content(pick(self.files[handle]))
            for path, handle in names.items()
        }

    def _prefix(self, file: _File) -> list[Event]:
        return file.pending[: self._chance.randint(0, len(file.pending))]

    def _subset(self, file: _File) -> list[Event]:
        return [one for one in file.pending if self._chance.random() < 0.5]

    def _torn(self, file: _File) -> list[Event]:
        keep = self._prefix(file)
        if keep and keep[-1].kind == "write" and len(keep[-1].data) > _SECTOR:
            last = keep[-1]
            sectors = range(0, len(last.data), _SECTOR)
            torn = [
                Event("write", last.path, last.data[at : at + _SECTOR], last.offset + at)
                for at in sectors
                if self._chance.random() < 0.5
            ]
            return keep[:-1] + torn
        return keep


def contents(home: Path) -> dict[str, bytes]:
    """What lies in a folder now, by path; the shared-memory index is rebuilt by whoever opens."""
    return {
        str(path): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and path.name != "ballast" and not path.name.endswith("-shm")
    }


def replay(
    before: dict[str, bytes], events: list[Event], home: Path, into: Path, each: int, seed: int
) -> Iterator[tuple[list[bytes], int]]:
    """Lay out in `into` what `home` may hold after a cut at every event.

    Gives what the program had said by then, and the number of the state.
    """
    disk = Disk(before, seed)
    number = 0
    seen: set[int] = set()
    for event in [*events, Event("said")]:
        for left in disk.after_cut(each):
            shape = hash((len(disk.said), tuple(sorted((p, hash(c)) for p, c in left.items()))))
            if shape in seen:
                continue
            seen.add(shape)
            _lay_out(left, home, into)
            number += 1
            yield list(disk.said), number
        disk.happen(event)


def _lay_out(left: dict[str, bytes], home: Path, into: Path) -> None:
    for path in into.rglob("*"):
        if path.is_file() and path.name != "ballast":
            path.unlink()
    for name, content in left.items():
        path = into / Path(name).relative_to(home)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
