"""`catlog analytics compute`, `freeze` and `validate`: the stage-two results, from the rankings to the check."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import click

from catlog.analytics.jobs import JOBS, TOP_CORRELATED, WINDOWS, find_jobs, usable_windows
from catlog.cli.columns import TableColumn
from catlog.cli.context import Environment, pass_env
from catlog.cli.options import FilePath, as_of_option, count_option, format_option
from catlog.cli.output import Format, emit, emit_one
from catlog.cli.progress import progress
from catlog.errors import CatLogError, ExitCode
from catlog.text import counted

NO_SNAPSHOTS = (
    "no snapshots{}: catlog etl run --source rankings fetches today's chart, catlog demo shows a simulated history"
)


class Windows(click.ParamType[tuple[int, ...]]):
    """Lengths of windows in days, separated by commas."""

    name = "days"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """Return the lengths in ascending order, or fail with a usage error."""
        if isinstance(value, tuple):
            return value
        words = str(value).split(",")
        if not all(re.fullmatch(r"\s*[0-9]{1,10}\s*", word) for word in words):
            self.fail(f"{value!r} are not whole numbers of days; write them as in 7,30", param, ctx)
        try:
            return usable_windows([int(word) for word in words])
        except CatLogError as problem:
            self.fail(f"{problem.message}; {problem.hint}", param, ctx)


jobs_argument = click.argument("jobs", metavar="[JOB]...", nargs=-1, type=click.Choice(list(JOBS)))
"""`JOB…`, for commands that take several."""

windows_option = click.option(
    "--windows",
    type=Windows(),
    default=",".join(map(str, WINDOWS)),
    show_default=True,
    help="Lengths of the windows in days, separated by commas.",
)
"""`--windows`, for commands that compute."""

_COMPUTED = (
    TableColumn("job", "job"),
    TableColumn("table", "table"),
    TableColumn("rows", "rows", "right", format=lambda rows: f"{rows:,}"),
    TableColumn("written", "new or changed", "right", format=lambda rows: f"{rows:,}"),
    TableColumn("seconds", "seconds", "right"),
    TableColumn("run_id", "run", gives_way=1),
)


@click.command()
@jobs_argument
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="duckdb computes here and needs nothing more; spark is for what outgrows one machine.",
)
@as_of_option
@windows_option
@count_option("--top", TOP_CORRELATED, "Number of top-ranked anime to correlate with each other.")
@click.option(
    "--out",
    type=FilePath(path_type=Path, file_okay=False),
    help="Also write the results as Parquet files to this folder, one subfolder per job.",
)
@format_option
@pass_env
def compute(
    env: Environment,
    jobs: tuple[str, ...],
    engine: str,
    as_of: date | None,
    windows: tuple[int, ...],
    top: int,
    out: Path | None,
    format: Format,
) -> None:
    """Compute statistics of the whole history and store them.

    The jobs are momentum, volatility, percentiles, significance and correlation; all of them unless named. Each
    replaces the parts of its own table that changed. catlog analytics show reads them.
    """
    from catlog.etl.stage_two import ComputationRequest, JobResult
    from catlog.etl.stage_two import compute as run_jobs

    request = ComputationRequest(find_jobs(jobs), engine, as_of, windows, top, out)  # type: ignore[arg-type]  # a choice
    with progress(env) as report:
        done = run_jobs(env.database, env.settings, request, report=report)
    _note_passed_over(env, done.passed_over)
    emit(
        env,
        format,
        "analytics-compute",
        done.computed,
        _COMPUTED,
        record=JobResult,
        title=f"Computed of {counted(done.snapshots, 'snapshot')} up to {done.as_of} (UTC) by {engine}",
        empty="" if done.computed else NO_SNAPSHOTS.format(f" up to {as_of}" if as_of else " yet"),
        as_of=done.as_of,
        engine=engine,
        windows=windows,
        snapshots=done.snapshots,
        passed_over=done.passed_over,
    )


def _note_passed_over(env: Environment, days: tuple[date, ...]) -> None:
    from catlog.analytics.days import describe_passed_over

    if words := describe_passed_over(days):
        env.note(f"{words}; --as-of DAY asks for one")


@click.command()
@as_of_option
@click.option("--out", help="Copy it into this folder, or to a URL that fsspec knows (s3://…).")
@format_option
@pass_env
def freeze(env: Environment, as_of: date | None, out: str | None, format: Format) -> None:
    """Freeze the rankings as Parquet files, which every engine reads.

    One that was frozen from the same state before is used again. The folder has rankings, genres, days and a manifest.
    """
    from catlog.analytics.days import days_after
    from catlog.analytics.snapshots.freeze import freeze as freeze_rankings
    from catlog.analytics.snapshots.freeze import snapshots_in
    from catlog.analytics.snapshots.publish import publish

    with progress(env) as report:
        snapshot = freeze_rankings(env.database, snapshots_in(env.settings.paths), as_of=as_of, report=report)
    if snapshot is None:
        env.note(NO_SNAPSHOTS.format(f" up to {as_of}" if as_of else " yet"))
        return
    of = snapshot.manifest
    with env.database.read() as session:
        passed_over = days_after(session.connection(), of.as_of) if as_of is None else ()
    _note_passed_over(env, passed_over)
    row: dict[str, Any] = {
        "folder": publish(snapshot, out) if out else str(snapshot.folder),
        "as_of": of.as_of,
        "created_at": of.created_at,
        "rows": of.rows,
        "titles": of.titles,
        "days": of.days,
        "genre_rows": of.genre_rows,
        "hash": of.hash,
        "origin": of.origin,
    }
    columns = [TableColumn(key, key.replace("_", " ")) for key in row]
    emit_one(env, format, "analytics-freeze", row | {"passed_over": passed_over}, columns)


@click.command()
@jobs_argument
@as_of_option
@windows_option
@click.option("--spark", is_flag=True, help="Compute on Spark as well, and compare the two engines.")
@format_option
@pass_env
def validate(
    env: Environment, jobs: tuple[str, ...], as_of: date | None, windows: tuple[int, ...], spark: bool, format: Format
) -> ExitCode:
    """Compute the same in several ways and compare the figures.

    The queries of the analytics commands are answered by the database and by the embedded engine, and on PostgreSQL
    by SQLite too. How many snapshots each day has and how deep its chart is, on all days, and what is stored of each
    job, is computed anew. Counts, ranks and dates must be equal, other figures to nine digits; exit code 1 says that
    some are not. A wrong table of days is put right by `catlog db upgrade`.
    """
    from catlog.analytics.validation.compare import CheckedColumn
    from catlog.analytics.validation.cross_check import cross_check

    with progress(env) as report:
        found = cross_check(
            env.database, env.settings, find_jobs(jobs), as_of=as_of, windows=windows, spark=spark, report=report
        )
    columns = (
        TableColumn("table", "what"),
        TableColumn("sides", "sides", gives_way=1),
        TableColumn("column", "column"),
        TableColumn("rows", "rows", "right"),
        TableColumn("missing_left", "only right", "right"),
        TableColumn("missing_right", "only left", "right"),
        TableColumn("largest_absolute", "largest difference", "right", format=lambda value: f"{value:.3g}"),
        TableColumn("largest_relative", "relative", "right", format=lambda value: f"{value:.3g}"),
        TableColumn(
            "passed",
            "verdict",
            format=lambda passed: "PASS" if passed else "FAIL",
            style=lambda passed: "green" if passed else "red",
        ),
    )
    emit(
        env,
        format,
        "analytics-validate",
        found.checks,
        columns,
        record=CheckedColumn,
        title=f"Cross-check of the figures up to {found.as_of} (UTC)",
        empty="" if found.checks else NO_SNAPSHOTS.format(f" up to {as_of}" if as_of else " yet"),
        as_of=found.as_of,
        passed=found.passed,
        passed_over=found.passed_over,
        wrong_days=found.wrong_days,
    )
    _note_passed_over(env, found.passed_over)
    for note in found.notes:
        env.note(note)
    return ExitCode.OK if found.passed else ExitCode.CHECK_FAILED
