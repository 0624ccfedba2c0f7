"""Which anime a command means: where the words leave several, somebody at a terminal is asked, a script is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from catlog.cli.context import Environment
from catlog.errors import NotFoundError

Found = TypeVar("Found")


def disambiguate(env: Environment, words: str, find: Callable[[str], Found]) -> Found:
    """Return what `find` finds for `words`, asking which of several titles is meant where there is a terminal.

    `find` opens and closes its own transaction: none stays open while somebody thinks. Raises what `find` raises.
    """
    try:
        return find(words)
    except NotFoundError as unknown:
        if not (unknown.candidates and env.stdin_is_terminal and env.stderr_is_terminal):
            raise
        chosen = _choose(env, unknown)
        if chosen is None:
            raise
    return find(chosen)


def _choose(env: Environment, unknown: NotFoundError) -> str | None:
    """Return the MAL id that was chosen, None for none of them. A candidate is a MAL id and a title."""
    env.note(f"{unknown.message}:")
    for number, candidate in enumerate(unknown.candidates, start=1):
        mal_id, _, title = candidate.partition(" ")
        env.note(f"  {number}  {title} ({mal_id})")
    last = len(unknown.candidates)
    question = f"Which one? 1 to {last}, or 0 for none"
    number = click.prompt(question, type=click.IntRange(0, last), default=0, show_default=False, err=True)
    return unknown.candidates[number - 1].partition(" ")[0] if number else None
