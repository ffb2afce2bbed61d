"""The photo child: an order on stdin, the answer on stdout, both JSON.

A file and the rules give the finished picture; a finished picture gives its preview.
"""

import base64
import io
import json
import sys
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageOps

LARGEST_FILE: Final = 30 * 1024 * 1024
_PREVIEW: Final = (30, 40)
_LIGHT: Final = 170
_EDGE: Final = 0.06


def main() -> None:
    """Answer the order."""
    order = json.load(sys.stdin)
    try:
        if "content" in order:
            answer = looked_at(base64.b64decode(order["content"]))
        else:
            answer = finished(Path(order["path"]), order["rules"])
    except (OSError, ValueError, Image.DecompressionBombError):
        answer = {"trouble": "unreadable"}
    json.dump(answer, sys.stdout)


def finished(path: Path, rules: dict[str, Any]) -> dict[str, Any]:
    """The picture upright, cropped to the ratio, within the pixels and bytes of the rules.

    Nothing of the camera's notes (EXIF) is left, but the day it was taken is answered.
    """
    if path.stat().st_size > LARGEST_FILE:
        return {"trouble": "large"}
    with Image.open(path, formats=("JPEG", "PNG")) as opened:
        taken = str(opened.getexif().get(306, ""))[:10].replace(":", "-")
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    across, down = rules["ratio"]
    (least_wide, most_wide), (least_high, _) = rules["width"], rules["height"]
    cropped = _to_ratio(upright, across, down)
    if cropped.width < least_wide or cropped.height < least_high:
        return {"trouble": "small"}
    wide = min(cropped.width, most_wide) // across * across
    picture = cropped.resize((wide, wide * down // across), Image.Resampling.LANCZOS)
    content = _within(picture, rules["kilobytes"])
    if content is None:
        return {"trouble": "bytes"}
    return {
        "content": base64.b64encode(content).decode(),
        "width": picture.width,
        "height": picture.height,
        "size": len(content),
        "taken_on": taken,
        "light": _has_light_background(picture),
        "preview": list(picture.resize(_PREVIEW).tobytes()),
        "preview_size": list(_PREVIEW),
    }


def looked_at(content: bytes) -> dict[str, Any]:
    """A finished picture's preview."""
    with Image.open(io.BytesIO(content), formats=("JPEG",)) as opened:
        picture = opened.convert("RGB")
    return {
        "preview": list(picture.resize(_PREVIEW).tobytes()),
        "preview_size": list(_PREVIEW),
    }


def _to_ratio(picture: Image.Image, across: int, down: int) -> Image.Image:
    wide = min(picture.width, picture.height * across // down)
    high = wide * down // across
    left = (picture.width - wide) // 2
    # Heads are nearer to the top: what is cut goes below.
    top = (picture.height - high) // 3
    return picture.crop((left, top, left + wide, top + high))


def _within(picture: Image.Image, kilobytes: list[int]) -> bytes | None:
    least, most = (limit * 1024 for limit in kilobytes)
    for quality in range(96, 40, -4):
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality, dpi=(350, 350))
        if out.tell() <= most:
            content = out.getvalue()
            # A plain picture may be smaller than allowed; the format lets a file be longer.
            return content if len(content) >= least else _longer(content, least)
    return None


def _longer(content: bytes, least: int) -> bytes:
    missing = least - len(content)
    comment = b"\xff\xfe" + min(missing + 2, 0xFFFF).to_bytes(2, "big")
    return content[:2] + comment + bytes(min(missing, 0xFFFD)) + content[2:]


def _has_light_background(picture: Image.Image) -> bool:
    wide, high = picture.size
    edge = max(int(wide * _EDGE), 1)
    strips = [
        picture.crop((0, 0, edge, high // 2)),
        picture.crop((wide - edge, 0, wide, high // 2)),
    ]
    grey = [pixel for strip in strips for pixel in strip.convert("L").tobytes()]
    return sorted(grey)[len(grey) // 10] >= _LIGHT


if __name__ == "__main__":
    main()
