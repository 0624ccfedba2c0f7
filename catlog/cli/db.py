"""`catlog db`: look after the database."""

from __future__ import annotations

from pathlib import Path

import click

from catlog.cli.columns import TableColumn
from catlog.cli.context import Environment, pass_env
from catlog.cli.interchange import import_web_command
from catlog.cli.options import FilePath, format_option, yes_option
from catlog.cli.output import Format, emit, emit_one
from catlog.cli.progress import progress
from catlog.errors import ExitCode
from catlog.text import counted, figure

INFO_COLUMNS = (
    TableColumn("url", "database", wrap=True),
    TableColumn("origin", "configured by"),
    TableColumn("server", "engine"),
    TableColumn("schema", "schema"),
    TableColumn("state", "state"),
    TableColumn("size_bytes", "bytes", "right", format=lambda size: f"{size:,}"),
    TableColumn("titles", "titles", "right", format=lambda count: f"{count:,}"),
    TableColumn("snapshots", "snapshots", "right", format=lambda count: f"{count:,}"),
    TableColumn("days", "days", "right"),
    TableColumn("first_day", "first day"),
    TableColumn("last_day", "last day"),
    TableColumn("runs", "runs", "right"),
)

BACKUP_COLUMNS = (
    TableColumn("file", "backup", wrap=True),
    TableColumn("schema", "schema"),
    TableColumn("rows", "rows", "right", format=lambda count: f"{count:,}"),
    TableColumn("size_bytes", "bytes", "right", format=lambda size: f"{size:,}"),
    TableColumn("sha256", "SHA-256 of the contents"),
)

RESTORE_COLUMNS = (
    TableColumn("file", "restored", wrap=True),
    TableColumn("created_at", "state of"),
    TableColumn("from_schema", "schema"),
    TableColumn("to_schema", "upgraded to"),
    TableColumn("rows", "rows", "right", format=lambda count: f"{count:,}"),
    TableColumn("saved", "state before", wrap=True),
)

DOCTOR_COLUMNS = (
    TableColumn("rule", "check"),
    TableColumn("severity", "severity"),
    TableColumn("passed", "passed", style=lambda passed: "green" if passed else "red"),
    TableColumn("value", "value", "right", format=figure),
    TableColumn("threshold", "threshold", "right", format=figure),
    TableColumn("detail", "detail", wrap=True),
    TableColumn("remedy", "remedy", wrap=True),
)


@click.group()
def db() -> None:
    """Manage the database: state, upgrade, backup, restore."""


db.add_command(import_web_command)


@db.command()
@format_option
@pass_env
def info(env: Environment, format: Format) -> None:
    """Show the database in use, its schema and its contents; changes nothing."""
    from catlog.db.inventory import take_inventory

    emit_one(env, format, "db-info", take_inventory(env.unready_database), INFO_COLUMNS)


@db.command()
@pass_env
def upgrade(env: Environment) -> None:
    """Create or upgrade the schema; a current one stays unchanged.

    A database with data is backed up first. Then the number of snapshots and the depth of the chart of each day are
    recounted and corrected.
    """
    from catlog.db.ranking_days import repair_days
    from catlog.db.upgrade import upgrade as bring_to_head
    from catlog.text import spans

    before, after = bring_to_head(env.unready_database, env.settings.paths.backups)
    if before == after:
        env.write_text(f"the schema is current ({after.revision})\n")
    else:
        env.write_text(f"the schema was upgraded from {before.revision or 'nothing'} to {after.revision}\n")
    if repaired := repair_days(env.unready_database):
        env.write_text(f"corrected days: {spans(repaired)}\n")


@db.command()
@click.option(
    "-o",
    "--output",
    type=FilePath(path_type=Path, dir_okay=False),
    help="The file to write, which must not exist; default: a new file in the backups folder.",
)
@format_option
@pass_env
def backup(env: Environment, output: Path | None, format: Format) -> None:
    """Write everything into one file, even while others write.

    The file restores into both SQLite and PostgreSQL. It contains password hashes: only you can read it. It is never
    deleted.

    Backups are also made automatically, before every upgrade of a schema, import of a list, restore, and removal of a
    day. Of these the newest 7 are retained, and the newest of each of the last 6 months.
    """
    from catlog.db.backup.folder import back_up

    with progress(env) as report:
        made = back_up(env.unready_database, env.settings.paths.backups, file=output, report=report)
    row = {
        "file": made.file,
        "created_at": made.manifest.created_at,
        "schema": made.manifest.schema,
        "rows": made.manifest.rows,
        "size_bytes": made.size_bytes,
        "sha256": made.sha256,
    }
    emit_one(env, format, "db-backup", row, BACKUP_COLUMNS)


@db.command()
@click.argument("file", type=FilePath(path_type=Path, exists=True, dir_okay=False))
@yes_option
@format_option
@pass_env
def restore(env: Environment, file: Path, yes: bool, format: Format) -> None:
    """Restore FILE, a backup.

    FILE is checked from end to end first; after any error nothing has changed. The present state is backed up. A
    backup of an older schema is upgraded. Other CatLog programs see the old state until the end. Passwords and
    sessions become those of the backup, too.
    """
    from catlog.clock import iso
    from catlog.db.backup.read import read_manifest
    from catlog.db.backup.restore import restore as bring_back
    from catlog.redaction import seen_of_database

    found = read_manifest(file)
    target = seen_of_database(env.settings.database_url)
    question = f"Replace all of {target} by {file.name}, {counted(found.rows, 'row')} of {iso(found.created_at)}?"
    if not env.confirm(question, yes=yes):
        env.note("nothing was changed")
        raise click.Abort
    with progress(env) as report:
        done = bring_back(env.unready_database, file, env.settings.paths.backups, report)
    emit_one(env, format, "db-restore", done, RESTORE_COLUMNS)


@db.command()
@format_option
@pass_env
def doctor(env: Environment, format: Format) -> None:
    """Examine the database, the files around it, and the settings of the app.

    Each check reports a figure, and each failed check a remedy. Nothing is changed. The exit code is 1 if a blocking
    check failed.
    """
    from catlog.cli.setting_problems import setting_problems
    from catlog.db.doctor.examine import examine
    from catlog.db.doctor.finding import Finding, at_most

    findings = examine(env.unready_database, env.settings.paths)
    problems = setting_problems(env.settings)
    detail = "settings of the app that are not usable" + (f": {'; '.join(problems)}" if problems else "")
    remedy = f"mend them in {env.settings.paths.config_file}; docs/keys.md lists the actions"
    findings.append(at_most("settings", "soft", len(problems), 0, detail, remedy=remedy))
    emit(env, format, "db-doctor", findings, DOCTOR_COLUMNS, record=Finding, title="database")
    if any(not finding.passed and finding.severity == "blocking" for finding in findings):
        click.get_current_context().exit(ExitCode.CHECK_FAILED)
