"""`catlog spark`: the stage-two jobs on Spark, here or on a cluster; a connection test; a Spark Connect server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click

from catlog.analytics.jobs import JOBS, TOP_CORRELATED, find_jobs
from catlog.cli.analytics_compute import compute, jobs_argument, windows_option
from catlog.cli.analytics_compute import validate as validate_engines
from catlog.cli.columns import TableColumn
from catlog.cli.context import Environment, pass_env
from catlog.cli.options import FilePath, as_of_option, count_option, format_option
from catlog.cli.output import Format, emit, emit_one
from catlog.cli.progress import progress
from catlog.config import spark_memory, spark_target
from catlog.errors import ExitCode

PORT = 15002
"""The default port of Spark Connect."""

_CONNECTION = (
    TableColumn("target", "Spark"),
    TableColumn("spark", "version"),
    TableColumn("java", "Java"),
    TableColumn("python", "Python"),
    TableColumn("session", "session, s", "right"),
    TableColumn("count", "first job, s", "right"),
    TableColumn("archive", "class archive"),
)

_JOBS = (
    TableColumn("job", "job"),
    TableColumn("table", "table"),
    TableColumn("windowed", "windows"),
    TableColumn("daily", "every day"),
)

_FILES = (TableColumn("job", "job"), TableColumn("rows", "rows", "right"), TableColumn("folder", "folder", wrap=True))


class _Checked(click.ParamType[str]):
    """Text that a setting accepts; messages do not repeat it, as it may hold a token."""

    def __init__(self, name: str, parse: Callable[[object], str]) -> None:
        self.name = name
        self._parse = parse

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text, or fail with a usage error."""
        try:
            return self._parse(value)
        except ValueError as problem:
            self.fail(str(problem), param, ctx)


def _connect(value: object) -> str:
    if not str(value).startswith("sc://"):
        raise ValueError("expected sc://HOST:PORT")
    return spark_target(value)


memory_option = click.option("--memory", type=_Checked("size", spark_memory), help="Memory of local Spark, such as 4g.")
verbose_option = click.option("--verbose", is_flag=True, help="Show Spark's log while it runs.")
master_option = click.option(
    "--master", type=_Checked("master", spark_target), help="local[N], spark://HOST:PORT or databricks."
)


