"""Part 1: who the applicant is, masked; and what the card does not say."""

from textual.app import ComposeResult

from counter_tui import terms
from counter_tui.case import masking
from counter_tui.case.case import Case
from counter_tui.screens.parts.part import Field, Part
from counter_tui.words import N_
from widgets.choice import Choice
from widgets.form import Form
from widgets.rows import Rows


class Identity(Part):
    """The card's data are shown; what it lacks is typed."""

    part = "identity"

    DEFAULT_CSS = """
    Identity > #card { height: 5; }
    """

    def compose(self) -> ComposeResult:
        self.card = Rows(id="card")
        self.evidence = Choice(("temporary_card", "hukou_booklet"), name="evidence")
        self.manual = Form(
            (lambda: self.words(N_("Evidence")), self.evidence),
            (lambda: self.words(N_("Name")), Field("person.name")),
            (lambda: self.words(N_("Number")), Field("person.number", masking.number)),
            (lambda: self.words(N_("Number again")), Field("number_again", masking.number)),
            (lambda: self.words(N_("Address")), Field("person.address", masking.street)),
            id="manual",
        )
        self.functionary = Choice(tuple(terms.FUNCTIONARY), name="registered_functionary")
        self.military = Choice(("no", "yes"), name="military")
        self.more = Form(
            (lambda: self.words(N_("Phone")), Field("phone", masking.phone)),
            (lambda: self.words(N_("Surname pinyin")), Field("person.surname_pinyin")),
            (lambda: self.words(N_("Given pinyin")), Field("person.given_pinyin")),
            (lambda: self.words(N_("Hukou code")), Field("hukou_code")),
            (lambda: self.words(N_("Registered staff")), self.functionary),
            (lambda: self.words(N_("Serving in army")), self.military),
            (
                lambda: self.words(N_("Disability cert.")),
                Field("disability_certificate", masking.certificate),
            ),
            (lambda: self.words(N_("Residence permit")), Field("residence_place")),
            (lambda: self.words(N_("Permit until")), Field("residence_valid_to")),
            id="more",
        )
        yield self.card
        yield self.manual
        yield self.more

    def put(self, case: Case) -> None:
        draft, words = case.draft, self.words
        person = draft.person
        shown = self.counter.revealed
        name = person.name if shown else masking.name(person.name)
        number = person.number if shown else masking.number(person.number)
        address = person.address if shown else masking.street(person.address)
        until = person.valid_to or (words(N_("long term")) if person.valid_from else "")
        self.card.show(
            [
                f" {name}  {words(terms.SEXES[person.sex])}  {person.birth_date}"
                f"  {words(terms.EVIDENCE[draft.evidence])}",
                f" {number}",
                f" {address}",
                f" {person.issuing_authority}  {person.valid_from} - {until}",
                "",
            ]
        )
        self.manual.display = draft.evidence != "chip"
        self.card.styles.height = 2 if draft.evidence != "chip" else 5
        evidence = draft.evidence if draft.evidence != "chip" else "temporary_card"
        self.evidence.put(
            evidence, [words(terms.EVIDENCE[one]) for one in ("temporary_card", "hukou_booklet")]
        )
        self.functionary.put(
            draft.registered_functionary, [words(text) for text in terms.FUNCTIONARY.values()]
        )
        self.military.put("yes" if draft.military else "no", [words(N_("no")), words(N_("yes"))])

    def enter(self) -> None:
        first = self.query_one("#person-name" if self.manual.display else "#phone", Field)
        self.screen.set_focus(first)
