"""Import a list: a backup first, then one transaction and one step of the log, which undo reverts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from catlog import clock
from catlog.access import Right, may
from catlog.accounts.sessions import SignedIn
from catlog.catalogue.store import add_titles, fill_gaps
from catlog.db.backup.folder import backup_before
from catlog.db.session import Database, Session
from catlog.errors import BadDataError
from catlog.interchange import crossids, unmatched
from catlog.interchange.merge import Decision, RowOutcome, Strategy, decide
from catlog.interchange.records import ListFile, RejectedRow
from catlog.interchange.titles import resolve_titles
from catlog.library.edits import Put
from catlog.library.entries import Entry, Origin
from catlog.library.steps import import_history, lock_list, recorded_steps, write_step
from catlog.library.store import load_entries, load_titles
from catlog.library.writer import EditRequest, preview
from catlog.progress import Report, silent
from catlog.text import counted


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The result of an import, or in a dry run of a preview.

    `step` is the number of its step in the log, None when nothing changed; `events` counts the imported events of
    another list's history; `backup` is the file written before.
    """

    file: str
    format: str
    merge: Strategy
    dry_run: bool
    rows: tuple[Decision, ...]
    warnings: tuple[str, ...] = ()
    step: int | None = None
    events: int = 0
    backup: Path | None = None

    def count(self, outcome: RowOutcome) -> int:
        """Return the number of rows with this outcome."""
        return Counter(row.outcome for row in self.rows)[outcome]


def import_list(
    database: Database,
    owner: SignedIn,
    list_file: ListFile,
    name: str,
    *,
    strategy: Strategy = Strategy.KEEP,
    dry_run: bool = False,
    backups: Path | None = None,
    replaces: Sequence[RowOutcome] = unmatched.KINDS,
    report: Report = silent,
) -> ImportResult:
    """Merge a file, called `name`, into the list of `owner`.

    The catalogue gets missing titles, and missing types and totals of episodes, from the file; the latter only if the
    user may load the catalogue, so that a member's file changes nothing on the lists of others. A total below what
    some user has watched is ignored; if that user is `owner`, with a remark. Rows without an entry are stored with
    their reasons, and replace those (of the kinds `replaces`) of an earlier import of the file. History is imported
    only into a list without history.

    A backup is written to the folder `backups` first, unless that is None, or the user may not back up everybody's
    lists: undo reverts changes to the user's own list. An error of `report` changes nothing, until all is written.

    Raises BadDataError when there are rows and none can be used; nothing has changed then.
    """
    with database.read() as session:
        planned = _decide(session, owner, list_file, strategy)
    _refuse_if_unusable(planned, name)
    if dry_run:
        return ImportResult(name, list_file.format, strategy, True, planned, list_file.warnings)
    saved = None
    if backups is not None and may(database.role, Right.BACK_UP) and any(decision.after for decision in planned):
        saved = backup_before(database, "import", backups, report)
    request = uuid4().hex
    fills = may(database.role, Right.LOAD_CHARTS)
    done = database.run(
        lambda session: merge_into(
            session, owner, list_file, name, strategy, request, replaces, fill_catalogue=fills, report=report
        )
    )
    return replace(done, backup=saved)


def merge_into(
    session: Session,
    owner: SignedIn,
    list_file: ListFile,
    name: str,
    strategy: Strategy,
    request_id: str,
    replaces: Sequence[RowOutcome] = unmatched.KINDS,
    *,
    fill_catalogue: bool = True,
    report: Report = silent,
) -> ImportResult:
    """Merge a file as `import_list` does, inside the caller's transaction; a repeated `request_id` has no effect.

    `fill_catalogue` says whether titles of the catalogue get missing facts. An error of `report` rolls it all back.
    """
    rows = len(list_file.rows)
    report("comparing", 0, rows)
    place = lock_list(session, owner)
    done = recorded_steps(session, owner.user_id, [request_id])
    decisions = _decide(session, owner, list_file, strategy)
    merged = ImportResult(name, list_file.format, strategy, False, decisions, list_file.warnings)
    if done:  # the commit succeeded, and the connection broke before the confirmation
        return replace(merged, step=done[0].number)
    events = import_history(session, owner, list_file.history) if list_file.history else 0
    report("adding titles", 0, rows)
    _update_catalogue(session, decisions, fill_missing=fill_catalogue)
    requests = [EditRequest(after.mal_id, Put(after, as_told=True)) for one in decisions if (after := one.after)]
    changes = preview(session, owner, requests)
    report("writing", 0, len(changes))
    step = write_step(session, owner, place, Origin.IMPORT, changes, request_id=request_id)[1]
    excerpts = {row.position: row.excerpt for row in list_file.rows if isinstance(row, RejectedRow)}
    unmatched.store_rows(session, owner.user_id, name, list_file.format, decisions, excerpts, replaces)
    report("writing", len(changes), len(changes))
    return replace(merged, step=step.number, events=events)


