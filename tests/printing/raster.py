"""A receipt printer for tests: takes ESC/POS apart and answers what stands on the paper.

Written from the printers' command tables, apart from the code that makes the bytes.
"""

from dataclasses import dataclass, field


@dataclass
class Paper:
    """What came out: lines of text with their size, bars, pictures (width and height in dots)."""

    lines: list[tuple[str, bool]] = field(default_factory=list)
    bars: list[str] = field(default_factory=list)
    pictures: list[tuple[int, int]] = field(default_factory=list)
    cuts: int = 0

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(line for line, _ in self.lines)


def printed(data: bytes) -> Paper:
    """Run the bytes. Chinese outside of Chinese mode comes out as `?`, as on a real printer."""
    paper, at, line, chinese, large = Paper(), 0, "", False, False
    while at < len(data):
        two = data[at : at + 2]
        if two == b"\x1b@":
            chinese, large, at = False, False, at + 2
        elif two in (b"\x1c&", b"\x1c."):
            chinese, at = two == b"\x1c&", at + 2
        elif two == b"\x1b!":
            large, at = bool(data[at + 2] & 0x30), at + 3
        elif two in (b"\x1c!", b"\x1ba", b"\x1bE", b"\x1dH", b"\x1dw", b"\x1dh", b"\x1df"):
            at += 3
        elif two == b"\x1dk":
            length = data[at + 3]
            paper.bars.append(data[at + 4 : at + 4 + length].decode())
            at += 4 + length
        elif data[at : at + 4] == b"\x1dv0\x00":
            across, down = (int.from_bytes(data[at + n : at + n + 2], "little") for n in (4, 6))
            paper.pictures.append((across * 8, down))
            at += 8 + across * down
        elif two == b"\x1dV":
            paper.cuts, at = paper.cuts + 1, at + 4
        elif data[at] == 0x0A:
            paper.lines.append((line, large))
            line, at = "", at + 1
        elif data[at] < 0x20:
            raise AssertionError(f"unknown command {data[at : at + 4].hex()} at {at}")
        elif data[at] < 0x80:
            line, at = line + chr(data[at]), at + 1
        else:
            line, at = line + (data[at : at + 2].decode("gb18030") if chinese else "?"), at + 2
    return paper
