"""Snapshots taken in the app: followed, cancelled, gone on with, refused; against a real source and a real database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlmodel import col, update

from catlog import clock
from catlog.config import Settings
from catlog.db.models import EtlLogs, RawAnimeData
from catlog.db.session import Database
from catlog.etl import runlog
from catlog.tui.operations.operation import OperationState
from tests.support.contents import chart, contents, count, runs
from tests.support.jikan import JikanStandIn
from tests.tui.harness import NOW, Driver, opened
from tests.tui.ops.conftest import go_to_ops, over, until

STUCK = "held@page=3"
"""The third page does not come: somebody has to give up."""


async def take(it: Driver) -> None:
    """Send the form as it stands."""
    await it.press("r", "ctrl+s")


async def take_until_page_2(it: Driver, jikan: JikanStandIn) -> None:
    """Begin a snapshot that gets no further than its second page."""
    jikan.set_faults(STUCK)
    await take(it)
    await until(it, lambda: it.app.operations.running[0].step and it.app.operations.running[0].step.done == 2)
    await until(it, lambda: "snapshot 2/4" in it.text.splitlines()[0] and " 50 %" in it.text)


async def test_a_snapshot_is_taken_and_every_screen_has_its_ranks(source: Settings, database: Database) -> None:
    async with opened(source) as it:
        await go_to_ops(it)
        assert "No run yet" in it.text
        before = it.app.revision
        await take(it)
        await over(it)
        assert len(chart(database, str(NOW.date()))) == 100
        assert it.app.operations.recent[0].state is OperationState.DONE
        assert it.app.revision > before, "what shows ranks loads again"
        assert it.app.status.ranks_day == NOW.date()
        assert f"rankings {NOW.date()}: 100 rows" in it.text
        await it.press("escape")
        assert "written   100 rows" in it.text
        assert "accepted  100" in it.text


async def test_progress_is_seen_also_from_other_screens(
    source: Settings, database: Database, jikan: JikanStandIn
) -> None:
    async with opened(source) as it:
        await go_to_ops(it)
        await take_until_page_2(it, jikan)
        await it.press("f1")
        assert "snapshot 2/4" in it.text.splitlines()[0]
        assert it.app.operations.running, "leaving the screen stops nothing"
        await it.press("f6", "ctrl+l")
        assert "2 of 4" not in it.text, "its own run is shown as it happens, not as it was logged"
        assert [run["status"] for run in runs(database)] == ["RUNNING"]


@pytest.mark.parametrize("keys", [("c", "y"), ("escape", "escape", "enter")])
async def test_a_cancelled_snapshot_leaves_the_day_as_it_was(
    source: Settings, database: Database, jikan: JikanStandIn, keys: tuple[str, ...]
) -> None:
    async with opened(source) as it:
        await go_to_ops(it)
        await take(it)
        await over(it)
        good, kept = contents(database), count(database, RawAnimeData)
        jikan.forget()
        await take_until_page_2(it, jikan)
        await it.press(*keys)
        await over(it)
        assert contents(database) == good
        assert count(database, RawAnimeData) == kept
        last = runs(database)[-1]
        assert (last["status"], last["error_message"], last["pages"]) == ("FAILED", "cancelled", 0)
        assert it.app.operations.recent[0].state is OperationState.CANCELLED
        await it.press("l")
        assert "cancelled after" in it.text


async def test_a_question_answered_with_no_cancels_nothing(
    source: Settings, database: Database, jikan: JikanStandIn
) -> None:
    async with opened(source) as it:
        await go_to_ops(it)
        await take_until_page_2(it, jikan)
        await it.press("c", "n")
        assert it.app.operations.running[0].state is OperationState.RUNNING


async def test_a_failing_source_is_one_line_and_its_run_can_be_gone_on_with(
    source: Settings, database: Database, jikan: JikanStandIn
) -> None:
    async with opened(source) as it:
        await go_to_ops(it)
        jikan.set_faults("500@page=2")
        await take(it)
        await over(it)
        assert it.app.operations.recent[0].state is OperationState.FAILED
        assert "stored pages: 1" in it.text
        await it.press("escape")
        assert "r goes on with it: 1 page kept" in it.text
        assert not chart(database, str(NOW.date()))
        jikan.set_faults()
        await it.press("r")
        assert "1 of 4 pages are kept" in it.text
        await it.press("ctrl+s")
        await over(it)
        [run] = runs(database)
        assert (run["status"], run["pages"]) == ("SUCCESS", 4)
        assert len(chart(database, str(NOW.date()))) == 100


@contextmanager
def another_process_runs(database: Database) -> Iterator[str]:
    """Hold the lock as a run of another host does; yield the id of its run."""
    with runlog.exclusive_run(database):
        run = runlog.begin(database, "rankings", snapshot_date=NOW.date(), pages_asked=4)
        with database.write() as session:
            session.exec(
                update(EtlLogs).where(col(EtlLogs.run_id) == run.run_id).values(holder="elsewhere:42", pages=3)
            )
        yield run.run_id


async def test_a_run_of_another_process_is_seen_and_named_to_who_comes_second(
    source: Settings, database: Database
) -> None:
    async with opened(source, (160, 48)) as it:
        await go_to_ops(it)
        with another_process_runs(database) as run_id:
            await it.press("ctrl+l")
            assert "process elsewhere:42, last sign of life" in it.text
            assert "3 of 4 pages" in it.text
            await it.press("c")
            assert "process elsewhere:42 does that" in it.text
            await take(it)
            await over(it)
            assert f"run {run_id} (rankings, process elsewhere:42" in " ".join(it.text.split())
            assert [run["status"] for run in runs(database)] == ["RUNNING"]


async def test_a_second_snapshot_in_the_same_app_is_refused_at_once(
    source: Settings, database: Database, jikan: JikanStandIn
) -> None:
    async with opened(source) as it:
        await go_to_ops(it)
        await take_until_page_2(it, jikan)
        await take(it)
        assert "rankings of today is under way" in it.text
        assert len(runs(database)) == 1


async def test_leaving_while_something_runs_asks_and_then_cleans_up(
    source: Settings, database: Database, jikan: JikanStandIn
) -> None:
    async with opened(source) as it:
        await go_to_ops(it)
        await take_until_page_2(it, jikan)
        await it.press("q")
        assert "Cancel it and leave?" in it.text
        await it.press("n")
        assert it.app.is_running
        await it.press("q", "y")
        while it.app.is_running:
            await it.pilot.pause(0.01)
    [run] = runs(database)
    assert (run["status"], run["error_message"]) == ("FAILED", "cancelled")
    assert count(database, RawAnimeData) == 0


async def test_a_hangup_in_mid_run_leaves_what_ctrl_c_leaves(
    source: Settings, database: Database, jikan: JikanStandIn
) -> None:
    async with opened(source) as it:
        await go_to_ops(it)
        await take_until_page_2(it, jikan)
        it.app.leave()
    it.app.operations.close()
    [run] = runs(database)
    assert (run["status"], run["error_message"]) == ("FAILED", "cancelled")


async def test_the_form_says_what_cannot_be(source: Settings) -> None:
    async with opened(source) as it:
        await go_to_ops(it)
        for typed in ("0", "many"):
            await it.press("r", "tab")
            await it.type(typed)
            await it.press("ctrl+s")
            assert "a whole number from 1 up" in it.text
            await it.press("escape")
        assert not it.app.operations.recent


async def test_the_form_takes_source_and_pages_of_today(source: Settings, database: Database) -> None:
    async with opened(source) as it:
        await go_to_ops(it)
        await it.press("r")
        assert "Day" not in it.text, "the source only knows today"
        await it.press("right", "enter", "2", "enter", "enter")
        await over(it)
        [run] = runs(database)
        assert (run["source"], run["pages_asked"], run["snapshot_date"]) == ("airing", 2, NOW.date())


async def test_a_run_whose_day_is_over_is_not_offered_to_go_on_with(
    source: Settings, database: Database, jikan: JikanStandIn
) -> None:
    async with opened(source, (160, 48)) as it:
        await go_to_ops(it)
        jikan.set_faults("500@page=2")
        await take(it)
        await over(it)
        jikan.set_faults()
        with clock.stopped_at(NOW + timedelta(days=1)):
            await it.press("escape", "ctrl+l")
            assert "It cannot be resumed: its day is over." in it.text
            assert "r goes on with it" not in it.text
            await it.press("r")
            assert "The run was cut short" not in it.text
            await it.press("ctrl+s")
            await over(it)
        assert [(run["status"], run["snapshot_date"]) for run in runs(database)] == [
            ("PARTIAL", NOW.date()),
            ("SUCCESS", NOW.date() + timedelta(days=1)),
        ]
