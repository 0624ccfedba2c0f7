"""The pages of the screen Trends: the name of each, its query or stage-two job, and its columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from catlog.analytics.records import TitleRow
from catlog.analytics.registry import QUERIES, Column, Query
from catlog.charts.scales import MONTHS
from catlog.tui.glyphs import Glyphs
from catlog.tui.widgets.rows import Cell, Piece, RowColumn
from catlog.tui.widgets.rows import cell_renderers as draw

if TYPE_CHECKING:
    from catlog.charts.line_chart import TimeSeries

NO_RANKS, LOAD_HINT = (
    "No ranks yet: {}.",
    ("6, then r, takes a snapshot; catlog etl run --source rankings does so without the app"),
)
NOT_COMPUTED, COMPUTE_HINT = (
    "Not computed yet: {}.",
    ("6, then j, computes it; catlog analytics compute does so without the app"),
)
NOTHING_MOVED = "Nothing moved in these days."
NOT_MINE = "Nothing of your list is here. m shows everything."


@dataclass(frozen=True, slots=True)
class TrendsRow:
    """One row: the record of the query, its daily ranks, and the list status of its title, if it is on the list."""

    record: Any
    ranks: tuple[int | None, ...] = ()
    list_status: str | None = None

    @property
    def mine(self) -> bool:
        """Whether the title is on the list."""
        return self.list_status is not None

    @property
    def mal_id(self) -> int:
        """The anime that the row is about, the first one of a pair, 0 for a genre."""
        return next(iter(self.mal_ids), 0)

    @property
    def title(self) -> str:
        """The title of that anime."""
        names = (getattr(self.record, name, None) for name in ("title", "title_a"))
        return next((name for name in names if name), "")

    @property
    def key(self) -> tuple[object, ...]:
        """The identity of a row within its page."""
        record = self.record
        named = ("mal_id", "start", "metric", "genre", "mal_id_a", "mal_id_b")
        return tuple(getattr(record, name, None) for name in named)

    @property
    def mal_ids(self) -> tuple[int, ...]:
        """The anime a row is about: one, two for a pair, none for a genre."""
        names = ("mal_id", "mal_id_a", "mal_id_b")
        return tuple(getattr(self.record, name) for name in names if hasattr(self.record, name))

    @property
    def text(self) -> str:
        """The text that a filter searches."""
        names = ("title", "title_a", "title_b", "genre")
        return " ".join(getattr(self.record, name) for name in names if hasattr(self.record, name))


@dataclass(frozen=True, slots=True)
class TrendsTable:
    """The table of a page: rows, their day, and the text shown without rows.

    `note` names the newer days that were passed over, `engine` and `computed_at` the origin of stage-two results. `top`
    is the depth of the chart that the rows are of, where the query has one.
    """

    page: str
    rows: tuple[TrendsRow, ...] = ()
    as_of: date | None = None
    empty: str = ""
    engine: str = ""
    computed_at: datetime | None = None
    note: str = ""
    top: int | None = None

    @property
    def digits(self) -> int:
        """The digits of the largest rank."""
        ranks = (getattr(row.record, name, None) or 0 for row in self.rows for name in ("rank", "baseline_rank"))
        return max(len(str(max(ranks, default=0))), 3)


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """Ranks and scores of some titles, by day."""

    ranks: tuple[TimeSeries, ...] = ()
    scores: tuple[TimeSeries, ...] = ()


class Columns(Protocol):
    """Returns the columns of a page, for ranks of so many digits."""

    def __call__(self, glyphs: Glyphs, digits: int = 4) -> tuple[RowColumn[TrendsRow], ...]:
        """Return the columns."""


@dataclass(frozen=True, slots=True)
class TrendsPage:
    """One page: its stage-two `job`, or its `query` of the registry; `windowed`: the number of days matters."""

    key: str
    name: str
    columns: Columns
    job: str = ""
    query: str = ""
    windowed: bool = True


def _title(_glyphs: Glyphs) -> RowColumn[TrendsRow]:
    def cell(row: TrendsRow, _: int) -> Cell:
        return Piece(row.record.title, "title")

    return RowColumn("title", "Title", cell, 12, weight=1, sortable=False)


def _mine(glyphs: Glyphs) -> RowColumn[TrendsRow]:
    def cell(row: TrendsRow, _: int) -> Cell:
        return draw.status(row.list_status, glyphs)

    return RowColumn("mine", "", cell, 1, gives_way=1, sortable=False, gap=1)


def _sparkline(glyphs: Glyphs, *, most: int = 18) -> RowColumn[TrendsRow]:
    def cell(row: TrendsRow, width: int) -> Cell:
        return draw.sparkline([None if rank is None else -rank for rank in row.ranks], width, glyphs)

    return RowColumn("course", "", cell, 9, weight=0 if most == 9 else 1, max_width=most, gives_way=3, sortable=False)


def _number(
    key: str, heading: str, width: int, read: Callable[[Any], float | None], form: str, gives_way: int = 0
) -> RowColumn[TrendsRow]:
    def cell(row: TrendsRow, _: int) -> Cell:
        value = read(row.record)
        return Piece("", "dim") if value is None else format(value, form)

    return RowColumn(key, heading, cell, width, right=True, gives_way=gives_way, sortable=False)


def _moved(glyphs: Glyphs, digits: int) -> RowColumn[TrendsRow]:
    """Return the column of the places gained: the sign at the left, the number at the right."""

    def cell(row: TrendsRow, width: int) -> Cell:
        sign = draw.change(row.record.change, glyphs)
        number = f"{abs(row.record.change):,}".rjust(width - 1) if row.record.change else ""
        return (Piece(sign.text[:1], sign.style), Piece(number, "strong"))

    return RowColumn("change", "", cell, digits + 1, sortable=False, gap=1)


def _movers(glyphs: Glyphs, digits: int = 4) -> tuple[RowColumn[TrendsRow], ...]:
    return (
        _moved(glyphs, digits),
        _mine(glyphs),
        _title(glyphs),
        RowColumn(
            "from",
            "",
            lambda row, _: Piece(f"{row.record.baseline_rank} {glyphs.arrow}", "dim"),
            digits + 1 + len(glyphs.arrow),
            right=True,
            gives_way=2,
            sortable=False,
            gap=1,
        ),
        RowColumn("rank", "", lambda row, _: Piece(str(row.record.rank), "strong"), digits, right=True, sortable=False),
        _sparkline(glyphs, most=9),
    )


def _momentum(glyphs: Glyphs, digits: int = 4) -> tuple[RowColumn[TrendsRow], ...]:  # noqa: ARG001 - as all pages
    def points(row: TrendsRow, _: int) -> Cell:
        return Piece(f"{row.record.change:+.2f}", "up" if row.record.change > 0 else "down")

    return (
        RowColumn("change", "", points, 5, right=True, sortable=False, gap=1),
        _mine(glyphs),
        _title(glyphs),
        _number("score", "score", 5, lambda record: record.score, ".2f", 4),
        _number("votes", "votes", 7, lambda record: record.scored_by_growth, "+,", 2),
        _sparkline(glyphs, most=9),
    )


def _entries(glyphs: Glyphs, digits: int = 4) -> tuple[RowColumn[TrendsRow], ...]:
    def place(row: TrendsRow, width: int) -> Cell:
        rank = row.record.rank or row.record.first_rank
        return Piece(glyphs.rank, "dim"), Piece(str(rank).rjust(width - 1), "strong")

    return (
        RowColumn("rank", "", place, digits + 1, sortable=False, gap=1),
        _mine(glyphs),
        _title(glyphs),
        _number("first", "in at", 5, lambda record: record.first_rank, "d", 3),
        RowColumn("since", "since", lambda row, _: Piece(_day(row.record.first_date), "dim"), 6, right=True,
                  gives_way=2, sortable=False),
        _sparkline(glyphs),
    )  # fmt: skip


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]}"


def _streaks(glyphs: Glyphs, digits: int = 4) -> tuple[RowColumn[TrendsRow], ...]:  # noqa: ARG001 - as all pages
    def until(row: TrendsRow, _: int) -> Cell:
        if row.record.current:
            return Piece("still there", "up")
        return Piece(f"until {row.record.end}", "dim")

    return (
        _mine(glyphs),
        _title(glyphs),
        RowColumn(
            "start", "since", lambda row, _: Piece(str(row.record.start), "dim"), 10, min_list_width=60, sortable=False
        ),
        RowColumn("end", "until", until, 16, min_list_width=60, sortable=False),
        RowColumn("days", "days", lambda row, _: (Piece(f"{row.record.days:,}", "strong"), Piece(" days", "dim")), 10,
                  right=True, sortable=False),
    )  # fmt: skip


def _trends(glyphs: Glyphs, digits: int = 4) -> tuple[RowColumn[TrendsRow], ...]:  # noqa: ARG001 - as all pages
    signs = {"rising": Piece(glyphs.up, "up"), "falling": Piece(glyphs.down, "down"), "flat": Piece(glyphs.dot, "dim")}

    def surely(row: TrendsRow, _: int) -> Cell:
        q = row.record.q_value
        return Piece("<.001" if q < 0.001 else f"{q:.3f}".removeprefix("0"), "strong" if q < 0.05 else "dim")

    return (
        RowColumn("direction", "", lambda row, _: signs[row.record.direction], 1, sortable=False, gap=1),
        _mine(glyphs),
        _title(glyphs),
        _number("drift", "per day", 7, lambda record: record.gained.drift, "+.2f"),
        _number("tau", "tau", 5, lambda record: record.gained.tau, "+.2f", 2),
        RowColumn("q", "q", surely, 5, right=True, sortable=False),
        _sparkline(glyphs),
    )


def _restless(glyphs: Glyphs, digits: int = 4) -> tuple[RowColumn[TrendsRow], ...]:  # noqa: ARG001 - as all pages
    return (
        _number("place", "", 4, lambda record: record.volatility_rank, "d"),
        _mine(glyphs),
        _title(glyphs),
        _number("mean", "a day", 6, lambda record: record.mean_abs_rank_change, ".2f"),
        _number("range", "range", 6, lambda record: record.rank_range, "d", 1),
        _sparkline(glyphs),
    )


def _genres(glyphs: Glyphs, digits: int = 4) -> tuple[RowColumn[TrendsRow], ...]:  # noqa: ARG001 - as all pages
    def percentile(of: int) -> RowColumn[TrendsRow]:
        gives_way = 0 if of == 50 else 3
        return _number(f"p{of}", f"p{of}", 5, lambda record: getattr(record, f"score_p{of}"), ".2f", gives_way)

    return (
        RowColumn("genre", "Genre", lambda row, _: row.record.genre, 14, weight=1, max_width=30, sortable=False),
        _number("n", "titles", 6, lambda record: record.n, ",d"),
        *map(percentile, (10, 25, 50, 75, 90)),
        _number("weighted", "by votes", 8, lambda record: record.score_mean_weighted, ".2f", 2),
        _number("rank", "rank p50", 8, lambda record: record.rank_p50, ",.0f", 1),
    )


def _pairs(glyphs: Glyphs, digits: int = 4) -> tuple[RowColumn[TrendsRow], ...]:  # noqa: ARG001 - as all pages
    def title(of: str) -> Callable[[TrendsRow, int], Cell]:
        return lambda row, _: Piece(getattr(row.record, of))

    return (
        _number("pearson", "r", 5, lambda record: record.pearson, "+.2f"),
        RowColumn("a", "Title", title("title_a"), 12, weight=1, max_width=40, sortable=False),
        RowColumn("b", "moves with", title("title_b"), 12, weight=1, max_width=40, sortable=False),
        _number("q", "q", 5, lambda record: record.q_value, ".3f", 1),
    )


def query_page(query: Query[TitleRow]) -> TrendsPage:
    """Return the page of a query without its own: the columns of its command, without the id."""

    def columns(glyphs: Glyphs, digits: int = 4) -> tuple[RowColumn[TrendsRow], ...]:  # noqa: ARG001 - as all pages
        return tuple(_query_column(column, glyphs) for column in query.columns if column.field != "mal_id")

    windowed = any(parameter.name == "days" for parameter in query.parameters)
    return TrendsPage(
        query.name, query.name.replace("-", " ").capitalize(), columns, query=query.name, windowed=windowed
    )


def _query_column(column: Column, glyphs: Glyphs) -> RowColumn[TrendsRow]:
    if column.look == "title":
        return _title(glyphs)
    if column.look == "course":
        return _sparkline(glyphs)

    def cell(row: TrendsRow, _: int) -> Cell:
        value = getattr(row.record, column.field)
        if column.look in ("places", "points"):
            return draw.change(value, glyphs)
        if value is None or value is False:
            return Piece("", "dim")
        if value is True:
            return "yes"
        return f"{value:+,}" if column.look == "growth" else f"{value:,}" if isinstance(value, int) else str(value)

    right, width = column.look not in ("day", "flag"), max(len(column.heading), 10 if column.look == "day" else 7)
    return RowColumn(column.field, column.heading, cell, width, right=right, gives_way=column.gives_way, sortable=False)


_PAGES = (
    TrendsPage("climbers", "Climbers", _movers, query="climbers"),
    TrendsPage("fallers", "Fallers", _movers, query="fallers"),
    TrendsPage("momentum", "Momentum", _momentum, query="momentum"),
    TrendsPage("new", "New", _entries, query="new-entries"),
    TrendsPage("streaks", "Streaks", _streaks, query="streaks", windowed=False),
    TrendsPage("trends", "Significance", _trends, job="significance"),
    TrendsPage("restless", "Restless", _restless, job="volatility"),
    TrendsPage("genres", "Genres", _genres, job="percentiles", windowed=False),
    TrendsPage("pairs", "Pairs", _pairs, job="correlation"),
)
MOVERS = ("climbers", "fallers", "momentum", "new", "streaks")
"""The pages that stand side by side where there is room; the first two from 100 columns on."""

_WITHOUT_PAGE = QUERIES.keys() - {page.query for page in _PAGES}
PAGES = {
    page.key: page for page in (*_PAGES, *(query_page(QUERIES[name]) for name in QUERIES if name in _WITHOUT_PAGE))
}
"""Every page by its key, in the order of the names."""
