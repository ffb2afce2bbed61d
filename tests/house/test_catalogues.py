"""The catalogues: every sentence people see stands in both languages, whole and short enough."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from rich.cells import cell_len

from counter_tui.cli import counter
from counter_tui.commands._spoken import paragraphs
from counter_tui.words import LANGUAGES, spellings
from hatch_build import compile_catalogues, spelling

ROOT = Path(__file__).parents[2]
ROOMS = ("counter_tui", "widgets")
LOCALE = Path("counter_tui/locale")
PO = Path("LC_MESSAGES/counter.po")
COLUMNS = 80
SPEAKERS = {"words", "_", "Failure", "ClearNo", "WrongUse", "OutOfOrder"}
"""What says its first argument to people; a sentence written there must be marked."""

NAMES = set(
    re.findall(
        r"\S+",
        "Ctrl+D Ctrl+E Ctrl+G Ctrl+N Ctrl+O Ctrl+R Ctrl+T Ctrl+U Ctrl+Y Del Esc Ins"
        " F1 F8 F9 F10 Tab PIN ID EN MiB UTF-8"
        " Debian Ed25519 PC SC SSH chmod gnome-keyring libccid pcscd sshd start systemctl tmux"
        " PYTHON_KEYRING_BACKEND age1 help_desk_key home meeting_place pack sealed-file"
        " baud device fingerprints no pcsc rfc2217 samv scanner serial socket usb virtual yes"
        " AFTER BEFORE DIR FACTS FILE LABEL MODULE NAME PID TOKEN VID"
        " JPEG JSON PNG KB folder https root"
        " English columns cups cut dev dialout escpos file fonts-noto-cjk lp pdf tcp VVVV PPPP",
    )
)
"""What stays as it is in Chinese: keys, units, programs, settings, reader addresses, arguments."""

LITERAL = re.compile(r"`[^`]*`|\{\w+\}|\[\w+\]|--[a-z-]+|/dev/\w+|\b\w+(?:\.\w+)+\b")
"""What is typed or shown letter by letter: commands, places, sections, options, paths, keys."""


def _name(call: ast.Call) -> str:
    spoken = call.func
    if isinstance(spoken, ast.Attribute):
        return spoken.attr
    return spoken.id if isinstance(spoken, ast.Name) else ""


def _calls() -> Iterator[tuple[str, str, ast.expr]]:
    """Place, function and first argument of every call that has one."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and node.args:
                    place = f"{path.relative_to(ROOT)}:{node.lineno}"
                    yield place, _name(node), node.args[0]


def _marked() -> dict[str, str]:
    """Each marked string with the place where it stands first."""
    found = dict(_helps(counter, "counter"))
    for place, name, told in _calls():
        if name == "N_" and isinstance(told, ast.Constant):
            found.setdefault(str(told.value), place)
    return found


def _helps(command: click.Command, name: str) -> Iterator[tuple[str, str]]:
    """What `--help` says of a command, of its options and of all below it."""
    options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
    for told in (command, *options):
        yield from ((text, name) for text in paragraphs(told.help))
    if isinstance(command, click.Group):
        context = click.Context(command)
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found is not None
            yield from _helps(found, f"{name} {below}")


def _catalogue(language: str) -> Catalog:
    with (ROOT / LOCALE / language / PO).open("rb") as lines:
        return read_po(lines, locale=language)


def _entries(language: str) -> dict[str, str]:
    return {str(one.id): str(one.string) for one in _catalogue(language) if one.id}


def _places(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_a_sentence_is_marked_where_it_is_written() -> None:
    computed = [p for p, name, told in _calls() if name == "N_" and not _is_text(told)]
    unmarked = [p for p, name, told in _calls() if name in SPEAKERS and _is_text(told)]

    assert not computed, "N_() takes one plain string"
    assert not unmarked, "write N_() around it"


def _is_text(told: ast.expr) -> bool:
    return isinstance(told, ast.Constant) and isinstance(told.value, str)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_marked_string_stands_in_the_catalogue_and_no_other(language: str) -> None:
    marked, entries = _marked(), _entries(language)

    assert len(marked) > 500
    assert {text: marked[text] for text in marked.keys() - entries.keys()} == {}
    assert entries.keys() - marked.keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_entry_is_empty_fuzzy_or_obsolete(language: str) -> None:
    catalogue = _catalogue(language)

    assert [one.id for one in catalogue if one.id and not str(one.string).strip()] == []
    assert [one.id for one in catalogue if one.id and one.fuzzy] == []
    assert list(catalogue.obsolete) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_places_for_values_are_the_same(language: str) -> None:
    wrong = {k: v for k, v in _entries(language).items() if _places(k) != _places(v)}

    assert wrong == {}


def test_english_says_what_the_sources_say() -> None:
    assert {k: v for k, v in _entries("en").items() if k != v} == {}


def test_no_english_is_left_in_the_chinese() -> None:
    left = {}
    for text in _entries("zh_CN").values():
        words = re.findall(r"[A-Za-z][A-Za-z0-9_+-]*", LITERAL.sub(" ", text))
        if strange := {word for word in words if len(word) > 1} - NAMES:
            left[text] = strange

    assert left == {}


def test_a_chinese_sentence_fits_one_line() -> None:
    texts = (re.sub(r"\{\w+\}", "", text) for text in _entries("zh_CN").values())

    assert [text for text in texts if cell_len(text) > COLUMNS] == []


def test_a_chinese_sentence_is_found_by_initials_and_pinyin() -> None:
    assert spelling("受理：保存、编号并上报").startswith("slbcbhbsb shoulibaocun")
    assert spellings().keys() >= {text for text in _entries("zh_CN").values() if text}


def test_what_is_compiled_is_the_whole_catalogue(tmp_path: Path) -> None:
    for language in LANGUAGES:
        copy = tmp_path / LOCALE / language / PO
        copy.parent.mkdir(parents=True)
        copy.write_bytes((ROOT / LOCALE / language / PO).read_bytes())

    compile_catalogues(tmp_path)

    for language in LANGUAGES:
        with (tmp_path / LOCALE / language / PO).with_suffix(".mo").open("rb") as binary:
            compiled = {str(one.id): str(one.string) for one in read_mo(binary) if one.id}
        assert compiled == _entries(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_of_a_screen_fits_one_line(language: str) -> None:
    marked, entries = _marked(), _entries(language)
    screens = {text for text, place in marked.items() if "/screens/" in place}
    said = {text: re.sub(r"\{\w+\}", "", entries[text]) for text in screens}

    assert len(screens) > 200
    # A blank stands before each.
    assert [text for text, line in said.items() if cell_len(line) > COLUMNS - 1] == []
