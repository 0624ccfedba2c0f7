"""`catlog stats`: a page, a chart, or data; and what it says to those who have nothing yet."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.text import Text

from catlog import clock
from catlog.accounts.identity import current_user, remember
from catlog.accounts.sign_in import begin_session
from catlog.accounts.users import register
from catlog.charts.gallery import CHARTS
from catlog.charts.names import CHART_NAMES
from catlog.cli.context import Environment
from catlog.cli.main import run
from catlog.config import load_settings
from catlog.db.session import Database
from catlog.library.edits import Add, Rate, Watch
from catlog.library.entries import Origin, Status
from catlog.library.writer import edit
from tests.cli.conftest import Catlog, call
from tests.cli.processes import CATLOG, in_terminal
from tests.library.people import BEBOP, FRIEREN, GINTAMA, PERFECT_BLUE, fill_catalogue
from tests.support.databases import SQLITE, Databases

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
EMPTY_HINT = "catlog list import FILE"


def sign_in(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CATLOG_DATABASE_URL", database.url)
    monkeypatch.setenv("CATLOG_NOW", NOW.isoformat())
    fill_catalogue(database)
    with clock.stopped_at(NOW):
        made = register(
            database, load_settings(), username="mika", email="mika@example.org", password="quiet otters knit"
        )
        remember(database, load_settings(), begin_session(database, load_settings(), made.id))


def fill(database: Database) -> None:
    with clock.stopped_at(NOW):
        owner = current_user(database, load_settings())
    with clock.stopped_at(NOW - timedelta(days=2)):
        edit(database, owner, BEBOP, Add(), Watch(26), Rate(9), origin=Origin.APP)
        edit(database, owner, FRIEREN, Add(), Watch(3), Rate(10), origin=Origin.APP)
        edit(database, owner, PERFECT_BLUE, Add(Status.COMPLETED), Rate(8), origin=Origin.CLI)
        edit(database, owner, GINTAMA, Add(), origin=Origin.CLI)


@pytest.fixture
def newcomer(database: Database, light_hashes: None, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Sign a user in whose list is empty."""
    sign_in(database, monkeypatch)
    return database


@pytest.fixture
def viewer(newcomer: Database) -> Database:
    """Give the user four titles."""
    fill(newcomer)
    return newcomer


def test_the_names_of_the_charts_are_those_of_the_gallery() -> None:
    assert tuple(CHARTS) == CHART_NAMES


@pytest.mark.usefixtures("shared")
def test_nobody_sees_statistics_without_signing_in(
    database: Database, monkeypatch: pytest.MonkeyPatch, catlog: Catlog
) -> None:
    monkeypatch.setenv("CATLOG_DATABASE_URL", database.url)
    ending = catlog("stats")
    assert (ending.code, ending.out) == (77, "")
    assert "catlog account login" in ending.err


def test_an_empty_list_says_what_to_do_next(newcomer: Database, catlog: Catlog) -> None:
    for argv in ([], ["--chart", "ratings"], ["--year", "2025"]):
        ending = catlog("stats", *argv)
        assert (ending.code, ending.out) == (0, "")
        assert EMPTY_HINT in ending.err
    ending = catlog("stats", "--format", "json")
    assert json.loads(ending.out)["row"]["overview"]["titles"] == 0
    assert EMPTY_HINT in ending.err


def test_the_page_has_every_chart_and_fits_80_columns_on_a_pipe(viewer: Database, catlog: Catlog) -> None:
    ending = catlog("stats")
    assert (ending.code, ending.err) == (0, "")
    lines = ending.out.splitlines()
    headings = [chart.heading for chart in CHARTS.values()]
    assert headings == [
        name for line in lines if (name := line.split("  ")[0]) in headings and not line.startswith(" ")
    ]
    assert lines[0] == "4 titles, 2 completed   30 episodes, 29 in November   9.00 mean, MAL's 8.87"
    assert "66.7 % of what was begun is completed, 0.0 % dropped" in lines
    without = "The time watched is of 0 of 3 titles; without a length: Cowboy Bebop, Perfect Blue, Sousou no Frieren."
    assert without in " ".join(lines)
    assert "Longest streak: 1 day, 20 Nov." in lines
    assert lines[-1].split() == ["Oldest", "plan", "Gintama,", "2", "days"]
    assert max(map(cell_len, lines)) <= 80
    assert "\x1b" not in ending.out


