"""Actions of Details: add the title to the list, and edit its entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from catlog.library.edits import Add, Watch
from catlog.library.entries import Status
from catlog.tui.editing.edit_batch import EditBatch
from catlog.tui.editing.entry_actions import EntryEditor
from catlog.tui.editing.title_actions import TitleEditor
from catlog.tui.editing.title_commands import TitleAction, TitleTarget
from catlog.tui.screens.details.history import WatchedOn, WatchedOnForm

if TYPE_CHECKING:
    from catlog.library.records import ListRow
    from catlog.library.watch_log import WatchLog
    from catlog.tui.screens.base import CatLogScreen
    from catlog.tui.screens.details.queries import TitleView


class TitleEntry:
    """The entry of the title that the screen shows, as `Entries`."""

    def __init__(self, view: Callable[[], TitleView | None]) -> None:
        self._view = view

    @property
    def record(self) -> ListRow | None:
        """The entry, None where the title is not on the list."""
        view = self._view()
        return view.row if view is not None else None

    def targets(self) -> list[ListRow]:
        """Return the entry, if any."""
        return [self.record] if self.record is not None else []

    def take_count(self) -> int | None:
        """Return None: no number is typed on this screen."""
        return None

    def clear_selection(self) -> None:
        """Do nothing: there is no selection."""


class DetailsActions:
    """Edits the title that `view` returns."""

    def __init__(self, screen: CatLogScreen, view: Callable[[], TitleView | None]) -> None:
        self._screen = screen
        self.entry = TitleEntry(view)
        self.entry_editor = EntryEditor(screen, lambda: self.entry)
        self._titles = TitleEditor(screen, self._targets)
        self._view = view

    def _targets(self) -> list[TitleTarget]:
        view, entry = self._view(), self.entry.record
        if view is None:
            return []
        return [TitleTarget(view.details.mal_id, view.details.title, entry.status if entry is not None else "")]

    def action_watch(self) -> None:
        """Count an episode; a title that is not on the list is added."""
        self._titles.apply(TitleAction("episodes"))

    def action_watch_on(self) -> None:
        """Count an episode on another day."""
        view = self._view()
        if view is None:
            return
        row, today = view.row, self._screen.app.zone.today()
        told = f"{view.details.title}, episode {row.episodes_watched + 1 if row is not None else 1}"

        def take(on: WatchedOn | None) -> None:
            if on is not None and row is not None:
                self.entry_editor.edit([row], (Watch(1, on),))
            elif on is not None:
                added = tuple((view.details.mal_id, edit) for edit in (Add(Status.WATCHING), Watch(1, on)))
                self._titles.submit(EditBatch(added))

        self._screen.app.push_screen(WatchedOnForm("Log an episode", told, str(today), today), take)

    def correct(self, log: WatchLog) -> None:
        """Correct when the episodes of a log were watched."""
        row = self.entry.record
        if row is None or log.episodes < 0:
            return
        told = f"{row.title}, {'episode' if log.first >= log.last else 'episodes'} {log.words}"

        def take(on: WatchedOn | None) -> None:
            if on is not None:
                self.entry_editor.edit([row], (redate(log, on),))

        today = self._screen.app.zone.today()
        from catlog.library.watch_log import redate

        form = WatchedOnForm("Correct when it was watched", told, log.watched_on, today)
        self._screen.app.push_screen(form, take)

    def action_plan(self) -> None:
        """Plan to watch."""
        self._titles.apply(TitleAction("plan"))

    def action_rewatch(self) -> None:
        """Start to watch, again if completed."""
        self._titles.apply(TitleAction("watch"))

    def action_status(self) -> None:
        """Pick a status."""
        self._titles.action_status()

    def action_rating(self) -> None:
        """Rate by the next key."""
        self._titles.action_rate()
