"""The watched part of each title and the part ahead, in episodes and in time; durations as texts and as seconds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from catlog.library.entries import Status
from catlog.library.records import ListRow

_AHEAD = frozenset({Status.WATCHING, Status.ON_HOLD, Status.PLAN_TO_WATCH})


@dataclass(frozen=True, slots=True)
class TitleName:
    """A title by its id and name."""

    mal_id: int
    title: str


@dataclass(frozen=True, slots=True)
class WatchedTitle:
    """One entry of a list with its totals.

    `episodes` counts rewatches, also a running one; `seconds` is their length. `ahead` counts the episodes left of a
    title that is watched, on hold or planned, and is 0 for others. Where the length of an episode or the number of
    episodes is unknown, only the known part counts, and `unknown` or `unknown_ahead` is set.
    """

    row: ListRow
    episodes: int
    seconds: int
    unknown: bool
    ahead: int
    seconds_ahead: int
    unknown_ahead: bool

    @property
    def named(self) -> TitleName:
        """The title alone."""
        return TitleName(self.row.mal_id, self.row.title)


def measure_titles(rows: Iterable[ListRow], lengths: Mapping[int, int | None]) -> tuple[WatchedTitle, ...]:
    """Measure a list. `lengths` has the seconds of one episode by MAL id; a missing one is unknown, as None."""
    return tuple(_measured(row, lengths.get(row.mal_id)) for row in rows)


def _measured(row: ListRow, length: int | None) -> WatchedTitle:
    episodes, all_known = _played(row)
    ahead, ahead_known = _ahead(row)
    return WatchedTitle(
        row,
        episodes=episodes,
        seconds=episodes * (length or 0),
        unknown=not all_known or (episodes > 0 and length is None),
        ahead=ahead,
        seconds_ahead=ahead * (length or 0),
        unknown_ahead=not ahead_known or (ahead > 0 and length is None),
    )


def _played(row: ListRow) -> tuple[int, bool]:
    """Return the number of episodes watched, rewatches included, and whether it is complete."""
    times = row.rewatch_count + int(row.rewatching)
    total = row.episodes or (row.episodes_watched if row.status is Status.COMPLETED and not row.rewatching else None)
    return row.episodes_watched + times * (total or 0), total is not None or times == 0


def _ahead(row: ListRow) -> tuple[int, bool]:
    if row.status not in _AHEAD:
        return 0, True
    return max(0, (row.episodes or 0) - row.episodes_watched), row.episodes is not None


DAY = 86_400
"""Seconds of a day."""

_PARTS = " ?".join(rf"(?:([0-9]{{1,4}}) ?{unit}s?\.?)?" for unit in ("hr", "min", "sec"))
_FORM = re.compile(_PARTS + r"(?: per ep\.?)?", re.IGNORECASE)


@lru_cache(maxsize=2048)
def parse_duration(text: str | None) -> int | None:
    """Return the seconds of `24 min per ep`, `1 hr 52 min` or `30 sec per ep`.

    None for `Unknown`, for None, and for every other form (a bare number has no unit). For a series the text is the
    length of one episode, for a film that of the film.
    """
    found = _FORM.fullmatch(" ".join(text.split())) if text else None
    if found is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds or None


def format_duration(seconds: int) -> str:
    """Return a span of time in the largest unit that suits it: `30 s`, `24 min`, `7.3 h`, `134.2 d`."""
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 59.5 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < 23.95 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / DAY:,.1f} d"


def in_days(seconds: int) -> float:
    """Return seconds as days with two decimals."""
    return round(seconds / DAY, 2)
