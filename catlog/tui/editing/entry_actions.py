"""Actions that edit entries of the list: one entry at once, several after a preview."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from catlog.errors import CatLogError
from catlog.library.edits import Rate, Remove, SetStatus, Watch
from catlog.library.entries import Status
from catlog.library.journal.overlay import entry_of
from catlog.tui.content import line, lines
from catlog.tui.deferred import deferred
from catlog.tui.dialogs.confirm import Confirm
from catlog.tui.editing import edit_commands
from catlog.tui.editing.edit_batch import EditBatch, each
from catlog.tui.editing.editor import Editor
from catlog.tui.editing.forms import entry_form, notes_form, tags_form, titled
from catlog.tui.editing.rating_prefix import wait_for_rating
from catlog.tui.editing.status_dialog import status_dialog

if TYPE_CHECKING:
    from catlog.library.edits import Edit
    from catlog.library.records import ListRow
    from catlog.library.steps import Change
    from catlog.tui.editing import edit_queries
    from catlog.tui.screens.base import CatLogScreen
else:
    edit_queries = deferred("catlog.tui.editing.edit_queries")

_MAX_SHOWN = 8
"""Changes listed in a preview."""


class Entries(Protocol):
    """The entries under the keys of a screen: a `RowList` of them, or the one entry that a screen is about."""

    @property
    def record(self) -> ListRow | None:
        """The entry that a form edits."""

    def targets(self) -> list[ListRow]:
        """Return the entries that a key edits."""

    def take_count(self) -> int | None:
        """Return the number typed before the key, and reset it."""

    def clear_selection(self) -> None:
        """Select nothing."""


class EntryEditor(Editor):
    """Edits the entries that `entries` returns, for the screen that owns this editor."""

    def __init__(self, screen: CatLogScreen, entries: Callable[[], Entries]) -> None:
        super().__init__(screen, on_edited=self._clear_selection)
        self._entries = entries
        self._last: tuple[Edit, ...] = ()

    def edit(self, rows: Sequence[ListRow], edits: tuple[Edit, ...], *, strict: bool = False) -> None:
        """Edit rows; several only after the user accepts a preview.

        `strict` edits were made from what the screen showed: a change by another session in the meantime is a conflict.
        """
        if not rows or not edits:
            return
        self._last = edits
        bases = {row.mal_id: entry_of(row) for row in rows}
        batch = EditBatch(each(bases, edits), bases, strict=strict)
        if len(rows) == 1:
            self.submit(batch)
        elif self._app.is_offline:
            try:
                self._confirm(batch, edit_commands.preview_offline(rows, edits, self._app.zone.today()))
            except CatLogError as error:
                self._app.tell(error.message, problem=True)
        else:
            with self._app.pool.holding_keys():
                preview = self._app.pool.run(self._screen, edit_queries.preview_edits, batch)
            preview.then(lambda changes: self._confirm(batch, changes))

    def repeat(self, rows: Sequence[ListRow]) -> None:
        """Apply the last edit to these rows."""
        if self._last:
            self.edit(rows, self._last)
        else:
            self._app.tell("nothing to repeat yet")

    def _confirm(self, batch: EditBatch, changes: tuple[Change, ...]) -> None:
        from catlog.library.describe import describe_change

        if not changes:
            self._app.tell("nothing would change")
            return
        arrow = self._app.glyphs.arrow
        shown = [
            line((change.title, "bold"), f"  {describe_change(change, arrow=arrow)}") for change in changes[:_MAX_SHOWN]
        ]
        if len(changes) > _MAX_SHOWN:
            shown.append(line((f"and {len(changes) - _MAX_SHOWN} more", "$dim")))
        count = len(changes)
        question = "Change one title?" if count == 1 else f"Change {count} titles? One undo takes it all back."
        self._app.push_screen(Confirm(question, lines(shown)), lambda yes: self.submit(batch) if yes else None)

    def _clear_selection(self) -> None:
        entries = self._entries()
        if len(entries.targets()) > 1:
            entries.clear_selection()

    def _edit_targets(self, *edits: Edit) -> None:
        self.edit(self._entries().targets(), edits)

    # Keys.

    def action_watch(self) -> None:
        """Count episodes."""
        self._edit_targets(Watch(self._entries().take_count() or 1))

    def action_unwatch(self) -> None:
        """Remove episodes."""
        self._edit_targets(Watch(-(self._entries().take_count() or 1)))

    def action_rate(self) -> None:
        """Rate by the next key."""
        if rows := self._entries().targets():
            wait_for_rating(self._screen, titled(rows), lambda rating: self.edit(rows, (Rate(rating),)))

    def action_status(self) -> None:
        """Pick another status."""
        rows = self._entries().targets()

        def take(status: str | None) -> None:
            if status:
                self.edit(rows, (SetStatus(Status(status)),))

        if rows:
            self._app.push_screen(status_dialog(titled(rows), self._app.glyphs, at=rows[0].status), take)

    def action_favorite(self) -> None:
        """Mark as a favourite, or remove the mark."""
        self.edit(rows := self._entries().targets(), edit_commands.toggle_favorite(rows))

    def action_rewatch(self) -> None:
        """Start a rewatch, or stop it."""
        self.edit(rows := self._entries().targets(), edit_commands.toggle_rewatching(rows))

    def action_remove(self) -> None:
        """Remove from the list."""
        self._edit_targets(Remove())

    def action_notes(self) -> None:
        """Edit the notes."""
        if (row := self._entries().record) is not None:
            self._app.push_screen(notes_form(row), lambda edits: self.edit([row], edits or (), strict=True))

    def action_tags(self) -> None:
        """Edit the tags."""
        if rows := self._entries().targets():
            self._app.push_screen(tags_form(rows), lambda edits: self.edit(rows, edits or (), strict=len(rows) == 1))

    def action_edit(self) -> None:
        """Edit every field of one entry."""
        if (row := self._entries().record) is not None:
            self._app.push_screen(entry_form(row), lambda edits: self.edit([row], edits or (), strict=True))
