"""The questions of the screen List: the list whole and what changed of it, edits, and facts of one title."""

from __future__ import annotations

from dataclasses import dataclass

from catlog.analytics.rank_summary import rank_summary
from catlog.analytics.records import RankSummary
from catlog.catalogue.store import catalogue_version
from catlog.library.airing import Broadcast, load_broadcasts
from catlog.library.history import last_step
from catlog.library.listing import ListRow, ids_on_list, load_list
from catlog.tui.backend import Backend


@dataclass(frozen=True, slots=True)
class ListVersion:
    """Which state of the list a screen shows: whose, up to which step of the log, with which state of the catalogue."""

    user: int
    step: int
    catalogue: str

    def leads_to(self, later: ListVersion) -> bool:
        """Return whether a later version differs by steps of the log alone."""
        return (self.user, self.catalogue) == (later.user, later.catalogue) and self.step <= later.step


@dataclass(frozen=True, slots=True)
class ListUpdate:
    """The list, or what changed of it since another state: rows that are new or other, and which ids there are.

    `broadcasts` tell what airs of those that are watched, paused or planned; they are always whole.
    """

    version: ListVersion
    whole: bool
    rows: list[ListRow]
    ids: frozenset[int]
    broadcasts: dict[int, Broadcast]


def read_list(backend: Backend, known: ListVersion | None) -> ListUpdate:
    """Read the list, or only its changes since the version `known` where that is possible."""
    user = backend.owner().user_id
    with backend.database.read() as session:
        state = ListVersion(user, last_step(session, user), catalogue_version(session.connection()))
        whole = known is None or not known.leads_to(state)
        rows = load_list(session, user, since=-1 if known is None or whole else known.step)
        ids = frozenset(row.mal_id for row in rows) if whole else ids_on_list(session, user)
        broadcasts = {broadcast.mal_id: broadcast for broadcast in load_broadcasts(session, user)}
    return ListUpdate(state, whole, rows, ids, broadcasts)


def read_rank_summary(backend: Backend, mal_id: int) -> RankSummary:
    """Read what the preview shows of a title in addition to its row."""
    with backend.database.read() as session:
        return rank_summary(session, mal_id)
