"""The query of the screen List: the whole list or its changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catlog.catalogue.store import catalogue_version
from catlog.library.airing import Broadcast, load_broadcasts
from catlog.library.history import last_step
from catlog.library.listing import ListRow, ids_on_list, load_list

if TYPE_CHECKING:
    from catlog.tui.backend import Backend


@dataclass(frozen=True, slots=True)
class ListVersion:
    """A version of the list: its user, last step of the log and version of the catalogue."""

    user: int
    step: int
    catalogue: str

    def leads_to(self, later: ListVersion) -> bool:
        """Return whether a later version differs by steps of the log alone."""
        return (self.user, self.catalogue) == (later.user, later.catalogue) and self.step <= later.step


@dataclass(frozen=True, slots=True)
class ListUpdate:
    """The list, or its changes since a version: new and changed rows, and all ids.

    `broadcasts` of titles that are watched, paused or planned are always complete.
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
