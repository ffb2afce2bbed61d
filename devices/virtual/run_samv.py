"""`python -m devices.virtual samv`: a card reader on a pseudo-terminal until told to stop."""

import argparse
import sys
from datetime import date
from pathlib import Path

from devices.virtual.desk import Command, Desk, run
from devices.virtual.people import Person, sample_people
from devices.virtual.samv import VirtualReader

USUAL_THINKS = {0x2001: 0.03, 0x2002: 0.03, 0x3001: 0.6, 0x3010: 0.9, 0x3003: 0.15}
"""Seconds a module of the usual kind needs; made up, for the feel of it."""


def choose(people: tuple[Person, ...], word: str) -> Person:
    """The person with this key or this number in the list; ValueError when there is none."""
    for index, person in enumerate(people):
        if word in (person.key, str(index)):
            return person
    raise ValueError("nobody of that key or number; see: people")


def reader_commands(reader: VirtualReader, people: tuple[Person, ...]) -> dict[str, Command]:
    """What a SAM_V twin can be told."""

    def lay(word: str) -> dict[str, object]:
        person = choose(people, word)
        reader.lay(person.card)
        return {"laid": person.key}

    def take(word: str) -> dict[str, object]:
        reader.take()
        return {"laid": None}

    def unplug(word: str) -> dict[str, object]:
        reader.unplug()
        return {"plugged": False}

    def plug(word: str) -> dict[str, object]:
        reader.plug()
        return {"plugged": True, "path": reader.path}

    def listing(word: str) -> dict[str, object]:
        return {
            "people": [
                {
                    "index": index,
                    "key": person.key,
                    "name": person.card.name,
                    "about": person.about,
                    "disability_certificate": person.disability_certificate,
                }
                for index, person in enumerate(people)
            ]
        }

    return {"lay": lay, "take": take, "unplug": unplug, "plug": plug, "people": listing}


def main(arguments: list[str]) -> None:
    """Start a reader as the arguments say and serve it."""
    parser = argparse.ArgumentParser(prog="python -m devices.virtual samv", description=__doc__)
    parser.add_argument("--control", type=Path, help="take commands on this Unix socket too")
    parser.add_argument("--lay", metavar="KEY", help="start with this person's card on the reader")
    parser.add_argument(
        "--real-speed", action="store_true", help="as slow as 115200 baud and a chip"
    )
    parser.add_argument("--seed", type=int, default=2018, help="another seed, other people")
    parser.add_argument(
        "--today", type=date.fromisoformat, default=date.today(), help="the day ages count from"
    )
    options = parser.parse_args(arguments)
    people = sample_people(options.today, options.seed)
    thinks = USUAL_THINKS if options.real_speed else {}
    with VirtualReader(real_speed=options.real_speed, thinks=thinks) as reader:
        if options.lay is not None:
            reader.lay(choose(people, options.lay).card)
        hello = {
            "path": reader.path,
            "reader": f"samv:{reader.path}",
            "control": None if options.control is None else str(options.control),
        }
        run(Desk(reader_commands(reader, people)), hello, options.control, sys.stdin)
