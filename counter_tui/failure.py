"""How a command says no: one sentence on stderr and an exit status that others rely on."""

import click


class Failure(click.ClickException):
    """A known way to fail. Subclasses fix the exit status (`docs/contracts.md`)."""

    def show(self, file: object = None) -> None:
        click.echo(self.format_message(), err=True)


class ClearNo(Failure):
    """No card, refused, nothing found."""

    exit_code = 1


class WrongUse(Failure):
    """Wrong use, bad input or configuration."""

    exit_code = 2


class OutOfOrder(Failure):
    """A device or a service is out of order."""

    exit_code = 3
