"""A slip as ESC/POS bytes for a receipt printer, and the way of them to it.

python-escpos opens the printer, draws bars and pictures and cuts. Text takes a way of our own: the
library sends Chinese without switching the printer to it and loses Chinese punctuation.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from escpos.printer import Dummy, File, Network, Serial, Usb

from counter_tui.printing.fonts import chinese_font
from counter_tui.printing.lines import Line, laid_out
from counter_tui.printing.target import Target
from counter_tui.slips.slip import Slip

_RESET: Final = b"\x1b@"
_CHINESE: Final = b"\x1c&"
_LATIN: Final = b"\x1c."
_NORMAL: Final = b"\x1b!\x00\x1c!\x00"
_LARGE: Final = b"\x1b!\x30\x1c!\x0c"
_BOLD: Final = b"\x1b!\x08\x1c!\x00\x1bE\x01"
_NOT_BOLD: Final = b"\x1bE\x00"
_FEED_AND_CUT: Final = b"\x1dVA\x00"
_DOTS_A_COLUMN: Final = 12
_PATIENCE_SECONDS: Final = 10


def drawn(slip: Slip, target: Target) -> bytes:
    """All bytes of the slip. Raises LookupError when a rare sign needs a font and there is none."""
    paper: Any = Dummy()
    paper._raw(_RESET)
    for line in laid_out(slip, target.columns):
        _draw(paper, line, target.columns)
    paper._raw(b"\n\n\n")
    if target.cut:
        paper._raw(_FEED_AND_CUT)
    return bytes(paper.output)


def send(data: bytes, target: Target) -> None:
    """Bring the bytes to the printer. Raises what the library raises, and OSError."""
    printer: Any = _opened(target)
    try:
        printer._raw(data)
        if target.way in ("file", "serial"):
            printer.device.flush()
    finally:
        printer.close()


def _opened(target: Target) -> Any:
    match target.way:
        case "file":
            if not Path(target.where).exists():
                # A plain file in its place would swallow every paper from now on.
                raise FileNotFoundError
            return File(target.where)
        case "serial":
            return Serial(target.where, baudrate=target.baud, timeout=_PATIENCE_SECONDS)
        case "usb":
            vendor, _, product = target.where.partition(":")
            return Usb(int(vendor, 16), int(product, 16), timeout=_PATIENCE_SECONDS * 1000)
        case _:
            host, _, port = target.where.rpartition(":")
            return Network(host, int(port), timeout=_PATIENCE_SECONDS)


def _draw(paper: Any, line: Line, columns: int) -> None:
    if line.style == "barcode":
        paper._raw(b"\x1ba\x01")
        paper.barcode("{B" + line.text, "CODE128", function_type="B", height=64, width=2)
        paper._raw(b"\x1ba\x00")
        return
    if _has_rare(line.text):
        paper.image(_picture(line, columns), impl="bitImageRaster")
        return
    style = {"title": _LARGE, "heading": _BOLD}.get(line.style, _NORMAL)
    paper._raw(_CHINESE + style + line.text.encode("gb18030") + b"\n" + _NOT_BOLD + _NORMAL)
    paper._raw(_LATIN)


def _has_rare(text: Iterable[str]) -> bool:
    """Whether a sign takes four bytes of GB18030: no printer's own font has it."""
    return any(len(sign.encode("gb18030", "replace")) == 4 for sign in text)


def _picture(line: Line, columns: int) -> Any:
    from PIL import Image, ImageDraw, ImageFont

    font = chinese_font()
    if font is None:
        raise LookupError("no font")
    size = 48 if line.style == "title" else 24
    drawing = Image.new("1", (columns * _DOTS_A_COLUMN, size + 8), 1)
    type = ImageFont.truetype(str(font.path), size, font.number)
    ImageDraw.Draw(drawing).text((0, 0), line.text, fill=0, font=type)
    return drawing
