"""Choose one of several matching titles: with a prompt on a terminal; elsewhere the command fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from catlog.cli.context import Environment
from catlog.errors import NotFoundError

Found = TypeVar("Found")


def disambiguate(env: Environment, words: str, find: Callable[[str], Found]) -> Found:
    """Return `find(words)`; if it matches several titles, prompt for one where there is a terminal.

    `find` opens and closes its own transaction: none stays open during the prompt. Raises what `find` raises.
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
    """Return the chosen MAL id, None for none of them. A candidate is a MAL id and a title."""
    env.note(f"{unknown.message}:")
    for number, candidate in enumerate(unknown.candidates, start=1):
        mal_id, _, title = candidate.partition(" ")
        env.note(f"  {number}  {title} ({mal_id})")
    last = len(unknown.candidates)
    question = f"Which one? 1 to {last}, or 0 for none"
    number = click.prompt(question, type=click.IntRange(0, last), default=0, show_default=False, err=True)
    return unknown.candidates[number - 1].partition(" ")[0] if number else None
