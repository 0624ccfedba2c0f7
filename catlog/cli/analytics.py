"""`catlog analytics`: climbers, fallers, momentum, new entries, streaks, history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from catlog.cli.columns import Column, signed, tone
from catlog.cli.context import Environment, pass_env
from catlog.cli.options import COUNT_LIMIT, WORDS, as_of_option, count_option, format_option, limit_option
from catlog.cli.output import Format, emit
from catlog.cli.sparkline import sparkline

if TYPE_CHECKING:
    from sqlmodel import Session

    from catlog.analytics.records import Answer

COURSE_CELLS = 20
"""Characters of the widest course of ranks in a table."""

COURSE_DAYS = 365
"""Days that a course covers at most, the last ones of the window."""

STREAK_DAYS = 30
"""Days of the course beside a streak, which has no window."""

FILL = "catlog etl run --source rankings fetches today's chart; catlog demo shows a simulated history"

days_option = count_option("--days", 7, "Length of the window.")
within_option = click.option(
    "--within",
    type=click.IntRange(0, COUNT_LIMIT),
    default=1000,
    show_default=True,
    help="Only anime with at least this rank; 0: all.",
)

_RANK = Column("rank", "rank", "right")
_TITLE = Column("title", "title", wrap=True)
_COURSE = Column("course", "course")
_ID = Column("mal_id", "id", "right")


@click.group()
def analytics() -> None:
    """Climbers, fallers, momentum, new entries, streaks, history."""


@analytics.command()
@days_option
@limit_option(5)
@within_option
@as_of_option
@format_option
@pass_env
def climbers(env: Environment, days: int, limit: int, within: int, as_of: date | None, format: Format) -> None:
    """The anime that gained most places.

    Each is compared with its first rank in the window. --within counts the rank it has now.
    """
    from catlog.analytics.movers import climbers as ask
    from catlog.analytics.records import Mover

    with env.database.read() as session:
        answer = ask(session, days=days, limit=limit, within=within, as_of=as_of)
        title = f"Climbers, {_within(within)}{_window(answer)}"
        _print(env, format, "climbers", answer, Mover, _mover_columns(env), title, _drawn(env, format, session, answer))


@analytics.command()
@days_option
@limit_option(5)
@within_option
@as_of_option
@format_option
@pass_env
def fallers(env: Environment, days: int, limit: int, within: int, as_of: date | None, format: Format) -> None:
    """The anime that lost most places.

    Each is compared with its first rank in the window. --within counts that first rank.
    """
    from catlog.analytics.movers import fallers as ask
    from catlog.analytics.records import Mover

    with env.database.read() as session:
        answer = ask(session, days=days, limit=limit, within=within, as_of=as_of)
        title = f"Fallers, {_within(within)}{_window(answer)}"
        _print(env, format, "fallers", answer, Mover, _mover_columns(env), title, _drawn(env, format, session, answer))
