"""Numbers of passports and permits: the forms they have had are rows of the pack.

None of them has a check digit inside; only the machine readable zone gives one.
"""

import re
from datetime import date

from intake.facts import Document
from intake.pack.pack import Pack


def number_fits(pack: Pack, document: Document, number: str, on: date) -> bool:
    """Whether `number` has a form that numbers of this document have, by the rows in force."""
    return any(
        re.fullmatch(form, number) is not None
        for row in pack.resolved.documents
        if row.code is document and row.holds_on(on)
        for form in row.numbers
    )
