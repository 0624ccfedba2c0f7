"""The watched part of each title and the part ahead, in episodes and in time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catlog.library.entries import Status
from catlog.library.listing import ListRow

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
