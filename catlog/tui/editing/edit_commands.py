"""What the keys of the list mean as edits, for one row or for several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from catlog.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from catlog.library.edits import Edit, Relative
    from catlog.library.entries import Entry
    from catlog.library.listing import ListRow
    from catlog.library.partial_date import PartialDate
    from catlog.library.steps import Change

FORM_FIELDS = ("status", "episodes", "rating", "started", "finished", "rewatches", "offset", "tags", "notes")
"""What the form of one title has, in its order."""


def foreseen(rows: Sequence[ListRow], edits: Sequence[Edit], today: date) -> tuple[Change, ...]:
    """Return what edits would change of what is shown, on the day `today`, where no database can be asked.

    Raises what forbids it.
    """
    from catlog.library.edits import applied
    from catlog.library.entries import same
    from catlog.library.journal.overlay import entry_of
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


def favorites(rows: Sequence[ListRow]) -> tuple[Edit, ...]:
    """Return the edit that makes all of them favourites or, when all are, none."""
    from catlog.library.edits import SetFavorite

    return (SetFavorite(not all(row.favorite for row in rows)),)


def rewatching(rows: Sequence[ListRow]) -> tuple[Edit, ...]:
    """Return the edit that begins a rewatch or, when all are being watched again, gives it up."""
    from catlog.library.edits import SetRewatching

    return (SetRewatching(not all(row.rewatching for row in rows)),)


def tagged(typed: str, rows: Sequence[ListRow]) -> tuple[Edit, ...]:
    """Return the edits for tags typed with commas: for one title all it has; for several `+a, -b`, a plain one adds."""
    from catlog.library.edits import AddTags, RemoveTags, SetTags

    tags = tuple(tag.strip() for tag in typed.split(",") if tag.strip())
    if len(rows) == 1:
        return (SetTags(tags),)
    gone = tuple(tag[1:].strip() for tag in tags if tag.startswith("-"))
    new = tuple(tag.removeprefix("+").strip() for tag in tags if not tag.startswith("-"))
    return (*((AddTags(new),) if new else ()), *((RemoveTags(gone),) if gone else ()))


def filled_in(row: ListRow) -> dict[str, str]:
    """Return what the form shows of a row at first."""
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


def formed(row: ListRow, values: Mapping[str, str]) -> tuple[Edit, ...]:
    """Return the edits that make of a row what the form says, for the fields that were changed alone.

    Raises InvalidArgumentError for what cannot be read.
    """
    from catlog.library import edits
    from catlog.library.entries import Status

    before = filled_in(row)
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
        made += tagged(new["tags"], [row])
    if "notes" in new:
        made.append(edits.SetNotes(new["notes"]))
    return tuple(made)


def ids(rows: Iterable[ListRow]) -> tuple[int, ...]:
    """Return the MAL ids."""
    return tuple(row.mal_id for row in rows)


def _number(text: str, what: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise InvalidArgumentError(f"{what}: a whole number is needed, not {text!r}")
    return int(text)


def _date(text: str) -> PartialDate | Relative | None:
    from catlog.library.edits import Relative
    from catlog.library.partial_date import PartialDate

    return Relative(text.casefold()) if text.casefold() in frozenset(Relative) else PartialDate.parse(text)
