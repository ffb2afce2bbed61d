"""Checks of what is plugged in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from counter_tui.bell import is_heard
from counter_tui.config import ReadersConfig
from counter_tui.device_words import PROBLEMS
from counter_tui.doctor.finding import Finding, Verdict
from counter_tui.printing import reach
from counter_tui.printing.printer import TROUBLES
from counter_tui.printing.target import target
from counter_tui.words import N_
from devices.factory import Options
from devices.once import ReaderState, look
from devices.records import Problem

_PATIENCE_SECONDS: Final = 1.4

_REMEDIES: Final = {
    Problem.READER_GONE: N_("Plug the reader in, or correct its address in counter.toml."),
    Problem.NO_ANSWER: N_("Check the reader's cable and power; unplug it and plug it in again."),
    Problem.PORT_DENIED: N_("Add this account to the group `dialout` and sign in again."),
    Problem.READER_BUSY: N_("Close the other program that uses the reader."),
    Problem.SERVICE_DOWN: N_("Start the service: systemctl start pcscd.socket."),
    Problem.DRIVER_MISSING: N_("Install the reader's driver (Debian: libccid)."),
    Problem.BAD_ADDRESS: N_("Correct the address under [readers] in counter.toml."),
    Problem.BAD_TRUST: N_("Correct `trust` under [readers] in counter.toml."),
}
_OTHERWISE: Final = N_("Unplug the reader and plug it in again; else call the help desk.")


def readers(config: ReadersConfig, home: Path) -> Iterator[Finding]:
    """One line for each reader of the configuration."""
    if not config.uris:
        yield Finding(
            "readers",
            Verdict.WARN,
            N_("none configured"),
            N_("Name the readers under [readers] in counter.toml."),
        )
        return
    options = Options(Path(config.trust) if config.trust else None, config.wlt_library)
    held = is_heard(home, "terminal")
    for state in look(config.uris, options, _PATIENCE_SECONDS):
        yield _reader(state, held)


def _reader(state: ReaderState, held: bool) -> Finding:
    values = {"uri": state.uri, "name": state.name}
    if state.problem is None:
        if state.uri == "virtual:":
            text = N_("{uri}: a virtual reader, for trying things out only")
            remedy = N_("Name the real reader under [readers] in counter.toml.")
            return Finding("readers", Verdict.WARN, text, remedy, values)
        return Finding("readers", Verdict.OK, N_("{uri} answers: {name}"), values=values)
    if state.problem is Problem.READER_BUSY and held:
        text = N_("{uri} is in use by the terminal")
        return Finding("readers", Verdict.OK, text, values=values)
    values["problem"] = PROBLEMS[state.problem]
    remedy = _REMEDIES.get(state.problem, _OTHERWISE)
    return Finding("readers", Verdict.FAIL, N_("{uri}: {problem}"), remedy, values)


def printer(uri: str) -> Iterator[Finding]:
    """Receipts and notices."""
    to = target(uri)
    values = {"uri": uri}
    if not to.on:
        text = N_("none configured; papers are kept to be shown and printed later")
        yield Finding("printer", Verdict.OK, text)
        return
    trouble = reach.trouble_at(to)
    if trouble:
        yield Finding(
            "printer", Verdict.FAIL, N_("{uri} cannot be used"), TROUBLES[trouble], values
        )
    else:
        yield Finding("printer", Verdict.OK, N_("{uri} can be used"), values=values)
