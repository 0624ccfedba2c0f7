"""A ranking source of another origin than Jikan: the whole pipeline runs on it, and the CLI offers it by its name."""

import sys
from pathlib import Path

import pytest

from catlog.config import load_settings
from catlog.db.models import RawAnimeData
from catlog.db.session import Database
from catlog.errors import InvalidArgumentError
from catlog.etl.pipeline import RunRequest, reprocess, run_etl
from catlog.etl.sources import SOURCE_MODULES, ranking_source
from tests.etl.conftest import TODAY, on_sqlite
from tests.support import recorded_ranking
from tests.support.cli import CommandLine
from tests.support.contents import chart, contents, count
from tests.support.jikan import JikanStandIn

ROWS = [f"{place},{5000 + place},Title {place},{9 - place / 100:.2f}" for place in range(1, 26)]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Register the source by its one line, and record a ranking of 25 titles."""
    monkeypatch.setitem(SOURCE_MODULES, "recorded", recorded_ranking.__name__)
    monkeypatch.delitem(sys.modules, "catlog.cli.etl", raising=False)
    home = tmp_path / "home"
    load_settings({"CATLOG_HOME": str(home)}).paths.data.mkdir(parents=True)
    record(home, ROWS)
    return home


def record(home: Path, rows: list[str]) -> None:
    file = load_settings({"CATLOG_HOME": str(home)}).paths.data / "ranking.csv"
    file.write_text("\n".join(["Place,MAL,Name,Mean", *rows]), "utf-8")


def test_a_recorded_file_goes_through_the_whole_pipeline(database: Database, home: Path) -> None:
    record(home, [*ROWS, "26,,Nameless,8.00"])
    settings = load_settings({"CATLOG_HOME": str(home)})
    run = run_etl(database, settings, RunRequest("recorded"))
    assert (run.status, run.host, run.pages, run.received, run.accepted, run.rejected) == (
        "SUCCESS", recorded_ranking.HOST, 3, 26, 25, 1,
    )  # fmt: skip
    assert (run.shifted, run.rows_processed) == (False, 25)
    assert chart(database, str(run.snapshot_date)) == {5000 + place: place for place in range(1, 26)}
    assert count(database, RawAnimeData) == 4, "three pages, and page 1 once more"
    loaded = contents(database)
    assert reprocess(database, run.run_id, replace=True).run_id == run.run_id
    assert contents(database) == loaded


def test_it_says_how_deep_a_page_reaches(database: Database, home: Path) -> None:
    settings = load_settings({"CATLOG_HOME": str(home)})
    run = run_etl(database, settings, RunRequest("recorded", pages=2))
    assert (run.pages, run.received, run.notes) == (2, 20, ()), "a page of 10 is no short page here"


@on_sqlite
def test_the_command_line_offers_and_runs_it(
    home: Path, catlog: CommandLine, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert catlog("etl", "run", "--help").code == 0
    assert f"[{'|'.join(SOURCE_MODULES)}]" in capsys.readouterr().out
    done = catlog("etl", "run", "--source", "recorded", "--format", "json")
    assert (done.code, done.row["source"], done.row["accepted"]) == (0, "recorded", 25)
    assert "note: read from a file" in done.err
    assert list(chart(database, TODAY)) == list(range(5001, 5026))


@on_sqlite
def test_its_titles_give_way_to_the_chart(
    home: Path, catlog: CommandLine, database: Database, jikan: JikanStandIn
) -> None:
    assert catlog("etl", "run").code == 0
    top = chart(database, TODAY)
    place, mal_id = next((rank, mal_id) for mal_id, rank in top.items() if rank and rank > 20)
    record(home, [*ROWS, f"1,{mal_id},As it is called,1.00"])
    assert catlog("etl", "run", "--source", "recorded").code == 0
    both = chart(database, TODAY)
    assert (len(both), both[mal_id]) == (len(top) + 25, place)


def test_an_unknown_source_is_named() -> None:
    with pytest.raises(InvalidArgumentError, match="unknown source 'anidb'") as problem:
        ranking_source("anidb")
    assert problem.value.hint == f"known: {', '.join(SOURCE_MODULES)}"


def test_the_sources_of_earlier_versions_keep_their_names() -> None:
    assert {"rankings", "airing", "seasonal", "catalogue"} <= set(SOURCE_MODULES)
