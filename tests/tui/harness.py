"""Driving the app without a terminal: press keys, wait until it is at rest, look at the cells, compare with goldens."""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

from rich.cells import cell_len
from sqlalchemy import event, or_
from sqlmodel import col, delete
from textual import events
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size
from textual.keys import key_to_character
from textual.pilot import Pilot

from catlog.config import Settings
from catlog.db.models import DailyRankings
from catlog.db.ranking_days import refresh_days
from catlog.db.session import Database
from catlog.tui.app import CatLogApp
from catlog.tui.keys import key_name
from catlog.tui.terminal.capabilities import Terminal
from catlog.tui.titles.panel import TitlePanel
from catlog.tui.workers import WorkerPool, current_query

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
"""When the tests of the app take place: the last day of the demo library."""

GOLDENS = Path(__file__).parent / "goldens"

_TOOK = re.compile(r"(?<=, )[0-9]\.[0-9](?= s )")
"""How long a source took, which no two runs agree about."""

_DRAWN_AS = re.compile(r"terminal-[0-9]+-")
"""What the names in a picture begin with: a number that Rich draws from addresses in memory."""

_FONT = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
"""A font that whoever looks at a picture would fetch from elsewhere."""

_RUN = re.compile(r"([0-9]{8}T[0-9]{6})-[0-9a-f]{4}")
"""The id of a run, whose end is drawn by lot."""

_CELL = 12.2
"""The width of a cell in a picture."""

_RULE = re.compile(r"\.(cell-r[0-9]+) \{(.*?)\}")
_PLACE = re.compile(r'<rect fill="([^"]+)" x="([^"]+)" y="([^"]+)" width="([^"]+)"')
_PIECE = re.compile(r'<text class="([^"]+)" x="([^"]+)" y="([^"]+)"[^>]*>([^<]*)')

WRITES = "CATLOG_TEST_GOLDENS"
"""Set to anything, this environment variable makes goldens be written as they are: look at the difference with git."""


