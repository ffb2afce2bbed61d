"""How the screens look: the terminal's own sixteen colours, and few of them."""

from typing import Final

from textual.theme import Theme

THEME: Final = Theme(
    name="counter",
    ansi=True,
    **dict.fromkeys(("primary", "secondary", "accent", "success"), "ansi_green"),
    **dict.fromkeys(("warning", "error"), "ansi_yellow"),
    **dict.fromkeys(("foreground", "background", "surface", "panel", "boost"), "ansi_default"),
    variables=dict.fromkeys(
        ("ansi-background", "ansi-foreground", "border-blurred", "input-cursor-background"),
        "ansi_default",
    ),
)
"""The terminal's own colours: few bytes, and it reads on every terminal, dark or light."""
