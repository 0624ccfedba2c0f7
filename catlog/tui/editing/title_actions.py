"""Actions that add titles to the list and edit them there, from any screen with titles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from catlog.errors import CatLogError
from catlog.tui.editing.editor import Editor
from catlog.tui.editing.rating_prefix import wait_for_rating
from catlog.tui.editing.status_dialog import status_dialog
from catlog.tui.editing.title_commands import TitleAction, TitleTarget, edits_of, target_of

if TYPE_CHECKING:
    from catlog.tui.screens.base import CatLogScreen
    from catlog.tui.widgets.rows import RowList


class TitleEditor(Editor):
    """Edits the titles that `targets` returns, for the screen that owns this editor."""

    def __init__(
        self,
        screen: CatLogScreen,
        targets: Callable[[], list[TitleTarget]],
        *,
        take_count: Callable[[], int | None] = lambda: None,
        on_edited: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(screen, on_edited=on_edited)
        self._targets = targets
        self._take_count = take_count
        self._last: TitleAction | None = None

    @classmethod
    def of_rows(cls, screen: CatLogScreen, rows: Callable[[], RowList[Any]]) -> TitleEditor:
        """Return the editor of a list of titles: records with `mal_id`, `title` and, where known, `list_status`."""
        return cls(
            screen,
            lambda: [target_of(record) for record in rows().targets()],
            take_count=lambda: rows().take_count(),
            on_edited=lambda: rows().clear_selection(),
        )

    def apply(self, action: TitleAction, targets: Sequence[TitleTarget] | None = None) -> None:
        """Apply an action to titles, by default to those under the cursor."""
        targets, self._last = self._targets() if targets is None else targets, action
        try:
            batch = edits_of(action, targets)
        except CatLogError as error:
            self._app.show_error(error)
            return
        if batch.edits:
            self.submit(batch)
        elif targets:
            self._app.tell("it is on your list already, and stays as it is")

    def repeat(self, records: Sequence[Any]) -> None:
        """Apply the last action to these records."""
        if self._last is not None:
            self.apply(self._last, [target_of(record) for record in records])

    # Keys.

    def action_plan(self) -> None:
        """Plan to watch."""
        self.apply(TitleAction("plan"))

    def action_watching(self) -> None:
        """Start to watch."""
        self.apply(TitleAction("watch"))

    def action_episode(self) -> None:
        """Count episodes."""
        self.apply(TitleAction("episodes", number=self._take_count() or 1))

    def action_episode_back(self) -> None:
        """Remove episodes."""
        self.apply(TitleAction("episodes", number=-(self._take_count() or 1)))

    def action_remove(self) -> None:
        """Remove from the list."""
        self.apply(TitleAction("remove"))

    def action_status(self) -> None:
        """Pick a status."""
        targets = self._targets()

        def take(status: str | None) -> None:
            if status:
                self.apply(TitleAction("status", status), targets)

        if targets:
            self._app.push_screen(status_dialog(_heading(targets), self._app.glyphs, at=targets[0].status), take)

    def action_rate(self) -> None:
        """Rate by the next key."""
        if targets := self._targets():
            wait_for_rating(
                self._screen,
                _heading(targets),
                lambda rating: self.apply(TitleAction("rate", number=rating or 0), targets),
            )


def _heading(targets: Sequence[TitleTarget]) -> str:
    return targets[0].title if len(targets) == 1 else f"{len(targets)} titles"
