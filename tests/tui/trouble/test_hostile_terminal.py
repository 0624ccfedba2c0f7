"""A library of nothing but hostile strings, walked through by keys in a real terminal: it stays text everywhere."""

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import Session, col

from catlog.config import Settings
from catlog.db.models import (
    ActivityLog,
    AnimeGenre,
    CompanionDeeds,
    EtlLogs,
    EtlRejects,
    ProcessedAnime,
    User,
    UserAnime,
)
from catlog.db.session import Database
from catlog.errors import ExitCode
from tests.support.hostile import listed
from tests.support.outpour import driving
from tests.support.terminal import Terminal
from tests.tui.harness import NOW
from tests.tui.ops.runs import fill as fill_runs
from tests.tui.trouble.libraries import environ

F = {number: f"\x1bO{letter}" for number, letter in enumerate("PQRS", 1)} | {5: "\x1b[15~", 6: "\x1b[17~"}
ENTER, PAGE, HOME, END, LEFT, TAB = "\r", "\x1b[6~", "\x1b[H", "\x1b[F", "\x1b[D", "\t"
ESC = "\x1b[27u"
"""Escape as a terminal with the newer protocol sends it: with the next key in the same read it is no alt key."""

THROUGH = ""
"""Page by page to the end."""

LOOKS = 1000
"""After so many looks at a screen that is still being drawn, it is what it is."""

DETAILS = (ENTER, *(TAB,) * 5, PAGE, "n", ESC, "t", ESC, "e", ESC, ESC)
CLICKS = tuple(f"\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m" for y in (4, 9, 14) for x in (8, 12, 20))
LIST = (F[2], *CLICKS, ESC, ESC, LEFT, THROUGH, "n", ESC, "t", ESC, "e", ESC, "s", ESC, "+", "o", ESC, "V", ESC)
CHANGES = ("  ", "s", "h", "y", "u", "/", *"a1", ENTER, ESC, *DETAILS)
SEARCH = (F[3], "/", *"a", ENTER, PAGE, PAGE, END, "f", TAB, ESC, "S", PAGE, ESC, "W", PAGE, ESC, "M", PAGE, ESC, ESC)
OTHERS = (F[4], PAGE, PAGE, END, F[5], PAGE, TAB, PAGE, TAB, PAGE, TAB, PAGE, F[6], *("j", ENTER) * 4, PAGE, ESC)
BEGIN = (F[1], PAGE, TAB, PAGE, TAB, PAGE, TAB, PAGE, "R", ESC, "p", "s", ESC, "?", PAGE, ESC, ":", *"wat", ESC)
WALK = (*BEGIN, *LIST, *CHANGES, *SEARCH, *OTHERS, F[1])

TEXTS: tuple[tuple[Any, str, tuple[str, ...]], ...] = (
    (ProcessedAnime, "mal_id", ("title",)),
    (ProcessedAnime, "mal_id", ("title_english", "title_japanese", "synopsis", "duration", "source", "rating")),
    (UserAnime, "id", ("notes",)),
    (EtlLogs, "run_id", ("error_message", "source", "host", "holder")),
    (EtlRejects, "id", ("reason", "excerpt")),
    (User, "id", ("username",)),
)
LISTS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (ProcessedAnime, ("synonyms", "studios")),
    (UserAnime, ("tags",)),
    (EtlLogs, ("notes",)),
)


@pytest.fixture
def hostile(library: Settings) -> Settings:
    """Give the demo library with every text in it replaced, and as many titles as there are hostile strings."""
    database = Database(library.database_url)
    fill_runs(database)
    texts = itertools.cycle(listed())
    with database.write() as session:
        _more_titles(session, len(listed()))
        for table, key, names in TEXTS:
            _overwrite(session, table, key, names, texts)
        for table, names in LISTS:
            for row in session.scalars(select(table)):
                for name in names:
                    setattr(row, name, list(itertools.islice(texts, 3)))
        for row in session.scalars(select(ActivityLog)).all():
            row.after = (row.after or {}) | {"notes": next(texts), "tags": [next(texts)]}
        genres = session.scalars(select(col(AnimeGenre.genre)).distinct()).all()
        for genre in genres:
            session.execute(update(AnimeGenre).where(col(AnimeGenre.genre) == genre).values(genre=next(texts)))
        owner = session.scalars(select(col(User.id))).one() or 0
        session.add(CompanionDeeds(user_id=owner, at=NOW, kind="name", value=next(texts)))
    database.close()
    return library


