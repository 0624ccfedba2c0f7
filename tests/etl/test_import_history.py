"""Recorded history: whole days from a file, each once, and never over what is there unless it is asked for."""

import gzip
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from catlog.db.models import DailyRankings, EtlRejects, ProcessedAnime
from catlog.db.session import Database
from tests.etl.conftest import on_sqlite
from tests.support.cli import CommandLine, Ending
from tests.support.contents import chart, contents, count, runs
from tests.support.series import HEADER, line, text

TODAY = "2026-07-20"


class Import:
    """`catlog etl import-history` on files made from text."""

    def __init__(self, catlog: CommandLine, folder: Path) -> None:
        self._catlog = catlog
        self._folder = folder

    def __call__(self, content: str | bytes, *options: str, name: str = "series.csv") -> Ending:
        file = self._folder / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return self._catlog("etl", "import-history", file, "--format", "json", *options)


@pytest.fixture
def load(catlog: CommandLine, tmp_path: Path) -> Import:
    return Import(catlog.having(now=f"{TODAY}T08:00:00Z"), tmp_path)


def days(first: str, number: int, ids: range = range(1, 6)) -> list[str]:
    start = date.fromisoformat(first)
    return [line(str(start + timedelta(days=day)), mal_id) for day in range(number) for mal_id in ids]


def stored(database: Database, day: str) -> list[tuple[object, ...]]:
    return [row for row in contents(database, [DailyRankings])["DailyRankings"] if str(row[1]) == day]


def test_a_file_becomes_days(load: Import, catlog: CommandLine, database: Database) -> None:
    done = load(text(days("2026-04-01", 30)))
    assert done.code == 0, done.err
    row = done.row
    assert (row["source"], row["status"], row["snapshotDate"]) == ("history", "SUCCESS", "2026-04-30")
    assert (row["received"], row["accepted"], row["rowsProcessed"], row["duplicates"]) == (150, 150, 150, 0)
    assert row["notes"] == ["series.csv: 30 days loaded"]
    assert count(database, DailyRankings) == 150
    assert stored(database, "2026-04-07")[1] == (2, date(2026, 4, 7), 2, 7.5, 100, 200, 300)
    assert catlog("etl", "validate", "--date", "2026-04-07").code == 0


@on_sqlite
def test_the_same_file_again_changes_nothing_and_with_replace_neither(load: Import, database: Database) -> None:
    content = text(days("2026-04-01", 3))
    assert load(content).code == 0
    once = contents(database)
    again = load(content)
    assert (again.code, again.row["rowsProcessed"], contents(database)) == (0, 0, once)
    assert "2026-04-01…2026-04-03 had snapshots already and stayed" in again.err
    replaced = load(content, "--replace")
    assert (replaced.code, replaced.row["rowsProcessed"], contents(database)) == (0, 15, once)
    assert "2026-04-01…2026-04-03 replaced" in replaced.err


def test_an_existing_day_stays_unless_it_is_to_be_replaced(load: Import, database: Database) -> None:
    assert load(text(days("2026-04-02", 1, range(1, 6)))).code == 0
    wider = text(days("2026-04-01", 3, range(3, 9)))

    kept = load(wider)
    assert (kept.code, kept.row["accepted"], kept.row["rowsProcessed"]) == (0, 18, 12)
    assert set(chart(database, "2026-04-02")) == {1, 2, 3, 4, 5}
    assert set(chart(database, "2026-04-01")) == set(chart(database, "2026-04-03")) == set(range(3, 9))

    assert load(wider, "--replace").code == 0
    assert set(chart(database, "2026-04-02")) == set(range(3, 9)), "what the file says, and nothing else"


def test_the_first_row_of_a_day_and_id_counts(load: Import, database: Database) -> None:
    done = load(
        text(
            [
                line("2026-04-01", 5, rank=1),
                line("2026-04-01", 300_005, rank=2),
                line("2026-04-02", 5, rank=3),
                line("2026-04-01", 5, rank=4),
                line("2026-04-01", 300_005, rank=5),
                line("2026-04-01", 261, rank=6),
            ]
        )
    )
    assert (done.code, done.row["duplicates"], done.row["accepted"]) == (0, 2, 4)
    assert chart(database, "2026-04-01") == {5: 1, 261: 6, 300_005: 2}
    assert chart(database, "2026-04-02") == {5: 3}
    assert "2 repeats of a day and id left out" in done.err


