"""Base of screens with one list of titles: opens details and edits the titles under the cursor."""

from __future__ import annotations

from typing import Any

from textual import on

from catlog.tui.editing.title_actions import TitleEditor
from catlog.tui.navigation import open_details
from catlog.tui.screens.base import CatLogScreen
from catlog.tui.widgets.rows import RowList
from catlog.tui.widgets.rows.messages import Chosen, RepeatRequested


class TitleListScreen(CatLogScreen):
    """A screen with a list of titles, `#rows`: records with `mal_id`, `title` and `list_status`.

    A record without `list_status` counts as a title that is not on the list.
    """

    def __init__(self) -> None:
        super().__init__()
        self.editor = TitleEditor.of_rows(self, lambda: self.rows)
        self.controllers = (self.editor,)

    @property
    def rows(self) -> RowList[Any]:
        """The list."""
        return self.query_one("#rows", RowList)

    @on(RowList.Chosen, "#rows")
    def _row_opened(self, message: Chosen[Any]) -> None:
        open_details(self.app, message.record.mal_id)

    @on(RowList.RepeatRequested, "#rows")
    def _repeat(self, message: RepeatRequested[Any]) -> None:
        self.editor.repeat(message.records)
