"""Prompts on the terminal: names, passwords (never shown, an option or in the environment), one of several titles."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from catlog.cli.context import Environment
from catlog.errors import BadDataError, InvalidArgumentError, NeedsTerminalError, NotFoundError
from catlog.text import clean

_LINE_LIMIT = 8192

password_stdin_option = click.option(
    "--password-stdin", is_flag=True, help="Read passwords from standard input, one per line."
)
"""`--password-stdin`, for every command that needs a password: pass its value to `passwords`."""


def prompt(env: Environment, question: str, option: str) -> str:
    """Prompt for a line on the terminal. Raises NeedsTerminalError, which names the option to use instead."""
    _need_terminal(env, question, option)
    return clean(click.prompt(question, err=True))


def prompt_passwords(env: Environment, *questions: str, stdin: bool, new: bool) -> list[str]:
    """Return one password per question: from hidden prompts, or with `stdin` one line of standard input each.

    A `new` last one is prompted for twice. Raises NeedsTerminalError without a terminal.
    """
    if stdin and not env.stdin_is_terminal:
        return [_line(env, question) for question in questions]
    answers = []
    for number, question in enumerate(questions, start=1):
        _need_terminal(env, question, "--password-stdin")
        twice = new and number == len(questions)
        answers.append(click.prompt(question, hide_input=True, confirmation_prompt=twice, err=True))
    return answers


def _need_terminal(env: Environment, question: str, option: str) -> None:
    if not env.stdin_is_terminal:
        message = f"{question}: no prompt is possible, standard input is not a terminal"
        raise NeedsTerminalError(message, hint=f"add {option}")


def _line(env: Environment, question: str) -> str:
    binary = getattr(env.stdin, "buffer", None)
    try:
        line: str = env.stdin.readline(_LINE_LIMIT) if binary is None else binary.readline(_LINE_LIMIT).decode("utf-8")
    except UnicodeDecodeError:
        raise BadDataError(f"{question}: standard input is not UTF-8 text") from None
    answer = line.removesuffix("\n").removesuffix("\r")
    if not answer:
        raise InvalidArgumentError(f"{question}: standard input has no such line", hint="give one password per line")
    return answer


Found = TypeVar("Found")


def disambiguate(env: Environment, words: str, find: Callable[[str], Found], *, forgives: bool = True) -> Found:
    """Return `find(words)`; if it matches several titles, prompt for one where there is a terminal.

    If nothing matches and one title is near, that is taken and named on standard error, unless `forgives` is off.
    `find` opens and closes its own transaction: none stays open during the prompt. Raises what `find` raises.
    """
    try:
        return find(words)
    except NotFoundError as unknown:
        if unknown.near and forgives and len(unknown.candidates) == 1:
            mal_id, _, title = unknown.candidates[0].partition(" ")
            env.note(f"took {words.strip()!r} as {title}")
            return find(mal_id)
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
