"""The merge of a file into a list: a pure function that decides the outcome of every row before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from catlog.interchange.records import UNRESOLVED, UPDATE_MARK, ForeignId, ImportedEntry, RejectedRow, Row
from catlog.library.entries import FIELDS, Entry, Status, changed_fields


class Strategy(StrEnum):
    """How to merge a title that is on the list with different values."""

    KEEP = "keep"
    OVERWRITE = "overwrite"
    NEWEST = "newest"


class RowOutcome(StrEnum):
    """The outcome of a row."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    UNRESOLVED = "unresolved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of one row; if it adds or changes an entry, `before` and `after` are its states.

    `mal_id` is None for a row without one; `reason` says why there is no change, or holds remarks. `row` is None for
    rejected rows.
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
    """Return the decision for each row against the list `mine`, in the order of the file.

    `ids` maps other services' ids to MAL ids, `titles` the titles that mean one anime. Of several rows for one anime
    the last one counts. `keep` only adds titles; `overwrite` sets all fields that the file provides; `newest` does so
    where the file's entry changed after the list's, and changes nothing where the file has no time of change.
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
        reason = f"the same anime is also in row {last[mal_id]}, which counts"
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
    if unchanged := _why_unchanged(before, row, strategy):
        different = ", ".join(FIELDS[name] for name in changes)
        reason = "; ".join(filter(None, (f"{unchanged} ({different} differ)", remarks)))
        return Decision(row.position, mal_id, title, RowOutcome.UNCHANGED, reason, row=row)
    return Decision(row.position, mal_id, title, RowOutcome.CHANGED, taken, before, after, row)


def merged(before: Entry | None, row: ImportedEntry) -> Entry:
    """Return the entry `before` with the values that a row provides.

    A 0-100 score that the row does not provide is removed when the rating changes.
    """
    theirs = row.entry
    if before is None:
        return theirs
    values = {name: getattr(theirs, name) for name in row.provided if name != "extra"}
    if "rating" in values and "score100" not in values and values["rating"] != before.rating:
        values["score100"] = None
    if "status" in values and "rewatching" not in values:
        values["rewatching"] = before.rewatching and values["status"] is Status.COMPLETED
    extra_before = {name: text for name, text in before.extra.items() if name not in row.provided_extra}
    extra = theirs.extra if "extra" in row.provided else {**extra_before, **theirs.extra}
    after = replace(before, **values, extra=extra, updated_at=theirs.updated_at)
    if UPDATE_MARK in extra_before and extra is not theirs.extra and changed_fields(before, after):
        # An entry that has changed since must not be skipped by MyAnimeList's import.
        after = replace(after, extra={name: text for name, text in extra.items() if name != UPDATE_MARK})
    return after


def _date_warnings(before: Entry | None, after: Entry) -> Iterator[str]:
    """Yield a remark when an entry is now finished before it was started."""
    start, finish = after.start_date, after.finish_date
    same = before is not None and (before.start_date, before.finish_date) == (start, finish)
    if start and finish and finish.latest < start.earliest and not same:
        yield f"finished ({finish}) before it was started ({start}): one of the two dates is wrong"


def _why_unchanged(before: Entry, row: ImportedEntry, strategy: Strategy) -> str:
    """Return the reason why an entry stays unchanged, "" when it changes."""
    if strategy is Strategy.OVERWRITE:
        return ""
    if strategy is Strategy.KEEP:
        return "your entry stays: --merge overwrite takes the file's"
    if row.entry.updated_at is None:
        return "your entry stays: the file has no time of change"
    if before.updated_at is not None and before.updated_at >= row.entry.updated_at:
        return "your entry is newer"
    return ""
