"""`catlog analytics`: climbers, fallers, momentum, new entries, streaks, history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import click

from catlog.access import Right
from catlog.analytics.records import ChartStreak, HistoryDay, Momentum, Mover, NewEntry, QueryResult, narrowed
from catlog.charts.sparkline import sparkline
from catlog.cli.columns import TableColumn, signed, tone
from catlog.cli.completers import ANIME
from catlog.cli.context import Environment, pass_env
from catlog.cli.disambiguate import meant
from catlog.cli.lazy import LazyCommand, LazyGroup
from catlog.cli.options import COUNT_LIMIT, as_of_option, count_option, format_option, limit_option
from catlog.cli.output import Format, emit
from catlog.errors import InvalidArgumentError
from catlog.text import counted

if TYPE_CHECKING:
    from sqlmodel import Session

COURSE_CELLS = 20
"""Characters of the widest course of ranks in a table."""

COURSE_DAYS = 365
"""Days that a course covers at most, the last ones of the window."""

STREAK_DAYS = 30
"""Days that the course beside a streak covers: streaks have no window."""

_FILL = "catlog etl run --source rankings fetches today's chart, catlog demo shows a simulated history"

_TITLE = TableColumn("title", "title", wrap=True)
_ID = TableColumn("mal_id", "id", "right")
_COURSE = TableColumn("course", "course", "right", gives_way=1)
_RANK = TableColumn("rank", "now", "right")
_SINCE = TableColumn("baseline_date", "since", gives_way=3)


@dataclass(frozen=True, slots=True)
class _View:
    """How an answer is printed: `nothing` says why there may be no rows.

    `course_days` is how far back the course beside each row goes; None for rows of one anime, whose course is drawn
    once, in the heading.
    """

    kind: str
    record: type[Any]
    heading: str
    columns: Sequence[TableColumn]
    nothing: str
    course_days: int | None


@dataclass(frozen=True, slots=True)
class _Cut:
    """Which rows of an answer are wanted: at most `limit`, and only those of the user's list if `mine`."""

    limit: int | None = None
    mine: bool = False


_Ask = Callable[["Session", int | None], QueryResult[Any]]


