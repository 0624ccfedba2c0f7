"""The screen Search: words, filter chips, catalogue results while typing, and results of the source."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from catlog.tui.deferred import deferred
from catlog.tui.keys import bindings
from catlog.tui.navigation import open_details
from catlog.tui.screens.search.keys import KEYS
from catlog.tui.screens.search.saved_searches import SavedSearches
from catlog.tui.screens.search.search_form import MORE, SearchInput, chips, order_words
from catlog.tui.screens.search.source_search import Search, SourceSearch
from catlog.tui.screens.search.words_line import WordsLine
from catlog.tui.titles.columns import result_columns
from catlog.tui.titles.list_screen import TitleListScreen
from catlog.tui.titles.panel import TitlePanel
from catlog.tui.widgets.labels import Label, Labels
from catlog.tui.widgets.panel import Panel
from catlog.tui.widgets.rows import RowList
from catlog.tui.widgets.source_line import SourceLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catlog.catalogue.search import Title
    from catlog.errors import CatLogError
    from catlog.recommendations.service import Picked
    from catlog.tui.screens.search import queries
    from catlog.tui.screens.search.filters_view import FilterList, FiltersView
    from catlog.tui.screens.search.queries import LocalResult
else:
    queries = deferred("catlog.tui.screens.search.queries")

_ALL, _HINT = "*", "?"
"""The chip that takes all filters away, and the text that opens them."""

HIGH, ROOMY = 28, 36
"""Lines from which the title under the cursor has a panel below the results, and from which it is a high one."""

CHIPS_WIDTH = 80
"""Columns from which the filters are chips; below they are a count."""


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
        self._filters: FiltersView | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out words, chips, results and the title under the cursor."""
        yield Panel(WordsLine(), id="ask")
        yield Labels(id="chips")
        with Horizontal(id="found"), Vertical(id="side"):
            rows = RowList(
                result_columns(self.app.glyphs, lambda: self._matched_words),
                identity=lambda title: title.mal_id,
                text=lambda title: title.title,
                glyphs=self.app.glyphs,
                empty=f"Reading the catalogue{self.app.glyphs.ellipsis}",
                id="rows",
            )
            yield Panel(Vertical(rows, SourceLine(bar=20, id="source")), title="Results", id="results")
            yield TitlePanel(key="enter", id="title")

    def on_mount(self) -> None:
        """Group the titles of the source, and show the chips."""
        self.set_class(self.app.ascii, "-ascii")
        self.rows.present(group=self.source.heading_of)
        self._show_chips()

    def on_resize(self, event: events.Resize) -> None:
        """Show the title under the cursor where there is room."""
        self.set_class(event.size.height >= HIGH, "-high")
        self.set_class(event.size.height >= ROOMY, "-roomy")
        self._show_chips()

    @property
    def filters(self) -> FiltersView | None:
        """The filters, None while they are closed."""
        return self._filters if self._filters is not None and self._filters.is_attached else None

    @property
    def _matched_words(self) -> str:
        local = self.state.local
        return "" if local is None or local.result.mistyped else local.input.words

    def load(self) -> None:
        """Search or, if the search is for the same user, read the shown titles again."""
        if self.state.local is None or self.state.local.query.user_id != self._user_id():
            self.search()
        else:
            self.source.reread()

    def search(self) -> None:
        """Search the catalogue now, and count what the filters show when they are open."""
        if self.app.is_open:
            counted = self.filters is not None
            search = self.app.pool.run(self, queries.search_catalogue, self.state.input, counted=counted)
            search.then(self._receive, self._search_failed)

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
            self._show_chips()
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
        search, glyphs = self.state.input, self.app.glyphs
        close = "" if self.app.ascii else f" {glyphs.dropped}"
        found = list(chips(search, glyphs))
        if found and self.size.width < CHIPS_WIDTH:
            shown = [Label(_HINT, f"{len(found)} {'filter' if len(found) == 1 else 'filters'}", "$accent")]
        elif self.app.ascii or self.app.no_color:
            shown = [Label(field, f"[{words}{close}]", "$foreground") for field, words in found]
        else:
            shown = [Label(field, f" {words}{close} ", "$foreground on $raised") for field, words in found]
        if len(found) > 1:
            shown.append(Label(_ALL, "F clears all"))
        nothing = Label(_HINT, "f filters: genre, year, score, kind, season, my list, order")
        self.query_one("#chips", Labels).show(shown or [nothing])
        self.query_one("#results", Panel).caption(fact=order_words(search))

    # Results of queries.

    def _search_failed(self, error: CatLogError) -> bool:
        self.source.show_problem(error)
        return True

    def _receive(self, local: LocalResult) -> None:
        if local.input != self.state.input:
            return
        self.state.local, self.state.end = local, len(local.titles)
        if (view := self.filters) is not None:
            view.show(local.input, local.facets, local.genres)
        self.rows.load(())  # what is drawn of the titles before has their matches
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

    def action_words_left(self) -> None:
        """Go to what was found."""
        self.set_focus(self.rows)

    def action_next_panel(self) -> None:
        """Go to the filters or, when they are closed, to the words."""
        if (view := self.filters) is not None:
            self.set_focus(view.list)
        else:
            self.action_words()

    # The filters.

    async def action_filters(self) -> None:
        """Open the filters, go to them or, from there, close them."""
        view = self.filters
        if view is None:
            await self._open_filters()
        elif view.has_focus_within:
            self.action_shut_filters()
        else:
            self.set_focus(view.list)

    def action_shut_filters(self) -> None:
        """Close the filters."""
        self._filters = None
        self.remove_class("-filtering")
        self.set_focus(self.rows)
        self.query("#filters").remove()

    def action_drop_filter(self) -> None:
        """Take the last filter away."""
        fields = [field for field, _ in chips(self.state.input, self.app.glyphs)]
        if fields:
            self._filter(self.state.input._replace(**{fields[-1]: ""}))

    def action_forget(self) -> None:
        """Take all filters away."""
        if self.state.input.is_filtered or self.state.input.order:
            self._filter(SearchInput(words=self.state.input.words))

    async def _open_filters(self) -> None:
        from catlog.tui.screens.search.filters_view import FiltersView

        view = self._filters = FiltersView(self.state.input)
        self.add_class("-filtering")
        panel = Panel(view, title="Filters", key="f", id="filters")
        await self.query_one("#found").mount(panel, before=0)
        self.set_focus(view.list)
        with self.app.pool.holding_keys():  # the next keys are for the filters
            self.search()

    def _filter(self, search: SearchInput) -> None:
        """Search with other filters; the focus stays."""
        self.state.input = search
        self._show_chips()
        if (view := self.filters) is not None:
            view.show(search, None)
        self.source.reset()
        self.search()

    def on_filter_list_changed(self, message: FilterList.Changed) -> None:
        """Search with what the filters ask for now."""
        self._filter(message.search)

    def on_filter_list_type_range(self) -> None:
        """Let years and scores be typed."""
        from catlog.tui.screens.search.range_form import RangeForm

        def take(asked: SearchInput | None) -> None:
            if asked is not None and asked != self.state.input:
                self._filter(asked)

        self.app.push_screen(RangeForm(self.state.input), take)

    @on(Labels.Picked, "#chips")
    async def _chip_clicked(self, message: Labels.Picked) -> None:
        if message.value == _ALL:
            self.action_forget()
        elif message.value in SearchInput._fields:
            self._filter(self.state.input._replace(**{message.value: ""}))
        else:
            await self.action_filters()

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
