"""Spoils good inputs the way lines, thumbs and forgers do; the same for the same random source."""

import random

EDGES = (0x00, 0x01, 0x7F, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x9F, 0xAA, 0xD8, 0xDC, 0xFE, 0xFF)


def mutate(data: bytes, source: random.Random, other: bytes = b"") -> bytes:
    """`data` with one to eight small wounds; `other` is what may be spliced in."""
    raw = bytearray(data)
    for _ in range(source.choice((1, 1, 1, 2, 3, 8))):
        at = source.randrange(len(raw) + 1)
        kind = source.randrange(9)
        if kind == 0 and raw:
            raw[at % len(raw)] ^= 1 << source.randrange(8)
        elif kind == 1 and raw:
            raw[at % len(raw)] = source.choice(EDGES)
        elif kind == 2:
            del raw[at : at + source.randrange(1, 17)]
        elif kind == 3:
            raw[at:at] = source.randbytes(source.randrange(1, 17))
        elif kind == 4:
            del raw[at:]
        elif kind == 5 and other:
            start = source.randrange(len(other))
            raw[at : at + 8] = other[start : start + source.randrange(1, 64)]
        elif kind == 6 and raw:
            # A length announced: most formats here carry one in one or two bytes.
            raw[at : at + 2] = source.choice((0, 1, 255, 65535, len(raw))).to_bytes(3, "big")[1:]
        elif kind == 7:
            piece = raw[at : at + source.randrange(1, 33)]
            raw[at:at] = piece * source.randrange(1, 4)
        elif raw:
            other_at = source.randrange(len(raw))
            raw[at % len(raw)], raw[other_at] = raw[other_at], raw[at % len(raw)]
    return bytes(raw)
