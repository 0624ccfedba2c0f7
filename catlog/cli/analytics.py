"""`catlog analytics`: the queries of `catlog.analytics.registry`, each a command, and the history of a title."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import click

from catlog.access import Right
from catlog.analytics.records import HistoryDay, QueryResult, TitleRow, filter_titles
from catlog.analytics.registry import HISTORY, QUERIES, Column, Look, Parameter, Query
from catlog.charts.sparkline import sparkline
from catlog.cli.columns import TableColumn, signed, tone
from catlog.cli.completers import ANIME
from catlog.cli.context import Environment, pass_env
from catlog.cli.lazy import LazyCommand, LazyGroup
from catlog.cli.options import COUNT_LIMIT, as_of_option, count_option, format_option
from catlog.cli.output import Format, emit
from catlog.cli.prompts import disambiguate
from catlog.errors import InvalidArgumentError

if TYPE_CHECKING:
    from catlog.db.session import Session

COURSE_CELLS = 20
"""Characters of the widest course of ranks in a table."""

COURSE_DAYS = 365
"""Days that a course covers at most, the last ones of the window."""

STREAK_DAYS = 30
"""Days that a course covers where the query has no window."""

_FILL = "catlog etl run --source rankings fetches today's chart, catlog demo shows a simulated history"

_mine_option = click.option("--mine", is_flag=True, help="Only anime on my list.")


class AnalyticsGroup(LazyGroup):
    """`catlog analytics` itself: a command for each query of the registry, and those that have modules."""

    entries: ClassVar[Mapping[str, LazyCommand]] = {
        **{query.name: LazyCommand("", query.summary) for query in QUERIES.values()},
        "history": LazyCommand("catlog.cli.analytics:history", HISTORY.summary),
        "compute": LazyCommand(
            "catlog.cli.analytics_compute:compute", "Compute statistics of the whole history and store them."
        ),
        "show": LazyCommand("catlog.cli.analytics_show:show", "Show what JOB found, of all anime or of ANIME."),
        "validate": LazyCommand(
            "catlog.cli.analytics_compute:validate", "Compute the same in several ways and compare the figures."
        ),
        "freeze": LazyCommand(
            "catlog.cli.analytics_compute:freeze", "Freeze the rankings as Parquet files, which every engine reads."
        ),
    }

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a query, or import one."""
        query = QUERIES.get(cmd_name)
        return super().get_command(ctx, cmd_name) if query is None else _command(query)


@click.group(cls=AnalyticsGroup)
def analytics() -> None:
    """Query the ranking history: climbers, momentum, new entries, streaks."""


def _command(query: Query[TitleRow]) -> click.Command:
    @pass_env
    def run(env: Environment, /, mine: bool, as_of: date | None, format: Format, **values: int) -> None:
        owner = env.signed_in() if mine else None
        env.use_own_titles()
        with env.database.read() as session:
            result = query.run(session, **{**values, **({"limit": None} if mine else {})}, as_of=as_of)
            if owner is not None:
                from catlog.library.listing import ids_on_list

                result = filter_titles(result, ids_on_list(session, owner.user_id), values.get("limit"))
            _show(env, session, format, query, values, result)

    command: Callable[..., None] = run
    for option in (format_option, as_of_option, _mine_option, *map(_option, reversed(query.parameters))):
        command = option(command)
    return click.command(query.name, help=f"{query.summary}\n\n{query.details}")(command)


def _option(parameter: Parameter) -> Callable[[Callable[..., None]], Callable[..., None]]:
    name = f"--{parameter.name.replace('_', '-')}"
    if isinstance(parameter.default, bool):
        return click.option(name, is_flag=True, help=parameter.help)
    if parameter.least == 1:
        return count_option(name, parameter.default, parameter.help)
    numbers = click.IntRange(parameter.least, COUNT_LIMIT)
    return click.option(name, type=numbers, default=parameter.default, show_default=True, help=parameter.help)


