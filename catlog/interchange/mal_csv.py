"""MyAnimeList's export as CSV: the elements of its XML as columns, one anime a line."""

from __future__ import annotations

from collections.abc import Sequence

from catlog.interchange import native, spreadsheet
from catlog.interchange.mal_rows import FIELDS as SPOKEN
from catlog.interchange.mal_rows import STANDARD, header_warnings, read_row
from catlog.interchange.records import ListFile, RejectedRow, Row
from catlog.interchange.values import excerpt

FORMAT = "mal-csv"

_NEEDED = ("series_animedb_id", "my_status")
_OWN = (*_NEEDED, "series_title", "series_type", "series_episodes", *SPOKEN)
_MANGA = "2"


def matches(header: Sequence[str]) -> bool:
    """Say whether a CSV header names the elements of MyAnimeList's export."""
    return all(name in header for name in _NEEDED)


def read(header: Sequence[str], lines: Sequence[Sequence[str]], name: str) -> ListFile:
    """Read the rows under such a header; a column beside its own for the same field is left out with a warning.

    Raises BadDataError when a column that is read stands there twice.
    """
    spreadsheet.refuse_duplicate_columns(header, (*_NEEDED, *SPOKEN, *STANDARD), name)
    rows: list[Row] = []
    info: dict[str, str] = {}
    for position, cells in enumerate(lines, start=1):
        fields = spreadsheet.row_under(header, cells)
        if fields is None:
            reason = f"{len(cells)} cells under {len(header)} columns"
            rows.append(RejectedRow(position, reason, excerpt=excerpt(",".join(cells))))
            continue
        rows.append(read_row(position, fields))
        info = info or {name: text for name, text in fields.items() if name.startswith("user_")}
    warnings = (*native.left_out(header, native.meanings(_OWN)), *header_warnings(info, rows))
    if info.get("user_export_type", "").strip() == _MANGA:
        warnings += ("the file says that it is a list of manga, and has anime",)
    return ListFile(FORMAT, tuple(rows), warnings)
