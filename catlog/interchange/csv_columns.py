"""The columns of a CSV file: the entry fields they mean, however they are spelled, and rows by column name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from catlog.errors import BadDataError
from catlog.interchange.native_rows import COLUMNS
from catlog.interchange.records import RejectedRow
from catlog.interchange.rows import excerpt
from catlog.interchange.spreadsheet import Table
from catlog.text import clean

_OWN = ("my", "personal", "series")
_SYNONYMS = {
    "id": "malId",
    "seriesanimedbid": "malId",
    "seriestitle": "title",
    "seriestype": "type",
    "seriesepisodes": "episodes",
    "mystatus": "status",
    "mystartdate": "startDate",
    "myfinishdate": "finishDate",
    "mycomments": "notes",
    "mytags": "tags",
    "mytimeswatched": "rewatchCount",
    "myrewatching": "rewatching",
    "myscore": "rating",
    "score": "rating",
    "watchedepisodes": "episodesWatched",
    "mywatchedepisodes": "episodesWatched",
    "progress": "episodesWatched",
    "started": "startDate",
    "finished": "finishDate",
    "completeddate": "finishDate",
    "enddate": "finishDate",
    "comments": "notes",
    "favourite": "favorite",
    "isfavorite": "favorite",
    "personalrating": "rating",
    "myrating": "rating",
    "personalscore": "rating",
    "mynotes": "notes",
    "personalnotes": "notes",
    "myprogress": "episodesWatched",
}
_NAMES = {name.casefold(): name for name in COLUMNS} | _SYNONYMS


def named_rows(table: Table) -> Iterator[tuple[int, Mapping[str, str] | RejectedRow]]:
    """Yield the position of each row, from 1, with its cells by column name; a row of another length is rejected."""
    for position, cells in enumerate(table.rows, start=1):
        if len(cells) == len(table.header):
            yield position, dict(zip(table.header, cells, strict=True))
        else:
            reason = f"{len(cells)} cells under {len(table.header)} columns"
            yield position, RejectedRow(position, reason, excerpt=excerpt(",".join(cells)))


def refuse_duplicate_columns(table: Table, columns: Collection[str]) -> None:
    """Raise BadDataError when one of `columns` occurs twice in the header: nothing says which of the two counts."""
    for column in dict.fromkeys(table.header):
        if column in columns and (count := table.header.count(column)) > 1:
            raise BadDataError(f"{table.name} has the column {column} {count} times", hint="delete all but one of them")


def columns_of(table: Table) -> tuple[list[str], tuple[str, ...]]:
    """Return the header with the names of `COLUMNS` where a column means one of them; and warnings.

    Of two columns for one field the one named exactly like the field counts, else the user's own value (`my_score`
    before `score`). Raises BadDataError, naming both, when neither rule decides.
    """
    header = table.header
    names, warnings = list(header), []
    for field in COLUMNS:
        places = [place for place, column in enumerate(header) if field_of(column) == field]
        best = min((_distance(header[place], field) for place in places), default=0)
        nearest = [header[place] for place in places if _distance(header[place], field) == best]
        if len(nearest) > 1:
            one, other = (clean(column, limit=40) for column in nearest[:2])
            raise BadDataError(
                f"{table.name} has two columns for {field}: {one} and {other}",
                hint=f"delete one of them, or rename the one that counts to {field}",
            )
        for place in places:
            if header[place] in nearest:
                names[place] = field
            else:
                warnings.append(_ignored(header[place], nearest[0]))
    unread = [clean(column, limit=40) for column in header if column and field_of(column) is None]
    return names, (*warnings, *((f"columns that are not read: {', '.join(unread)}",) if unread else ()))


def ignored_columns(header: Sequence[str], own: Mapping[str, str]) -> Iterator[str]:
    """Yield a warning for each column that means the same field as one of a format's own columns.

    `own` are the columns that the format reads, with the fields (of `COLUMNS`) they mean, preferred ones first.
    """
    counts: dict[str, str] = {}
    for column in own:
        if column in header:
            counts.setdefault(own[column], column)
    for column in header:
        field = own.get(column) or field_of(column)
        if field in counts and counts[field] != column:
            yield _ignored(column, counts[field])


def fields_of(columns: Iterable[str]) -> dict[str, str]:
    """Return the columns that mean a field, with the field's name."""
    return {column: field for column in columns if (field := field_of(column))}


def field_of(column: str) -> str | None:
    """Return the name in `COLUMNS` that a column means, None for an unknown column."""
    return _NAMES.get(_plain(column))


def _ignored(column: str, other: str) -> str:
    return f"the column {clean(column, limit=40)} is left out: {clean(other, limit=40)} counts"


def _plain(column: str) -> str:
    return re.sub("[^a-z0-9]", "", column.casefold())


def _distance(column: str, field: str) -> int:
    plain = _plain(column)
    return 0 if plain == field.casefold() else 1 if plain.startswith(_OWN) else 2
