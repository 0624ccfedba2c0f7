"""The screen Seasons: a line of seasons, and the titles of one season by type with their list status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.timer import Timer

from catlog import clock
from catlog.tui.backend import short_host
from catlog.tui.content import line
from catlog.tui.day_words import time_words
from catlog.tui.deferred import deferred
from catlog.tui.dialogs.pick import Pick, PickOption
from catlog.tui.keys import bindings
from catlog.tui.screens.base import TALL
from catlog.tui.screens.seasons.keys import KEYS
from catlog.tui.titles.columns import season_columns
from catlog.tui.titles.list_screen import WIDE, TitleListScreen
from catlog.tui.titles.tiles import CoverOf, TileList
from catlog.tui.widgets.labels import Label, Labels
from catlog.tui.widgets.panel import Panel
from catlog.tui.widgets.poster_cover import ITEM, ROW, STRIP
from catlog.tui.widgets.rows import Piece, RowList
from catlog.tui.widgets.rows import cell_renderers as draw
from catlog.tui.widgets.rows.columns import title_fitted
from catlog.tui.widgets.source_line import SourceLine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from catlog.catalogue.calendar import Season
    from catlog.catalogue.search import Title
    from catlog.catalogue.season_refresh import SeasonResult
    from catlog.tui.screens.seasons import queries
    from catlog.tui.screens.seasons.queries import SeasonView
    from catlog.tui.widgets.rows.messages import SortRequested
else:
    queries = deferred("catlog.tui.screens.seasons.queries")

REFRESH_DELAY = 0.5
"""Seconds that a season stays open before it is refreshed from the source."""

ALL = ""
SORTS = {"members": "members", "score": "MyAnimeList's score", "title": "title"}
"""Labels of the orders within each type."""

_AROUND = 2
_OTHER = "Other"


class SeasonsScreen(TitleListScreen):
    """The titles of a season."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    AUTO_FOCUS = "#rows"

    def __init__(self) -> None:
        from catlog.catalogue.calendar import season_of

        super().__init__()
        self.season: Season | None = season_of(clock.utc_today())
        self._view: SeasonView | None = None
        self._covers: Mapping[int, str] = {}
        self._mine, self._type, self._sort = False, ALL, "members"
        self._refresh_timer: Timer | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the line of seasons, the types, and the titles."""
        glyphs = self.app.glyphs
        yield Labels(gap="   ", id="seasons")
        yield Labels(id="types")
        rows: TileList[Title] = TileList(
            season_columns(glyphs),
            identity=lambda title: title.mal_id,
            cover=lambda title: CoverOf(title.mal_id, title.title, self._covers.get(title.mal_id)),
            tile=self._tile,
            sizes=(STRIP, ITEM, ROW),
            most=1,
            text=lambda title: title.title,
            glyphs=glyphs,
            empty=f"Reading the season{glyphs.ellipsis}",
            id="rows",
        )
        yield from self.compose_titles(Vertical(rows, SourceLine(bar=20, id="source")), "Season")

    def on_mount(self) -> None:
        """Show the line of seasons before any title is read."""
        self._show_lines()

    def on_resize(self, event: events.Resize) -> None:
        """Show covers where there is room."""
        self.query_one("#rows", TileList).show_tiles(event.size.width >= WIDE and event.size.height >= TALL)
        self._show_lines()

    def _tile(self, title: Title, width: int, height: int) -> Sequence[Sequence[Piece]]:
        glyphs = self.app.glyphs
        score = f"{title.score:.2f}" if title.score else glyphs.dash
        room = width - 9 - 7
        name, cells = title_fitted(title.title, room, ascii=self.app.ascii)
        mine = draw.status(title.list_status, glyphs)
        count = f"{title.episodes} ep" if title.episodes else ""
        head = [mine, Piece(" "), Piece(name, "title"), Piece(" " * (room - cells)), Piece(count.rjust(7), "dim")]
        head.append(Piece(score.rjust(7), "" if title.score else "dim"))
        english = title.title_english if title.title_english not in (None, title.title) else ""
        members = f"{title.members:,} members" if title.members else ""
        genres = ", ".join(title.genres[:5])
        below = [str(english or "")]
        if height > ROW.height:
            rank = f"{glyphs.rank} {title.rank:,}" if title.rank else ""
            below += ["", f" {glyphs.separator} ".join(filter(None, (title.type, title.status))), genres]
            below += [f" {glyphs.separator} ".join(filter(None, (rank, members)))]
        else:
            below += [f" {glyphs.separator} ".join(filter(None, (genres, members)))]
        return [head, *([Piece("  "), Piece(text, "dim")] for text in below)]

    def load(self) -> None:
        """Read the season."""
        if self.app.is_open:
            self.app.pool.run(self, queries.read_season, self.season).then(self._receive)

    def go_to(self, season: Season | None) -> None:
        """Show another season."""
        self.season, self._type = season, ALL
        self.query_one("#source", SourceLine).show("")
        if self._refresh_timer is not None:
            self._refresh_timer.stop()
        self._show_lines()
        self.load()

    def _receive(self, view: SeasonView) -> None:
        if view.result.season != self.season:
            return
        first = self._view is None or self._view.result.season != self.season
        self._view, self._covers = view, view.covers
        self._show(view.result, first=first)
        if first and not view.is_current:
            self._refresh_timer = self.set_timer(
                REFRESH_DELAY, lambda: self.refresh_season(automatic=True), name="refresh the season"
            )

    def _receive_refreshed(self, refreshed: tuple[SeasonResult, dict[int, str]]) -> None:
        result, covers = refreshed
        if result.season == self.season:
            self._covers = covers
            self._show(result, first=False)
            self.app.read_status()  # the bar shows the state of the source

    def refresh_season(self, *, automatic: bool) -> None:
        """Refresh the shown season from the source."""
        if self.app.is_open:
            self.query_one("#source", SourceLine).show(
                f"loading from {self.app.status.source or 'the source'}", asks=True
            )
            self.app.pool.run(self, queries.refresh_season, self.season, automatic=automatic).then(
                self._receive_refreshed
            )

    def _show(self, result: SeasonResult, *, first: bool) -> None:
        source = self.query_one("#source", SourceLine)
        if result.problem:
            source.show(result.problem, problem=True)
        else:
            source.show("")
        told = "what the catalogue knows"
        if result.host and result.as_of:
            told = f"{short_host(result.host)}, {time_words(result.as_of, clock.now(), self.app.zone)}"
        self.query_one("#list", Panel).caption(fact=told)
        self.rows.empty = "No titles of this season are known: O loads them from the source."
        self.rows.unmatched = "Nothing here is on your list: m shows everything."
        self.rows.load(result.titles)
        self._arrange()
        if first:
            self.rows.action_first()

    def _arrange(self) -> None:
        def wanted(title: Title) -> bool:
            return (not self._mine or title.list_status is not None) and self._type in (ALL, title.type or _OTHER)

        self.rows.present(
            lambda titles: _ordered(titles, self._sort),
            scope=wanted,
            group=(lambda title: self._counted(title.type or _OTHER)) if self._type == ALL else None,
            arrow="title" if self._sort == "title" else "score" if self._sort == "score" else "",
            descending=self._sort == "score",
        )
        self._show_lines()

    def _counted(self, kind: str) -> str:
        return f"{kind} {sum((title.type or _OTHER) == kind for title in self.rows.view.rows)}"

    def _show_lines(self) -> None:
        titles: Sequence[Title] = self.rows.view.rows
        glyphs, marked = self.app.glyphs, sum(title.list_status is not None for title in titles)
        right = f"{marked} on my list" if titles else ""
        seasons: list[Label] = []
        if self.season is not None:
            around = _AROUND if self.size.width >= 100 else 1
            there = [self.season.moved(step) for step in range(-around, around + 1)]
            seasons = [Label(f"{season.year} {season.name}", self._label(season)) for season in there]
            chosen = f"{self.season.year} {self.season.name}"
        else:
            chosen = "announced"
        labels = [*seasons, Label("announced", "Announced")]
        self.query_one("#seasons", Labels).show(labels, chosen, right)
        some = [Label(ALL, f"All {len(titles)}"), *(Label(kind, self._counted(kind)) for kind in _kinds(titles))]
        mine = f"{glyphs.completed} my list alone" if self._mine else ""
        self.query_one("#types", Labels).show(some if titles else [], self._type, mine)
        season = f"{self.season.name.capitalize()} {self.season.year}" if self.season is not None else "Announced"
        self.query_one("#list", Panel).caption(season)

    def _label(self, season: Season) -> str:
        name = f"{season.name.capitalize()} {season.year}"
        count = self._view.counts.get((season.year, season.name)) if self._view else None
        return f"{name} ({count.titles})" if count else name

    @on(RowList.SortRequested, "#rows")
    def _heading_clicked(self, message: SortRequested) -> None:
        if message.column in ("score", "title"):
            self._sort = message.column if self._sort != message.column else "members"
            self._arrange()

    @on(Labels.Picked, "#seasons")
    def _season_clicked(self, message: Labels.Picked) -> None:
        from catlog.catalogue.calendar import Season

        if message.value == "announced":
            self.go_to(None)
        else:
            year, _, name = message.value.partition(" ")
            self.go_to(Season(int(year), name))

    @on(Labels.Picked, "#types")
    def _type_clicked(self, message: Labels.Picked) -> None:
        self._type = message.value
        self._arrange()

    # Actions.

    def action_move(self, seasons: int) -> None:
        """Go to the season `seasons` away; from the announced titles, to the present season."""
        from catlog.catalogue.filters import YEARS

        if self.season is None:
            self.action_now()
        elif (there := self.season.moved(seasons)).year in YEARS:
            self.go_to(there)

    def action_now(self) -> None:
        """Go to the present season."""
        from catlog.catalogue.calendar import season_of

        self.go_to(season_of(clock.utc_today()))

    def action_upcoming(self) -> None:
        """Show the announced titles."""
        self.go_to(None)

    def action_mine(self) -> None:
        """Toggle between titles on my list and all."""
        self._mine = not self._mine
        self._arrange()

    def action_type(self, step: int) -> None:
        """Show another type."""
        self._type = self.query_one("#types", Labels).next(step)
        self._arrange()

    def action_sort(self) -> None:
        """Pick an order."""

        def take(sort: str | None) -> None:
            if sort:
                self._sort = sort
                self._arrange()

        things = [PickOption(name, name[0], words) for name, words in SORTS.items()]
        self.app.push_screen(Pick(line(("Sort by", "bold $accent")), things, current=self._sort), take)

    def action_ask(self) -> None:
        """Refresh from the source now."""
        self.refresh_season(automatic=False)


def _kinds(titles: Iterable[Title]) -> list[str]:
    from catlog.catalogue.vocabulary import TYPES

    there = {title.type or _OTHER for title in titles}
    return [*(kind for kind in TYPES if kind in there), *sorted(there - {*TYPES})]


def _ordered(titles: Sequence[Title], sort: str) -> list[Title]:
    places = {kind: place for place, kind in enumerate(_kinds(titles))}
    keys: dict[str, Callable[[Title], Any]] = {
        "members": lambda title: -(title.members or 0),
        "score": lambda title: -(title.score or 0),
        "title": lambda title: title.title.casefold(),
    }
    return sorted(titles, key=lambda title: (places[title.type or _OTHER], keys[sort](title)))
