"""Genres and studios: how many titles of the list each has, how much time they took, and how they were rated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from catlog.library.listing import ListRow
from catlog.statistics.ratings import mean_of
from catlog.statistics.watched import WatchedTitle

MIN_RATED = 3
"""Rated titles from which on a mean is given: of fewer it says more about the titles than about the group."""

Measure = Literal["count", "time", "mean"]
"""What groups are ordered by."""


@dataclass(frozen=True, slots=True)
class Group:
    """One genre (or theme, or demographic) or studio. A title with several counts for each of them.

    `unknown` titles are those of which some length is unknown, so that it is missing from `seconds`. `mean_rating` is
    None with fewer than `MEANINGFUL` titles `rated`.
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
    """Return the groups that have the measure, most of it first."""
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
