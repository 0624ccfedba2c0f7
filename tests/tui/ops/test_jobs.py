"""Stage-two jobs started in the app, on the embedded engine and on real tables."""

from catlog.config import Settings
from catlog.db.models import ResultParts
from catlog.db.session import Database
from catlog.tui.operations.operation import OperationState
from tests.support.contents import count, runs
from tests.tui.harness import opened
from tests.tui.ops.conftest import go_to_ops, over


async def test_a_job_is_computed_and_logged_like_any_run(source: Settings, database: Database) -> None:
    async with opened(source) as it:
        await go_to_ops(it)
        await it.press("r", "ctrl+s")
        await over(it)
        await it.press("j", "right", "right", "ctrl+s")
        await over(it)
        assert it.app.operations.recent[0].state is OperationState.DONE
        assert [run["source"] for run in runs(database)] == ["rankings", "stage-two:volatility"]
        assert count(database, ResultParts, job="volatility") == 4, "one part a window"
        await it.press("escape")
        assert "of 100 snapshots" in it.text


async def test_without_ranks_there_is_nothing_to_compute(source: Settings, database: Database) -> None:
    async with opened(source) as it:
        await go_to_ops(it)
        await it.press("j", "ctrl+s")
        await over(it)
        assert "no ranks yet" in it.text


async def test_the_form_refuses_windows_that_cannot_be(source: Settings, database: Database) -> None:
    async with opened(source) as it:
        await go_to_ops(it)
        await it.press("j", "tab", "tab", "end", "comma", "0", "ctrl+s")
        assert "windows of 7, 14, 30, 90, 0 days cannot be computed" in it.text
        assert not it.app.operations.recent