@on_sqlite
def test_zero_and_blank_are_unknown(load: Import, database: Database) -> None:
    unknown = "2026-04-01,1,T,0,0,,,\n2026-04-01,2,T,,0.00,0,0,12\n2026-04-01,3,T,0.0,-0.0,0,0,0\n"
    assert load(HEADER + unknown).code == 0
    day = date(2026, 4, 1)
    assert stored(database, "2026-04-01") == [
        (1, day, None, None, None, None, None),
        (2, day, None, None, 0, None, 12),
        (3, day, None, None, 0, 0, None),
    ]


@on_sqlite
def test_columns_are_found_by_name(load: Import, database: Database) -> None:
    content = "\ufeff favorites ,TITLE,Mal_Id,snapshot_date,score,rank,members,popularity,scored_by,rank\r\n"
    content += '9,"Two\r\nlines, ""quoted""",7,2026-04-01,8.25,3,10,11,12,99\r\n\r\n'
    assert load(content).code == 0
    assert stored(database, "2026-04-01") == [(7, date(2026, 4, 1), 3, 8.25, 12, 10, 11)]
    with database.read() as session:
        assert session.exec(select(ProcessedAnime.title)).all() == ['Two lines, "quoted"']


@on_sqlite
def test_gzip_is_told_by_its_bytes_and_not_by_its_name(load: Import, database: Database) -> None:
    packed = gzip.compress(text(days("2026-04-01", 1)).encode()) + gzip.compress(line("2026-04-02", 1).encode())
    assert load(packed, name="series.csv").row["accepted"] == 6
    assert load(text(days("2026-04-03", 1)), name="series.csv.gz").row["accepted"] == 5


def test_a_title_from_a_file_is_cleaned_and_never_overwrites_a_known_one(load: Import, database: Database) -> None:
    assert (
        load(
            text(
                [line("2026-04-01", 1, "Right"), line("2026-04-01", 2, "\x1b[31mRed\u202e"), line("2026-04-01", 3, "")]
            )
        ).code
        == 0
    )
    assert load(text([line("2026-04-02", 1, "Wrong"), line("2026-04-02", 2, "Wrong")])).code == 0
    with database.read() as session:
        titles = dict(session.exec(select(ProcessedAnime.mal_id, ProcessedAnime.title)).all())
    assert titles == {1: "Right", 2: "[31mRed", 3: "#3"}


UNUSABLE = [
    ("2026-04-01,,T,1,8,1,1,1", "mal_id is missing"),
    ("2026-04-01,0,T,1,8,1,1,1", "mal_id '0' is not an id"),
    ("2026-04-01,-5,T,1,8,1,1,1", "mal_id '-5' is not an id"),
    ("2026-04-01,1_0,T,1,8,1,1,1", "mal_id '1_0' is not a number"),
    ("2026-04-01,٣,T,1,8,1,1,1", "mal_id '٣' is not a number"),
    ("2026-04-01,9999999999,T,1,8,1,1,1", "mal_id '9999999999' is too large"),
    (f"2026-04-01,{'9' * 5000},T,1,8,1,1,1", "is too large"),
    ("2026-04-01,1.5,T,1,8,1,1,1", "mal_id '1.5' is not a whole number"),
    ("2026-04-01,1,T,-1,8,1,1,1", "rank -1 is negative"),
    ("2026-04-01,1,T,first,8,1,1,1", "rank 'first' is not a number"),
    ("2026-04-01,1,T,1,nan,1,1,1", "score 'nan' is not a number"),
    ("2026-04-01,1,T,1,1e999,1,1,1", "score '1e999' is too large"),
    ("2026-04-01,1,T,1,10.01,1,1,1", "score '10.01' is not between 0 and 10"),
    ("2026-04-01,1,T,1,8,1,1e12,1", "members '1e12' is too large"),
    ("20260401,1,T,1,8,1,1,1", "snapshot_date '20260401' is not a day"),
    ("2026-W14-3,1,T,1,8,1,1,1", "snapshot_date '2026-W14-3' is not a day"),
    ("2026-02-30,1,T,1,8,1,1,1", "snapshot_date '2026-02-30' is not a day"),
    (",1,T,1,8,1,1,1", "snapshot_date '' is not a day"),
    ("2026-07-21,1,T,1,8,1,1,1", "snapshot_date 2026-07-21 is in the future"),
    ("2026-04-01,1,T,1,8,1,1", "7 cells under 8 columns"),
]


@on_sqlite
def test_a_row_that_cannot_be_used_is_kept_with_its_line_and_reason(load: Import, database: Database) -> None:
    good = days("2026-04-01", 20, range(100, 105))
    done = load(text([*good, *(f"{row}\n" for row, _ in UNUSABLE)]))
    assert (done.code, done.row["rejected"], done.row["accepted"]) == (0, len(UNUSABLE), 100), done.err
    with database.read() as session:
        rejects = session.exec(select(EtlRejects).order_by(EtlRejects.position)).all()
    assert [reject.position for reject in rejects] == [102 + place for place in range(len(UNUSABLE))]
    for reject, (row, reason) in zip(rejects, UNUSABLE, strict=True):
        assert reason in reject.reason, row
        assert reject.excerpt
        assert len(reject.excerpt) <= 200


