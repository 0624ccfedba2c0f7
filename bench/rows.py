"""The app's list against Textual's DataTable: CPU and bytes of an arrow key and of a letter typed into the filter.

Both sides show the same made-up records in the same run, without a terminal but with everything that would be written
to one. A key is posted to the app as the terminal would, and counts until nothing is left to do: process CPU, which
does not move with the load of the machine. The DataTable is filtered as it can be: the records are looked through,
then the table is emptied and filled again.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from rich.console import RenderableType
from textual import events
from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import DataTable

from bench.search import made_up
from catlog.catalogue.normalize import folded
from catlog.tui.glyphs import UNICODE
from catlog.tui.themes import own_themes
from catlog.tui.widgets.rows import RowColumn, RowList, cell_renderers

SIZES = (10_000, 100_000)
SCREEN = (120, 40)
TYPED = "saga"
ARROW_GOAL, FILTER_GOAL, BYTES_GOAL = 4.0, 20.0, 2_048


class Show(NamedTuple):
    """A line of the list."""

    mal_id: int
    title: str
    names: str
    watched: int
    episodes: int
    score: float | None
    tags: str


COLUMNS: tuple[RowColumn[Show], ...] = (
    RowColumn("title", "Title", lambda show, _: show.title, 20, weight=1),
    RowColumn(
        "progress",
        "Progress",
        lambda show, cells: cell_renderers.progress(show.watched, show.episodes, cells, UNICODE),
        20,
    ),
    RowColumn(
        "mal", "MAL", lambda show, _: cell_renderers.rating(show.score, UNICODE, digits=2), 5, right=True, gives_way=1
    ),
    RowColumn("tags", "Tags", lambda show, _: show.tags, 16, gives_way=2),
)


class Side(App[None]):
    """An app with one list, that counts what it would send to a terminal."""

    sent = 0

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if isinstance(renderable, CompositorUpdate):
            self.sent += len(renderable.render_segments(self.console).encode())
        super()._display(screen, renderable)


class Ours(Side):
    """The list of this app."""

    def __init__(self) -> None:
        super().__init__()
        self.register_theme(own_themes()[0])
        self.theme = own_themes()[0].name

    def compose(self) -> ComposeResult:
        """Lay the list out."""
        yield RowList(COLUMNS, identity=lambda show: show.mal_id, text=lambda show: show.names)

    def fill(self, shows: Sequence[Show]) -> None:
        """Open the records."""
        rows = self.query_one(RowList)
        rows.focus()
        rows.load(shows)

    def ready(self) -> None:
        """Do what is done once, before the first letter of a filter."""
        rows = self.query_one(RowList)
        rows.view.haystacks.of(rows.view.rows)

    def filter(self, text: str) -> None:
        """Filter by words."""
        self.query_one(RowList).narrow(text)


class Theirs(Side):
    """Textual's table of cells."""

    def compose(self) -> ComposeResult:
        """Lay the table out."""
        yield DataTable[str](cursor_type="row")

    def fill(self, shows: Sequence[Show]) -> None:
        """Open the records."""
        self.shows, self.folded = shows, [folded(show.names) for show in shows]
        table = self.query_one(DataTable)
        table.focus()
        table.add_columns("Title", "Progress", "MAL", "Tags")
        self._add(shows)

    def ready(self) -> None:
        """Nothing is left to do."""

    def filter(self, text: str) -> None:
        """Filter by words."""
        self.query_one(DataTable).clear()
        self._add([show for show, names in zip(self.shows, self.folded, strict=True) if text in names])

    def _add(self, shows: Sequence[Show]) -> None:
        self.query_one(DataTable).add_rows(
            (show.title, f"{show.watched}/{show.episodes}", f"{show.score or 0:.2f}", show.tags) for show in shows
        )


class Taken(NamedTuple):
    """What one side needed: milliseconds of CPU, and bytes sent."""

    fill: float
    ready: float
    nothing: list[float]
    arrows: list[float]
    letters: list[float]
    arrow_bytes: list[int]
    letter_bytes: list[int]


