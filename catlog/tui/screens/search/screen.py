"""The screen Search: words, filters as chips, what is here at every letter, and what the source adds to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widgets import Input

from catlog.tui.deferred import deferred
from catlog.tui.keys import bindings
from catlog.tui.screens.search.keys import KEYS
from catlog.tui.screens.search.remote import Remote
from catlog.tui.screens.search.search_form import FIRST, MORE, SearchInput, chips
from catlog.tui.screens.search.words_line import WordsLine
from catlog.tui.titles.columns import title_columns
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
    from catlog.tui.screens.search.queries import Here
else:
    queries = deferred("catlog.tui.screens.search.queries")

WIDE = 132
"""Columns from which the title under the cursor has a panel beside the list."""


class SearchScreen(Remote):
    """The search."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    CSS_PATH = "screen.tcss"
    AUTO_FOCUS = "#words"
    _asks = False

    def compose_body(self) -> ComposeResult:
        """Lay out words, chips, the line of the source, and what was found."""
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
        """Group what the source added, and show that nothing is filtered."""
        self.set_class(self.app.ascii, "-ascii")
        self.rows.present(group=self.heading_of)
        self._show_chips()

    def on_resize(self, event: events.Resize) -> None:
        """Put the title under the cursor beside the list where there is room."""
        self.set_class(event.size.width >= WIDE, "-wide")

    def load(self) -> None:
        """Search or, when the list has changed since, read again where the titles stand on it."""
        if self.here is None or self.here.question.user_id != self._user_id():
            self.search()
        else:
            self.read_again()

    def search(self) -> None:
        """Search the catalogue now."""
        if self.app.is_open:
            self.app.pool.run(self, queries.search_here, self.asked).then(self._take, self._not_searched)

    # What is asked for.

    def ask_for(self, asked: SearchInput) -> None:
        """Search for something else."""
        words = self.query_one(WordsLine)
        self.asked = asked
        if words.text != asked.words:
            words.put(asked.words)
        self._show_chips()
        self.forget_source()
        self.search()
        self.set_focus(self.rows)

    @on(Input.Changed, "#words")
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        if (words := message.input.value) != self.asked.words:
            self.asked = self.asked._replace(words=words)
            self.forget_source()
            self.search()

    @on(WordsLine.Left)
    def _words_left(self, message: WordsLine.Left) -> None:
        self.set_focus(self.rows)
        self._asks = message.asks
        if self.here is None or self.here.asked != self.asked:
            with self.app.pool.holding_keys():  # the next keys are about what is found
                self.search()
        elif message.asks:
            self.ask_source_now()
        if message.asks:
            self.remember()

    def _show_chips(self) -> None:
        shown = [Label(field, words, "$accent") for field, words in chips(self.asked, self.app.glyphs)]
        nothing = Label("", "f filters: genres, years, score, type, my list, order")
        self.query_one("#chips", Labels).show(shown or [nothing])

    # Answers.

    def _not_searched(self, error: CatLogError) -> bool:
        self.say_problem(error)
        return True

    def _take(self, here: Here) -> None:
        if here.asked != self.asked:
            return
        self.here, self.end = here, min(FIRST, here.found.total)
        self.show_rows(here.titles, start=0)
        self.rows.action_first()
        if self._asks:
            self._asks = False
            self.ask_source_now()
        else:
            self.ask_source_soon()

    def show_rows(self, titles: Sequence[Title], *, start: int) -> None:
        """Show titles from a place on."""
        here = self.here
        if here is None:
            return
        more = self.end < here.found.total or self.source_has_more
        self.rows.empty = self.why_empty(here)
        if start:
            self.rows.append(titles, more=more)
        else:
            self.rows.load(titles, more=more)
        self.say_found()

    @on(RowList.EndReached, "#rows")
    def _end_reached(self) -> None:
        if self.here is None:
            return
        if self.end < self.here.found.total:
            start, self.end = self.end, min(self.end + MORE, self.here.found.total)
            self.read_rows(start)
        elif self.source_has_more:
            self.ask_source_for_more()

    @on(RowList.Highlighted, "#rows")
    def _highlighted(self, message: Highlighted[Title]) -> None:
        self.query_one(TitlePreview).show(message.record)

    # Actions.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to type words only where they are not being typed."""
        if action == "words":
            return self.focused is None or self.focused.id != "words"
        return super().check_action(action, parameters)

    def action_words(self) -> None:
        """Type words."""
        self.query_one(WordsLine).open()

    def action_clear_all(self) -> None:
        """Empty the words, or else the filters."""
        if self.asked.words:
            self.query_one(WordsLine).put("")
            self.action_words()
        elif self.asked.is_filtered or self.asked.order:
            self.ask_for(SearchInput())

    def action_filters(self) -> None:
        """Open the panel, with the genres that there are."""
        with self.app.pool.holding_keys():
            self.app.pool.run(self, queries.read_genres).then(self._open_panel)

    @on(Labels.Picked, "#chips")
    def _chip_clicked(self) -> None:
        self.action_filters()

    def _open_panel(self, genres: tuple[str, ...]) -> None:
        from catlog.tui.screens.search.panel import FilterPanel

        def take(asked: SearchInput | None) -> None:
            if asked is not None and asked != self.asked:
                self.ask_for(asked)
                self.remember()

        self.app.push_screen(FilterPanel(self.asked, genres, self.app.glyphs), take)

    def action_random(self) -> None:
        """Let chance pick a title."""
        among = None if self.here is None or self.asked.is_empty else frozenset(self.here.found.ids)
        with self.app.pool.holding_keys():
            self.app.pool.run(self, queries.pick_any, among).then(self._picked)

    def _picked(self, picked: Picked) -> None:
        self.app.tell(f"one of {picked.pool:,}" + (f", {picked.held_back} wait" if picked.held_back else ""))
        self.open_title(picked.mal_id)

    def open_title(self, mal_id: int) -> None:
        """Show a title in full."""
        self.remember()
        super().open_title(mal_id)

    def action_seasons(self) -> None:
        """Browse the seasons."""
        from catlog.tui.screens.seasons.screen import SeasonsScreen

        self.app.push_screen(SeasonsScreen())

    def action_week(self) -> None:
        """See what airs."""
        from catlog.tui.screens.week.screen import WeekScreen

        self.app.push_screen(WeekScreen())

    def action_for_me(self) -> None:
        """See what fits my list."""
        from catlog.tui.screens.for_me.screen import ForMeScreen

        self.app.push_screen(ForMeScreen())

    def _user_id(self) -> int | None:
        viewer = self.app.pool.backend.viewer
        return viewer.user_id if viewer else None
