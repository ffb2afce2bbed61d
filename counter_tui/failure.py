"""How a command says no: one sentence on stderr and an exit status that others rely on."""

import click

from counter_tui.words import Words


class Failure(click.ClickException):
    """A known way to fail. Subclasses fix the exit status (`docs/contracts.md`).

    `sentence` is the marked source string with `{name}` places for `values`, so that a screen can
    say it in the language in use; `str()` is English.
    """

    language = "zh_CN"
    """What `show` speaks; a command sets the configured one."""

    def __init__(self, sentence: str, **values: object) -> None:
        self.sentence, self.values = sentence, values
        super().__init__(sentence.format(**values) if values else sentence)

    def said(self, words: Words) -> str:
        """The sentence in the language of `words`."""
        return words(self.sentence, **self.values)

    def show(self, file: object = None) -> None:
        click.echo(self.said(Words(self.language)), err=True)


class ClearNo(Failure):
    """No card, refused, nothing found."""

    exit_code = 1


class WrongUse(Failure):
    """Wrong use, bad input or configuration."""

    exit_code = 2


class OutOfOrder(Failure):
    """A device or a service is out of order."""

    exit_code = 3


def root_of(error: BaseException) -> BaseException:
    """What went wrong first: a failed worker stands for the error inside it."""
    inner = getattr(error, "error", None) or error.__cause__
    return root_of(inner) if isinstance(inner, BaseException) and inner is not error else error
