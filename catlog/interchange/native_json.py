"""CatLog's list as one JSON object: all fields and the history, one row a line.

Rows are sorted by MAL id and contain nothing that changes by itself, so exports of one list can be compared.
"""

from __future__ import annotations

from collections.abc import Iterator

from catlog.interchange.native_rows import dumps, event_of, list_file, row_of
from catlog.interchange.records import ListExport, ListFile
from catlog.interchange.values import object_at, objects

KIND, VERSION = "list", 1


def matches(value: object) -> bool:
    """Check for an object of this kind with rows."""
    return object_at(value).get("kind") == KIND and isinstance(object_at(value).get("rows"), list)


def read(value: object) -> ListFile:
    """Read the object; its version is not checked: unknown keys are ignored."""
    return list_file(objects(object_at(value).get("rows")), objects(object_at(value).get("history")))


def write(export: ListExport) -> Iterator[str]:
    """Yield the text of the object."""
    yield f'{{\n  "kind": "{KIND}",\n  "version": {VERSION},\n  "rows": ['
    yield from _items(dumps(row_of(row)) for row in export.rows)
    yield '],\n  "history": ['
    yield from _items(dumps(event_of(event)) for event in export.history)
    yield "]\n}\n"


def _items(lines: Iterator[str]) -> Iterator[str]:
    between = "\n    "
    for line in lines:
        yield between + line
        between = ",\n    "
    if between.startswith(","):
        yield "\n  "
