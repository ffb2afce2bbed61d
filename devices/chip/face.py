"""DG2: the portrait, in ISO 19794-5 or ISO 39794-5 dress (ICAO 9303-10 §4.7.2)."""

from typing import Final

from devices.chip import tlv
from devices.chip.faults import BadData
from devices.records import Face

_JPEG: Final = b"\xff\xd8\xff"
_JP2: Final = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
_CODESTREAM: Final = b"\xff\x4f\xff\x51"
_FACIAL_HEADER: Final = b"FAC\x000"
_RECORD_HEADER: Final = 14
_FACE_HEADER: Final = 20
_FEATURE_POINT: Final = 8
_IMAGE_HEADER: Final = 12
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers of a frame header, which holds the size."""


def dg2(data: bytes) -> Face:
    """The first portrait. Width and height come from the picture itself, else from its header.

    Raises BadData when there is no picture of a known kind.
    """
    template = tlv.value(data, 0x75, 0x7F61, 0x7F60)
    block = tlv.find(template, 0x5F2E) or tlv.find(template, 0x7F2E)
    if not block:
        raise BadData("DG2: no biometric data")
    picture, width, height = _image(block)
    kind = "jpeg" if picture.startswith(_JPEG) else "jp2"
    own = _jpeg_size(picture) if kind == "jpeg" else _jp2_size(picture)
    if own is not None:
        width, height = own
    return Face(kind, width, height, picture)


def _image(block: bytes) -> tuple[bytes, int, int]:
    """The picture and the size its header claims (0 when the header does not say)."""
    if block.startswith(_FACIAL_HEADER):
        points = int.from_bytes(block[_RECORD_HEADER + 4 : _RECORD_HEADER + 6])
        start = _RECORD_HEADER + _FACE_HEADER + points * _FEATURE_POINT
        header, picture = block[start : start + _IMAGE_HEADER], block[start + _IMAGE_HEADER :]
        if picture.startswith((_JPEG, _JP2, _CODESTREAM)):
            size = int.from_bytes(block[_RECORD_HEADER : _RECORD_HEADER + 4])
            end = _RECORD_HEADER + size
            picture = block[start + _IMAGE_HEADER : max(end, start + _IMAGE_HEADER + 1)]
            return picture, int.from_bytes(header[2:4]), int.from_bytes(header[4:6])
    # ISO 39794-5 wraps the picture in ASN.1; it is found by how it begins.
    starts = [place for magic in (_JPEG, _JP2, _CODESTREAM) if (place := block.find(magic)) >= 0]
    if not starts:
        raise BadData("DG2: no picture of a known kind")
    return block[min(starts) :], 0, 0


def _jpeg_size(picture: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 <= len(picture) and picture[place] == 0xFF:
        marker = picture[place + 1]
        if marker in _FRAMES:
            height, width = picture[place + 5 : place + 7], picture[place + 7 : place + 9]
            return int.from_bytes(width), int.from_bytes(height)
        # FF may be filler; a segment's length counts its own two bytes.
        place += 1 if marker == 0xFF else 2 + int.from_bytes(picture[place + 2 : place + 4])
    return None


def _jp2_size(picture: bytes) -> tuple[int, int] | None:
    start = picture.find(_CODESTREAM)
    header = picture[start + 4 : start + 24]
    if start < 0 or len(header) < 20:
        return None
    # SIZ: length, capabilities, then width, height and their offsets, four bytes each.
    right, bottom, left, top = (int.from_bytes(header[at : at + 4]) for at in (4, 8, 12, 16))
    return (right - left, bottom - top) if right > left and bottom > top else None
