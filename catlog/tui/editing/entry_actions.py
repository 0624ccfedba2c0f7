"""Edits: each key makes some edits of the selected titles; several titles are shown first, clashes are asked about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on

from catlog.errors import CatLogError
from catlog.tui.content import line, lines
from catlog.tui.deferred import deferred
from catlog.tui.dialogs.confirm import Confirm
from catlog.tui.editing import edit_commands
from catlog.tui.editing.edit_batch import EditBatch, EditResult, each
from catlog.tui.screens.base import CatLogScreen
from catlog.tui.widgets.rows import RowList
from catlog.tui.widgets.rows.messages import RepeatRequested

if TYPE_CHECKING:
    from catlog.library.edits import Edit
    from catlog.library.listing import ListRow
    from catlog.library.steps import Change
    from catlog.tui.editing import edit_queries
else:
    edit_queries = deferred("catlog.tui.editing.edit_queries")

_SHOWN = 8
"""Changes that a preview spells out."""


class Editing(CatLogScreen):
    """The part of the screen that changes the list."""

    _last: tuple[Edit, ...] = ()
    _asking: EditBatch | None = None

    @property
    def rows(self) -> RowList[ListRow]:
        """The list."""
        return self.query_one("#rows", RowList)

    @property
    def targets(self) -> list[ListRow]:
        """The rows that an edit is about."""
        return self.rows.targets()

    @property
    def current(self) -> ListRow | None:
        """The row that a form is about."""
        return self.rows.record

    def typed(self) -> int:
        """Return the number typed before the key, 1 without one, and use it up."""
        return self.rows.take_count() or 1

    def make(self, rows: Sequence[ListRow], edits: tuple[Edit, ...], *, based: bool = False) -> None:
        """Make edits of rows; of more than one only when their preview was agreed to.

        `based` says that the edits were made from what the screen showed: should somebody else have changed the same
        meanwhile, that is asked about.
        """
        if not rows or not edits:
            return
        from catlog.library.journal.overlay import entry_of

        bases = {row.mal_id: entry_of(row) for row in rows}
        self._last, self._asking = edits, EditBatch(each(bases, edits), bases, strict=based)
        if len(rows) == 1:
            self.submit(self._asking)
        elif self.app.connection.offline:
            try:
                self.previewed(edit_commands.foreseen(rows, edits, self.app.zone.today()))
            except CatLogError as error:
                self.app.tell(error.message, problem=True)
        else:
            with self.app.pool.holding_keys():
                self.app.pool.run(self, edit_queries.preview_edits, self._asking).then(self.previewed)

    def submit(self, batch: EditBatch) -> None:
        """Make a batch of edits, and show its result."""
        self.app.pool.submit(self, edit_queries.edit_titles, batch).then(self.edited, self.clashed)

    def previewed(self, planned: tuple[Change, ...]) -> None:
        """Show what the edits would change, and ask."""
        from catlog.library.describe import describe_change

        asking = self._asking
        if not planned or asking is None:
            self.app.tell("nothing would change")
            return
        arrow = self.app.glyphs.arrow
        told = [
            line((change.title, "bold"), f"  {describe_change(change, arrow=arrow)}") for change in planned[:_SHOWN]
        ]
        if len(planned) > _SHOWN:
            told.append(line((f"and {len(planned) - _SHOWN} more", "$dim")))

        def answer(yes: bool | None) -> None:
            if yes:
                self.submit(asking)

        question = (
            "Change one title?" if len(planned) == 1 else f"Change {len(planned)} titles? One undo takes it all back."
        )
        self.app.push_screen(Confirm(question, lines(told)), answer)

    def edited(self, done: EditResult) -> None:
        """Say what was done."""
        if not done.count:
            self.app.tell("nothing to change")
            return
        if len(self.targets) > 1:
            self.rows.clear_selection()
        self.app.tell(done.text, undo=True)

    def clashed(self, error: CatLogError) -> bool:
        """Ask what shall hold when another session changed the same; return whether that was it."""
        from catlog.library.conflicts import ConflictError

        asking = self._asking
        if not isinstance(error, ConflictError) or asking is None:
            return False

        def answer(yes: bool | None) -> None:
            if yes:
                self.submit(EditBatch(asking.edits))
            else:
                self.app.tell("left as it is there")

        self.load()
        self.app.push_screen(
            Confirm("Changed elsewhere meanwhile. Put yours in its place?", line(error.message)), answer
        )
        return True

    @on(RowList.RepeatRequested, "#rows")
    def _repeat(self, message: RepeatRequested[ListRow]) -> None:
        if self._last:
            self.make(message.records, self._last)
        else:
            self.app.tell("nothing to repeat yet")

    # Keys.

    def action_watch(self) -> None:
        """Count episodes."""
        from catlog.library.edits import Watch

        self.make(self.targets, (Watch(self.typed()),))

    def action_unwatch(self) -> None:
        """Take episodes back."""
        from catlog.library.edits import Watch

        self.make(self.targets, (Watch(-self.typed()),))

    def action_rate(self, digit: str) -> None:
        """Rate."""
        from catlog.library.edits import Rate

        self.make(self.targets, (Rate(int(digit) or 10),))

    def action_unrate(self) -> None:
        """Take the rating away."""
        from catlog.library.edits import Rate

        self.make(self.targets, (Rate(None),))

    def action_status(self) -> None:
        """Ask for another status."""
        from catlog.library.edits import SetStatus
        from catlog.library.entries import Status
        from catlog.tui.editing.forms import titled
        from catlog.tui.editing.status_dialog import status_dialog

        rows = self.targets

        def take(status: str | None) -> None:
            if status:
                self.make(rows, (SetStatus(Status(status)),))

        if rows:
            self.app.push_screen(status_dialog(titled(rows), self.app.glyphs, at=rows[0].status), take)

    def action_favorite(self) -> None:
        """Mark or unmark as a favourite."""
        self.make(rows := self.targets, edit_commands.favorites(rows))

    def action_rewatch(self) -> None:
        """Begin or stop a rewatch."""
        self.make(rows := self.targets, edit_commands.rewatching(rows))

    def action_remove(self) -> None:
        """Take off the list."""
        from catlog.library.edits import Remove

        self.make(self.targets, (Remove(),))

    def action_notes(self) -> None:
        """Write notes."""
        from catlog.tui.editing.forms import notes_form

        if (row := self.current) is not None:
            self.app.push_screen(notes_form(row), lambda edits: self.make([row], edits or (), based=True))

    def action_tags(self) -> None:
        """Change tags."""
        from catlog.tui.editing.forms import tags_form

        if rows := self.targets:
            self.app.push_screen(tags_form(rows), lambda edits: self.make(rows, edits or (), based=len(rows) == 1))

    def action_edit(self) -> None:
        """Change everything about one title."""
        from catlog.tui.editing.forms import entry_form

        if (row := self.current) is not None:
            self.app.push_screen(entry_form(row), lambda edits: self.make([row], edits or (), based=True))
