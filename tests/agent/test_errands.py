"""What the agent asks the centre besides: questions, stories, rules, whole lists."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from counter_tui import finding, packs, timeline
from counter_tui.agent.centre import Answer
from counter_tui.station import write_station
from counter_tui.store import Store
from tests.agent.stations import accepted, agent_of, look, one_round, signed_in
from tests.store.centre import Pair


async def test_a_question_is_asked_and_its_answer_is_in_the_cache(pair: Pair) -> None:
    signed_in(pair)
    look(pair, lambda store: store.questions.ask("receipts", "/v1/receipts?since=0"))
    look(pair, lambda store: store.questions.ask("nowhere", "/v1/nowhere"))
    with pair.centre():
        await one_round(pair)
    assert look(pair, lambda store: store.cache.get("receipts")).body["receipts"] == []
    assert look(pair, lambda store: store.questions.get("receipts")) is None
    assert look(pair, lambda store: store.questions.get("nowhere")).problem == "not-found"


async def test_a_search_and_a_story_go_to_the_centre_and_come_back(pair: Pair) -> None:
    signed_in(pair)
    (identifier,) = accepted(pair, 1)
    application = UUID(identifier)

    def leave(store: Store) -> str:
        number = store.outbox.get(application).number
        store.questions.ask(finding.QUESTION, finding.PATH, finding.question(number))
        timeline.ask(store, application)
        return number

    with pair.centre():
        async with agent_of(pair) as (agent, thread):
            await agent.round()
            number = await thread.call(leave)
            await agent.round()
            found = (await thread.call(lambda store: store.cache.get(finding.QUESTION))).body
            known = await thread.call(lambda store: timeline.known(store, application))

    assert [one.number for one in finding.at_centre(found, [])] == [number]
    assert finding.at_centre(found, finding.at_centre(found, [])) == []
    assert [event.what for event in known.events if event.at_centre][:1] == ["held by the centre"]
    assert known.events[0].what == "accepted" and not known.waiting
    assert known.application is not None and known.application.number == number


async def test_the_centres_word_on_the_rules_is_fetched_and_noted(pair: Pair) -> None:
    signed_in(pair)
    with pair.centre():
        async with agent_of(pair) as (agent, thread):
            await agent.round()
            first = await thread.call(lambda store: store.settings.get("pack.confirmed"))
            etag = await thread.call(lambda store: store.settings.get("pack.etag"))
            agent.heard({"reply": "nobody"})
            await agent.round()
            second = await thread.call(lambda store: store.settings.get("pack.confirmed"))
    assert etag and first and second > first
    # It is the shipped one; nothing had to be installed.
    assert not (pair.home.path / "packs").exists()


async def test_a_pack_of_another_signer_changes_nothing_and_is_no_confirmation(pair: Pair) -> None:
    signed_in(pair)
    station = pair.home.station
    write_station(pair.home.path, replace(station, pack_keys=[]))
    with pair.centre():
        await one_round(pair)
    assert look(pair, lambda store: store.settings.get("pack.confirmed")) is None
    found = packs.in_use("chengdu", pair.home.path)
    assert (found.origin, found.trouble and found.trouble.why) == ("shipped", "unknown_key")


async def test_lists_are_kept_whole_whatever_their_length(pair: Pair) -> None:
    signed_in(pair)
    with pair.centre():
        async with agent_of(pair) as (agent, thread):
            await thread.call(lambda store: store.questions.ask("none", "/v1/deferrals?limit=1"))
            await agent.round()
            pages = {
                "/v1/x?a=1": Answer(200, {"items": [1, 2], "next": "p 2"}, etag="e"),
                "/v1/x?a=1&cursor=p%202": Answer(200, {"items": [3], "next": "p3"}),
                "/v1/x?a=1&cursor=p3": Answer(200, {"items": [4], "next": None}),
            }

            async def get(path: str, token: str, etag: str | None = None) -> Answer:
                return pages[path]

            agent._centre.get = get  # type: ignore[method-assign]
            await agent._errands._freshen("x", "/v1/x?a=1", timedelta())
            kept = await thread.call(lambda store: store.cache.get("x"))
            assert kept.body["items"] == [1, 2, 3, 4]
            pages["/v1/x?a=1&cursor=p3"] = Answer(503, {}, "unavailable")
            await agent._errands._freshen("x", "/v1/x?a=1", timedelta())
            kept = await thread.call(lambda store: store.cache.get("x"))
            assert kept.body["items"] == [1, 2, 3, 4], "half a list is no list"
