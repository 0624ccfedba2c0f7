"""The filters beside the results: genres with counts, ranges of years and scores, choices; each change searches."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.geometry import Region
from textual.message import Message
from textual.widgets import Input

from catlog.tui.content import line, lines
from catlog.tui.host import Hosted
from catlog.tui.keyboard import post_in_order
from catlog.tui.keys import bindings
from catlog.tui.screens.search.filter_edits import LOW, Stop, moved, ticked
from catlog.tui.screens.search.filter_lines import FilterLines, FilterState
from catlog.tui.screens.search.keys import FILTERS
from catlog.tui.terminal.partial_updates import DiffStatic
from catlog.tui.widgets.text_field import TextField

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catlog.catalogue.facets import Facets
    from catlog.tui.screens.search.search_form import SearchInput

LOW_SCREEN = 30
"""Lines of the screen below which the curve of the years is left out."""

_RANGES = ("years", "score")
_FIRST_WIDTH = 32
"""Cells of a line before the list has its place: keys may come that early."""


class FilterList(Hosted, DiffStatic, can_focus=True):
    """The filters under each other, with a cursor. `Changed` has the search after a tick or a step."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(FILTERS)

    class Changed(Message):
        """The filters ask for something else."""

        def __init__(self, search: SearchInput) -> None:
            super().__init__()
            self.search = search

    class TypeRange(Message):
        """Years and scores shall be typed."""

    class Find(Message):
        """A genre shall be found by its name."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.state = FilterState()
        self.cursor = Stop("genres")
        self._drawn: FilterLines | None = None

    def redraw(self) -> None:
        """Draw the filters again."""
        app, width = self.app, self.size.width or _FIRST_WIDTH
        self._keep_cursor()
        self._drawn = FilterLines(
            self.state,
            self.cursor,
            width,
            app.glyphs,
            focused=self.has_focus,
            color=not app.no_color,
            low=app.size.height < LOW_SCREEN,
        )
        self.show(lines([line(*parts) for parts in self._drawn.lines]))

    def on_resize(self) -> None:
        """Fit the lines."""
        self.redraw()

    def on_focus(self) -> None:
        """Show the cursor as the user's."""
        self.redraw()

    def on_blur(self) -> None:
        """Show the cursor without the focus."""
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        """Tick what was clicked; in a range, take its cursor there."""
        if self._drawn is None:
            return
        for place in self._drawn.places:
            if place.line == event.y and place.start <= event.x < place.end:
                self.cursor = place.stop
                self.action_tick()
                return

    def action_go(self, step: int) -> None:
        """Go to the line or the end of a range `step` further; choices in one line are one step."""
        rows = self._rows()
        if not rows:
            return
        at = next((n for n, row in enumerate(rows) if self.cursor in row), 0)
        column = rows[at].index(self.cursor) if self.cursor in rows[at] else 0
        row = rows[min(max(at + step, 0), len(rows) - 1)]
        self._move_to(row[min(column, len(row) - 1)])

    def action_turn(self, step: int) -> None:
        """Move the end of a range, the order, or the cursor in a line of choices."""
        if self.cursor.field in (*_RANGES, "order"):
            self._change(moved(self.state.search, self.cursor, step, self.state.scale))
            return
        row = next((row for row in self._rows() if self.cursor in row), [self.cursor])
        at = row.index(self.cursor) + step
        if 0 <= at < len(row):
            self._move_to(row[at])

    def action_tick(self) -> None:
        """Tick what is under the cursor, or show all genres; years and scores are typed."""
        if self.cursor.field == "more":
            self.state.is_open = not self.state.is_open
            self.redraw()
        elif self.cursor.value or self.cursor.field == "order":
            self._change(ticked(self.state.search, self.cursor))

    def action_choose(self) -> None:
        """Tick, or type a range."""
        if self.cursor.field in _RANGES:
            post_in_order(self, self.TypeRange())
        else:
            self.action_tick()

    def action_find(self) -> None:
        """Find a genre by its name."""
        post_in_order(self, self.Find())

    def find(self, text: str) -> None:
        """Show the genres whose names contain a text, the cursor on the first."""
        self.state.wanted = text.strip()
        found = self.state.shown_genres
        if self.state.wanted and found:
            self.cursor = Stop("genres", found[0])
        self.redraw()

    def _change(self, search: SearchInput) -> None:
        if search != self.state.search:
            self.state.search = search
            self.redraw()
            post_in_order(self, self.Changed(search))

    def _move_to(self, stop: Stop) -> None:
        self.cursor = stop
        self.redraw()
        if self._drawn is not None:
            numbers = [place.line for place in self._drawn.places]
            at = next((place.line for place in self._drawn.places if place.stop == stop), 0)
            # The label above is part of the filter, and at both ends whatever else is there.
            top = 0 if at == min(numbers, default=0) else max(at - 2, 0)
            bottom = len(self._drawn.lines) if at == max(numbers, default=0) else at + 2
            if isinstance(scroll := self.parent, VerticalScroll):
                scroll.scroll_to_region(Region(0, top, 1, bottom - top), animate=False, force=True)

    def _keep_cursor(self) -> None:
        """Put the cursor on a genre that is shown when its own is not."""
        if not self.state.genres:
            return
        if self.cursor.field == "genres" and self.cursor.value not in (shown := self.state.shown_genres):
            self.cursor = Stop("genres", shown[0]) if shown else Stop("years", LOW)

    def _rows(self) -> list[list[Stop]]:
        """Return the stops in rows: those of a line of choices side by side, both ends of a range apart."""
        rows: dict[tuple[int, str], list[Stop]] = {}
        for stop, number, _, _ in self._drawn.places if self._drawn is not None else ():
            rows.setdefault((number, stop.value if stop.field in _RANGES else ""), []).append(stop)
        return list(rows.values())


