"""The form of one item, for those who prefer one to the line of words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.message import Message

from counter_tui import terms
from counter_tui.case.grammar import USUAL_ENTRIES, USUAL_VALIDITY
from counter_tui.screens.columns import OPEN, QUIET, STRONG, says
from counter_tui.words import N_, Words
from widgets.choice import Choice
from widgets.form import Form
from widgets.rows import Line, Rows

REGIONS: Final = {"HK+MO": ("HK", "MO"), "HK": ("HK",), "MO": ("MO",)}
NO_ENDORSEMENT: Final = "-"
CODES: Final = (NO_ENDORSEMENT, *terms.CODES)


class ItemForm(Vertical):
    """Document, kind, and endorsements one by one. Enter takes the item, `+` one endorsement."""

    DEFAULT_CSS = """
    ItemForm { height: 1fr; display: none; scrollbar-size: 0 0; overflow: hidden; }
    ItemForm > #form-title { height: 1; }
    ItemForm > #form-lines { height: 1fr; }
    """

    @dataclass
    class Taken(Message):
        """The item is complete; `index` None: a new one."""

        index: int | None
        item: dict[str, Any]

    def __init__(self, **named: Any) -> None:
        super().__init__(**named)
        self._index: int | None = None
        self._endorsements: list[dict[str, str]] = []
        self._problem = ""

    def compose(self) -> ComposeResult:
        self.title = Rows(id="form-title")
        self.first = Choice(tuple(terms.DOCUMENTS), name="document")
        self.kind = Choice(tuple(terms.KINDS), name="kind")
        self.code = Choice(CODES, name="code")
        self.where = Choice(tuple(REGIONS), name="region")
        self.entries = Choice(tuple(terms.ENTRIES), name="entries")
        self.validity = Choice(tuple(terms.VALIDITIES_SHORT), name="validity")
        self.made_as = Choice(("card", "booklet"), name="document_form")
        self.lines = Rows(id="form-lines")
        yield self.title
        yield Form(
            (lambda: self.words(N_("Document")), self.first),
            (lambda: self.words(N_("Kind")), self.kind),
            (lambda: self.words(N_("Endorse")), self.code),
            (lambda: self.words(N_("For")), self.where),
            (lambda: self.words(N_("How often")), self.entries),
            (lambda: self.words(N_("How long")), self.validity),
            (lambda: self.words(N_("Made as")), self.made_as),
            label_columns=10,
        )
        yield self.lines

    @property
    def words(self) -> Words:
        """The language in use."""
        return self.app.words  # type: ignore[attr-defined]

    def open(self, index: int | None, item: Mapping[str, Any] | None) -> None:
        """Begin with `item`, or with the usual one."""
        self._index, self._problem = index, ""
        self._endorsements = [dict(one) for one in item["endorsements"]] if item else []
        values = {
            "document": item["document"] if item else "passport",
            "kind": item["kind"] if item else "first",
            "code": NO_ENDORSEMENT,
            "region": "HK+MO",
            "entries": USUAL_ENTRIES,
            "validity": USUAL_VALIDITY,
            "document_form": "card",
        }
        for choice in self.query(Choice):
            choice.put(values[choice.name or ""], self._labels(choice))
        self.put()

    def put(self) -> None:
        """Write everything again in the language in use."""
        words = self.words
        for choice in self.query(Choice):
            choice.put(choice.value, self._labels(choice))
        title = words(N_("New item")) if self._index is None else words(N_("Change an item"))
        self.title.show([says(title, STRONG)])
        lines: list[Line] = [""]
        lines += [
            says(f"{at} {terms.endorsement_text(one, words)}")
            for at, one in enumerate(self._endorsements, 1)
        ]
        lines.append(says(words(self._problem), OPEN) if self._problem else "")
        hint = N_("Digits or arrows choose, + adds the endorsement, Del takes one out, Enter done")
        lines.append(says(words(hint), QUIET))
        self.lines.show(lines)

    def _labels(self, choice: Choice) -> list[str]:
        words = self.words
        labels: dict[str, Mapping[str, str]] = {
            "document": terms.DOCUMENTS_SHORT,
            "kind": terms.KINDS_SHORT,
            "entries": terms.ENTRIES,
            "validity": terms.VALIDITIES_SHORT,
            "document_form": terms.FORMS,
        }
        name = choice.name or ""
        if name == "code":
            return [words(N_("none")), *terms.CODES]
        if name == "region":
            both = "+".join(words(terms.REGIONS[one]) for one in ("HK", "MO"))
            return [both, words(terms.REGIONS["HK"]), words(terms.REGIONS["MO"])]
        return [words(text) for text in labels[name].values()]

    # Keys

    async def on_key(self, event: Key) -> None:
        if event.key == "enter":
            self._take()
        elif event.character == "+":
            self._add()
        elif event.key == "delete" and self._endorsements:
            self._endorsements.pop()
        elif event.key in ("down", "up"):
            self.screen.focus_next() if event.key == "down" else self.screen.focus_previous()
        else:
            return
        event.stop()
        event.prevent_default()
        self.put()

    def on_choice_picked(self, message: Choice.Picked) -> None:
        message.stop()
        self._problem = ""
        self.put()

    def _add(self) -> bool:
        """Take the endorsement as it stands; True when there was none, or it fits."""
        self._problem = ""
        if self.code.value == NO_ENDORSEMENT:
            return True
        if self.first.value == "passport":
            self._problem = N_("a passport carries no endorsement")
            return False
        if self.kind.value == "annotate":
            self._problem = N_("an annotation carries no endorsement")
            return False
        taiwan = self.first.value == "tw_permit"
        for region in ("TW",) if taiwan else REGIONS[self.where.value]:
            self._endorsements.append(
                {
                    "region": region,
                    "code": self.code.value,
                    "entries": self.entries.value,
                    "validity": self.validity.value,
                    "document_form": self.made_as.value,
                }
            )
        self.code.put(NO_ENDORSEMENT, self._labels(self.code))
        return True

    def _take(self) -> None:
        if not self._add():
            return
        if self.kind.value == "endorse" and not self._endorsements:
            self._problem = N_("say which endorsement: T S L G D Q R Y F X C")
            return
        if self.first.value == "passport" and self._endorsements:
            self._problem = N_("a passport carries no endorsement")
            return
        item = {
            "document": self.first.value,
            "kind": self.kind.value,
            "endorsements": self._endorsements,
            "materials": {},
        }
        self.post_message(self.Taken(self._index, item))
