"""Edits as JSON and back, for the lines of the journal.

Journals outlive an upgrade: the names of the edits and of their fields are a file format and must not change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, get_args

from catlog.library.edits import UNCHANGED, Edit, Put, Relative, SetFavorite
from catlog.library.entries import Entry, Status, difference, restored
from catlog.library.partial_date import PartialDate
from catlog.library.writer import EditRequest

_NAMES: dict[type[Any], str] = {kind: kind.__name__ for kind in get_args(Edit)} | {SetFavorite: "Favorite"}
_EDITS = {name: kind for kind, name in _NAMES.items()}

FORMAT = {name: tuple(field.name for field in fields(kind)) for name, kind in _EDITS.items()}
"""Name of an edit on disk -> the names of its fields."""

_DATES = ("start", "finish", "on", "was")
_RELATIVE = frozenset(Relative)


def encode(request: EditRequest) -> dict[str, Any]:
    """Return an edit as JSON values, without dates that stay unchanged or are not given."""
    edit = request.edit
    given = {field.name: getattr(edit, field.name) for field in fields(edit)}
    omitted = [name for name, value in given.items() if value is UNCHANGED or (name == "on" and value is None)]
    values = {name: _plain(value) for name, value in given.items() if name not in omitted}
    base = {} if request.base is None else {"base": {**_side(request.base), "version": request.base.version}}
    return {"malId": request.mal_id, "edit": _NAMES[type(edit)], **values, **base}


def decode(line: Mapping[str, Any]) -> EditRequest:
    """Return the edit that `encode` made JSON of. Raises ValueError, KeyError or TypeError for anything else."""
    mal_id, base, kind = line["malId"], line.get("base"), _EDITS[line["edit"]]
    values = {name: _typed(kind, mal_id, name, line[name]) for name in FORMAT[line["edit"]] if name in line}
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
    if name in _DATES and isinstance(value, str):
        return Relative(value) if value in _RELATIVE else PartialDate(value)
    return value


def _entry(mal_id: int, side: Mapping[str, Any]) -> Entry:
    entry = restored(mal_id, None, side)
    assert entry is not None, "a side that is there is an entry"
    return entry
