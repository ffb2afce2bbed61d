"""The rules again: the terminal is not trusted, so the centre decides every application itself."""

from typing import Final

from central.model import parse
from central.problems import Problem
from intake.application import Application, short_number
from intake.facts import Item, ItemKind

HOLDABLE: Final = ("accept", "accept_with_deferral")


class Rules:
    """The packs this centre knows, and deciding by them."""

    def check(self, application: Application) -> None:
        """Raise Problem when the application is not one the rules accept."""
        if application.decision.outcome not in HOLDABLE:
            raise Problem("invalid", field="decision.outcome", message="not accepted")


def read_application(body: bytes) -> Application:
    """The application in `body`. Raises Problem `invalid` naming the field."""
    application = parse(Application, body)
    if application.number != short_number(application.id):
        raise Problem("invalid", field="number", message="not the number of this id")
    return application


def item_key(item: Item) -> str:
    """What makes two items the same business: document and kind, and for endorsements which."""
    if item.kind is not ItemKind.ENDORSE:
        return f"{item.document}:{item.kind}"
    wanted = sorted({f"{one.region}{one.code}" for one in item.endorsements})
    return f"{item.document}:{item.kind}:{'+'.join(wanted)}"[:64]
