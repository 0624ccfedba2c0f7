"""`catlog list import`, `export` and `leftovers`, and `catlog db import-web`."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catlog.cli.columns import TableColumn
from catlog.cli.context import Environment, pass_env
from catlog.cli.list_complete import suggest_completion
from catlog.cli.options import FilePath, format_option
from catlog.cli.output import Format, emit
from catlog.cli.progress import progress
from catlog.errors import ConfigError, InvalidArgumentError
from catlog.interchange.formats import EXPORTS, IMPORTS, WRITABLE, format_of_file, import_summaries
from catlog.text import counted

if TYPE_CHECKING:
    from catlog.interchange.importing import ImportResult
    from catlog.interchange.merge import Decision

STDIO = "-"

MERGES = ("keep", "overwrite", "newest")

_STYLES = {"added": "green", "changed": "yellow", "unresolved": "magenta", "rejected": "red"}

ROW_COLUMNS = (
    TableColumn("position", "row", "right"),
    TableColumn("outcome", "outcome", style=lambda outcome: _STYLES.get(outcome, "")),
    TableColumn("mal_id", "id", "right"),
    TableColumn("title", "title", wrap=True),
    TableColumn("change", "change", wrap=True),
    TableColumn("reason", "reason", wrap=True, whole=True),
)

LEFTOVER_COLUMNS = (
    TableColumn("file", "file", wrap=True),
    TableColumn("position", "row", "right"),
    TableColumn("kind", "kind", style=lambda kind: _STYLES.get(kind, "")),
    TableColumn("mal_id", "id", "right"),
    TableColumn("title", "title", wrap=True),
    TableColumn("reason", "reason", wrap=True, whole=True),
)

ACCOUNT_COLUMNS = (
    TableColumn("username", "user"),
    TableColumn("web_username", "there"),
    TableColumn("new", "new"),
    TableColumn("added", "added", "right"),
    TableColumn("changed", "changed", "right"),
    TableColumn("unchanged", "unchanged", "right"),
    TableColumn("rejected", "rejected", "right"),
    TableColumn("remarks", "remarks", wrap=True),
)


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One row of a file in the output; `position` counts from 1.

    `change` is the difference of `before` and `after` in words. All three are null for a row without a change; `before`
    is null for a new entry.
    """

    position: int
    mal_id: int | None
    title: str
    outcome: str
    reason: str
    change: str | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def _described(formats: Mapping[str, str]) -> str:
    """Return formats with their summaries as a unwrapped paragraph of help."""
    width = max(map(len, formats))
    return "\b\nFormats:\n" + "\n".join(f"  {name:{width}}  {summary}" for name, summary in formats.items())


_ENDINGS = ", ".join(format.ending for format in WRITABLE)

merge_option = click.option(
    "--merge",
    type=click.Choice(MERGES),
    default="keep",
    show_default=True,
    help="For titles on the list that differ: keep the list's entry, take the file's, or take the newest.",
)

backup_option = click.option("--no-backup", is_flag=True, help="Do not back up the database first.")


