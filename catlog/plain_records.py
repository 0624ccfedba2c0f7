"""Records as plain values of JSON and back, by the types of their fields.

A dataclass or a named tuple becomes a list of its fields, a mapping a list of pairs, an enum its value, an instant or a
day its ISO text. Reading checks every value and cleans every text, as files may hold anything.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from math import isfinite
from typing import Any, Union, get_args, get_origin, get_type_hints

from catlog.text import clean

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]
"""A value of JSON."""


def to_plain(value: object) -> Plain:
    """Return a record, or a value of one, as a plain value. Raises TypeError for one of another kind."""
    if isinstance(value, Enum):
        return to_plain(value.value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return [[to_plain(key), to_plain(item)] for key, item in value.items()]
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if is_dataclass(value):
        return [to_plain(getattr(value, field.name)) for field in fields(value)]
    raise TypeError(f"a {type(value).__name__} is no plain record")


def from_plain(kind: Any, value: Any) -> Any:  # noqa: ANN401 - the value of whatever kind is named
    """Return the value of a kind: a class of records, or a type such as `tuple[int, ...]` or `date | None`.

    Raises ValueError or TypeError where the plain value is not one of that kind.
    """
    origin, inner = get_origin(kind), get_args(kind)
    if kind is Any or kind is object:
        return _cleaned(value)
    if origin in (Union, types.UnionType):
        return _one_of(inner, value)
    if origin is tuple:
        items = _list(value)
        kinds = inner[:1] * len(items) if inner[1:] == (...,) else inner
        return tuple(from_plain(one, item) for one, item in zip(kinds, items, strict=True))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {from_plain(inner[0], key): from_plain(inner[1], item) for key, item in map(_list, _list(value))}
    if issubclass(kind, date):
        found = kind.fromisoformat(_str(value))
        if isinstance(found, datetime) and found.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return found
    if issubclass(kind, Enum):
        return kind(value)
    if issubclass(kind, str):
        return kind(clean(_str(value)))
    if is_dataclass(kind) or hasattr(kind, "_fields"):
        return kind(*(from_plain(one, item) for one, item in zip(_kinds(kind), _list(value), strict=True)))
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind or (kind is float and not isfinite(value)):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


def _one_of(kinds: tuple[Any, ...], value: object) -> object:
    if value is None and type(None) in kinds:
        return None
    rest = [kind for kind in kinds if kind is not type(None)]
    if len(rest) != 1:
        raise TypeError("a field has one kind, or none")
    return from_plain(rest[0], value)


@cache
def _kinds(kind: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a class of records, which is no type of its own
    """Return the kinds of the fields of a class of records, in their order."""
    names = [field.name for field in fields(kind)] if is_dataclass(kind) else kind._fields
    hints: dict[str, Any] = {}
    for base in reversed(kind.__mro__):
        hints |= get_type_hints(base) if base not in (object, tuple, str) else {}
    return tuple(hints[name] for name in names)


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list")
    return value


def _str(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    return value
