"""What the panel of a title shows, read by one query in a worker thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from catlog import clock
from catlog.catalogue.alike import AlikeTitle, read_alike
from catlog.catalogue.details import Details, RankDay, read_details
from catlog.catalogue.extras import ExtrasReader
from catlog.catalogue.franchise import FranchiseTitle
from catlog.library.airing import AirTime, air_time
from catlog.library.broadcasts import load_broadcast
from catlog.library.entries import Status
from catlog.library.listing import load_row
from catlog.library.records import ListRow
from catlog.library.spoilers import guard_of
from catlog.recommendations.order import read_order
from catlog.statistics.watched import parse_duration
from catlog.title_language import TitleLanguage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catlog.tui.backend import Backend

RANK_DAYS = 90
"""Days of ranks in the panel."""

ALIKE = 3
"""Titles alike in the panel."""

UNCOVERS = "z in its details uncovers it."
"""How a covered synopsis can be read."""

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class TitleFacts:
    """One title for its panel; `row` is None where it is not on the list, `length` an episode's seconds.

    `names` are its other names. `reason` is why it was recommended, "" where it was not or has begun since. `change` is
    the places gained in a week and `unchanged` the days since the last change, both None without ranks. `synopsis` says
    why it is covered where it would tell the end of an unfinished prequel.
    """

    title: str
    names: tuple[str, ...]
    details: Details
    row: ListRow | None
    length: int | None
    air: AirTime | None
    change: int | None
    unchanged: int | None
    order: tuple[FranchiseTitle, ...]
    alike: tuple[AlikeTitle, ...]
    synopsis: str
    reason: str = ""

    @property
    def mal_id(self) -> int:
        """The id of the title."""
        return self.details.mal_id

    @property
    def rank(self) -> int | None:
        """The rank of the last day with one, else the catalogue's."""
        days = reversed(self.details.rank_history)
        return next((day.rank for day in days if day.rank is not None), self.details.rank)


def read_title_facts(backend: Backend, mal_id: int) -> TitleFacts:
    """Read the panel of a title; nothing is requested from the source. Raises NotFoundError."""
    user = backend.viewer.user_id if backend.viewer else None
    cached = ExtrasReader(backend.database, backend.source)
    recommended, relations = cached.recommendations(mal_id), cached.relations(mal_id) or ()
    with backend.database.read() as session:
        details = read_details(session, mal_id, days=RANK_DAYS)
        row = load_row(session, user, mal_id) if user is not None else None
        guard = guard_of(session, mal_id, user, relations)
        broadcast = load_broadcast(session, mal_id, user)
        order = read_order(session, mal_id, cached.relations, user)
        alike = read_alike(
            session, mal_id, recommended, limit=ALIKE, user_id=user, without=[one.mal_id for one in order]
        )
    change, unchanged = rank_moves(details.rank_history)
    return TitleFacts(
        details.title,
        other_names(details, backend.titles),
        details,
        row,
        parse_duration(details.duration),
        air_time(broadcast, clock.now()) if broadcast is not None else None,
        change,
        unchanged,
        order,
        alike,
        guard.synopsis(details.synopsis, UNCOVERS),
        reason_of(backend, mal_id, row),
    )


def reason_of(backend: Backend, mal_id: int, row: ListRow | None) -> str:
    """Return the whole reason why a title was recommended, "" for one that was not, or that has begun."""
    if backend.viewer is None or (row is not None and row.status != Status.PLAN_TO_WATCH):
        return ""
    return backend.recommender.reason(backend.viewer.user_id, mal_id)


def other_names(details: Details, language: TitleLanguage) -> tuple[str, ...]:
    """Return the names of a title besides the one shown in this language: romaji, English and Japanese."""
    main = details.synonyms[:1] if language is not TitleLanguage.ROMAJI else ()
    names = (*main, details.title_english, details.title_japanese)
    return tuple(dict.fromkeys(name for name in names if name and name != details.title))


def rank_moves(history: Sequence[RankDay]) -> tuple[int | None, int | None]:
    """Return the places gained in the last week of a history, and the days since the rank last changed."""
    ranked = [(day.day, day.rank) for day in history if day.rank is not None]
    if not ranked:
        return None, None
    latest, rank = ranked[-1]
    change = next(old for day, old in ranked if latest - day <= _WEEK) - rank
    since = latest
    for day, old in reversed(ranked):
        if old != rank:
            break
        since = day
    return change, (latest - since).days