@pytest.mark.parametrize("name", CHARTS)
def test_one_chart_is_printed_alone_as_wide_as_asked(viewer: Database, catlog: Catlog, name: str) -> None:
    ending = catlog("stats", "--chart", name, "--width", "60")
    assert ending.code == 0
    if name == "time":  # no title of this catalogue has a length
        assert ending.out == ""
        assert CHARTS[name].hint in ending.err
    else:
        assert ending.err == ""
        assert max(map(cell_len, ending.out.splitlines())) <= 60


def test_ascii_alone_where_the_setting_says_so(
    viewer: Database, catlog: Catlog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CATLOG_ASCII", "1")
    assert catlog("stats").out.isascii()


def test_genres_by_mean_are_beside_the_own_mean(viewer: Database, catlog: Catlog) -> None:
    assert catlog("stats", "--chart", "genres", "--by", "mean").err == f"{CHARTS['genres'].hint}\n"
    counted = catlog("stats", "--chart", "genres", "--by", "count")
    assert counted.out.splitlines()[0].split()[:2] == ["Drama", "━" * 61]


def test_a_year_is_reviewed(viewer: Database, catlog: Catlog) -> None:
    lines = catlog("stats", "--year", "2026").out.splitlines()
    assert lines[0] == "2026 in review"
    assert lines[2] == "2 finished   29 episodes logged   8.50 mean   1 day in a row"
    assert "Started         2 titles" in lines
    assert " ".join(lines[3:5]).startswith("Started and finished are by the dates on your list; episodes")
    assert "Changes         9 on 1 day" in lines
    best = next(line for line in lines if line.startswith(" 9  Cowboy Bebop "))
    assert best.endswith("MAL 8.75")
    assert "2025 in review" in catlog("stats", "--year", "2025").out


def test_a_year_of_which_the_log_knows_nothing_is_not_told_to_be_empty(viewer: Database, catlog: Catlog) -> None:
    catlog("list", "set", "1", "--finish", "2019-05", "--start", "2019-04")
    out = catlog("stats", "--year", "2019").out
    assert "1 finished, 1 started   0 episodes logged" in out
    assert "0 episodes logged" in out
    assert "nothing was done" not in out


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_of_the_whole_list_is_not_passed_off_as_one_of_a_year(
    viewer: Database, catlog: Catlog, name: str
) -> None:
    ending = catlog("stats", "--chart", name, "--year", "2026")
    of_a_year = name in ("activity", "calendar")
    assert (ending.code, bool(ending.out)) == ((0, True) if of_a_year else (2, False))
    assert of_a_year or "leave out --year" in ending.err


def test_json_has_all_figures_in_one_row(viewer: Database, catlog: Catlog) -> None:
    answer = json.loads(catlog("stats", "--format", "json", "--year", "2026").out)
    assert (answer["kind"], answer["version"], answer["asOf"], answer["year"]) == ("stats", 1, "2026-11-22", 2026)
    row = answer["row"]
    assert list(row) == ["overview", "ratings", "genres", "studios", "activity", "review", "coverage", "records"]
    assert row["coverage"]["watched"] == {"known": 0, "titles": 3}
    assert row["overview"]["statuses"][1] == {
        "status": "COMPLETED",
        "titles": 2,
        "episodes": 27,
        "seconds": 0,
        "unknown": 2,
        "secondsAhead": 0,
        "unknownAhead": 0,
    }
    assert row["overview"]["completionRate"] == 0.6667
    assert row["ratings"]["against"]["titles"] == 3
    assert row["activity"]["days"] == [{"day": "2026-11-20", "changes": 9, "episodes": 29, "seconds": 0, "untimed": 29}]
    assert row["review"]["finished"] == 2


def test_csv_has_a_line_for_each_figure_of_the_json_form(viewer: Database, catlog: Catlog) -> None:
    header, *lines = csv.reader(io.StringIO(catlog("stats", "--format", "csv").out))
    assert header == ["figure", "value"]
    figures = dict(lines)
    assert len(figures) == len(lines)
    row = json.loads(catlog("stats", "--format", "json").out)["row"]
    assert figures["overview.statuses.1.episodes"] == "27"
    assert figures["ratings.mean"] == str(row["ratings"]["mean"])
    assert figures["genres.0.name"] == "Drama"
    assert figures["genres.0.meanRating"] == ""


@pytest.mark.parametrize(
    "argv",
    [
        ("--chart", "status", "--format", "json"),
        ("--chart", "status", "--by", "mean"),
        ("--by", "time", "--format", "csv"),
        ("--width", "29"),
        ("--year", "1"),
        ("--chart", "pie"),
    ],
)
def test_options_that_do_not_go_together_are_refused(catlog: Catlog, argv: tuple[str, ...]) -> None:
    assert catlog("stats", *argv).code == 2


@pytest.fixture
def on_terminal(databases: Databases, light_hashes: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the child processes a database with a list in it, and a signed-in user."""
    database = databases.make(SQLITE, "stats", tmp_path)
    sign_in(database, monkeypatch)
    fill(database)
    database.close()


def test_on_a_terminal_it_is_coloured_and_as_wide_as_the_terminal(on_terminal: None) -> None:
    code, received = in_terminal([*CATLOG, "stats", "--chart", "status"], columns=100)
    assert code == 0
    first, *_ = Text.from_ansi(received).plain.splitlines()
    assert "\x1b[38;5;36m" in received
    assert cell_len(first) == 100


def test_without_colour_a_terminal_gets_the_same_text(viewer: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    out = io.StringIO()
    env = Environment(io.StringIO(), out, io.StringIO())
    env.stdout_is_terminal = True
    assert run(["stats", "--width", "80"], env) == 0
    assert out.getvalue() == call("stats").out


def test_files_are_written_whole_over_old_ones_and_one_text_goes_to_standard_output(
    viewer: Database, catlog: Catlog, tmp_path: Path
) -> None:
    files = {name: tmp_path / f"mine.{name}" for name in ("svg", "png", "html")}
    files["svg"].write_text("old")
    argv = [word for name, file in files.items() for word in (f"--{name}", str(file))]
    ending = catlog("stats", *argv)
    assert (ending.code, ending.out) == (0, "")
    assert ending.err.splitlines() == [f"written: {file}" for file in files.values()]
    assert files["svg"].read_text("utf-8").startswith("<?xml")
    assert files["png"].read_bytes().startswith(b"\x89PNG")
    assert "<title>mika: anime statistics, 22 Nov 2026</title>" in files["html"].read_text("utf-8")
    assert sorted(tmp_path.glob(".*")) == []
    year = catlog("stats", "--year", "2026", "--html", "-")
    assert (year.code, year.err) == (0, "")
    assert "<title>mika: 2026 in anime</title>" in year.out
    assert "Cowboy Bebop" in year.out
    beyond = catlog("stats", "--svg", str(tmp_path / ("x" * 300)))
    assert beyond.code not in (0, 1)
    assert "cannot be written" in beyond.err


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("--svg", "a.svg", "--chart", "status"), "all charts"),
        (("--html", "a.html", "--format", "json"), "all charts"),
        (("--png", "-"), "standard output"),
        (("--svg", "same", "--html", "same"), "two of the files are one"),
    ],
)
def test_files_and_options_that_do_not_go_together_are_refused(
    catlog: Catlog, argv: tuple[str, ...], words: str
) -> None:
    ending = catlog("stats", *argv)
    assert ending.code == 2
    assert words in ending.err


def test_an_empty_list_writes_no_file(newcomer: Database, catlog: Catlog, tmp_path: Path) -> None:
    ending = catlog("stats", "--svg", str(tmp_path / "mine.svg"))
    assert (ending.code, ending.out) == (0, "")
    assert EMPTY_HINT in ending.err
    assert list(tmp_path.glob("*.svg")) == []
