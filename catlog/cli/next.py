"""`catlog next`: the next episodes of my list to air."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catlog.cli.columns import TableColumn
from catlog.cli.context import Environment, pass_env
from catlog.cli.options import FilePath, count_option, format_option
from catlog.cli.output import Format, emit
from catlog.cli.progress import progress
from catlog.text import counted

if TYPE_CHECKING:
    from catlog.library.airing import Airing
    from catlog.zones import Zone

TIMEOUT = 120.0
"""Time-out in seconds of the requests for all titles."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class NextEpisode:
    """One coming episode as the command prints it; `at` in UTC, `local` on the viewer's clock.

    `estimate` belongs to `episode`, `behind_estimate` to `behind`; both numbers are null if unknown.
    `episode` of `episodes` is moved by the offset of the entry, and null as well where that leads below 1;
    `source_episode` and `behind` are in the source's numbering.
    """

    mal_id: int
    title: str
    episode: int | None
    episodes: int | None
    at: datetime
    local: str
    behind: int | None
    estimate: bool
    behind_estimate: bool
    source_episode: int | None

    @property
    def number(self) -> str | None:
        """The episode number in the table."""
        from catlog.library.numbering import number_text

        return number_text(self.episode, estimate=self.estimate)

    @property
    def late(self) -> str:
        """The number of episodes behind in the table."""
        from catlog.library.numbering import number_text

        return (number_text(self.behind, estimate=self.behind_estimate) or "") if self.behind else ""


COLUMNS = (
    TableColumn("local", "when"),
    TableColumn("title", "title", wrap=True),
    TableColumn("number", "episode", "right"),
    TableColumn("episodes", "of", "right", gives_way=2),
    TableColumn("late", "behind by", "right", gives_way=1),
)


@click.command("next")
@count_option("--days", 7, "Number of days to look ahead.")
@click.option("--short", is_flag=True, help="One line for a shell prompt: the next episode and the time until it airs.")
@click.option("--online", is_flag=True, help="First fetch the aired dates of the titles that I watch from the source.")
@click.option("--ics", type=FilePath(path_type=Path, dir_okay=False), help="Write an iCalendar file instead.")
@format_option
@pass_env
def next_command(env: Environment, days: int, short: bool, online: bool, ics: Path | None, format: Format) -> None:
    """List the next episodes of my list to air.

    Times are computed from the weekly broadcast slot and shown in your time zone. An episode number is exact if the
    source has its aired date; ~8 is an estimate from such dates or from the premiere; without either there is no
    number. catlog show ANIME fetches the aired dates of one title, --online those of all that you watch.

    --short is for shell prompts: it reads a small cache file while nothing has changed, and prints nothing if nothing
    is coming.
    """
    if online:
        _fetch_aired_dates(env)
    if short:
        _print_short(env)
        return
    now = env.now()
    airings = _airings(env, now, timedelta(days=days))
    if ics is not None:
        from catlog.atomic_files import private_file
        from catlog.library.ics import calendar

        with private_file(ics) as out:
            out.write(calendar(airings, made_at=now).encode())
        env.note(f"{counted(len(airings), 'episode is', 'episodes are')} in {ics}")
        return
    zone = env.signed_in().zone
    rows = [_next(airing, zone) for airing in airings]
    unknown = len({row.mal_id for row in rows if row.source_episode is None})
    if unknown and format == "table":
        titles = counted(unknown, "title has", "titles have")
        env.note(f"{titles} no episode number: the aired dates are not known; --online fetches them")
    empty = f"nothing on your list airs in the next {counted(days, 'day')}, as far as the catalogue knows"
    emit(env, format, "next", rows, COLUMNS, record=NextEpisode, empty=empty, days=days, now=now)


def _fetch_aired_dates(env: Environment) -> None:
    """Refresh the aired dates of the titles that are being watched."""
    from catlog.catalogue.aired import airing_ids, refresh_episodes
    from catlog.catalogue.extras import MAX_AGE
    from catlog.catalogue.source import CatalogueSource
    from catlog.jikan.response_cache import CachedSource
    from catlog.library.broadcasts import load_broadcasts
    from catlog.library.entries import Status

    user = env.signed_in()
    with env.database.read() as session:
        watched = [b.mal_id for b in load_broadcasts(session, user.user_id) if b.list_status is Status.WATCHING]
        airing = airing_ids(session.connection(), watched)
    with closing(CatalogueSource(env.settings)) as source, progress(env) as report:
        first = CachedSource(source.responses, source.open(threading.Event(), timeout=TIMEOUT), max_age=MAX_AGE)
        done = refresh_episodes(env.database, first, airing, report)
    if done.problem:
        env.note(f"note: aired dates of {done.refreshed} of {done.requested} titles: {done.problem}")


def _print_short(env: Environment) -> None:
    from catlog.library import upcoming_cache
    from catlog.library.numbering import number_text

    settings, now = env.settings, env.now()
    episodes = upcoming_cache.load(settings, now=now)
    if episodes is None:
        env.signed_in()
        env.database.close()  # SQLite changes the file when its last connection closes
        stamp = upcoming_cache.database_stamp(settings)
        found = _airings(env, now, upcoming_cache.REACH)
        episodes = [
            upcoming_cache.UpcomingEpisode(a.title, number_text(a.episode, estimate=a.estimate), a.at) for a in found
        ]
        env.database.close()
        upcoming_cache.store(settings, episodes, stamp=stamp, now=now)
    if episodes:
        first = episodes[0]
        named = f"{first.title} {first.episode}" if first.episode else first.title
        env.write_text(f"{named} in {_until(first.at, now)}\n")


def _airings(env: Environment, now: datetime, reach: timedelta) -> list[Airing]:
    from catlog.library.airing import upcoming_episodes
    from catlog.library.broadcasts import load_broadcasts

    user = env.signed_in()
    with env.database.read() as session:
        broadcasts = load_broadcasts(session, user.user_id)
    return upcoming_episodes(broadcasts, now=now, until=now + reach)


def _next(a: Airing, zone: Zone) -> NextEpisode:
    local = f"{zone.local(a.at):%a %Y-%m-%d %H:%M}"
    shown = (a.mal_id, a.title, a.episode, a.episodes, a.at, local, a.behind, a.estimate, a.behind_estimate)
    return NextEpisode(*shown, a.source_episode)


def _until(at: datetime, now: datetime) -> str:
    seconds = max(int((at - now).total_seconds()), 0)
    if seconds < _HOUR:
        return f"{max(seconds // _MINUTE, 1)} min"
    if seconds < _DAY:
        return f"{seconds // _HOUR} h {seconds % _HOUR // _MINUTE:02} min"
    return f"{seconds // _DAY} d {seconds % _DAY // _HOUR} h"
