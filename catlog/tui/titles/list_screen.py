"""Base of screens with one list of titles: its layout, opening details, editing the titles under the cursor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from textual import events, on
from textual.containers import Container
from textual.widget import Widget

from catlog.tui.editing.title_actions import TitleEditor
from catlog.tui.navigation import open_details
from catlog.tui.screens.base import CatLogScreen
from catlog.tui.titles.panel import TitlePanel
from catlog.tui.widgets.panel import Panel
from catlog.tui.widgets.rows import RowList
from catlog.tui.widgets.rows.messages import Chosen, Highlighted, RepeatRequested

WIDE, HIGH = 132, 24
"""Columns from which the panel of a title is beside the list, and lines from which it is below it."""


class TitleListScreen(CatLogScreen):
    """A screen with a list of titles, `#rows`: records with `mal_id`, `title` and `list_status`.

    A record without `list_status` counts as a title that is not on the list.
    """

    DEFAULT_CSS: ClassVar[str] = """
    TitleListScreen {
        & #found { width: 100%; height: 1fr; layout: vertical; }
        & #list { height: 1fr; width: 1fr; }
        & #list > * { height: 1fr; margin: 2 2 1 1; }
        & #list #source { padding: 0 0 0 2; }
        &.-narrow #list > * { margin: 1 0 0 0; }
        & #found > TitlePanel { height: 6; display: none; }
        &.-high #found > TitlePanel { display: block; }
        &.-narrow #found > TitlePanel { height: 3; }
        &.-wide #found { layout: horizontal; }
        &.-wide #found > TitlePanel { width: 48; height: 1fr; display: block; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self.editor = TitleEditor.of_rows(self, lambda: self.rows)
        self.controllers = (self.editor,)

    @property
    def rows(self) -> RowList[Any]:
        """The list."""
        return self.query_one("#rows", RowList)

    def compose_titles(self, rows: Widget, title: str) -> Iterator[Widget]:
        """Yield the list in a panel, and the panel of the title under its cursor."""
        yield Container(Panel(rows, title=title, id="list"), TitlePanel(key="enter", id="title"), id="found")

    def on_resize(self, event: events.Resize) -> None:
        """Place the panel of the title."""
        self.set_class(event.size.width >= WIDE, "-wide")
        self.set_class(event.size.height >= HIGH, "-high")

    @on(RowList.Highlighted, "#rows")
    def _title_under_cursor(self, message: Highlighted[Any]) -> None:
        self.query_one(TitlePanel).show(message.record)

    @on(RowList.Chosen, "#rows")
    def _row_opened(self, message: Chosen[Any]) -> None:
        open_details(self.app, message.record.mal_id)

    @on(RowList.RepeatRequested, "#rows")
    def _repeat(self, message: RepeatRequested[Any]) -> None:
        self.editor.repeat(message.records)
