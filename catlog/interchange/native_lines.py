"""CatLog's list as JSON Lines: a row per line, then the events of the history, each as `{"history": {…}}`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from catlog.interchange.native_rows import dumps, event_of, list_file, row_of
from catlog.interchange.records import ListExport, ListFile
from catlog.interchange.values import object_at, objects


def matches(values: Sequence[object]) -> bool:
    """Check whether the first line is a row or an event."""
    first = object_at(values[0]) if values else {}
    return "malId" in first or ("history" in first and "rows" not in first)


def read(values: Sequence[object]) -> ListFile:
    """Read the values of all lines."""
    lines = objects(list(values))
    history = [object_at(line, "history") for line in lines if "history" in line]
    return list_file([line for line in lines if "history" not in line], history)


def write(export: ListExport) -> Iterator[str]:
    """Yield the lines."""
    for row in export.rows:
        yield dumps(row_of(row)) + "\n"
    for event in export.history:
        yield dumps({"history": event_of(event)}) + "\n"
