"""Records of the screen List."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from catlog.library.airing import Broadcast
from catlog.library.records import ListRow
from catlog.recommendations.planned import PlannedTitle
from catlog.statistics.outlook import Outlook


@dataclass(frozen=True, slots=True)
class ListVersion:
    """A version of the list: its user, last step of the log, version of the catalogue and language of titles."""

    user: int
    step: int
    catalogue: str
    titles: str

    def leads_to(self, later: ListVersion) -> bool:
        """Return whether a later version differs by steps of the log alone."""
        same = (self.user, self.catalogue, self.titles) == (later.user, later.catalogue, later.titles)
        return same and self.step <= later.step


@dataclass(frozen=True, slots=True)
class ListUpdate:
    """The list, or its changes since a version: new and changed rows, and all ids.

    `broadcasts` of titles that are watched, paused or planned are always complete. `coming` are the instants of the
    next episodes of titles being watched. `stamp` is that of `catlog.last_screens` from before all this was read.
    """

    version: ListVersion
    whole: bool
    rows: list[ListRow]
    ids: frozenset[int]
    broadcasts: dict[int, Broadcast]
    coming: dict[int, datetime]
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Ahead:
    """The planned titles in line, the most pressing first, and the outlook of the list."""

    planned: tuple[PlannedTitle, ...]
    outlook: Outlook


@dataclass(frozen=True, slots=True)
class LastList:
    """What List showed last, in the time zone `zone` of the account, None for that of the settings.

    `rows` are the first ones of the tab `status`, and the planned ones below it; `counts` are those of the tabs.
    `stamp` is that of `catlog.last_screens`.
    """

    status: str
    rows: tuple[ListRow, ...]
    counts: Mapping[str, int]
    broadcasts: Mapping[int, Broadcast]
    coming: Mapping[int, datetime]
    ahead: Ahead
    stamp: str
    zone: str | None = None
