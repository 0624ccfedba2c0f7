"""The spoiler guard: what of a title stays covered until its viewer has come that far.

Covered are the names of episodes beyond the viewer's progress, and the synopsis of a sequel until its prequels are on
the list as completed. A completed title covers nothing, and neither does any title for somebody without a list. Where
the relations of a title are not known, its synopsis is shown.

A panel of one title calls `read_guard` off the loop and draws `guard.synopsis`; `guard.covers_episode` is for lists.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from catlog.catalogue.extras import ExtrasReader
from catlog.catalogue.source import CatalogueSource
from catlog.db.session import Database, Session
from catlog.db.tables import UserAnime, col
from catlog.jikan.details import Relation
from catlog.library.entries import Status


@dataclass(frozen=True, slots=True)
class SpoilerGuard:
    """What is covered of one title.

    Episodes after the first `watched` have their names covered; None covers none. `prequels` are the names of the
    prequels that the viewer has not completed, which cover the synopsis.
    """

    watched: int | None = None
    prequels: tuple[str, ...] = ()

    def covers_episode(self, number: int) -> bool:
        """Say whether the name of an episode is covered."""
        return self.watched is not None and number > self.watched

    @property
    def covers_synopsis(self) -> bool:
        """Whether the synopsis is covered."""
        return bool(self.prequels)

    @property
    def reason(self) -> str:
        """Why the synopsis is covered, in words; "" where it is not."""
        if not self.prequels:
            return ""
        more = f" and {len(self.prequels) - 1} more" if len(self.prequels) > 1 else ""
        verb = "are" if more else "is"
        return f"The synopsis is covered until {self.prequels[0]}{more} {verb} completed."

    def synopsis(self, text: str | None, how: str) -> str:
        """Return the synopsis, or why it is covered and, in the words of `how`, what uncovers it."""
        return f"{self.reason} {how}" if text and self.covers_synopsis else text or ""


OPEN = SpoilerGuard()
"""The guard that covers nothing."""


def guard_of(session: Session, mal_id: int, user_id: int | None, relations: Iterable[Relation]) -> SpoilerGuard:
    """Return the guard of a title with these relations. One query."""
    if user_id is None:
        return OPEN
    prequels = {one.mal_id: one.name for one in relations if _is_prequel(one) and one.mal_id != mal_id}
    entry = UserAnime
    columns = select(col(entry.mal_id), col(entry.status), col(entry.episodes_watched))
    mine = columns.where(col(entry.user_id) == user_id, col(entry.mal_id).in_([mal_id, *prequels]))
    known = {row[0]: (row[1], row[2]) for row in session.connection().execute(mine)}
    status, watched = known.get(mal_id, ("", 0))
    if status == Status.COMPLETED:
        return OPEN
    left = (name for other, name in prequels.items() if known.get(other, ("", 0))[0] != Status.COMPLETED)
    return SpoilerGuard(watched, tuple(left))


def read_guard(database: Database, source: CatalogueSource, mal_id: int, user_id: int | None) -> SpoilerGuard:
    """Return the guard of a title by the relations that are cached; nothing is fetched."""
    if user_id is None:
        return OPEN
    relations = ExtrasReader(database, source).relations(mal_id) or ()
    with database.read() as session:
        return guard_of(session, mal_id, user_id, relations)


def _is_prequel(relation: Relation) -> bool:
    return relation.kind.casefold() == "anime" and relation.relation.casefold() == "prequel"
