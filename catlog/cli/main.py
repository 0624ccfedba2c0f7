"""The root of the command line: the table of commands, and `run`, which turns every outcome into an exit code."""

from __future__ import annotations

import errno
import os
import resource
from collections.abc import Sequence
from contextlib import suppress

import click

from catlog import __version__
from catlog.access import Right, may, redacted_for
from catlog.cli.context import Environment
from catlog.cli.lazy import LazyCommand, LazyGroup
from catlog.cli.streams import reader_gone, silence, unwind_on_signals
from catlog.errors import CatLogError, ExitCode, NotFoundError

COMMANDS: dict[str, LazyCommand] = {
    "tui": LazyCommand("catlog.cli.tui:tui", "Open the full-screen app."),
    "demo": LazyCommand("catlog.cli.demo:demo", "Build a simulated library, and open the app on it."),
    "account": LazyCommand("catlog.cli.account:account", "Register, sign in and out, manage your account."),
    "admin": LazyCommand("catlog.cli.admin:admin", "Manage the accounts of other users."),
    "list": LazyCommand("catlog.cli.list:list_", "Show, edit, import and export my list; undo and redo."),
    "search": LazyCommand("catlog.cli.search:search", "Search the catalogue by WORDS, filters or both."),
    "show": LazyCommand("catlog.cli.show:show", "Show the details of ANIME, with its ranks of the last 90 days."),
    "next": LazyCommand("catlog.cli.next:next_command", "List the next episodes of my list to air."),
    "seasonal": LazyCommand("catlog.cli.seasonal:seasonal", "Show the titles of a season (default: the current one)."),
    "schedule": LazyCommand(
        "catlog.cli.schedule:schedule", "Show what airs in the next seven days, by day in your time zone."
    ),
    "recommend": LazyCommand(
        "catlog.cli.recommend:recommend", "Recommend titles that fit my list, each with its reason."
    ),
    "random": LazyCommand("catlog.cli.random:random_command", "Pick a title at random (default: a planned one)."),
    "stats": LazyCommand("catlog.cli.stats:stats", "Print the statistics of your list, or review a year."),
    "cat": LazyCommand("catlog.cli.cat:cat", "Show, pet, feed or name the cat."),
    "etl": LazyCommand("catlog.cli.etl:etl", "Fetch, check and load daily snapshots."),
    "analytics": LazyCommand(
        "catlog.cli.analytics:analytics", "Query the ranking history: climbers, momentum, new entries, streaks."
    ),
    "spark": LazyCommand("catlog.cli.spark:spark", "Compute the statistics of the whole history on Spark."),
    "db": LazyCommand("catlog.cli.db:db", "Manage the database: state, upgrade, backup, restore."),
    "config": LazyCommand("catlog.cli.config:config", "Show settings, with the origin of each value."),
    "ssh-entry": LazyCommand(
        "catlog.cli.ssh_entry:ssh_entry", "Serve a user who connects through SSH, as the ForceCommand of a key."
    ),
    "completion": LazyCommand("catlog.cli.completion:completion", "Print the completion script of a shell."),
}
"""Every command with its help line; a test holds the lines against the commands' own."""


_MACHINE = {errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.ESTALE, errno.ENXIO, errno.EMFILE, errno.ENFILE}
"""Faults of a disk or the machine that any file operation may meet: never reported as a bug."""


class Root(LazyGroup):
    """`catlog` itself."""

    entries = COMMANDS


@click.group(
    "catlog",
    cls=Root,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, "-V", "--version", prog_name="catlog", message="%(prog)s %(version)s")
@click.pass_context
def root(ctx: click.Context) -> None:
    """Anime lists, ranking history and statistics in the terminal.

    Without a command the full-screen app opens.
    """
    if ctx.invoked_subcommand is None:
        from catlog.cli.tui import tui

        ctx.invoke(tui)


def run(argv: Sequence[str], env: Environment | None = None) -> int:
    """Run one command line and return its exit code; errors are reported on standard error, never raised."""
    if env is None:
        os.umask(0o077)  # only its user may read the files of CatLog
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold passwords
        unwind_on_signals()
        env = Environment.of_process()
    code: int = ExitCode.OK
    try:
        code, lines = _run_to_end(env, argv)
        for line in [*lines, *env.late_warnings()]:
            env.note(line)
        env.stdout.flush()
    except OSError as problem:
        if not _closed_pipe(env, problem):
            code = code or ExitCode.UNAVAILABLE
            with suppress(OSError):
                env.note(f"catlog: the output cannot be written: {problem.strerror}")
        silence(env.stdout, env.stderr)
    finally:
        env.close()
    return code


