"""Photos as the terminal sees them: the camera's folder, one child a picture."""

import asyncio
import base64
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from counter_tui.failure import ClearNo
from counter_tui.words import N_
from intake.pack.rows import PhotoRow

_PATIENCE_SECONDS: Final = 20.0
_ENDINGS: Final = frozenset({".jpg", ".jpeg", ".png"})

TROUBLES: Final = {
    "unreadable": N_("This is no photo that can be opened: JPEG or PNG is needed."),
    "large": N_("The file is larger than 30 MiB; take the photo with fewer pixels."),
    "small": N_("The photo has too few pixels for the rules; take it again, nearer."),
    "bytes": N_("The photo cannot be brought within the allowed size; take it again."),
    "slow": N_("The photo cannot be opened in time; take it again."),
}


@dataclass(frozen=True, slots=True)
class Preview:
    """A small picture: RGB bytes of so many pixels across and down."""

    pixels: bytes = field(repr=False)
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Finished:
    """A photo that keeps to the rules."""

    content: bytes = field(repr=False)
    width: int
    height: int
    taken_on: str
    light: bool
    """Whether the background is light, as far as a program sees."""
    preview: Preview


def in_folder(folder: str, limit: int = 50) -> list[Path]:
    """The folder's pictures, newest first; none where there is no folder."""
    if not folder or not Path(folder).is_dir():
        return []
    found = [one for one in Path(folder).iterdir() if one.suffix.lower() in _ENDINGS]
    return sorted(found, key=lambda one: one.stat().st_mtime, reverse=True)[:limit]


async def finish(path: Path, rules: PhotoRow) -> Finished:
    """Check, crop and clean a picture in a child. Raises ClearNo with what to do."""
    order = {
        "path": str(path),
        "rules": {
            name: list(getattr(rules, name)) for name in ("width", "height", "ratio", "kilobytes")
        },
    }
    answer = await _ask(order)
    return Finished(
        base64.b64decode(answer["content"]),
        answer["width"],
        answer["height"],
        answer["taken_on"],
        answer["light"],
        _preview(answer),
    )


async def seen(content: bytes) -> Preview:
    """A finished photo as it can be shown here. Raises ClearNo for what cannot be opened."""
    return _preview(await _ask({"content": base64.b64encode(content).decode()}))


async def _ask(order: dict[str, Any]) -> dict[str, Any]:
    """What the child answers. Raises ClearNo."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-m", "counter_tui.photo.child"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            out, _ = await child.communicate(json.dumps(order).encode())
    except TimeoutError:
        raise ClearNo(TROUBLES["slow"]) from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    try:
        answer: dict[str, Any] = json.loads(out)
    except ValueError:
        answer = {"trouble": "unreadable"}
    if "trouble" in answer:
        raise ClearNo(TROUBLES[answer["trouble"]])
    return answer


def _preview(answer: dict[str, Any]) -> Preview:
    wide, high = answer["preview_size"]
    return Preview(bytes(answer["preview"]), (wide, high))
