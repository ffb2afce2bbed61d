"""A resolved pack: one header and its tables, all layers folded in. This is what is signed."""

import json
from typing import Annotated, Any

from pydantic import Field, Strict

from intake.decision import Text
from intake.model import Record
from intake.pack.rows import (
    DeferralRow,
    DocumentRow,
    FeeRow,
    HoursRow,
    InstantRow,
    LimitRow,
    MaterialRow,
    NameRow,
    PhotoRow,
    PlainDay,
    PlainYearRow,
    PostageRow,
    ReckoningRow,
    Row,
    ScopeRow,
    SiteRow,
    Slug,
    SuspensionRow,
    Term,
    TimeRow,
    TwoWayRow,
    ValidityRow,
    WaiverRow,
    WarningRow,
    YearRow,
)

Version = Annotated[str, Field(pattern=r"^[0-9]{4}\.[0-9]{2}(\.[0-9]+)?$")]
"""Year, month and, for a second issue in a month, a number."""


class Layer(Record):
    """One pack that went into a resolved one."""

    name: Slug
    version: Version


class Resolved(Record):
    """Everything a pack says. `layers` runs from the deepest to the pack itself."""

    name: Slug
    version: Version
    title: Text
    begins: PlainDay
    base: bool = False
    """A base for others to build on; incomplete by itself, and not decided with."""
    layers: Annotated[tuple[Layer, ...], Strict(False)]
    terms: Annotated[tuple[Term, ...], Strict(False)] = ()
    reckoning: Annotated[tuple[ReckoningRow, ...], Strict(False)] = ()
    suspensions: Annotated[tuple[SuspensionRow, ...], Strict(False)] = ()
    scope: Annotated[tuple[ScopeRow, ...], Strict(False)] = ()
    materials: Annotated[tuple[MaterialRow, ...], Strict(False)] = ()
    warnings: Annotated[tuple[WarningRow, ...], Strict(False)] = ()
    deferral: Annotated[tuple[DeferralRow, ...], Strict(False)] = ()
    card_fees: Annotated[tuple[FeeRow, ...], Strict(False)] = ()
    postage: Annotated[tuple[PostageRow, ...], Strict(False)] = ()
    two_way: Annotated[tuple[TwoWayRow, ...], Strict(False)] = ()
    waivers: Annotated[tuple[WaiverRow, ...], Strict(False)] = ()
    processing_time: Annotated[tuple[TimeRow, ...], Strict(False)] = ()
    validity: Annotated[tuple[ValidityRow, ...], Strict(False)] = ()
    instant_issue: Annotated[tuple[InstantRow, ...], Strict(False)] = ()
    calendar: Annotated[tuple[YearRow, ...], Strict(False)] = ()
    plain_years: Annotated[tuple[PlainYearRow, ...], Strict(False)] = ()
    sites: Annotated[tuple[SiteRow, ...], Strict(False)] = ()
    opening_hours: Annotated[tuple[HoursRow, ...], Strict(False)] = ()
    photo: Annotated[tuple[PhotoRow, ...], Strict(False)] = ()
    retention: Annotated[tuple[LimitRow, ...], Strict(False)] = ()
    documents: Annotated[tuple[DocumentRow, ...], Strict(False)] = ()
    names: Annotated[tuple[NameRow, ...], Strict(False)] = ()

    def canonical(self) -> bytes:
        """The one serialisation: JSON, keys sorted, no blanks, UTF-8, absent values left out."""
        value = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


_HEADER = {"name", "version", "title", "begins", "base", "layers"}

TABLES: tuple[str, ...] = tuple(name for name in Resolved.model_fields if name not in _HEADER)
"""The tables of a pack in the order they are shown."""

RULE_TABLES: tuple[str, ...] = TABLES[: TABLES.index("calendar")]
"""The tables that a decision evaluates."""


def rows_of(resolved: Resolved, table: str) -> tuple[Row, ...]:
    """The rows of one table."""
    rows: Any = getattr(resolved, table)
    return rows
