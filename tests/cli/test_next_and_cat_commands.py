"""`catlog next` and `catlog cat`, from a registered user's first evening on."""

import io
import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from catlog.accounts.identity import current_user
from catlog.cli.context import Environment
from catlog.cli.main import run
from catlog.config import load_settings
from catlog.db.bulk import upsert
from catlog.db.models import AiredEpisode, CompanionDeeds, ProcessedAnime
from catlog.db.session import Database
from catlog.library.edits import Add
from catlog.library.entries import Origin, Status
from catlog.library.writer import edit
from tests.cli.conftest import Ending
from tests.cli.processes import child

NOW = "2026-11-22T18:00:00+00:00"
Catlog = Callable[..., Ending]


@pytest.fixture
def catlog(database: Database, monkeypatch: pytest.MonkeyPatch) -> Catlog:
    """Give a function that runs commands of a user who watches one airing title."""
    monkeypatch.setenv("CATLOG_DATABASE_URL", database.url)
    monkeypatch.setenv("CATLOG_NOW", NOW)

    def call(*argv: str, stdin: str = "") -> Ending:
        out, err = io.StringIO(), io.StringIO()
        env = Environment(io.StringIO(stdin), out, err)
        code = run(list(argv), env)
        if "unready_database" in env.__dict__:
            env.unready_database.close()
        return Ending(code, out.getvalue(), err.getvalue())

    return call


@pytest.fixture
def viewer(catlog: Catlog, database: Database) -> Catlog:
    words = ("--username", "mika", "--email", "mika@example.org", "--password-stdin")
    assert catlog("account", "register", *words, stdin="quiet otters knit 7 scarves\n").code == 0
    names = ("mal_id", "title", "synonyms", "studios", "status", "episodes", "aired_from", "broadcast_day")
    more = ("broadcast_time", "broadcast_timezone", "processed_at")
    row = (52991, "Sousou no Frieren", [], [], "Currently Airing", 12, date(2026, 10, 2), "Fridays")
    with database.connect_to_write() as connection:
        late = ("23:00", "Asia/Tokyo", datetime(2026, 11, 1, tzinfo=UTC))
        upsert(connection, ProcessedAnime, (*names, *more), [(*row, *late)])
    owner = current_user(database, load_settings())
    edit(database, owner, 52991, Add(Status.WATCHING), origin=Origin.CLI)
    return catlog


def _aired(database: Database, mal_id: int, *days: date) -> None:
    with database.connect_to_write() as connection:
        rows = [(mal_id, number, day) for number, day in enumerate(days, start=1)]
        upsert(connection, AiredEpisode, ("mal_id", "number", "aired"), rows)


@pytest.mark.usefixtures("shared")
def test_nobody_is_told_anything_before_signing_in(catlog: Catlog) -> None:
    for argv in (["next"], ["next", "--short"], ["cat"], ["cat", "pet"]):
        ending = catlog(*argv)
        assert (ending.code, ending.out) == (77, "")
        assert "catlog account login" in ending.err


def test_next_says_what_airs_when_and_how_far_one_is_behind(viewer: Catlog) -> None:
    answer = json.loads(viewer("next", "--format", "json").out)
    (row,) = answer["rows"]
    assert (answer["kind"], answer["days"]) == ("next", 7)
    assert (row["malId"], row["episode"], row["at"], row["behind"]) == (52991, 9, "2026-11-27T14:00:00Z", 8)
    assert (row["estimate"], row["behindEstimate"]) == (True, True), "only the premiere is known"
    line = viewer("next").out.splitlines()[-1]
    assert line.split()[-3:] == ["~9", "12", "~8"]


def test_days_that_the_source_told_make_numbers_known(viewer: Catlog, database: Database) -> None:
    _aired(database, 52991, *(date(2026, 10, 2) + timedelta(weeks=number) for number in range(9)))
    (row,) = json.loads(viewer("next", "--format", "json").out)["rows"]
    assert (row["episode"], row["estimate"], row["behind"], row["behindEstimate"]) == (9, False, 8, False)
    assert viewer("next").out.splitlines()[-1].split()[-3:] == ["9", "12", "8"]
    assert viewer("next", "--short").out == "Sousou no Frieren 9 in 4 d 20 h\n"


