"""`catlog analytics`: what people see, what scripts get, and what is said when there is nothing to show."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from catlog.accounts.identity import remember
from catlog.accounts.sign_in import begin_session
from catlog.accounts.users import register
from catlog.cli.analytics import COURSE_CELLS
from catlog.config import load_settings
from catlog.db.bulk import upsert
from catlog.db.models import DailyRankings
from catlog.db.ranking_days import refresh_days
from catlog.db.session import Database
from catlog.library.edits import Add
from catlog.library.entries import Origin
from catlog.library.writer import edit
from tests.analytics.series import FIRST_DAY, Snap, crowd, fill, title
from tests.cli.conftest import Catlog

KEYS = {
    "climbers": "malId title rank baselineRank change baselineDate",
    "fallers": "malId title rank baselineRank change baselineDate",
    "momentum": "malId title score baselineScore change baselineDate scoredByGrowth",
    "new-entries": "malId title firstDate firstRank rank",
    "streaks": "malId title start end days snapshots current",
    "history": "malId title snapshotDate rank score scoredBy members popularity rankChange scoreChange",
}
QUERIES = [[kind] if kind != "history" else [kind, "1"] for kind in KEYS]
LAST_DAY = str(FIRST_DAY + timedelta(days=6))


def day(number: int) -> str:
    return str(FIRST_DAY + timedelta(days=number))


@pytest.fixture(autouse=True)
def _configured(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CATLOG_DATABASE_URL", database.url)


@pytest.fixture
def charted(database: Database) -> Database:
    """Fill in a week in which anime 1 climbs from 9 to 3, anime 2 falls, anime 3 enters, and day 4 is missing.

    Others stay where they are, on charts of 50.
    """
    snaps = [Snap(1, FIRST_DAY + timedelta(days=n), 9 - n, 8.0 + n / 100, 10 * n + 10, 50) for n in (0, 1, 2, 3, 5, 6)]
    snaps += [Snap(2, FIRST_DAY + timedelta(days=n), 1 + n, 7.0, 500) for n in (0, 6)]
    snaps += [Snap(3, FIRST_DAY + timedelta(days=5), 20)]
    fill(database, snaps + crowd([FIRST_DAY + timedelta(days=n) for n in (0, 1, 2, 3, 5, 6)], 50), [1, 2])
    return database


@pytest.mark.parametrize("query", QUERIES)
def test_json_has_the_promised_keys_beside_the_day_and_the_parameters(
    catlog: Catlog, charted: Database, query: Sequence[str]
) -> None:
    answer = json.loads(catlog("analytics", *query, "--format", "json").out)
    assert (answer["kind"], answer["version"], answer["asOf"]) == (query[0], 1, LAST_DAY)
    assert {"days", "top"} & set(answer)
    assert answer["rows"]
    for row in answer["rows"]:
        assert set(KEYS[query[0]].split()) <= set(row)


@pytest.mark.parametrize("query", QUERIES)
def test_csv_has_the_same_keys_with_and_without_rows(catlog: Catlog, charted: Database, query: Sequence[str]) -> None:
    for extra in ([], ["--as-of", day(0)]):
        code, out, _ = catlog("analytics", *query, "--format", "csv", *extra)
        header = next(csv.reader(io.StringIO(out)))
        assert (code, set(KEYS[query[0]].split()) <= set(header)) == (0, True)


@pytest.mark.parametrize("query", [*QUERIES, ["history", "no such title"]])
@pytest.mark.parametrize("format", ["table", "json", "csv"])
def test_without_data_the_answer_is_empty_and_names_what_fills_it(
    catlog: Catlog, query: Sequence[str], format: str
) -> None:
    code, out, err = catlog("analytics", *query, "--format", format)
    assert code == 0
    assert "catlog etl run --source rankings" in err
    assert "catlog demo" in err
    if format == "json":
        assert (json.loads(out)["asOf"], json.loads(out)["rows"]) == (None, [])
    else:
        assert out.count("\n") == (1 if format == "csv" else 0)


def test_a_table_says_what_is_compared_and_draws_the_course_of_the_rank(catlog: Catlog, charted: Database) -> None:
    heading, _, _, row = catlog("analytics", "climbers").out.splitlines()
    assert heading == f"Climbers among the top 1000 in the 7 days to {LAST_DAY} (UTC)"
    assert row.split() == [*title(1).split(), "3", "▲", "6", "9", day(0), "▁▂▃▅", "▇█", "1"]
    row = catlog("analytics", "fallers", "--within", "0").out.splitlines()[-1]
    assert row.split()[3:7] == ["7", "▼", "6", "1"]


def test_a_plain_terminal_gets_signs_instead_of_arrows(
    catlog: Catlog, charted: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CATLOG_ASCII", "1")
    assert catlog("analytics", "climbers").out.isascii()
    assert " +6 " in catlog("analytics", "climbers").out


def test_a_long_window_has_a_course_that_still_fits(catlog: Catlog, charted: Database) -> None:
    row = catlog("analytics", "climbers", "--days", "2147483647").out.splitlines()[-1]
    assert len(row) < 60 + COURSE_CELLS


def test_new_entries_streaks_and_history_are_shown(
    catlog: Catlog, charted: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    assert catlog("analytics", "new-entries").out.splitlines()[-1].split()[:4] == ["#3", day(5), "20", "-"]
    stays = catlog("analytics", "streaks", "--current").out.splitlines()
    first = next(line.split() for line in stays if line.startswith(title(1)))
    assert first[3:7] == ["7", day(0), LAST_DAY, "6"]
    heading, *_, last = catlog("analytics", "history", title(1).upper()).out.splitlines()
    assert heading.startswith(f"{title(1)} (1), the 90 days to {LAST_DAY} (UTC)  ▁▂▃▅▇█")
    assert last.split() == [LAST_DAY, "3", "▲", "1", "8.06", "+0.01", "70", "50", "-"]


@pytest.mark.parametrize("query", QUERIES)
def test_newer_days_without_a_whole_chart_are_passed_over_and_named(
    catlog: Catlog, charted: Database, query: Sequence[str]
) -> None:
    with charted.connect_to_write() as connection:
        fields = ("mal_id", "snapshot_date", "rank", "etl_run_id")
        newer = [FIRST_DAY + timedelta(days=n) for n in (7, 8, 10)]
        upsert(connection, DailyRankings, fields, [(mal_id, at, 400, "r") for at in newer for mal_id in (1, 2)])
        refresh_days(connection, newer)
    answer = catlog("analytics", *query, "--format", "json")
    found = json.loads(answer.out)
    assert (found["asOf"], found["passedOver"]) == (LAST_DAY, [day(7), day(8), day(10)])
    top = {"new-entries": "less than 50 deep", "streaks": "less than 10 deep"}
    missing = top.get(query[0], "missing or less than half as deep as before")
    assert answer.err == (
        f"passed over, as the chart is {missing}: {day(7)}…{day(8)}, {day(10)}; --as-of DAY asks for one\n"
    )
    explicit = catlog("analytics", *query, "--format", "json", "--as-of", day(8))
    assert (json.loads(explicit.out)["asOf"], json.loads(explicit.out)["passedOver"]) == (day(8), [])
    assert "passed over" not in explicit.err


def test_a_chart_that_nobody_recorded_so_deep_is_not_said_to_be_empty(catlog: Catlog, charted: Database) -> None:
    code, out, err = catlog("analytics", "streaks", "--top", "100")
    assert (code, out) == (0, "")
    assert err == f"no day up to {LAST_DAY} has a chart of 100: the deepest reaches 57\n"


def test_a_history_is_drawn_as_lines(catlog: Catlog, charted: Database) -> None:
    code, out, _ = catlog("analytics", "history", "1", "--chart")
    heading, _, rank, *_ = out.splitlines()
    assert (code, heading, rank) == (0, title(1), "rank  9 → 3  best 3")
    assert "score  8.00 → 8.06  best 8.06" in out
    assert max(map(len, out.splitlines())) <= 80
    assert catlog("analytics", "history", "1", "--chart", "--as-of", "1999-01-01").out == ""
    assert catlog("analytics", "history", "1", "--chart", "--format", "json").code == 2


def test_a_day_without_snapshots_is_answered_with_the_day_before_that_has_some(
    catlog: Catlog, charted: Database
) -> None:
    code, out, err = catlog("analytics", "climbers", "--as-of", day(4), "--format", "json")
    assert (code, json.loads(out)["asOf"], json.loads(out)["rows"]) == (0, day(4), [])
    assert f"--as-of {day(3)}" in err


def test_a_day_before_all_snapshots_says_so(catlog: Catlog, charted: Database) -> None:
    code, out, err = catlog("analytics", "streaks", "--as-of", "2001-01-01")
    assert (code, out) == (0, "")
    assert "no snapshots up to 2001-01-01" in err


def test_an_answer_without_rows_says_why(catlog: Catlog, charted: Database) -> None:
    alone = f"{day(0)} is the only day of these 7 with snapshots: changes need a second one\n"
    assert catlog("analytics", "climbers", "--as-of", day(0)).err == alone
    still = catlog("analytics", "climbers", "--as-of", day(1), "--within", "1")
    assert (still.out, still.err) == ("", f"no anime climbed up to {day(1)}\n")


def test_an_unknown_anime_is_not_found_and_an_ambiguous_one_names_the_candidates(
    catlog: Catlog, charted: Database
) -> None:
    code, out, err = catlog("analytics", "history", "nobody knows it")
    assert (code, out) == (3, "")
    code, out, err = catlog("analytics", "history", "anime")
    assert (code, out) == (3, "")
    assert f"1 {title(1)}" in err
    assert f"2 {title(2)}" in err


@pytest.mark.parametrize(
    "wrong",
    [["climbers", "--days", "0"], ["climbers", "--within", "-1"], ["streaks", "--limit", "x"], ["history"]],
)
def test_what_cannot_be_asked_is_a_usage_error(catlog: Catlog, wrong: Sequence[str]) -> None:
    assert catlog("analytics", *wrong).code == 2


@pytest.mark.parametrize("query", [query for query in QUERIES if query[0] != "history"])
def test_mine_keeps_what_is_on_my_list_and_needs_somebody_signed_in(
    catlog: Catlog, charted: Database, query: Sequence[str]
) -> None:
    if charted.is_sqlite:  # shared: in a folder of one's own there would be a list at once
        Path(charted.location).parent.chmod(0o1777)
    assert catlog("analytics", *query, "--mine").code == 77
    settings = load_settings()
    mika = register(charted, settings, username="mika", email="mika@example.org", password="quiet otters knit 7")
    begun = begin_session(charted, settings, mika.id)
    remember(charted, settings, begun)
    edit(charted, begun.signed_in, 1, Add(), origin=Origin.CLI)
    everything = json.loads(catlog("analytics", *query, "--format", "json").out)
    mine = json.loads(catlog("analytics", *query, "--mine", "--format", "json").out)
    assert mine["rows"] == [row for row in everything["rows"] if row["malId"] == 1]
    assert mine["mine"] is True
    assert mine.get("limit") == everything.get("limit")
