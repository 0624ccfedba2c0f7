"""What the keys of Home do: edits of the title under the cursor, and what the cat suggests."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from catlog.errors import BusyError
from catlog.tui.content import line
from catlog.tui.deferred import deferred
from catlog.tui.dialogs.pick import Choosable, Pick
from catlog.tui.editing.edit_batch import EditBatch, EditResult
from catlog.tui.screens.base import CatLogScreen
from catlog.tui.screens.home.records import Home, Moved
from catlog.tui.widgets.rows import RowList

if TYPE_CHECKING:
    from catlog.library.edits import Edit
    from catlog.library.in_progress import InProgress
    from catlog.library.schedule import ScheduledEpisode
    from catlog.recommendations.service import Picked
    from catlog.tui.editing import edit_queries
    from catlog.tui.screens.home import queries
else:
    edit_queries = deferred("catlog.tui.editing.edit_queries")
    queries = deferred("catlog.tui.screens.home.queries")


class Shown(NamedTuple):
    """A title in one of the lists, and its status on my list."""

    mal_id: int
    title: str
    status: str | None


class Acting(CatLogScreen):
    """The part of the screen that does something."""

    home: Home | None = None
    _last: Edit | None = None

    @property
    def rows(self) -> RowList[InProgress | ScheduledEpisode | Moved]:
        """The list that has the focus or, when none has, the one of what is under way."""
        focused = self.focused
        return focused if isinstance(focused, RowList) else self.query_one("#going", RowList)

    @property
    def shown(self) -> Shown | None:
        """The title under the cursor."""
        record = self.rows.record
        if record is None:
            return None
        from catlog.library.schedule import ScheduledEpisode

        status = record.list_status if isinstance(record, ScheduledEpisode) else record.status
        return Shown(record.mal_id, record.title, status)

    def make(self, mal_id: int, edit: Edit) -> None:
        """Make an edit of one title."""
        self._last = edit
        self.app.pool.submit(self, edit_queries.edit_titles, EditBatch(((mal_id, edit),))).then(self._edited)

    def _edited(self, result: EditResult) -> None:
        self.app.tell(result.text, undo=bool(result.count))

    def open(self, mal_id: int) -> None:
        """Open the details of a title."""
        from catlog.tui.screens.details.screen import DetailsScreen

        self.app.push_screen(DetailsScreen(mal_id))

    def repeat(self) -> None:
        """Make the last edit of the title under the cursor."""
        if self._last is not None and self.shown is not None:
            self.make(self.shown.mal_id, self._last)
        else:
            self.app.tell("nothing to repeat yet")

    def action_watch(self) -> None:
        """Count episodes."""
        self._watch(self.rows.take_count() or 1)

    def action_unwatch(self) -> None:
        """Take episodes back."""
        self._watch(-(self.rows.take_count() or 1))

    def _watch(self, by: int) -> None:
        from catlog.library.edits import Watch

        shown = self.shown
        if shown is not None and shown.status is None:
            self.app.tell(f"{shown.title} is not on your list: s puts it there")
        elif shown is not None:
            self.make(shown.mal_id, Watch(by))

    def action_status(self) -> None:
        """Ask for another status."""
        if self.shown is not None:
            self.ask_status(self.shown)

    def ask_status(self, shown: Shown) -> None:
        """Ask for the status of a title, which comes on the list with it when it is not there yet."""
        from catlog.library.edits import Add, SetStatus
        from catlog.library.entries import Status
        from catlog.tui.editing.status_dialog import status_dialog

        def take(status: str | None) -> None:
            if status:
                self.make(shown.mal_id, SetStatus(Status(status)) if shown.status else Add(Status(status)))

        self.app.push_screen(status_dialog(shown.title, self.app.glyphs, at=shown.status or "PLAN_TO_WATCH"), take)

    # What the cat suggests.

    def action_pet(self) -> None:
        """Pet the cat."""
        raise NotImplementedError

    def action_follow(self) -> None:
        """Do what the cat suggests."""
        from catlog.library.edits import Watch

        cat = self.home.cat if self.home is not None else None
        if cat is None:
            return
        suggestion = cat.suggestion
        match suggestion.action:
            case "search":
                self.app.switch_mode("search")
            case "watch" if suggestion.mal_id is not None:
                self.make(suggestion.mal_id, Watch())
            case "history" if suggestion.mal_id is not None:
                self.open(suggestion.mal_id)
            case "rate" if suggestion.mal_id is not None:
                self._ask_rating(suggestion.mal_id, suggestion.text)
            case "next":
                self._open_next()
            case "backup":
                self._back_up()
            case _:
                self.action_pet()

    def _open_next(self) -> None:
        home = self.home
        coming = [row for row in home.week if row.at > home.at] if home is not None else []
        if coming:
            self.open(coming[0].mal_id)

    def _ask_rating(self, mal_id: int, question: str) -> None:
        from catlog.library.edits import Rate

        things = [Choosable(str(rating), str(rating % 10), str(rating)) for rating in range(10, 0, -1)]

        def take(rating: str | None) -> None:
            if rating:
                self.make(mal_id, Rate(int(rating)))

        heading = line((question, "bold $accent"), ("  0 is 10", "$dim"))
        self.app.push_screen(Pick(heading, things, at="8"), take)

    def _back_up(self) -> None:
        from catlog.tui.operations.operation import OperationKind
        from catlog.tui.operations.work import backup

        try:
            self.app.operations.start(OperationKind.BACKUP, "backup", backup())
        except BusyError as error:
            self.app.tell_problem(error)
        else:
            self.app.tell("the backup has begun: 6 shows how far it is")

    # Chance.

    def action_random(self) -> None:
        """Pick one of the planned titles at random."""
        with self.app.pool.holding_keys():
            self.app.pool.run(self, queries.pick_any).then(self.picked)

    def picked(self, picked: Picked) -> None:
        """Show what chance picked, and ask what to do with it."""
        separator = f" {self.app.glyphs.separator} "
        parts = (
            picked.type,
            f"{picked.episodes} ep" if picked.episodes else "",
            str(picked.year or ""),
            f"{picked.score:.2f}" if picked.score else "",
            ", ".join(picked.genres[:3]),
        )
        waiting = f", {picked.held_back} more wait for what comes before them" if picked.held_back else ""
        heading = line(
            ("Chance says ", "bold $accent"),
            (picked.title, "bold"),
            "\n",
            separator.join(part for part in parts if part),
            (f"\none of {picked.pool:,} planned{waiting}", "$dim"),
        )
        things = [
            Choosable("watch", "w", "begin to watch it"),
            Choosable("open", "o", "open it"),
            Choosable("again", "R", "another one"),
        ]

        def take(answer: str | None) -> None:
            from catlog.library.edits import SetStatus
            from catlog.library.entries import Status

            if answer == "watch":
                self.make(picked.mal_id, SetStatus(Status.WATCHING))
            elif answer == "open":
                self.open(picked.mal_id)
            elif answer == "again":
                self.action_random()

        self.app.push_screen(Pick(heading, things), take)
