"""The content of the top bar: the user, the age of the ranks, the state of the source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum


class SourceState(Enum):
    """How fresh the data of the source is."""

    UNKNOWN = "unknown"
    OK = "ok"
    STALE = "stale"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class TopbarStatus:
    """`user` is "" while nobody is signed in; `ranks_day` is the last day with a whole chart.

    `has_password` says whether the account of `user` has a password to unlock the session with, `locks` whether a
    session that is left alone is locked or ended: not that of the local identity.

    `ranks_at` is the start of the run that loaded the chart of that day, whatever later runs did.
    """

    user: str = ""
    ranks_day: date | None = None
    ranks_at: datetime | None = None
    source: str = ""
    state: SourceState = SourceState.UNKNOWN
    has_password: bool = True
    locks: bool = True
