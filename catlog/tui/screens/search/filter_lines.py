"""The lines of the filters, with the places in them that the cursor can be on; without a widget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from catlog.catalogue.normalize import folded
from catlog.charts.progress_bar import solid
from catlog.charts.sparkline import dotted_rows
from catlog.tui.glyphs import ASCII, Glyphs
from catlog.tui.screens.search.filter_edits import HIGH, LOW, MINE_SHOWN, OPTIONS, SCORES, Stop, score_ends, year_ends
from catlog.tui.screens.search.search_form import SearchInput, chips, names, order_words
from catlog.tui.widgets.rows.columns import fitted, padded

if TYPE_CHECKING:
    from catlog.catalogue.facets import Facets

GENRES_SHOWN = 6
"""Genres that are shown before the list is opened."""

_LABELS = {"type": "Kind", "season": "Season", "status": "Airing", "mine": "My list"}
_MARGIN, _COUNT, _BAR = 2, 5, 6
_FIRST_YEAR = 1960

_Parts = list[tuple[str, str]]


class Place(NamedTuple):
    """Where a stop is: its line, and the cells from `start` to `end`."""

    stop: Stop
    line: int
    start: int
    end: int


@dataclass(slots=True)
class FilterState:
    """What the filters show: the search, its counts, the genres in their order, the scale of years.

    `is_open` says that all genres are shown, `wanted` is a part of the names of those that are.
    """

    search: SearchInput = field(default_factory=SearchInput)
    counts: Mapping[str, int] = field(default_factory=dict)
    years: Mapping[int, int] = field(default_factory=dict)
    genres: tuple[str, ...] = ()
    scale: tuple[int, int] = (_FIRST_YEAR, _FIRST_YEAR + 1)
    is_open: bool = False
    wanted: str = ""

    def take(self, facets: Facets, genres: Iterable[str]) -> None:
        """Take other counts. The genres keep the order that they got first, so that nothing moves under the cursor."""
        self.counts, self.years = facets.genres, facets.years
        if not self.genres:
            mine = {*names(self.search.genres), *names(self.search.without)}
            known = {*genres, *facets.genres}
            self.genres = tuple(sorted(known, key=lambda name: (name not in mine, -self.counts.get(name, 0), name)))
        if self.years:
            first, last = self.scale if self.scale[1] > _FIRST_YEAR + 1 else (max(self.years), max(self.years))
            self.scale = (max(min(first, *self.years), _FIRST_YEAR), max(last, *self.years))

    @property
    def shown_genres(self) -> list[str]:
        """The genres that have a line: the first ones and those that are asked for or against."""
        if self.wanted:
            wanted = folded(self.wanted)
            return [name for name in self.genres if wanted in folded(name)]
        chosen = {*names(self.search.genres), *names(self.search.without)}
        return [name for at, name in enumerate(self.genres) if self.is_open or at < GENRES_SHOWN or name in chosen]


class FilterLines:
    """Draws a state into lines of (text, style), `width` cells wide; `cursor` is the stop that is marked.

    `focused` says that the cursor is the user's; without colour it is reversed. `low` leaves out the curve of years.
    """

    def __init__(
        self, state: FilterState, cursor: Stop, width: int, glyphs: Glyphs, *, focused: bool, color: bool, low: bool
    ) -> None:
        self.lines: list[_Parts] = []
        self.places: list[Place] = []
        self._state, self._cursor, self._glyphs = state, cursor, glyphs
        self._width = width
        self._room = width - 2 * _MARGIN
        self._focused, self._color = focused, color
        self._genres()
        self._years(low=low)
        self._scores()
        for name, label in _LABELS.items():
            self._options(name, label)
        self._order()
        self._add([("Counts follow as you tick.", "$dim")])

    def _add(self, parts: _Parts, *stops: tuple[Stop, int, int], raised: bool = False) -> None:
        """Add a line; `stops` are places in its text, which begins behind the margin."""
        number = len(self.lines)
        here = any(stop == self._cursor for stop, _, _ in stops)
        ground = " on $raised" if here and raised and self._focused else ""
        mark = (self._glyphs.cursor if here else " ", f"{'$accent' if self._focused else '$dim'}{ground}")
        used = sum(cell_len(text) for text, _ in parts)
        body = [(text, f"{style}{ground}".strip()) for text, style in parts]
        rest = (" " * max(self._width - _MARGIN - used, 0), ground.strip())
        self.lines.append([mark, (" " * (_MARGIN - 1), ground.strip()), *body, rest])
        self.places += [Place(stop, number, _MARGIN + start, _MARGIN + end) for stop, start, end in stops]

    def _label(self, label: str, right: str = "", style: str = "$dim") -> None:
        shown = fitted(right, max(self._room - len(label) - 1, 0), ascii=self._glyphs is ASCII)[0]
        gap = " " * max(self._room - len(label) - cell_len(shown), 1)
        self._add([(label, "$dim"), (gap, ""), (shown, style)])

    def _genres(self) -> None:
        state, glyphs = self._state, self._glyphs
        included, excluded = names(state.search.genres), names(state.search.without)
        shown = state.shown_genres
        self._label("Genre", f"{len(state.genres)}" if state.genres else "")
        most = max((state.counts.get(name, 0) for name in shown), default=0)
        sign_cells = max(len(glyphs.ticked), len(glyphs.dropped)) + 1
        bar_cells = _BAR + max(self._room - 40, 0) // 2
        name_cells = self._room - sign_cells - bar_cells - _COUNT - 2
        for name in shown:
            count = state.counts.get(name, 0)
            if name in included:
                sign, tone, bar_tone = glyphs.ticked, "$accent", "$chart"
            elif name in excluded:
                sign, tone, bar_tone = glyphs.dropped, "$down", "$dim"
            else:
                sign, tone, bar_tone = glyphs.unticked, "$dim", "$dim"
            bar = solid(bar_cells * count / most, glyphs is ASCII) if most and count else ""
            parts = [
                (sign.ljust(sign_cells), tone),
                (padded(name, name_cells, ascii=glyphs is ASCII), "$bright" if name in included else ""),
                (" " + bar.ljust(bar_cells), bar_tone),
                (f" {_figure(count, glyphs)}", "$dim"),
            ]
            self._add(parts, (Stop("genres", name), 0, self._room), raised=True)
        hidden = len(state.genres) - len(shown)
        if not state.wanted and (hidden or state.is_open):
            text = f"{hidden} more" if hidden else "fewer"
            self._add([(" " * sign_cells + text, "$dim")], (Stop("more"), 0, self._room), raised=True)
        elif state.wanted and not shown:
            self._add([("No genre is called so.", "$dim")])
        self._add([])

    def _years(self, *, low: bool) -> None:
        state, glyphs = self._state, self._glyphs
        words = dict(chips(state.search, glyphs)).get("years", "")
        self._label("Year", words or "any", "$bright" if words else "$dim")
        first, last = state.scale
        if state.years and not low:
            span = last - first + 1
            cells = max(self._room, span)
            values = [float(state.years.get(first + cell * span // cells, 0)) for cell in range(cells)]
            rows = dotted_rows(values, self._room, 2, ascii=glyphs is ASCII)
            for row in rows[1:] if glyphs is ASCII else rows:
                self._add([(row, "$chart")])
        self._slider("years", year_ends(state.search, state.scale), state.scale)
        self._add([(str(first), "$dim"), (" " * (self._room - 8), ""), (str(last), "$dim")])
        self._add([])

    def _scores(self) -> None:
        words = dict(chips(self._state.search, self._glyphs)).get("score", "").removeprefix(self._glyphs.score).strip()
        self._label("Score", words or "any", "$bright" if words else "$dim")
        self._slider("score", score_ends(self._state.search), SCORES)
        self._add([])

    def _slider(self, name: str, ends: tuple[float, float], scale: tuple[float, float]) -> None:
        glyphs, cells = self._glyphs, self._room
        span = max(scale[1] - scale[0], 0.001)
        low, high = (round(min(max((end - scale[0]) / span, 0), 1) * (cells - 1)) for end in ends)
        knob = "o" if glyphs is ASCII else glyphs.ok
        is_set = ends != scale

        def end_style(end: str) -> str:
            here = self._cursor == Stop(name, end)
            style = "bold $bright" if here and self._focused else "$accent" if is_set else "$dim"
            return f"{style} reverse" if here and self._focused and not self._color else style

        parts = [(glyphs.rule * low, "$line"), (knob, end_style(LOW))]
        if high > low:
            parts.append((glyphs.heavy * (high - low - 1), "$accent" if is_set else "$rest"))
            parts.append((knob, end_style(HIGH)))
        elif self._cursor == Stop(name, HIGH):
            parts[-1] = (knob, end_style(HIGH))
        parts.append((glyphs.rule * (cells - high - 1), "$line"))
        self._add(parts, (Stop(name, LOW), low, low + 1), (Stop(name, HIGH), high, high + 1))

    def _options(self, name: str, label: str) -> None:
        self._label(label)
        chosen = names(getattr(self._state.search, name))
        said = MINE_SHOWN if name == "mine" else {}
        for row in _wrapped(OPTIONS[name], said, self._room):
            parts: _Parts = []
            stops: list[tuple[Stop, int, int]] = []
            at = 0
            for option in row:
                text, stop = said.get(option, option), Stop(name, option)
                parts += [(text, self._option_style(stop, chosen=option in chosen)), ("  ", "")]
                stops.append((stop, at, at + len(text)))
                at += len(text) + 2
            self._add(parts[:-1], *stops)
        self._add([])

    def _order(self) -> None:
        self._label("Order")
        stop, words = Stop("order"), order_words(self._state.search)
        chosen = bool(self._state.search.order)
        self._add([(words, self._option_style(stop, chosen=chosen))], (stop, 0, cell_len(words)))
        self._add([])

    def _option_style(self, stop: Stop, *, chosen: bool) -> str:
        style = "bold underline $accent" if chosen else "$dim"
        if stop != self._cursor or not self._focused:
            return style
        here = style if chosen else "bold $bright"
        return f"{here} on $raised" if self._color else f"{here} reverse"


def _figure(count: int, glyphs: Glyphs) -> str:
    return (f"{count:,}" if count else glyphs.dash).rjust(_COUNT)


def _wrapped(options: Sequence[str], said: Mapping[str, str], room: int) -> list[list[str]]:
    """Return the options in as many lines as they need."""
    rows: list[list[str]] = [[]]
    used = 0
    for option in options:
        cells = len(said.get(option, option)) + 2
        if rows[-1] and used + cells - 2 > room:
            rows.append([])
            used = 0
        rows[-1].append(option)
        used += cells
    return rows