class Driver:
    """A running app and the hands on it. Nothing here waits for a time, only for the app to be at rest."""

    def __init__(self, app: CatLogApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        """Press keys, each when what the one before brought about is over."""
        driver = self.app._driver
        assert driver is not None
        for key in keys:
            name = key_name(key)
            driver.send_message(events.Key(name, key if len(key) == 1 else key_to_character(name)))
            await self.settle()

    async def type(self, text: str) -> None:
        """Type words letter by letter."""
        await self.press(*("space" if letter == " " else letter for letter in text))

    async def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        driver = self.app._driver
        assert isinstance(driver, HeadlessDriver)
        driver._size = (columns, rows)
        self.app.post_message(events.Resize(Size(columns, rows), Size(columns, rows)))
        await self.settle()

    async def settle(self) -> None:
        """Wait until no question is under way and nothing is left to handle, to lay out or to draw."""
        calm = 0
        while calm < 2 and self.app.is_running:
            await self.pilot._wait_for_screen()
            calm = calm + 1 if _is_at_rest(self.app) else 0
            if not calm:
                await asyncio.sleep(0.002)

    async def rest(self) -> None:
        """Settle, and let come what comes later: the title beside a list, and charts and covers, which threads draw."""
        for screen in self.app.screen_stack:
            for panel in screen.query(TitlePanel):
                panel.read()  # its query waits until the cursor has rested
        await self.settle()
        while any(not worker.is_finished for worker in self.app.workers):
            await self.app.workers.wait_for_complete()
            await self.settle()

    @property
    def text(self) -> str:
        """The characters on the screen, without trailing spaces."""
        return screen_text(self.app)


def _is_at_rest(app: CatLogApp) -> bool:
    if not app.pool.is_quiet or not app._screen_stack or app._resize_event is not None:
        return False
    screen = app.screen
    if screen._dirty_widgets or screen._layout_required or screen._callbacks:
        return False
    return not any(
        pump.message_queue_size or pump._next_callbacks for pump in (app, *screen.walk_children(with_self=True))
    )


@asynccontextmanager
async def opened(
    settings: Settings, size: tuple[int, int] = (100, 30), terminal: Terminal | None = None
) -> AsyncIterator[Driver]:
    """Open the app on a library, wait until it has shown it, and end it afterwards."""
    app = CatLogApp(settings, terminal)
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            driver = Driver(app, pilot)
            await driver.settle()
            yield driver
    finally:
        app.operations.close()
        app.pool.close()


def screen_text(app: CatLogApp) -> str:
    """Return the characters that the app shows, a line each, without trailing spaces."""
    strips = app.screen._compositor.render_strips(app.size)
    return "".join(f"{strip.text.rstrip()}\n" for strip in strips)


async def golden(it: Driver, name: str) -> None:
    """Compare the screen at rest, character by character, with the file of that name and size; see `WRITES`."""
    await it.rest()
    size = it.app.size
    _compare(GOLDENS / f"{name}-{size.width}x{size.height}.txt", _TOOK.sub("0.0", screen_text(it.app)))


async def painted(it: Driver, name: str) -> None:
    """Compare the screen, with its colours and emphasis, with the picture of that name and size; see `WRITES`."""
    await picture_of(it, GOLDENS / f"{name}-{it.app.size.width}x{it.app.size.height}.svg")


async def picture_of(it: Driver, file: Path) -> None:
    """Compare the screen at rest, with its colours and emphasis, with a picture; see `WRITES`."""
    await it.rest()
    seen = _FONT.sub("", _DRAWN_AS.sub("cell-", it.app.export_screenshot(title="CatLog", simplify=True)))
    _compare(file, _RUN.sub(r"\1-0000", seen), _looks)


def _compare(file: Path, seen: str, looks: Callable[[str], Mapping[Any, Any]] = lambda text: {"text": text}) -> None:
    shown = file.read_text("utf-8") if file.is_file() else None
    if os.environ.get(WRITES) and (shown is None or looks(shown) != looks(seen)):
        file.write_text(seen, "utf-8")
        return
    assert shown is not None, f"there is no {file.name}: {WRITES}=1 writes it; it would be\n{seen}"
    now, then = looks(seen), looks(shown)
    other = {place: (then.get(place), now.get(place)) for place in (then | now) if then.get(place) != now.get(place)}
    assert not other, f"{file.name} looks different; {WRITES}=1 accepts what it is now"


def _looks(picture: str) -> dict[tuple[str, str, int], object]:
    """Return what a picture looks like: by line and column the colour behind each cell, and its character with style.

    How a line is cut into pieces, and the style of a space, depend on what was drawn before; nobody sees them.
    """
    styles = dict(_RULE.findall(picture))
    cells: dict[tuple[str, str, int], object] = {
        ("behind", row, column): fill
        for fill, x, row, width in _PLACE.findall(picture)
        for column in range(round(float(x) / _CELL), round((float(x) + float(width)) / _CELL))
    }
    for name, x, row, escaped in _PIECE.findall(picture):
        column = round(float(x) / _CELL)
        for character in unescape(escaped):
            if not character.isspace():
                cells["character", row, column] = (character, styles.get(name, name))
            column += cell_len(character)
    return cells


def thin_out(library: Settings) -> None:
    """Leave today the first 20 of its chart: a day that other programs filled, or a run that was cut short."""
    database = Database(library.database_url)
    with database.write() as session:
        beyond = or_(col(DailyRankings.rank) > 20, col(DailyRankings.rank).is_(None))
        session.exec(delete(DailyRankings).where(col(DailyRankings.snapshot_date) == NOW.date(), beyond))
        refresh_days(session.connection(), [NOW.date()])
    database.close()


def longest(statements: Sequence[str]) -> int:
    """Count the statements of the longest transaction: of one call of a query, however often it ran."""
    counts = [0]
    for statement in statements:
        if statement.startswith("BEGIN"):
            counts.append(0)
        counts[-1] += 1
    return max(counts)


@contextmanager
def statements(store: WorkerPool) -> Iterator[dict[str, list[str]]]:
    """Collect the SQL statements of each question, by its name, that are sent inside the block."""
    sent: dict[str, list[str]] = {}

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.setdefault(current_query.get(), []).append(statement)

    engine = store.backend.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
