"""The merge of a file into a list: what would become of every row, before anything is written. A pure function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from catlog.interchange.records import UNRESOLVED, UPDATE_MARK, ForeignId, ImportedEntry, RejectedRow, Row
from catlog.library.entries import FIELDS, Entry, Status, changed_fields


class Strategy(StrEnum):
    """What happens to a title that is on the list already, and different in the file."""

    KEEP = "keep"
    OVERWRITE = "overwrite"
    NEWEST = "newest"


class RowOutcome(StrEnum):
    """What became of a row."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    UNRESOLVED = "unresolved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one row; where it adds or changes an entry, `wanted` is that entry, and `before` what it was.

    `mal_id` is None for a row without one; `reason` says why a row is not taken, or what is odd about it. `row` is
    there for every one that could be read and counts.
    """

    position: int
    mal_id: int | None
    title: str
    outcome: RowOutcome
    reason: str = ""
    before: Entry | None = None
    after: Entry | None = None
    row: ImportedEntry | None = None


def decide(
    rows: Sequence[Row],
    mine: Mapping[int, Entry],
    ids: Mapping[ForeignId, int],
    strategy: Strategy,
    titles: Mapping[str, int] = MappingProxyType({}),
) -> tuple[Decision, ...]:
    """Return what becomes of every row on the list `mine`, in the order of the file.

    `ids` are the MAL ids of other services' ones, `titles` those of titles that mean one anime. Of several rows for
    one anime the last one counts. `keep` only adds titles; `overwrite` makes entries what the file tells of them;
    `newest` does so where the file's entry was changed after the list's, and keeps the list's where the file does not
    say when.
    """
    named = [_resolved(row, ids, titles) for row in rows]
    last = {row.entry.mal_id: row.position for row in named if isinstance(row, ImportedEntry)}
    return tuple(_decision(row, ids, last, mine, strategy) for row in named)


def _resolved(row: Row, ids: Mapping[ForeignId, int], titles: Mapping[str, int]) -> Row:
    if isinstance(row, RejectedRow) or row.entry.mal_id != UNRESOLVED:
        return row
    found = {ids[theirs] for theirs in row.foreign if theirs in ids}
    if row.by_title and row.listed.title in titles:
        found = {titles[row.listed.title]}
    if len(found) != 1:
        return row
    entry = replace(row.entry, mal_id=found.pop())
    return replace(row, listed=replace(row.listed, entry=entry))


def _decision(
    row: Row,
    ids: Mapping[ForeignId, int],
    last: Mapping[int, int],
    mine: Mapping[int, Entry],
    strategy: Strategy,
) -> Decision:
    if isinstance(row, RejectedRow):
        return Decision(row.position, row.mal_id, row.title, RowOutcome.REJECTED, row.reason)
    mal_id, title = row.entry.mal_id, row.listed.title
    if mal_id == UNRESOLVED:
        theirs = ", ".join(map(str, row.foreign))
        reason = f"no MAL id is known for {theirs}: catlog etl import-crossids"
        if row.by_title:
            reason = (
                "the catalogue has no single anime with exactly this title and number of episodes: catlog list add ID"
            )
        elif any(one in ids for one in row.foreign):
            reason = f"{theirs} mean different anime of MyAnimeList"
        return Decision(row.position, None, title, RowOutcome.UNRESOLVED, reason, row=row)
    if last[mal_id] != row.position:
        reason = f"the same anime stands again on row {last[mal_id]}, which counts"
        return Decision(row.position, mal_id, title, RowOutcome.REJECTED, reason)
    before = mine.get(mal_id)
    after = merged(before, row)
    remarks = "; ".join(row.remarks)
    taken = "; ".join((*row.remarks, *_date_warnings(before, after)))
    if before is None:
        return Decision(row.position, mal_id, title, RowOutcome.ADDED, taken, None, after, row)
    changes = changed_fields(before, after)
    if not changes:
        return Decision(row.position, mal_id, title, RowOutcome.UNCHANGED, remarks, row=row)
    if kept := _why_unchanged(before, row, strategy):
        different = ", ".join(FIELDS[name] for name in changes)
        reason = "; ".join(filter(None, (f"{kept} ({different} differ)", remarks)))
        return Decision(row.position, mal_id, title, RowOutcome.UNCHANGED, reason, row=row)
    return Decision(row.position, mal_id, title, RowOutcome.CHANGED, taken, before, after, row)


def merged(before: Entry | None, row: ImportedEntry) -> Entry:
    """Return the entry that a row makes of one on the list: what the file does not tell of stays.

    A 0-100 score that the file does not tell stays as long as it goes with the rating.
    """
    theirs = row.entry
    if before is None:
        return theirs
    told = {name: getattr(theirs, name) for name in row.provided if name != "extra"}
    if "rating" in told and "score100" not in told and told["rating"] != before.rating:
        told["score100"] = None
    if "status" in told and "rewatching" not in told:
        told["rewatching"] = before.rewatching and told["status"] is Status.COMPLETED
    kept = {name: text for name, text in before.extra.items() if name not in row.provided_extra}
    extra = theirs.extra if "extra" in row.provided else {**kept, **theirs.extra}
    after = replace(before, **told, extra=extra, updated_at=theirs.updated_at)
    if UPDATE_MARK in kept and extra is not theirs.extra and changed_fields(before, after):
        # MyAnimeList is not to skip what changed since it said so.
        after = replace(after, extra={name: text for name, text in extra.items() if name != UPDATE_MARK})
    return after


def _date_warnings(before: Entry | None, after: Entry) -> Iterator[str]:
    """Yield a remark when the dates of an entry come to say that it was finished before it was started."""
    start, finish = after.start_date, after.finish_date
    same = before is not None and (before.start_date, before.finish_date) == (start, finish)
    if start and finish and finish.latest < start.earliest and not same:
        yield f"finished ({finish}) before it was started ({start}): one of the two dates is wrong"


def _why_unchanged(before: Entry, row: ImportedEntry, strategy: Strategy) -> str:
    """Return why an entry stays as it is, or nothing."""
    if strategy is Strategy.OVERWRITE:
        return ""
    if strategy is Strategy.KEEP:
        return "yours is kept: --merge overwrite takes the file's"
    if row.entry.updated_at is None:
        return "yours is kept: the file does not say when it changed"
    if before.updated_at is not None and before.updated_at >= row.entry.updated_at:
        return "yours is newer"
    return ""
