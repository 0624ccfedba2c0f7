"""Print records: as a table for people, or as JSON and CSV for scripts.

Records are frozen dataclasses (or mappings) with snake_case names; scripts see camelCase. JSON is one object,
`{"kind": …, "version": 1, "asOf": …, parameters, "rows": […]}` (or `"row": {…}`), one row a line. JSON and CSV
carry every field of a record, a table the columns it is given. Unknown is null in JSON and empty in CSV. A text that a
spreadsheet would take for a formula has an apostrophe before it in CSV, as in an export; JSON has every text as it is.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, Literal

from catlog.cli.columns import TableColumn
from catlog.cli.context import Environment
from catlog.clock import iso

VERSION = 1
"""Version of the JSON form: fields may join within a version; none vanishes or changes its meaning."""

Format = Literal["table", "json", "csv"]

_ESCAPED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\U000e0000-\U000e007f]")


def emit(
    env: Environment,
    format: Format,
    kind: str,
    rows: Iterable[Any],
    columns: Sequence[TableColumn],
    *,
    record: type[Any] | Sequence[str] | None = None,
    title: str = "",
    empty: str = "",
    **parameters: object,
) -> None:
    """Print `rows` to standard output.

    `parameters` are fields next to `rows` in JSON (`as_of` first); `title` heads a table. `record`, the dataclass of
    the rows, gives CSV its header when there are none (else the columns do); then `empty` is noted on standard error.
    """
    rows = list(rows)
    if format == "json":
        lines = ",\n".join(f"    {_dumps(_record(row))}" for row in rows)
        env.write(_envelope(kind, parameters, f'"rows": [\n{lines}\n  ]' if rows else '"rows": []'))
    elif format == "csv":
        names = [camel(name) for name in _names(record)] if record else [camel(column.key) for column in columns]
        env.write(_csv(names, [_record(row) for row in rows]))
    elif rows:
        from catlog.cli.tables import draw

        draw(env, rows, columns, title)
    if empty and not rows:
        env.note(empty)


def emit_one(
    env: Environment, format: Format, kind: str, row: object, columns: Sequence[TableColumn], **parameters: object
) -> None:
    """Print one record: in JSON as `row`, in CSV as the only line, in a table as one line per column."""
    if format == "json":
        env.write(_envelope(kind, parameters, f'"row": {_dumps(_record(row))}'))
    elif format == "csv":
        env.write(_csv([], [_record(row)]))
    else:
        from catlog.cli.tables import draw_one

        draw_one(env, row, columns)


@cache
def camel(name: str) -> str:
    """Return a snake_case name in camelCase; a name without underscores stays."""
    head, *tail = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in tail)


def json_value(value: object) -> object:
    """Return a value as JSON can carry it: dates and UTC times in ISO 8601, records as objects, NaN as null."""
    if value is None or (isinstance(value, str | bool | int) and not isinstance(value, Enum)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return json_value(value.value)
    if isinstance(value, Mapping):
        return {str(json_value(key)): json_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [json_value(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    return _record(value) if is_dataclass(value) else str(value)


def _record(row: object) -> dict[str, Any]:
    if isinstance(row, Mapping):
        return {camel(key): json_value(value) for key, value in row.items()}
    return {camel(name): json_value(getattr(row, name)) for name in _names(type(row))}


def _names(record: type[Any] | Sequence[str]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(record)) if isinstance(record, type) else tuple(record)


def _dumps(value: object) -> str:
    # Terminals act on C1 and bidi characters, which JSON lets through: escaped, they are the same data.
    return _ESCAPED.sub(_escape, json.dumps(value, ensure_ascii=False, allow_nan=False))


def _escape(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]


def _envelope(kind: str, parameters: Mapping[str, object], body: str) -> str:
    ordered = {"as_of": parameters["as_of"], **parameters} if "as_of" in parameters else parameters
    head: dict[str, Any] = {"kind": kind, "version": VERSION} | {
        camel(key): json_value(v) for key, v in ordered.items()
    }
    lines = [f"{json.dumps(key)}: {_dumps(value)}" for key, value in head.items()]
    return "{\n  " + ",\n  ".join([*lines, body]) + "\n}\n"


class _Lines(list[str]):
    """Receives CSV rows and ends them in a bare line feed: only a writer of CRLF quotes every kind of line break."""

    def write(self, row: str) -> None:
        self.append(row.removesuffix("\r\n") + "\n")


def _csv(header: Sequence[str], records: Sequence[Mapping[str, Any]]) -> str:
    from catlog.interchange.spreadsheet import escape_formula  # which the other formats do without

    def cell(value: object) -> object:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, list | dict):
            return json.dumps(value, ensure_ascii=False)
        return escape_formula(value) if isinstance(value, str) else value

    lines = _Lines()
    writer = csv.writer(lines)
    names = list(records[0]) if records else header
    writer.writerow(names)
    writer.writerows([cell(record[name]) for name in names] for record in records)
    return "".join(lines)
