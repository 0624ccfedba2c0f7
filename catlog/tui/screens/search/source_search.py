"""Searching the source: started when typing pauses, its titles appended to those of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from textual.timer import Timer

from catlog.access import Right, way
from catlog.companion.events import ActivityEvent
from catlog.tui.backend import short_host
from catlog.tui.deferred import deferred
from catlog.tui.screens.search.search_form import SearchInput
from catlog.tui.screens.search.words_line import WordsLine
from catlog.tui.widgets.rows import RowList
from catlog.tui.widgets.source_line import SourceLine

if TYPE_CHECKING:
    from catlog.catalogue.remote import SourcePage
    from catlog.catalogue.search import Title
    from catlog.errors import CatLogError
    from catlog.tui.screens.base import CatLogScreen
    from catlog.tui.screens.search import queries
    from catlog.tui.screens.search.queries import LocalResult, RemotePage
else:
    queries = deferred("catlog.tui.screens.search.queries")

TYPING_PAUSE = 0.6
"""Seconds without typing after which the source is searched."""

MAX_PAGES = 20
"""The most pages of the source per search."""


@dataclass(slots=True)
class Search:
    """The search on the screen: the `input`, the result `local` of the catalogue, and the `pages` of the source.

    `end` is the number of local titles on the screen.
    """

    input: SearchInput = field(default_factory=SearchInput)
    local: LocalResult | None = None
    end: int = 0
    pages: tuple[SourcePage, ...] = ()

    @property
    def is_current(self) -> bool:
        """Whether `local` is the result of `input`."""
        return self.local is not None and self.local.input == self.input


class SourceSearch:
    """Searches the source for the screen that owns this object, and reports its progress.

    `show` is called with titles and the place they begin at.
    """

    def __init__(self, screen: CatLogScreen, search: Search, show: Callable[[Sequence[Title], int], None]) -> None:
        self._screen = screen
        self._app = screen.app
        self._search = search
        self._show = show
        self._seconds = 0.0
        self._was_busy = False
        self._soon: Timer | None = None

    @property
    def has_more(self) -> bool:
        """Whether the source has another page."""
        return bool(self._search.pages) and self._search.pages[-1].more and len(self._search.pages) < MAX_PAGES

    def reset(self) -> None:
        """Drop the pages of the source and cancel its request: another search begins."""
        if self._soon is not None:
            self._soon.stop()
        if self._line.is_requesting:
            self._app.pool.run(self._screen, queries.cancel_source_search)
        self._search.pages, self._was_busy = (), False
        self._line.show("")

    def run_soon(self) -> None:
        """Search automatically after a pause in typing."""
        if self._soon is not None:
            self._soon.stop()
        if self._is_searchable:
            self._soon = self._screen.set_timer(
                TYPING_PAUSE, lambda: self._run(1, automatic=True), name="ask the source"
            )

    def run_now(self) -> None:
        """Search at the user's request."""
        if self._soon is not None:
            self._soon.stop()
        if self._is_searchable:
            self._run(1, automatic=False)

    def run_next_page(self) -> None:
        """Request the next page: the end of the list is in sight."""
        if not self._line.is_requesting:
            self._run(len(self._search.pages) + 1, automatic=True)

    def reread(self) -> None:
        """Read all shown titles again, with those of the source."""
        if self._search.local is not None:
            self.read_rows(0)

    def read_rows(self, start: int) -> None:
        """Read the shown titles from `start` on, with those of the source."""
        if self._search.local is not None:
            read = self._app.pool.run(
                self._screen, queries.read_rows, self._search.local, start, self._search.end, self._search.pages
            )
            read.then(lambda titles: self._show(titles, start))

    def heading_of(self, title: Title) -> str:
        """Return the heading over a title: for titles of the source, their number and response time."""
        from catlog.catalogue.search import LOCAL

        if title.source == LOCAL or not self._search.pages:
            return ""
        last, new = (
            self._search.pages[-1],
            sum(row.source != LOCAL for row in self._screen.query_one("#rows", RowList).view.rows),
        )
        old = last.as_of is not None and (last.stale or bool(last.problem))
        when = f"{self._seconds:.1f} s"
        if old and last.as_of is not None:
            when = f"as of {self._app.zone.local(last.as_of):%Y-%m-%d %H:%M}"
        return f"+ {new} from {short_host(title.source)}, {when}"

    def show_counts(self) -> None:
        """Show the numbers of results beside the words, and under the results what went wrong at the source."""
        local = self._search.local
        if local is None:
            return
        words = self._screen.query_one(WordsLine)
        found, pages = local.result, self._search.pages
        away = ""
        if pages and pages[-1].total is not None:
            away = f"{pages[-1].total:,} at {short_host(pages[-1].host or '')}"
        elif pages and not pages[-1].ids and not pages[-1].problem:
            away = f"nothing at {short_host(pages[-1].host or '')}"
        words.show_counts(found, away)
        if not self._line.is_requesting:
            problem = next((answer.problem for answer in reversed(pages) if answer.problem), "")
            self._line.show(problem or found.only_some, problem=bool(problem))

    def show_problem(self, error: CatLogError) -> None:
        """Show why the search failed."""
        self._line.show(error.with_hint, problem=True)

    def empty_text(self, local: LocalResult) -> str:
        """Return the text shown in place of titles."""
        if local.input.is_empty:
            more = way(self._app.role, Right.LOAD_CHARTS, "let F6 load the ranking")
            return f"The catalogue is empty. Type words to search the source, or {more}."
        ways = "f changes the filters, esc clears the words."
        if self._line.is_requesting or not self._search.pages:
            return f"Nothing here matches: enter searches the source, {ways}"
        if problem := self._search.pages[-1].outcome if self._search.pages[-1].problem else "":
            was = "was not searched" if problem == "not asked" else "failed"
            return f"Nothing here matches, and the source {was}: enter tries again, {ways}"
        return "Nothing matches, neither here nor at the source: fewer words, or fewer filters (f)."

    @property
    def _line(self) -> SourceLine:
        return self._screen.query_one("#source", SourceLine)

    @property
    def _is_searchable(self) -> bool:
        local = self._search.local
        return local is not None and not local.input.is_empty and not local.query.filters.is_own

    def _run(self, page: int, *, automatic: bool) -> None:
        if self._search.local is not None and self._search.is_current and self._app.is_open:
            self._line.show(f"searching {self._app.status.source or 'the source'}", asks=True)
            if not automatic:
                self._app.publish(ActivityEvent("seek"))
            self._app.pool.run(self._screen, queries.search_source, self._search.local, page, automatic=automatic).then(
                self._receive
            )

    def _receive(self, page: RemotePage) -> None:
        if page.source_page.superseded or not self._search.is_current:
            return
        self._line.show("")
        self._line.cool_down(page.cooldown.seconds)
        self._was_busy = page.cooldown.from_source
        self._seconds = page.seconds
        self._search.pages = (*self._search.pages, page.source_page) if self._search.pages else (page.source_page,)
        self.show_counts()
        self.reread()
        self._app.read_status()  # the bar shows the state of the source

    def on_cooled(self) -> None:
        """Search again after a cooldown that the source requested."""
        if self._was_busy and self._search.pages and not self._search.pages[-1].ids:
            # The source was busy; its cooldown is over.
            self._search.pages, self._was_busy = self._search.pages[:-1], False
            self._run(len(self._search.pages) + 1, automatic=True)
