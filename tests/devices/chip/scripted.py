"""A link that plays a written conversation and objects to every byte that differs."""

from devices.chip.apdu import Channel


class ScriptedLink:
    """Expects each command of `script` in turn and gives its answer (both hex)."""

    reader = "script"
    atr = b""

    def __init__(self, script: list[tuple[str, str]]) -> None:
        self._script = list(script)

    def transmit(self, apdu: bytes) -> bytes:
        command, answer = self._script.pop(0)
        assert apdu.hex().upper() == command
        return bytes.fromhex(answer)

    def reset(self) -> None:
        raise AssertionError("nothing here resets the card")

    @property
    def played(self) -> bool:
        return not self._script


def channel(script: list[tuple[str, str]]) -> tuple[Channel, ScriptedLink]:
    link = ScriptedLink(script)
    return Channel(link, lambda: None), link
