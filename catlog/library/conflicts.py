"""Concurrent edits of one entry: a three-way merge of an edit, its base and the current entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from catlog.errors import BusyError
from catlog.library.edits import COMMUTATIVE, Edit, Remove, Watch, applied
from catlog.library.entries import FIELDS, Entry, Status, changed_fields
from catlog.library.status import violation

_LINKED_FIELDS = ("status", "episodes_watched", "rewatching")


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """One field that two sessions changed: its base, this session's value and the other session's."""

    field: str
    base: object
    mine: object
    theirs: object


class ConflictError(BusyError):
    """Another session changed the same fields of the entry, so that the user has to choose a value.

    `current` is the entry now, None when it was removed; `fields` are those in conflict.
    """

    def __init__(self, current: Entry | None, fields: tuple[FieldConflict, ...] = ()) -> None:
        details = "; ".join(f"{FIELDS[f.field]} is {_shown(f.theirs)} there, {_shown(f.mine)} here" for f in fields)
        what = "removed" if current is None else "changed"
        super().__init__(
            f"another session has {what} it meanwhile{': ' if details else ''}{details}",
            hint="nothing was saved: look at it again, then repeat the edit if it still holds",
        )
        self.current = current
        self.fields = fields


def merged(edit: Edit, base: Entry, current: Entry | None, total: int | None, today: date) -> Entry | None:
    """Apply to `current` an `edit` that was made on `base`.

    Fields that only this edit changes take its values, fields that only another session changed keep theirs; episodes
    logged and tags added or removed combine. Raises ConflictError where both changed a field to different values, or
    where the merged entry would not be legal.
    """
    if current is not None and not changed_fields(base, current):
        return applied(edit, base.mal_id, current, total, today)
    if isinstance(edit, Remove):
        if current is None:
            return None
        if clash := [name for name in changed_fields(base, current) if name != "extra"]:  # no screen shows that
            raise _conflict(clash, base, None, current)
        return None
    if current is None:
        raise ConflictError(None)
    if isinstance(edit, COMMUTATIVE) and (not isinstance(edit, Watch) or _viewing(base) == _viewing(current)):
        return applied(edit, base.mal_id, current, total, today)
    wanted = applied(edit, base.mal_id, base, total, today)
    assert wanted is not None, "only Remove takes an entry away"
    mine, theirs = changed_fields(base, wanted), changed_fields(base, current)
    clash = [name for name in mine if name in theirs and getattr(wanted, name) != getattr(current, name)]
    if clash:
        raise _conflict(clash, base, wanted, current)
    both = replace(current, **{name: getattr(wanted, name) for name in mine})
    if violation(both, total) and not violation(current, total):
        raise _conflict(_LINKED_FIELDS, base, wanted, current)
    return both


def _viewing(entry: Entry) -> tuple[bool, bool, int]:
    """Return which viewing of the title the entry is in: a logged episode belongs to one viewing."""
    return entry.status is Status.COMPLETED, entry.rewatching, entry.rewatch_count


def _conflict(names: Iterable[str], base: Entry, wanted: Entry | None, current: Entry) -> ConflictError:
    fields = (
        FieldConflict(name, getattr(base, name), getattr(wanted, name) if wanted else None, getattr(current, name))
        for name in names
    )
    return ConflictError(current, tuple(field for field in fields if field.mine != field.theirs))


def _shown(value: object) -> str:
    if isinstance(value, Status):
        return value.words
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None or value == "" else str(value)[:60]