@click.command("import", epilog=_described(import_summaries()))
@click.argument("file", type=FilePath(exists=True, dir_okay=False, allow_dash=True))
@click.option("--from", "source", type=click.Choice(IMPORTS), help="The format; default: detected by the content.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@merge_option
@backup_option
@format_option
@pass_env
def import_command(
    env: Environment, file: str, source: str | None, dry_run: bool, merge: str, no_backup: bool, format: Format
) -> None:
    """Import a list from FILE, plain or gzip.

    FILE - is standard input. Values that a file lacks stay unchanged on the list. An import is one step, which catlog
    list undo takes back. Rows that cannot be imported are stored with their reasons: catlog list leftovers.
    """
    from catlog.interchange.detect import read_list
    from catlog.interchange.importing import import_list
    from catlog.interchange.merge import Strategy
    from catlog.text import clean

    owner = env.signed_in()
    name = "standard input" if file == STDIO else clean(Path(file).name)
    with _opened(env, file, name) as opened:
        found = read_list(opened, name, source, zone=owner.zone)
    backups = None if no_backup else env.settings.paths.backups
    with progress(env) as report:
        done = import_list(
            env.database,
            owner,
            found,
            name,
            strategy=Strategy(merge),
            dry_run=dry_run,
            backups=backups,
            report=report,
        )
    _print_import(env, format, done)
    if not dry_run:
        suggest_completion(env, owner)


@click.command("export", epilog=_described({format.name: format.export_summary for format in WRITABLE}))
@click.option(
    "--to",
    "target",
    type=click.Choice(EXPORTS),
    help=f"The format; default: by the ending of -o FILE ({_ENDINGS}), else json.",
)
@click.option("-o", "--output", type=FilePath(dir_okay=False, allow_dash=True), default=STDIO, help="The file.")
@click.option("--history/--no-history", default=True, help="Whether JSON includes the log of all changes.")
@click.option(
    "--bom", is_flag=True, help="Begin CSV with the byte order mark by which some spreadsheets recognize UTF-8."
)
@pass_env
def export_command(env: Environment, target: str | None, output: str, history: bool, bom: bool) -> None:
    """Export my whole list, by MAL id.

    The same list gives the same file. MyAnimeList imports mal-xml over its own entries for these titles. A warning
    counts the values that the format has no place for.
    """
    from catlog.atomic_files import private_file
    from catlog.interchange.exporting import export_list, export_losses

    owner = env.signed_in()
    target = target or format_of_file(output)
    with env.database.read() as session:
        text = "".join(export_list(session, owner.user_id, owner.username, target, history=history, bom=bom))
        losses = export_losses(session, owner.user_id, target)
    for loss in losses:
        env.note(f"warning: {loss}")
    if output == STDIO:
        env.write(text)
        return
    with private_file(Path(output).absolute()) as out:
        out.write(text.encode())
    env.note(f"written: {output}")


@click.command("leftovers")
@click.option("--retry", is_flag=True, help="Import the rows whose ids are known by now.")
@click.option("--clear", is_flag=True, help="Delete all of them.")
@merge_option
@backup_option
@format_option
@pass_env
def leftovers_command(env: Environment, retry: bool, clear: bool, merge: str, no_backup: bool, format: Format) -> None:
    """List rows that imports could not use, and why.

    An unresolved row names an anime by the id of another service, for which catlog etl import-crossids imports MAL ids,
    or by a title that no anime or several anime of the catalogue have.
    """
    from catlog.interchange import unmatched
    from catlog.interchange.importing import retry_unresolved
    from catlog.interchange.merge import Strategy

    if retry and clear:
        raise InvalidArgumentError("give --retry or --clear, not both")
    owner, database = env.signed_in(), env.database
    if retry:
        backups = None if no_backup else env.settings.paths.backups
        for done in retry_unresolved(database, owner, strategy=Strategy(merge), backups=backups):
            env.note(f"{done.file}: {_summary(done)}")
            for row in done.rows:
                if row.reason and row.mal_id:
                    env.note(f"row {row.position}, {row.title or row.mal_id}: {row.reason}")
    if clear:
        database.run(lambda session: unmatched.delete_rows(session, owner))
    with database.read() as session:
        rows = unmatched.unmatched_rows(session, owner.user_id)
    emit(env, format, "list-leftovers", rows, LEFTOVER_COLUMNS, record=unmatched.UnmatchedRow, empty="no rows are left")


@click.command("import-web")
@merge_option
@backup_option
@format_option
@pass_env
def import_web_command(env: Environment, merge: str, no_backup: bool, format: Format) -> None:
    """Import the users, lists and ranking history of a web CatLog.

    CATLOG_WEB_DATABASE_URL, or web_database_url in config.toml, is the URL of its PostgreSQL database, which is only
    read. Users keep their passwords. Repeated, the import adds what is new there.
    """
    from catlog.db.backup.folder import backup_before
    from catlog.db.session import Database
    from catlog.etl.history import load_series
    from catlog.etl.web_catlog_history import SOURCE, has_web_rankings, web_rankings
    from catlog.interchange.merge import Strategy
    from catlog.interchange.web_catlog import WebAccount, import_web_catlog, read_web_catlog

    url = env.settings.web_database_url
    if url is None:
        raise ConfigError(
            "the URL of the web CatLog's database is not set",
            hint="set CATLOG_WEB_DATABASE_URL, or web_database_url in config.toml",
        )
    source = Database(url, origin=env.settings.origins["web_database_url"])
    try:
        users = read_web_catlog(source, env.settings.zone_of())
        database = env.database
        with progress(env) as report:
            if not no_backup:
                backup_before(database, "import", env.settings.paths.backups, report)
            if has_web_rankings(source):
                rows = web_rankings(source, today=env.utc_today())
                for note in load_series(database, rows, source=SOURCE, name="rankings", report=report).notes:
                    env.note(f"note: {note}")
    finally:
        source.close()
    accounts = import_web_catlog(database, users, strategy=Strategy(merge))
    emit(env, format, "web-import", accounts, ACCOUNT_COLUMNS, record=WebAccount, empty="the web CatLog has no users")


@contextmanager
def _opened(env: Environment, file: str, name: str) -> Iterator[io.BufferedReader]:
    from catlog.interchange.records import FILE_LIMIT
    from catlog.limited_read import capped, open_capped

    if file == STDIO:
        stream = getattr(env.stdin, "buffer", None) or io.BytesIO(env.stdin.read().encode())
        yield capped(stream, name, limit=FILE_LIMIT)
    else:
        with open_capped(Path(file), limit=FILE_LIMIT) as opened:
            yield opened


def _print_import(env: Environment, format: Format, done: ImportResult) -> None:
    for warning in done.warnings:
        env.note(f"warning: {warning}")
    shown = [row for row in done.rows if row.outcome != "unchanged" or row.reason]
    if format == "table":
        env.write_text(f"{done.file}, {done.format}: {_summary(done)}\n")
        shown = [row for row in shown if done.dry_run or row.outcome != "added" or row.reason]
    rows = [_row(env, row) for row in shown]
    counts = _counts(done)
    emit(
        env,
        format,
        "list-import",
        rows,
        ROW_COLUMNS,
        record=ImportRow,
        file=done.file,
        source=done.format,
        merge=done.merge,
        dry_run=done.dry_run,
        step=done.step,
        added=counts["added"],
        changed=counts["changed"],
        unchanged=counts["unchanged"],
        unresolved=counts["unresolved"],
        rejected=counts["rejected"],
    )
    if done.dry_run:
        env.note("dry run: nothing was changed")
    elif done.step is not None:
        env.note("catlog list undo takes it back")
    if done.events:
        env.note(f"{counted(done.events, 'event')} of its history imported")
    if counts["unresolved"]:
        env.note(f"{counted(counts['unresolved'], 'row waits', 'rows wait')} for a MAL id: catlog list leftovers")


def _row(env: Environment, decision: Decision) -> ImportRow:
    from catlog.cli.list_changes import arrow
    from catlog.library.describe import describe_sides
    from catlog.library.entries import difference

    change = before = after = None
    if decision.after:
        before, after = difference(decision.before, decision.after)
        episodes = decision.row.listed.episodes if decision.row else None
        change = describe_sides(before, after, episodes=episodes, arrow=arrow(env))
    outcome = decision.outcome.value
    return ImportRow(
        decision.position, decision.mal_id, decision.title, outcome, decision.reason, change, before, after
    )


def _counts(done: ImportResult) -> dict[str, int]:
    from catlog.interchange.merge import RowOutcome

    return {outcome.value: done.count(outcome) for outcome in RowOutcome}


def _summary(done: ImportResult) -> str:
    return ", ".join(f"{count:,} {outcome}" for outcome, count in _counts(done).items())