def target_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--master`, `--remote`, `--memory` and `--verbose`: where Spark runs, and its log."""
    remote = click.option(
        "--remote", type=_Checked("sc://host:port", _connect), help="A Spark Connect server, instead of a master."
    )
    for option in (verbose_option, memory_option, remote, master_option):
        command = option(command)
    return command


@click.group()
def spark() -> None:
    """Compute the statistics of the whole history on Spark."""


@spark.command()
@format_option
@pass_env
def jobs(env: Environment, format: Format) -> None:
    """List the jobs, each with the table it fills."""
    rows = [
        {"job": job.name, "table": job.table, "windowed": job.windowed, "daily": job.daily} for job in JOBS.values()
    ]
    emit(env, format, "spark-jobs", rows, _JOBS)


@spark.command("run")
@jobs_argument
@target_options
@as_of_option
@windows_option
@count_option("--top", TOP_CORRELATED, "Number of top-ranked anime to correlate with each other.")
@click.option(
    "--read",
    type=click.Choice(["parquet", "jdbc", "python"]),
    help="How Spark reads rankings: from frozen files, through JDBC, or with Python on the executors.",
)
@click.option(
    "--snapshot",
    type=FilePath(path_type=Path, exists=True, file_okay=False),
    help="Compute from this frozen snapshot and write only the files in --out.",
)
@click.option(
    "--out",
    type=FilePath(path_type=Path, file_okay=False),
    help="Also write the results as Parquet files to this folder, one subfolder per job.",
)
@format_option
@pass_env
def run_command(
    env: Environment,
    jobs: tuple[str, ...],
    master: str | None,
    remote: str | None,
    memory: str | None,
    verbose: bool,
    as_of: date | None,
    windows: tuple[int, ...],
    top: int,
    read: str | None,
    snapshot: Path | None,
    out: Path | None,
    format: Format,
) -> None:
    """Compute statistics of the whole history on Spark and store them.

    The jobs are momentum, volatility, percentiles, significance and correlation; all of them unless named. --master,
    --remote or the setting CATLOG_SPARK_TARGET decides where Spark runs; default: on this machine.
    """
    with _spark(env, master, remote, memory, read, verbose=verbose):
        if snapshot is None:
            click.get_current_context().invoke(
                compute, jobs=jobs, engine="spark", as_of=as_of, windows=windows, top=top, out=out, format=format
            )
            return
        if out is None:
            raise click.UsageError("--snapshot stores nothing in the database: add --out FOLDER")
        _run_on_files(env, jobs, snapshot, out, as_of, windows, top, format)


@spark.command()
@target_options
@click.option("--no-archive", is_flag=True, help="Do not create the class archive.")
@format_option
@pass_env
def check(
    env: Environment,
    master: str | None,
    remote: str | None,
    memory: str | None,
    verbose: bool,
    no_archive: bool,
    format: Format,
) -> None:
    """Test the connection: start a session and run a first job.

    On this machine it also creates, once, an archive of Spark's classes (about 150 MB in the cache folder), which
    halves the time of later starts.
    """
    from catlog.analytics.launcher import check_connection as connect

    with _spark(env, master, remote, memory, verbose=verbose), progress(env) as report:
        found = connect(env.settings, report, archive=not no_archive)
    emit_one(env, format, "spark-check", found, _CONNECTION)


@spark.command()
@jobs_argument
@target_options
@as_of_option
@windows_option
@format_option
@pass_env
def validate(
    env: Environment,
    jobs: tuple[str, ...],
    master: str | None,
    remote: str | None,
    memory: str | None,
    verbose: bool,
    as_of: date | None,
    windows: tuple[int, ...],
    format: Format,
) -> ExitCode:
    """Compute on Spark and on the embedded engine and compare the figures.

    Both read the same frozen snapshot. Counts, ranks, dates and directions must be equal, other figures to nine
    digits; exit code 1 says that some are not.
    """
    with _spark(env, master, remote, memory, verbose=verbose):
        code: ExitCode = click.get_current_context().invoke(
            validate_engines, jobs=jobs, as_of=as_of, windows=windows, spark=True, format=format
        )
        return code


@spark.command()
@master_option
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True, help="Port to listen on.")
@memory_option
@verbose_option
@pass_env
def serve(env: Environment, master: str | None, port: int, memory: str | None, verbose: bool) -> None:
    """Run a Spark Connect server until Ctrl-C: sessions on it start in a second or two.

    It listens on this machine only and accepts only commands of its own user, such as
    catlog spark run --remote sc://localhost:15002
    """
    from catlog.analytics.launcher import serve as run_server

    with _spark(env, master, None, memory, verbose=verbose, log="serve"):
        run_server(env.settings, port, lambda url: env.note(f"listening: catlog spark run --remote {url}"))


def _run_on_files(
    env: Environment,
    jobs: tuple[str, ...],
    snapshot: Path,
    out: Path,
    as_of: date | None,
    windows: tuple[int, ...],
    top: int,
    format: Format,
) -> None:
    from catlog.analytics.launcher import launch
    from catlog.analytics.results.folder import row_count
    from catlog.analytics.snapshots.manifest import open_snapshot

    day = as_of or open_snapshot(snapshot).manifest.as_of
    chosen = find_jobs(jobs)
    with progress(env) as report:
        folders = launch([job.name for job in chosen], snapshot, out, env.settings, day, windows, report, top=top)
    rows = [
        {"job": job.name, "rows": row_count(folders[job.name], job), "folder": str(folders[job.name])} for job in chosen
    ]
    emit(env, format, "spark-run", rows, _FILES, as_of=day)


@contextmanager
def _spark(
    env: Environment,
    master: str | None,
    remote: str | None,
    memory: str | None,
    read: str | None = None,
    *,
    verbose: bool,
    log: str = "run",
) -> Iterator[None]:
    """Override settings with the options; with `verbose`, show the log while the block runs."""
    if master and remote:
        raise click.UsageError("--master and --remote name two different places: give one of them")
    env.override_settings(spark_target=master or remote, spark_memory=memory, spark_read=read)
    if not verbose:
        yield
        return
    from catlog.analytics.launcher import log_file
    from catlog.analytics.spark_process import live_log

    with live_log(log_file(env.settings, log), env.note):
        yield