@on_sqlite
def test_today_is_no_future(load: Import, database: Database) -> None:
    assert load(text([line(TODAY, 1)])).code == 0
    assert chart(database, TODAY) == {1: 1}


def test_more_than_a_fifth_of_bad_rows_stops_the_file(load: Import, catlog: CommandLine, database: Database) -> None:
    assert load(text(days("2026-04-01", 1))).code == 0
    before = contents(database)
    bad = ["2026-04-02,x,T,1,8,1,1,1\n"]
    assert load(text([*bad, *days("2026-04-02", 1, range(1, 5))])).code == 0, "a fifth is not more than a fifth"
    assert load(text(days("2026-04-02", 1, range(1, 1))), "--replace").code == 65
    after = contents(database)
    stopped = load(text([*bad * 26, *days("2026-04-03", 20)]), "--replace")
    assert (stopped.code, stopped.out, contents(database)) == (65, "", after)
    assert "26 of 126 rows cannot be used; nothing was changed" in stopped.err
    assert "the first, on line 2: mal_id 'x' is not a number" in stopped.err
    assert before != after
    last = runs(database)[-1]
    assert (last["status"], last["received"], last["rejected"]) == ("FAILED", 126, 26)
    assert count(database, EtlRejects, etl_run_id=last["run_id"]) == 26


@on_sqlite
def test_bad_rows_are_judged_over_the_whole_file(load: Import) -> None:
    bad = ["2026-04-01,x,T,1,8,1,1,1\n"] * 3_000
    good = days("2026-04-01", 1, range(1, 15_001))
    assert load(text([*bad, *good])).row["rejected"] == 3_000


def test_recorded_rankings_of_80_days(load: Import, database: Database, shared_data: Path | None) -> None:
    if shared_data is None:
        content, rows = text(days("2023-12-31", 80, range(1, 50))).encode(), 3_920
    else:
        content, rows = (shared_data / "rankings/malstat_daily_top50/malstat_daily.csv").read_bytes(), 3_856
    done = load(content)
    assert (done.code, done.row["received"], done.row["accepted"], done.row["rowsProcessed"]) == (0, rows, rows, rows)
    assert "80 days loaded" in done.err
    found = contents(database, [DailyRankings])["DailyRankings"]
    assert len(found) == rows
    assert len({row[1] for row in found}) == 80
    assert {row[1] for row in found} >= {date(2023, 12, 31), done_day(done)}


def done_day(done: Ending) -> date:
    return date.fromisoformat(done.row["snapshotDate"])


def test_whole_rankings_of_30000_titles(load: Import, database: Database, shared_data: Path | None) -> None:
    if shared_data is None:
        repeated = line("2026-07-05", 30_870)
        content = {day: text([*days(day, 1, range(1, 30_001))]) for day in ("2026-07-03", "2026-07-12")}
        content["2026-07-05"] = text([repeated, repeated, *days("2026-07-05", 1, range(1, 29_999))])
        files = {day: gzip.compress(lines.encode(), 1) for day, lines in content.items()}
    else:
        folder = shared_data / "rankings/maldig_weekly_30k"
        files = {day: (folder / f"{day}.csv.gz").read_bytes() for day in ("2026-07-03", "2026-07-05", "2026-07-12")}
    for day, packed in files.items():
        done = load(packed, name=f"{day}.csv.gz")
        repeats = 1 if day == "2026-07-05" else 0
        assert (done.code, done.row["received"], done.row["duplicates"]) == (0, 30_000, repeats), done.err
        assert done_day(done) == date.fromisoformat(day)
    assert count(database, DailyRankings) == 89_999


@on_sqlite
def test_a_rerun_of_the_same_day_is_kept_out_or_replaces_it(
    load: Import, database: Database, shared_data: Path | None
) -> None:
    if shared_data is None:
        first, second = (text(days("2026-07-03", 1, range(1, top))).encode() for top in (10_001, 30_001))
    else:
        folder = shared_data / "rankings/maldig_weekly_30k"
        first, second = ((folder / f"2026-07-03{run}.csv.gz").read_bytes() for run in ("_run1_top10000", ""))
    assert load(first).row["rowsProcessed"] == 10_000
    assert load(second).row["rowsProcessed"] == 0
    assert count(database, DailyRankings) == 10_000
    assert load(second, "--replace").row["rowsProcessed"] == 30_000
    assert count(database, DailyRankings) == 30_000
