"""The watch log of one title: which episodes were logged, when they were watched, and the correction of a wrong date.

The activity log keeps when a change was made and is never rewritten. When the episodes were watched is the day of that
change, unless the edit gave another one (`Watch.on`) or a later edit corrected it (`Redate`). Both are edits like all
others: logged, and taken back by undo.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from catlog.db.naming import table_of
from catlog.db.session import Session
from catlog.db.tables import ActivityLog, ProcessedAnime, col
from catlog.errors import NotFoundError
from catlog.library.edit_kinds import WATCH, episodes_logged
from catlog.library.edits import Redate, Relative
from catlog.library.own_edits import OWN_ORIGINS, given_days, standing_of
from catlog.library.partial_date import PartialDate
from catlog.zones import Zone


@dataclass(frozen=True, slots=True)
class WatchLog:
    """The episodes of a title that one step logged; `episodes` is negative where it took some back.

    They are those from `first` to `last`, or the count went down to `last`. `at` is the instant of the log; `is_given`
    says that the date `watched_on` was given or corrected. `again` is true in a rewatch. `begins` and `ends` say that
    the log set the start or the finish date.
    """

    step: int
    at: datetime
    origin: str
    first: int
    last: int
    episodes: int
    watched_on: PartialDate
    is_given: bool = False
    again: bool = False
    begins: bool = False
    ends: bool = False

    @property
    def words(self) -> str:
        """The episodes in words: `3`, `3 to 5`, `taken back to 2`."""
        if self.episodes < 0:
            return f"taken back to {self.last}"
        return str(self.last) if self.first >= self.last else f"{self.first} to {self.last}"


def watch_logs(session: Session, user_id: int, mal_id: int, zone: Zone) -> tuple[WatchLog, ...]:
    """Return the logs of a title that were not undone, newest first, by the days of `zone`. Two queries."""
    log = table_of(ActivityLog).c
    columns = (log.step, log.at, log.origin, log.action, log.before, log.after)
    query = (
        select(*columns, col(ProcessedAnime.episodes))
        .join(ProcessedAnime, col(ProcessedAnime.mal_id) == log.mal_id, isouter=True)
        .where(log.user_id == user_id, log.mal_id == mal_id, log.origin.in_(OWN_ORIGINS))
        .order_by(log.id)
    )
    found = session.connection().execute(query).all()
    standing = standing_of(session, user_id) if found else frozenset[int]()
    rows = [row for row in found if row.step in standing]
    days = given_days((mal_id, row.at, row.action, row.after) for row in rows)
    starts, ends = _setting(rows, "startDate"), _setting(rows, "finishDate")
    logs: list[WatchLog] = []
    for row in rows:
        count = episodes_logged(row.action, row.before, row.after, row.episodes)
        if row.action != WATCH or not count:
            continue
        old, new = row.before or {}, row.after or {}
        again = any(side.get("rewatching") or "rewatchCount" in side for side in (old, new))
        last = int(new.get("episodesWatched", old.get("episodesWatched", count)))
        watched_on = days.get((mal_id, row.at)) or PartialDate.of_day(zone.day_of(row.at))
        logs.append(
            WatchLog(
                row.step,
                row.at,
                row.origin,
                max(last - count + 1, 1),
                last,
                count,
                watched_on,
                is_given=(mal_id, row.at) in days,
                again=again,
                begins=row.step in starts,
                ends=row.step in ends,
            )
        )
    return tuple(reversed(logs))


def seen_days(logs: Iterable[WatchLog]) -> Mapping[int, PartialDate]:
    """Return when each episode was watched last, by number; `logs` are newest first."""
    days: dict[int, PartialDate] = {}
    for log in reversed(tuple(logs)):
        if log.episodes > 0:
            days |= dict.fromkeys(range(log.first, log.last + 1), log.watched_on)
        else:
            days = {number: day for number, day in days.items() if number <= log.last}
    return days


def find_log(logs: Iterable[WatchLog], step: int | None = None) -> WatchLog:
    """Return the log of a step, by default the newest. Raises NotFoundError."""
    for log in logs:
        if log.episodes > 0 and step in (None, log.step):
            return log
    if step is None:
        raise NotFoundError("no episode of it was logged", hint="log one: catlog list watch TITLE --on DATE")
    raise NotFoundError(f"step {step} logged no episode of it", hint="see its steps: catlog list history TITLE")


def redate(log: WatchLog, on: PartialDate | Relative) -> Redate:
    """Return the edit that corrects when the episodes of a log were watched; its dates of start and finish follow."""
    return Redate(log.at.isoformat(), log.watched_on, on, begins=log.begins, ends=log.ends)


def _setting(rows: Iterable[Any], name: str) -> frozenset[int]:
    """Return the steps that set the date of this name."""
    return frozenset(row.step for row in rows if row.action != Redate.action and (row.after or {}).get(name))
