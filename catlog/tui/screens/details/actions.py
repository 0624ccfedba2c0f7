"""My entry under the keys: what the list does to a row, and how a title gets on the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catlog.errors import CatLogError
from catlog.tui.editing.entry_actions import Editing
from catlog.tui.editing.title_actions import rating_dialog
from catlog.tui.editing.title_commands import TitleAction, TitleTarget, marks_of

if TYPE_CHECKING:
    from catlog.library.listing import ListRow
    from catlog.tui.screens.details.queries import TitleView


class EntryKeys(Editing):
    """The part of the screen that changes the entry. `known` is what is shown."""

    known: TitleView | None = None

    def __init__(self, mal_id: int) -> None:
        super().__init__()
        self.mal_id = mal_id

    @property
    def current(self) -> ListRow | None:
        """My entry."""
        return self.known.row if self.known else None

    @property
    def targets(self) -> list[ListRow]:
        """My entry, if there is one."""
        return [self.current] if self.current else []

    def typed(self) -> int:
        """Return how many episodes a key means."""
        return 1

    def put(self, wish: TitleAction) -> None:
        """Put the title on the list, or move it there."""
        if self.known is None:
            return
        status = self.current.status if self.current else ""
        try:
            marks = marks_of(wish, [TitleTarget(self.mal_id, self.known.details.title, status)])
        except CatLogError as error:
            self.app.tell_problem(error)
            return
        if marks.edits:
            self.submit(marks)
        else:
            self.app.tell("it is on your list already, and stays as it is")

    # Keys.

    def action_watch(self) -> None:
        """Count an episode; puts it on the list."""
        self.put(TitleAction("episodes"))

    def action_plan(self) -> None:
        """Plan to watch."""
        self.put(TitleAction("plan"))

    def action_rewatch(self) -> None:
        """Begin to watch, again if it is completed."""
        self.put(TitleAction("watch"))

    def action_status(self) -> None:
        """Ask for a status."""
        from catlog.tui.editing.status_dialog import status_dialog

        def take(status: str | None) -> None:
            if status:
                self.put(TitleAction("status", status))

        if self.known is not None:
            at = self.current.status if self.current else ""
            self.app.push_screen(status_dialog(self.known.details.title, self.app.glyphs, at=at), take)

    def action_rating(self) -> None:
        """Ask for a rating."""

        def take(rating: str | None) -> None:
            if rating:
                self.put(TitleAction("rate", number=int(rating)))

        if self.known is not None:
            at = str(self.current.rating or 8) if self.current else "8"
            self.app.push_screen(rating_dialog(self.known.details.title, at=at), take)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what only an entry has when there is one."""
        if action in ("notes", "tags", "edit", "favorite", "remove", "unwatch"):
            return self.current is not None
        return super().check_action(action, parameters)
