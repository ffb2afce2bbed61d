"""A drawn face and the biometric record that carries it (ISO 19794-5 inside DG2)."""

import io
from functools import cache

from PIL import Image, ImageDraw

from devices.virtual.chip.tlv import tlv

JPEG, JPEG2000 = 0, 1


@cache
def drawing(kind: int = JPEG, width: int = 240, height: int = 320, size: int = 0) -> bytes:
    """A face of lines and ovals, as a JPEG or JPEG 2000 file of at least `size` bytes.

    What is missing to `size` is added behind the picture, where a decoder does not look.
    """
    picture = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(picture)
    middle, unit = width // 2, width // 12
    pen.ellipse((2 * unit, 2 * unit, width - 2 * unit, height - 2 * unit), outline="navy", width=4)
    for side in (-1, 1):
        centre = middle + side * 2 * unit
        pen.ellipse((centre - unit, 5 * unit, centre + unit, 7 * unit), fill="navy")
    pen.line((middle, 7 * unit, middle, 9 * unit), fill="navy", width=4)
    pen.arc((4 * unit, 9 * unit, width - 4 * unit, 12 * unit), 0, 180, fill="navy", width=4)
    file = io.BytesIO()
    picture.save(file, "JPEG" if kind == JPEG else "JPEG2000", quality=85)
    raw = file.getvalue()
    return raw + bytes(max(0, size - len(raw)))


def facial_record(image: bytes, kind: int, width: int, height: int, points: int = 0) -> bytes:
    """The "FAC" record of one portrait with `points` feature points (8 bytes each)."""
    features = bytes((1, 12, 1, 0, 0, 0, 0, 0)) * points
    information = bytes((1, kind)) + width.to_bytes(2, "big") + height.to_bytes(2, "big") + bytes(6)
    length = 20 + len(features) + len(information) + len(image)
    block = length.to_bytes(4, "big") + points.to_bytes(2, "big") + bytes(14)
    body = block + features + information + image
    header = b"FAC\x00010\x00" + (14 + len(body)).to_bytes(4, "big") + b"\x00\x01"
    return header + body


def dg2(record: bytes) -> bytes:
    """EF.DG2 with one biometric template around `record`."""
    header = tlv(
        0xA1,
        tlv(0x80, b"\x01\x01"),
        tlv(0x81, b"\x02"),
        tlv(0x82, b"\x00"),
        tlv(0x87, b"\x01\x01"),
        tlv(0x88, b"\x00\x08"),
    )
    template = tlv(0x7F60, header, tlv(0x5F2E, record))
    return tlv(0x75, tlv(0x7F61, tlv(0x02, b"\x01"), template))
