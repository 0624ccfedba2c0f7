"""Kinds of values: their encoding in a backup, and the validation when it is read.

Dates and instants are the text that SQLite stores and PostgreSQL accepts; bytes are Base64; JSON is text, which keeps
SQL's NULL and JSON's apart. Every kind may be null. Conversions take a column of values at once: checking a million
rows value by value would cost more than everything else.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from types import NoneType
from typing import Any, Literal, get_args

from sqlalchemy import JSON, Boolean, Date, DateTime, Float, Integer, LargeBinary, String
from sqlalchemy.types import TypeDecorator, TypeEngine

Kind = Literal["integer", "real", "text", "boolean", "date", "instant", "json", "bytes"]
KINDS: tuple[Kind, ...] = get_args(Kind)

Values = Sequence[Any]
Convert = Callable[[Values], Values]
"""A conversion of a column of values. Raises ValueError naming the first one that is not of the kind."""

# The order matters: among SQLAlchemy's types, none that comes later is the base of an earlier one.
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
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(rf"{_DAY.pattern} [0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]{{6}})?")


def kind_of(column_type: TypeEngine[Any]) -> Kind:
    """Return the kind of a column's values. Raises TypeError for a type that backups do not support."""
    plain = column_type.impl_instance if isinstance(column_type, TypeDecorator) else column_type
    for base, kind in _OF_TYPE:
        if isinstance(plain, base):
            return kind
    raise TypeError(f"backups cannot carry values of type {column_type!r}")


def to_file(kind: Kind) -> Convert:
    """Return the conversion from stored values of `kind`, from either driver, to those in the file."""
    return _TO_FILE[kind]


def from_file(kind: Kind) -> Convert:
    """Return the conversion from values of `kind` in the file to those that either driver stores."""
    return _FROM_FILE[kind]


def _only(values: Values, *allowed: type) -> Values:
    if not set(map(type, values)) <= {NoneType, *allowed}:
        raise _wrong(next(value for value in values if type(value) not in (NoneType, *allowed)))
    return values


def _wrong(value: object) -> ValueError:
    return ValueError(f"{type(value).__name__} {str(value)[:40]!r}")


def _integers(values: Values) -> Values:
    return _only(values, int)


def _reals(values: Values) -> Values:
    return _only(values, float, int)


def _texts(values: Values) -> Values:
    for value in _only(values, str):
        if value and "\0" in value:  # which PostgreSQL cannot store, and CatLog does not
            raise _wrong(value)
    return values


def _booleans_to_file(values: Values) -> Values:
    _only(values, bool, int)
    if not set(values) <= {None, 0, 1}:
        raise _wrong(next(value for value in values if value not in (None, 0, 1)))
    return [None if value is None else bool(value) for value in values]


def _booleans_from_file(values: Values) -> Values:
    return _only(values, bool)


def _days(values: Values) -> Values:
    written = [value.isoformat() if type(value) is date else value for value in values]
    for value in set(_only(written, str)) - {None}:
        if not _DAY.fullmatch(value):
            raise _wrong(value)
        date.fromisoformat(value)
    return written


def _instants(values: Values) -> Values:
    written = [value.isoformat(" ", "microseconds") if type(value) is datetime else value for value in values]
    for value in set(_only(written, str)) - {None}:
        if not _INSTANT.fullmatch(value):
            raise _wrong(value)
        datetime.fromisoformat(value)
    return written


def _json_from_file(values: Values) -> Values:
    for value in _texts(values):
        if value is not None:
            json.loads(value)
    return values


def _bytes_to_file(values: Values) -> Values:
    return [None if value is None else base64.b64encode(value).decode("ascii") for value in _only(values, bytes)]


def _bytes_from_file(values: Values) -> Values:
    return [None if value is None else base64.b64decode(value, validate=True) for value in _only(values, str)]


_BOTH_WAYS: dict[Kind, Convert] = {
    "integer": _integers,
    "real": _reals,
    "text": _texts,
    "date": _days,
    "instant": _instants,
}
_TO_FILE: dict[Kind, Convert] = {
    **_BOTH_WAYS,
    "boolean": _booleans_to_file,
    "json": _texts,
    "bytes": _bytes_to_file,
}
_FROM_FILE: dict[Kind, Convert] = {
    **_BOTH_WAYS,
    "boolean": _booleans_from_file,
    "json": _json_from_file,
    "bytes": _bytes_from_file,
}