def _days_option(default: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return count_option("--days", default, "Length of the window in days.")


within_option = click.option(
    "--within",
    type=click.IntRange(0, COUNT_LIMIT),
    default=1000,
    show_default=True,
    help="Leave out ranks beyond this one; 0: keep all.",
)
"""`--within`, for what whole catalogues would drown in unknown titles."""


mine_option = click.option("--mine", is_flag=True, help="Only anime on my list.")
"""`--mine`, for who is signed in."""


def _window_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of every comparison over a window."""
    for option in (format_option, as_of_option, mine_option, within_option, limit_option(5), _days_option(7)):
        command = option(command)
    return command


class AnalyticsGroup(LazyGroup):
    """`catlog analytics` itself."""

    entries: ClassVar[Mapping[str, LazyCommand]] = {
        "climbers": LazyCommand("catlog.cli.analytics:climbers", "Show the anime that gained most places."),
        "fallers": LazyCommand("catlog.cli.analytics:fallers", "Show the anime that lost most places."),
        "momentum": LazyCommand("catlog.cli.analytics:momentum", "Show the anime whose score rose most."),
        "new-entries": LazyCommand(
            "catlog.cli.analytics:new_entries", "Show the anime that came into the upper chart for the first time."
        ),
        "streaks": LazyCommand("catlog.cli.analytics:streaks", "Show the longest unbroken stays in the upper chart."),
        "history": LazyCommand(
            "catlog.cli.analytics:history", "Show the snapshots of one anime, with the changes from each to the next."
        ),
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


@click.group(cls=AnalyticsGroup)
def analytics() -> None:
    """Ask the history: climbers, momentum, new entries, streaks."""


@analytics.command()
@_window_options
@pass_env
def climbers(
    env: Environment, days: int, limit: int, within: int, mine: bool, as_of: date | None, format: Format
) -> None:
    """Show the anime that gained most places.

    Compared is the rank on the day with the first one in the window. --within counts for the rank on the day.
    """
    from catlog.analytics.movers import climbers as ask

    view = _View(
        "climbers",
        Mover,
        f"Climbers{_among(within)} in the {counted(days, 'day')}",
        _moved(env),
        "nobody climbed",
        days,
    )
    _show(
        env,
        format,
        view,
        lambda session, limit: ask(session, days=days, limit=limit, within=within, as_of=as_of),
        _Cut(limit, mine),
    )


@analytics.command()
@_window_options
@pass_env
def fallers(
    env: Environment, days: int, limit: int, within: int, mine: bool, as_of: date | None, format: Format
) -> None:
    """Show the anime that lost most places.

    Compared is the rank on the day with the first one in the window. --within counts for that first one.
    """
    from catlog.analytics.movers import fallers as ask

    view = _View(
        "fallers", Mover, f"Fallers{_among(within)} in the {counted(days, 'day')}", _moved(env), "nobody fell", days
    )
    _show(
        env,
        format,
        view,
        lambda session, limit: ask(session, days=days, limit=limit, within=within, as_of=as_of),
        _Cut(limit, mine),
    )


@analytics.command()
@_window_options
@pass_env
def momentum(
    env: Environment, days: int, limit: int, within: int, mine: bool, as_of: date | None, format: Format
) -> None:
    """Show the anime whose score rose most.

    Compared is the score on the day with the first one in the window. --within counts for the rank on the day.
    """
    from catlog.analytics.movers import momentum as ask

    columns = (
        _TITLE,
        TableColumn("score", "score", "right"),
        _change("change", "change", lambda gain: signed(gain)),
        TableColumn("baseline_score", "was", "right"),
        _SINCE,
        TableColumn("scored_by_growth", "new votes", "right", format=lambda votes: f"{votes:+,}", gives_way=2),
        _RANK,
        _COURSE,
        _ID,
    )
    heading = f"Momentum{_among(within)} in the {counted(days, 'day')}"
    view = _View("momentum", Momentum, heading, columns, "no score rose", days)
    _show(
        env,
        format,
        view,
        lambda session, limit: ask(session, days=days, limit=limit, within=within, as_of=as_of),
        _Cut(limit, mine),
    )


@analytics.command("new-entries")
@count_option("--top", 50, "How much of the chart counts.")
@_days_option(7)
@mine_option
@as_of_option
@format_option
@pass_env
def new_entries(env: Environment, top: int, days: int, mine: bool, as_of: date | None, format: Format) -> None:
    """Show the anime that came into the upper chart for the first time.

    What was there on the first day whose chart is deep enough is no entry.
    """
    from catlog.analytics.entries import new_entries as ask

    columns = (
        _TITLE,
        TableColumn("first_date", "first day"),
        TableColumn("first_rank", "then", "right"),
        _RANK,
        _COURSE,
        _ID,
    )
    view = _View(
        "new-entries", NewEntry, f"New in the top {top} in the {counted(days, 'day')}", columns, "nobody is new", days
    )
    _show(env, format, view, lambda session, _: ask(session, top=top, days=days, as_of=as_of), _Cut(None, mine))


@analytics.command()
@count_option("--top", 10, "How much of the chart counts.")
@limit_option(10)
@count_option("--max-gap", 3, "Days from one snapshot day to the next beyond which all streaks end.")
@click.option("--current", is_flag=True, help="Only those that last until the latest day.")
@mine_option
@as_of_option
@format_option
@pass_env
def streaks(
    env: Environment, top: int, limit: int, max_gap: int, current: bool, mine: bool, as_of: date | None, format: Format
) -> None:
    """Show the longest unbroken stays in the upper chart.

    A day on which the ETL did not run, or whose chart is not deep enough, breaks no streak. The course shows the last
    30 days.
    """
    from catlog.analytics.streaks import streaks as ask

    columns = (
        _TITLE,
        TableColumn("days", "days", "right"),
        TableColumn("start", "from"),
        TableColumn("end", "to"),
        TableColumn("snapshots", "snapshots", "right"),
        TableColumn("current", "lasts", style=lambda lasts: "green" if lasts else ""),
        _COURSE,
        _ID,
    )
    heading = f"Longest stays in the top {top}{' that last' if current else ''}, up"
    view = _View("streaks", ChartStreak, heading, columns, f"nobody is in the top {top}", STREAK_DAYS)
    _show(
        env,
        format,
        view,
        lambda session, limit: ask(session, top=top, limit=limit, max_gap=max_gap, current=current, as_of=as_of),
        _Cut(limit, mine),
    )


@analytics.command()
@click.argument("anime", type=ANIME)
@_days_option(90)
@click.option("--chart", is_flag=True, help="Draw ranks and scores as lines, in place of the table.")
@as_of_option
@format_option
@pass_env
def history(env: Environment, anime: str, days: int, chart: bool, as_of: date | None, format: Format) -> None:
    """Show the snapshots of one anime, with the changes from each to the next.

    ANIME is a MAL id or a title: all of it, or a part that fits only one. Where several fit, a terminal is asked which.
    """
    from catlog.analytics.history import history_of as ask

    if chart and format != "table":
        raise InvalidArgumentError("a chart is drawn for people", hint=f"leave out --chart, or --format {format}")
    columns = (
        TableColumn("snapshot_date", "day"),
        TableColumn("rank", "rank", "right"),
        _change("rank_change", "change", _arrow(env)),
        TableColumn("score", "score", "right"),
        _change("score_change", "change", lambda points: signed(points)),
        TableColumn("scored_by", "votes", "right", format=_grouped),
        TableColumn("members", "members", "right", format=_grouped),
        TableColumn("popularity", "popularity", "right", format=_grouped),
    )
    view = _View(
        "history", HistoryDay, f"the {counted(days, 'day')}", columns, "no snapshots of it in these days", None
    )

    def find(words: str) -> QueryResult[HistoryDay]:
        with env.database.read() as session:
            return ask(session, words, days=days, as_of=as_of)

    found = meant(env, anime, find)
    if chart and found.rows:
        _draw(env, found.rows)
        return
    _show(env, format, view, lambda _session, _limit: found, _Cut())


def _draw(env: Environment, rows: Sequence[HistoryDay]) -> None:
    from catlog.charts.picture import Canvas
    from catlog.charts.title_history import both
    from catlog.cli.pictures import print_picture, room

    print_picture(env, both(rows, Canvas(room(env), env.ascii)))


def _show(env: Environment, format: Format, view: _View, ask: _Ask, cut: _Cut) -> None:
    from catlog.analytics.days import words_on_days, words_on_one_day

    owner = env.signed_in() if cut.mine else None
    with env.database.read() as session:
        answer = ask(session, cut.limit if owner is None else None)
        if owner is not None:
            from catlog.library.listing import ids_on_list

            answer = narrowed(answer, ids_on_list(session, owner.user_id), cut.limit)
        rows = _with_courses(env, session, answer, view.course_days) if format == "table" else answer.rows
        alone = "" if rows else words_on_one_day(session, answer)
    empty = alone or f"{view.nothing} up to {answer.as_of}"
    on_days = words_on_days(answer)
    if on_days and answer.deepest is None:
        env.note(f"{on_days}; --as-of DAY asks for one")
    elif on_days:
        empty = on_days
    if answer.last_day is None:
        empty = (
            f"no snapshots{f' up to {answer.as_of}' if answer.as_of else ' yet'}: {env.way(Right.LOAD_CHARTS, _FILL)}"
        )
    elif answer.last_day != answer.as_of:
        empty = ""
        env.note(f"no snapshots on {answer.as_of}; the latest day before with any: --as-of {answer.last_day}")
    heading = f"{view.heading} to {answer.as_of} (UTC)"
    if view.course_days is None and answer.rows:
        course = _drawn(env, [row.rank for row in answer.rows])
        heading = f"{answer.rows[0].title} ({answer.rows[0].mal_id}), {heading}  {course}"
    emit(
        env,
        format,
        view.kind,
        rows,
        view.columns,
        record=view.record,
        title=heading,
        empty=empty,
        as_of=answer.as_of,
        **answer.parameters,
        passed_over=answer.passed_over,
    )


def _with_courses(
    env: Environment, session: Session, answer: QueryResult[Any], days: int | None
) -> Sequence[dict[str, Any] | Any]:
    """Return the rows with the course of each rank, up being better; one query reads them all."""
    from catlog.analytics.history import rank_courses

    if days is None or answer.as_of is None:
        return answer.rows
    start = answer.as_of - timedelta(days=min(days, COURSE_DAYS))
    courses = rank_courses(session, [row.mal_id for row in answer.rows], start, answer.as_of)
    return [{**asdict(row), "course": _drawn(env, courses[row.mal_id])} for row in answer.rows]


def _drawn(env: Environment, ranks: Sequence[int | None]) -> str:
    climbing = [None if rank is None else -rank for rank in ranks]
    return sparkline(climbing, ascii=env.ascii, width=COURSE_CELLS)


def _moved(env: Environment) -> tuple[TableColumn, ...]:
    return (
        _TITLE,
        _RANK,
        _change("change", "change", _arrow(env)),
        TableColumn("baseline_rank", "was", "right"),
        _SINCE,
        _COURSE,
        _ID,
    )


def _change(key: str, header: str, write: Callable[[Any], str]) -> TableColumn:
    return TableColumn(key, header, "right", format=write, style=tone)


def _arrow(env: Environment) -> Callable[[int], str]:
    """Return how a change of rank is written: the direction in a sign as well, for who sees no colours."""
    if env.ascii:
        return signed
    return lambda places: f"{'▲' if places > 0 else '▼'} {abs(places)}" if places else "0"


def _grouped(number: int) -> str:
    return f"{number:,}"


def _among(within: int) -> str:
    return f" among the top {within}" if within else ""
