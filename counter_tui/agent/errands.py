"""Everything the agent fetches: answers to questions, and resources that are kept fresh."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote

from counter_tui.agent.centre import Answer, Centre, Unreachable
from counter_tui.agent.proof import Rights
from counter_tui.keys.jose import compact
from counter_tui.store import StoreThread
from counter_tui.store.questions import Question

KEPT_FRESH: Final[Mapping[str, tuple[str, timedelta]]] = {
    "sites": ("/v1/sites", timedelta(hours=12)),
    "deferrals": (
        "/v1/deferrals?state=open&state=extended&state=received&state=rejected&limit=200",
        timedelta(minutes=15),
    ),
    "preacceptances": ("/v1/pre-acceptances?state=open&limit=200", timedelta(minutes=15)),
}
"""Cache name: path at the centre, and the age at which it is asked for again."""
FILES: Final = "/v1/blobs/"
"""What is asked for under this path is a file, not a document."""
_MOST_PAGES: Final = 100


class Errands:
    """Asks what is left to be asked."""

    def __init__(self, store: StoreThread, centre: Centre, rights: Rights, log: Any) -> None:
        self._store, self._centre, self._rights, self._log = store, centre, rights, log

    async def answer(self) -> int:
        """Ask what screens have left to be asked. How many answers came.

        Raises Unreachable, NeedsLogin.
        """
        answered = 0
        for question in await self._store.call(lambda store: store.questions.open()):
            answered += await self._answer(question)
        return answered

    async def freshen(self) -> int:
        """Fetch anew what has grown old. How many came. Raises Unreachable, NeedsLogin."""
        answered = 0
        for name, (path, age) in KEPT_FRESH.items():
            answered += await self._freshen(name, path, age)
        return answered

    async def _answer(self, question: Question) -> int:
        name = question.name
        try:
            answer = await self._ask(question)
        except Unreachable:
            await self._store.call(lambda store: store.questions.failed(name, "unreachable"))
            raise
        if answer.status != 200:
            problem = answer.problem or f"status-{answer.status}"
            await self._store.call(lambda store: store.questions.failed(name, problem))
            self._log.info("question refused", problem=problem)
            return 0
        await self._store.call(lambda store: store.cache.put(name, answer.document, answer.etag))
        await self._store.call(lambda store: store.questions.answered(name))
        return 1

    async def _ask(self, question: Question) -> Answer:
        token = await self._rights.token()
        if question.path.startswith(FILES):
            return await self._file(question.path, token)
        if question.body is None:
            return await self._centre.get(question.path, token)
        headers = {"Content-Type": "application/json"}
        return await self._centre.post(question.path, compact(question.body), token, headers)

    async def _file(self, path: str, token: str) -> Answer:
        """A file, which is what its address says or nothing."""
        answer = await self._centre.get_file(path, token)
        if answer.status == 200:
            content = base64.b64decode(answer.document["content"])
            if hashlib.sha256(content).hexdigest() != path.removeprefix(FILES):
                return Answer(422, {}, "other-bytes")
        return answer

    async def _freshen(self, name: str, path: str, age: timedelta) -> int:
        held = await self._store.call(lambda store: store.cache.get(name))
        if held is not None and held.age < age:
            return 0
        answer = await self._centre.get(
            path, await self._rights.token(), held.etag if held else None
        )
        if answer.status == 304:
            await self._store.call(lambda store: store.cache.touch(name))
            return 0
        whole = await self._all_pages(path, answer)
        if whole is None:
            return 0
        await self._store.call(lambda store: store.cache.put(name, whole, answer.etag))
        return 1

    async def _all_pages(self, path: str, first: Answer) -> dict[str, Any] | None:
        """The whole list; None when a page was refused, so that no half of one is kept."""
        answer, items = first, list(first.document.get("items") or ())
        joint = "&" if "?" in path else "?"
        for _ in range(_MOST_PAGES):
            if answer.status != 200:
                self._log.info("not fetched", problem=answer.problem)
                return None
            cursor = answer.document.get("next")
            if not isinstance(cursor, str):
                return {**first.document, "items": items, "next": None}
            following = f"{path}{joint}cursor={quote(cursor)}"
            answer = await self._centre.get(following, await self._rights.token())
            items += answer.document.get("items") or ()
        self._log.warning("list too long", count=len(items))
        return None
