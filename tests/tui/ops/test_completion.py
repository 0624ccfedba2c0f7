"""Completing my list in the app: the plan in a question, an operation in the background, cancelling, and the offer."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from catlog.access import Role
from catlog.config import Settings
from catlog.db.models import ProcessedAnime
from catlog.db.session import Database
from catlog.demo.build import USER
from catlog.etl import runlog
from catlog.tui.operations.operation import OperationKind, OperationState
from tests.support.jikan import JikanStandIn
from tests.tui.harness import Driver, opened
from tests.tui.ops.conftest import go_to_ops, over, until

SIZES = [(60, 15), (160, 48)]
TITLES = 6


@pytest.fixture
def file(jikan: JikanStandIn, tmp_path: Path) -> Path:
    """Write a list of six titles as MyAnimeList exports it."""
    ids = [entry["mal_id"] for entry in jikan.catalogue.entries if entry["status"] == "Finished Airing"][:TITLES]
    rows = "".join(
        f"<anime><series_animedb_id>{mal_id}</series_animedb_id><series_title>Title {mal_id}</series_title>"
        "<my_status>Completed</my_status></anime>"
        for mal_id in ids
    )
    file = tmp_path / "list.xml"
    file.write_text(f"<myanimelist>{rows}</myanimelist>", "utf-8")
    return file


async def bring(it: Driver, file: Path) -> None:
    await it.press("f2", "I")
    await it.type(str(file))
    await it.press("enter", "y")
    await over(it)


def words(it: Driver) -> str:
    return " ".join(it.text.replace("▌", " ").split())


@pytest.mark.parametrize("size", SIZES)
async def test_an_import_offers_it_and_the_plan_is_told_before_it_begins(
    source: Settings, database: Database, jikan: JikanStandIn, file: Path, size: tuple[int, int]
) -> None:
    async with opened(source, size) as it:
        await bring(it, file)
        assert f"{TITLES} titles lack" in words(it)
        assert jikan.requests == []
        await it.press("C")
        assert f"{TITLES} of {TITLES} titles lack something" in words(it)
        assert f"About {TITLES} requests to 127.0.0.1" in words(it)
        await it.press("n")
        assert [one.kind for one in it.app.operations.recent] == [OperationKind.IMPORT]
        await it.press("C", "y")
        await over(it)
        done = it.app.operations.recent[0]
        assert (done.kind, done.state) == (OperationKind.COMPLETION, OperationState.DONE)
        assert done.outcome is not None
        assert f"of {TITLES} titles completed" in done.outcome.summary or "as far as" in done.outcome.summary
        await it.press("C")
        assert "nothing to complete" in words(it)
    assert [run.source for run in runlog.latest(database)] == ["completion"]


async def test_it_is_seen_from_everywhere_and_can_be_stopped(
    source: Settings, database: Database, jikan: JikanStandIn, file: Path
) -> None:
    async with opened(source, (100, 30)) as it:
        await bring(it, file)
        jikan.set_faults("held@after=2")
        await it.press("C", "y")
        await until(it, lambda: len(jikan.requests) == 3)
        await until(it, lambda: "completion 2/6" in it.text)
        await it.press("f4")
        assert "completion 2/6" in it.text
        await go_to_ops(it)
        await it.press("l")
        assert "2/6" in it.text
        await it.press("m")
        assert "What was fetched stays" in words(it)
        await it.press("y")
        jikan.release()
        await over(it)
        assert it.app.operations.recent[0].state is OperationState.CANCELLED
        assert "cancelled, what was fetched stays" in words(it)
        [run] = runlog.latest(database)
        assert run.status == "PARTIAL"
        fetched = run.accepted  # the title whose answer is on its way may still be stored
        assert fetched in (2, 3)
        jikan.set_faults()
        await it.press("m")
        assert f"{TITLES - fetched} of {TITLES} titles lack" in words(it)
        await it.press("y")
        await over(it)
        assert [run.accepted for run in runlog.latest(database)] == [TITLES - fetched, fetched]


async def test_the_palette_finds_it_in_words(source: Settings, database: Database, file: Path) -> None:
    async with opened(source, (100, 30)) as it:
        await bring(it, file)
        await it.press("colon")
        await it.type("complete my list")
        assert "Complete my list" in it.text
        await it.press("enter")
        assert f"{TITLES} of {TITLES} titles lack something" in words(it)


async def test_members_may_and_see_it_in_the_bar(library: Settings, jikan: JikanStandIn) -> None:
    member = replace(library, guest=USER, jikan_urls=(jikan.url,), jikan_rate=1000.0, jikan_backoff=0.00001)
    opened_database = Database(library.database_url)
    with opened_database.connect_to_write() as connection:
        connection.execute(update(ProcessedAnime).values(duration=None, etl_run_id=None))
    opened_database.close()
    async with opened(member, (100, 30)) as it:
        assert it.app.role is Role.MEMBER
        jikan.set_faults("held")
        await it.press("f2", "C", "y")
        await until(it, lambda: bool(jikan.requests))
        assert "completion" in it.text
        await it.press("C")
        assert "Stop completing my list?" in it.text
        await it.press("y")
        jikan.release()
        await over(it)
        assert it.app.operations.recent[0].state is OperationState.CANCELLED