def test_an_offset_moves_what_is_shown_and_can_be_undone(viewer: Catlog) -> None:
    output = viewer("list", "set", "52991", "--offset", "-2")
    assert output.out == "Sousou no Frieren: episode offset 0 → -2\n"
    (row,) = json.loads(viewer("next", "--format", "json").out)["rows"]
    assert (row["episode"], row["episodes"], row["sourceEpisode"], row["behind"]) == (7, 10, 9, 8)
    assert viewer("next").out.splitlines()[-1].split()[-3:] == ["~7", "10", "~8"]
    assert viewer("next", "--short").out == "Sousou no Frieren ~7 in 4 d 20 h\n"
    (mine,) = json.loads(viewer("list", "ls", "--format", "json").out)["rows"]
    assert mine["episodeOffset"] == -2
    (exported,) = json.loads(viewer("list", "export", "--to", "json").out)["rows"]
    assert exported["episodeOffset"] == -2
    shown = viewer("show", "52991", "--offline", "--format", "json")
    assert json.loads(shown.out)["row"]["entry"]["episode_offset"] == -2
    assert "episode offset -2" in viewer("show", "52991", "--offline").out
    assert viewer("list", "undo").code == 0
    (row,) = json.loads(viewer("next", "--format", "json").out)["rows"]
    assert (row["episode"], row["behind"]) == (9, 8)


def test_an_offset_changes_nothing_that_is_watched_or_waits(viewer: Catlog, database: Database) -> None:
    _aired(database, 52991, *(date(2026, 10, 2) + timedelta(weeks=number) for number in range(8)))
    assert viewer("list", "set", "52991", "--offset", "25").code == 0
    assert viewer("list", "watch", "52991", "=7").code == 0
    (row,) = json.loads(viewer("next", "--format", "json").out)["rows"]
    assert (row["episode"], row["episodes"], row["behind"]) == (34, 37, 1)
    assert "An episode of Sousou no Frieren is waiting." in viewer("cat").out
    assert viewer("list", "watch", "52991", "=30").code == 2, "of 12, in the list's numbers"
    assert viewer("list", "watch", "52991", "=12").code == 0
    (mine,) = json.loads(viewer("list", "ls", "--format", "json").out)["rows"]
    assert (mine["status"], mine["episodesWatched"]) == ("COMPLETED", 12)


def test_a_number_that_the_offset_takes_below_1_is_not_shown_and_not_called_unknown(
    viewer: Catlog, database: Database
) -> None:
    _aired(database, 52991, *(date(2026, 10, 2) + timedelta(weeks=number) for number in range(9)))
    assert viewer("list", "set", "52991", "--offset", "-9").code == 0
    (row,) = json.loads(viewer("next", "--format", "json").out)["rows"]
    assert (row["episode"], row["episodes"], row["sourceEpisode"], row["estimate"]) == (None, 3, 9, False)
    assert viewer("next").err == ""
    assert viewer("next", "--short").out == "Sousou no Frieren in 4 d 20 h\n"
    (row,) = json.loads(viewer("schedule", "--mine", "--format", "json").out)["rows"]
    assert (row["episode"], row["episodes"], row["sourceEpisode"]) == (None, 3, 9)


def test_a_title_without_days_and_without_a_total_has_no_number(viewer: Catlog, database: Database) -> None:
    with database.connect_to_write() as connection:
        fields = ("mal_id", "title", "synonyms", "studios", "episodes", "aired_from", "processed_at")
        seen = datetime(2026, 11, 1, tzinfo=UTC)
        upsert(connection, ProcessedAnime, fields, [(52991, "Meitantei", [], [], None, date(1996, 1, 8), seen)])
    (row,) = json.loads(viewer("next", "--format", "json").out)["rows"]
    assert (row["episode"], row["behind"], row["estimate"]) == (None, None, True)
    ending = viewer("next")
    assert ending.out.splitlines()[-1].split()[-3:] == ["Meitantei", "-", "-"], "no episode, no total, not behind"
    assert "1 title has no episode number" in ending.err
    assert "--online" in ending.err
    assert viewer("next", "--short").out == "Meitantei in 4 d 20 h\n"
    assert "Shall we go on with Meitantei?" in viewer("cat").out