def shows(count: int) -> list[Show]:
    """Return made-up records, the same ones on every run."""
    return [
        Show(
            record.mal_id,
            record.title,
            "\n".join(filter(None, (record.title, record.title_english, record.title_japanese))),
            number % 25,
            24,
            record.score,
            "rewatch" if number % 7 else "",
        )
        for number, record in enumerate(made_up(count))
    ]


async def measured(app: Ours | Theirs, records: Sequence[Show], arrows: int, rounds: int) -> Taken:
    """Run one side."""
    async with app.run_test(size=SCREEN) as pilot:
        fill, _ = await _cost(pilot, partial(app.fill, records))
        nothing = [await _cost(pilot, partial(_press, app, "f24")) for _ in range(arrows)]
        arrow = [await _cost(pilot, partial(_press, app, "down")) for _ in range(arrows)]
        ready, _ = await _cost(pilot, app.ready)
        typed = [*(TYPED[: end + 1] for end in range(len(TYPED))), TYPED[:-2], ""] * rounds
        letters = [await _cost(pilot, partial(app.filter, text)) for text in typed]
        (cpu, sent), (typed_cpu, typed_sent) = _apart(arrow), _apart(letters)
        return Taken(fill, ready, [each for each, _ in nothing], cpu, typed_cpu, sent, typed_sent)


def _apart(costs: Sequence[tuple[float, int]]) -> tuple[list[float], list[int]]:
    return [cpu for cpu, _ in costs], [sent for _, sent in costs]


def _press(app: App[None], key: str) -> None:
    event = events.Key(key, None)
    event.set_sender(app)
    assert app._driver is not None
    app._driver.send_message(event)


async def _cost(pilot: Pilot[None], act: Callable[[], object]) -> tuple[float, int]:
    """Return the milliseconds of CPU and the bytes until nothing is left to do."""
    app = pilot.app
    assert isinstance(app, Side)
    await _settled(pilot)
    gc.collect()
    sent, begun = app.sent, time.process_time()
    act()
    await _settled(pilot)
    return (time.process_time() - begun) * 1000, app.sent - sent


async def _settled(pilot: Pilot[None], times: int = 3) -> None:
    for _ in range(times):
        await pilot._wait_for_screen()
        pilot.app.screen._on_timer_update()  # what the 60 Hz timer would do; a pilot would sleep until then
        await asyncio.sleep(0)


def print_ratio(what: str, ours: Sequence[float], theirs: Sequence[float], goal: float, unit: str) -> None:
    """Print medians, their ratio, the worst of ours, and whether its median meets the goal."""
    mine, other = statistics.median(ours), statistics.median(theirs)
    verdict = "met" if mine <= goal else "MISSED"
    print(
        f"{what:32} {mine:9,.2f} {unit:5} {other:11,.2f} {unit:5} {mine / other:7.3f} {max(ours):9,.2f}"
        f" {goal:8,.0f}  {verdict}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.rows", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--arrows", type=int, default=60, help="arrow keys on each side (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="how often a filter is typed (default: %(default)s)")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="records (default: %(default)s)")
    given = parser.parse_args()
    print(f"{'median':32} {'RowList':>15} {'DataTable':>17} {'ratio':>7} {'worst':>9} {'goal':>8}")
    for size in given.sizes:
        records = shows(size)
        ours = asyncio.run(measured(Ours(), records, given.arrows, given.rounds))
        theirs = asyncio.run(measured(Theirs(), records, given.arrows, given.rounds))
        print_ratio(f"{size:,}: an arrow key, CPU", ours.arrows, theirs.arrows, ARROW_GOAL, "ms")
        print_ratio(f"{size:,}: an arrow key, sent", ours.arrow_bytes, theirs.arrow_bytes, BYTES_GOAL, "bytes")
        print_ratio(f"{size:,}: a letter of a filter", ours.letters, theirs.letters, FILTER_GOAL, "ms")
        print(f"{size:,}: a key without a meaning costs {statistics.median(ours.nothing):.2f} ms")
        print(
            f"{size:,}: opened in {ours.fill:,.0f} ms (DataTable {theirs.fill:,.0f} ms), made ready for filters in"
            f" {ours.ready:,.0f} ms; a letter sends {statistics.median(ours.letter_bytes):,.0f} bytes",
            flush=True,
        )


if __name__ == "__main__":
    main()
