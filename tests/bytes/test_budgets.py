"""Bytes a key, on the real screens over a real pty, at 80x24 and 256 colours. Exact, so a test."""

import pytest

from tests.bytes.conftest import F
from tests.bytes.pty_app import PtyApp

TYPED, TAB, DIALOG, PART, PAINT = 200, 400, 2000, 4096, 8192


@pytest.mark.parametrize("part", ["f2", "f3", "f5"])
@pytest.mark.parametrize("character", ["a", "张"])
def test_a_typed_character(case: PtyApp, part: str, character: str) -> None:
    case.press(F[part], 0.12)
    if part == "f5":
        case.press("\t\t", 0.12)
    sizes = [case.press(character) for _ in range(3)]
    case.press("\x7f\x7f\x7f", 0.12)
    assert 0 < max(sizes) <= TYPED


@pytest.mark.parametrize("part", ["f2", "f3", "f4", "f5", "f6", "f7"])
def test_tab_between_fields(case: PtyApp, part: str) -> None:
    case.press(F[part], 0.12)
    assert max(case.press("\t") for _ in range(6)) <= TAB


@pytest.mark.parametrize("part", ["f4", "f6", "f7"])
def test_a_step_in_a_list(case: PtyApp, part: str) -> None:
    case.press(F[part], 0.12)
    assert max(case.press("\x1b[B") for _ in range(3)) <= TYPED


@pytest.mark.parametrize("part", ["f2", "f3", "f4", "f5", "f6", "f7"])
@pytest.mark.parametrize("dialog", ["f1", "f9"])
def test_open_and_close_a_dialog(case: PtyApp, part: str, dialog: str) -> None:
    case.press(F[part], 0.12)
    opened = case.press(F[dialog], 0.12)
    closed = case.press("\x1b", 0.45)
    assert 0 < opened <= DIALOG
    assert 0 < closed <= DIALOG


def test_a_change_of_part(case: PtyApp) -> None:
    sizes = {part: case.press(F[part], 0.12) for part in ("f2", "f3", "f4", "f5", "f6", "f7")}
    assert max(sizes.values()) <= PART, sizes


@pytest.mark.parametrize("part", ["f2", "f3", "f4", "f5", "f6", "f7"])
def test_a_full_paint(case: PtyApp, part: str) -> None:
    case.press(F[part], 0.12)
    assert 500 < case.press("\x0c", 0.12) <= PAINT


def test_nothing_when_idle(case: PtyApp) -> None:
    case.press(F["f5"], 0.12)
    assert case.read(quiet=1.5, limit=1.5) == b""


def test_home_stays_within_the_same_budgets(home: PtyApp) -> None:
    assert home.press("\t") <= TAB
    assert home.press(F["f1"], 0.12) <= DIALOG
    assert home.press("\x1b", 0.45) <= DIALOG
    assert home.read(quiet=1.5, limit=1.5) == b""


def test_memory_is_flat_over_a_thousand_tabs(case: PtyApp) -> None:
    case.press(F["f5"], 0.12)
    case.send("\t" * 100)
    case.read(0.5)
    before = case.resident_kib()
    for _ in range(10):
        case.send("\t" * 100)
        case.read(0.5)
    assert case.resident_kib() - before <= before * 0.02
    assert case.resident_kib() <= 75 * 1024
