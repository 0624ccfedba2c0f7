"""The source beside the catalogue: merged, marked, silent, busy; and nobody who types ever waits for it."""

from datetime import timedelta

import pytest

from catlog import clock
from catlog.config import Settings
from catlog.tui.screens.search import source_search
from catlog.tui.widgets.source_line import SourceLine
from tests.support.jikan import JikanStandIn
from tests.tui.harness import NOW, Driver, golden, opened
from tests.tui.search.test_search_screen import SIZES, go_to_search, rows
from tests.tui.sources import virtual_time


def of_source(it: Driver) -> list[int]:
    return [row.mal_id for row in rows(it).view.rows if row.source != "local"]


def line(it: Driver) -> SourceLine:
    return it.app.screen.query_one("#source", SourceLine)


async def test_it_looks_as_it_did_with_the_answer_of_the_source(sourced: Settings) -> None:
    async with opened(sourced, SIZES[0]) as it:
        await go_to_search(it)
        await it.type("ma")
        await it.press("enter")
        for size in SIZES:
            await it.resize(*size)
            await golden(it, "search-source")


async def test_the_answer_of_the_source_comes_after_what_is_here(sourced: Settings, jikan: JikanStandIn) -> None:
    async with opened(sourced) as it:
        await go_to_search(it)
        await it.type("ma")
        here = [row.mal_id for row in rows(it).view.rows]
        assert jikan.requests == [], "typing alone asks nobody at once"
        await it.press("enter")
        ids = [row.mal_id for row in rows(it).view.rows]
        assert ids[: len(here)] == here
        assert set(ids[len(here) :]) == set(of_source(it))
        assert len(ids) == len(set(ids)), "no title is there twice"
        assert f"+ {len(of_source(it))} from 127.0.0.1" in it.text
        assert [(request.path, request.query["q"]) for request in jikan.requests] == [("/anime", "ma")]


async def test_titles_of_the_source_can_be_planned_and_are_here_from_then_on(sourced: Settings) -> None:
    async with opened(sourced) as it:
        await go_to_search(it)
        await it.type("majo")
        await it.press("enter")
        first = of_source(it)[0]
        rows(it).go_to(first)
        await it.press("a")
        assert rows(it).record.list_status == "PLAN_TO_WATCH"
        assert first in of_source(it), "it stays in its place"
        await it.press("slash", "end", "x", "backspace")
        assert first in [row.mal_id for row in rows(it).view.rows if row.source == "local"]


async def test_the_end_of_the_list_asks_for_the_next_page(sourced: Settings, jikan: JikanStandIn) -> None:
    async with opened(sourced) as it:
        with virtual_time(it.app):
            await go_to_search(it)
            await it.type("ma")
            await it.press("enter")
            before = len(of_source(it))
            await it.press("end")
            assert len(of_source(it)) > before
            pages = [request.page for request in jikan.requests]
            assert pages[:2] == ["1", "2"]
            assert len(pages) == len(set(pages)), "no page is asked for twice"


async def test_the_source_is_asked_by_itself_when_nobody_types(
    sourced: Settings, jikan: JikanStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_search, "TYPING_PAUSE", 0.01)
    async with opened(sourced) as it:
        await go_to_search(it)
        await it.press("m")
        while not of_source(it):
            await it.pilot.pause(0.01)
        await it.settle()
        assert len(jikan.requests) == 1


async def test_a_dead_source_is_one_line_and_nothing_is_lost(offline: Settings) -> None:
    async with opened(offline) as it:
        await go_to_search(it)
        await it.type("ma")
        here = [row.mal_id for row in rows(it).view.rows]
        await it.press("enter")
        assert "127.0.0.1 does not answer; try again later" in it.text
        assert "Errno" not in it.text
        assert [row.mal_id for row in rows(it).view.rows] == here
        await it.press("slash", "end", "d")
        assert rows(it).shown, "and the next letter searches as before"


async def test_nobody_who_types_waits_for_a_slow_source(sourced: Settings, jikan: JikanStandIn) -> None:
    jikan.set_faults("slow=60*1")
    async with opened(sourced) as it:
        await go_to_search(it)
        await it.type("ma")
        await it.pilot.press("enter")
        while not jikan.requests:
            await it.pilot.pause()
        assert "searching" in it.text
        await it.pilot.press("slash", "end", "d")
        await it.settle()
        assert line(it).is_requesting is False, "what nobody wants any more is given up"
        assert rows(it).view.at(0).title == "Made in Abyss"


async def test_a_busy_source_is_left_alone_and_asked_again_when_it_may_be(
    sourced: Settings, jikan: JikanStandIn
) -> None:
    jikan.set_faults("retry-after=40*1")
    async with opened(sourced) as it:
        with virtual_time(it.app) as time:
            await go_to_search(it)
            await it.type("ma")
            await it.press("enter")
            assert "limits our requests" in it.text
            assert line(it).seconds_left == 40
            await it.press("slash", "end", "backspace")
            assert rows(it).shown, "no key waits for it"
            await it.press("a", "enter")
            asked = len(jikan.requests)
            time.now += 41
            with clock.stopped_at(NOW + timedelta(seconds=41)):
                line(it)._tick()
                await it.settle()
                assert len(jikan.requests) == asked + 1
                assert of_source(it)


async def test_the_line_fills_while_the_source_rests(sourced: Settings) -> None:
    async with opened(sourced, (80, 24)) as it:
        with virtual_time(it.app):
            await go_to_search(it)
            await it.type("majo")
            await it.press("enter")
        assert line(it).seconds_left == 2
        heavy, rule = it.app.glyphs.heavy, it.app.glyphs.rule
        assert "asks again in 2 s" in str(line(it).render())
        with clock.stopped_at(NOW + timedelta(seconds=1)):
            drawn = str(line(it).render())
            assert drawn.count(heavy) == drawn.count(rule) > 4, "half of it"
            assert "asks again in 1 s" in drawn
        with clock.stopped_at(NOW + timedelta(seconds=2)):
            line(it)._tick()
            await it.settle()
            assert str(line(it).render()) == "", "nothing is left when it is over"


async def test_what_is_on_the_own_list_is_no_matter_of_the_source(sourced: Settings, jikan: JikanStandIn) -> None:
    async with opened(sourced) as it:
        screen = await go_to_search(it)
        screen.search_for(screen.state.input._replace(mine="on my list"))
        await it.settle()
        screen.source.run_now()
        await it.settle()
        assert jikan.requests == []


async def test_the_bar_and_the_words_say_how_the_source_was_at_the_last_search(
    sourced: Settings, jikan: JikanStandIn
) -> None:
    async with opened(sourced) as it:
        well = f"{it.app.glyphs.ok} 127.0.0.1"
        failing = f"{it.app.glyphs.offline} 127.0.0.1"
        await go_to_search(it)
        await it.type("qqqq")
        with virtual_time(it.app) as time:
            await it.press("enter")
            assert "Nothing matches, neither here nor at the source" in it.text
            assert well in it.text
            jikan.stop()
            time.now += 10
            await it.press("slash", "end", "z", "enter")
            assert "Nothing here matches, and the source failed" in it.text
            assert failing in it.text
            time.now += 10
            await it.press("slash", "end", "z")
            it.app.screen.source._run(1, automatic=True)
            await it.settle()
            assert "Nothing here matches, and the source was not searched" in it.text
            jikan.start()
            time.now += 10
            await it.press("enter")
            assert well in it.text