def test_the_schedule_marks_its_estimates(viewer: Catlog) -> None:
    (row,) = json.loads(viewer("schedule", "--mine", "--zone", "UTC", "--format", "json").out)["rows"]
    assert (row["episode"], row["estimate"]) == (9, True)
    assert "~9" in viewer("schedule", "--mine", "--zone", "UTC").out


def test_the_short_answer_is_the_same_from_the_list_and_from_the_file(viewer: Catlog) -> None:
    first, second = viewer("next", "--short"), viewer("next", "--short")
    assert first.out == second.out == "Sousou no Frieren ~9 in 4 d 20 h\n"


def test_the_second_short_answer_loads_no_database_layer(viewer: Catlog, database: Database) -> None:
    viewer("next", "--short")
    database.close()
    viewer("next", "--short")
    code = (
        "import sys\nfrom catlog.cli.main import run\nrun(['next', '--short'])\n"
        "print([m for m in ('sqlmodel', 'sqlalchemy', 'rich', 'psycopg') if m in sys.modules])"
    )
    done = child([sys.executable, "-c", code])
    assert done.stdout == "Sousou no Frieren ~9 in 4 d 20 h\n[]\n"


def test_a_calendar_file_is_written(viewer: Catlog, tmp_path: Path) -> None:
    file = tmp_path / "next.ics"
    assert viewer("next", "--days", "30", "--ics", str(file)).code == 0
    assert file.read_bytes().count(b"BEGIN:VEVENT") == 4


def test_a_calendar_marks_its_estimates(viewer: Catlog, database: Database, tmp_path: Path) -> None:
    _aired(database, 52991, *(date(2026, 10, 2) + timedelta(weeks=number) for number in range(9)))
    file = tmp_path / "next.ics"
    viewer("next", "--days", "14", "--ics", str(file))
    summaries = [line for line in file.read_text("utf-8").splitlines() if line.startswith("SUMMARY")]
    assert summaries == ["SUMMARY:Sousou no Frieren 9", "SUMMARY:Sousou no Frieren ~10"]


def test_the_cat_speaks_of_what_is_known_alone(viewer: Catlog, database: Database) -> None:
    assert "Shall we go on with Sousou no Frieren?" in viewer("cat").out, "eight are an estimate"
    _aired(database, 52991, date(2026, 10, 2), date(2026, 10, 9), date(2026, 10, 16))
    assert "3 episodes of Sousou no Frieren are waiting." in viewer("cat").out


def test_the_cat_tells_a_day_that_is_stored_from_a_weekly_slot(
    viewer: Catlog, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CATLOG_NOW", "2026-11-27T12:00:00+00:00")
    viewer("account", "login", "--username", "mika", "--password-stdin", stdin="quiet otters knit 7 scarves\n")
    assert "The weekly slot of Sousou no Frieren is in 2 h." in viewer("cat", "feed").out
    _aired(database, 52991, *(date(2026, 10, 2) + timedelta(weeks=number) for number in range(9)))
    assert "Sousou no Frieren airs in 2 h." in viewer("cat").out


def test_the_cat_shows_itself_and_can_be_petted_fed_and_named(viewer: Catlog) -> None:
    shown = viewer("cat")
    assert "Mochi is happy." in shown.out
    assert "Shall we go on with Sousou no Frieren?" in shown.out
    assert "purrs" in viewer("cat", "pet").out
    assert "munches" in viewer("cat", "feed").out
    assert "Kuro answers to its new name." in viewer("cat", "name", "Kuro").out
    row = json.loads(viewer("cat", "--format", "json").out)["row"]
    assert (row["name"], row["mood"], row["level"]) == ("Kuro", "happy", 1)


def test_the_cat_can_be_drawn_in_ascii(viewer: Catlog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CATLOG_ASCII", "1")
    assert viewer("cat").out.isascii()


def test_a_name_of_the_cat_that_others_wrote_to_the_database_drives_no_terminal(
    viewer: Catlog, database: Database
) -> None:
    owner = current_user(database, load_settings())
    name = "Mi\x1b]52;c;QUJD\x07\x9b2J\u202eau"
    with database.write() as session:
        session.add(
            CompanionDeeds(user_id=owner.user_id, at=datetime(2026, 11, 1, tzinfo=UTC), kind="name", value=name)
        )
    ending = viewer("cat")
    assert "Mi]52;c;QUJD2Jau" in ending.out
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(ending.out)
