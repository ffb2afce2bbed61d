"""Starting a worker in little memory: a city runs many of them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

NEVER_USED: Final = ("rich", "pygments", "pydantic.v1")
"""What libraries import where it is there and do without where not: 7 MiB in every worker."""


@contextmanager
def sparing(*absent: str) -> Iterator[None]:
    """Import without the modules `absent`, now and later; no model is built before its first use.

    Libraries that build theirs while they are imported are not listened to: a rebuild that only
    says "now" has no arguments, the one at a first use has.
    """
    for name in absent:
        sys.modules[name] = None  # type: ignore[assignment]
    from pydantic import BaseModel

    BaseModel.model_config["defer_build"] = True
    original = vars(BaseModel)["model_rebuild"]

    def when_used(model: type[BaseModel], **how: Any) -> bool | None:
        return original.__func__(model, **how) if how else None

    BaseModel.model_rebuild = classmethod(when_used)  # type: ignore[assignment]
    try:
        yield
    finally:
        BaseModel.model_rebuild = original
