"""The screen Details: cover, list entry, facts, ranks, watch order, episodes, titles alike, history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.widgets import ContentSwitcher, Static

from catlog import clock
from catlog.charts.picture import Tone, TonedText
from catlog.tui.deferred import deferred
from catlog.tui.keys import bindings
from catlog.tui.navigation import open_details
from catlog.tui.screens.base import CatLogScreen
from catlog.tui.screens.details import words
from catlog.tui.screens.details.actions import DetailsActions
from catlog.tui.screens.details.columns import EpisodeView, alike_columns, episode_columns, order_columns
from catlog.tui.screens.details.grid import grid
from catlog.tui.screens.details.head import head, rank_line
from catlog.tui.screens.details.history import history_columns
from catlog.tui.screens.details.keys import KEYS
from catlog.tui.screens.details.mine import MineForm
from catlog.tui.screens.details.ranks import DEFAULT_RANGE, RANGES, RankPanel, RanksView, in_range
from catlog.tui.titles.covers import show_cover
from catlog.tui.titles.panel_text import Sheet
from catlog.tui.titles.spans import spread
from catlog.tui.widgets.labels import Label, Labels
from catlog.tui.widgets.panel import Panel
from catlog.tui.widgets.poster_cover import NARROW, PAGE, STRIP, Cover
from catlog.tui.widgets.rows import RowList
from catlog.tui.widgets.source_line import SourceLine
from catlog.tui.widgets.toned import TonedLines

if TYPE_CHECKING:
    from catlog.catalogue.franchise import FranchiseTitle
    from catlog.errors import CatLogError
    from catlog.library.watch_log import WatchLog
    from catlog.tui.screens.details import queries
    from catlog.tui.screens.details.queries import SimilarTitle, TitleView
    from catlog.tui.widgets.rows.messages import Chosen
else:
    queries = deferred("catlog.tui.screens.details.queries")

_SIDE = ("order", "alike")
"""The lists that have panels at the side of a wide screen, and are pages elsewhere."""

_FEW = 8
"""Titles of a franchise that leave most of the side to titles alike."""

_PAGES = {
    "order": "Order",
    "episodes": "Episodes",
    "alike": "Alike",
    "history": "History",
    "ranks": "Ranks",
    "more": "About",
}


class DetailsScreen(CatLogScreen):
    """A title, by its MAL id. Cached data shows while missing extras are fetched."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#order"

    def __init__(self, mal_id: int) -> None:
        super().__init__()
        self.mal_id = mal_id
        self.view: TitleView | None = None
        self.days = DEFAULT_RANGE
        self._actions = DetailsActions(self, lambda: self.view)
        self.controllers = (self._actions, self._actions.entry_editor)
        self._grid = grid(80, 24)
        self._page = "order"
        self._center = "episodes"
        self._episodes = EpisodeView()
        self._fetch_started = False
        self._is_uncovered = False
        self._message = ""

    def compose_body(self) -> ComposeResult:
        """Lay out cover and entry at the left, the head, ranks and pages, order and titles alike."""
        app = self.app
        options: dict[str, Any] = {"mode": app.settings.posters, "ascii": app.ascii, "color": app.terminal.color}
        with Horizontal(id="main"):
            with Vertical(id="left"):
                yield Cover(PAGE, id="cover", **options)
                yield Panel(MineForm(id="mine"), title="Mine", key="e", id="mine-panel")
            with Vertical(id="right"):
                with Container(id="middle"):
                    with Vertical(id="center"):
                        with Horizontal(id="head"):
                            yield Cover(NARROW, id="small-cover", **options)
                            yield TonedLines(id="told")
                        yield RankPanel()
                        yield Labels(gap="   ", id="sections")
                        with ContentSwitcher(initial="episodes", id="pages"):
                            yield self._list("episodes", episode_columns(self._episodes, app.glyphs), "number")
                            yield self._list(
                                "history", history_columns(app.glyphs, clock.now, lambda: self.app.zone), "at"
                            )
                            yield RanksView()
                            with VerticalScroll(id="more"):
                                yield Static("", id="about")
                    with Vertical(id="side"):
                        yield Panel(
                            self._list("order", order_columns(self.mal_id, self._works, app.glyphs), heading=0),
                            title="Order",
                            id="order-panel",
                        )
                        with Panel(title="Alike", id="alike-panel"), Vertical(id="alike-body"):
                            with Horizontal(id="alike-covers"):
                                for number in range(3):
                                    yield Cover(STRIP, id=f"alike-{number}", **options)
                            yield self._list("alike", alike_columns(app.glyphs), heading=0)
                yield TonedLines(id="note")
                yield TonedLines(id="rank-line")
        yield SourceLine(id="source")

    def _list(self, id: str, columns: tuple[Any, ...], key: str = "mal_id", *, heading: int = 1) -> RowList[Any]:
        return RowList(
            columns,
            identity=lambda record: getattr(record, key),
            glyphs=self.app.glyphs,
            empty=f"Reading{self.app.glyphs.ellipsis}",
            heading=heading,
            id=id,
        )

    def _works(self) -> list[str]:
        return [work.title for work in self.view.franchise] if self.view is not None else []

    def on_resize(self, event: events.Resize) -> None:
        """Adapt the grid to the size."""
        width, height = event.size
        before, self._grid = self._grid, grid(width, height, covers=self.app.settings.posters != "off")
        found = self._grid
        for name in ("-grid-wide", "-grid-middle", "-grid-small", "-grid-thin"):
            self.set_class(name == found.name, name)
        self.set_class(found.is_airy, "-airy")
        self.set_class(self.app.settings.posters != "off", "-covered")
        for panel in self.query("#order-panel, #alike-panel"):
            panel.set_class(not self._is_wide, "-bare")
        for name, size in (("#cover", found.cover), ("#small-cover", found.small_cover)):
            cover = self.query_one(name, Cover)
            cover.display = size is not None
            if size is not None:
                cover.fit(size)
        self._arrange()
        if (before.name == "-grid-wide") != self._is_wide or not self.focused:
            self._go_to(self._page)
        self.call_after_refresh(self._redraw)

    @property
    def _is_wide(self) -> bool:
        return self._grid.name == "-grid-wide"

    def load(self) -> None:
        """Read the title from the catalogue."""
        if self.app.is_open:
            with self.app.pool.holding_keys(self.view is None and not self.app.is_offline):
                self.app.pool.run(self, queries.read_title, self.mal_id).then(self._receive, self._read_failed)

    # Results of queries.

    def _receive(self, title: TitleView) -> None:
        self._show(title)
        if title.extras.missing or title.extras.episodes_due:
            self._fetch_once()

    def _read_failed(self, error: CatLogError) -> bool:
        self.query_one("#told", TonedLines).set_lines(((TonedText(error.message, Tone.STRONG),),))
        self._fetch_once()
        return True

    def _receive_fetched(self, title: TitleView) -> None:
        self._asking("")
        self._show(title)
        self.app.read_status()  # the bar shows the state of the source

    def _fetch_failed(self, error: CatLogError) -> bool:
        self._asking(error.with_hint, problem=True)
        self.app.read_status()
        return True

    def _fetch_once(self) -> None:
        if not self._fetch_started:
            self.fetch(automatic=True)

    def fetch(self, *, automatic: bool) -> None:
        """Request the extras of the title from the source."""
        self._fetch_started = True
        self._asking(f"loading what is missing from {self.app.status.source or 'the source'}", asks=True)
        fetched = self.app.pool.run(self, queries.fetch_title, self.mal_id, automatic=automatic)
        fetched.then(self._receive_fetched, self._fetch_failed)

    def _asking(self, told: str, *, asks: bool = False, problem: bool = False) -> None:
        """Show what the source is asked for, or why it gave nothing; "" takes the line away."""
        self.query_one("#source", SourceLine).show(told, problem=problem, asks=asks)
        self.set_class(bool(told), "-asking")

    def _show(self, known: TitleView) -> None:
        first, self.view = self.view is None, known
        before = self._episodes.watched
        extras, missing = known.extras, known.extras.missing
        self._episodes.watched = known.row.episodes_watched if known.row else 0
        self._episodes.is_covered = lambda number: not self._is_uncovered and known.guard.covers_episode(number)
        self._episodes.seen = known.seen
        self._episodes.are_marked = known.filler is not None
        self._episodes.can_log = known.row is not None and known.row.status != "COMPLETED"
        self._episodes.today = self.app.zone.today()
        related = known.franchise if len(known.franchise) > 1 else ()
        self._fill("order", related, "details" in missing, "Nothing is related to it.")
        self._fill("episodes", extras.episodes, "episodes" in missing, "It has no list of episodes.")
        self._fill("alike", known.similar, "recommendations" in missing, "No similar titles are known.")
        self._fill("history", known.logs, False, "No episode was logged yet: + logs one, d on another day.")
        if first:
            self.query_one("#order", RowList).go_to(self.mal_id)
        if first or self._episodes.watched != before:
            self._go_to_next_episode()
        if extras.problem and not self.query_one("#source", SourceLine).is_requesting:
            self._asking(extras.problem, problem=True)
        self.query_one("#mine", MineForm).show(known.facts)
        order = self.query_one("#order-panel", Panel)
        order.caption(fact=f"{len(related)} titles" if related else "")
        order.set_class(len(related) <= _FEW, "-few")
        self.query_one("#alike-panel", Panel).caption(fact=str(len(known.similar) or ""))
        self._show_ranks()
        self._redraw()
        for number in range(3):
            cover = self.query_one(f"#alike-{number}", Cover)
            one = known.facts.alike[number] if number < len(known.facts.alike) else None
            if one is None:
                cover.clear()
            else:
                show_cover(cover, self.app, one.mal_id, one.title, one.image_url)

    def _fill(self, page: str, rows: tuple[object, ...], missing: bool, empty: str) -> None:
        found = self.query_one(f"#{page}", RowList)
        found.empty = "Not known here yet: o loads it from the source." if missing else empty
        found.load(rows)

    def _go_to_next_episode(self) -> None:
        episodes = self.query_one("#episodes", RowList)
        if not episodes.go_to(self._episodes.watched + 1):
            episodes.go_to(1)

    # Drawing.

    def _redraw(self) -> None:
        """Draw what depends on the size."""
        known = self.view
        self._show_sections()
        if known is None:
            return
        facts, found = known.facts, self._grid
        is_ranked = any(day.rank is not None for day in known.details.rank_history)
        self.set_class(is_ranked and found.rank > 0, "-ranked")
        self.set_class(is_ranked and found.line, "-lined")
        sheet = Sheet(self.app.glyphs, clock.now(), self.app.zone)
        synopsis = (known.details.synopsis or "") if self._is_uncovered else facts.synopsis
        told = self.query_one("#told", TonedLines)
        if (width := told.size.width) > 0:
            height = found.head - (is_ranked and found.rank > 0)  # a line stays empty above the panel of ranks
            lines = head(facts, sheet, width, height, synopsis=synopsis, with_mine=not self._has_mine)
            told.styles.height = max(len(lines), found.least if is_ranked or found.small_cover else 0)
            told.set_lines(tuple(lines))
        self.query_one("#about", Static).update(words.about(known, self.app.glyphs, synopsis))
        self._show_note(sheet)
        line = self.query_one("#rank-line", TonedLines)
        if found.line and line.size.width:
            days = in_range(known.details.rank_history, self.days)
            line.set_lines((rank_line(days, sheet, line.size.width - 4, RANGES[self.days]),))
        for cover in (self.query_one("#cover", Cover), self.query_one("#small-cover", Cover)):
            if cover.display:
                show_cover(cover, self.app, self.mal_id, facts.title, known.details.image_url)

    def _show_note(self, sheet: Sheet) -> None:
        known, line = self.view, self.query_one("#note", TonedLines)
        if known is None or not line.size.width:
            return
        told = words.note(known, self._page, is_uncovered=self._is_uncovered)
        age = words.ages(known.extras, sheet.now)
        right = (TonedText(age, Tone.DIM),) if len(told) + len(age) + 4 < line.size.width - 4 else ()
        line.set_lines((spread([TonedText(told, Tone.DIM)], right, line.size.width - 4),))

    def _show_ranks(self) -> None:
        if self.view is None:
            return
        title, history = self.view.details.title, self.view.details.rank_history
        self.query_one(RankPanel).show(title, history, self.days)
        self.query_one(RanksView).show(title, history, self.days)

    @property
    def _has_mine(self) -> bool:
        """Whether the panel Mine is in sight beside the head."""
        return self._grid.name in ("-grid-wide", "-grid-middle")

    # Pages.

    def _show_sections(self) -> None:
        known, facts = self.view, dict[str, str]()
        if known is not None:
            count = len(known.extras.episodes)
            days = len(known.details.rank_history)
            facts = {
                "order": str(len(known.franchise)) if len(known.franchise) > 1 else "",
                "episodes": f"{count}{'+' if known.extras.more_episodes else ''}" if count else "",
                "alike": str(len(known.similar) or ""),
                "history": str(len(known.logs) or ""),
                "ranks": f"{days} d" if days else "",
            }
        names = {page: name for page, name in _PAGES.items() if not (self._is_wide and page in _SIDE)}
        room = self.query_one("#sections").size.width
        labels = [Label(page, name, fact=facts.get(page, "")) for page, name in names.items()]
        if sum(label.cells + 3 for label in labels) > room > 0:
            labels = [label._replace(fact="") for label in labels]
        chosen = self._center if self._is_wide else self._page
        self.query_one("#sections", Labels).show(labels, chosen)

    def _go_to(self, page: str) -> None:
        self._page = page
        if page not in _SIDE:
            self._center = page
        self._arrange()
        target = None if page == "ranks" else self.query_one(f"#{page}")
        if not self.query_one("#mine", MineForm).is_editing:
            self.set_focus(target)
        self._show_sections()
        self._show_note(Sheet(self.app.glyphs, clock.now(), self.app.zone))

    def _arrange(self) -> None:
        """Display what belongs to the page."""
        self.set_class(self._page not in _SIDE, "-center")
        self.query_one("#pages", ContentSwitcher).current = self._center
        for page in _SIDE:
            self.query_one(f"#{page}-panel").display = self._is_wide or self._page == page

    def _step(self, step: int) -> None:
        pages = tuple(_PAGES)
        self._go_to(pages[(pages.index(self._page) + step) % len(pages)])

    @on(events.DescendantFocus)
    def _focus_moved(self, event: events.DescendantFocus) -> None:
        """Follow a click into another list."""
        if event.widget.id in _PAGES and event.widget.id != self._page:
            self._go_to(event.widget.id)

    @on(Labels.Picked, "#sections")
    def _section_clicked(self, message: Labels.Picked) -> None:
        self._go_to(message.value)

    @on(Labels.Picked, "#ranges")
    def _range_clicked(self, message: Labels.Picked) -> None:
        self._show_range(int(message.value))

    @on(RowList.Chosen, "#order")
    @on(RowList.Chosen, "#alike")
    def _row_opened(self, message: Chosen[FranchiseTitle | SimilarTitle]) -> None:
        if message.record.mal_id != self.mal_id:
            open_details(self.app, message.record.mal_id)

    @on(RowList.Chosen, "#history")
    def _log_opened(self, message: Chosen[WatchLog]) -> None:
        self._actions.correct(message.record)

    # Keys.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable the actions of an entry only where there is one."""
        if action in ("notes", "tags", "edit", "favorite", "remove", "unwatch"):
            return self._actions.entry.record is not None
        return super().check_action(action, parameters)

    def action_edit(self) -> None:
        """Edit the entry where it stands."""
        self.add_class("-editing")
        title = self.view.facts.title if self.view is not None and not self._has_mine else ""
        self.query_one("#mine-panel", Panel).caption(fact=title)
        self.query_one("#mine", MineForm).begin()

    @on(MineForm.Stored)
    def _mine_stored(self, message: MineForm.Stored) -> None:
        self._actions.entry_editor.edit([message.row], message.edits, strict=True)

    @on(MineForm.Ended)
    def _mine_ended(self) -> None:
        self.remove_class("-editing")
        self._go_to(self._page)

    def action_page_after(self) -> None:
        """Go to the next page."""
        self._step(1)

    def action_page_before(self) -> None:
        """Go to the previous page."""
        self._step(-1)

    def action_uncover(self) -> None:
        """Show what the user has not come to yet, or cover it; another visit covers it again."""
        self._is_uncovered = not self._is_uncovered
        self.query_one("#episodes", RowList).redraw()
        self._redraw()

    def action_range(self, step: int) -> None:
        """Show the ranks of fewer days or of more."""
        ranges = tuple(RANGES)
        at = ranges.index(self.days) + step
        self._show_range(ranges[max(0, min(at, len(ranges) - 1))])

    def _show_range(self, days: int) -> None:
        self.days = days
        self._show_ranks()
        self._redraw()

    def action_ask(self) -> None:
        """Refresh from the source."""
        self.fetch(automatic=False)
