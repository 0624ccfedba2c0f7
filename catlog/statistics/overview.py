"""The list at a glance: titles and time per status, rewatches, what is planned, and the two rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catlog.library.entries import Status
from catlog.statistics.ratings import DECIMALS
from catlog.statistics.watched import TitleName, WatchedTitle, in_days


@dataclass(frozen=True, slots=True)
class StatusFigures:
    """The titles of one status: their number, the episodes and time watched (with rewatches), and the time ahead.

    `unknown` and `unknown_ahead` count titles with some unknown length, which the times leave out.
    """

    status: Status
    titles: int
    episodes: int
    seconds: int
    unknown: int
    seconds_ahead: int
    unknown_ahead: int


@dataclass(frozen=True, slots=True)
class Overview:
    """All titles together; figures of `planned` are the time of the titles in Plan to Watch.

    `unknown_watched` and `unknown_planned` name titles with some unknown length, which the times leave out.
    """

    titles: int
    episodes: int
    rewatches: int
    seconds_watched: int
    days_watched: float
    unknown_watched: tuple[TitleName, ...]
    seconds_planned: int
    days_planned: float
    unknown_planned: tuple[TitleName, ...]
    completion_rate: float | None
    drop_rate: float | None
    statuses: tuple[StatusFigures, ...]


def overview(titles: Sequence[WatchedTitle]) -> Overview:
    """Return the figures of a list; `statuses` has all five, in the order of `Status`."""
    statuses = tuple(_figures(status, [one for one in titles if one.row.status is status]) for status in Status)
    planned = [one for one in titles if one.row.status is Status.PLAN_TO_WATCH]
    seconds, seconds_planned = sum(one.seconds for one in titles), sum(one.seconds_ahead for one in planned)
    return Overview(
        titles=len(titles),
        episodes=sum(one.episodes for one in titles),
        rewatches=sum(one.row.rewatch_count for one in titles),
        seconds_watched=seconds,
        days_watched=in_days(seconds),
        unknown_watched=tuple(one.named for one in titles if one.unknown),
        seconds_planned=seconds_planned,
        days_planned=in_days(seconds_planned),
        unknown_planned=tuple(one.named for one in planned if one.unknown_ahead),
        completion_rate=completion_rate(statuses),
        drop_rate=drop_rate(statuses),
        statuses=statuses,
    )


def completion_rate(statuses: Sequence[StatusFigures]) -> float | None:
    """Return Completed / begun, 0 to 1: begun are all titles that are not in Plan to Watch. None when there are none.

    A title in a rewatch is Completed; Watching and On Hold are begun and not completed yet.
    """
    return _share(statuses, Status.COMPLETED)


def drop_rate(statuses: Sequence[StatusFigures]) -> float | None:
    """Return Dropped / begun, 0 to 1, with the same begun as `completion_rate`. None when there are none."""
    return _share(statuses, Status.DROPPED)


def _share(statuses: Sequence[StatusFigures], status: Status) -> float | None:
    begun = sum(one.titles for one in statuses if one.status is not Status.PLAN_TO_WATCH)
    ended = sum(one.titles for one in statuses if one.status is status)
    return round(ended / begun, DECIMALS) if begun else None


def _figures(status: Status, titles: Sequence[WatchedTitle]) -> StatusFigures:
    return StatusFigures(
        status,
        titles=len(titles),
        episodes=sum(one.episodes for one in titles),
        seconds=sum(one.seconds for one in titles),
        unknown=sum(one.unknown for one in titles),
        seconds_ahead=sum(one.seconds_ahead for one in titles),
        unknown_ahead=sum(one.unknown_ahead for one in titles),
    )
