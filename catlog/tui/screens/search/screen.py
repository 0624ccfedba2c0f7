"""The screen Search: words, filter chips, catalogue results while typing, and results of the source."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widgets import Input

from catlog.tui.deferred import deferred
from catlog.tui.keys import bindings
from catlog.tui.navigation import open_details
from catlog.tui.screens.search.keys import KEYS
from catlog.tui.screens.search.saved_searches import SavedSearches
from catlog.tui.screens.search.search_form import MORE, SearchInput, chips
from catlog.tui.screens.search.source_search import Search, SourceSearch
from catlog.tui.screens.search.words_line import WordsLine
from catlog.tui.titles.columns import title_columns
from catlog.tui.titles.list_screen import TitleListScreen
from catlog.tui.titles.preview import TitlePreview
from catlog.tui.widgets.labels import Label, Labels
from catlog.tui.widgets.rows import RowList
from catlog.tui.widgets.rows.messages import Highlighted
from catlog.tui.widgets.source_line import SourceLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catlog.catalogue.search import Title
    from catlog.errors import CatLogError
    from catlog.recommendations.service import Picked
    from catlog.tui.screens.search import queries
    from catlog.tui.screens.search.queries import LocalResult
else:
    queries = deferred("catlog.tui.screens.search.queries")

WIDE = 132
"""Columns from which the title under the cursor has a panel beside the list."""


class SearchScreen(TitleListScreen):
    """The search."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#words"

    def __init__(self) -> None:
        super().__init__()
        self.state = Search()
        self.source = SourceSearch(self, self.state, self._show_rows)
        self.saved = SavedSearches(self, lambda: self.state.input, self.search_for)
        self.controllers = (self.editor, self.saved)
        self._searches_source = False

    def compose_body(self) -> ComposeResult:
        """Lay out words, chips, source line and results."""
        yield WordsLine()
        yield Labels(gap=f" {self.app.glyphs.separator} ", id="chips")
        yield SourceLine(id="source")
        with Container(id="found"):
            yield RowList(
                title_columns(self.app.glyphs),
                identity=lambda title: title.mal_id,
                text=lambda title: title.title,
                glyphs=self.app.glyphs,
                empty=f"Reading the catalogue{self.app.glyphs.ellipsis}",
                id="rows",
            )
            yield TitlePreview()

    def on_mount(self) -> None:
        """Group the titles of the source, and show the chips."""
        self.set_class(self.app.ascii, "-ascii")
        self.rows.present(group=self.source.heading_of)
        self._show_chips()

    def on_resize(self, event: events.Resize) -> None:
        """Show the preview next to the list on wide screens."""
        self.set_class(event.size.width >= WIDE, "-wide")

    def load(self) -> None:
        """Search or, if the search is for the same user, read the shown titles again."""
        if self.state.local is None or self.state.local.query.user_id != self._user_id():
            self.search()
        else:
            self.source.reread()

    def search(self) -> None:
        """Search the catalogue now."""
        if self.app.is_open:
            self.app.pool.run(self, queries.search_catalogue, self.state.input).then(self._receive, self._search_failed)

    # The search.

    def search_for(self, search: SearchInput) -> None:
        """Start another search."""
        words = self.query_one(WordsLine)
        self.state.input = search
        if words.text != search.words:
            words.put(search.words)
        self._show_chips()
        self.source.reset()
        self.search()
        self.set_focus(self.rows)

    @on(Input.Changed, "#words")
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        if (words := message.input.value) != self.state.input.words:
            self.state.input = self.state.input._replace(words=words)
            self.source.reset()
            self.search()

    @on(WordsLine.Left)
    def _words_left(self, message: WordsLine.Left) -> None:
        self.set_focus(self.rows)
        self._searches_source = message.asks
        if not self.state.is_current:
            with self.app.pool.holding_keys():  # the next keys are for the results
                self.search()
        elif message.asks:
            self.source.run_now()
        if message.asks:
            self.saved.remember()

    def _show_chips(self) -> None:
        shown = [Label(field, words, "$accent") for field, words in chips(self.state.input, self.app.glyphs)]
        nothing = Label("", "f filters: genres, years, score, type, my list, order")
        self.query_one("#chips", Labels).show(shown or [nothing])

    # Results of queries.

    def _search_failed(self, error: CatLogError) -> bool:
        self.source.show_problem(error)
        return True

    def _receive(self, local: LocalResult) -> None:
        if local.input != self.state.input:
            return
        self.state.local, self.state.end = local, len(local.titles)
        self._show_rows(local.titles, 0)
        self.rows.action_first()
        if self._searches_source:
            self._searches_source = False
            self.source.run_now()
        else:
            self.source.run_soon()

    def _show_rows(self, titles: Sequence[Title], start: int) -> None:
        local = self.state.local
        if local is None:
            return
        more = self.state.end < local.result.total or self.source.has_more
        self.rows.empty = self.source.empty_text(local)
        if start:
            self.rows.append(titles, more=more)
        else:
            self.rows.load(titles, more=more)
        self.source.show_counts()

    @on(RowList.EndReached, "#rows")
    def _end_reached(self) -> None:
        if self.state.local is None:
            return
        if self.state.end < self.state.local.result.total:
            start, self.state.end = self.state.end, min(self.state.end + MORE, self.state.local.result.total)
            self.source.read_rows(start)
        elif self.source.has_more:
            self.source.run_next_page()

    @on(RowList.Highlighted, "#rows")
    def _highlighted(self, message: Highlighted[Title]) -> None:
        self.query_one(TitlePreview).show(message.record)

    # Actions.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable focusing the words only while they lack the focus."""
        if action == "words":
            return self.focused is None or self.focused.id != "words"
        return super().check_action(action, parameters)

    def action_words(self) -> None:
        """Type words."""
        self.query_one(WordsLine).open()

    def action_clear_all(self) -> None:
        """Clear the words or, if there are none, the filters."""
        if self.state.input.words:
            self.query_one(WordsLine).put("")
            self.action_words()
        elif self.state.input.is_filtered or self.state.input.order:
            self.search_for(SearchInput())

    def action_filters(self) -> None:
        """Open the filter panel with all genres."""
        with self.app.pool.holding_keys():
            self.app.pool.run(self, queries.read_genres).then(self._open_panel)

    @on(Labels.Picked, "#chips")
    def _chip_clicked(self) -> None:
        self.action_filters()

    def _open_panel(self, genres: tuple[str, ...]) -> None:
        from catlog.tui.screens.search.panel import FilterPanel

        def take(asked: SearchInput | None) -> None:
            if asked is not None and asked != self.state.input:
                self.search_for(asked)
                self.saved.remember()

        self.app.push_screen(FilterPanel(self.state.input, genres, self.app.glyphs), take)

    def action_random(self) -> None:
        """Open a random title."""
        among = (
            None if self.state.local is None or self.state.input.is_empty else frozenset(self.state.local.result.ids)
        )
        with self.app.pool.holding_keys():
            self.app.pool.run(self, queries.pick_any, among).then(self._picked)

    def _picked(self, picked: Picked) -> None:
        self.app.tell(f"one of {picked.pool:,}" + (f", {picked.held_back} wait" if picked.held_back else ""))
        self.saved.remember()
        open_details(self.app, picked.title.mal_id)

    @on(RowList.Chosen, "#rows")
    def _remember(self) -> None:
        self.saved.remember()

    @on(SourceLine.CooledDown)
    def _cooled(self) -> None:
        self.source.on_cooled()

    def _user_id(self) -> int | None:
        viewer = self.app.pool.backend.viewer
        return viewer.user_id if viewer else None
