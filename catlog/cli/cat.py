"""`catlog cat`: the companion as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import TYPE_CHECKING

import click

from catlog.access import Right, may
from catlog.cli.columns import TableColumn
from catlog.cli.context import Environment, pass_env
from catlog.cli.options import WORDS, format_option
from catlog.cli.output import Format, emit_one
from catlog.text import counted

if TYPE_CHECKING:
    from catlog.companion.cat import Cat

_BAR = 10


@dataclass(frozen=True, slots=True)
class CatRow:
    """The cat as scripts see it; energy and affection from 0 to 1."""

    name: str
    mood: str
    energy: float
    affection: float
    level: int
    days_together: int
    streak_days: int
    episodes_this_week: int
    suggestion: str
    command: str
    at: datetime


@click.group("cat", invoke_without_command=True)
@format_option
@pass_env
def cat(env: Environment, format: Format) -> None:
    """Show, pet, feed or name the cat."""
    if click.get_current_context().invoked_subcommand is None:
        _show(env, format, None, "")


@cat.command()
@format_option
@pass_env
def pet(env: Environment, format: Format) -> None:
    """Pet the cat."""
    from catlog.companion import service

    user, now = env.signed_in(), env.now()
    rose = env.database.run(lambda session: service.pet(session, user, now=now))
    _show(env, format, "level" if rose else "pet", "purrs and reaches the next level." if rose else "purrs.")


@cat.command()
@format_option
@pass_env
def feed(env: Environment, format: Format) -> None:
    """Feed the cat."""
    from catlog.companion import service

    user, now = env.signed_in(), env.now()
    rose = env.database.run(lambda session: service.feed(session, user, now=now))
    _show(env, format, "level" if rose else "feed", "munches and reaches the next level." if rose else "munches.")


@cat.command()
@click.argument("name", type=WORDS)
@format_option
@pass_env
def name(env: Environment, name: str, format: Format) -> None:
    """Rename the cat to NAME."""
    from catlog.companion import service

    user, now = env.signed_in(), env.now()
    env.database.run(lambda session: service.rename(session, user, name, now=now))
    _show(env, format, None, "answers to its new name.")


def _show(env: Environment, format: Format, reaction: str | None, sentence: str) -> None:
    from catlog.companion.service import read_cat

    user, now = env.signed_in(), env.now()
    with env.database.read() as session:
        companion = read_cat(session, user.user_id, now=now, zone=user.zone, backup_age_days=_backup_age(env, now))
    if format == "table":
        env.write_text("\n".join(_page(env, companion, reaction, sentence)) + "\n")
        return
    row = CatRow(
        companion.name,
        str(companion.state.mood),
        companion.state.energy,
        companion.state.affection,
        companion.state.level,
        companion.state.days_together,
        companion.state.streak_days,
        companion.state.episodes_this_week,
        companion.suggestion.text,
        companion.suggestion.command,
        companion.at,
    )
    emit_one(env, format, "cat", row, (TableColumn("name", "name"),))


def _page(env: Environment, companion: Cat, reaction: str | None, sentence: str) -> Sequence[str]:
    from catlog.charts.progress_bar import gauge
    from catlog.companion.art import WIDTH, frame
    from catlog.companion.speech import FEELINGS

    state = companion.state
    bars = [gauge(share, _BAR, ascii=env.ascii) for share in (state.energy, state.affection)]
    words = [
        f"{companion.name} {sentence}" if sentence else f"{companion.name} is {FEELINGS[str(state.mood)]}.",
        "",
        f"energy  {bars[0]}   level {state.level}",
        f"bond    {bars[1]}   {counted(state.days_together, 'day')} together",
        f"{counted(state.episodes_this_week, 'episode')} this week, {counted(state.streak_days, 'day')} in a row",
    ]
    lines = [
        f"{picture:<{WIDTH}}  {text}".rstrip()
        for picture, text in zip_longest(frame(reaction or companion.pose), words, fillvalue="")
    ]
    return [*lines, "", f"  {companion.suggestion.text}", f"  > {companion.suggestion.command}"]


def _backup_age(env: Environment, now: datetime) -> int | None:
    """Return the age of the newest backup in days; None without one, or without the right to examine it."""
    from catlog.db.backup.folder import newest_backup

    if not may(env.role, Right.EXAMINE):
        return None
    newest = newest_backup(env.database, env.settings.paths.data / "backups")
    return None if newest is None else max((now - newest[1]).days, 0)
