"""The status machine: pure functions that change the status and progress of an entry.

`total` is the number of episodes, None or 0 where unknown; `today` becomes a start or finish date that is unset. An
entry without a `violation` is legal, and every function here returns a legal entry for one. Where episodes are logged
for another day, `today` is that day, as far as it is known.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TypeAlias

from catlog.errors import InvalidArgumentError
from catlog.library.entries import Entry, Status
from catlog.library.partial_date import PartialDate
from catlog.text import counted

EPISODE_LIMIT = 100_000
"""The most episodes accepted where the total is unknown."""

Day: TypeAlias = date | PartialDate
"""The day of an edit."""

RATINGS = range(1, 11)
SCORES = range(101)


def violation(entry: Entry, total: int | None) -> str | None:
    """Return the rule that an entry breaks, in words, or None.

    Legal: a rating of 1-10 or none, a score of 0-100 or none; 0 to `total` episodes; all of them when completed and
    not rewatching; rewatching only when completed, and then fewer than all of them. Any other status may have any
    number of episodes: a title that was completed and is planned again keeps its count.
    """
    if entry.rating is not None and entry.rating not in RATINGS:
        return f"a rating is 1 to 10, not {entry.rating}"
    if entry.score100 is not None and entry.score100 not in SCORES:
        return f"a score is 0 to 100, not {entry.score100}"
    if entry.rewatch_count < 0:
        return "a title cannot be rewatched fewer than 0 times"
    if not 0 <= entry.episodes_watched <= (total or EPISODE_LIMIT):
        return f"{entry.episodes_watched} episodes of {total or 'an unknown number'} cannot have been watched"
    if entry.rewatching and entry.status is not Status.COMPLETED:
        return f"a title that is {entry.status.words} cannot be in a rewatch"
    if total and entry.rewatching and entry.episodes_watched == total:
        return "a rewatch whose last episode was watched is over"
    if total and entry.status is Status.COMPLETED and not entry.rewatching and entry.episodes_watched != total:
        return f"a completed title has all {total} episodes watched, not {entry.episodes_watched}"
    return None


def nearest_legal(entry: Entry, total: int | None) -> Entry:
    """Return the legal entry nearest to an imported one; a legal entry is returned unchanged."""
    rating = entry.rating if entry.rating in RATINGS else None
    score = entry.score100 if entry.score100 in SCORES else None
    watched = max(0, min(entry.episodes_watched, total or EPISODE_LIMIT))
    status = entry.status
    if entry.rewatching and status is Status.WATCHING:
        status = Status.COMPLETED  # how Kitsu and old exports write a rewatch
    rewatching = entry.rewatching and status is Status.COMPLETED and (not total or watched < total)
    if status is Status.COMPLETED and not rewatching and total:
        watched = total
    return replace(
        entry,
        status=status,
        rating=rating,
        score100=score,
        episodes_watched=watched,
        rewatching=rewatching,
        rewatch_count=max(0, entry.rewatch_count),
    )


def set_status(entry: Entry, status: Status, total: int | None, today: Day) -> Entry:
    """Set the status of an entry; the current one changes nothing.

    Completing sets the episodes to the total where known and the finish date if unset; starting a planned title of
    which nothing was watched sets the start date if unset. Dates, notes and rating are never erased, and an
    abandoned rewatch does not count.
    """
    if status is entry.status:
        return entry
    if status is Status.COMPLETED:
        return _completed(entry, total, today)
    if status is Status.WATCHING and entry.status is Status.PLAN_TO_WATCH:
        return _started(entry, today)
    return replace(entry, status=status, rewatching=False)


def watch(entry: Entry, by: int, total: int | None, today: Day) -> Entry:
    """Log `by` more episodes, never above the total; a negative number takes episodes back, never below 0.

    Of a title with more episodes watched than its total, one more completes it and the count stays, as with
    `watch_all` and `set_status`: totals come from sources and files that may lag behind.

    On a completed title the first one begins a rewatch, and taking one back reopens it as Watching. Where the
    completed title has grown (a new total), the count goes on instead. A completed title with 0 episodes has not
    grown: other services complete titles without counting, so what is watched now is watched again.
    """
    watched = entry.episodes_watched
    if by < 0:
        status = Status.WATCHING if entry.status is Status.COMPLETED and not entry.rewatching else entry.status
        return replace(entry, status=status, episodes_watched=max(0, min(watched, total or watched) + by))
    if by == 0:
        return entry
    if entry.status is Status.COMPLETED and not entry.rewatching and not _has_grown(entry, total):
        return _reached(replace(entry, rewatching=True), by, total, today)
    return _reached(entry, watched + by, total, today)


def watch_to(entry: Entry, episode: int, total: int | None, today: Day) -> Entry:
    """Set the last episode watched. A smaller number is a correction, on a completed title a rewatch.

    Raises InvalidArgumentError when there is no such episode.
    """
    if not 0 <= episode <= (total or EPISODE_LIMIT):
        known = f"it has {counted(total, 'episode')}" if total else f"more than {EPISODE_LIMIT} is taken for a mistake"
        raise InvalidArgumentError(f"{episode} is no episode of this title: {known}", hint=f"give 0 to {total or 'N'}")
    if entry.status is Status.COMPLETED and not entry.rewatching:
        if episode >= entry.episodes_watched and (_is_counted(entry) or not total or episode in (0, total)):
            return replace(entry, episodes_watched=episode)
        return replace(entry, rewatching=True, episodes_watched=episode)
    if episode > entry.episodes_watched or (total and episode == total):
        counted_so_far = min(entry.episodes_watched, episode)  # a smaller number corrects a larger one
        return _reached(replace(entry, episodes_watched=counted_so_far), episode, total, today)
    return replace(entry, episodes_watched=episode)


def watch_all(entry: Entry, total: int | None, today: Day) -> Entry:
    """Log all episodes, also where their number is unknown; on a completed title a rewatch.

    The result is that of `watch` for each episode left.
    """
    if entry.status is Status.COMPLETED and (entry.rewatching or not _has_grown(entry, total)):
        return _rewatched(entry, total)
    return _completed(_started(entry, today), total, today)


def set_rewatching(entry: Entry, on: bool, total: int | None) -> Entry:
    """Begin a rewatch at episode 0, or abandon it without counting it.

    Raises InvalidArgumentError for a title that is not completed.
    """
    if on == entry.rewatching:
        return entry
    if not on:
        return replace(entry, rewatching=False, episodes_watched=_all_of(entry, total))
    if entry.status is not Status.COMPLETED:
        raise InvalidArgumentError(
            f"a title that is {entry.status.words} cannot be rewatched", hint="set its status to Completed first"
        )
    return replace(entry, rewatching=True, episodes_watched=0)


def _reached(entry: Entry, episode: int, total: int | None, today: Day) -> Entry:
    """Return the entry after `episode` was watched, in a first watch or a rewatch."""
    if entry.rewatching:
        if total and episode >= total:
            return _rewatched(entry, total)
        return replace(entry, episodes_watched=min(episode, EPISODE_LIMIT))
    begun = _started(entry, today)
    if total and episode >= total:
        return _completed(begun, total, today)
    return replace(begun, episodes_watched=min(episode, EPISODE_LIMIT))


def _started(entry: Entry, today: Day) -> Entry:
    if entry.status is not Status.PLAN_TO_WATCH:
        return entry
    begins = entry.start_date is None and entry.episodes_watched == 0
    start = _as_date(today) if begins else entry.start_date
    return replace(entry, status=Status.WATCHING, start_date=start)


def _finish(entry: Entry, today: Day) -> PartialDate:
    """Return today, or tomorrow where the start date is tomorrow: set in a time zone further east."""
    if isinstance(today, PartialDate):
        return today
    tomorrow = PartialDate.of_day(today + timedelta(days=1))
    return tomorrow if entry.start_date == tomorrow else PartialDate.of_day(today)


def _as_date(day: Day) -> PartialDate:
    return day if isinstance(day, PartialDate) else PartialDate.of_day(day)


def _completed(entry: Entry, total: int | None, today: Day) -> Entry:
    return replace(
        entry,
        status=Status.COMPLETED,
        rewatching=False,
        episodes_watched=_all_of(entry, total),
        finish_date=entry.finish_date or _finish(entry, today),
    )


def _rewatched(entry: Entry, total: int | None) -> Entry:
    return replace(
        entry,
        rewatching=False,
        rewatch_count=entry.rewatch_count + 1,
        episodes_watched=_all_of(entry, total),
    )


def _all_of(entry: Entry, total: int | None) -> int:
    """Return the episodes of a completed title: a total below those watched lags behind."""
    return max(total or 0, entry.episodes_watched)


def _has_grown(entry: Entry, total: int | None) -> bool:
    return _is_counted(entry) and entry.episodes_watched < (total or 0)


def _is_counted(entry: Entry) -> bool:
    return entry.episodes_watched > 0
