"""`catlog next` and `catlog cat`, from a registered user's first evening on."""

import io
import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from catlog.accounts.identity import current_user
from catlog.cli.context import Environment
from catlog.cli.main import run
from catlog.config import load_settings
from catlog.db.bulk import upsert
from catlog.db.models import ProcessedAnime
from catlog.db.session import Database
from catlog.library.edits import Add
from catlog.library.entries import Status
from catlog.library.steps import Origin
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


def test_the_short_answer_is_the_same_from_the_list_and_from_the_file(viewer: Catlog) -> None:
    first, second = viewer("next", "--short"), viewer("next", "--short")
    assert first.out == second.out == "Sousou no Frieren 9 in 4 d 20 h\n"


def test_the_second_short_answer_loads_no_database_layer(viewer: Catlog, database: Database) -> None:
    viewer("next", "--short")
    database.close()
    viewer("next", "--short")
    code = (
        "import sys\nfrom catlog.cli.main import run\nrun(['next', '--short'])\n"
        "print([m for m in ('sqlmodel', 'sqlalchemy', 'rich', 'psycopg') if m in sys.modules])"
    )
    done = child([sys.executable, "-c", code])
    assert done.stdout == "Sousou no Frieren 9 in 4 d 20 h\n[]\n"


def test_a_calendar_file_is_written(viewer: Catlog, tmp_path: Path) -> None:
    file = tmp_path / "next.ics"
    assert viewer("next", "--days", "30", "--ics", str(file)).code == 0
    assert file.read_bytes().count(b"BEGIN:VEVENT") == 4


def test_the_cat_shows_itself_and_can_be_petted_fed_and_named(viewer: Catlog) -> None:
    shown = viewer("cat")
    assert "Mochi is happy." in shown.out
    assert "8 episodes of Sousou no Frieren are waiting." in shown.out
    assert "purrs" in viewer("cat", "pet").out
    assert "munches" in viewer("cat", "feed").out
    assert "Kuro answers to its new name." in viewer("cat", "name", "Kuro").out
    row = json.loads(viewer("cat", "--format", "json").out)["row"]
    assert (row["name"], row["mood"], row["level"]) == ("Kuro", "happy", 1)


def test_the_cat_can_be_drawn_in_ascii(viewer: Catlog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CATLOG_ASCII", "1")
    assert viewer("cat").out.isascii()