class FiltersView(Hosted, Vertical):
    """The list of filters, scrolling, with a field above it while a genre is looked for."""

    DEFAULT_CSS = """
    FiltersView #find { display: none; height: 1; border: none; padding: 0; margin: 0 2 1 2; background: $raised; }
    FiltersView.-finding #find { display: block; }
    FiltersView #filter-scroll { scrollbar-size-vertical: 0; }
    """

    def __init__(self, search: SearchInput) -> None:
        super().__init__()
        self._first = search

    def compose(self) -> ComposeResult:
        """Lay out field and list."""
        yield TextField("", "a part of a genre's name", id="find")
        scroll = VerticalScroll(FilterList(id="filter-list"), id="filter-scroll")
        scroll.can_focus = False
        yield scroll

    @property
    def list(self) -> FilterList:
        """The list."""
        return self.query_one(FilterList)

    def on_mount(self) -> None:
        """Show what is asked for until the counts are there."""
        self.list.state.search = self._first

    def show(self, search: SearchInput, facets: Facets | None, genres: Iterable[str] = ()) -> None:
        """Show what a search asks for and, where they are known, its counts."""
        state = self.list.state
        state.search = search
        if facets is not None:
            state.take(facets, genres)
        self.list.redraw()

    @on(FilterList.Find)
    def _begin_finding(self, message: FilterList.Find) -> None:
        message.stop()
        self.add_class("-finding")
        self.screen.set_focus(self.query_one("#find"))

    @on(Input.Changed, "#find")
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self.list.find(message.input.value)

    @on(Input.Submitted, "#find")
    def _found(self, message: Input.Submitted) -> None:
        message.stop()
        message.prevent_default()
        self.screen.set_focus(self.list)

    @on(events.DescendantBlur)
    def _left(self) -> None:
        field = self.query_one("#find", Input)
        if self.screen.focused is not field and not field.value:
            self.remove_class("-finding")

    def on_key(self, event: events.Key) -> None:
        """Leave the field by escape or an arrow; escape shows all genres again."""
        field = self.query_one("#find", Input)
        if self.screen.focused is field and event.key in ("escape", "down", "tab"):
            event.stop()
            event.prevent_default()
            if event.key == "escape":
                field.value = ""
                self.list.find("")
            self.screen.set_focus(self.list)
