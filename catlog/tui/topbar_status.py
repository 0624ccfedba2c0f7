"""What the bar above says: who is signed in, how old the ranks are, how the source is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum


class SourceState(Enum):
    """How fresh what comes from the source is."""

    UNKNOWN = "unknown"
    OK = "ok"
    STALE = "stale"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class TopbarStatus:
    """`user` is "" while nobody is signed in; `ranks_day` the last day with a whole chart.

    `has_password` says whether the account of `user` has a password that could be asked for.

    `ranks_at` is when the run that brought the chart of that day began, whatever other runs of the day did since.
    """

    user: str = ""
    ranks_day: date | None = None
    ranks_at: datetime | None = None
    source: str = ""
    state: SourceState = SourceState.UNKNOWN
    has_password: bool = True
