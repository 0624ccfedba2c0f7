"""`catlog etl`: fetch, check and load daily snapshots."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catlog.cli.columns import TableColumn
from catlog.cli.context import Environment, pass_env
from catlog.cli.options import (
    DAY,
    WORDS,
    FilePath,
    count_option,
    format_option,
    limit_option,
    past_day_option,
    yes_option,
)
from catlog.cli.output import Format, emit, emit_one
from catlog.cli.progress import progress
from catlog.errors import ExitCode
from catlog.etl.sources import RANKINGS, SOURCE_MODULES
from catlog.text import figure

if TYPE_CHECKING:
    from catlog.etl.runlog import Run

_STATUS = {"SUCCESS": "green", "PARTIAL": "yellow", "FAILED": "red", "RUNNING": "cyan"}

RUN_COLUMNS = (
    TableColumn("run_id", "run"),
    TableColumn("source", "source"),
    TableColumn("snapshot_date", "day"),
    TableColumn("status", "status", style=lambda status: _STATUS.get(status, "")),
    TableColumn("pages", "pages", "right", gives_way=2),
    TableColumn("received", "received", "right", gives_way=4),
    TableColumn("accepted", "accepted", "right", gives_way=1),
    TableColumn("duplicates", "repeats", "right", gives_way=3),
    TableColumn("rejected", "rejected", "right"),
    TableColumn("rows_processed", "written", "right"),
)

DETAIL_COLUMNS = (
    *RUN_COLUMNS,
    TableColumn("host", "host"),
    TableColumn("start_time", "started"),
    TableColumn("end_time", "ended"),
    TableColumn("shifted", "shifted"),
    TableColumn("degraded", "degraded"),
    TableColumn("error_message", "error"),
)

REJECT_COLUMNS = (
    TableColumn("page", "page", "right"),
    TableColumn("position", "entry", "right"),
    TableColumn("mal_id", "id", "right"),
    TableColumn("reason", "reason", wrap=True),
    TableColumn("excerpt", "excerpt", wrap=True),
)

CHECK_COLUMNS = (
    TableColumn("rule", "rule"),
    TableColumn("severity", "severity"),
    TableColumn("passed", "passed", style=lambda passed: "green" if passed else "red"),
    TableColumn("value", "value", "right", format=figure),
    TableColumn("threshold", "threshold", "right", format=figure),
    TableColumn("detail", "detail", wrap=True),
)

CROSSID_COLUMNS = (
    TableColumn("entries", "entries", "right"),
    TableColumn("anidb", "AniDB", "right"),
    TableColumn("anilist", "AniList", "right"),
    TableColumn("kitsu", "Kitsu", "right"),
    TableColumn("ambiguous", "ambiguous", "right"),
)

TITLES_COLUMNS = (
    TableColumn("entries", "entries", "right"),
    TableColumn("added", "added", "right"),
    TableColumn("changed", "changed", "right"),
    TableColumn("unchanged", "unchanged", "right"),
    TableColumn("repeated", "repeated", "right"),
    TableColumn("foreign", "not on MAL", "right"),
    TableColumn("partial", "partial", "right"),
    TableColumn("rejected", "rejected", "right"),
)

DROP_COLUMNS = (
    TableColumn("snapshot_date", "day"),
    TableColumn("snapshots", "snapshots removed", "right", format=lambda count: f"{count:,}"),
    TableColumn("backup", "backup", wrap=True),
    TableColumn("run_id", "run"),
)

replace_option = click.option("--replace", is_flag=True, help="Replace days that have snapshots already.")


@click.group()
def etl() -> None:
    """Fetch, check and load daily snapshots."""


@etl.command("run")
@click.option(
    "--source",
    type=click.Choice(SOURCE_MODULES),
    default=RANKINGS,
    show_default=True,
    help="What to fetch: the chart (rankings), or titles that complete it.",
)
@count_option("--pages", None, "Number of pages; default: 4 for rankings, all for other sources.")
@past_day_option("--date", "The day (UTC): today, the default, or yesterday for an hour after midnight.")
@click.option("--resume", is_flag=True, help="Resume the day's unfinished run.")
@replace_option
@format_option
@pass_env
def run_command(
    env: Environment, source: str, pages: int | None, date: date | None, resume: bool, replace: bool, format: Format
) -> None:
    """Take a snapshot of today: extract, transform, validate, load.

    The snapshot of a day is stored in one transaction. A second run replaces it only if that loses nothing: as many
    titles, ranks and scores, and most of the previous titles. Otherwise the first one stays, and the run reports why;
    --replace replaces it in any case. A past day cannot be fetched: the source only has today's ranks.
    """
    from catlog.etl.pipeline import RunRequest, run_etl
    from catlog.etl.sources import ranking_source

    database = env.database
    if note := ranking_source(source).note:
        env.note(f"note: {note}")
    request = RunRequest(source, pages, date, resume, replace)
    with progress(env) as report:
        finished = run_etl(database, env.settings, request, report)
    _print_run(env, format, finished)


@etl.command()
@past_day_option("--date", "The day to check (UTC); default: that of the last run.")
@format_option
@pass_env
def validate(env: Environment, date: date | None, format: Format) -> None:
    """Check a stored day against the quality rules; exit 1 when a blocking one fails."""
    from catlog.etl.quality import Check, check_day

    day, checks = check_day(env.database, date)
    emit(env, format, "etl-validate", checks, CHECK_COLUMNS, record=Check, title=f"quality of {day}", snapshot_date=day)
    if any(not check.passed and check.severity == "blocking" for check in checks):
        click.get_current_context().exit(ExitCode.CHECK_FAILED)


@etl.command()
@limit_option(10)
@click.option("--run", "run_id", type=WORDS, help="Show one run in full, with its rejected entries.")
@format_option
@pass_env
def logs(env: Environment, limit: int, run_id: str | None, format: Format) -> None:
    """List the newest runs, or show one in full."""
    from catlog.etl import runlog

    if run_id is None:
        runs = runlog.latest(env.database, limit)
        empty = "no run yet; take the first snapshot: catlog etl run"
        emit(env, format, "etl-logs", runs, RUN_COLUMNS, record=runlog.Run, empty=empty)
        return
    from catlog.etl.load import run_in_full

    run, rejects = run_in_full(env.database, run_id)
    emit_one(env, format, "etl-logs", run, DETAIL_COLUMNS, rejects=rejects)
    for note in run.notes:
        env.note(f"note: {note}")
    if format == "table" and rejects:
        emit(env, format, "etl-rejects", rejects, REJECT_COLUMNS, title="rejected")


@etl.command()
@click.argument("run", type=WORDS)
@replace_option
@format_option
@pass_env
def reprocess(env: Environment, run: str, replace: bool, format: Format) -> None:
    """Rebuild the day of RUN from its stored raw pages."""
    from catlog.etl.pipeline import reprocess as rebuild

    _print_run(env, format, rebuild(env.database, run, replace=replace))


@etl.command("drop-day")
@click.argument("day", type=DAY, metavar="DATE")
@yes_option
@format_option
@pass_env
def drop_day(env: Environment, day: date, yes: bool, format: Format) -> None:
    """Remove all snapshots of DATE (UTC), of any source.

    A backup is made first. The run log records the removal; earlier runs and their raw pages stay, and etl reprocess
    RUN restores the snapshots of a run. Statistics computed from the day stay until they are recomputed.
    """
    from catlog.etl.drop_day import drop_day as drop
    from catlog.etl.drop_day import snapshots_to_drop

    database = env.database
    count = snapshots_to_drop(database, day)
    if not env.confirm(f"Remove the {count:,} snapshots of {day}? A backup is made first.", yes=yes):
        env.note("nothing was changed")
        raise click.Abort
    with progress(env) as report:
        dropped = drop(database, day, env.settings.paths.backups, report)
    emit_one(env, format, "etl-drop-day", dropped, DROP_COLUMNS)


@etl.command("import-history")
@click.argument("file", type=FilePath(path_type=Path, exists=True, dir_okay=False))
@replace_option
@format_option
@pass_env
def import_history(env: Environment, file: Path, replace: bool, format: Format) -> None:
    """Load a recorded time series from FILE (CSV, plain or gzip).

    Its columns: snapshot_date, mal_id, title, rank, score, scored_by, members, popularity; others are ignored. Of
    several rows with the same day and id, the first counts. Days that have snapshots already are not changed, unless
    --replace is given.
    """
    from catlog.etl.history import import_history as load

    database = env.database
    with progress(env) as report:
        finished = load(database, file, replace=replace, report=report)
    _print_run(env, format, finished)


@etl.command("import-crossids")
@click.argument("file", type=FilePath(path_type=Path, exists=True, dir_okay=False))
@format_option
@pass_env
def import_crossids(env: Environment, file: Path, format: Format) -> None:
    """Import from FILE the MAL ids that belong to ids of AniDB, AniList and Kitsu.

    FILE is JSON or JSON Lines, plain or gzip: objects with mal_id and anidb_id, anilist_id or kitsu_id, or
    anime-offline-database. Imports of lists from these services need them.
    """
    from catlog.interchange.crossids import import_crossids as learn

    emit_one(env, format, "etl-crossids", learn(env.database, file), CROSSID_COLUMNS)


@etl.command("import-catalogue")
@click.argument("file", type=FilePath(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="Overwrite existing values; values that the file lacks stay.")
@format_option
@pass_env
def import_catalogue(env: Environment, file: Path, replace: bool, format: Format) -> None:
    """Import titles from FILE into the catalogue.

    FILE is CSV with mal_id and title, JSON or JSON Lines as Jikan writes them, or anime-offline-database; plain, gzip
    or Zstandard. Only missing values are filled in, unless --replace is given.
    """
    from catlog.catalogue.importing import import_titles
    from catlog.catalogue.json_titles import OnlyIdsError

    database = env.database
    try:
        with progress(env) as report:
            taken = import_titles(database, file, replace_known=replace, report=report)
    except OnlyIdsError:
        from catlog.interchange.crossids import import_crossids as learn

        env.note(f"note: {file.name} has no titles, only ids of other services: imported as by import-crossids")
        emit_one(env, format, "etl-crossids", learn(database, file), CROSSID_COLUMNS)
        return
    emit_one(env, format, "etl-catalogue", taken, TITLES_COLUMNS)
    for reject in taken.reasons:
        env.note(f"note: entry {reject.position} cannot be used: {reject.reason}")


@etl.command()
@count_option("--keep-days", 90, "Keep raw pages and rejects of the last COUNT days.")
@format_option
@pass_env
def prune(env: Environment, keep_days: int, format: Format) -> None:
    """Delete old raw pages and rejects; rankings and the run log stay for good."""
    from catlog.etl.prune import prune as cut

    columns = (TableColumn("pages", "raw pages", "right"), TableColumn("rejects", "rejects", "right"))
    emit_one(env, format, "etl-prune", cut(env.database, keep_days=keep_days), columns)


def _print_run(env: Environment, format: Format, run: Run) -> None:
    emit_one(env, format, "etl-run", run, DETAIL_COLUMNS)
    for note in run.notes:
        env.note(f"note: {note}")
    if run.shifted:
        env.note("note: ranks changed during the run: titles at page borders may be missing or outdated")