def retry_unresolved(
    database: Database, owner: SignedIn, *, strategy: Strategy = Strategy.KEEP, backups: Path | None = None
) -> tuple[ImportResult, ...]:
    """Import the stored rows whose MAL id is known by now, file by file."""
    with database.read() as session:
        waiting = unmatched.unresolved_files(session, owner.user_id)
    return tuple(
        import_list(database, owner, found, file, strategy=strategy, backups=backups, replaces=(RowOutcome.UNRESOLVED,))
        for file, found in waiting
    )


def _decide(session: Session, owner: SignedIn, found: ListFile, strategy: Strategy) -> tuple[Decision, ...]:
    entries = [row for row in found.rows if not isinstance(row, RejectedRow)]
    ids = crossids.mal_ids(session, {theirs for row in entries for theirs in row.foreign})
    titles = resolve_titles(session, entries)
    mine = load_entries(session, owner.user_id)
    decisions = decide(found.rows, mine, ids, strategy, titles)
    known = load_titles(session, {one.mal_id for one in decisions if one.mal_id})
    named = [_with_title(one, known[one.mal_id].title) if one.mal_id else one for one in decisions]
    open_totals = {mal_id for mal_id, facts in known.items() if facts.in_catalogue and not facts.episodes}
    return _without_wrong_totals(mine, named, open_totals)


def _without_wrong_totals(
    mine: Mapping[int, Entry], decisions: Sequence[Decision], open_totals: Collection[int]
) -> tuple[Decision, ...]:
    """Remove totals for one of `open_totals` that are below what `mine` or the file has watched, with a remark.

    Totals below what others have watched are ignored by `fill_gaps` without a remark, which would reveal their lists.
    """
    totals = {
        one.mal_id: (one.row.listed.episodes, one.after)
        for one in decisions
        if one.mal_id in open_totals and one.mal_id and one.row and one.row.listed.episodes
    }
    wrong = {
        mal_id
        for mal_id, (total, after) in totals.items()
        if any(entry is not None and entry.episodes_watched > total for entry in (mine.get(mal_id), after))
    }
    return tuple(_without_total(one) if one.mal_id in wrong else one for one in decisions)


def _without_total(decision: Decision) -> Decision:
    row = decision.row
    if row is None or not row.listed.episodes:
        return decision
    remark = f"{counted(row.listed.episodes, 'episode')} in all is impossible: more were watched"
    reason = "; ".join(filter(None, (decision.reason, remark)))
    return replace(decision, reason=reason, row=replace(row, listed=replace(row.listed, episodes=None)))


def _with_title(decision: Decision, title: str) -> Decision:
    return decision if decision.title else replace(decision, title=title)


def _update_catalogue(session: Session, decisions: Sequence[Decision], *, fill_missing: bool) -> None:
    listed = {one.after.mal_id: one.row.listed for one in decisions if one.after and one.row}
    known = load_titles(session, listed)
    titles = [
        (mal_id, facts.title, facts.type, facts.episodes)
        for mal_id, facts in sorted(listed.items())
        if not known[mal_id].in_catalogue
    ]
    if titles:
        add_titles(session.connection(), titles, seen_at=clock.now())
    if not fill_missing:
        return
    resolved = [(one.mal_id, one.row.listed) for one in decisions if one.mal_id and one.row]
    fill_gaps(session.connection(), [(mal_id, facts.title, facts.type, facts.episodes) for mal_id, facts in resolved])


def _refuse_if_unusable(decisions: Sequence[Decision], name: str) -> None:
    if decisions and all(decision.outcome is RowOutcome.REJECTED for decision in decisions):
        first = decisions[0]
        raise BadDataError(
            f"none of the {len(decisions):,} entries of {name} can be used; nothing was changed",
            hint=f"the first: {first.reason}",
        )
