"""`catlog list edit`: many edits from a file or standard input, written like the commands, as one step."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

import click

from catlog.cli import list_edit
from catlog.cli.context import Environment, pass_env
from catlog.cli.options import FilePath, format_option
from catlog.cli.output import Format
from catlog.errors import BadDataError, CatLogError

if TYPE_CHECKING:
    from catlog.library.edits import Edit
    from catlog.library.lookup import TitleFinder
    from catlog.library.writer import EditRequest

_LINE_LIMIT = 100_000
_SIZE_LIMIT = 64 * 1024**2
"""Characters of all lines together."""

_COMMANDS: dict[str, tuple[click.Command, Callable[..., list[Edit]]]] = {
    "add": (list_edit.add, list_edit.add_edits),
    "set": (list_edit.set_, list_edit.set_edits),
    "watch": (list_edit.watch, list_edit.watch_edits),
    "rm": (list_edit.rm, list_edit.rm_edits),
}


@click.command()
@click.argument("file", type=FilePath(dir_okay=False, allow_dash=True))
@format_option
@pass_env
def edit(env: Environment, file: str, format: Format) -> None:
    """Apply the edits in FILE as one step: all of them or none.

    FILE - is standard input. Each line is one edit, written like the command; empty lines and lines that begin with #
    are ignored.

    \b
      add "Cowboy Bebop" --status watching
      watch "Cowboy Bebop" +2
      set 5114 --score 10 --tag "to rewatch"
      rm 21

    If a line is invalid, nothing is changed: the invalid lines are listed, and the exit code is 65.
    """  # noqa: D301 - click reads the character
    from catlog.cli.list_changes import print_steps
    from catlog.library.entries import Origin
    from catlog.library.lookup import TitleFinder
    from catlog.library.writer import EditsRefusedError, edit_all

    user = env.signed_in()
    invalid: dict[int, str] = {}
    requests: list[tuple[int, EditRequest]] = []
    with _opened(env, file) as opened:
        lines = _read(opened)  # before the transaction: the input may never end
    with env.database.read() as session:
        finder = TitleFinder(session, user.user_id)
        for number, line in enumerate(lines, start=1):
            try:
                requests += [(number, request) for request in _parse_line(finder, line)]
            except (CatLogError, click.UsageError, ValueError) as problem:
                invalid[number] = _error_text(problem)
    if not invalid:
        try:
            step = edit_all(env.database, user, [request for _, request in requests], origin=Origin.CLI)
        except EditsRefusedError as refused:
            for refusal in refused.refusals:
                invalid.setdefault(requests[refusal.index][0], f"{refusal.title}: {_error_text(refusal.error)}")
    if invalid:
        for number in sorted(invalid):
            env.note(f"line {number}: {invalid[number]}")
        lines_are = "1 line is" if len(invalid) == 1 else f"{len(invalid)} lines are"
        raise BadDataError(f"{lines_are} wrong", hint="nothing was changed")
    print_steps(env, format, "list-edit", [step], hint=list_edit.UNDO_HINT)


@contextmanager
def _opened(env: Environment, file: str) -> Iterator[TextIO]:
    if file == "-":
        yield env.stdin
        return
    try:
        with open(file, encoding="utf-8", errors="replace") as lines:  # noqa: PTH123 - as click gave it
            yield lines
    except OSError as problem:
        raise BadDataError(f"{file} cannot be read: {problem.strerror}") from None


def _read(opened: TextIO) -> list[str]:
    """Return all lines. Raises BadDataError above the limits of lines and characters."""
    lines: list[str] = []
    left = _SIZE_LIMIT
    try:
        while line := opened.readline(left + 1):
            left -= len(line)
            if left < 0 or len(lines) == _LINE_LIMIT:
                most = f"{_LINE_LIMIT} lines" if left >= 0 else f"{_SIZE_LIMIT} characters"
                raise BadDataError(f"more than {most}", hint="nothing was changed: give fewer at once")
            lines.append(line)
    except UnicodeDecodeError:  # of standard input, whose encoding is that of the locale
        raise BadDataError("the input is no text of the locale's encoding", hint="nothing was changed") from None
    return lines


def _parse_line(finder: TitleFinder, line: str) -> list[EditRequest]:
    """Return the edits of one line; nothing for an empty one."""
    from catlog.library.writer import EditRequest

    words = shlex.split(line)
    if not words or words[0].startswith("#"):
        return []
    if words[0] not in _COMMANDS:
        raise ValueError(f"{words[0]!r} is not an edit: a line begins with {', '.join(_COMMANDS)}")
    command, edits_of = _COMMANDS[words[0]]
    # --help would end the command as if all lines had been applied.
    with command.make_context(words[0], words[1:], parent=click.get_current_context(), help_option_names=[]) as ctx:
        parameters = dict(ctx.params)
    anime = parameters.pop("anime")
    del parameters["format"]
    match = finder.in_catalogue(anime) if words[0] == "add" else finder.on_list(anime)
    return [EditRequest(match.mal_id, edit) for edit in edits_of(**parameters)]


def _error_text(problem: CatLogError | click.UsageError | ValueError) -> str:
    if isinstance(problem, click.UsageError):
        return problem.format_message()
    if not isinstance(problem, CatLogError):
        return str(problem)
    candidates = getattr(problem, "candidates", ())
    more = f" ({'; '.join(candidates)})" if candidates else f" ({problem.hint})" if problem.hint else ""
    return problem.message + more
