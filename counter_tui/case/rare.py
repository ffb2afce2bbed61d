"""Characters of a name that a screen or printer may not have: shown by their code, with a note."""

import unicodedata


def rare_characters(name: str) -> list[str]:
    """Those outside the basic plane, of private use or not assigned; each once."""
    return list(dict.fromkeys(one for one in name if _is_rare(one)))


def shown_name(name: str) -> str:
    """The name with each rare character as `<U+20BB7>`: no terminal shows a wrong sign for it."""
    return "".join(f"<U+{ord(one):04X}>" if _is_rare(one) else one for one in name)


def _is_rare(character: str) -> bool:
    return ord(character) > 0xFFFF or unicodedata.category(character) in ("Co", "Cn")
