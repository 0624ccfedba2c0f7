"""The screen Home: the cat, titles in progress, this week's episodes, chart movers, recommendations, what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical

from catlog import clock
from catlog.companion.events import LEVEL, ActivityEvent
from catlog.library.edit_kinds import EditKind
from catlog.tui.deferred import deferred
from catlog.tui.keys import bindings
from catlog.tui.last_shown import LastShown
from catlog.tui.navigation import open_details, screen_named
from catlog.tui.screens.base import CatLogScreen
from catlog.tui.screens.home import words
from catlog.tui.screens.home.actions import HomeActions
from catlog.tui.screens.home.care import Care
from catlog.tui.screens.home.cat_line import CatLine
from catlog.tui.screens.home.for_you import ForYou
from catlog.tui.screens.home.going import GoingColumns, GoingList
from catlog.tui.screens.home.grid import Grid, Place, grid
from catlog.tui.screens.home.items import ItemList
from catlog.tui.screens.home.keys import KEYS
from catlog.tui.screens.home.lately import LatelyRow, day_above, lately_columns, lately_rows
from catlog.tui.screens.home.moving import STANDING_HEIGHT, StandingNotes, digits_of, moving_columns, parted, picked
from catlog.tui.screens.home.opened import TitleOpened
from catlog.tui.screens.home.records import ChartMovers, Home, LastHome, MoverRow
from catlog.tui.screens.home.week import STRIP_HEIGHT, DayStrip, SeasonNotes, WeekColumns, tonight
from catlog.tui.widgets.cat import CatView
from catlog.tui.widgets.panel import PANEL_WIDTH, Panel
from catlog.tui.widgets.rows import RowList
from catlog.tui.widgets.rows.messages import Chosen

if TYPE_CHECKING:
    from catlog.errors import CatLogError
    from catlog.library.records import InProgress, ScheduledEpisode
    from catlog.tui.screens.home import queries
    from catlog.tui.screens.home.records import Offer
else:
    queries = deferred("catlog.tui.screens.home.queries")

MINUTE = 60.0
"""Seconds between two updates of the countdowns."""

RELOAD_EVERY = 10
"""Minutes between two reloads of the cat."""

MOST_NEXT = 8
"""The most planned titles below those in progress."""

_USUAL_TITLES, _USUAL_EPISODES = 6, 5
"""The titles and episodes for which room is kept until they are read."""


class Body(Container):
    """The place of the panels; `HomeScreen.lay_out` gives each its own."""

    def on_resize(self) -> None:
        """Arrange the panels for the new size."""
        screen = self.screen
        if isinstance(screen, HomeScreen):
            screen.lay_out()


class HomeScreen(CatLogScreen):
    """The first screen of the app."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#going"

    def __init__(self) -> None:
        super().__init__()
        self.home: Home | None = None
        self.care = Care(self, lambda: self.home)
        self.actions = HomeActions(self, lambda: self.home, self.care.action_pet)
        self.controllers = (self.actions, self.care)
        glyphs = self.app.glyphs
        self._going_columns = GoingColumns(glyphs)
        self._week_columns = WeekColumns(glyphs)
        self._movers: ChartMovers | None = None
        self._grid: Grid | None = None
        self._only_mine = False
        self._recommended_for = (0, 0)
        self._next: tuple[InProgress, ...] = ()
        self._next_for = (-1, 0)
        self._minutes = 0

    def compose_body(self) -> ComposeResult:
        """Lay out the panels in the order of the tabulator."""
        app = self.app
        glyphs, reading = app.glyphs, f"Reading{app.glyphs.ellipsis}"

        def key(name: str) -> str:
            return app.key_of(f"home.{name}", self).split(" ")[0]

        with Body(id="home"):
            yield CatLine(id="face")
            yield Panel(CatView(motion=app.motion, ascii=app.ascii, id="cat"), id="cat-panel")
            yield Panel(
                ItemList[LatelyRow](
                    [lately_columns(glyphs, app.zone)],
                    identity=lambda row: row.number,
                    glyphs=glyphs,
                    above=self._day_above,
                    empty=reading,
                    id="lately",
                ),
                title="Lately",
                key=key("lately"),
                id="lately-panel",
            )
            yield Panel(
                GoingList(self._going_columns, empty=reading, id="going"),
                title="Continue",
                key=key("continue"),
                id="going-panel",
            )
            yield Panel(ForYou(id="for-you"), title="For you", key=key("recommended"), id="for-you-panel")
            week = ItemList["ScheduledEpisode"](
                [self._week_columns.columns(each_day=True)],
                identity=lambda row: (row.mal_id, row.at),
                glyphs=glyphs,
                empty=reading,
                id="week",
            )
            yield Panel(
                Vertical(DayStrip(id="days"), week, SeasonNotes(id="season")),
                title="This week",
                key=key("week"),
                id="week-panel",
            )
            moving = ItemList[MoverRow](
                [moving_columns(glyphs, 0)],
                identity=lambda row: row.mal_id,
                glyphs=glyphs,
                above=parted,
                empty=reading,
                id="moving",
            )
            yield Panel(
                Vertical(moving, StandingNotes(id="standing")),
                title="Moving",
                key=key("movers"),
                fact="7 days",
                id="moving-panel",
            )

    def on_mount(self) -> None:
        """Subscribe to the clock, the activity, the operations and the motion setting; show what was shown last."""
        self._last = LastShown(self, "home", lambda: LastHome, self._shown, queries.store_last)
        last = self._last.read()
        self.shows_last = self.app.shows_last = last is not None
        if last is not None:
            self._movers, self._next = last.movers, last.planned
            self._show_home(last.home)
            self._for_you.show(last.offers)
        self._know_time()
        cat = self.query_one("#cat", CatView)
        cat.care = tuple(
            (self.app.key_of(f"home.{name}", self), does)
            for name, does in (("pet", "pet"), ("feed", "feed"), ("follow", "do as it says"))
        )
        self._clock = self.set_interval(MINUTE, self._tick)
        self.app.activity.subscribe(self, self._react, immediate=True)
        self.app.cat_poses.resting_changed.subscribe(self, lambda pose: self.query_one("#cat", CatView).rest(pose))
        self.app.motion_changed.subscribe(self, self._set_motion)
        self.app.operations.changed.subscribe(self, lambda _: self._operation_changed())
        self.watch(self.app, "app_focus", self._focus_changed, init=False)

    def on_screen_suspend(self) -> None:
        """Pause the clock while another screen is on top."""
        self._clock.pause()

    def on_screen_resume(self) -> None:
        """Reload, and resume the clock."""
        super().on_screen_resume()
        self._focus_changed()

    def load(self) -> None:
        """Read everything, the slowest last. Keys wait for the titles that they apply to."""
        with self.app.pool.holding_keys(self.shows_last):
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
        if moving.record is not None and moving.record.favorite:
            self.app.cat_poses.celebrate_rank(moving.record.mal_id, moving.record.rank)
        self.lay_out()
        self._last.store_soon()

    def _receive_recommended(self, offers: list[Offer]) -> None:
        self._for_you.show(offers, words.no_offers(self.app.role))
        self._last.store_soon()

    def _receive_home(self, home: Home) -> None:
        before = self.home.cat if self.home is not None and not self.shows_last else None
        self.shows_last = self.app.shows_last = False
        self.refresh_frame()
        self._show_home(home)
        if home.cat is not None:
            self.app.cat_poses.meet(home.cat)
            self.query_one("#cat", CatView).rest(self.app.cat_poses.resting)
            if before is not None and home.cat.state.level > before.state.level:
                self.app.publish(ActivityEvent(LEVEL))
        self._last.store_soon()

    def _shown(self) -> LastHome | None:
        if self.home is None or not self.app.is_open:
            return None
        return LastHome(self.home, None, self._movers, tuple(self._for_you.offers), self._next)

    def _show_home(self, home: Home) -> None:
        self.home = home
        self._know_time()
        self._going.empty, self._week.empty = words.no_titles(home), words.no_episodes(home)
        self._lately.empty = words.nothing_lately(home)
        self._panel("going").caption(fact=f"{len(home.in_progress)} watching" if home.in_progress else "")
        self._week_columns.show(home.week)
        self._week.load(home.week)
        log, sizes = home.recent_changes, home.step_sizes
        self._lately.load(lately_rows(log, sizes, home.statuses, self.app.zone, self.app.glyphs))
        if home.cat is not None:
            key = self.app.key_of("home.follow", self)
            self._panel("cat").caption(home.cat.name, f"level {home.cat.state.level}")
            self.query_one("#cat", CatView).show(home.cat, key=key)
            self.query_one(CatLine).show(home.cat, key)
        self.lay_out()
        self.refresh_bindings()

    def _recommend(self) -> None:
        """Read what is recommended, where there is room for it and the list is another one."""
        home, viewer = self.home, self.app.pool.backend.viewer
        if home is None or self._grid is None or self._grid.for_you is None or self.shows_last:
            return
        key = (viewer.user_id if viewer is not None else 0, home.entries)
        if viewer is None or not home.entries:
            self._for_you.show((), words.no_offers_yet(home))
        elif key != self._recommended_for:
            self.app.pool.run(self, queries.read_recommended).then(self._receive_recommended)
        self._recommended_for = key

    # Layout.

    def lay_out(self) -> None:
        """Give each panel its place, and show in it as much as fits."""
        width, height = self.query_one("#home").size
        if not (width and height):
            return
        home = self.home
        titles = len(home.in_progress) if home is not None and home.entries else _USUAL_TITLES
        episodes = len(home.week) if home is not None else _USUAL_EPISODES
        premieres = len(home.premieres) if home is not None else 3
        has_cat = home is None or home.cat is not None
        self._grid = places = grid(width, height, titles, episodes, premieres, has_cat=has_cat)
        for name, place in (
            ("face", places.face),
            ("cat-panel", places.cat),
            ("lately-panel", places.lately),
            ("going-panel", places.going),
            ("for-you-panel", places.for_you),
            ("week-panel", places.week),
            ("moving-panel", places.movers),
        ):
            self._put(name, place)
        self._going.show_density(places.density, places.going.width)
        self._show_going(places)
        self._arrange_week(places.week)
        self._arrange_movers(places.movers)
        self._recommend()
        focused = self.focused
        if focused is not None and focused.id in _PANELS and not self._panel(focused.id).display:
            self._going.focus()

    def _show_going(self, places: Grid) -> None:
        """Show the titles in progress, and below them, where lines are left, what is next in line."""
        home = self.home
        if home is None:
            return
        watching = {row.mal_id for row in home.in_progress}
        _, height = self._inside(places.going)
        spare = min(places.density.spare(height, len(watching)), MOST_NEXT) if places.density.lines > 2 else 0
        planned = [row for row in self._next if row.mal_id not in watching][:spare]
        rows = (*home.in_progress, *planned)
        if rows and {row.mal_id for row in self._going.view.rows} == {row.mal_id for row in rows}:
            self._going.update(*rows)  # keep the order while the same titles are shown
        else:
            self._going.load(rows)
        key = (self.app.revision, home.entries)
        if spare and home.entries > len(watching) and key != self._next_for and not self.shows_last:
            self._next_for = key
            self.app.pool.run(self, queries.read_next_in_line, MOST_NEXT).then(self._receive_next)

    def _receive_next(self, planned: tuple[InProgress, ...]) -> None:
        self._next = planned
        self._last.store_soon()
        if self._grid is not None:
            self._show_going(self._grid)

    def _put(self, name: str, place: Place | None) -> None:
        widget = self.query_one(f"#{name}")
        widget.display = place is not None
        if place is not None:
            widget.styles.offset = (place.x, place.y)
            widget.styles.width, widget.styles.height = place.width, place.height

    def _inside(self, place: Place) -> tuple[int, int]:
        """Return the cells inside a panel."""
        bordered = self.app.size.width >= PANEL_WIDTH
        return (place.width - 2, place.height - 3) if bordered else (place.width, place.height - 1)

    def _arrange_week(self, place: Place | None) -> None:
        home = self.home
        if place is None or home is None:
            return
        bordered = self.app.size.width >= PANEL_WIDTH
        width, height = self._inside(place)
        days, season = self.query_one(DayStrip), self.query_one(SeasonNotes)
        today, glyphs = self.app.zone.day_of(clock.now()), self.app.glyphs
        days.show(home.week, today, glyphs, width)
        season.show(home.premieres, today, glyphs, width)
        rows = max(min(len(home.week), 3), 2)
        days.display = bordered and height >= STRIP_HEIGHT + rows
        left = height - STRIP_HEIGHT * days.display
        season.display = bordered and left >= len(season.lines) + rows
        left -= len(season.lines) * season.display
        self._week.styles.height = max(min(max(len(home.week), rows), left), 1)
        self._week.lay_out([self._week_columns.columns(each_day=not days.display)])

    def _arrange_movers(self, place: Place | None) -> None:
        moving, rows = self._movers, self._moved
        if place is None or moving is None:
            return
        width, height = self._inside(place)
        standing = self.query_one(StandingNotes)
        standing.show(moving, self.app.glyphs, width)
        standing.display = self.app.size.width >= PANEL_WIDTH and height >= len(standing.lines) + STANDING_HEIGHT
        lines = height - len(standing.lines) * standing.display
        rows.styles.height = max(lines, 1)
        mine = self._only_mine
        rows.empty = words.no_movers(moving, self.app.role, only_mine=mine)
        shown = picked(moving, lines, only_mine=mine)
        rows.lay_out([moving_columns(self.app.glyphs, width, digits_of(shown))])
        rows.load(shown)
        until = f"7 days to {moving.day}" if moving.passed_over else "7 days"
        self._panel("moving").caption(fact=f"mine, {until}" if mine else until)

    def _day_above(self, before: LatelyRow | None, row: LatelyRow) -> tuple[str, ...]:
        return day_above(self.app.zone.day_of(clock.now()), before, row)

    def _panel(self, name: str) -> Panel:
        return self.query_one(f"#{name}-panel", Panel)

    @property
    def _going(self) -> GoingList:
        return self.query_one(GoingList)

    @property
    def _week(self) -> ItemList[ScheduledEpisode]:
        return self.query_one("#week", ItemList)

    @property
    def _moved(self) -> ItemList[MoverRow]:
        return self.query_one("#moving", ItemList)

    @property
    def _lately(self) -> ItemList[LatelyRow]:
        return self.query_one("#lately", ItemList)

    @property
    def _for_you(self) -> ForYou:
        return self.query_one(ForYou)

    # Activity, clock and operations.

    def _react(self, event: ActivityEvent) -> None:
        said = (
            f"{event.title} is finished! That calls for a dance."
            if event.kind == EditKind.COMPLETED and event.title
            else ""
        )
        self.query_one("#cat", CatView).react(event.kind, said)
        self.query_one(CatLine).react(event.kind, said)

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

    def _know_time(self) -> None:
        for columns in (self._going_columns, self._week_columns):
            columns.know(clock.now(), self.app.zone)
        if self.home is not None:
            short = self.app.size.width < PANEL_WIDTH
            self._panel("week").caption(fact=tonight(self.home.week, clock.now(), self.app.zone, short=short))

    def _redraw(self) -> None:
        self._know_time()
        for rows in (self._going, self._week):
            rows.redraw()

    @on(CatView.Petted)
    def _petted(self) -> None:
        self.care.action_pet()

    @on(CatView.Fed)
    def _fed(self) -> None:
        self.care.action_feed()

    @on(CatView.Followed)
    @on(CatLine.Clicked)
    def _followed(self) -> None:
        self.actions.action_follow()

    # Actions.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable the actions of the cat only where there is a cat, and those of a panel where it has room."""
        if action in ("pet", "feed", "follow") and self.home is not None and self.home.cat is None:
            return False
        if action == "panel" and not self._panel(str(parameters[0])).display:
            return False
        return super().check_action(action, parameters)

    def action_mine(self) -> None:
        """Toggle between all movers and those on the list."""
        self._only_mine = not self._only_mine
        self._arrange_movers(self._grid.movers if self._grid is not None else None)

    def action_panel(self, name: str) -> None:
        """Go to a panel."""
        self.query_one(f"#{name}").focus()

    def action_recommended(self) -> None:
        """Go to the recommendations, or open their screen where they have no room here."""
        if self._panel("for-you").display:
            self._for_you.focus()
        else:
            self.app.push_screen(screen_named("for_me"))

    def action_go(self, mode: str) -> None:
        """Go to another screen."""
        self.app.switch_mode(mode)

    @on(TitleOpened)
    def _opened(self, message: TitleOpened) -> None:
        open_details(self.app, message.mal_id)

    @on(RowList.Chosen)
    def _chosen(self, message: Chosen[InProgress | ScheduledEpisode | MoverRow | LatelyRow]) -> None:
        if message.record.mal_id:
            open_details(self.app, message.record.mal_id)

    @on(RowList.RepeatRequested)
    def _repeat(self) -> None:
        self.actions.repeat()


_PANELS = ("cat", "lately", "going", "for-you", "week", "moving")
