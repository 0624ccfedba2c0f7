"""`catlog list complete`: fetch what the titles of my list lack, or tell in advance what that takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

import click

from catlog.cli.columns import TableColumn
from catlog.cli.context import Environment, pass_env
from catlog.cli.options import count_option, format_option
from catlog.cli.output import Format, emit_one
from catlog.statistics.watched import format_duration
from catlog.text import clean, counted

if TYPE_CHECKING:
    from catlog.accounts.sessions import SignedIn
    from catlog.etl.completion.plan import CompletionPlan
    from catlog.etl.completion.result import Completion, CompletionProgress

_COUNT = "{:,}".format


def _lacking(lacking: Mapping[str, int]) -> str:
    return ", ".join(f"{gap} {count:,}" for gap, count in lacking.items() if count)


PLAN_COLUMNS = (
    TableColumn("listed", "titles on the list", format=_COUNT),
    TableColumn("titles", "to complete", format=_COUNT),
    TableColumn("lacking", "lacking", format=_lacking),
    TableColumn("settled", "asked lately", format=_COUNT),
    TableColumn("requests", "requests, about", format=_COUNT),
    TableColumn("most", "at most", format=_COUNT),
    TableColumn("seconds", "time, about", format=lambda seconds: format_duration(round(seconds))),
    TableColumn("host", "source"),
)

RESULT_COLUMNS = (
    TableColumn("titles", "titles", format=_COUNT),
    TableColumn("completed", "completed", format=_COUNT),
    TableColumn("partly", "the source lacks the rest", format=_COUNT),
    TableColumn("failed", "failed", format=lambda failed: f"{len(failed):,}"),
    TableColumn("left", "left", format=_COUNT),
    TableColumn("requests", "requests", format=_COUNT),
    TableColumn("seconds", "time", format=lambda seconds: format_duration(round(seconds))),
)

_FAILED_SHOWN = 10
_GOES_ON = "catlog list complete goes on from here"


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what is lacking, and how many requests and how long it takes.")
@count_option("--limit", None, "Complete at most so many titles, the most useful ones.")
@click.option("--again", is_flag=True, help="Also ask about titles that the source could not complete lately.")
@format_option
@pass_env
def complete(env: Environment, dry_run: bool, limit: int | None, again: bool, format: Format) -> None:
    """Fetch what the titles of my list lack.

    That is: length, episodes, genres, studios, season, cover and synopsis. Titles that are being watched come first,
    then those that statistics count, then planned ones. Each answer is stored at once: after Ctrl-C, or any other end,
    the next run goes on from there. Popular titles come 25 to a request, all requests at the pace of the source, which
    other commands share. Known facts are never replaced by missing ones.
    """
    from catlog.etl.completion.run import complete_list, plan

    user = env.signed_in()
    planned = plan(env.database, env.settings, user, limit=limit, again=again)
    if not planned.titles:
        lately = f"; the source was asked about {counted(planned.settled, 'incomplete title')} lately (--again)"
        env.note(f"nothing to complete{lately if planned.settled else ''}")
    if dry_run:
        emit_one(env, format, "list-complete-plan", planned, PLAN_COLUMNS)
        return
    results: list[Completion] = []
    try:
        with _progress(env, planned) as tell:
            complete_list(env.database, env.settings, user, limit=limit, again=again, tell=tell, ended=results.append)
    finally:
        for result in results:
            _print_result(env, format, result)


def _print_result(env: Environment, format: Format, result: Completion) -> None:
    """Print the result of a run, also of one that ended early."""
    if format != "table":
        emit_one(env, format, "list-complete", result, RESULT_COLUMNS)
    elif result.titles:
        env.write_text(f"{result.summary}\n")
    for title in result.failed[:_FAILED_SHOWN]:
        env.note(f"{title.title} ({title.mal_id}): {title.reason}")
    if len(result.failed) > _FAILED_SHOWN:
        env.note(f"and {len(result.failed) - _FAILED_SHOWN:,} more: --format json names all")
    if result.stopped:
        env.note(f"stopped: {_GOES_ON}")


def suggest_completion(env: Environment, user: SignedIn) -> None:
    """Name the command that fetches what the titles of a list lack, if they lack anything."""
    from catlog.library.gaps import count_incomplete

    with env.database.read() as session:
        count = count_incomplete(session, user.user_id)
    if count:
        lack = "lacks" if count == 1 else "lack"
        env.note(
            f"{counted(count, 'title')} {lack} a length, genres, a cover or the like:"
            " catlog list complete fetches them (--dry-run says how long it takes)"
        )


@contextmanager
def _progress(env: Environment, planned: CompletionPlan) -> Iterator[Callable[[CompletionProgress], None]]:
    """Yield the function that the run reports to: a line with rate and time left, on a terminal alone."""
    if not env.stderr_is_terminal or not planned.titles:
        yield lambda _: None
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

    from catlog.cli.screen import console

    time = format_duration(max(1, round(planned.seconds)))
    env.note(
        f"{counted(planned.titles, 'title')}: about {counted(planned.requests, 'request')} to {planned.host},"
        f" about {time}; Ctrl-C stops, and the next run goes on"
    )
    screen = console(env, env.stderr)
    display = Progress(
        SpinnerColumn("line" if env.ascii else "dots"),
        *(() if env.ascii else (BarColumn(24),)),
        TextColumn("{task.fields[figures]}", markup=False),
        TextColumn("{task.description}", markup=False, style="dim"),
        console=screen,
        transient=True,
        disable=screen.is_dumb_terminal,
        redirect_stdout=False,  # or data written meanwhile would go to standard error
        redirect_stderr=False,
    )
    task = display.add_task("", total=planned.titles, figures="")
    began = monotonic()

    def tell(seen: CompletionProgress) -> None:
        minutes = (monotonic() - began) / 60
        rate = f", {seen.requests / minutes:,.0f} requests a minute" if seen.requests > 1 and minutes else ""
        left = f", {format_duration(max(1, round(seen.seconds_left)))} left" if seen.requests_left else ""
        figures = f"{seen.done:,}/{seen.titles:,} titles{rate}{left}"
        display.update(task, completed=seen.done, figures=figures, description=clean(seen.doing, limit=40))

    with display:
        yield tell
