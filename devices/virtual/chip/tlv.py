"""BER-TLV as a card writes and reads it."""


def tlv(tag: int, *parts: bytes) -> bytes:
    """One data object around `parts`, its length in the shortest form."""
    value = b"".join(parts)
    size = len(value)
    if size < 0x80:
        length = bytes((size,))
    else:
        digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
        length = bytes((0x80 | len(digits),)) + digits
    return tag.to_bytes((tag.bit_length() + 7) // 8 or 1, "big") + length + value


def objects(data: bytes) -> list[tuple[int, bytes, bytes]]:
    """(tag, value, whole object) in order; ValueError when they do not fill `data` exactly."""
    found = []
    at = 0
    while at < len(data):
        start = at
        tag = data[at]
        at += 1
        if tag & 0x1F == 0x1F and at < len(data):
            tag = tag << 8 | data[at]
            at += 1
        if at >= len(data):
            raise ValueError("object without a length")
        size = data[at]
        at += 1
        if size >= 0x80:
            count = size & 0x7F
            size = int.from_bytes(data[at : at + count], "big")
            at += count
        if at + size > len(data):
            raise ValueError("object longer than its surroundings")
        found.append((tag, data[at : at + size], data[start : at + size]))
        at += size
    return found


def oid(dotted: str) -> bytes:
    """The content bytes of an object identifier."""
    arcs = [int(arc) for arc in dotted.split(".")]
    packed = bytearray()
    for arc in [arcs[0] * 40 + arcs[1], *arcs[2:]]:
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(arc & 0x7F | 0x80)
        packed += bytes(reversed(septets))
    return bytes(packed)
