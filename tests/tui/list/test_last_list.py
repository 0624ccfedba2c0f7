"""List before the library has answered: what it showed last, marked, and none of its keys change anything."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import col, select, update

from catlog.accounts.identity import sign_out
from catlog.config import Settings
from catlog.db.models import UserAnime
from catlog.db.session import Database
from catlog.errors import ExitCode
from catlog.tui.screens.list.screen import ListScreen
from tests.support.terminal import Terminal
from tests.tui.harness import golden
from tests.tui.sources import without_source
from tests.tui.trouble.libraries import environ_as_here
from tests.tui.unanswered import MARK, NANA, files, open_library, show, unanswered


@pytest.fixture
def shown(library: Settings) -> Settings:
    """Give the test a library whose Home and List were shown and stored."""
    return without_source(library)


@pytest.mark.parametrize(("size", "left"), [((80, 24), 80), ((160, 48), 112)])
async def test_list_shows_what_it_showed_last_and_says_so(shown: Settings, size: tuple[int, int], left: int) -> None:
    before = await show(shown, "2", size=size)
    async with unanswered(shown, "2", size=size) as it:
        assert isinstance(it.app.screen, ListScreen)
        assert MARK in it.text.partition("\n")[0]
        now, then = (
            [line[:left] for line in text.replace("┃", "│").splitlines() if "Nana" in line or "Watching" in line]
            for text in (it.text, before)
        )
        assert now == then
        await golden(it, "list-last")


async def test_what_is_not_here_is_not_called_empty(shown: Settings) -> None:
    await show(shown, "2")
    async with unanswered(shown, "2") as it:
        screen = it.app.screen
        assert isinstance(screen, ListScreen)
        count = screen.rows.shown
        await it.press("right")
        assert screen.arrangement.status == "WATCHING"
        assert "when the library answers" in it.text
        await it.press("slash")
        assert screen.rows.has_focus
        assert screen.rows.shown == count > 0


async def test_an_edit_is_refused_in_words(shown: Settings) -> None:
    await show(shown, "2")
    gone = Path(shown.database_url.removeprefix("sqlite:///"))
    away = gone.with_name("away")
    async with unanswered(shown, "2") as it:
        before = it.app.screen.rows.record.episodes_watched
        gone.rename(away)
        await it.press("plus")
        assert it.app.screen.rows.record.episodes_watched == before
        away.rename(gone)
        assert it.app.bug is None


async def test_the_answer_takes_its_place(shown: Settings) -> None:
    await show(shown, "2")
    database = Database(shown.database_url)
    with database.write() as session:
        session.exec(update(UserAnime).where(col(UserAnime.mal_id) == NANA).values(episodes_watched=31))
    database.close()
    async with unanswered(shown, "2") as it:
        assert "28 / 47" in it.text
        await it.press("down", "down")
        cursor = it.app.screen.rows.record.mal_id
        open_library(it.app)
        await it.settle()
        assert "31 / 47" in it.text
        assert MARK not in it.text
        assert it.app.screen.rows.record.mal_id == cursor
        await it.press("right")
        assert it.app.screen.arrangement.status == "COMPLETED"


async def test_who_is_no_longer_signed_in_sees_nothing_of_it(shown: Settings) -> None:
    await show(shown, "2")
    async with unanswered(replace(shown, guest="mika"), "2") as it:
        assert "Nana" not in it.text
    async with unanswered(shown, "2") as it:
        assert "Nana" in it.text
        database = Database(shown.database_url)
        sign_out(database, shown)
        database.close()
        open_library(it.app)
        await it.settle()
        await it.press("escape")
        for title in ("Nana", "Kusuriya"):
            assert title not in it.text
        assert MARK not in it.text


@pytest.mark.parametrize("stored", [None, [], [1, 2], ["WATCHING", [[]], {}, {}, {}, None, "", None]])
async def test_damaged_records_are_ignored(shown: Settings, stored: object) -> None:
    await show(shown, "2")
    (file,) = files(shown)
    content = json.loads(file.read_bytes())
    content["shown"]["list"] = stored
    file.write_text(json.dumps(content))
    async with unanswered(shown, "2") as it:
        assert it.app.bug is None
        assert "Nana" not in it.text


def test_keys_after_the_way_to_list_wait_for_the_library(shown: Settings) -> None:
    environ = environ_as_here(shown)
    with Terminal(environ=environ, columns=120, rows=40) as terminal:
        terminal.wait_for("28 / 47")
        terminal.send(b"2")
        terminal.wait_for("Next in line")
        terminal.wait_until(lambda: any('"list"' in file.read_text() for file in files(shown)), "the stored list")
        terminal.press("\x11")
    database = Database(shown.database_url)
    with database.write() as session:
        others = col(UserAnime.mal_id) != NANA
        session.exec(update(UserAnime).where(others, col(UserAnime.status) == "WATCHING").values(status="ON_HOLD"))
    with Terminal(environ=environ, columns=120, rows=40) as terminal:
        terminal.send(b"2+")
        terminal.wait_for("29 / 47")
        terminal.press("\x11")
        assert terminal.end() == ExitCode.OK
    with database.read() as session:
        watched = select(UserAnime.episodes_watched).where(col(UserAnime.mal_id) == NANA)
        assert session.exec(watched).one() == 29, "the first title of the library, not that of the first frame"
    database.close()
