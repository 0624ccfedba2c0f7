"""The same pages always make the same day: again, from the stored bytes, and on the other database."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete
from sqlmodel import col, select

from catlog.db.models import RawAnimeData
from catlog.db.session import Database
from tests.etl.conftest import TODAY, bind, on_sqlite
from tests.support.cli import CommandLine
from tests.support.contents import LOADED, chart, contents, count
from tests.support.databases import KINDS, Databases
from tests.support.jikan import JikanStandIn
from tests.support.jikan.client import Client

REAL_REPEAT = 59571


@pytest.fixture(params=["recorded", "invented"])
def jikan(request: pytest.FixtureRequest, shared_data: Path | None) -> Iterator[JikanStandIn]:
    """Serve the recorded pages of 2025-03-11, where they are there, and invented ones that are as odd."""
    recorded = request.param == "recorded" and shared_data is not None
    with JikanStandIn(data=shared_data) if recorded else JikanStandIn(faults=["repeat", "ties"]) as server:
        yield server


def served(jikan: JikanStandIn) -> list[dict[str, Any]]:
    """Return the entries of the first four pages."""
    with Client(jikan.url) as client:
        pages = [client.get("/top/anime", limit=25, page=page).json for page in range(1, 5)]
    return [entry for page in pages for entry in page["data"]]


def test_a_day_taken_twice_is_the_same_day(catlog: CommandLine, database: Database, jikan: JikanStandIn) -> None:
    first = catlog("etl", "run", "--source", "rankings", "--pages", 4, "--format", "json")
    once = contents(database)
    second = catlog("etl", "run", "--source", "rankings", "--pages", 4, "--format", "json")

    entries = served(jikan)
    repeats = len(entries) - len({entry["mal_id"] for entry in entries})
    assert (first.code, second.code) == (0, 0), first.err + second.err
    assert contents(database) == once
    assert second.row["runId"] != first.row["runId"]
    for row in (first.row, second.row):
        assert (row["received"], row["accepted"], row["duplicates"]) == (len(entries), len(entries) - repeats, repeats)
        assert row["rowsProcessed"] == row["accepted"] == len(once["DailyRankings"])
    assert catlog("etl", "validate", "--date", TODAY).code == 0


@on_sqlite
def test_an_id_that_comes_twice_is_counted_once_and_named(
    catlog: CommandLine, database: Database, jikan: JikanStandIn, shared_data: Path | None
) -> None:
    done = catlog("etl", "run", "--format", "json")
    ids = [entry["mal_id"] for entry in served(jikan)]
    repeated = {mal_id for mal_id in ids if ids.count(mal_id) > 1}
    [note] = [note for note in done.row["notes"] if "counted once" in note]
    assert repeated
    assert all(str(mal_id) in note for mal_id in repeated)
    assert set(chart(database, TODAY)) == set(ids)
    if shared_data is not None and REAL_REPEAT in ids:
        assert repeated == {REAL_REPEAT}


@on_sqlite
def test_the_rank_is_what_the_entry_says_and_not_its_place(
    catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    assert catlog("etl", "run").code == 0
    told = {entry["mal_id"]: entry["rank"] or None for entry in reversed(served(jikan))}
    assert chart(database, TODAY) == told
    assert [told[mal_id] for mal_id in told if told[mal_id]] != sorted(filter(None, told.values()), reverse=True)


def test_pages_are_kept_byte_for_byte(catlog: CommandLine, database: Database, jikan: JikanStandIn) -> None:
    run_id = catlog("etl", "run", "--format", "json").row["runId"]
    with Client(jikan.url) as client:
        sent = [client.get("/top/anime", limit=25, page=page).raw for page in (1, 1, 2, 3, 4)]
    with database.read() as session:
        query = select(RawAnimeData).where(RawAnimeData.etl_run_id == run_id).order_by(col(RawAnimeData.page))
        rows = session.exec(query).all()
        assert [row.page for row in rows] == [0, 1, 2, 3, 4]
        assert [zlib.decompress(row.body) for row in rows] == sent
        assert {(row.http_status, row.source_api) for row in rows} == {(200, jikan.url.split("/")[2])}
        assert rows[3].url == f"{jikan.url}/top/anime?limit=25&page=3"
        assert "etag" in rows[1].headers


def test_a_day_is_rebuilt_from_its_stored_pages(catlog: CommandLine, database: Database) -> None:
    first = catlog("etl", "run", "--format", "json")
    before = contents(database)
    with database.write() as session:
        for model in LOADED:
            session.exec(delete(model))
    again = catlog("etl", "reprocess", first.row["runId"], "--format", "json")
    assert again.code == 0, again.err
    assert contents(database) == before
    assert again.row["runId"] == first.row["runId"]
    assert again.row["notes"] == first.row["notes"]
    assert count(database, RawAnimeData) == 5


def test_both_databases_hold_the_same(databases: Databases, jikan: JikanStandIn, tmp_path: Path) -> None:
    found = []
    for kind in KINDS:
        database = databases.make(kind, f"replay {tmp_path.name}", tmp_path)
        assert bind(tmp_path / kind, database, jikan)("etl", "run", "--pages", 4).code == 0
        found.append(contents(database))
        databases.drop(database, f"replay {tmp_path.name}")
    assert found[0] == found[1]
