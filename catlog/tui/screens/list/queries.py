"""Queries of the screen List: the whole list or its changes, and what is next in line."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from catlog import clock, last_screens
from catlog.catalogue.extras import ExtrasReader
from catlog.catalogue.store import catalogue_version
from catlog.library.airing import upcoming_episodes
from catlog.library.broadcasts import load_broadcasts
from catlog.library.history import last_step
from catlog.library.listing import ids_on_list, load_list
from catlog.plain_records import to_plain
from catlog.recommendations.planned import read_planned
from catlog.statistics.outlook import read_outlook
from catlog.tui.screens.list.records import Ahead, LastList, ListUpdate, ListVersion

if TYPE_CHECKING:
    from catlog.tui.backend import Backend


_SOON = timedelta(days=60)


def read_list(backend: Backend, known: ListVersion | None) -> ListUpdate:
    """Read the list, or only its changes since the version `known` where that is possible."""
    stamp, user = last_screens.stamp(backend.settings), backend.owner().user_id
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
    return ListUpdate(state, whole, rows, ids, broadcasts, coming, stamp)


def read_ahead(backend: Backend) -> Ahead:
    """Read what is next in line, and the outlook; nothing is requested from the source."""
    user, today = backend.owner().user_id, backend.zone.today()
    cached = ExtrasReader(backend.database, backend.source)
    with backend.database.read() as session:
        planned = read_planned(session, user, cached.relations, today=today, zone=backend.zone)
        return Ahead(planned, read_outlook(session, user, now=clock.now(), today=today))


def store_last(backend: Backend, last: LastList) -> None:
    """Store what List shows for the next first frame."""
    if (viewer := backend.viewer) is not None:
        shown = to_plain(replace(last, zone=viewer.zone.own))
        last_screens.store(backend.settings, {"list": shown}, last.stamp)
