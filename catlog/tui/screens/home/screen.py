"""The screen Home: the cat, what is under way, what airs this week, what moved on the chart, what might come next."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from catlog import clock
from catlog.access import Right, way
from catlog.companion.events import LEVEL, ActivityEvent
from catlog.library.edit_kinds import EditKind
from catlog.tui.deferred import deferred
from catlog.tui.keys import bindings
from catlog.tui.navigation import open_details
from catlog.tui.screens.base import CatLogScreen
from catlog.tui.screens.home.actions import HomeActions
from catlog.tui.screens.home.columns import HomeColumns
from catlog.tui.screens.home.keys import KEYS
from catlog.tui.screens.home.layout import SizeHint, shared
from catlog.tui.screens.home.part import HomeSection
from catlog.tui.screens.home.records import Home, Moved, Moving
from catlog.tui.screens.home.sidebar import CatLine, ForYou, Lately
from catlog.tui.widgets.cat import CatView
from catlog.tui.widgets.rows import RowList
from catlog.tui.widgets.rows.messages import Chosen

if TYPE_CHECKING:
    from datetime import date

    from catlog.errors import CatLogError
    from catlog.library.in_progress import InProgress
    from catlog.library.schedule import ScheduledEpisode
    from catlog.recommendations.service import Recommended
    from catlog.tui.screens.home import queries
else:
    queries = deferred("catlog.tui.screens.home.queries")

SMALL, FOLDED, BESIDE, WIDE = 20, 76, 96, 140
"""Lines and columns: below the first two the cat is one line; from the others on it has room for its gauges beside it,
and the lists stand beside each other."""

MINUTE = 60.0
"""Seconds between two looks at the time."""

LOOK = 10
"""Minutes after which the cat is looked at again."""


class HomeScreen(CatLogScreen):
    """Where the app opens."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#going"

    def __init__(self) -> None:
        super().__init__()
        self.home: Home | None = None
        self.actions = HomeActions(self, lambda: self.home, self.action_pet)
        self.controllers = (self.actions,)
        self._columns = HomeColumns(self.app.glyphs)
        self._moving: Moving | None = None
        self._until: date | None = None
        self._only_mine = False
        self._recommended_for = (0, 0)
        self._minutes = 0

    def compose_body(self) -> ComposeResult:
        """Lay out the cat, and the lists beside it."""
        app, columns = self.app, self._columns
        reading = f"Reading{app.glyphs.ellipsis}"
        yield CatLine()
        with Container(id="home"):
            with Container(id="side"):
                yield CatView(motion=app.motion, ascii=app.ascii, id="cat")
                yield Lately()
            with Container(id="main"):
                yield HomeSection["InProgress"](
                    columns.going(), identity=_identity, glyphs=app.glyphs, empty=reading, smooth=True, id="going"
                )
                with Container(id="lower"):
                    yield HomeSection["ScheduledEpisode"](
                        columns.week(), identity=_slot, glyphs=app.glyphs, empty=reading, smooth=True, id="week"
                    )
                    yield HomeSection[Moved](
                        columns.moving(), identity=_identity, glyphs=app.glyphs, empty=reading, smooth=True, id="moving"
                    )
                yield ForYou()

    def on_mount(self) -> None:
        """Follow the time, what is done anywhere in the app, and how much may move."""
        self.set_class(self.app.ascii, "-ascii")
        self._columns.know(clock.now(), self.app.zone)
        self._clock = self.set_interval(MINUTE, self._tick)
        self.app.activity.subscribe(self, self._heard, immediate=True)
        self.app.motion_changed.subscribe(self, self._moved_otherwise)
        self.app.operations.changed.subscribe(self, lambda _: self._operated())
        self.watch(self.app, "app_focus", self._watched, init=False)

    def on_resize(self, event: events.Resize) -> None:
        """Fold and unfold."""
        width, height = event.size
        self.set_class(width < FOLDED or height < SMALL, "-folded")
        self.set_class(width >= BESIDE, "-beside")
        self.set_class(width >= WIDE, "-wide")
        self._share_lines()

    def on_screen_suspend(self) -> None:
        """Let the time pass unseen."""
        self._clock.pause()

    def on_screen_resume(self) -> None:
        """Catch up."""
        super().on_screen_resume()
        self._watched()

    def load(self) -> None:
        """Ask for everything; what takes longest comes last."""
        self._read_home()
        self.app.pool.run(self, queries.read_moving).then(self._take_moving)

    # Answers.

    def _read_home(self) -> None:
        self.app.pool.run(self, queries.read_home).then(self._take, self._not_read)

    def _not_read(self, error: CatLogError) -> None:
        if self.home is None:
            self._going.empty = error.message
            self._going.redraw()

    def _take_moving(self, moving: Moving) -> None:
        self._moving = moving
        self._show_moving()

    def _take_recommended(self, titles: list[Recommended]) -> None:
        self.query_one(ForYou).show(titles, f"Nothing to recommend yet: {self._way('6 and then r loads titles')}.")
        self._share_lines()

    def _submit_care(self, kind: str) -> None:
        self.app.pool.submit(self, queries.care, kind).then(self._cared)

    def _cared(self, level_rose: bool) -> None:
        if level_rose:
            self._heard(ActivityEvent(LEVEL))

    def _take(self, home: Home) -> None:
        before = self.home.cat if self.home is not None else None
        self.home = home
        self._columns.know(clock.now(), self.app.zone)
        self._say_empty(home)
        known = {row.mal_id for row in self._going.view.rows}
        if known and known == {row.mal_id for row in home.going}:
            self._going.update(*home.going)  # in its place, whatever was touched last
        else:
            self._going.load(home.going)
        self._week.load(home.week)
        self.query_one(Lately).show(home.lately, home.at)
        if home.cat is not None:
            key = self.app.key_of("home.follow", self)
            self.query_one("#cat", CatView).show(home.cat, key=key)
            self.query_one(CatLine).show(home.cat, key)
            if before is not None and home.cat.state.level > before.state.level:
                self._heard(ActivityEvent(LEVEL))
        self._share_lines()
        self._recommend(home)
        self.refresh_bindings()

    def _recommend(self, home: Home) -> None:
        viewer = self.app.pool.backend.viewer
        asked = (viewer.user_id if viewer is not None else 0, home.entries)
        if viewer is None or not home.entries:
            self.query_one(ForYou).show((), self._welcome(home))
        elif asked != self._recommended_for:
            self.app.pool.run(self, queries.read_recommended).then(self._take_recommended)
        self._recommended_for = asked

    def _welcome(self, home: Home) -> str:
        if home.cat is None:
            return "What fits your list comes here. 3 searches without an account, and 5 shows the chart."
        return (
            "Your list is empty. 3 finds titles to put on it; s puts one of those that moved on it; "
            "catlog list import FILE brings a list from elsewhere."
        )

    def _say_empty(self, home: Home) -> None:
        nothing = "Nothing under way: s begins a title, R picks one."
        self._going.empty = (
            "Nobody is signed in: F9 signs in."
            if home.cat is None
            else nothing
            if home.entries
            else "Your list is empty: 3 finds titles for it."
        )
        self._week.empty = (
            "What airs of your list comes here."
            if home.cat is None
            else "Nothing on your list airs in the next 7 days."
        )

    def _way(self, words: str) -> str:
        return way(self.app.role, Right.LOAD_CHARTS, words)

    def _show_moving(self) -> None:
        moving, rows = self._moving, self._moved
        if moving is None:
            return
        mine = self._only_mine
        rows.empty = (
            f"No ranks yet: {self._way('6 and then r loads those of today')}."
            if moving.day is None
            else f"{moving.alone}."
            if moving.alone
            else "None of your titles moved in 7 days: m shows all."
            if mine
            else "Nothing moved in 7 days."
        )
        until = moving.day if moving.passed_over else None
        if until != self._until:
            self._until = until
            rows.redraw(self._columns.moving(until))
        rows.load(moving.mine if mine else moving.everything)
        self._share_lines()

    # Room.

    def _share_lines(self) -> None:
        """Give each part the lines it would fill, as far as there are lines."""
        room = self.size.height - 2 - self.has_class("-folded")
        going, week, moved = (SizeHint(1 + max(rows.total, 2), 5) for rows in (self._going, self._week, self._moved))
        titles = len(self.query_one(ForYou).titles)
        if self.has_class("-wide"):
            lower = SizeHint(max(week.most, moved.most), 8)
            heights = shared(room, (going, lower, SizeHint(1 + 2 * max(titles, 1), 5)))
            lower_height, week_height, moved_height, last = heights[1], heights[1], heights[1], heights[2]
        else:
            least = week._replace(least=3)
            heights = shared(room, (going, least, moved._replace(least=4), SizeHint(4, 3)))
            week_height, moved_height, last = heights[1:]
            lower_height = week_height + moved_height + bool(week_height and moved_height)
        for widget, height in (
            (self._going, heights[0]),
            (self.query_one("#lower"), lower_height),
            (self._week, week_height),
            (self._moved, moved_height),
            (self.query_one(ForYou), last),
        ):
            widget.styles.height = height
            widget.display = height > 0

    @property
    def _going(self) -> RowList[InProgress]:
        return self.query_one("#going", RowList)

    @property
    def _week(self) -> RowList[ScheduledEpisode]:
        return self.query_one("#week", RowList)

    @property
    def _moved(self) -> RowList[Moved]:
        return self.query_one("#moving", RowList)

    # The cat, the time, and what happens elsewhere.

    def _heard(self, deed: ActivityEvent) -> None:
        words = (
            f"{deed.title} is finished! That calls for a dance."
            if deed.kind == EditKind.COMPLETED and deed.title
            else ""
        )
        self.query_one("#cat", CatView).react(deed.kind, words)
        self.query_one(CatLine).react(deed.kind, words)

    def _moved_otherwise(self, motion: str) -> None:
        self.query_one("#cat", CatView).motion = motion

    def _operated(self) -> None:
        """Look again when a backup or a load of ranks has ended."""
        if not self.app.operations.running:
            self._loaded = -1
            if self.is_current:
                self.load_if_changed()

    def _watched(self, *_: object) -> None:
        """Count the minutes only while somebody may look; catch up when somebody does again."""
        if self.app.app_focus and self.is_current:
            self._clock.resume()
            self._redraw()
        else:
            self._clock.pause()

    def _tick(self) -> None:
        self._minutes += 1
        if self._minutes % LOOK == 0 and self.app.is_open:
            self._read_home()
        self._redraw()

    def _redraw(self) -> None:
        self._columns.know(clock.now(), self.app.zone)
        for rows in (self._going, self._week):
            rows.redraw()

    @on(CatView.Petted)
    def _petted(self) -> None:
        self._submit_care("pet")

    @on(CatView.Fed)
    def _fed(self) -> None:
        self._submit_care("feed")

    @on(CatView.Followed)
    @on(CatLine.Clicked)
    def _followed(self) -> None:
        self.actions.action_follow()

    # Actions.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer care and advice only where there is a cat."""
        if action in ("pet", "feed", "follow") and self.home is not None and self.home.cat is None:
            return False
        return super().check_action(action, parameters)

    def action_pet(self) -> None:
        """Pet the cat."""
        self._care("pet")

    def action_feed(self) -> None:
        """Feed the cat."""
        self._care("feed")

    def _care(self, kind: str) -> None:
        if self.home is None or self.home.cat is None:
            return
        self._heard(ActivityEvent(kind))
        self._submit_care(kind)

    def action_mine(self) -> None:
        """Show only titles of my list among those that moved, or all."""
        self._only_mine = not self._only_mine
        self._show_moving()

    def action_recommended(self) -> None:
        """Open what is recommended."""
        if titles := self.query_one(ForYou).titles:
            open_details(self.app, titles[0].title.mal_id)

    @on(ForYou.Opened)
    def _opened(self, message: ForYou.Opened) -> None:
        open_details(self.app, message.mal_id)

    @on(RowList.Chosen)
    def _chosen(self, message: Chosen[InProgress | ScheduledEpisode | Moved]) -> None:
        open_details(self.app, message.record.mal_id)

    @on(RowList.RepeatRequested)
    def _repeat(self) -> None:
        self.actions.repeat()


def _identity(row: InProgress | Moved) -> int:
    return row.mal_id


def _slot(row: ScheduledEpisode) -> tuple[int, object]:
    return row.mal_id, row.at
