"""The vocabulary of conditions: small, typed, and nothing but data.

A row's `when` is a list of conditions that must all hold. Each is a table with a `test`:
`{ test = "at_least", fact = "age", value = 60 }`. Each compiles to one closure over the facts.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from intake.model import Record
from intake.numbers import citizen_check_ok
from intake.pack.catalogue import Scalar

View = Mapping[str, Any]
"""Facts by their catalogue names, with a pack's terms among them, and `accepted_on`."""

Test = Callable[[View], bool]
Values = Annotated[tuple[Scalar, ...], Field(min_length=1, strict=False)]
Prefixes = Annotated[tuple[str, ...], Field(min_length=1, strict=False)]


class Is(Record):
    """The fact has one of the values."""

    test: Literal["is"]
    fact: str
    values: Values

    def compile(self) -> Test:
        fact, values = self.fact, frozenset(self.values)
        if len(values) == 1:
            (only,) = values
            return lambda view: view[fact] == only
        return lambda view: view[fact] in values


class IsNot(Record):
    """The fact has none of the values."""

    test: Literal["is_not"]
    fact: str
    values: Values

    def compile(self) -> Test:
        fact, values = self.fact, frozenset(self.values)
        return lambda view: view[fact] not in values


class AtLeast(Record):
    """The number is `value` or more."""

    test: Literal["at_least"]
    fact: str
    value: int

    def compile(self) -> Test:
        fact, value = self.fact, self.value
        return lambda view: view[fact] >= value


class Below(Record):
    """The number is less than `value`."""

    test: Literal["below"]
    fact: str
    value: int

    def compile(self) -> Test:
        fact, value = self.fact, self.value
        return lambda view: view[fact] < value


class StartsWith(Record):
    """The code begins with one of the values; no code begins with none."""

    test: Literal["starts_with"]
    fact: str
    values: Prefixes

    def compile(self) -> Test:
        fact, values = self.fact, self.values
        return lambda view: view[fact] is not None and view[fact].startswith(values)


class SomeIn(Record):
    """At least one of several is one of the values."""

    test: Literal["some_in"]
    fact: str
    values: Values

    def compile(self) -> Test:
        fact, values = self.fact, frozenset(self.values)
        return lambda view: not values.isdisjoint(view[fact])


class SomeOutside(Record):
    """At least one of several is none of the values."""

    test: Literal["some_outside"]
    fact: str
    values: Values

    def compile(self) -> Test:
        fact, values = self.fact, frozenset(self.values)
        return lambda view: not values.issuperset(view[fact])


class AllIn(Record):
    """There is at least one, and each is one of the values."""

    test: Literal["all_in"]
    fact: str
    values: Values

    def compile(self) -> Test:
        fact, values = self.fact, frozenset(self.values)
        return lambda view: bool(view[fact]) and values.issuperset(view[fact])


class InForce(Record):
    """The day is open or not before the day of acceptance."""

    test: Literal["in_force"]
    fact: str

    def compile(self) -> Test:
        fact = self.fact
        return lambda view: view[fact] is None or view[fact] >= view["accepted_on"]


class CertificateOfApplicant(Record):
    """A disability certificate whose number has the form, the applicant's number and a right check.

    `view["proved"]` stands for a number that was checked once and not kept.
    """

    test: Literal["certificate_of_applicant"]
    fact: Literal["disability_certificate"] = "disability_certificate"
    pattern: str
    """Regular expression the whole certificate number matches."""

    @model_validator(mode="after")
    def _compiles(self) -> Self:
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"pattern: {error}") from None
        return self

    def compile(self) -> Test:
        form = re.compile(self.pattern, re.ASCII)

        def holds(view: View) -> bool:
            if view["proved"]:
                return True
            number: str | None = view["disability_certificate"]
            if not number or form.fullmatch(number) is None:
                return False
            identity = number[:18]
            return identity == view["number"] and citizen_check_ok(identity)

        return holds


class AnyOf(Record):
    """At least one of the conditions holds."""

    test: Literal["any_of"]
    of: Annotated[tuple["Condition", ...], Field(min_length=1, strict=False)]

    def compile(self) -> Test:
        tests = [one.compile() for one in self.of]
        return lambda view: any(test(view) for test in tests)


class NoneOf(Record):
    """None of the conditions holds."""

    test: Literal["none_of"]
    of: Annotated[tuple["Condition", ...], Field(min_length=1, strict=False)]

    def compile(self) -> Test:
        tests = [one.compile() for one in self.of]
        return lambda view: not any(test(view) for test in tests)


class NotAll(Record):
    """At least one of the conditions does not hold."""

    test: Literal["not_all"]
    of: Annotated[tuple["Condition", ...], Field(min_length=1, strict=False)]

    def compile(self) -> Test:
        tests = [one.compile() for one in self.of]
        return lambda view: not all(test(view) for test in tests)


Simple = (
    Is
    | IsNot
    | AtLeast
    | Below
    | StartsWith
    | SomeIn
    | SomeOutside
    | AllIn
    | InForce
    | CertificateOfApplicant
)
Grouped = AnyOf | NoneOf | NotAll
Condition = Annotated[Simple | Grouped, Field(discriminator="test")]


def simple_parts(conditions: tuple[Condition, ...]) -> Iterator[Simple]:
    """The conditions that name a fact, groups opened up, in reading order."""
    for one in conditions:
        if isinstance(one, AnyOf | NoneOf | NotAll):
            yield from simple_parts(one.of)
        else:
            yield one


def compile_all(conditions: tuple[Condition, ...]) -> Test:
    """One test for a row: all conditions hold."""
    tests = [one.compile() for one in conditions]
    match tests:
        case []:
            return lambda view: True
        case [first]:
            return first
        case [first, second]:
            return lambda view: first(view) and second(view)
        case [first, second, third]:
            return lambda view: first(view) and second(view) and third(view)
    return lambda view: all(test(view) for test in tests)


def shown(value: object) -> object:
    """A fact's value as a reason shows it: JSON has no dates and no tuples."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return value
