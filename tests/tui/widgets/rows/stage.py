"""An app with nothing but a list, that notes what the list says and which lines are painted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from rich.console import RenderableType
from textual._compositor import ChopsUpdate
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen

from catlog.tui.glyphs import UNICODE, Glyphs
from catlog.tui.themes import own_themes
from catlog.tui.widgets.rows import RowColumn, RowList, cell_renderers
from catlog.tui.widgets.rows.messages import RowMessage


class Show(NamedTuple):
    """A record of the lists in these tests."""

    mal_id: int
    title: str
    watched: int = 3
    total: int | None = 12
    score: float | None = 8.5


def columns(glyphs: Glyphs = UNICODE) -> tuple[RowColumn[Show], ...]:
    """Return a title, how much was watched, a score, and what gives way first."""
    return (
        RowColumn("title", "Title", lambda show, _: show.title, 12, weight=1),
        RowColumn(
            "progress",
            "Progress",
            lambda show, cells: cell_renderers.progress(show.watched, show.total, cells, glyphs),
            16,
        ),
        RowColumn(
            "mal",
            "MAL",
            lambda show, _: cell_renderers.rating(show.score, glyphs, digits=2),
            5,
            right=True,
            gives_way=1,
        ),
        RowColumn("tags", "Tags", lambda show, _: "tag", 8, gives_way=2, sortable=False),
    )


class Stage(App[None]):
    """The app; `said` are the list's messages, `painted` the lines of each update of the screen."""

    def __init__(self, glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        for theme in own_themes():
            self.register_theme(theme)
        self.theme = "dark"
        self.rows = RowList(
            columns(glyphs),
            identity=lambda show: show.mal_id,
            text=lambda show: show.title,
            glyphs=glyphs,
            empty="No titles yet: press a.",
            unmatched="No title matches.",
        )
        self.said: list[Message] = []
        self.painted: list[set[int]] = []

    def compose(self) -> ComposeResult:
        yield self.rows

    async def _on_message(self, message: Message) -> None:
        if isinstance(message, RowMessage):
            self.said.append(message)
        await super()._on_message(message)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if isinstance(renderable, ChopsUpdate):
            self.painted.append({y for y, _, _ in renderable.spans})
        elif renderable is not None:
            self.painted.append(set(range(self.size.height)))
        super()._display(screen, renderable)

    def heard(self, kind: type[Message]) -> list[Any]:
        """Return what was said of one kind, and forget it."""
        found = [message for message in self.said if isinstance(message, kind)]
        self.said = [message for message in self.said if not isinstance(message, kind)]
        return found

    def lines(self) -> list[str]:
        """Return the lines of the list as text."""
        return [self.rows.render_line(y).text for y in range(self.rows.size.height)]


def shows(count: int) -> list[Show]:
    """Return records with titles that differ, in the order of their ids."""
    return [Show(number, f"title {number:03}") for number in range(count)]


@asynccontextmanager
async def staged(
    records: Sequence[Show], *, size: tuple[int, int] = (80, 24), glyphs: Glyphs = UNICODE
) -> AsyncIterator[tuple[Stage, RowList[Show], Pilot[None]]]:
    """Run the app with these records, the focus on the list and nothing said so far."""
    app = Stage(glyphs)
    async with app.run_test(size=size) as pilot:
        app.rows.load(records)
        app.rows.focus()
        await pilot.pause()
        app.said.clear()
        app.painted.clear()
        yield app, app.rows, pilot
