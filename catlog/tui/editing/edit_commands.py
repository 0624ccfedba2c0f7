"""Edits from the keys and forms of the list, for one row or several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from catlog.errors import InvalidArgumentError
from catlog.library import edits
from catlog.library.edits import (
    AddTags,
    Edit,
    Relative,
    RemoveTags,
    SetFavorite,
    SetRewatching,
    SetTags,
    applied,
)
from catlog.library.entries import Entry, Status, same
from catlog.library.journal.overlay import entry_of
from catlog.library.partial_date import PartialDate

if TYPE_CHECKING:
    from catlog.library.records import ListRow
    from catlog.library.steps import Change

FORM_FIELDS = ("status", "episodes", "rating", "started", "finished", "rewatches", "offset", "tags", "notes")
"""The fields in the form of one title, in order."""


def preview_offline(rows: Sequence[ListRow], edits: Sequence[Edit], today: date) -> tuple[Change, ...]:
    """Return the changes that edits would make to the rows on the screen on the day `today`, without a database.

    Raises the error that forbids an edit.
    """
    from catlog.library.steps import Change

    planned = []
    for row in rows:
        before = entry_of(row)
        after: Entry | None = before
        for edit in edits:
            after = applied(edit, row.mal_id, after, row.episodes, today)
        if not same(before, after):
            planned.append(Change(row.mal_id, row.title, row.episodes, edits[0].action, before, after))
    return tuple(planned)


def toggle_favorite(rows: Sequence[ListRow]) -> tuple[Edit, ...]:
    """Return the edit that makes all rows favourites or, when all are, none."""
    return (SetFavorite(not all(row.favorite for row in rows)),)


def toggle_rewatching(rows: Sequence[ListRow]) -> tuple[Edit, ...]:
    """Return the edit that starts a rewatch of all rows or, when all are being rewatched, stops it."""
    return (SetRewatching(not all(row.rewatching for row in rows)),)


def tag_edits(typed: str, rows: Sequence[ListRow]) -> tuple[Edit, ...]:
    """Return the edits for tags typed with commas.

    For one title they are all its tags. For several titles `+a, -b` adds a and removes b, and a plain tag is added.
    """
    tags = tuple(tag.strip() for tag in typed.split(",") if tag.strip())
    if len(rows) == 1:
        return (SetTags(tags),)
    gone = tuple(tag[1:].strip() for tag in tags if tag.startswith("-"))
    new = tuple(tag.removeprefix("+").strip() for tag in tags if not tag.startswith("-"))
    return (*((AddTags(new),) if new else ()), *((RemoveTags(gone),) if gone else ()))


def form_values(row: ListRow) -> dict[str, str]:
    """Return the values that the form of a row starts with."""
    return {
        "status": row.status.words,
        "episodes": str(row.episodes_watched),
        "rating": str(row.rating or ""),
        "started": str(row.start_date or ""),
        "finished": str(row.finish_date or ""),
        "rewatches": str(row.rewatch_count),
        "offset": str(row.episode_offset or ""),
        "tags": ", ".join(row.tags),
        "notes": row.notes,
    }


def edits_from_form(row: ListRow, values: Mapping[str, str]) -> tuple[Edit, ...]:
    """Return the edits for the changed fields of a form. Raises InvalidArgumentError for an unreadable value."""
    before = form_values(row)
    new = {name: value.strip() for name, value in values.items() if value.strip() != before[name].strip()}
    made: list[Edit] = []
    if "status" in new:
        made.append(edits.SetStatus(next(status for status in Status if status.words == new["status"])))
    if "episodes" in new:
        made.append(edits.WatchTo(_number(new["episodes"], "episodes")))
    if "rating" in new:
        made.append(edits.Rate(_number(new["rating"], "the rating") if new["rating"] else None))
    if "started" in new or "finished" in new:
        dates = {
            field: _date(new[name]) for name, field in (("started", "start"), ("finished", "finish")) if name in new
        }
        made.append(edits.SetDates(**dates))
    if "rewatches" in new:
        made.append(edits.SetRewatchCount(_number(new["rewatches"], "rewatches")))
    if "offset" in new:
        sign, typed = -1 if new["offset"].startswith("-") else 1, new["offset"][new["offset"][:1] in ("-", "+") :]
        made.append(edits.SetOffset(sign * _number(typed or "0", "the offset")))
    if "tags" in new:
        made += tag_edits(new["tags"], [row])
    if "notes" in new:
        made.append(edits.SetNotes(new["notes"]))
    return tuple(made)


def _number(text: str, what: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise InvalidArgumentError(f"{what}: a whole number is needed, not {text!r}")
    return int(text)


def _date(text: str) -> PartialDate | Relative | None:
    return Relative(text.casefold()) if text.casefold() in frozenset(Relative) else PartialDate.parse(text)
