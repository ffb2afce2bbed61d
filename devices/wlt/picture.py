"""What comes out of a WLT block: 102 x 126 pixels of 24 bits."""

import struct
from typing import Final

WLT_BYTES: Final = 1024
WIDTH: Final = 102
HEIGHT: Final = 126
_ROW: Final = WIDTH * 3
_PADDING: Final = -_ROW % 4
_HEADERS: Final = 54
BMP_BYTES: Final = _HEADERS + HEIGHT * (_ROW + _PADDING)
RAW_BYTES: Final = HEIGHT * _ROW


def bmp(pixels: bytes) -> bytes | None:
    """A BMP file of what a library gave: a BMP already, or bare BGR rows from the bottom up.

    None when it is neither.
    """
    if len(pixels) == BMP_BYTES and pixels.startswith(b"BM"):
        return pixels
    if len(pixels) != RAW_BYTES:
        return None
    header = struct.pack(
        "<2sIHHIIiiHHIIiiII",
        b"BM", BMP_BYTES, 0, 0, _HEADERS,
        40, WIDTH, HEIGHT, 1, 24, 0, BMP_BYTES - _HEADERS, 13780, 13780, 0, 0,
    )  # fmt: skip
    rows = (pixels[at : at + _ROW] + bytes(_PADDING) for at in range(0, RAW_BYTES, _ROW))
    return header + b"".join(rows)
