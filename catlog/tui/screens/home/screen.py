"""The screen Home: the cat, titles in progress, this week's episodes, chart movers, recommendations."""

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
from catlog.tui.screens.home.layout import SizeHint, distribute
from catlog.tui.screens.home.records import ChartMovers, Home, MoverRow
from catlog.tui.screens.home.section import HomeSection
from catlog.tui.screens.home.sidebar import CatLine, RecentChanges, Recommendations
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

SMALL, FOLDED, SIDE_BY_SIDE, WIDE = 20, 76, 96, 140
"""Lines and columns: below the first two the cat is one line; from the others on its gauges have room next to it, and
the lists are side by side."""

MINUTE = 60.0
"""Seconds between two updates of the countdowns."""

RELOAD_EVERY = 10
"""Minutes between two reloads of the cat."""


class HomeScreen(CatLogScreen):
    """The first screen of the app."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#going"

    def __init__(self) -> None:
        super().__init__()
        self.home: Home | None = None
        self.actions = HomeActions(self, lambda: self.home, self.action_pet)
        self.controllers = (self.actions,)
        self._columns = HomeColumns(self.app.glyphs)
        self._movers: ChartMovers | None = None
        self._until: date | None = None
        self._only_mine = False
        self._recommended_for = (0, 0)
        self._minutes = 0

    def compose_body(self) -> ComposeResult:
        """Lay out the cat and the lists."""
        app, columns = self.app, self._columns
        reading = f"Reading{app.glyphs.ellipsis}"
        yield CatLine()
        with Container(id="home"):
            with Container(id="side"):
                yield CatView(motion=app.motion, ascii=app.ascii, id="cat")
                yield RecentChanges()
            with Container(id="main"):
                yield HomeSection["InProgress"](
                    columns.going(), identity=_identity, glyphs=app.glyphs, empty=reading, smooth=True, id="going"
                )
                with Container(id="lower"):
                    yield HomeSection["ScheduledEpisode"](
                        columns.week(), identity=_slot, glyphs=app.glyphs, empty=reading, smooth=True, id="week"
                    )
                    yield HomeSection[MoverRow](
                        columns.moving(), identity=_identity, glyphs=app.glyphs, empty=reading, smooth=True, id="moving"
                    )
                yield Recommendations()

    def on_mount(self) -> None:
        """Subscribe to the clock, the activity, the operations and the motion setting."""
        self.set_class(self.app.ascii, "-ascii")
        self._columns.know(clock.now(), self.app.zone)
        self._clock = self.set_interval(MINUTE, self._tick)
        self.app.activity.subscribe(self, self._react, immediate=True)
        self.app.cat_poses.resting_changed.subscribe(self, lambda pose: self.query_one("#cat", CatView).rest(pose))
        self.app.motion_changed.subscribe(self, self._set_motion)
        self.app.operations.changed.subscribe(self, lambda _: self._operation_changed())
        self.watch(self.app, "app_focus", self._focus_changed, init=False)

    def on_resize(self, event: events.Resize) -> None:
        """Adapt the layout to the size."""
        width, height = event.size
        self.set_class(width < FOLDED or height < SMALL, "-folded")
        self.set_class(width >= SIDE_BY_SIDE, "-beside")
        self.set_class(width >= WIDE, "-wide")
        self._share_lines()

    def on_screen_suspend(self) -> None:
        """Pause the clock while another screen is on top."""
        self._clock.pause()

    def on_screen_resume(self) -> None:
        """Reload, and resume the clock."""
        super().on_screen_resume()
        self._focus_changed()

    def load(self) -> None:
        """Read everything, the slowest last."""
        self._read_home()
        self.app.pool.run(self, queries.read_movers).then(self._receive_movers)

    # Results of queries.

    def _read_home(self) -> None:
        self.app.pool.run(self, queries.read_home).then(self._receive_home, self._read_failed)

    def _read_failed(self, error: CatLogError) -> None:
        if self.home is None:
            self._going.empty = error.message
            self._going.redraw()

    def _receive_movers(self, moving: ChartMovers) -> None:
        self._movers = moving
        self._show_movers()

    def _receive_recommended(self, titles: list[Recommended]) -> None:
        self.query_one(Recommendations).show(
            titles, f"Nothing to recommend yet: {self._way('6 and then r loads titles')}."
        )
        self._share_lines()

    def _submit_care(self, kind: str) -> None:
        self.app.pool.submit(self, queries.care, kind).then(self._cared)

    def _cared(self, level_rose: bool) -> None:
        if level_rose:
            self.app.publish(ActivityEvent(LEVEL))

    def _receive_home(self, home: Home) -> None:
        before = self.home.cat if self.home is not None else None
        self.home = home
        self._columns.know(clock.now(), self.app.zone)
        self._set_empty_texts(home)
        known = {row.mal_id for row in self._going.view.rows}
        if known and known == {row.mal_id for row in home.in_progress}:
            self._going.update(*home.in_progress)  # keep the order while the same titles are shown
        else:
            self._going.load(home.in_progress)
        self._week.load(home.week)
        self.query_one(RecentChanges).show(home.recent_changes, home.step_sizes, home.at)
        if home.cat is not None:
            key = self.app.key_of("home.follow", self)
            self.query_one("#cat", CatView).show(home.cat, key=key)
            self.query_one(CatLine).show(home.cat, key)
            self.app.cat_poses.meet(home.cat)
            self.query_one("#cat", CatView).rest(self.app.cat_poses.resting)
            if before is not None and home.cat.state.level > before.state.level:
                self.app.publish(ActivityEvent(LEVEL))
        self._share_lines()
        self._recommend(home)
        self.refresh_bindings()

    def _recommend(self, home: Home) -> None:
        viewer = self.app.pool.backend.viewer
        key = (viewer.user_id if viewer is not None else 0, home.entries)
        if viewer is None or not home.entries:
            self.query_one(Recommendations).show((), self._welcome(home))
        elif key != self._recommended_for:
            self.app.pool.run(self, queries.read_recommended).then(self._receive_recommended)
        self._recommended_for = key

    def _welcome(self, home: Home) -> str:
        if home.cat is None:
            return "What fits your list comes here. 3 searches without an account, and 5 shows the chart."
        return (
            "Your list is empty. 3 finds titles to put on it; s puts one of those that moved on it; "
            "catlog list import FILE brings a list from elsewhere."
        )

    def _set_empty_texts(self, home: Home) -> None:
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

    def _show_movers(self) -> None:
        moving, rows = self._movers, self._moved
        if moving is None:
            return
        mine = self._only_mine
        rows.empty = (
            f"No ranks yet: {self._way('6 and then r loads those of today')}."
            if moving.day is None
            else f"{moving.single_day}."
            if moving.single_day
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

    # Layout.

    def _share_lines(self) -> None:
        """Distribute the lines of the screen among the sections."""
        room = self.size.height - 2 - self.has_class("-folded")
        going, week, moved = (SizeHint(1 + max(rows.total, 2), 5) for rows in (self._going, self._week, self._moved))
        titles = len(self.query_one(Recommendations).titles)
        if self.has_class("-wide"):
            lower = SizeHint(max(week.most, moved.most), 8)
            heights = distribute(room, (going, lower, SizeHint(1 + 2 * max(titles, 1), 5)))
            lower_height, week_height, moved_height, last = heights[1], heights[1], heights[1], heights[2]
        else:
            least = week._replace(least=3)
            heights = distribute(room, (going, least, moved._replace(least=4), SizeHint(4, 3)))
            week_height, moved_height, last = heights[1:]
            lower_height = week_height + moved_height + bool(week_height and moved_height)
        for widget, height in (
            (self._going, heights[0]),
            (self.query_one("#lower"), lower_height),
            (self._week, week_height),
            (self._moved, moved_height),
            (self.query_one(Recommendations), last),
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
    def _moved(self) -> RowList[MoverRow]:
        return self.query_one("#moving", RowList)

    # Activity, clock and operations.

    def _react(self, event: ActivityEvent) -> None:
        words = (
            f"{event.title} is finished! That calls for a dance."
            if event.kind == EditKind.COMPLETED and event.title
            else ""
        )
        self.query_one("#cat", CatView).react(event.kind, words)
        self.query_one(CatLine).react(event.kind, words)

    def _set_motion(self, motion: str) -> None:
        self.query_one("#cat", CatView).motion = motion

    def _operation_changed(self) -> None:
        """Reload when a backup or a load of ranks has ended."""
        if not self.app.operations.running:
            self._loaded = -1
            if self.is_current:
                self.load_if_changed()

    def _focus_changed(self, *_: object) -> None:
        """Run the clock only while the screen is visible."""
        if self.app.app_focus and self.is_current:
            self._clock.resume()
            self._redraw()
        else:
            self._clock.pause()

    def _tick(self) -> None:
        self._minutes += 1
        if self._minutes % RELOAD_EVERY == 0 and self.app.is_open:
            self._read_home()
        self._redraw()

    def _redraw(self) -> None:
        self._columns.know(clock.now(), self.app.zone)
        for rows in (self._going, self._week):
            rows.redraw()

    @on(CatView.Petted)
    def _petted(self) -> None:
        self._care("pet")

    @on(CatView.Fed)
    def _fed(self) -> None:
        self._care("feed")

    @on(CatView.Followed)
    @on(CatLine.Clicked)
    def _followed(self) -> None:
        self.actions.action_follow()

    # Actions.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable the actions of the cat only where there is a cat."""
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
        self.app.publish(ActivityEvent(kind))
        self._submit_care(kind)

    def action_mine(self) -> None:
        """Toggle between all movers and those on the list."""
        self._only_mine = not self._only_mine
        self._show_movers()

    def action_recommended(self) -> None:
        """Open the first recommendation."""
        if titles := self.query_one(Recommendations).titles:
            open_details(self.app, titles[0].title.mal_id)

    @on(Recommendations.Opened)
    def _opened(self, message: Recommendations.Opened) -> None:
        open_details(self.app, message.mal_id)

    @on(RowList.Chosen)
    def _chosen(self, message: Chosen[InProgress | ScheduledEpisode | MoverRow]) -> None:
        open_details(self.app, message.record.mal_id)

    @on(RowList.RepeatRequested)
    def _repeat(self) -> None:
        self.actions.repeat()


def _identity(row: InProgress | MoverRow) -> int:
    return row.mal_id


def _slot(row: ScheduledEpisode) -> tuple[int, object]:
    return row.mal_id, row.at
