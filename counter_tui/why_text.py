"""Why a decision says what it says: sentences for the applicant, then rules and their clauses.

Where it is shown decides how a `Told` looks: on the screen in colours, in a pipe with marks.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from counter_tui.decision_text import DecisionLine, line_text, said
from counter_tui.words import N_, Words
from intake.decision import Decision, DeferralLine, FeeLine, ItemDecision
from intake.explain import Clause, Why, explain, passed_over, term_of, waivers_passed_over
from intake.facts import Facts
from intake.pack import Pack

CONFIDENCE: Final = {
    "high": N_("well founded"),
    "medium": N_("fairly sure"),
    "low": N_("unsure"),
    "assumption": N_("an assumption, until the bureau rules"),
}
Tone = Literal["answer", "sentence", "heading", "rule", "not", "holds", "fails", "detail"]


@dataclass(frozen=True, slots=True)
class Told:
    """One line of an explanation: what it is, and how deep it stands."""

    tone: Tone
    text: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains the lines that `pack` decided about `facts`, in the language of `words`."""

    facts: Facts
    pack: Pack
    words: Words

    def tell(self, lines: Sequence[DecisionLine]) -> Iterator[Told]:
        """Sentences first, then the rules behind them, then the rules passed over."""
        yield from self.sentences(lines)
        yield Told("heading", self.words(N_("The rules behind it")))
        for line in lines:
            yield from self.rules(line)
        over = [told for line in lines for told in self.not_applied(line)]
        if over:
            yield Told("heading", self.words(N_("Rules passed over, and why")))
            yield from over

    def sentences(self, lines: Iterable[DecisionLine]) -> Iterator[Told]:
        """What each line says and why, to be read to the applicant; the same is said once."""
        for line in lines:
            yield Told("answer", line_text(line, self.pack, self.words))
            for text in dict.fromkeys(said(one.text, self.words) for one in line.reasons):
                yield Told("sentence", text, 1)

    def rules(self, line: DecisionLine) -> Iterator[Told]:
        """The rules of a line as trees: clauses with what they looked at, source, days counted."""
        item = line.index if isinstance(line, ItemDecision) else line.item
        for reason in line.reasons:
            yield from self._rule(explain(self.facts, self.pack, reason.rule, item), 1)
            end = _end(line)
            if end is not None:
                yield from self._counted(reason.rule, end)

    def not_applied(self, line: DecisionLine) -> Iterator[Told]:
        """The rules that were asked before the one that decided, and the clauses they failed on."""
        over: list[Why] = []
        if isinstance(line, ItemDecision):
            over = passed_over(self.facts, self.pack, line.index)
        elif isinstance(line, FeeLine) and line.item is None:
            over = waivers_passed_over(self.facts, self.pack)
        for why in over:
            yield Told("not", f"{said(why.text, self.words)} [{why.rule}]", 1)
            for clause in why.clauses:
                if not clause.holds:
                    yield from self._clause(clause, 2)

    def _rule(self, why: Why, depth: int) -> Iterator[Told]:
        words = self.words
        yield Told("rule", f"{said(why.text, words)} [{why.rule}]", depth)
        for clause in why.clauses:
            yield from self._clause(clause, depth + 1)
        sure = words(CONFIDENCE[why.confidence])
        days = said(why.days, words)
        source = words(
            N_("source: {source} ({sure}); in force {days}"),
            source=why.source,
            sure=sure,
            days=days,
        )
        yield Told("detail", source, depth + 1)

    def _clause(self, clause: Clause, depth: int) -> Iterator[Told]:
        value = f" ({said(clause.value, self.words)})" if clause.value else ""
        text = f"{said(clause.text, self.words)}{value}"
        yield Told("holds" if clause.holds else "fails", text, depth)
        for part in clause.parts:
            if isinstance(part, Why):
                yield from self._rule(part, depth + 1)
            else:
                yield from self._clause(part, depth + 1)

    def _counted(self, rule: str, end: date) -> Iterator[Told]:
        """How the rule's days run from acceptance to `end`, with what working days stepped over."""
        term = term_of(self.facts, self.pack, rule)
        if term is None:
            return
        days, unit = term
        start = self.facts.accepted_on
        message = (
            N_("{days} working days from the day after {start} end on {end}")
            if unit == "working_day"
            else N_("{days} calendar days from the day after {start} end on {end}")
        )
        yield Told("detail", self.words(message, days=days, start=start, end=end), 2)
        if unit != "working_day":
            return
        off, worked = self.pack.working_days.unusual(start, end)
        for sentence, found in (
            (N_("holidays up to {end}: {days}"), off),
            (N_("weekend days worked up to {end}: {days}"), worked),
        ):
            if found:
                text = self.words(sentence, end=end, days=", ".join(map(str, found)))
                yield Told("detail", text, 2)


def _end(line: DecisionLine) -> date | None:
    """The day a line's time runs out on; None where none was counted."""
    if isinstance(line, DeferralLine):
        return line.due_on
    if isinstance(line, ItemDecision) and not line.instant:
        return line.ready_by
    return None


_MARKS: Final = {"rule": "✓ ", "holds": "✓ ", "not": "✗ ", "fails": "✗ "}


def why_lines(facts: Facts, pack: Pack, decision: Decision, words: Words) -> Iterator[str]:
    """The whole decision explained, line by line, for a pipe."""
    explainer = Explainer(facts, pack, words)
    for line in (*decision.items, *decision.materials, *decision.deferrals, *decision.fees):
        yield line_text(line, pack, words)
        for told in (*explainer.rules(line), *explainer.not_applied(line)):
            yield f"{'  ' * told.depth}{_MARKS.get(told.tone, '')}{told.text}"
