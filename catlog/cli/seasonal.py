"""`catlog seasonal`: the titles of a season."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import click

from catlog.cli.columns import TableColumn
from catlog.cli.context import Environment, pass_env
from catlog.cli.options import format_option
from catlog.cli.output import Format, emit
from catlog.cli.progress import progress
from catlog.cli.search import COLUMNS

if TYPE_CHECKING:
    from catlog.catalogue.calendar import Season
    from catlog.catalogue.season_refresh import SeasonResult

TIMEOUT = 10.0
"""Time-out of the source in seconds, without --online."""

YEARS_COLUMNS = (
    TableColumn("year", "year", "right"),
    TableColumn("season", "season"),
    TableColumn("titles", "titles", "right"),
    TableColumn("on_list", "my list", "right", format=lambda count: str(count) if count else ""),
)


@click.command()
@click.argument("when", nargs=-1, metavar="[YEAR SEASON]")
@click.option("--next", "following", is_flag=True, help="The following season.")
@click.option("--upcoming", is_flag=True, help="All announced titles, whenever they air.")
@click.option("--mine", is_flag=True, help="Only titles on my list.")
@click.option("--years", is_flag=True, help="List the seasons of the catalogue and their numbers of titles instead.")
@click.option("--online/--offline", "online", default=None, help="Always refresh from the source, or never.")
@format_option
@pass_env
def seasonal(
    env: Environment,
    when: tuple[str, ...],
    following: bool,
    upcoming: bool,
    mine: bool,
    years: bool,
    online: bool | None,
    format: Format,
) -> None:
    """Show the titles of a season (default: the current one).

    SEASON is winter, spring, summer or fall; winter is January to March. The titles come from the catalogue. By default
    it is refreshed from the data source first, once a day, or once a month for a past season, with a time-out of 10
    seconds. If that fails, the known titles are shown, with a note that says why.
    """
    from catlog.catalogue.search import Title

    season = _requested_season(env, when, following, upcoming)
    user_id = env.signed_in().user_id if mine else env.viewer_id()
    if years:
        _count(env, format, user_id)
        return
    result = _season_titles(env, season, user_id, online=online)
    if result.problem:
        env.note(f"note: {result.problem}")
    rows = [title for title in result.titles if title.list_status or not mine]
    emit(
        env,
        format,
        "seasonal",
        rows,
        COLUMNS,
        record=Title,
        empty=f"the catalogue has no matching title of {season or 'the future'}; --online fetches them from the source",
        year=season.year if season else None,
        season=season.name if season else None,
        total=len(rows),
        host=result.host,
        as_of=result.as_of,
        problem=result.problem or None,
    )


def _requested_season(env: Environment, when: tuple[str, ...], following: bool, upcoming: bool) -> Season | None:
    from catlog.catalogue.calendar import parse_season_of_year, season_of

    if len(when) not in (0, 2):
        problem = f"{when[0]!r} alone names no season" if len(when) == 1 else f"{len(when)} words name no season"
        raise click.UsageError(f"{problem}; give a year and a season, as in: catlog seasonal 2023 fall")
    if upcoming:
        if when or following:
            raise click.UsageError("--upcoming cannot be combined with a season or --next")
        return None
    season = parse_season_of_year(*when) if when else season_of(env.utc_today())
    return season.moved(1) if following else season


def _season_titles(
    env: Environment, season: Season | None, user_id: int | None, *, online: bool | None
) -> SeasonResult:
    from catlog.catalogue.season_refresh import Seasons
    from catlog.catalogue.source import CatalogueSource

    with closing(CatalogueSource(env.settings)) as source, progress(env) as report:
        seasons = Seasons(env.database, source)
        if online is False or (online is None and seasons.is_current(season)):
            return seasons.cached(season, user_id)
        timeout = None if online else TIMEOUT
        return seasons.refresh(season, user_id, timeout=timeout, automatic=not online, report=report)


def _count(env: Environment, format: Format, user_id: int | None) -> None:
    from catlog.catalogue.seasons import SeasonCount, count_seasons

    with env.database.read() as session:
        rows = count_seasons(session, user_id)
    emit(env, format, "seasons", rows, YEARS_COLUMNS, record=SeasonCount, empty=env.empty_catalogue_message)
