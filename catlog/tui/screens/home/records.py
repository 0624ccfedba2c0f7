"""Records of the screen Home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from catlog.analytics.records import Standing
from catlog.companion.cat import Cat
from catlog.library.records import InProgress, LoggedChange, Premiere, ScheduledEpisode


@dataclass(frozen=True, slots=True)
class Home:
    """The data of Home without the chart. `cat` is None when nobody is signed in; `entries` counts the list.

    `in_progress` is ordered by next broadcast, then last change; `week` holds the episodes of seven days, by the
    viewer's clock, from today on; `premieres` what begins soon; `recent_changes` is the end of the activity log,
    newest first, `step_sizes` the number of titles of each of its steps, and `statuses` those of its titles now.
    `stamp` is that of `catlog.last_screens` from before all this was read, "" where nobody is signed in.
    """

    at: datetime
    cat: Cat | None = None
    entries: int = 0
    in_progress: tuple[InProgress, ...] = ()
    week: tuple[ScheduledEpisode, ...] = ()
    premieres: tuple[Premiere, ...] = ()
    recent_changes: tuple[LoggedChange, ...] = ()
    step_sizes: Mapping[int, int] = field(default_factory=dict)
    statuses: Mapping[int, str] = field(default_factory=dict)
    stamp: str = ""


class MoverRow(NamedTuple):
    """A title that climbed (`change` above 0) or fell; `ranks` has one a day, oldest first."""

    mal_id: int
    title: str
    rank: int
    before: int
    change: int
    ranks: tuple[int | None, ...]
    status: str | None


class RecordRank(NamedTuple):
    """A title of the list that is higher on the chart than it ever was."""

    mal_id: int
    title: str
    rank: int
    favorite: bool = False


@dataclass(frozen=True, slots=True)
class ChartMovers:
    """Climbers and fallers on the chart up to `day`, farthest first; `day` is None when there are no ranks.

    Both are the farthest of all titles and the farthest of the viewer's list, whose `standing` and `record` are told
    too. `passed_over`: newer days exist without a whole chart. `single_day`: the text for a week with only one day, or
    "".
    """

    day: date | None
    climbers: tuple[MoverRow, ...] = ()
    fallers: tuple[MoverRow, ...] = ()
    standing: Standing | None = None
    record: RecordRank | None = None
    passed_over: bool = False
    single_day: str = ""


class Offer(NamedTuple):
    """A recommended title, the address of its cover, and the reason in a few words."""

    mal_id: int
    title: str
    type: str | None
    year: int | None
    episodes: int | None
    score: float | None
    list_status: str | None
    image_url: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class LastHome:
    """What Home showed last, in the time zone `zone` of the account, None for that of the settings.

    `planned` are the titles next in line; `movers` is None where they were not read.
    """

    home: Home
    zone: str | None = None
    movers: ChartMovers | None = None
    offers: tuple[Offer, ...] = ()
    planned: tuple[InProgress, ...] = ()
