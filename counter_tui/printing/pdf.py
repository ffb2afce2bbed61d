"""A slip as PDF for office printers: A4, an EMS label as 100 by 150 mm.

The signs in use are embedded from the system's font, so the paper looks the same on every printer.
"""

from typing import Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from counter_tui.printing.fonts import Font
from counter_tui.slips.slip import Block, Slip

_A4: Final = (210.0, 297.0)
_LABEL: Final = (100.0, 150.0)


def drawn(slip: Slip, font: Font) -> bytes:
    """The file's bytes."""
    return _Paper(slip, font).bytes()


class _Paper:
    def __init__(self, slip: Slip, font: Font) -> None:
        label = slip.what == "waybill"
        width, height = _LABEL if label else _A4
        self._size = 8.5 if label else 11.0
        self._margin = 5.0 if label else 20.0
        self._width = width - 2 * self._margin
        self._pdf = pdf = FPDF(format=(width, height))
        pdf.set_margin(self._margin)
        pdf.set_auto_page_break(True, self._margin)
        pdf.add_font("chinese", "", font.path, collection_font_number=font.number)
        pdf.set_font("chinese", size=self._size)
        pdf.add_page()
        for block in slip.blocks:
            self._draw(block)

    def bytes(self) -> bytes:
        return bytes(self._pdf.output())

    @property
    def _line(self) -> float:
        return self._size * 0.58

    def _draw(self, block: Block) -> None:
        pdf = self._pdf
        match block.kind:
            case "title":
                self._text(block.text, 1.7, "C")
                pdf.ln(self._line * 0.6)
            case "heading":
                pdf.ln(self._line * 0.5)
                self._text(block.text, 1.15)
            case "line":
                pdf.set_x(self._margin + block.indent * self._size * 0.2)
                self._text(block.text)
            case "pair":
                self._pair(block)
            case "gap":
                pdf.ln(self._line)
            case "rule":
                pdf.ln(self._line * 0.5)
                pdf.line(self._margin, pdf.y, self._margin + self._width, pdf.y)
                pdf.ln(self._line * 0.5)
            case "barcode":
                self._barcode(block.text)
            case "signature":
                self._signature(block.label)

    def _text(self, text: str, scale: float = 1.0, align: str = "L") -> None:
        pdf = self._pdf
        pdf.set_font_size(self._size * scale)
        pdf.multi_cell(
            0, self._line * scale, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )
        pdf.set_font_size(self._size)

    def _pair(self, block: Block) -> None:
        pdf, label = self._pdf, self._width * (0.2 if self._size < 10 else 0.22)
        top, page = pdf.y, pdf.page
        pdf.multi_cell(label, self._line, block.label, new_x=XPos.RIGHT, new_y=YPos.TOP)
        beneath = top + self._line
        pdf.set_xy(self._margin + label, top if pdf.page == page else pdf.y)
        pdf.multi_cell(0, self._line, block.text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        pdf.y = max(pdf.y, beneath) if pdf.page == page else pdf.y

    def _signature(self, label: str) -> None:
        pdf = self._pdf
        pdf.ln(self._line * 1.2)
        pdf.cell(self._width * 0.3, self._line, label, new_x=XPos.RIGHT, new_y=YPos.TOP)
        beneath = pdf.y + self._line
        pdf.line(pdf.x, beneath, self._margin + self._width * 0.75, beneath)
        pdf.ln(self._line)

    def _barcode(self, text: str) -> None:
        from barcode import Code128

        pdf, bars = self._pdf, Code128(text).build()[0]
        module = min(0.33, self._width / (len(bars) + 20))
        left = self._margin + (self._width - module * len(bars)) / 2
        height = 12.0
        start = 0
        for end in range(1, len(bars) + 1):
            if end == len(bars) or bars[end] != bars[start]:
                if bars[start] == "1":
                    width = module * (end - start)
                    pdf.rect(left + module * start, pdf.y, width, height, style="F")
                start = end
        pdf.y += height + 1
        self._text(text, 1.0, "C")
        pdf.ln(self._line * 0.4)
