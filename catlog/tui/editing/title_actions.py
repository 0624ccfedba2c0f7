"""Marks: the part of a screen that puts titles on the list and moves them there, from any list of titles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual import on

from catlog.errors import CatLogError
from catlog.tui.content import line
from catlog.tui.deferred import deferred
from catlog.tui.dialogs.pick import Choosable, Pick
from catlog.tui.editing.title_commands import TitleAction, TitleTarget, aimed, marks_of
from catlog.tui.screens.base import CatLogScreen
from catlog.tui.widgets.rows import RowList
from catlog.tui.widgets.rows.messages import Chosen, RepeatRequested

if TYPE_CHECKING:
    from catlog.tui.editing import edit_queries
    from catlog.tui.editing.edit_batch import EditResult
else:
    edit_queries = deferred("catlog.tui.editing.edit_queries")


class Marking(CatLogScreen):
    """A screen with a list of titles, `#rows`: records with `mal_id`, `title` and, where known, `list_status`."""

    _wish: TitleAction | None = None

    @property
    def rows(self) -> RowList[Any]:
        """The list."""
        return self.query_one("#rows", RowList)

    @property
    def aims(self) -> list[TitleTarget]:
        """The titles that a key is about."""
        return [aimed(record) for record in self.rows.targets()]

    def count(self) -> int:
        """Return the number typed before the key, 1 without one."""
        return self.rows.take_count() or 1

    def mark(self, wish: TitleAction, aims: Sequence[TitleTarget] | None = None) -> None:
        """Make a wish come true."""
        aims, self._wish = self.aims if aims is None else aims, wish
        try:
            marks = marks_of(wish, aims)
        except CatLogError as error:
            self.app.tell_problem(error)
            return
        if marks.edits:
            self.app.pool.submit(self, edit_queries.edit_titles, marks).then(self.marked)
        elif aims:
            self.app.tell("it is on your list already, and stays as it is")

    def marked(self, done: EditResult) -> None:
        """Say what was done."""
        if not done.count:
            self.app.tell("nothing to change")
            return
        self.rows.clear_selection()
        self.app.tell(done.text, undo=True)

    def open_title(self, mal_id: int) -> None:
        """Show a title in full."""
        from catlog.tui.screens.details.screen import DetailsScreen

        self.app.push_screen(DetailsScreen(mal_id))

    @on(RowList.Chosen, "#rows")
    def _row_opened(self, message: Chosen[Any]) -> None:
        self.open_title(message.record.mal_id)

    @on(RowList.RepeatRequested, "#rows")
    def _repeat(self, message: RepeatRequested[Any]) -> None:
        if self._wish is not None:
            self.mark(self._wish, [aimed(record) for record in message.records])

    # Keys.

    def action_plan(self) -> None:
        """Plan to watch."""
        self.mark(TitleAction("plan"))

    def action_watching(self) -> None:
        """Begin to watch."""
        self.mark(TitleAction("watch"))

    def action_episode(self) -> None:
        """Count episodes."""
        self.mark(TitleAction("episodes", number=self.count()))

    def action_episode_back(self) -> None:
        """Take episodes back."""
        self.mark(TitleAction("episodes", number=-self.count()))

    def action_remove(self) -> None:
        """Take off the list."""
        self.mark(TitleAction("remove"))

    def action_status(self) -> None:
        """Ask for a status."""
        from catlog.tui.editing.status_dialog import status_dialog

        aims = self.aims

        def take(status: str | None) -> None:
            if status:
                self.mark(TitleAction("status", status), aims)

        if aims:
            self.app.push_screen(status_dialog(_called(aims), self.app.glyphs, at=aims[0].status), take)

    def action_rate(self) -> None:
        """Ask for a rating."""
        aims = self.aims

        def take(rating: str | None) -> None:
            if rating:
                self.mark(TitleAction("rate", number=int(rating)), aims)

        if aims:
            self.app.push_screen(rating_dialog(_called(aims)), take)


def rating_dialog(title: str, *, at: str = "8") -> Pick:
    """Return the dialog that ends with a rating, 0 for none."""
    words = ("appalling", "horrible", "very bad", "bad", "average", "fine", "good", "very good", "great", "masterpiece")
    things = [
        Choosable(str(number), str(number % 10), f"{number:>2}  {words[number - 1]}") for number in range(10, 0, -1)
    ]
    things.append(Choosable("0", "x", " x  no rating", "$dim"))
    return Pick(line(("Rate", "bold $accent"), "\n", title), things, at=at)


def _called(aims: Sequence[TitleTarget]) -> str:
    return aims[0].title if len(aims) == 1 else f"{len(aims)} titles"
