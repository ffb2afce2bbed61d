"""Packs as a command's arguments name them: by name, or by the folder someone works on."""

import os
from pathlib import Path

from counter_tui import packs
from counter_tui.failure import WrongUse
from counter_tui.words import N_
from intake.pack import Pack, PackError
from intake.pack.layers import Layered, resolve


def layered(directory: Path) -> Layered:
    """The pack in a folder with the layers below it. Raises PackError with file and line."""
    folder = directory.resolve()
    if not folder.is_dir():
        raise PackError(f"there is no folder {directory}")
    return resolve(folder.name, packs.beside(folder))


def named(name: str, home: Path) -> Pack:
    """The pack that decides under this name, else the one in the folder; what has a slash is one.

    A base pack is there to be seen too. Raises WrongUse when there is none.
    """
    try:
        if os.sep in name:
            return Pack(layered(Path(name)).resolved)
        try:
            return packs.in_use(name, home).pack
        except PackError:
            if Path(name).is_dir():
                return Pack(layered(Path(name)).resolved)
            return Pack(resolve(name, packs.shipped).resolved)
    except PackError as error:
        raise WrongUse(str(error)) from None


def in_use(name: str, home: Path) -> Pack:
    """The pack that decides at this station. Raises WrongUse when none can."""
    try:
        return packs.in_use(name, home).pack
    except PackError as error:
        raise WrongUse(str(error)) from None


def deciding(name: str, home: Path) -> Pack:
    """The same, of a pack that decides. Raises WrongUse for a base too."""
    pack = named(name, home)
    if pack.resolved.base:
        raise WrongUse(
            N_("{name} is a base for other packs and decides nothing by itself."), name=name
        )
    return pack
