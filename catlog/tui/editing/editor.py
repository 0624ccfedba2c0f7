"""Submitting edits for a screen, and showing their result."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from catlog.companion.events import ActivityEvent
from catlog.errors import CatLogError
from catlog.library.conflicts import ConflictError
from catlog.tui.content import line
from catlog.tui.deferred import deferred
from catlog.tui.dialogs.confirm import Confirm
from catlog.tui.editing.edit_batch import EditBatch, EditResult

if TYPE_CHECKING:
    from catlog.tui.editing import edit_queries
    from catlog.tui.screens.base import CatLogScreen
else:
    edit_queries = deferred("catlog.tui.editing.edit_queries")


class Editor:
    """Makes edits for a screen. `on_edited` is called after an edit that changed something, before its toast."""

    def __init__(self, screen: CatLogScreen, *, on_edited: Callable[[], None] = lambda: None) -> None:
        self._screen = screen
        self._app = screen.app
        self._on_edited = on_edited

    def submit(self, batch: EditBatch) -> None:
        """Make a batch of edits, and show its result."""
        pending = self._app.pool.submit(self._screen, edit_queries.edit_titles, batch)
        pending.then(self._edited, partial(self._resolve_conflict, batch))

    def _edited(self, result: EditResult) -> None:
        if result.count:
            self._on_edited()
        self._app.tell(result.text, undo=bool(result.count))

    def _resolve_conflict(self, batch: EditBatch, error: CatLogError) -> bool:
        if not isinstance(error, ConflictError):
            return False

        def answer(yes: bool | None) -> None:
            if yes:
                self.submit(EditBatch(batch.edits))
            else:
                self._app.tell("left as it is there")

        self._screen.load()
        self._app.publish(ActivityEvent("yarn"))
        self._app.push_screen(
            Confirm("Changed elsewhere meanwhile. Put yours in its place?", line(error.message)), answer
        )
        return True
