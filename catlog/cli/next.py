"""`catlog next`: what airs next of my list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catlog.cli.columns import Column
from catlog.cli.context import Environment, pass_env
from catlog.cli.options import count_option, format_option
from catlog.cli.output import Format, emit
from catlog.text import counted

if TYPE_CHECKING:
    from catlog.library.airing import Airing

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class NextEpisode:
    """One coming episode as the command prints it; `at` in UTC, `local` on the viewer's clock."""

    mal_id: int
    title: str
    episode: int
    episodes: int | None
    at: datetime
    local: str
    behind: int


COLUMNS = (
    Column("local", "when"),
    Column("title", "title", wrap=True),
    Column("episode", "episode", "right"),
    Column("episodes", "of", "right"),
    Column("behind", "behind by", "right", format=lambda behind: str(behind) if behind else ""),
)


@click.command("next")
@count_option("--days", 7, "How many days ahead to look.")
@click.option("--short", is_flag=True, help="One line for a prompt: the next episode and how long until it airs.")
@click.option("--ics", type=click.Path(path_type=Path, dir_okay=False), help="Write a calendar file instead.")
@format_option
@pass_env
def next_command(env: Environment, days: int, short: bool, ics: Path | None, format: Format) -> None:
    """Say what airs next of my list.

    Times are estimates: they follow from the weekly slot of the broadcast, and are shown on your clock. --short is
    made for prompts: it answers from a small file while nothing has changed, and is silent when nothing is coming.
    """
    if short:
        _print_short(env)
        return
    now = env.now()
    airings = _airings(env, now, timedelta(days=days))
    if ics is not None:
        from catlog.files import write_private
        from catlog.library.ics import calendar

        write_private(ics, calendar(airings, made_at=now).encode())
        env.note(f"{counted(len(airings), 'episode is', 'episodes are')} in {ics}")
        return
    rows = [NextEpisode(a.mal_id, a.title, a.episode, a.episodes, a.at, _local(a.at), a.behind) for a in airings]
    empty = f"nothing on your list airs in the next {counted(days, 'day')}, as far as the catalogue knows"
    emit(env, format, "next", rows, COLUMNS, record=NextEpisode, empty=empty, days=days, now=now)


def _print_short(env: Environment) -> None:
    from catlog.library import upcoming

    settings, now = env.settings, env.now()
    episodes = upcoming.kept(settings, now=now)
    if episodes is None:
        env.signed_in()
        env.database.close()  # SQLite tidies up behind its last connection: only then is the file at rest
        stamp = upcoming.database_stamp(settings)
        found = _airings(env, now, upcoming.REACH)
        episodes = [upcoming.Upcoming(airing.title, airing.episode, airing.at) for airing in found]
        env.database.close()
        upcoming.keep(settings, episodes, stamp=stamp, now=now)
    if episodes:
        first = episodes[0]
        env.write_text(f"{first.title} {first.episode} in {_until(first.at, now)}\n")


def _airings(env: Environment, now: datetime, reach: timedelta) -> list[Airing]:
    from catlog.library.airing import coming, load_broadcasts

    user = env.signed_in()
    with env.database.read() as session:
        broadcasts = load_broadcasts(session, user.user_id)
    return coming(broadcasts, now=now, until=now + reach)


def _local(at: datetime) -> str:
    return at.astimezone().strftime("%a %Y-%m-%d %H:%M")


def _until(at: datetime, now: datetime) -> str:
    seconds = max(int((at - now).total_seconds()), 0)
    if seconds < _HOUR:
        return f"{max(seconds // _MINUTE, 1)} min"
    if seconds < _DAY:
        return f"{seconds // _HOUR} h {seconds % _HOUR // _MINUTE:02} min"
    return f"{seconds // _DAY} d {seconds % _DAY // _HOUR} h"
