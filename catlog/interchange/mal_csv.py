"""MyAnimeList's export as CSV: the elements of its XML as columns, one anime a line."""

from __future__ import annotations

from catlog.interchange.csv_columns import fields_of, ignored_columns, named_rows, refuse_duplicate_columns
from catlog.interchange.mal_rows import FIELDS, STANDARD, header_warnings, read_mal_row
from catlog.interchange.records import ListFile, RejectedRow, Row
from catlog.interchange.spreadsheet import Table

FORMAT = "mal-csv"

_REQUIRED = ("series_animedb_id", "my_status")
_OWN = (*_REQUIRED, "series_title", "series_type", "series_episodes", *FIELDS)
_MANGA = "2"


def matches(table: Table) -> bool:
    """Check for columns named like the elements of MyAnimeList's export."""
    return all(name in table.header for name in _REQUIRED)


def read(table: Table) -> ListFile:
    """Read the rows; another column for the field of one of these is ignored with a warning.

    Raises BadDataError when a column that is read occurs twice.
    """
    refuse_duplicate_columns(table, (*_REQUIRED, *FIELDS, *STANDARD))
    rows: list[Row] = []
    info: dict[str, str] = {}
    for position, cells in named_rows(table):
        if isinstance(cells, RejectedRow):
            rows.append(cells)
            continue
        rows.append(read_mal_row(position, cells))
        info = info or {name: text for name, text in cells.items() if name.startswith("user_")}
    warnings = (*ignored_columns(table.header, fields_of(_OWN)), *header_warnings(info, rows))
    if info.get("user_export_type", "").strip() == _MANGA:
        warnings += ("the file says that it is a list of manga, and has anime",)
    return ListFile(FORMAT, tuple(rows), warnings)