def _more_titles(session: Session, wanted: int) -> None:
    known = session.scalars(select(ProcessedAnime)).all()
    mine = session.scalars(select(UserAnime)).first()
    assert mine is not None
    for number in range(len(known), wanted):
        of, mal_id = known[number % len(known)], 1_000_000 + number
        session.add(ProcessedAnime(**{**of.model_dump(), "mal_id": mal_id}))
        session.flush()
        session.add(UserAnime(**{**mine.model_dump(exclude={"id"}), "mal_id": mal_id}))


def _overwrite(
    session: Session,
    table: Any,  # noqa: ANN401 - any of the tables
    key: str,
    names: tuple[str, ...],
    texts: Iterator[str],
) -> None:
    for row in session.scalars(select(table).order_by(getattr(table, key))):
        for name in names:
            setattr(row, name, next(texts))


def crooked(terminal: Terminal) -> list[str]:
    """Return what is wrong with the boxes on the screen: each must have its sides where its corners are.

    Where a dialog covers the others, it is the dialog's box that counts.
    """
    cells, problems = terminal.screen.buffer, []
    height, width = terminal.screen.lines, terminal.screen.columns
    dialogs = [y for y in range(height) if "▊▔▔▔" in terminal.screen.display[y]]
    for top in dialogs[-1:] or range(height):
        tops, sides = ("▊▎", "▊▎") if dialogs else ("╭╮", "│├┤")
        corners = [x for x in range(width) if cells[top][x].data in tops]
        for left, right in zip(corners[::2], corners[1::2], strict=False):
            bottoms = [y for y in range(top + 1, height) if cells[y][left].data + cells[y][right].data in ("╰╯", "▊▎")]
            bottom = bottoms[-1] if dialogs and bottoms else min(bottoms, default=top)
            for y in range(top + 1, bottom):
                ends = cells[y][left].data, cells[y][right].data
                if not set(ends) <= set(sides):
                    problems.append(f"line {y}: {ends} at {left} and {right}")
    return problems


def rest(terminal: Terminal) -> None:
    """Read until two looks at the screen agree and its boxes are whole: a starved app draws a frame in pieces."""
    before = terminal.text
    terminal.rest()
    for _ in range(LOOKS):
        if before == terminal.text and not crooked(terminal):
            break
        before = terminal.text
        terminal.rest(first=0.05)


def under_cursor(terminal: Terminal) -> str:
    return next((row for row in terminal.screen.display if row.startswith("▌")), "")


def move(terminal: Terminal, key: str) -> str:
    """Press a key that moves the cursor of a list, and return the row where it is then."""
    before = under_cursor(terminal)
    terminal.press(key)
    terminal.wait_until(lambda: under_cursor(terminal) not in (before, ""), f"another row after {key!r}")
    rest(terminal)
    return under_cursor(terminal)


def pressed(key: str, terminal: Terminal) -> Iterator[str]:
    """Press a key and yield what the terminal shows then; to the end of a list that is many times."""
    if key != THROUGH:
        terminal.press(key)
        rest(terminal)
        yield terminal.text
        return
    last, row = move(terminal, END), move(terminal, HOME)
    while row != last:
        row = move(terminal, PAGE)
        yield terminal.text


def test_hostile_text_stays_text_on_every_screen_and_in_every_dialog(hostile: Settings) -> None:
    surroundings = {**environ(hostile), "CATLOG_JIKAN_URLS": "http://127.0.0.1:9"}
    seen: set[str] = set()
    with Terminal(environ=surroundings) as terminal:
        terminal.wait_until(lambda: "Continue" in terminal.text and "Reading" not in terminal.text, "Home")
        for number, key in enumerate(WALK):
            for text in pressed(key, terminal):
                assert terminal.process.poll() is None, f"it ended at key {number}, {key!r}:\n{text}"
                assert not crooked(terminal), f"after key {number}, {key!r}:\n{text}"
                seen.update(re.findall(r"a\d+", text))
        terminal.press("\x11")
        assert terminal.end() == ExitCode.OK
        output = terminal.received.decode("utf-8")
    assert not list(driving(output))
    assert len(seen) >= 300, "so many of them stood on the screen"
