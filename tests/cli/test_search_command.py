"""`catlog search`, `catlog show` and `catlog etl import-catalogue`, as scripts and people use them."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from catlog.db.bulk import upsert
from catlog.db.models import DailyRankings
from catlog.db.session import Database
from catlog.etl.load import SNAPSHOT_FIELDS
from tests.catalogue.samples import SHELF, anime, write
from tests.support.cli import CommandLine, Ending

Catlog = Callable[..., Ending]

ROW_KEYS = {
    "malId", "title", "titleEnglish", "type", "episodes", "status", "score", "rank", "year", "season", "genres",
    "source", "asOf", "listStatus",
}  # fmt: skip


@pytest.fixture
def catlog(database: Database, tmp_path: Path) -> CommandLine:
    write(database, *SHELF)
    settings = {"CATLOG_HOME": str(tmp_path / "home"), "CATLOG_DATABASE_URL": database.url}
    settings["CATLOG_JIKAN_URLS"] = "http://127.0.0.1:1/v4"  # nobody listens there
    return CommandLine(settings | {"CATLOG_NOW": "2026-11-22T18:00:00+00:00"})


def _ids(ending: Ending) -> list[int]:
    assert ending.code == 0, ending.err
    return [row["malId"] for row in ending.rows]


def test_the_rows_have_the_keys_that_scripts_rely_on(catlog: Catlog) -> None:
    ending = catlog("search", "kaze", "--offline", "--format", "json")
    found = json.loads(ending.out)
    assert (found["kind"], found["version"], found["query"], found["total"], found["page"]) == (
        "search",
        1,
        "kaze",
        4,
        1,
    )
    assert set(found["rows"][0]) >= ROW_KEYS
    assert found["rows"][0]["source"] == "local"
    assert ending.err == ""


def test_every_option_reaches_the_search(catlog: Catlog) -> None:
    options = (
        "--genre",
        "drama",
        "--without-genre",
        "comedy",
        "--year",
        "2016..",
        "--type",
        "movie",
        "--score",
        "8..9.5",
    )
    assert _ids(catlog("search", "kaze", *options, "--season", "summer", "--format", "json")) == [2]
    assert _ids(catlog("search", "--status", "airing", "--status", "upcoming", "--format", "json")) == [6, 5]
    assert _ids(catlog("search", "--order-by", "-score", "--limit", "2", "--page", "2", "--format", "json")) == [1, 2]


def test_a_table_names_the_next_page_and_typing_errors_on_stderr(catlog: Catlog) -> None:
    ending = catlog("search", "kaez", "--limit", "2")
    assert "Kazeyomi" in ending.out
    assert "these are close" in ending.err
    assert "--page 2" in ending.err


def test_pages_of_one_answer_stay_although_the_catalogue_changes(catlog: Catlog, database: Database) -> None:
    def page(number: int) -> list[int]:
        return _ids(catlog("search", "--limit", "2", "--page", str(number), "--format", "json"))

    first = page(1)
    write(database, anime(99, "New", members=1_000_000), anime(5, "Sora Iro", members=2_000_000))
    assert [*first, *page(2), *page(3), *page(4)] == [6, 1, 2, 3, 4, 5]
    assert page(1) == [5, 99]


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("--genre", "Isekay"), 2, "did you mean Isekai"),
        (("--year", "20x5"), 2, "year '20x5'"),
        (("--score", "11"), 2, "score '11'"),
        (("--page", "0"), 2, "'0'"),
        (("--limit", "100000"), 2, "at most"),
        (("--type", "opera"), 2, "no type 'opera'"),
        (("--order-by", "beauty"), 2, "no order 'beauty'"),
        (("a" * 10_000,), 2, "10,000 characters"),
        (("a\x1b]52;c;x\x07",), 2, "control characters"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_reason(
    catlog: Catlog, words: tuple[str, ...], code: int, why: str
) -> None:
    ending = catlog("search", *words)
    assert (ending.code, ending.out) == (code, "")
    assert why in ending.err


@pytest.mark.usefixtures("shared")
def test_who_has_not_signed_in_on_a_shared_database_has_no_list_to_search(catlog: Catlog) -> None:
    ending = catlog("search", "--on-list")
    assert (ending.code, ending.out) == (77, "")
    assert "not signed in" in ending.err


def test_nothing_found_is_no_failure_and_says_what_to_do(catlog: Catlog) -> None:
    ending = catlog("search", "zzzzzzz", "--format", "json")
    assert (_ids(ending), "fewer words" in ending.err) == ([], True)
    behind = catlog("search", "kaze", "--page", "9")
    assert "page 9 has none" in behind.err


def test_a_title_is_shown_with_the_course_of_its_rank(catlog: Catlog, database: Database) -> None:
    days = [(1, date(2026, 1, day), 40 - day, 8.0, 1, 2, 3, "run") for day in range(1, 31)]
    with database.connect_to_write() as connection:
        upsert(connection, DailyRankings, SNAPSHOT_FIELDS, days)
    ending = catlog("show", "kaze no uta")
    assert "rank, 90 days" in ending.out
    assert "39 → 10, best 10" in ending.out
    row = catlog("show", "1", "--format", "json").row
    assert (row["malId"], row["genres"], row["entry"]) == (1, ["Drama", "Romance"], None)
    assert row["rankHistory"][0]["rank"] == 39
    assert len(row["rankHistory"]) == 30


def test_an_own_entry_is_shown(catlog: CommandLine, database: Database) -> None:
    import io

    from catlog.cli.context import Environment
    from catlog.cli.main import run

    words = ["account", "register", "--username", "mika", "--email", "mika@example.org", "--password-stdin"]
    env = Environment(
        io.StringIO("quiet otters knit 7 scarves\n"), io.StringIO(), io.StringIO(), environ=catlog.environ
    )
    assert run(words, env) == 0
    assert catlog("list", "add", "1", "--status", "completed", "--score", "9").code == 0
    assert "Completed" in catlog("show", "1").out
    assert catlog("show", "1", "--format", "json").row["entry"]["rating"] == 9
    assert _ids(catlog("search", "kaze", "--on-list", "--format", "json")) == [1]
    assert catlog("search", "--format", "json").rows[1]["listStatus"] == "COMPLETED"


def test_a_mistyped_title_is_taken_as_the_only_one_close_to_it(catlog: Catlog, database: Database) -> None:
    ending = catlog("show", "kazeyomy", "--format", "json")
    assert (ending.code, ending.row["malId"]) == (0, 6)
    assert "took 'kazeyomy' as Kazeyomi" in ending.err
    assert catlog("show", "4711").code == 3
    write(database, anime(7, "Kazeyomi Season 2"))
    ending = catlog("show", "kazeyomy 2", "--format", "json")
    assert (ending.code, ending.row["malId"]) == (0, 7)


def test_a_half_remembered_title_is_found_by_the_words_it_has(catlog: Catlog) -> None:
    ending = catlog("search", "something", "kazeyomi", "--format", "json")
    assert ending.code == 0
    assert _ids(ending) == [6]
    assert "no title has all words; titles with kazeyomi" in ending.err


def test_a_mistyped_title_close_to_several_is_answered_with_those(catlog: Catlog, database: Database) -> None:
    write(database, anime(7, "Tsukimichi Season 1"), anime(8, "Tsukimichi Season 2"))
    ending = catlog("show", "tsukimcihi")
    assert (ending.code, ending.out) == (3, "")
    assert "- 7 Tsukimichi Season 1" in ending.err
    assert "- 8 Tsukimichi Season 2" in ending.err


def test_a_catalogue_file_is_taken(catlog: Catlog, tmp_path: Path) -> None:
    file = tmp_path / "titles.csv"
    file.write_text("mal_id,title\n50,Mori no Koe\n1,Kaze no Uta\nx,?\n")
    ending = catlog("etl", "import-catalogue", str(file), "--format", "json")
    assert ending.code == 0
    assert (ending.row["added"], ending.row["unchanged"], ending.row["rejected"]) == (1, 1, 1)
    assert _ids(catlog("search", "mori", "--format", "json")) == [50]
    bad = tmp_path / "bad.csv"
    bad.write_text("Name\nKaze\n")
    assert catlog("etl", "import-catalogue", str(bad)).code == 65


def test_a_file_of_ids_is_taken_as_what_it_is(catlog: Catlog, tmp_path: Path) -> None:
    file = tmp_path / "ids.json"
    file.write_text('[{"mal_id": 1, "anilist_id": 100}]')
    ending = catlog("etl", "import-catalogue", str(file), "--format", "json")
    assert (ending.code, json.loads(ending.out)["kind"], ending.row["anilist"]) == (0, "etl-crossids", 1)
