"""The rows and parts of the screen Home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from catlog.companion.service import Cat
    from catlog.library.history import LoggedChange
    from catlog.library.in_progress import InProgress
    from catlog.library.schedule import ScheduledEpisode


@dataclass(frozen=True, slots=True)
class Home:
    """What Home shows beside the chart. `cat` is None while nobody is signed in; `entries` are the titles on the list.

    `going` is ordered by what airs next, then by what was touched last; `week` has what airs today, by the
    viewer's clock, and in the next seven days; `lately` is the end of the activity log, newest first.
    """

    at: datetime
    cat: Cat | None = None
    entries: int = 0
    going: tuple[InProgress, ...] = ()
    week: tuple[ScheduledEpisode, ...] = ()
    lately: tuple[LoggedChange, ...] = ()


class Moved(NamedTuple):
    """A title that climbed (`change` above 0) or fell; `course` are its ranks, one a day, oldest first."""

    mal_id: int
    title: str
    rank: int
    before: int
    change: int
    course: tuple[int | None, ...]
    status: str | None


@dataclass(frozen=True, slots=True)
class Moving:
    """What moved on the chart up to `day`, None where there are no ranks: climbers and fallers in turn.

    `passed_over` says that there are newer days, without a whole chart, and `alone`, where nothing moved, that `day` is
    the only one of the week.
    """

    day: date | None
    everything: tuple[Moved, ...] = ()
    mine: tuple[Moved, ...] = ()
    passed_over: bool = False
    alone: str = ""
