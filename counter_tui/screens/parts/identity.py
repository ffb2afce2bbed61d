"""Part 1: who the applicant is, masked; what the card does not say; who acts for a minor."""

from collections.abc import Sequence
from typing import Final

from rich.text import Text
from textual.app import ComposeResult

from counter_tui import terms
from counter_tui.case import masking
from counter_tui.case.case import Case
from counter_tui.case.rare import rare_characters, shown_name
from counter_tui.decision_text import DecisionLine
from counter_tui.screens.columns import GOOD, INFO, OPEN, QUIET, cell
from counter_tui.screens.parts.part import Field, Part
from counter_tui.words import N_
from intake.numbers import citizen
from widgets.choice import Choice
from widgets.form import NotedForm
from widgets.rows import Rows
from widgets.seams import display

BY_HAND: Final = ("evidence", "person.name", "person.number", "number_again", "person.address")
GUARDIAN: Final = ("guardian.relation", "guardian.name", "guardian.number", "guardian.phone")
COMPANION: Final = ("agent.name", "agent.number", "agent.phone")
ADULTS: Final = ("registered_functionary", "military")
PERMIT: Final = ("residence_place", "residence_valid_to")


class Identity(Part):
    """The card's data are shown; what it lacks is typed."""

    part = "identity"

    DEFAULT_CSS = """
    Identity > #card { height: 4; }
    """

    def compose(self) -> ComposeResult:
        words = lambda text: lambda: self.words(text)  # noqa: E731 - a label follows the language
        self.card = Rows(id="card")
        self.evidence = Choice(("temporary_card", "hukou_booklet"), name="evidence")
        self.relation = Choice(tuple(terms.RELATIONS), name="guardian.relation")
        self.functionary = Choice(tuple(terms.FUNCTIONARY), name="registered_functionary")
        self.military = Choice(("no", "yes"), name="military")
        self.form = NotedForm(
            (words(N_("Evidence")), self.evidence),
            (words(N_("Name")), Field("person.name", masking.name)),
            (words(N_("Number")), Field("person.number", masking.number)),
            (words(N_("Number again")), Field("number_again", masking.number)),
            (words(N_("Address")), Field("person.address", masking.street)),
            (words(N_("Surname pinyin")), Field("person.surname_pinyin")),
            (words(N_("Given pinyin")), Field("person.given_pinyin")),
            (words(N_("Phone")), Field("phone", masking.phone)),
            (words(N_("Hukou code")), Field("hukou_code")),
            (words(N_("Guardian is")), self.relation),
            (words(N_("Guardian")), Field("guardian.name", masking.name)),
            (words(N_("Their number")), Field("guardian.number", masking.number)),
            (words(N_("Their phone")), Field("guardian.phone", masking.phone)),
            (words(N_("Companion")), Field("agent.name", masking.name)),
            (words(N_("Companion no.")), Field("agent.number", masking.number)),
            (words(N_("Companion tel.")), Field("agent.phone", masking.phone)),
            (words(N_("Registered staff")), self.functionary),
            (words(N_("Serving in army")), self.military),
            (words(N_("Residence permit")), Field("residence_place")),
            (words(N_("Permit until")), Field("residence_valid_to")),
            (words(N_("In emergency")), Field("emergency_name", masking.name)),
            (words(N_("Emergency tel.")), Field("emergency_phone", masking.phone)),
        )
        yield self.card
        yield self.form

    def put(self, case: Case) -> None:
        draft, words = case.draft, self.words
        self.form.leave_out(self._irrelevant(case))
        by_hand = draft.evidence != "chip"
        display([] if by_hand else [self.card], [self.card] if by_hand else [])
        self.card.show(self._card_lines(case))
        self.evidence.put(
            draft.evidence if by_hand else "temporary_card",
            [words(terms.EVIDENCE[one]) for one in ("temporary_card", "hukou_booklet")],
        )
        self.relation.put(draft.guardian.relation, [words(one) for one in terms.RELATIONS.values()])
        self.functionary.put(
            draft.registered_functionary, [words(text) for text in terms.FUNCTIONARY.values()]
        )
        self.military.put("yes" if draft.military else "no", [words(N_("no")), words(N_("yes"))])
        self.form.note(self._notes(case) | self.fault_notes(case))

    def _irrelevant(self, case: Case) -> set[str]:
        draft = case.draft
        out: set[str] = set()
        if draft.evidence == "chip":
            out |= set(BY_HAND)
        instead = draft.materials.get("delegation_letter") == "present"
        out |= set(GUARDIAN if instead or not case.is_minor else COMPANION)
        if not case.is_minor:
            out |= set(COMPANION)
        else:
            out |= set(ADULTS)
        city = (case.site_code or "")[:4]
        if draft.hukou_code.startswith(city) and not draft.residence_place:
            out |= set(PERMIT)
        return out

    def _card_lines(self, case: Case) -> list[str]:
        draft, words, shown = case.draft, self.words, self.counter.revealed
        person = draft.person
        name = shown_name(person.name) if shown else masking.name(person.name)
        number = person.number if shown else masking.number(person.number)
        address = person.address if shown else masking.street(person.address)
        until = person.valid_to or (words(N_("long term")) if person.valid_from else "")
        label = lambda text: cell(words(text), 16)  # noqa: E731
        return [
            f" {label(N_('Name'))} {cell(name, 20)} {words(terms.SEXES[person.sex])}"
            f"  {person.birth_date}",
            f" {label(N_('Number'))} {cell(number, 20)} {words(terms.EVIDENCE[draft.evidence])}"
            f"  {person.valid_from} - {until}",
            f" {label(N_('Address'))} {address}",
            f" {label(N_('Issued by'))} {person.issuing_authority}",
        ]

    def _notes(self, case: Case) -> dict[str, Text]:
        draft, words = case.draft, self.words
        person = draft.person
        notes: dict[str, Text] = {}

        def say(path: str, text: str, style=QUIET) -> None:
            notes[path] = Text(text, style, end="")

        if rare := rare_characters(person.name):
            codes = " ".join(f"U+{ord(one):04X}" for one in rare)
            say("person.name", words(N_("rare character, noted as {codes}"), codes=codes), OPEN)
        if draft.evidence != "chip" and person.number and citizen(person.number, case.today).ok:
            sex = words(terms.SEXES[person.sex])
            age = words(N_("{age} years"), age=case.age)
            say("person.number", f"{person.birth_date}  {age}  {sex}", GOOD)
            if draft.number_again == person.number:
                say("number_again", words(N_("the same twice")), GOOD)
        checked = words(terms.PINYIN_CHECKED.get(person.pinyin_checked, ""))
        say("person.given_pinyin", checked, GOOD if person.pinyin_checked == "applicant" else QUIET)
        if person.pinyin_unsure:
            doubtful = shown_name(person.pinyin_unsure)
            text = words(N_("several or no readings: {characters}"), characters=doubtful)
            unsure = person.pinyin_checked != "applicant"
            say("person.surname_pinyin", text, OPEN if unsure else QUIET)
        if case.is_minor and not draft.guardian.number:
            say("guardian.name", words(N_("or lay the guardian's card on the reader")), INFO)
        if draft.guardian.evidence == "chip" and draft.guardian.number:
            say("guardian.number", words(N_("their own card was read")), GOOD)
        if draft.agent.evidence == "chip" and draft.agent.number:
            say("agent.number", words(N_("their own card was read")), GOOD)
        say("hukou_code", self.stage.desk.division_name(draft.hukou_code))
        say("emergency_name", words(N_("may be left open")))
        how = draft.looked_up.get("registered_functionary")
        if "registered_functionary" in self.stage.desk.lookups.open:
            say("registered_functionary", words(N_("asking ...")), INFO)
        elif how:
            say("registered_functionary", words(terms.ASKED[how["asked"]]))
        return notes

    def enter(self, field: str = "") -> None:
        case = self.stage.case
        if not field and case is not None:
            field = "phone" if case.draft.evidence == "chip" else "person.name"
        super().enter(field)

    def why(self, case: Case) -> tuple[str, Sequence[DecisionLine]]:
        lines = case.decision.materials if case.decision else ()
        read = [line for line in lines if line.code == "identity_read"]
        return self.words(terms.MATERIALS["identity_read"]), read
