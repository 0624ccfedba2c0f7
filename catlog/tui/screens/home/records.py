"""Records of the screen Home."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from catlog.companion.service import Cat
    from catlog.library.history import LoggedChange
    from catlog.library.in_progress import InProgress
    from catlog.library.schedule import ScheduledEpisode


@dataclass(frozen=True, slots=True)
class Home:
    """The data of Home without the chart. `cat` is None when nobody is signed in; `entries` counts the list.

    `in_progress` is ordered by next broadcast, then last change; `week` holds the episodes of today, by the viewer's
    clock, and of the next seven days; `recent_changes` is the end of the activity log, newest first,
    and `step_sizes` the number of titles of each of its steps.
    """

    at: datetime
    cat: Cat | None = None
    entries: int = 0
    in_progress: tuple[InProgress, ...] = ()
    week: tuple[ScheduledEpisode, ...] = ()
    recent_changes: tuple[LoggedChange, ...] = ()
    step_sizes: Mapping[int, int] = field(default_factory=dict)


class MoverRow(NamedTuple):
    """A title that climbed (`change` above 0) or fell; `ranks` has one a day, oldest first."""

    mal_id: int
    title: str
    rank: int
    before: int
    change: int
    ranks: tuple[int | None, ...]
    status: str | None


@dataclass(frozen=True, slots=True)
class ChartMovers:
    """Climbers and fallers on the chart up to `day`, alternating; `day` is None when there are no ranks.

    `passed_over`: newer days exist without a whole chart. `single_day`: the text for a week with only one day, or "".
    """

    day: date | None
    everything: tuple[MoverRow, ...] = ()
    mine: tuple[MoverRow, ...] = ()
    passed_over: bool = False
    single_day: str = ""
