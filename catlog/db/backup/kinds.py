"""Kinds of values: how each is written in a backup, and what is accepted when it is read.

Dates and instants are the text that SQLite stores and PostgreSQL takes; bytes are Base64; JSON is its own text, so
that nothing is lost between SQL's NULL and JSON's. Every kind may be null.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Literal, get_args

from sqlalchemy import JSON, Boolean, Date, DateTime, Float, Integer, LargeBinary, String, types
from sqlalchemy.types import TypeDecorator, TypeEngine

Kind = Literal["integer", "real", "text", "boolean", "date", "instant", "json", "bytes"]
KINDS: tuple[Kind, ...] = get_args(Kind)

Convert = Callable[[Any], Any]
"""From one value to another; raises ValueError for a value that is not of its kind."""

_INTEGER_LIMIT = 2**63

# The order counts: among SQLAlchemy's types, none that comes later is the base of an earlier one.
_OF_TYPE: tuple[tuple[type[TypeEngine[Any]], Kind], ...] = (
    (JSON, "json"),
    (LargeBinary, "bytes"),
    (Boolean, "boolean"),
    (DateTime, "instant"),
    (Date, "date"),
    (Float, "real"),
    (Integer, "integer"),
    (String, "text"),
)


def kind_of(column_type: types.TypeEngine[Any]) -> Kind:
    """Return the kind of a column's values. Raises TypeError for a type that backups do not know yet."""
    plain = column_type.impl_instance if isinstance(column_type, TypeDecorator) else column_type
    for base, kind in _OF_TYPE:
        if isinstance(plain, base):
            return kind
    raise TypeError(f"backups cannot carry values of type {column_type!r}")


def to_file(kind: Kind) -> Convert:
    """Return how a stored value of `kind`, as either driver gives it, is written."""
    return _TO_FILE[kind]


def from_file(kind: Kind) -> Convert:
    """Return how a written value of `kind` becomes one that either driver stores."""
    return _FROM_FILE[kind]


def _wrong(value: object) -> ValueError:
    return ValueError(f"{type(value).__name__} {str(value)[:40]!r}")


def _integer(value: object) -> object:
    if value is None or (type(value) is int and -_INTEGER_LIMIT <= value < _INTEGER_LIMIT):
        return value
    raise _wrong(value)


def _real(value: object) -> object:
    if value is None or type(value) is float or type(value) is int:
        return value
    raise _wrong(value)


def _text(value: object) -> object:
    # PostgreSQL has no NUL in texts, and none of CatLog's own has one.
    if value is None or (type(value) is str and "\0" not in value):
        return value
    raise _wrong(value)


def _boolean_to_file(value: object) -> object:
    if value is None or (isinstance(value, int) and value in (0, 1)):
        return None if value is None else bool(value)
    raise _wrong(value)


def _boolean_from_file(value: object) -> object:
    if value is None or type(value) is bool:
        return value
    raise _wrong(value)


def _date(value: object) -> object:
    if value is None:
        return None
    if type(value) is date:
        return value.isoformat()
    if type(value) is str and len(value) == 10:
        date.fromisoformat(value)
        return value
    raise _wrong(value)


def _instant(value: object) -> object:
    if value is None:
        return None
    if type(value) is datetime and value.tzinfo is None:
        return value.isoformat(" ", "microseconds")
    if type(value) is str and datetime.fromisoformat(value).tzinfo is None:
        return value
    raise _wrong(value)


def _json_from_file(value: object) -> object:
    if value is not None:
        json.loads(str(_text(value)))
    return value


def _bytes_to_file(value: object) -> object:
    if value is None:
        return None
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode("ascii")
    raise _wrong(value)


def _bytes_from_file(value: object) -> object:
    if value is None:
        return None
    if type(value) is str:
        return base64.b64decode(value, validate=True)
    raise _wrong(value)


_BOTH_WAYS: dict[Kind, Convert] = {
    "integer": _integer,
    "real": _real,
    "text": _text,
    "date": _date,
    "instant": _instant,
}
_TO_FILE: dict[Kind, Convert] = {
    **_BOTH_WAYS,
    "boolean": _boolean_to_file,
    "json": _text,
    "bytes": _bytes_to_file,
}
_FROM_FILE: dict[Kind, Convert] = {
    **_BOTH_WAYS,
    "boolean": _boolean_from_file,
    "json": _json_from_file,
    "bytes": _bytes_from_file,
}
