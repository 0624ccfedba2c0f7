"""`catlog analytics show`: the stage-two results, a table for each job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from catlog.access import Right
from catlog.analytics.jobs import JOBS, find_job
from catlog.analytics.results.records import GenreSpread, RollingMomentum, Trend, TrendPair, Volatility
from catlog.cli.columns import TableColumn, signed, tone
from catlog.cli.completers import ANIME
from catlog.cli.context import Environment, pass_env
from catlog.cli.options import count_option, format_option, limit_option
from catlog.cli.output import Format, emit
from catlog.cli.prompts import disambiguate
from catlog.text import counted

if TYPE_CHECKING:
    from catlog.analytics.results.records import Results

_ID = TableColumn("mal_id", "id", "right", gives_way=7)
_TITLE = TableColumn("title", "title", wrap=True)
_DAY = TableColumn("snapshot_date", "day", gives_way=1)
_WINDOW = TableColumn("window_days", "window", "right", format=lambda days: f"{days} d", gives_way=3)


def _number(key: str, header: str, digits: int = 2, *, gives_way: int = 0) -> TableColumn:
    return TableColumn(key, header, "right", format=lambda value: f"{value:.{digits}f}", gives_way=gives_way)


def _chance(key: str, header: str, *, gives_way: int = 0) -> TableColumn:
    return TableColumn(key, header, "right", format=lambda value: f"{value:.2g}", gives_way=gives_way)


def _size(key: str, header: str, *, gives_way: int = 0) -> TableColumn:
    """Return a column of trends: tendencies of ranks and of points, the sign always shown."""
    return TableColumn(key, header, "right", format=lambda value: f"{value:+.4f}", gives_way=gives_way)


JOB_COLUMNS: Mapping[str, tuple[type, str, Sequence[TableColumn]]] = {
    "momentum": (
        RollingMomentum,
        "Rolling momentum",
        (
            _TITLE,
            _DAY,
            _WINDOW,
            TableColumn("rank_change", "places", "right", format=signed, style=tone),
            TableColumn("score_change", "score", "right", format=signed, style=tone),
            _number("momentum_z", "z"),
            _number("rank_mean", "mean rank", 1, gives_way=4),
            _number("score_mean", "mean score", gives_way=4),
            TableColumn("members_change", "members", "right", format=lambda value: f"{value:+,}", gives_way=5),
            TableColumn("n", "n", "right", gives_way=6),
            _ID,
        ),
    ),
    "volatility": (
        Volatility,
        "Volatility",
        (
            TableColumn("volatility_rank", "place", "right"),
            _TITLE,
            _WINDOW,
            _number("mean_abs_rank_change", "places a day"),
            _number("rank_stddev", "rank deviation", gives_way=2),
            TableColumn("rank_range", "range", "right", gives_way=1),
            _number("score_stddev", "score deviation", 4, gives_way=4),
            TableColumn("n", "n", "right", gives_way=6),
            _ID,
        ),
    ),
    "percentiles": (
        GenreSpread,
        "Genres",
        (
            TableColumn("genre", "genre", wrap=True),
            TableColumn("n", "anime", "right"),
            *(_number(f"score_p{p}", f"score {p} %") for p in (10, 25, 50, 75, 90)),
            *(_number(f"rank_p{p}", f"rank {p} %", 0, gives_way=1) for p in (25, 50, 75)),
            _number("score_mean_weighted", "by votes", gives_way=2),
            TableColumn("snapshot_date", "day", gives_way=3),
        ),
    ),
    "significance": (
        Trend,
        "Trends",
        (
            _TITLE,
            TableColumn("metric", "of"),
            _WINDOW,
            TableColumn(
                "direction",
                "direction",
                style=lambda way: {"rising": "green", "falling": "red"}.get(way, ""),
                gives_way=1,
            ),
            _size("drift", "a day"),
            _size("ci_low", "from", gives_way=2),
            _size("ci_high", "to", gives_way=2),
            _chance("q_value", "q"),
            _chance("p_value", "p", gives_way=5),
            _size("sen_slope", "Sen", gives_way=4),
            _number("tau", "tau", gives_way=5),
            TableColumn("m", "changes", "right", gives_way=6),
            _ID,
        ),
    ),
    "correlation": (
        TrendPair,
        "Correlations",
        (
            TableColumn("title_a", "one", wrap=True),
            TableColumn("title_b", "other", wrap=True),
            TableColumn("metric", "of", gives_way=1),
            _WINDOW,
            _number("pearson", "r"),
            _number("spearman", "of ranks", gives_way=2),
            _chance("q_value", "q", gives_way=2),
            TableColumn("n", "n", "right", gives_way=6),
            TableColumn("mal_id_a", "id", "right", gives_way=7),
            TableColumn("mal_id_b", "id", "right", gives_way=7),
        ),
    ),
}


@click.command()
@click.argument("job", type=click.Choice(list(JOBS)))
@click.argument("anime", type=ANIME, required=False)
@count_option("--window", None, "Length of the window in days; default: 30, or every one for ANIME.")
@limit_option(20)
@format_option
@pass_env
def show(env: Environment, job: str, anime: str | None, window: int | None, limit: int, format: Format) -> None:
    """Show what JOB found, of all anime or of ANIME.

    ANIME is a MAL id, a title or a part of a title. If several titles match, a prompt on a terminal offers them.
    catlog analytics compute fills the tables. In the table, places gained are positive; JSON and CSV have the
    drift of the rank itself, where a negative one is a climb.
    """
    from catlog.analytics.results.read import show as ask

    record, heading, columns = JOB_COLUMNS[job]

    def find(words: str | None) -> Results[Any]:
        env.use_own_titles()
        with env.database.read() as session:
            return ask(session, job, words, window, limit=limit)

    found = disambiguate(env, anime, find) if anime else find(None)
    about = f" over {counted(found.window, 'day')}" if found.window else ""
    nothing = f"nothing is there of {job}{about} as of {found.as_of}"
    mends = env.hint_for(Right.COMPUTE, _command(job, found.window))
    emit(
        env,
        format,
        f"analytics-{job}",
        [row.gained if isinstance(row, Trend) else row for row in found.rows] if format == "table" else found.rows,
        columns,
        record=record,
        title=f"{heading}{about} as of {found.as_of} (UTC), by {found.engine}{_age(found.age_days)}",
        empty=nothing if found.as_of else f"{job}{about} has not been computed yet: {mends}",
        as_of=found.as_of,
        computed_at=found.computed_at,
        engine=found.engine,
        run_id=found.run_id,
        age_days=found.age_days,
        window=found.window,
    )


def _age(days: int | None) -> str:
    return "" if not days else f"; {days} days old" if days > 1 else "; of yesterday"


def _command(job: str, window: int | None) -> str:
    usual = window is None or not find_job(job).windowed or window in (7, 14, 30, 90)
    return f"catlog analytics compute {job}{'' if usual else f' --windows {window}'}"
