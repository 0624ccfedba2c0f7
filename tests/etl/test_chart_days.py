"""Whoever writes a day keeps its row, with the depth of its chart, in the same transaction."""

from datetime import date
from pathlib import Path

from catlog.db.session import Database
from tests.etl.conftest import NOW, TODAY, on_sqlite
from tests.support.cli import CommandLine
from tests.support.ranking_days import days_that_fit
from tests.support.series import line, text

DAY = date.fromisoformat(TODAY)


def test_every_run_leaves_a_day_as_deep_as_its_ranks(catlog: CommandLine, database: Database) -> None:
    assert catlog("etl", "run", "--source", "airing", "--pages", 1).code == 0
    assert days_that_fit(database) == {DAY: 0}, "what airs is no chart"
    first = catlog("etl", "run", "--pages", 1, "--format", "json").row
    assert 22 <= days_that_fit(database)[DAY] <= 30
    assert catlog("etl", "run", "--pages", 4).code == 0
    assert days_that_fit(database)[DAY] > 90
    assert catlog("etl", "run", "--pages", 1, "--replace").code == 0
    assert days_that_fit(database)[DAY] <= 30
    assert catlog("etl", "reprocess", first["runId"], "--replace").code == 0
    assert 22 <= days_that_fit(database)[DAY] <= 30

    later = catlog.having(now=NOW.replace("11T", "13T"))
    assert later("etl", "run", "--source", "airing", "--pages", 1).code == 0
    assert list(days_that_fit(database).values())[1:] == [0]


def test_imported_history_leaves_days_as_deep_as_their_ranks(
    catlog: CommandLine, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "series.csv"

    def load(*rows: str, replace: bool = False) -> int:
        file.write_text(text(list(rows)))
        return catlog("etl", "import-history", file, *(["--replace"] if replace else [])).code

    chart = [line("2026-04-01", mal_id) for mal_id in range(1, 51)]
    assert load(*chart, *(line("2026-04-02", mal_id) for mal_id in range(20, 40))) == 0
    assert days_that_fit(database) == {date(2026, 4, 1): 55, date(2026, 4, 2): 0}

    assert load(*chart[:25], line("2026-04-05", 1)) == 0
    assert days_that_fit(database) == {date(2026, 4, 1): 55, date(2026, 4, 2): 0, date(2026, 4, 5): 0}

    assert load(*chart[:25], replace=True) == 0
    assert days_that_fit(database) == {date(2026, 4, 1): 27, date(2026, 4, 2): 0, date(2026, 4, 5): 0}


@on_sqlite
def test_a_load_that_fails_leaves_the_days_as_they_were(
    catlog: CommandLine, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "series.csv"
    file.write_text(text([line("2026-04-01", mal_id) for mal_id in range(1, 26)]))
    assert catlog("etl", "import-history", file).code == 0
    before = days_that_fit(database)
    file.write_text(text([line("2026-04-03", mal_id) for mal_id in range(1, 9)] + ["rubbish\n"] * 9))
    assert catlog("etl", "import-history", file).code == 65
    assert days_that_fit(database) == before == {date(2026, 4, 1): 27}
