"""Genres and studios: number of titles, time watched and mean rating of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from catlog.library.records import ListRow
from catlog.statistics.ratings import mean_of
from catlog.statistics.watched import WatchedTitle

MIN_RATED = 3
"""Minimum number of rated titles for a mean: with fewer it describes the titles rather than the group."""

Measure = Literal["count", "time", "mean"]
"""The measure by which groups are ordered."""


@dataclass(frozen=True, slots=True)
class Group:
    """One genre (or theme, or demographic) or studio. A title with several counts for each of them.

    `unknown` counts titles with some unknown length, which `seconds` leaves out. `mean_rating` is
    None with fewer than `MIN_RATED` titles `rated`.
    """

    name: str
    titles: int
    seconds: int
    unknown: int
    rated: int
    mean_rating: float | None


def genres(titles: Iterable[WatchedTitle]) -> tuple[Group, ...]:
    """Return the genres of all titles of a list, the commonest first."""
    return _groups(titles, lambda row: row.genres)


def studios(titles: Iterable[WatchedTitle]) -> tuple[Group, ...]:
    """Return the studios of all titles of a list, the commonest first."""
    return _groups(titles, lambda row: row.studios)


def ordered(groups: Sequence[Group], by: Measure) -> tuple[Group, ...]:
    """Return the groups that have the measure, in descending order."""
    if by == "count":
        return tuple(sorted(groups, key=lambda group: (-group.titles, group.name)))
    if by == "time":
        timed = [group for group in groups if group.seconds]
        return tuple(sorted(timed, key=lambda group: (-group.seconds, group.name)))
    rated = [group for group in groups if group.mean_rating is not None]
    return tuple(sorted(rated, key=lambda group: (-(group.mean_rating or 0), -group.rated, group.name)))


def _groups(titles: Iterable[WatchedTitle], names: Callable[[ListRow], Sequence[str]]) -> tuple[Group, ...]:
    members: defaultdict[str, list[WatchedTitle]] = defaultdict(list)
    for one in titles:
        for name in dict.fromkeys(names(one.row)):
            members[name].append(one)
    return ordered([_group(name, some) for name, some in members.items()], "count")


def _group(name: str, titles: Sequence[WatchedTitle]) -> Group:
    ratings = [one.row.rating for one in titles if one.row.rating is not None]
    return Group(
        name,
        titles=len(titles),
        seconds=sum(one.seconds for one in titles),
        unknown=sum(one.unknown for one in titles),
        rated=len(ratings),
        mean_rating=mean_of(ratings) if len(ratings) >= MIN_RATED else None,
    )
