"""Findings as people read them and as programs do."""

from collections.abc import Iterable
from typing import Any

from counter_tui.doctor.finding import Finding, Verdict
from counter_tui.words import N_, Words

MARKS = {Verdict.OK: "✓", Verdict.WARN: "!", Verdict.FAIL: "✗"}

NAMES = {
    "readers": N_("Readers"),
    "centre": N_("Centre"),
    "clock": N_("Clock"),
    "keyring": N_("Keys"),
    "store": N_("Store"),
    "disk": N_("Disk"),
    "pack": N_("Policy pack"),
    "printer": N_("Printer"),
    "terminal": N_("Terminal"),
    "updates": N_("Updates"),
}


def text_of(finding: Finding, words: Words) -> str:
    """The sentence; a value that is a catalogue string itself is said in that language too."""
    values = {
        name: words(str(value)) if name in ("problem", "why") else value
        for name, value in finding.values.items()
    }
    return words(finding.text, **values)


def lines(findings: Iterable[Finding], words: Words) -> list[str]:
    """One line a check, and what to do under those that need it."""
    shown = []
    for finding in findings:
        name = words(NAMES.get(finding.check, finding.check))
        shown.append(f"{MARKS[finding.verdict]} {name}: {text_of(finding, words)}")
        if finding.remedy:
            shown.append(f"    → {words(finding.remedy, **finding.values)}")
    return shown


def document(findings: Iterable[Finding], words: Words) -> dict[str, Any]:
    """`{"verdict", "checks": [{"check", "verdict", "text", "remedy"}]}`."""
    checks = [
        {
            "check": finding.check,
            "verdict": str(finding.verdict),
            "text": text_of(finding, words),
            "remedy": words(finding.remedy, **finding.values) if finding.remedy else "",
        }
        for finding in findings
    ]
    return {"verdict": worst(findings), "checks": checks}


def worst(findings: Iterable[Finding]) -> str:
    """The gravest verdict of all."""
    verdicts = {finding.verdict for finding in findings}
    return str(next((one for one in (Verdict.FAIL, Verdict.WARN) if one in verdicts), Verdict.OK))
