"""Commands that explain themselves, and refuse, in the language of the configuration.

A command's help and its options' are marked strings like every other sentence; what click itself
would say in English is said here.
"""

import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import click
from click.exceptions import NoArgsIsHelpError, NoSuchCommand

from counter_tui import config
from counter_tui.failure import Failure, WrongUse
from counter_tui.words import N_, Words

BY_CLICK: Final = {
    "Show the version and exit.": N_("Show the version and exit."),
    "Show this message and exit.": N_("Show this message and exit."),
}
"""Help of the options that click adds by itself."""

_GAP: Final = 2
_WIDEST_NAMES: Final = 30
"""Columns that options' names may take before their help goes below them."""


def speaking() -> Words:
    """The configured language; the built-in one where the configuration cannot be read."""
    try:
        return Words(config.load().language)
    except WrongUse:
        return Words()


def paragraphs(text: str | None) -> list[str]:
    """The marked strings of a help text: a paragraph each, on one line."""
    parts = inspect.cleandoc(text or "").split("\n\n")
    return [" ".join(part.split()) for part in parts if part.strip()]


@contextmanager
def spoken() -> Iterator[None]:
    """Say in the configured language what a command refuses, also where click refuses it."""
    try:
        yield
    except Failure as failure:
        failure.language = speaking().language
        raise
    except NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        refused = _refused(error)
        refused.language = speaking().language
        raise refused from None


class SpokenCommand(click.Command):
    """One command."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        words = speaking()
        named = {
            "[OPTIONS]": words(N_("[OPTIONS]")),
            "COMMAND [ARGS]...": words(N_("COMMAND [ARGS]...")),
        }
        pieces = (named.get(one, one) for one in self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, " ".join(pieces), f"{words(N_('Usage:'))} ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        words = speaking()
        for paragraph in paragraphs(self.help):
            formatter.write_paragraph()
            with formatter.indentation():
                _write(formatter, words(paragraph))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        words = speaking()
        options = [one for one in self.get_params(ctx) if isinstance(one, click.Option)]
        shown = [one for one in options if not one.hidden]
        rows = [(one.get_help_spec(ctx), _help_of(one, ctx, words)) for one in shown]
        list_rows(formatter, words(N_("Options")), rows)


class SpokenGroup(SpokenCommand, click.Group):
    """A command with subcommands, which are `SpokenCommand`s by themselves."""

    command_class = SpokenCommand

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        words = speaking()
        rows = [(name, words(first)) for name, first in self.briefly(ctx)]
        list_rows(formatter, words(N_("Commands")), rows)

    def briefly(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Every subcommand with the first paragraph of its help."""
        known = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        return [(name, paragraphs(one.help)[0]) for name, one in known if one is not None]


def list_rows(formatter: click.HelpFormatter, title: str, rows: Sequence[tuple[str, str]]) -> None:
    """A section of names, each with its help wrapped beside it, Chinese too."""
    # It knows which places a line may be broken at; only help needs it.
    from counter_tui.printing.lines import wrapped

    widest = max(len(name) for name, _ in rows)
    beside = min(widest, _WIDEST_NAMES) + _GAP
    with formatter.section(title):
        blank = " " * formatter.current_indent
        for name, text in rows:
            lines = wrapped(text, formatter.width - formatter.current_indent - beside)
            if len(name) + _GAP > beside:
                formatter.write(f"{blank}{name}\n")
            else:
                formatter.write(f"{blank}{name.ljust(beside)}{lines.pop(0)}\n")
            formatter.write("".join(f"{blank}{' ' * beside}{line}\n" for line in lines))


def _write(formatter: click.HelpFormatter, text: str) -> None:
    from counter_tui.printing.lines import wrapped

    blank = " " * formatter.current_indent
    for line in wrapped(text, formatter.width - len(blank)):
        formatter.write(f"{blank}{line}\n")


def _help_of(option: click.Option, context: click.Context, words: Words) -> str:
    text = words(BY_CLICK.get(option.help or "", option.help or ""))
    extra: dict[str, Any] = dict(option.get_help_extra(context))
    notes = [words(N_("default: {value}"), value=extra["default"])] if "default" in extra else []
    notes += [extra["range"]] if "range" in extra else []
    notes += [words(N_("required"))] if "required" in extra else []
    return f"{text}  [{', '.join(notes)}]" if notes else text


def _refused(error: click.UsageError) -> WrongUse:
    """What click found wrong with a command line, as a sentence of ours."""
    command = error.ctx.command_path if error.ctx else "counter"
    match error:
        case click.NoSuchOption():
            return WrongUse(
                N_("There is no option {name}; see `{command} --help`."),
                name=error.option_name,
                command=command,
            )
        case NoSuchCommand():
            return WrongUse(
                N_("There is no command {name}; see `{command} --help`."),
                name=error.command_name,
                command=command,
            )
        case click.MissingParameter():
            return WrongUse(
                N_("{name} is missing; see `{command} --help`."),
                name=_name_of(error),
                command=command,
            )
        case click.BadParameter(param=click.Parameter(type=click.Choice(choices=choices))):
            return WrongUse(
                N_("{name} is one of these: {choices}; see `{command} --help`."),
                name=_name_of(error),
                choices=" ".join(map(str, choices)),
                command=command,
            )
        case click.BadParameter():
            return WrongUse(
                N_("{name} cannot be that ({reason}); see `{command} --help`."),
                name=_name_of(error),
                reason=error.message.rstrip("."),
                command=command,
            )
    return WrongUse(
        N_("The command line is wrong ({reason}); see `{command} --help`."),
        reason=error.message.rstrip("."),
        command=command,
    )


def _name_of(error: click.BadParameter) -> str:
    """The option or argument, as it is typed."""
    hint = error.param_hint
    if hint is None and error.param is not None and error.ctx is not None:
        hint = error.param.get_error_hint(error.ctx)
    named = hint if isinstance(hint, str) or hint is None else " / ".join(hint)
    return (named or "?").replace("'", "")