@analytics.command()
@click.argument("anime", type=ANIME)
@_option(HISTORY.parameters[0])
@click.option("--chart", is_flag=True, help="Draw ranks and scores as lines, in place of the table.")
@as_of_option
@format_option
@pass_env
def history(env: Environment, anime: str, days: int, chart: bool, as_of: date | None, format: Format) -> None:
    """Show the snapshots of one anime, with the changes from each to the next.

    ANIME is a MAL id, a title or a part of a title. If several titles match, a prompt on a terminal offers them.
    """
    from catlog.analytics.history import find_history as ask

    if chart and format != "table":
        raise InvalidArgumentError("a chart is drawn for people", hint=f"leave out --chart, or --format {format}")

    def find(words: str) -> QueryResult[HistoryDay]:
        env.use_own_titles()
        with env.database.read() as session:
            return ask(session, words, days=days, as_of=as_of)

    found = disambiguate(env, anime, find)
    if chart and found.rows:
        _draw(env, found.rows)
        return
    env.use_own_titles()
    with env.database.read() as session:
        _show(env, session, format, HISTORY, {"days": days}, found)


def _draw(env: Environment, rows: Sequence[HistoryDay]) -> None:
    from catlog.charts.picture import Canvas
    from catlog.charts.title_history import both
    from catlog.cli.pictures import drawing_width, print_picture

    print_picture(env, both(rows, Canvas(drawing_width(env), env.ascii)))


def _show(
    env: Environment,
    session: Session,
    format: Format,
    query: Query[TitleRow],
    values: Mapping[str, Any],
    result: QueryResult[TitleRow],
) -> None:
    from catlog.analytics.days import describe_days, describe_single_day

    rows = _with_courses(env, session, query, result) if format == "table" else result.rows
    alone = "" if rows else describe_single_day(session, result)
    empty = alone or f"{query.words(query.nothing, values)} up to {result.as_of}"
    on_days = describe_days(result)
    if on_days and result.deepest is None:
        env.note(f"{on_days}; --as-of DAY asks for one")
    elif on_days:
        empty = on_days
    if result.last_day is None:
        until = f" up to {result.as_of}" if result.as_of else " yet"
        empty = f"no snapshots{until}: {env.hint_for(Right.LOAD_CHARTS, _FILL)}"
    elif result.last_day != result.as_of:
        empty = ""
        env.note(f"no snapshots on {result.as_of}; the latest day before with any: --as-of {result.last_day}")
    heading = f"{query.words(query.heading, values)} to {result.as_of} (UTC)"
    if query.of_title and result.rows:
        course = _drawn(env, [row.rank for row in result.rows if isinstance(row, HistoryDay)])
        heading = f"{result.rows[0].title} ({result.rows[0].mal_id}), {heading}  {course}"
    emit(
        env,
        format,
        query.name,
        rows,
        [table_column(env, column) for column in query.columns],
        record=query.record,
        title=heading,
        empty=empty,
        as_of=result.as_of,
        **result.parameters,
        passed_over=result.passed_over,
    )


def _with_courses(
    env: Environment, session: Session, query: Query[TitleRow], result: QueryResult[TitleRow]
) -> Sequence[object]:
    """Return the rows with the course of each rank, up being better, where a column shows it; one query reads all."""
    from catlog.analytics.history import daily_ranks

    if result.as_of is None or not any(column.look == "course" for column in query.columns):
        return result.rows
    days = min(int(result.parameters.get("days") or STREAK_DAYS), COURSE_DAYS)
    start = result.as_of - timedelta(days=days)
    courses = daily_ranks(session, [row.mal_id for row in result.rows], start, result.as_of)
    return [{**asdict(row), "course": _drawn(env, courses[row.mal_id])} for row in result.rows]


def _drawn(env: Environment, ranks: Sequence[int | None]) -> str:
    climbing = [None if rank is None else -rank for rank in ranks]
    return sparkline(climbing, ascii=env.ascii, width=COURSE_CELLS)


_FORMATS: Mapping[Look, Callable[[Any], str]] = {
    "points": signed,
    "grouped": lambda count: f"{count:,}",
    "growth": lambda count: f"{count:+,}",
}


def table_column(env: Environment, column: Column) -> TableColumn:
    """Return how a table shows a column of a query; only titles, days and flags are at the left."""
    look = column.look
    return TableColumn(
        column.field,
        column.heading,
        "left" if look in ("title", "day", "flag") else "right",
        format=_arrow(env) if look == "places" else _FORMATS.get(look),
        style=tone if look in ("places", "points") else _lasting if look == "flag" else "",
        wrap=look == "title",
        gives_way=column.gives_way,
    )


def _lasting(flag: bool) -> str:
    return "green" if flag else ""


def _arrow(env: Environment) -> Callable[[int], str]:
    """Return how a change of rank is written: the direction in a sign as well, for terminals without colour."""
    if env.ascii:
        return signed
    return lambda places: f"{'▲' if places > 0 else '▼'} {abs(places)}" if places else "0"
