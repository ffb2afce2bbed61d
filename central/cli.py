"""The `counter-central` command."""

import click


@click.group()
def central() -> None:
    """The reference central API."""


def main() -> None:
    """Entry point of the `counter-central` script."""
    central()
