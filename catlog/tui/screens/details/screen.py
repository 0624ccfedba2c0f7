"""The screen Details: cover, list entry, facts, watch order, episodes, similar titles and rank history."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import ContentSwitcher, Static

from catlog import clock
from catlog.tui.content import plain
from catlog.tui.deferred import deferred
from catlog.tui.keys import bindings
from catlog.tui.navigation import open_details
from catlog.tui.screens.base import CatLogScreen
from catlog.tui.screens.details import words
from catlog.tui.screens.details.actions import DetailsActions
from catlog.tui.screens.details.columns import alike_columns, episode_columns, order_columns
from catlog.tui.screens.details.keys import KEYS
from catlog.tui.screens.details.ranks import RANGES, RanksView
from catlog.tui.widgets.labels import Label, Labels
from catlog.tui.widgets.poster import PosterView
from catlog.tui.widgets.rows import RowList
from catlog.tui.widgets.source_line import SourceLine

if TYPE_CHECKING:
    from catlog.catalogue.franchise import FranchiseTitle
    from catlog.errors import CatLogError
    from catlog.tui.screens.details import queries
    from catlog.tui.screens.details.queries import SimilarTitle, TitleView
    from catlog.tui.widgets.rows.messages import Chosen
else:
    queries = deferred("catlog.tui.screens.details.queries")

LOW, ROOMY, TALL = 20, 30, 40
"""Heights: below LOW the layout is minimal, from ROOMY on it is spacious, from TALL on it always has the chart."""

NARROW = 96
"""Columns below which the charts are stacked."""

THIN = 76
"""Columns below which the left column is hidden."""


class DetailsScreen(CatLogScreen):
    """A title, by its MAL id. Cached data shows while missing extras are fetched."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#order"

    def __init__(self, mal_id: int) -> None:
        super().__init__()
        self.mal_id = mal_id
        self.view: TitleView | None = None
        self._actions = DetailsActions(self, lambda: self.view)
        self.controllers = (self._actions, self._actions.entry_editor)
        self._page = "order"
        self._fetch_started = False
        self._is_uncovered = False
        self._image: str | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out heading, cover and entry at the left, the rest at the right."""
        app, glyphs = self.app, self.app.glyphs
        reading = f"Reading{glyphs.ellipsis}"
        yield Static("", id="heading")
        with Horizontal(id="main"):
            with VerticalScroll(id="left", can_focus=False):
                yield PosterView(mode=app.settings.posters, ascii=app.ascii, color=app.terminal.color)
                yield Static("", id="entry")
            with Vertical(id="right"):
                yield Static("", id="entry-line")
                with VerticalScroll(id="summary", can_focus=False):
                    yield Static("", id="told")
                yield Labels(id="sections")
                with ContentSwitcher(initial="order", id="pages"):
                    yield RowList(
                        order_columns(self.mal_id, glyphs),
                        identity=lambda work: work.mal_id,
                        glyphs=glyphs,
                        empty=reading,
                        id="order",
                    )
                    yield RowList(
                        episode_columns(self._watched, lambda: self._is_uncovered, glyphs),
                        identity=lambda episode: episode.number,
                        glyphs=glyphs,
                        empty=reading,
                        id="episodes",
                    )
                    yield RowList(
                        alike_columns(glyphs), identity=lambda one: one.mal_id, glyphs=glyphs, empty=reading, id="alike"
                    )
                    with VerticalScroll(id="more"):
                        yield Static("", id="about")
                yield RanksView()
        yield SourceLine(id="source")

    def on_mount(self) -> None:
        """Name the pages."""
        self._show_sections()

    def on_resize(self, event: events.Resize) -> None:
        """Adapt the layout to the size."""
        width, height = event.size
        self.set_class(height < LOW or width < THIN, "-low")
        self.set_class(height >= ROOMY, "-roomy")
        self.set_class(height >= TALL, "-tall")
        self.set_class(width < NARROW, "-narrow")
        self._go_to(self._page)
        self._show_heading(width)

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
        self.query_one("#heading", Static).update(plain(error.message, "bold"))
        self._fetch_once()
        return True

    def _receive_fetched(self, title: TitleView) -> None:
        self._show(title)
        self.app.read_status()  # the bar shows the state of the source

    def _fetch_failed(self, error: CatLogError) -> bool:
        self._show_message(error.with_hint, problem=True)
        self.app.read_status()
        return True

    def _fetch_once(self) -> None:
        if not self._fetch_started:
            self.fetch(automatic=True)

    def fetch(self, *, automatic: bool) -> None:
        """Request the extras of the title from the source."""
        self._fetch_started = True
        source = self.app.status.source or "the source"
        self.query_one("#source", SourceLine).show(f"loading what is missing from {source}", asks=True)
        fetched = self.app.pool.run(self, queries.fetch_title, self.mal_id, automatic=automatic)
        fetched.then(self._receive_fetched, self._fetch_failed)

    def _show_message(self, words: str, *, problem: bool = False) -> None:
        self.query_one("#source", SourceLine).show(words, problem=problem)

    def _show(self, known: TitleView) -> None:
        first, glyphs = self.view is None, self.app.glyphs
        self.view = known
        self._show_heading(self.size.width)
        self.query_one("#entry", Static).update(words.entry(known.row, glyphs))
        self.query_one("#entry-line", Static).update(words.entry_line(known.row, glyphs))
        self.query_one("#told", Static).update(words.summary(known, glyphs))
        self.query_one("#about", Static).update(words.about(known, glyphs))
        self.query_one(RanksView).show(known.details.title, known.details.rank_history)
        missing = known.extras.missing
        self._fill(
            "order",
            known.franchise if len(known.franchise) > 1 else (),
            "details" in missing,
            "Nothing is related to it.",
        )
        self._fill("episodes", known.extras.episodes, "episodes" in missing, "It has no list of episodes.")
        self._fill("alike", known.similar, "recommendations" in missing, "No similar titles are known.")
        self._show_sections()
        if first:
            self.query_one("#order", RowList).go_to(self.mal_id)
        if not self.query_one("#source", SourceLine).is_requesting or not missing or known.extras.problem:
            told = (known.extras.problem, words.ages(known.extras, clock.now()))
            self._show_message("; ".join(part for part in told if part), problem=bool(known.extras.problem))
        if known.details.image_url != self._image:
            url = self._image = known.details.image_url
            services = self.app.pool.backend
            find = (lambda cancel: services.posters.find(url, cancel)) if url else None
            self.query_one(PosterView).show(find)

    def _fill(self, page: str, rows: tuple[object, ...], missing: bool, empty: str) -> None:
        found = self.query_one(f"#{page}", RowList)
        found.empty = "Not in the catalogue: o loads it from the source." if missing else empty
        found.load(rows)

    def _show_heading(self, width: int) -> None:
        if self.view is not None:
            drawn = words.heading(self.view.details, self.app.glyphs, width - 2)
            self.query_one("#heading", Static).update(drawn)

    def _watched(self) -> int:
        row = self.view.row if self.view else None
        return row.episodes_watched if row else 0

    # Pages.

    def _show_sections(self) -> None:
        known = self.view
        works = f" {len(known.franchise)}" if known and len(known.franchise) > 1 else ""
        episodes = alike = ""
        if known and known.extras.episodes:
            episodes = f" {len(known.extras.episodes)}{'+' if known.extras.more_episodes else ''}"
        if known and known.similar:
            alike = f" {len(known.similar)}"
        labels = [
            Label("order", f"Order{works}"),
            Label("episodes", f"Episodes{episodes}"),
            Label("alike", f"Alike{alike}"),
            *(() if self.has_class("-tall") else (Label("ranks", "Ranks"),)),
            Label("more", "About"),
        ]
        self.query_one("#sections", Labels).show(labels, self._page)

    def _go_to(self, page: str) -> None:
        tall = self.has_class("-tall")
        self._page = "order" if tall and page == "ranks" else page
        self.set_class(self._page == "ranks" and not tall, "-charted")
        if self._page != "ranks":
            self.query_one("#pages", ContentSwitcher).current = self._page
            self.set_focus(self.query_one(f"#{self._page}"))
        self._show_sections()

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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable the actions of an entry only where there is one."""
        if action in ("notes", "tags", "edit", "favorite", "remove", "unwatch"):
            return self._actions.entry.record is not None
        return super().check_action(action, parameters)

    def action_page_after(self) -> None:
        """Go to the next page."""
        self._go_to(self.query_one("#sections", Labels).next(1))

    def action_page_before(self) -> None:
        """Go to the previous page."""
        self._go_to(self.query_one("#sections", Labels).next(-1))

    def action_uncover(self) -> None:
        """Show the names of episodes beyond the user's progress, or cover them; another visit covers them again."""
        self._is_uncovered = not self._is_uncovered
        if self.view is not None:
            self.query_one("#episodes", RowList).load(self.view.extras.episodes)

    def action_range(self, step: int) -> None:
        """Show the ranks of fewer days or of more."""
        ranges = tuple(RANGES)
        at = ranges.index(self.query_one(RanksView).days) + step
        self._show_range(ranges[max(0, min(at, len(ranges) - 1))])

    def _show_range(self, days: int) -> None:
        self.query_one(RanksView).set_range(days)
        if not self.has_class("-tall"):
            self._go_to("ranks")

    def action_ask(self) -> None:
        """Refresh from the source."""
        self.fetch(automatic=False)
