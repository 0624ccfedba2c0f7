"""CatLog's list as CSV: all fields, no history; and any CSV whose columns are named similarly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress

from catlog.interchange import spreadsheet
from catlog.interchange.csv_columns import columns_of, field_of, named_rows
from catlog.interchange.native_rows import COLUMNS, dumps, read_native_row, row_of
from catlog.interchange.records import ListExport, ListFile, RejectedRow

FORMAT = "csv"


def matches(table: spreadsheet.Table) -> bool:
    """Check for the columns that every list needs: id and status."""
    return {"malId", "status"} <= {field_of(column) for column in table.header}


def read(table: spreadsheet.Table) -> ListFile:
    """Read the rows; a field without a column keeps its value on the list.

    Raises BadDataError when two columns mean one field and neither is preferred.
    """
    names, warnings = columns_of(table)
    rows = tuple(
        cells
        if isinstance(cells, RejectedRow)
        else read_native_row(position, {name: _parsed(name, cell) for name, cell in cells.items()})
        for position, cells in named_rows(table._replace(header=names))
    )
    return ListFile(FORMAT, rows, warnings)


def write(export: ListExport) -> Iterator[str]:
    """Yield the lines: formulas escaped, lists and objects as JSON text, None as an empty cell."""
    if export.bom:
        yield spreadsheet.BOM
    yield from spreadsheet.write(COLUMNS, ([_cell(value) for value in row_of(row).values()] for row in export.rows))


def _parsed(name: str, cell: str) -> object:
    """Return the value of a cell: `tags` and `extra` may be JSON."""
    if name in ("tags", "extra") and cell.strip()[:1] in ("[", "{"):
        with suppress(ValueError, RecursionError):
            return json.loads(cell)
    return cell


def _cell(value: object) -> str:
    if value is None or value in ((), {}):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return dumps(value) if isinstance(value, tuple | dict) else str(value)
