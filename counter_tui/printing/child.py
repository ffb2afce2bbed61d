"""The printing child: one order on stdin, one answer on stdout, both JSON.

A slip names a person, so it stands in no argument and in no file's name.
"""

import json
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from counter_tui.printing.fonts import chinese_font
from counter_tui.printing.lines import as_lines
from counter_tui.printing.target import Target, target
from counter_tui.slips.slip import Slip
from counter_tui.store.sealed_file import write_durably

_QUEUE_SECONDS = 20


def main() -> None:
    """Print what is ordered; the answer names the trouble, empty when there was none."""
    order = json.load(sys.stdin)
    # The libraries print remarks; the answer stands alone on stdout.
    with redirect_stdout(sys.stderr):
        trouble = trouble_with(order)
    json.dump({"trouble": trouble}, sys.stdout)


def trouble_with(order: dict[str, Any]) -> str:
    """Do it: "" or one word of `printer.TROUBLES`."""
    try:
        _print(Slip.from_json(order["slip"]), target(order["uri"]), order["name"])
    except LookupError:
        return "no-font"
    except subprocess.SubprocessError:
        return "queue"
    except PermissionError:
        return "denied"
    except FileNotFoundError:
        return "absent"
    except Exception as error:  # noqa: BLE001 - the library has its own; their texts name paths
        return "absent" if "NotFound" in type(error).__name__ else "failed"
    return ""


def _print(slip: Slip, to: Target, name: str) -> None:
    if to.way == "text":
        _write(
            Path(to.where) / f"{name}.txt", "\n".join([*as_lines(slip, to.columns), ""]).encode()
        )
    elif to.way in ("pdf", "cups"):
        from counter_tui.printing import pdf

        font = chinese_font()
        if font is None:
            raise LookupError("no font")
        made = pdf.drawn(slip, font)
        if to.way == "pdf":
            _write(Path(to.where) / f"{name}.pdf", made)
        else:
            queue = ["-d", to.where] if to.where else []
            subprocess.run(  # noqa: S603
                ["lp", *queue, "-t", name, "-"],  # noqa: S607
                input=made,
                capture_output=True,
                timeout=_QUEUE_SECONDS,
                check=True,
            )
    else:
        from counter_tui.printing import receipt_printer

        receipt_printer.send(receipt_printer.drawn(slip, to), to)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_durably(path, content)


if __name__ == "__main__":
    main()
