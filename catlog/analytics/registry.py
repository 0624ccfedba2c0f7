"""The queries over the stored charts, one entry each.

The command line makes its commands from the entries, Trends its pages, the cross-check its comparisons, and the table
of rights its lines. A new query is a module with its function and its record, an entry here, and a test. The entries
import nothing heavy: they name functions as `module:attribute`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, Literal, get_args, get_type_hints

from catlog.access import Right
from catlog.analytics.records import ChartDay, HistoryDay, QueryResult, Row_co, TitleRow
from catlog.text import counted

if TYPE_CHECKING:
    from catlog.db.session import Session

Look = Literal["number", "day", "title", "places", "points", "grouped", "growth", "flag", "course"]
"""How a value is shown: `places` and `points` are changes; `grouped` and `growth` have thousands separators; a `course`
is no field but the ranks of the title over the window."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query: a flag where its default is one, else a number from `least` up."""

    name: str
    default: int | bool
    help: str
    least: int = 1


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table of a query: a field of its record. The column with the highest `gives_way` goes first."""

    field: str
    heading: str
    look: Look = "number"
    gives_way: int = 0


@dataclass(frozen=True, slots=True)
class Query(Generic[Row_co]):
    """One query.

    `function` takes a session, then by keyword the parameters and `as_of`, with `of_title` also the `mal_id` it is
    about. `heading` and `nothing` are templates for `words`: the first heads the table, the second stands in for
    rows. `key` are the fields that tell rows apart. `duckdb` names the SQL of the cross-check: its columns are `place`,
    the order of the rows, and the fields of the record but the title, as in JSON.
    """

    name: str
    function: str
    summary: str
    details: str = ""
    parameters: tuple[Parameter, ...] = ()
    columns: tuple[Column, ...] = ()
    heading: str = ""
    nothing: str = ""
    key: tuple[str, ...] = ("mal_id",)
    of_title: bool = False
    right: Right = Right.READ_CATALOGUE
    duckdb: str = ""

    def run(self, session: Session, **values: object) -> QueryResult[Row_co]:
        """Return the result of the query. A value that is no parameter of this query is left out."""
        function: Callable[..., QueryResult[Row_co]] = load(self.function)
        names = {"as_of", *(parameter.name for parameter in self.parameters), *(["mal_id"] if self.of_title else [])}
        return function(session, **{name: value for name, value in values.items() if name in names})

    @property
    def record(self) -> type[Row_co]:
        """The dataclass of the rows, as the function is annotated."""
        record: type[Row_co] = get_args(get_type_hints(load(self.function))["return"])[0]
        return record

    def words(self, template: str, values: Mapping[str, Any]) -> str:
        """Return `heading` or `nothing` for some values of the parameters."""
        return template.format(
            **values,
            among=f" among the top {values['within']}" if values.get("within") else "",
            window=counted(values["days"], "day") if "days" in values else "",
            lasting=" that last" if values.get("current") else "",
        )


def load(target: str) -> Any:  # noqa: ANN401 - the caller names the type
    """Return what `module:attribute` names."""
    module, _, attribute = target.partition(":")
    return getattr(import_module(module), attribute)


def _days(default: int) -> Parameter:
    return Parameter("days", default, "Length of the window in days.")


def _limit(default: int) -> Parameter:
    return Parameter("limit", default, "Maximum number of rows.")


def _top(default: int) -> Parameter:
    return Parameter("top", default, "Number of top ranks that count.")


_WINDOW = (_days(7), _limit(5), Parameter("within", 1000, "Leave out ranks beyond this one; 0: no limit.", least=0))
_SQL = "catlog.analytics.duckdb_engine.stage_one"
_TITLE = Column("title", "title", "title")
_RANK = Column("rank", "now")
_SINCE = Column("baseline_date", "since", "day", gives_way=3)
_COURSE = Column("course", "course", "course", gives_way=1)
_ID = Column("mal_id", "id", gives_way=2)
_MOVED = (_TITLE, _RANK, Column("change", "change", "places"), Column("baseline_rank", "was"), _SINCE, _COURSE, _ID)

_QUERIES: tuple[Query[TitleRow], ...] = (
    Query(
        name="climbers",
        function="catlog.analytics.movers:climbers",
        summary="Show the anime that gained most places.",
        details="Compares the rank on the day with the first one in the window. --within limits the rank on the day.",
        parameters=_WINDOW,
        columns=_MOVED,
        heading="Climbers{among} in the {window}",
        nothing="no anime climbed",
        duckdb=f"{_SQL}:CLIMBERS",
    ),
    Query(
        name="fallers",
        function="catlog.analytics.movers:fallers",
        summary="Show the anime that lost most places.",
        details="Compares the rank on the day with the first one in the window. --within limits that first one.",
        parameters=_WINDOW,
        columns=_MOVED,
        heading="Fallers{among} in the {window}",
        nothing="no anime fell",
        duckdb=f"{_SQL}:FALLERS",
    ),
    Query(
        name="momentum",
        function="catlog.analytics.movers:momentum",
        summary="Show the anime whose score rose most.",
        details="Compares the score on the day with the first one in the window. --within limits the rank on the day.",
        parameters=_WINDOW,
        columns=(
            _TITLE,
            Column("score", "score"),
            Column("change", "change", "points"),
            Column("baseline_score", "was"),
            _SINCE,
            Column("scored_by_growth", "new votes", "growth", gives_way=2),
            _RANK,
            _COURSE,
            _ID,
        ),
        heading="Momentum{among} in the {window}",
        nothing="no score rose",
        duckdb=f"{_SQL}:MOMENTUM",
    ),
    Query(
        name="new-entries",
        function="catlog.analytics.new_entries:new_entries",
        summary="Show the anime that entered the top of the chart for the first time.",
        details="Titles of the first day with a deep enough chart are not new.",
        parameters=(_top(50), _days(7)),
        columns=(_TITLE, Column("first_date", "first day", "day"), Column("first_rank", "then"), _RANK, _COURSE, _ID),
        heading="New in the top {top} in the {window}",
        nothing="no anime is new",
        duckdb=f"{_SQL}:NEW_ENTRIES",
    ),
    Query(
        name="streaks",
        function="catlog.analytics.streaks:streaks",
        summary="Show the longest unbroken stays at the top of the chart.",
        details="A day on which the ETL did not run, or whose chart is not deep enough, breaks no streak. The course"
        " shows the last 30 days.",
        parameters=(
            _top(10),
            _limit(10),
            Parameter("max_gap", 3, "Days from one snapshot day to the next beyond which all streaks end."),
            Parameter("current", False, "Only those that last until the latest day."),
        ),
        columns=(
            _TITLE,
            Column("days", "days"),
            Column("start", "from", "day"),
            Column("end", "to", "day"),
            Column("snapshots", "snapshots", gives_way=4),
            Column("current", "lasts", "flag", gives_way=3),
            _COURSE,
            _ID,
        ),
        heading="Longest stays in the top {top}{lasting}, up",
        nothing="no anime is in the top {top}",
        key=("mal_id", "start"),
        duckdb=f"{_SQL}:STREAKS",
    ),
)

QUERIES: Mapping[str, Query[TitleRow]] = {query.name: query for query in _QUERIES}
"""The queries that compare titles, by name: each is a command, and a page of Trends."""

HISTORY: Query[HistoryDay] = Query(
    name="history",
    function="catlog.analytics.history:history",
    summary="Show the snapshots of one anime, with the changes from each to the next.",
    parameters=(_days(90),),
    columns=(
        Column("snapshot_date", "day", "day"),
        Column("rank", "rank"),
        Column("rank_change", "change", "places"),
        Column("score", "score"),
        Column("score_change", "change", "points"),
        Column("scored_by", "votes", "grouped"),
        Column("members", "members", "grouped"),
        Column("popularity", "popularity", "grouped"),
    ),
    heading="the {window}",
    nothing="no snapshots of it in these days",
    key=("mal_id", "snapshot_date"),
    of_title=True,
    duckdb=f"{_SQL}:HISTORY",
)
"""The query about one title; its command takes words for the title."""

CHART_DAYS: Query[ChartDay] = Query(
    name="chart-days",
    function="catlog.analytics.days:chart_days",
    summary="Return what is stored of every day.",
    key=("snapshot_date",),
    duckdb=f"{_SQL}:CHART_DAYS",
)
"""The query that no command asks: the cross-check counts anew what is stored of every day."""
