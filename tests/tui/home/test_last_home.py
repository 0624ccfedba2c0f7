"""The first frame of Home: what it showed last, marked until the library has answered."""

import json
from dataclasses import replace

import pytest
from sqlmodel import col, select, update

from catlog.accounts.identity import sign_out
from catlog.config import Settings
from catlog.db.models import UserAnime, UserSession
from catlog.db.session import Database
from catlog.errors import ExitCode
from tests.support.terminal import Terminal
from tests.tui.harness import golden, opened
from tests.tui.sources import without_source
from tests.tui.trouble.libraries import environ_as_here
from tests.tui.unanswered import MARK, NANA, files, show, unanswered


@pytest.fixture
def shown(library: Settings) -> Settings:
    """Give the test a library whose Home was shown and stored."""
    return without_source(library)


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_the_first_frame_is_what_was_shown_last_and_says_so(shown: Settings, size: tuple[int, int]) -> None:
    before = await show(shown, size=size)
    async with unanswered(shown, size=size) as it:
        head, _, rest = it.text.partition("\n")
        assert MARK in head
        # Of what is scrolled away not all is stored.
        assert rest.replace("┃", "│") == before.partition("\n")[2].replace("┃", "│")
        await golden(it, "home-last")


async def test_nothing_is_shown_where_nothing_was_stored(shown: Settings) -> None:
    async with unanswered(shown) as it:
        assert "Nana" not in it.text
        assert MARK not in it.text


async def test_the_answer_of_the_library_takes_its_place(shown: Settings) -> None:
    await show(shown)
    database = Database(shown.database_url)
    with database.write() as session:
        session.exec(update(UserAnime).where(col(UserAnime.mal_id) == NANA).values(episodes_watched=31))
    database.close()
    async with unanswered(shown) as it:
        assert "28 / 47" in it.text
    async with opened(shown, (160, 48)) as it:
        assert "31 / 47" in it.text
        assert MARK not in it.text


async def test_signing_out_deletes_it_and_nobody_else_sees_it(shown: Settings) -> None:
    await show(shown)
    assert len(files(shown)) == 1
    async with unanswered(replace(shown, guest="mika")) as it:
        assert "Nana" not in it.text
    database = Database(shown.database_url)
    sign_out(database, shown)
    database.close()
    assert files(shown) == []
    async with opened(shown, (160, 48)) as it:
        assert "Nana" not in it.text


async def test_a_session_that_has_ended_elsewhere_leaves_nothing_on_the_screen(shown: Settings) -> None:
    await show(shown)
    (stored,) = (shown.paths.state / "tokens").iterdir()
    kept = (stored.read_bytes(), stored.stat())
    database = Database(shown.database_url)
    sign_out_elsewhere(database)
    database.close()
    assert (stored.read_bytes(), stored.stat().st_mtime_ns) == (kept[0], kept[1].st_mtime_ns)
    async with opened(shown, (160, 48)) as it:
        await it.press("escape")
        assert "Nana" not in it.text
        assert MARK not in it.text


def sign_out_elsewhere(database: Database) -> None:
    """End all sessions, as on another machine."""
    with database.write() as session:
        for one in session.exec(select(UserSession)).all():
            session.delete(one)


@pytest.mark.parametrize("home", [None, [], [1, 2], {"at": 3}, [["2026-11-22T18:00:00+00:00"], None, None, [], []]])
async def test_damaged_records_are_ignored(shown: Settings, home: object) -> None:
    await show(shown)
    (file,) = files(shown)
    content = json.loads(file.read_bytes())
    content["shown"]["home"] = home
    file.write_text(json.dumps(content))
    async with opened(shown, (160, 48)) as it:
        assert it.app.bug is None
        assert "28 / 47" in it.text


async def test_hostile_records_are_text(shown: Settings) -> None:
    await show(shown)
    (file,) = files(shown)
    file.write_text(file.read_text().replace("Nana", "N\\u001b]0;x\\u0007[bold]a"))
    async with unanswered(shown) as it:
        assert "N]0;x[bold]a" in it.text


def test_keys_typed_into_the_first_frame_act_on_what_the_library_says(shown: Settings) -> None:
    environ = environ_as_here(shown)
    with Terminal(environ=environ, columns=120, rows=40) as terminal:
        terminal.wait_for("28 / 47")
        terminal.wait_until(lambda: bool(files(shown)), "the stored screen")
        terminal.press("\x11")
        assert terminal.end() == ExitCode.OK
    database = Database(shown.database_url)
    with database.write() as session:
        others = col(UserAnime.mal_id) != NANA
        session.exec(update(UserAnime).where(others, col(UserAnime.status) == "WATCHING").values(status="ON_HOLD"))
    with Terminal(environ=environ, columns=120, rows=40) as terminal:
        terminal.send(b"+")
        terminal.wait_for(MARK)
        terminal.wait_for("29 / 47")
        terminal.press("\x11")
        assert terminal.end() == ExitCode.OK
    with database.read() as session:
        watched = select(UserAnime.episodes_watched).where(col(UserAnime.mal_id) == NANA)
        assert session.exec(watched).one() == 29, "the first title of the library, not that of the first frame"
    database.close()
