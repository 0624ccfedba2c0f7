"""Actions of Home: edits of the title under the cursor, and the cat's suggestions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from catlog.errors import BusyError
from catlog.library.edits import Add, Rate, SetStatus, Watch
from catlog.library.entries import Status
from catlog.tui.content import line
from catlog.tui.deferred import deferred
from catlog.tui.dialogs.pick import Pick, PickOption
from catlog.tui.editing.edit_batch import EditBatch
from catlog.tui.editing.editor import Editor
from catlog.tui.editing.rating_prefix import wait_for_rating
from catlog.tui.editing.status_dialog import status_dialog
from catlog.tui.editing.title_commands import TitleTarget
from catlog.tui.navigation import open_details
from catlog.tui.screens.home.for_you import ForYou
from catlog.tui.screens.home.records import Home, MoverRow
from catlog.tui.widgets.rows import RowList

if TYPE_CHECKING:
    from catlog.library.edits import Edit
    from catlog.library.records import InProgress, ScheduledEpisode
    from catlog.recommendations.service import Picked
    from catlog.tui.screens.base import CatLogScreen
    from catlog.tui.screens.home import queries
    from catlog.tui.screens.home.lately import LatelyRow
else:
    queries = deferred("catlog.tui.screens.home.queries")


class HomeActions(Editor):
    """Acts on the title under the cursor of Home. `home` returns what the screen shows, `pet` pets the cat."""

    def __init__(self, screen: CatLogScreen, home: Callable[[], Home | None], pet: Callable[[], None]) -> None:
        super().__init__(screen)
        self._home = home
        self._pet = pet
        self._last: Edit | None = None

    @property
    def rows(self) -> RowList[Any]:
        """The focused list, by default the titles in progress."""
        focused = self._screen.focused
        return focused if isinstance(focused, RowList) else self._screen.query_one("#going", RowList)

    @property
    def target(self) -> TitleTarget | None:
        """The title under the cursor."""
        focused = self._screen.focused
        if isinstance(focused, ForYou):
            found = focused.offer
            return TitleTarget(found.mal_id, found.title, found.list_status or "") if found is not None else None
        record: InProgress | ScheduledEpisode | MoverRow | LatelyRow | None = self.rows.record
        if record is None or not record.mal_id:
            return None
        from catlog.library.records import ScheduledEpisode

        status = record.list_status if isinstance(record, ScheduledEpisode) else record.status
        return TitleTarget(record.mal_id, record.title, status or "")

    def edit(self, mal_id: int, edit: Edit) -> None:
        """Edit one title."""
        self._last = edit
        self.submit(EditBatch(((mal_id, edit),)))

    def repeat(self) -> None:
        """Apply the last edit to the title under the cursor."""
        if self._last is not None and self.target is not None:
            self.edit(self.target.mal_id, self._last)
        else:
            self._app.tell("nothing to repeat yet")

    def action_watch(self) -> None:
        """Count episodes."""
        self._watch(self.rows.take_count() or 1)

    def action_unwatch(self) -> None:
        """Remove episodes."""
        self._watch(-(self.rows.take_count() or 1))

    def _watch(self, by: int) -> None:
        shown = self.target
        if shown is not None and not shown.status:
            self._app.tell(f"{shown.title} is not on your list: s puts it there")
        elif shown is not None:
            self.edit(shown.mal_id, Watch(by))

    def action_rate(self) -> None:
        """Rate by the next key."""
        shown = self.target
        if shown is not None and not shown.status:
            self._app.tell(f"{shown.title} is not on your list: s puts it there")
        elif shown is not None:
            wait_for_rating(self._screen, shown.title, lambda rating: self.edit(shown.mal_id, Rate(rating)))

    def action_status(self) -> None:
        """Pick another status."""
        if self.target is not None:
            self.pick_status(self.target)

    def pick_status(self, shown: TitleTarget) -> None:
        """Show the dialog that picks a status; a title that is not on the list is added with it."""

        def take(status: str | None) -> None:
            if status:
                self.edit(shown.mal_id, SetStatus(Status(status)) if shown.status else Add(Status(status)))

        self._app.push_screen(status_dialog(shown.title, self._app.glyphs, at=shown.status or "PLAN_TO_WATCH"), take)

    # Suggestions of the cat.

    def action_follow(self) -> None:
        """Follow the suggestion of the cat."""
        home = self._home()
        cat = home.cat if home is not None else None
        if cat is None:
            return
        suggestion = cat.suggestion
        match suggestion.action:
            case "search":
                self._app.switch_mode("search")
            case "watch" if suggestion.mal_id is not None:
                self.edit(suggestion.mal_id, Watch())
            case "history" if suggestion.mal_id is not None:
                open_details(self._app, suggestion.mal_id)
            case "rate" if suggestion.mal_id is not None:
                self._pick_rating(suggestion.mal_id, suggestion.text)
            case "next":
                self._open_next()
            case "backup":
                self._back_up()
            case _:
                self._pet()

    def _open_next(self) -> None:
        home = self._home()
        coming = [row for row in home.week if row.at > home.at] if home is not None else []
        if coming:
            open_details(self._app, coming[0].mal_id)

    def _pick_rating(self, mal_id: int, question: str) -> None:
        things = [PickOption(str(rating), str(rating % 10), str(rating)) for rating in range(10, 0, -1)]

        def take(rating: str | None) -> None:
            if rating:
                self.edit(mal_id, Rate(int(rating)))

        heading = line((question, "bold $accent"), ("  0 is 10", "$dim"))
        self._app.push_screen(Pick(heading, things, current="8"), take)

    def _back_up(self) -> None:
        from catlog.tui.operations.operation import OperationKind
        from catlog.tui.operations.work import backup

        try:
            self._app.operations.start(OperationKind.BACKUP, "backup", backup())
        except BusyError as error:
            self._app.show_error(error)
        else:
            self._app.tell("the backup has begun: 6 shows how far it is")

    # Random pick.

    def action_random(self) -> None:
        """Pick one of the planned titles at random."""
        with self._app.pool.holding_keys():
            self._app.pool.run(self._screen, queries.pick_any).then(self.picked)

    def picked(self, picked: Picked) -> None:
        """Show the picked title, and offer what to do with it."""
        title = picked.title
        separator = f" {self._app.glyphs.separator} "
        parts = (
            title.type,
            f"{title.episodes} ep" if title.episodes else "",
            str(title.year or ""),
            f"{title.score:.2f}" if title.score else "",
            ", ".join(title.genres[:3]),
        )
        waiting = f", {picked.held_back} more wait for what comes before them" if picked.held_back else ""
        heading = line(
            ("Chance says ", "bold $accent"),
            (title.title, "bold"),
            "\n",
            separator.join(part for part in parts if part),
            (f"\none of {picked.pool:,} planned{waiting}", "$dim"),
        )
        things = [
            PickOption("watch", "w", "begin to watch it"),
            PickOption("open", "o", "open it"),
            PickOption("again", "R", "another one"),
        ]

        def take(answer: str | None) -> None:
            if answer == "watch":
                self.edit(title.mal_id, SetStatus(Status.WATCHING))
            elif answer == "open":
                open_details(self._app, title.mal_id)
            elif answer == "again":
                self.action_random()

        self._app.push_screen(Pick(heading, things), take)
