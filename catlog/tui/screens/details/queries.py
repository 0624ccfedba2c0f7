"""Queries of the screen Details: the title from the catalogue, and its extras from the source."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from catlog.catalogue.details import Details, read_details
from catlog.catalogue.extras import ANY_AGE, MAX_AGE, ExtrasReader, TitleExtras
from catlog.catalogue.franchise import FranchiseTitle, explore, watch_order
from catlog.catalogue.search import Title, read_titles
from catlog.errors import NotFoundError
from catlog.library.listing import ListRow, load_row
from catlog.library.spoilers import SpoilerGuard, guard_of
from catlog.statistics.filler import FillerCount, count_filler
from catlog.statistics.watched import parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable

    from catlog.jikan.details import Recommendation, Relation
    from catlog.tui.backend import Backend

ALL_DAYS = 40_000
"""Enough days for all ranks."""

TIMEOUT = 30.0
"""Seconds for all requests of one title to the source."""

MAX_EXPANDED = 12
"""Titles of a franchise whose relations a manual refresh requests."""


@dataclass(frozen=True, slots=True)
class SimilarTitle:
    """A title that viewers recommend with another one; fields missing from the catalogue are None."""

    mal_id: int
    title: str
    votes: int
    type: str | None = None
    year: int | None = None
    score: float | None = None
    list_status: str | None = None


@dataclass(frozen=True, slots=True)
class TitleView:
    """All data of a title. `row` is its list entry, `franchise` is in watch order, `filler` None without marks."""

    details: Details
    row: ListRow | None
    extras: TitleExtras
    franchise: tuple[FranchiseTitle, ...]
    similar: tuple[SimilarTitle, ...]
    guard: SpoilerGuard
    filler: FillerCount | None


def read_title(backend: Backend, mal_id: int) -> TitleView:
    """Read a title without the source. Raises NotFoundError when it is not in the catalogue."""
    cached = ExtrasReader(backend.database, backend.source)
    return _read(backend, mal_id, cached.read(mal_id), cached.relations)


def fetch_title(backend: Backend, mal_id: int, *, automatic: bool) -> TitleView:
    """Request missing extras from the source; unless `automatic`, also those older than a day.

    Raises NotFoundError when neither the catalogue nor the source has the title.
    """
    remote = backend.source.open(backend.cancel, timeout=TIMEOUT, automatic=automatic)
    reader = ExtrasReader(backend.database, backend.source, remote, ANY_AGE if automatic else MAX_AGE)
    cached = ExtrasReader(backend.database, backend.source)
    parts, turns = reader.read(mal_id), count()

    def relations(other: int) -> tuple[Relation, ...] | None:
        return (cached if automatic or next(turns) >= MAX_EXPANDED else reader).relations(other)

    try:
        return _read(backend, mal_id, parts, relations)
    except NotFoundError as unknown:
        raise NotFoundError(unknown.message, hint=parts.problem or unknown.hint) from None


def _read(
    backend: Backend, mal_id: int, parts: TitleExtras, relations: Callable[[int], tuple[Relation, ...] | None]
) -> TitleView:
    user = backend.viewer.user_id if backend.viewer else None
    web = explore(mal_id, relations)
    with backend.database.read() as session:
        details = read_details(session, mal_id, days=ALL_DAYS)
        row = load_row(session, user, mal_id) if user is not None else None
        works = watch_order(session, web, user)
        guard = guard_of(session, mal_id, user, parts.relations)
        titles = {
            title.mal_id: title for title in read_titles(session, [one.mal_id for one in parts.recommendations], user)
        }
    alike = tuple(_similar(one, titles.get(one.mal_id)) for one in parts.recommendations)
    filler = count_filler(
        parts.episodes,
        watched=row.episodes_watched if row else 0,
        total=details.episodes,
        length=parse_duration(details.duration),
    )
    return TitleView(details, row, parts, works, alike, guard, filler)


def _similar(one: Recommendation, title: object) -> SimilarTitle:
    if not isinstance(title, Title):
        return SimilarTitle(one.mal_id, one.title, one.votes)
    return SimilarTitle(one.mal_id, title.title, one.votes, title.type, title.year, title.score, title.list_status)
