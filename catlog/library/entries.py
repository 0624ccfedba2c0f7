"""One entry of a list: a frozen record, the difference of two, and its JSON form in the activity log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from catlog.library.partial_date import PartialDate


class Status(StrEnum):
    """The status of a title on a list."""

    WATCHING = "WATCHING"
    COMPLETED = "COMPLETED"
    ON_HOLD = "ON_HOLD"
    DROPPED = "DROPPED"
    PLAN_TO_WATCH = "PLAN_TO_WATCH"

    @property
    def words(self) -> str:
        """The status in words."""
        return _WORDS[self]


_WORDS = {
    Status.WATCHING: "Watching",
    Status.COMPLETED: "Completed",
    Status.ON_HOLD: "On Hold",
    Status.DROPPED: "Dropped",
    Status.PLAN_TO_WATCH: "Plan to Watch",
}


class Origin(StrEnum):
    """Where a change of a list came from."""

    APP = "app"
    CLI = "cli"
    IMPORT = "import"
    UNDO = "undo"
    REDO = "redo"


@dataclass(frozen=True, slots=True)
class Entry:
    """One anime on one user's list.

    `rating` is 1-10 or None; `score100` is the unchanged 0-100 score of an import.
    `episodes_watched` counts the current rewatch while `rewatching`; `rewatch_count` counts finished rewatches.
    `episode_offset` is added to the source's episode numbers where airing episodes are shown, and to nothing that is
    stored or counted.
    `extra` holds fields of other programs that CatLog only passes on (texts by name; not to be changed).
    `version` is the step of the activity log that last changed the entry, so that it never occurs twice.
    """

    mal_id: int
    status: Status = Status.PLAN_TO_WATCH
    rating: int | None = None
    score100: int | None = None
    notes: str = ""
    tags: tuple[str, ...] = ()
    favorite: bool = False
    episodes_watched: int = 0
    start_date: PartialDate | None = None
    finish_date: PartialDate | None = None
    rewatching: bool = False
    rewatch_count: int = 0
    extra: Mapping[str, str] = field(default_factory=dict)
    episode_offset: int = 0
    version: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None


FIELDS: dict[str, str] = {
    "status": "status",
    "rating": "rating",
    "score100": "score100",
    "notes": "notes",
    "tags": "tags",
    "favorite": "favorite",
    "episodes_watched": "episodesWatched",
    "start_date": "startDate",
    "finish_date": "finishDate",
    "rewatching": "rewatching",
    "rewatch_count": "rewatchCount",
    "extra": "extra",
    "episode_offset": "episodeOffset",
}
"""The fields that edits change -> their names in the log; the writer sets the version and the instants."""

WATCHED_ON, LOGGED_AT = "watchedOn", "loggedAt"
"""What the log of a change says beyond the entry: when its episodes were watched, and the log that it corrects."""

LOG_FACTS = (WATCHED_ON, LOGGED_AT)

_NAMES = {name: attribute for attribute, name in FIELDS.items()}


def changed_fields(before: Entry, after: Entry) -> tuple[str, ...]:
    """Return which of `FIELDS` differ between two states of one entry, in their order."""
    return tuple(name for name in FIELDS if getattr(before, name) != getattr(after, name))


def same(one: Entry | None, other: Entry | None) -> bool:
    """Say whether two states have the same fields, whenever they were written."""
    if one is None or other is None:
        return one is other
    return one.mal_id == other.mal_id and not changed_fields(one, other)


def difference(before: Entry | None, after: Entry | None) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Return both sides of a change as logged: the fields that differ, or the whole entry where the other is None."""
    if before is None or after is None:
        return _whole(before), _whole(after)
    names = changed_fields(before, after)
    return _plain(before, names), _plain(after, names)


def restored(mal_id: int, current: Entry | None, side: Mapping[str, Any] | None) -> Entry | None:
    """Return the entry that one side of a logged change describes, the rest taken from `current`."""
    if side is None:
        return None
    values: dict[str, Any] = {_NAMES[name]: _typed(name, value) for name, value in side.items() if name in _NAMES}
    if current is not None:
        return replace(current, **values)
    created = side.get("createdAt")
    return Entry(mal_id, created_at=datetime.fromisoformat(created) if created else None, **values)


def agrees(current: Entry | None, side: Mapping[str, Any] | None) -> bool:
    """Say whether an entry is as one side of a logged change left it."""
    if current is None or side is None:
        return current is None and side is None
    return same(current, restored(current.mal_id, current, side))


def _whole(entry: Entry | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    created = {"createdAt": entry.created_at.isoformat()} if entry.created_at else {}
    return _plain(entry, tuple(FIELDS)) | created


def _plain(entry: Entry, names: tuple[str, ...]) -> dict[str, Any]:
    values = ((FIELDS[name], getattr(entry, name)) for name in names)
    return {name: _json(value) for name, value in values}


def _json(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value)
    return str(value) if isinstance(value, str) else value


def _typed(name: str, value: Any) -> object:  # noqa: ANN401 - JSON
    if name == "status":
        return Status(value)
    if name == "tags":
        return tuple(value)
    if name in ("startDate", "finishDate") and value is not None:
        return PartialDate(value)
    return value
