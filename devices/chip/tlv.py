"""BER-TLV as chips use it. Lengths are believed only as far as the bytes at hand go."""

from collections.abc import Iterator
from typing import Final

from devices.chip.faults import BadData

MOST_ELEMENTS: Final = 512
"""More children in one template than any data group has."""


def header(data: bytes, start: int = 0) -> tuple[int, int, int]:
    """Tag, length of the header and length of the value of the element at `start`.

    The value itself need not be there yet. Raises BadData when the header is cut or absurd.
    """
    try:
        place = start + 1
        tag = data[start]
        if tag & 0x1F == 0x1F:
            for _ in range(3):
                tag = tag << 8 | data[place]
                place += 1
                if not tag & 0x80:
                    break
            else:
                raise BadData("tag longer than four bytes")
        length = data[place]
        place += 1
        if length == 0x80 or length > 0x84:
            raise BadData(f"length form {length:02X}")
        if length > 0x80:
            count = length & 0x7F
            length = int.from_bytes(data[place : place + count])
            place += count
            if place > len(data):
                raise IndexError
    except IndexError:
        raise BadData("element cut in its header") from None
    return tag, place - start, length


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and value of each element in a row. Filler bytes 00 and FF between them are passed over.

    Raises BadData when an element runs over the end.
    """
    place = count = 0
    while place < len(data):
        if data[place] in (0x00, 0xFF):
            place += 1
            continue
        tag, head, length = header(data, place)
        end = place + head + length
        if end > len(data):
            raise BadData(f"element {tag:X} of {length} bytes runs over the end")
        count += 1
        if count > MOST_ELEMENTS:
            raise BadData("too many elements")
        yield tag, data[place + head : end]
        place = end


def value(data: bytes, *path: int) -> bytes:
    """The value reached by following `path`, the first element of each tag.

    Raises BadData when there is none.
    """
    for tag in path:
        found = find(data, tag)
        if found is None:
            raise BadData(f"element {tag:X} is missing")
        data = found
    return data


def find(data: bytes, tag: int) -> bytes | None:
    """The value of the first element with `tag`, None when there is none."""
    return next((content for each, content in elements(data) if each == tag), None)


def element(tag: int, content: bytes) -> bytes:
    """One encoded element."""
    size = len(content)
    if size < 0x80:
        length = bytes([size])
    else:
        digits = size.to_bytes((size.bit_length() + 7) // 8)
        length = bytes([0x80 | len(digits)]) + digits
    return tag.to_bytes(max(1, (tag.bit_length() + 7) // 8)) + length + content
