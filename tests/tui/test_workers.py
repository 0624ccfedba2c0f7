"""The worker pool: results reach their owners, superseded and orphaned ones do not, and bugs stay bugs."""

import sys
import threading
from typing import Any

import pytest
from textual.widget import Widget

from catlog.config import Settings
from catlog.errors import BadDataError, CatLogError, ExitCode, UnavailableError
from catlog.tui.backend import Backend
from catlog.tui.deferred import deferred
from catlog.tui.pending import Pending
from tests.tui.harness import Driver, opened, statements


class Owner(Widget):
    """Runs queries and records their results."""

    def __init__(self) -> None:
        super().__init__()
        self.results: list[Any] = []


async def owner_in(it: Driver) -> Owner:
    owner = Owner()
    await it.app.screen.mount(owner)
    return owner


def give(backend: Backend, value: object, wait: threading.Event | None = None) -> object:
    """Return the value, once `wait` is set."""
    if wait is not None:
        wait.wait()
    return value


def fail(backend: Backend, error: Exception) -> None:
    raise error


async def test_a_result_comes_back_to_the_widget_that_ran_the_query(library: Settings) -> None:
    async with opened(library) as it:
        one, other = await owner_in(it), await owner_in(it)
        it.app.pool.run(one, give, 1).then(one.results.append)
        it.app.pool.run(other, give, 2).then(other.results.append)
        await it.settle()
        assert (one.results, other.results) == ([1], [2])


async def test_a_superseded_result_never_arrives_however_late_or_early_it_is(library: Settings) -> None:
    async with opened(library) as it:
        owner, wait = await owner_in(it), threading.Event()
        it.app.pool.run(owner, give, "slow", wait).then(owner.results.append)
        it.app.pool.run(owner, give, "quick").then(owner.results.append)
        wait.set()
        await it.settle()
        assert owner.results == ["quick"]


async def test_a_result_that_is_already_in_the_message_queue_is_superseded_too(
    library: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(library) as it:
        owner = await owner_in(it)
        delivered: list[object] = []
        resolve = Pending.resolve

        def resolve_then_run_again(pending: Pending[object], value: object) -> None:
            resolve(pending, value)
            if not delivered:
                delivered.append(value)
                it.app.pool.run(owner, give, "new").then(owner.results.append)

        monkeypatch.setattr(Pending, "resolve", resolve_then_run_again)
        it.app.pool.run(owner, give, "old").then(owner.results.append)
        await it.settle()
        assert delivered == ["old"]
        assert owner.results == ["new"]


async def test_other_queries_and_other_widgets_supersede_nothing(library: Settings) -> None:
    def give_back(backend: Backend, value: int) -> int:
        return -value

    async with opened(library) as it:
        owner, other = await owner_in(it), await owner_in(it)
        it.app.pool.run(owner, give, 1).then(owner.results.append)
        it.app.pool.run(owner, give_back, 1).then(owner.results.append)
        it.app.pool.run(other, give, 2).then(owner.results.append)
        await it.settle()
        assert sorted(owner.results) == [-1, 1, 2]


async def test_a_result_for_a_widget_that_is_gone_is_dropped(library: Settings) -> None:
    async with opened(library) as it:
        owner, wait = await owner_in(it), threading.Event()
        it.app.pool.run(owner, give, 1, wait).then(owner.results.append)
        await owner.remove()
        wait.set()
        await it.settle()
        assert owner.results == []
        assert it.app.bug is None


async def test_edits_run_one_after_the_other_and_every_one_is_delivered(library: Settings) -> None:
    async with opened(library) as it:
        owner, revision = await owner_in(it), it.app.revision
        for number in range(5):
            it.app.pool.submit(owner, give, number).then(owner.results.append)
        await it.settle()
        assert owner.results == list(range(5))
        assert it.app.revision == revision + 5


async def test_a_deferred_query_is_imported_by_the_thread_that_runs_it(library: Settings) -> None:
    async with opened(library) as it:
        owner = await owner_in(it)
        it.app.pool.run(owner, deferred("tests.tui.threads").name_of_thread).then(owner.results.append)
        await it.settle()
        assert "tests.tui.threads" in sys.modules
        assert owner.results[0].startswith("catlog-read")


async def test_an_error_that_its_handler_settles_is_reported_no_further(library: Settings) -> None:
    async with opened(library) as it:
        owner = await owner_in(it)

        def settle(error: CatLogError) -> bool:
            owner.results.append(error.message)
            return True

        it.app.pool.run(owner, fail, BadDataError("the file is torn")).then(failed=settle)
        await it.settle()
        assert owner.results == ["the file is torn"]
        assert "the file is torn" not in it.text


async def test_an_error_without_a_handler_is_shown_in_one_line(library: Settings) -> None:
    async with opened(library) as it:
        it.app.pool.run(await owner_in(it), fail, BadDataError("the \x1b[31mfile [bold]is torn", hint="get it again"))
        await it.settle()
        assert "the [31mfile [bold]is torn: get it again" in it.text


async def test_a_bug_ends_the_app_with_70_and_its_error_is_told(library: Settings) -> None:
    seen: list[Driver] = []

    async def run_into_it() -> None:
        async with opened(library) as it:
            seen.append(it)
            it.app.pool.run(await owner_in(it), fail, ZeroDivisionError("by zero"))
            await it.settle()

    with pytest.raises(ZeroDivisionError):
        await run_into_it()
    app = seen[0].app
    assert app.return_code == ExitCode.BUG
    assert isinstance(app.bug, ZeroDivisionError)


async def test_a_database_that_is_gone_is_a_banner_until_it_is_back(
    library: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catlog.tui.connection.RETRY_SECONDS", 0.01)
    gone = threading.Event()

    def check_database(backend: Backend) -> bool:
        if gone.is_set():
            raise UnavailableError("it cannot be reached")
        return True

    monkeypatch.setattr("catlog.tui.queries.check_database", check_database)
    async with opened(library) as it:
        gone.set()
        it.app.pool.run(await owner_in(it), fail, UnavailableError("it cannot be reached"))
        while "offline, retrying" not in it.text:
            await it.pilot.pause()
        revision = it.app.revision
        gone.clear()
        while "offline, retrying" in it.text:
            await it.pilot.pause()
        assert it.app.revision == revision + 1


async def test_the_statements_of_a_query_can_be_counted(library: Settings) -> None:
    async with opened(library) as it:
        with statements(it.app.pool) as sent:
            it.app.read_status()
            await it.settle()
        assert len(sent["read_status"]) == 4


async def test_a_closed_pool_starts_no_query(library: Settings) -> None:
    async with opened(library) as it:
        owner = await owner_in(it)
        it.app.pool.close()
        it.app.pool.run(owner, give, 1).then(owner.results.append)
        assert it.app.pool.is_quiet
