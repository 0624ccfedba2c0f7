"""The source beside the catalogue: asked when nobody types for a moment, its titles put behind those that are here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.timer import Timer

from catlog.access import Right, way
from catlog.tui.backend import short_host
from catlog.tui.deferred import deferred
from catlog.tui.screens.search.searches import Searches
from catlog.tui.widgets.source_line import SourceLine

if TYPE_CHECKING:
    from catlog.catalogue.remote import SourcePage
    from catlog.catalogue.search import Title
    from catlog.errors import CatLogError
    from catlog.tui.screens.search import queries
    from catlog.tui.screens.search.queries import Here, RemotePage
else:
    queries = deferred("catlog.tui.screens.search.queries")

STILL = 0.6
"""Seconds without a letter after which the source is asked."""

MOST_PAGES = 20
"""Pages of the source that one search shows."""


class Remote(Searches):
    """The part of the screen that asks the source. `answers` are its pages so far, of the search in `here`."""

    here: Here | None = None
    end = 0
    answers: tuple[SourcePage, ...] = ()
    _seconds = 0.0
    _wished = False
    _soon: Timer | None = None

    def show_rows(self, titles: Sequence[Title], *, start: int) -> None:
        """Show titles from a place on."""
        raise NotImplementedError

    @property
    def source_has_more(self) -> bool:
        """Whether the source has another page."""
        return bool(self.answers) and self.answers[-1].more and len(self.answers) < MOST_PAGES

    def forget_source(self) -> None:
        """Drop what the source said, and what it is being asked: something else is searched now."""
        if self._soon is not None:
            self._soon.stop()
        if self._line.asks:
            self.app.pool.run(self, queries.overtake_source)
        self.answers, self._wished = (), False
        self._line.say("")

    def ask_source_soon(self) -> None:
        """Ask when nothing is typed for a moment; nobody pressed a key for it."""
        if self._soon is not None:
            self._soon.stop()
        if self._is_to_be_asked():
            self._soon = self.set_timer(STILL, lambda: self._ask(1, automatic=True), name="ask the source")

    def ask_source_now(self) -> None:
        """Ask because somebody wants it."""
        if self._soon is not None:
            self._soon.stop()
        if self._is_to_be_asked():
            self._ask(1, automatic=False)

    def ask_source_for_more(self) -> None:
        """Ask for the next page: the end of the one before is in sight."""
        if not self._line.asks:
            self._ask(len(self.answers) + 1, automatic=True)

    def read_again(self) -> None:
        """Read all titles that are shown again, with what the source added."""
        if self.here is not None:
            self.read_rows(0)

    def read_rows(self, start: int) -> None:
        """Read the titles that are shown from a place on, with those of the source."""
        if self.here is not None:
            read = self.app.pool.run(self, queries.read_rows, self.here, start, self.end, self.answers)
            read.then(lambda titles: self.show_rows(titles, start=start))

    def heading_of(self, title: Title) -> str:
        """Return what stands over a title: for those of the source, how many they are and how long they took."""
        from catlog.catalogue.search import LOCAL

        if title.source == LOCAL or not self.answers:
            return ""
        last, new = self.answers[-1], sum(row.source != LOCAL for row in self.rows.view.rows)
        old = last.as_of is not None and (last.stale or bool(last.problem))
        when = f"{self._seconds:.1f} s"
        if old and last.as_of is not None:
            when = f"as of {self.app.zone.local(last.as_of):%Y-%m-%d %H:%M}"
        return f"+ {new} from {short_host(title.source)} ({when})"

    def say_found(self) -> None:
        """Say how much there is."""
        if self.here is None or self._line.asks:
            return
        if problem := next((answer.problem for answer in reversed(self.answers) if answer.problem), ""):
            self._line.say(problem, problem=True)
            return
        found = self.here.found
        words = f"{found.total:,} here"
        if found.mistyped:
            words = f"nothing has these words as typed; {found.total:,} come close"
        if self.answers and self.answers[-1].total is not None:
            words += f", {self.answers[-1].total:,} at {short_host(self.answers[-1].host or '')}"
        elif self.answers and not self.answers[-1].ids:
            words += f", nothing at {short_host(self.answers[-1].host or '')}"
        self._line.say(words)

    def say_problem(self, error: CatLogError) -> None:
        """Say why nothing could be searched."""
        self._line.say(error.with_hint, problem=True)

    def why_empty(self, here: Here) -> str:
        """Return what stands in place of titles."""
        if here.asked.is_empty:
            more = way(self.app.role, Right.LOAD_CHARTS, "let F6 load the ranking")
            return f"The catalogue is empty. Type words and the source is asked, or {more}."
        ways = "f changes the filters, esc gives the words up."
        if self._line.asks or not self.answers:
            return f"Nothing here fits: enter asks the source, {ways}"
        if problem := self.answers[-1].outcome if self.answers[-1].problem else "":
            was = "was not asked" if problem == "not asked" else "failed"
            return f"Nothing here fits, and the source {was}: enter asks again, {ways}"
        return "Nothing fits, neither here nor at the source: fewer words, or fewer filters (f)."

    @property
    def _line(self) -> SourceLine:
        return self.query_one("#source", SourceLine)

    def _is_to_be_asked(self) -> bool:
        here = self.here
        return here is not None and not here.asked.is_empty and not here.question.filters.on_list

    def _ask(self, page: int, *, automatic: bool) -> None:
        if self.here is not None and self.here.asked == self.asked and self.app.is_open:
            self._line.say(f"asking {self.app.status.source or 'the source'}", asks=True)
            self.app.pool.run(self, queries.ask_source, self.here, page, automatic=automatic).then(self._told)

    def _told(self, told: RemotePage) -> None:
        if told.answer.superseded or self.here is None or self.here.asked != self.asked:
            return
        self._line.say("")
        self._line.cool(told.cooldown.seconds)
        self._wished = told.cooldown.from_source
        self._seconds = told.seconds
        self.answers = (*self.answers, told.answer) if self.answers else (told.answer,)
        self.say_found()
        self.read_again()
        self.app.read_status()  # the bar says how the source is

    @on(SourceLine.Cooled)
    def _cooled(self) -> None:
        if self._wished and self.answers and not self.answers[-1].ids:
            # The source was busy when it was asked: it said for how long, and that is over.
            self.answers, self._wished = self.answers[:-1], False
            self._ask(len(self.answers) + 1, automatic=True)
