"""Queries of the screen List: the whole list or its changes, and what is next in line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from catlog import clock
from catlog.catalogue.extras import ExtrasReader
from catlog.catalogue.store import catalogue_version
from catlog.library.airing import Broadcast, upcoming_episodes
from catlog.library.broadcasts import load_broadcasts
from catlog.library.history import last_step
from catlog.library.listing import ids_on_list, load_list
from catlog.library.records import ListRow
from catlog.recommendations.planned import PlannedTitle, read_planned
from catlog.statistics.outlook import Outlook, read_outlook

if TYPE_CHECKING:
    from catlog.tui.backend import Backend


_SOON = timedelta(days=60)


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
    next episodes of titles being watched.
    """

    version: ListVersion
    whole: bool
    rows: list[ListRow]
    ids: frozenset[int]
    broadcasts: dict[int, Broadcast]
    coming: dict[int, datetime]


@dataclass(frozen=True, slots=True)
class Ahead:
    """The planned titles in line, the most pressing first, and the outlook of the list."""

    planned: tuple[PlannedTitle, ...]
    outlook: Outlook


def read_list(backend: Backend, known: ListVersion | None) -> ListUpdate:
    """Read the list, or only its changes since the version `known` where that is possible."""
    user = backend.owner().user_id
    with backend.database.read() as session:
        state = ListVersion(
            user, last_step(session, user), catalogue_version(session.connection()), backend.titles.value
        )
        whole = known is None or not known.leads_to(state)
        rows = load_list(session, user, since=-1 if known is None or whole else known.step)
        ids = frozenset(row.mal_id for row in rows) if whole else ids_on_list(session, user)
        broadcasts = {broadcast.mal_id: broadcast for broadcast in load_broadcasts(session, user)}
    now = clock.now()
    watched = (broadcast for broadcast in broadcasts.values() if broadcast.list_status == "WATCHING")
    coming: dict[int, datetime] = {}
    for airing in upcoming_episodes(watched, now=now, until=now + _SOON):
        coming.setdefault(airing.mal_id, airing.at)
    return ListUpdate(state, whole, rows, ids, broadcasts, coming)


def read_ahead(backend: Backend) -> Ahead:
    """Read what is next in line, and the outlook; nothing is requested from the source."""
    user, today = backend.owner().user_id, backend.zone.today()
    cached = ExtrasReader(backend.database, backend.source)
    with backend.database.read() as session:
        planned = read_planned(session, user, cached.relations, today=today, zone=backend.zone)
        return Ahead(planned, read_outlook(session, user, now=clock.now(), today=today))
