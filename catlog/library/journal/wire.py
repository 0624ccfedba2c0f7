"""Edits as JSON and back: what a line of the journal holds of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, get_args

from catlog.library.edits import KEEP, Edit, Put, Relative
from catlog.library.entries import Entry, Status, difference, restored
from catlog.library.partial_date import PartialDate
from catlog.library.writer import EditRequest

_KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(Edit)}
_DATES = ("start", "finish")
_RELATIVE = frozenset(Relative)


def packed(asked: EditRequest) -> dict[str, Any]:
    """Return one asked edit as JSON values; what has no value that counts is left out."""
    edit = asked.edit
    given = {field.name: getattr(edit, field.name) for field in fields(edit)}
    values = {name: _plain(value) for name, value in given.items() if value is not KEEP}
    base = {} if asked.base is None else {"base": {**_side(asked.base), "version": asked.base.version}}
    return {"malId": asked.mal_id, "edit": type(edit).__name__, **values, **base}


def unpacked(line: Mapping[str, Any]) -> EditRequest:
    """Return the edit that `packed` made JSON of. Raises ValueError, KeyError or TypeError for anything else."""
    mal_id, base, kind = line["malId"], line.get("base"), _KINDS[line["edit"]]
    names = {field.name for field in fields(kind)}
    values = {name: _typed(kind, mal_id, name, value) for name, value in line.items() if name in names}
    if base is None:
        return EditRequest(mal_id, kind(**values))
    return EditRequest(mal_id, kind(**values), replace(_entry(mal_id, base), version=int(base.get("version", 0))))


def _plain(value: object) -> object:
    if isinstance(value, Entry):
        return _side(value)
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, str) else value


def _side(entry: Entry) -> Mapping[str, Any]:
    return difference(None, entry)[1] or {}


def _typed(kind: type[Any], mal_id: int, name: str, value: Any) -> object:  # noqa: ANN401 - JSON
    if kind is Put and name == "entry":
        return _entry(mal_id, value)
    if name == "status":
        return Status(value)
    if name == "tags":
        return tuple(value)
    if name in _DATES and value is not None:
        return Relative(value) if value in _RELATIVE else PartialDate(value)
    return value


def _entry(mal_id: int, side: Mapping[str, Any]) -> Entry:
    entry = restored(mal_id, None, side)
    assert entry is not None, "a side that is there is an entry"
    return entry
