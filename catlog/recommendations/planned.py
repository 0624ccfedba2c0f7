"""What to begin next of the planned titles: the most pressing first, each with a reason in few words.

What follows a title being watched comes first, then what is out, by score; after it the titles that wait for an
unfinished prequel, and those that have not begun to air.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from catlog.analytics.movers import climbers
from catlog.catalogue.franchise import RelationsOf
from catlog.catalogue.vocabulary import AIRING_STATUSES
from catlog.db.session import Session
from catlog.db.shown_title import SHOWN_TITLE
from catlog.db.tables import AnimeGenre, ProcessedAnime, UserAnime, col
from catlog.library.entries import Status
from catlog.recommendations.franchise import Related, RelatedTitle, prequels
from catlog.zones import Zone

MOST = 300
"""The most planned titles that get a reason, the best rated ones."""

_COMPARED = 20_000
"""The most entries of a list among which prequels are looked for."""

_RELATED = 60
"""The most titles whose relations are read from the cache."""

_LOVED = 8
"""The least rating of a title that a reason names."""

_GOES_ON = 0.5
"""Points of score that a title gains by going on from a completed one."""

_NAME_LENGTH = 18
_FAVOURITES = 60
_RISES = ((7, 3, "week"), (30, 5, "month"))
"""Days, the fewest ranks worth a word, and how the days are called."""

_LONG_PLANNED = 90
_SEQUELS_COUNTED = 2
_MANY = ("Award Winning",)


class _Entry(NamedTuple):
    mal_id: int
    title: str
    english: str | None
    type: str | None
    members: int | None
    aired_from: date | None
    airing: str | None
    score: float | None
    studios: Sequence[str]
    status: str
    rating: int | None
    added: datetime
    shown: str


@dataclass(frozen=True, slots=True)
class PlannedTitle:
    """A planned title and why it should be next; "" without a reason."""

    mal_id: int
    why: str


class _Group:
    FOLLOWS, OPEN, WAITS, UNAIRED = range(4)


def read_planned(
    session: Session, user_id: int, relations_of: RelationsOf, *, today: date, zone: Zone
) -> tuple[PlannedTitle, ...]:
    """Return the planned titles of a user, the most pressing first."""
    entries = _read_entries(session, user_id)
    planned = [entry for entry in entries.values() if entry.status == Status.PLAN_TO_WATCH][:MOST]
    if not planned:
        return ()
    before = _prequels(entries, planned, relations_of)
    rises = _rises(session)
    shared = _Shared(session, entries, planned)
    best = max(planned, key=lambda entry: entry.score or 0)
    oldest = min(planned, key=lambda entry: entry.added)
    found: list[tuple[tuple[int, float, int], PlannedTitle]] = []
    for entry in planned:
        group, why = _of_franchise(entry, entries, before, today)
        pressing = (entry.score or 0) + (_GOES_ON if why and group is _Group.OPEN else 0)
        if not why and entry is best and entry.score:
            why = "best rated of the planned"
        if not why and entry is oldest and (today - (since := zone.day_of(entry.added))).days >= _LONG_PLANNED:
            why = f"planned longest ago: {_age(since, today)}"
        why = why or rises.get(entry.mal_id, "") or shared.reason(entry)
        found.append(((group, -pressing, entry.mal_id), PlannedTitle(entry.mal_id, why)))
    return tuple(title for _, title in sorted(found, key=lambda one: one[0]))


def _of_franchise(
    entry: _Entry, entries: Mapping[int, _Entry], before: Mapping[int, Sequence[int]], today: date
) -> tuple[int, str]:
    """Return the group of a title and the reason that its franchise gives."""
    earlier = [entries[other] for other in before.get(entry.mal_id, ()) if other in entries]
    if any(other.status == Status.WATCHING for other in earlier):
        return _Group.FOLLOWS, "follows what you watch now"
    unaired = entry.airing == AIRING_STATUSES["upcoming"] or (entry.aired_from is not None and entry.aired_from > today)
    group = _Group.UNAIRED if unaired else _Group.OPEN
    unseen = [other for other in earlier if other.status != Status.COMPLETED]
    if unseen:
        return max(group, _Group.WAITS), f"after {_short(unseen[0].shown)}"
    if not earlier:
        return group, ""
    last = earlier[0]
    chain = _chain(last.mal_id, entries, before)
    if len(chain) >= _SEQUELS_COUNTED and entry.type == "TV" and last.rating:
        return group, f"season {len(chain) + 1} of your {last.rating}"
    return group, f"follows {_short(last.shown)}" + (f", your {last.rating}" if last.rating else "")


def _chain(mal_id: int, entries: Mapping[int, _Entry], before: Mapping[int, Sequence[int]]) -> list[int]:
    """Return the seasons up to a title, each the prequel of the next."""
    found = [mal_id]
    while True:
        earlier = [other for other in before.get(found[-1], ()) if other in entries and entries[other].type == "TV"]
        if not earlier or earlier[0] in found:
            return found
        found.append(earlier[0])


def _read_entries(session: Session, user_id: int) -> dict[int, _Entry]:
    """Read the list, the best rated titles first."""
    entry, anime = UserAnime, ProcessedAnime
    columns: tuple[Any, ...] = (
        *(col(c) for c in (anime.mal_id, anime.title, anime.title_english, anime.type, anime.members)),
        *(col(c) for c in (anime.aired_from, anime.status, anime.score, anime.studios)),
        *(col(c) for c in (entry.status, entry.personal_rating, entry.created_at)),
        SHOWN_TITLE,
    )
    query = (
        select(*columns)
        .join(anime, col(anime.mal_id) == col(entry.mal_id))
        .where(col(entry.user_id) == user_id, col(entry.status) != Status.DROPPED)
        .order_by(col(anime.score).desc().nulls_last(), col(anime.mal_id))
        .limit(_COMPARED)
    )
    rows: Iterable[Any] = session.connection().execute(query)
    return {row[0]: _Entry._make((*row[:8], _names(row[8]), *row[9:])) for row in rows}


def _names(value: Any) -> Sequence[str]:  # noqa: ANN401 - a list, or its JSON
    return json.loads(value) if isinstance(value, str) else value or ()


def _prequels(
    entries: Mapping[int, _Entry], planned: Sequence[_Entry], relations_of: RelationsOf
) -> dict[int, tuple[int, ...]]:
    """Return the prequels on the list of the planned titles: from relations, else from the names that begin alike."""
    words = {_first_word(entry.title) for entry in planned}
    works = [
        RelatedTitle(
            entry.mal_id,
            (entry.title, entry.english) if entry.english else (entry.title,),
            entry.type,
            entry.members,
            entry.aired_from,
        )
        for entry in entries.values()
        if _first_word(entry.title) in words
    ]
    relations = [
        Related(entry.mal_id, one.relation, one.mal_id)
        for entry in planned[:_RELATED]
        for one in relations_of(entry.mal_id) or ()
        if one.kind.casefold() == "anime"
    ]
    known = {work.mal_id for work in works}
    linked = {mal_id for relation in relations for mal_id in (relation.mal_id, relation.other_id)} - known
    works += [
        RelatedTitle(mal_id, (entries[mal_id].title,), entries[mal_id].type, entries[mal_id].members, None)
        for mal_id in linked
        if mal_id in entries
    ]
    return prequels(works, relations)


def _first_word(title: str) -> str:
    return title.split(maxsplit=1)[0].rstrip(":;,.!?-").casefold() if title.strip() else ""


def _rises(session: Session) -> dict[int, str]:
    """Return how many ranks titles have risen this week or, if few, this month."""
    found: dict[int, str] = {}
    for days, least, called in _RISES:
        for mover in climbers(session, days=days, limit=None, within=1000).rows:
            if mover.change >= least and mover.mal_id not in found:
                found[mover.mal_id] = f"rose {mover.change:,} ranks this {called}"
    return found


class _Shared:
    """What planned titles share with the best rated titles of the list: a studio or a rare genre."""

    def __init__(self, session: Session, entries: Mapping[int, _Entry], planned: Sequence[_Entry]) -> None:
        liked = [entry for entry in entries.values() if (entry.rating or 0) >= _LOVED and entry.status != "DROPPED"]
        self._liked = sorted(liked, key=lambda entry: (-(entry.rating or 0), -(entry.score or 0)))[:_FAVOURITES]
        ids = [entry.mal_id for entry in (*self._liked, *planned)]
        genre = AnimeGenre
        query = select(col(genre.mal_id), col(genre.genre)).where(col(genre.mal_id).in_(ids))
        self._genres: dict[int, set[str]] = {}
        self._count: dict[str, int] = {}
        for mal_id, name in session.connection().execute(query):
            if name not in _MANY:
                self._genres.setdefault(mal_id, set()).add(name)
                self._count[name] = self._count.get(name, 0) + 1

    def reason(self, entry: _Entry) -> str:
        """Return what a title shares with the title loved most of those that share something; "" for nothing."""
        for other in self._liked:
            if studios := [name for name in entry.studios if name in other.studios]:
                return f"{studios[0]}, as {_short(other.shown)}, your {other.rating}"
        own = self._genres.get(entry.mal_id, set())
        for name in sorted(own, key=lambda name: (self._count[name], name)):
            for other in self._liked:
                if name in self._genres.get(other.mal_id, ()):
                    return f"{name.lower()}, as {_short(other.shown)}, your {other.rating}"
        return ""


def _short(title: str) -> str:
    """Return the name of a title in few letters: without its subtitle, and cut."""
    name = title.partition(": ")[0] if len(title) > _NAME_LENGTH else title
    if len(name) <= _NAME_LENGTH:
        return name
    start = name[:_NAME_LENGTH].rpartition(" ")[0] or name[: _NAME_LENGTH - 1]
    return f"{start.rstrip(' :,-')}…"


def _age(since: date, today: date) -> str:
    months = (today.year - since.year) * 12 + today.month - since.month
    if months < 24:
        return f"{months} months"
    return f"{months // 12} years"