def _run_to_end(env: Environment, argv: Sequence[str]) -> tuple[int, list[str]]:
    """Invoke the command; return its exit code and the lines to print on standard error."""
    try:
        return _invoke(env, list(argv)), []
    except click.exceptions.Exit as stop:
        return stop.exit_code, []
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None), []
    except (KeyboardInterrupt, click.Abort):
        return ExitCode.INTERRUPTED, [""] if env.stderr_is_terminal else []  # ends the line with the echoed ^C
    except click.exceptions.NoArgsIsHelpError as error:
        return ExitCode.USAGE, error.format_message().splitlines()
    except click.ClickException as error:
        return ExitCode.USAGE, _usage(error)
    except CatLogError as error:
        candidates = error.candidates if isinstance(error, NotFoundError) else ()
        shown = redacted_for(env.role, error)
        return error.exit_code, _error_lines(shown.message, shown.hint) + [f"- {candidate}" for candidate in candidates]
    except Exception as error:
        if isinstance(error, OSError) and (_closed_pipe(env, error) or not _writable(env)):
            raise
        if isinstance(error, OSError) and error.errno in _MACHINE:
            named = bool(error.filename) and may(
                env.role, Right.EXAMINE
            )  # paths are for roles that may examine the machine
            where = f"{error.filename} cannot be used" if named else "a file cannot be read or written"
            hint = "look at the disk it is on" if named else "ask the administrator of this CatLog"
            return ExitCode.UNAVAILABLE, _error_lines(f"{where}: {error.strerror}", hint)
        return ExitCode.BUG, _crash(env, error)


def _invoke(env: Environment, argv: list[str]) -> int:
    # click's own `main` does this too, but takes every EOFError and EPIPE for the terminal's, wherever it came from.
    if argv[:1] != ["ssh-entry"] and may(env.role, Right.USE_MACHINE):  # click would run a shell for it
        root._main_shell_completion({"obj": env}, "catlog", "_CATLOG_COMPLETE")
    with root.make_context("catlog", argv, obj=env) as ctx:
        result = root.invoke(ctx)
    return result if isinstance(result, ExitCode) else ExitCode.OK


def _closed_pipe(env: Environment, error: Exception) -> bool:
    return isinstance(error, BrokenPipeError) and (reader_gone(env.stdout) or reader_gone(env.stderr))


def _writable(env: Environment) -> bool:
    try:
        env.stdout.flush()
    except OSError:
        return False
    return True


def _error_lines(message: str, hint: str) -> list[str]:
    return [f"catlog: {message}", *([f"hint: {hint}"] if hint else [])]


def _usage(error: click.ClickException) -> list[str]:
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    if ctx is None:
        return _error_lines(error.format_message(), "")
    message = _unknown_option(ctx, error) if isinstance(error, click.NoSuchOption) else error.format_message()
    return [*ctx.get_usage().splitlines(), *_error_lines(message, f"{ctx.command_path} --help")]


def _unknown_option(ctx: click.Context, error: click.NoSuchOption) -> str:
    from catlog.cli.suggestions import meant_options

    own = [name for parameter in ctx.command.get_params(ctx) for name in (*parameter.opts, *parameter.secondary_opts)]
    meant = meant_options(error.option_name, own)
    return f"{error.message} You may mean: {', '.join(meant)}" if meant else error.format_message()


def _crash(env: Environment, error: Exception) -> list[str]:
    from catlog.cli.crash import describe, write_report

    try:
        where = f"a crash report without secrets is in {write_report(env.settings.paths.state / 'crashes', error)}"
    except (OSError, CatLogError) as problem:
        where = f"no report could be written: {describe(problem)}"
    if not may(env.role, Right.EXAMINE):
        hint = "tell the administrator of this CatLog; a crash report was written"
        return _error_lines(f"this is a bug: {type(error).__name__}", hint)
    return _error_lines(f"this is a bug: {describe(error)}", where)
