"""Why a line says what it says, as lines of text."""

from collections.abc import Iterable

from counter_tui.words import Words
from intake.decision import Reason
from widgets.seams import width_of


def reason_lines(reasons: Iterable[Reason], words: Words, width: int) -> list[str]:
    """Each reason: its sentence, its rule with what it looked at, its source."""
    lines = []
    for reason in reasons:
        text = reason.text.zh if words.language == "zh_CN" else reason.text.en
        inputs = ", ".join(f"{key}={_plain(value)}" for key, value in reason.inputs.items())
        for indent, piece in (
            (" ", text),
            ("   ", f"{reason.rule}  {inputs}"),
            ("   ", reason.source),
        ):
            lines += [indent + one for one in wrapped(piece, width - len(indent))]
    return lines


def _plain(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return "+".join(_plain(one) for one in value) or "-"
    return "-" if value is None else str(value)


def wrapped(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` columns; Chinese breaks anywhere, words at spaces."""
    lines, line, used = [], "", 0
    for word in _breakable(text):
        size = width_of(word)
        if used + size > width and line:
            lines.append(line.rstrip())
            line, used = "", 0
            word = word.lstrip()
            size = width_of(word)
        line += word
        used += size
    return [*lines, line.rstrip()] if line.strip() else lines


def _breakable(text: str) -> Iterable[str]:
    piece = ""
    for character in text:
        if character == " " or not character.isascii():
            if piece:
                yield piece
            piece = ""
            yield character
        else:
            piece += character
    if piece:
        yield piece
