"""Sort keys of the list: each has a natural direction, `-` reverses it, and unknown values come last."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from operator import attrgetter
from typing import Any

from catlog.errors import InvalidArgumentError
from catlog.library.entries import Status
from catlog.library.records import ListRow

_STATUS_ORDER = {status: number for number, status in enumerate(Status)}


@dataclass(frozen=True, slots=True)
class SortKey:
    """The value that rows are ordered by; `descending` is its natural direction."""

    value: Callable[[ListRow], Any]
    descending: bool = False


SORT_KEYS: dict[str, SortKey] = {
    "title": SortKey(lambda row: row.search_text),
    "status": SortKey(lambda row: _STATUS_ORDER[row.status]),
    "score": SortKey(lambda row: row.rating, descending=True),
    "mal": SortKey(lambda row: row.mal_score, descending=True),
    "progress": SortKey(lambda row: row.progress, descending=True),
    "watched": SortKey(lambda row: row.episodes_watched, descending=True),
    "episodes": SortKey(lambda row: row.episodes, descending=True),
    "year": SortKey(lambda row: row.year, descending=True),
    "type": SortKey(lambda row: row.type),
    "started": SortKey(lambda row: row.start_date, descending=True),
    "finished": SortKey(lambda row: row.finish_date, descending=True),
    "updated": SortKey(lambda row: row.updated_at, descending=True),
    "added": SortKey(lambda row: row.created_at, descending=True),
    "id": SortKey(lambda row: row.mal_id),
}
"""Every sort key, by name."""


def sort_rows(
    rows: Iterable[ListRow], key: str, *, text: Callable[[ListRow], str] = attrgetter("search_text")
) -> list[ListRow]:
    """Return the rows ordered by a sort key, equal ones by title; `-score` reverses the key's direction.

    `text` gives the folded titles of a row where somebody has them already. Raises InvalidArgumentError for an unknown
    key.
    """
    name = key.removeprefix("-").strip().casefold()
    by = SORT_KEYS.get(name)
    if by is None:
        near = get_close_matches(name, SORT_KEYS, 1)
        hint = f"did you mean {near[0]}?" if near else f"sort keys: {', '.join(SORT_KEYS)}"
        raise InvalidArgumentError(f"there is no sort key {name!r}", hint=hint)
    value, reverse = text if name == "title" else by.value, by.descending is not key.startswith("-")
    ordered = sorted(rows, key=lambda row: (text(row), row.mal_id))
    known = [row for row in ordered if value(row) is not None]
    return sorted(known, key=value, reverse=reverse) + [row for row in ordered if value(row) is None]
