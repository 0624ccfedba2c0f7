"""The bridge: answers come to who asked, superseded and orphaned ones never, errors in words, bugs as bugs."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from textual import on
from textual.widget import Widget

from catlog.config import Settings
from catlog.errors import BadDataError, ExitCode, UnavailableError
from catlog.tui.backend import Backend
from catlog.tui.messages import Answered, Failed, Progressed
from tests.tui.harness import Driver, opened, statements


class Asker(Widget):
    """Asks and keeps what comes back."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Any] = []

    @on(Answered)
    def _answered(self, message: Answered) -> None:
        self.heard.append((message.question, message.value))

    @on(Progressed)
    def _progressed(self, message: Progressed) -> None:
        self.heard.append((message.step, message.done))


async def asker_in(it: Driver) -> Asker:
    asker = Asker()
    await it.app.screen.mount(asker)
    return asker


def give(backend: Backend, value: object, wait: threading.Event | None = None) -> object:
    """Answer with what was given, when the time has come."""
    if wait is not None:
        wait.wait()
    return value


def fail(backend: Backend, error: Exception) -> None:
    raise error


async def test_an_answer_comes_back_to_the_widget_that_asked(library: Settings) -> None:
    async with opened(library) as it:
        one, other = await asker_in(it), await asker_in(it)
        it.app.pool.run(one, give, 1)
        it.app.pool.run(other, give, 2)
        await it.settle()
        assert (one.heard, other.heard) == ([("give", 1)], [("give", 2)])


async def test_a_superseded_answer_never_arrives_however_late_or_early_it_is(library: Settings) -> None:
    async with opened(library) as it:
        asker, wait = await asker_in(it), threading.Event()
        it.app.pool.run(asker, give, "slow", wait)
        it.app.pool.run(asker, give, "quick")
        wait.set()
        await it.settle()
        assert asker.heard == [("give", "quick")]


async def test_an_answer_that_already_waits_in_the_queue_is_superseded_too(library: Settings) -> None:
    async with opened(library) as it:
        asker = await asker_in(it)
        delivered: list[object] = []
        deliver = it.app.pool._deliver

        def ask_again_first(to: Widget, reply: Answered | Failed) -> None:
            deliver(to, reply)
            if not delivered:
                delivered.append(reply)
                it.app.pool.run(asker, give, "new")

        it.app.pool._deliver = ask_again_first  # type: ignore[method-assign]  # to be there between sending and handling
        it.app.pool.run(asker, give, "old")
        await it.settle()
        assert delivered
        assert asker.heard == [("give", "new")]


async def test_other_groups_and_other_widgets_supersede_nothing(library: Settings) -> None:
    async with opened(library) as it:
        asker = await asker_in(it)
        for value in (1, 2):
            it.app.pool.run_in(f"group {value}", asker, give, value)
            it.app.pool.run_in(None, asker, give, -value)
        await it.settle()
        assert sorted(value for _, value in asker.heard) == [-2, -1, 1, 2]


async def test_an_answer_for_a_widget_that_is_gone_is_dropped(library: Settings) -> None:
    async with opened(library) as it:
        asker, wait = await asker_in(it), threading.Event()
        it.app.pool.run(asker, give, 1, wait)
        await asker.remove()
        wait.set()
        await it.settle()
        assert asker.heard == []
        assert it.app.bug is None


async def test_edits_run_one_after_the_other_and_every_one_is_answered(library: Settings) -> None:
    async with opened(library) as it:
        asker, revision = await asker_in(it), it.app.revision
        for number in range(5):
            it.app.pool.submit(asker, give, number)
        await it.settle()
        assert asker.heard == [("give", number) for number in range(5)]
        assert it.app.revision == revision + 5


async def test_a_failure_that_nobody_takes_is_shown_in_one_line(library: Settings) -> None:
    async with opened(library) as it:
        it.app.pool.run(await asker_in(it), fail, BadDataError("the \x1b[31mfile [bold]is torn", hint="get it again"))
        await it.settle()
        assert "the [31mfile [bold]is torn: get it again" in it.text


async def test_a_bug_ends_the_app_with_70_and_its_error_is_told(library: Settings) -> None:
    seen: list[Driver] = []

    async def run_into_it() -> None:
        async with opened(library) as it:
            seen.append(it)
            it.app.pool.run(await asker_in(it), fail, ZeroDivisionError("by zero"))
            await it.settle()

    with pytest.raises(ZeroDivisionError):
        await run_into_it()
    app = seen[0].app
    assert app.return_code == ExitCode.BUG
    assert isinstance(app.bug, ZeroDivisionError)


async def test_progress_arrives_while_the_question_runs(library: Settings) -> None:
    def count(backend: Backend, report: Callable[[str, int, int | None], None]) -> int:
        for done in range(3):
            report("counting", done, 3)
        return 3

    async with opened(library) as it:
        asker = await asker_in(it)
        it.app.pool.run(asker, count, it.app.pool.report_to(asker, count))
        await it.settle()
        assert asker.heard[-1] == ("count", 3)
        assert ("counting", 2) in asker.heard


async def test_a_database_that_is_gone_is_a_banner_until_it_is_back(
    library: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catlog.tui.connection.RETRY_SECONDS", 0.01)
    gone = threading.Event()

    def is_there(backend: Backend) -> bool:
        if gone.is_set():
            raise UnavailableError("it cannot be reached")
        return True

    monkeypatch.setattr("catlog.tui.connection.is_there", is_there)
    async with opened(library) as it:
        gone.set()
        it.app.pool.run(await asker_in(it), fail, UnavailableError("it cannot be reached"))
        while "offline, retrying" not in it.text:
            await it.pilot.pause()
        revision = it.app.revision
        gone.clear()
        while "offline, retrying" in it.text:
            await it.pilot.pause()
        assert it.app.revision == revision + 1


async def test_the_statements_of_a_question_can_be_counted(library: Settings) -> None:
    async with opened(library) as it:
        with statements(it.app.pool) as sent:
            it.app.read_facts()
            await it.settle()
        assert len(sent["read_facts"]) == 4
