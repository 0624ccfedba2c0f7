"""The questions of one title in full: what is known here, and what the source can add."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from catlog.catalogue.details import Details, read_details
from catlog.catalogue.extras import ANY_AGE, MAX_AGE, ExtrasReader, TitleExtras
from catlog.catalogue.franchise import FranchiseTitle, explore, watch_order
from catlog.catalogue.search import Title, read_titles
from catlog.clock import now
from catlog.errors import NotFoundError
from catlog.jikan.details import Recommendation, Relation
from catlog.library.entries import Entry
from catlog.library.listing import ListRow
from catlog.library.store import load_entries
from catlog.tui.backend import Backend

ALL_DAYS = 40_000
"""More days than there will ever be ranks of."""

PATIENCE = 30.0
"""Seconds that the source has for all parts."""

EXPANDED = 12
"""Titles of a franchise whose relations are asked for when somebody wants the newest."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A title that viewers recommend beside another one; what the catalogue does not know of it is None."""

    mal_id: int
    title: str
    votes: int
    type: str | None = None
    year: int | None = None
    score: float | None = None
    list_status: str | None = None


@dataclass(frozen=True, slots=True)
class TitleView:
    """Everything that is shown of a title. `row` is its place on the list, `works` its franchise in watch order."""

    details: Details
    row: ListRow | None
    parts: TitleExtras
    works: tuple[FranchiseTitle, ...]
    alike: tuple[Alike, ...]


def read_title(backend: Backend, mal_id: int) -> TitleView:
    """Read what is known here, asking nobody. Raises NotFoundError for a title that the catalogue has not."""
    kept = ExtrasReader(backend.database, backend.source)
    return _read(backend, mal_id, kept.read(mal_id), kept.relations)


def fetch_title(backend: Backend, mal_id: int, *, automatic: bool) -> TitleView:
    """Ask the source for what is missing or, when somebody pressed a key for it, for all that is older than a day.

    Raises NotFoundError when neither the catalogue nor the source has the title.
    """
    asks = backend.source.open(backend.cancel, timeout=PATIENCE, automatic=automatic)
    reader = ExtrasReader(backend.database, backend.source, asks, ANY_AGE if automatic else MAX_AGE)
    kept = ExtrasReader(backend.database, backend.source)
    parts, turns = reader.read(mal_id), count()

    def relations(other: int) -> tuple[Relation, ...] | None:
        return (kept if automatic or next(turns) >= EXPANDED else reader).relations(other)

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
        entry = load_entries(session, user, [mal_id]).get(mal_id) if user is not None else None
        works = watch_order(session, web, user)
        titles = {
            title.mal_id: title for title in read_titles(session, [one.mal_id for one in parts.recommendations], user)
        }
    alike = tuple(_alike(one, titles.get(one.mal_id)) for one in parts.recommendations)
    return TitleView(details, _row(details, entry) if entry else None, parts, works, alike)


def _alike(one: Recommendation, title: object) -> Alike:

    if not isinstance(title, Title):
        return Alike(one.mal_id, one.title, one.votes)
    return Alike(one.mal_id, title.title, one.votes, title.type, title.year, title.score, title.list_status)


def _row(details: Details, entry: Entry) -> ListRow:
    """Return the entry as the row that the list would show, so that the same forms and edits serve both."""
    return ListRow(
        mal_id=entry.mal_id,
        title=details.title,
        type=details.type,
        status=entry.status,
        rating=entry.rating,
        score100=entry.score100,
        episodes_watched=entry.episodes_watched,
        episodes=details.episodes or None,
        start_date=entry.start_date,
        finish_date=entry.finish_date,
        rewatching=entry.rewatching,
        rewatch_count=entry.rewatch_count,
        notes=entry.notes,
        tags=entry.tags,
        favorite=entry.favorite,
        updated_at=entry.updated_at or now(),
        created_at=entry.created_at or now(),
        version=entry.version,
        episode_offset=entry.episode_offset,
        title_english=details.title_english,
        title_japanese=details.title_japanese,
        synonyms=details.synonyms,
        mal_score=details.score,
        year=details.year,
        season=details.season,
        studios=details.studios,
        genres=details.genres,
    )
