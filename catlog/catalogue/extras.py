"""What only a source can tell of a title: its relations, songs, episodes and recommendations, each with its age.

Parts are asked for when somebody looks at the title, and kept; what is not kept is named, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from catlog import clock
from catlog.access import Right, may
from catlog.catalogue.aired import EPISODES_MAX_AGE, Pages, airing_ids, has_episodes, read_episodes, store_episodes
from catlog.catalogue.source import CatalogueSource
from catlog.catalogue.store import write_newer
from catlog.db.session import Database
from catlog.errors import CatLogError
from catlog.jikan import endpoints
from catlog.jikan.details import AnimeDetails, Episode, Recommendation, Relation
from catlog.jikan.endpoints import EndpointResult
from catlog.jikan.request import ApiSource
from catlog.jikan.response_cache import CachedSource, NotCachedError
from catlog.net.errors import RequestCancelledError, user_message

T = TypeVar("T")

PARTS = ("details", "episodes", "recommendations")
"""The parts, in the order they are asked for; relations, songs and streaming services are in the details."""

MAX_AGE = timedelta(days=1)
"""How long a part is not asked for again by who wants the newest."""

ANY_AGE = timedelta.max
"""The same for who only wants what is missing."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who told a part, and the instant it is from; `stale` when the source itself called it old."""

    part: str
    host: str
    as_of: datetime
    stale: bool


@dataclass(frozen=True, slots=True)
class TitleExtras:
    """What is known of a title beyond the catalogue. `missing` are the names of parts that nobody told.

    `episodes` are the first hundred, `more_episodes` says whether there are others, `episodes_due` that a title on the
    air may have new ones. `problem` is why a part is missing or old, in plain words.
    """

    relations: tuple[Relation, ...] = ()
    openings: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    streaming: tuple[str, ...] = ()
    episodes: tuple[Episode, ...] = ()
    more_episodes: bool = False
    episodes_due: bool = False
    recommendations: tuple[Recommendation, ...] = ()
    sources: tuple[Provenance, ...] = ()
    missing: tuple[str, ...] = ()
    problem: str = ""


@dataclass(slots=True)
class ExtrasReader:
    """Reads parts from what is kept, and asks `asks` (see `CatalogueSource.open`) for the rest; None asks nobody.

    Titles whose details come from the source are refreshed in the catalogue.
    """

    database: Database
    source: CatalogueSource
    api: ApiSource | None = None
    max_age: timedelta = ANY_AGE
    _cached: CachedSource = field(init=False)
    _sources: list[Provenance] = field(default_factory=list, init=False)
    _missing: list[str] = field(default_factory=list, init=False)
    _problems: list[str] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        if not may(self.database.role, Right.FETCH_TITLES):
            self.api = None
        self._cached = CachedSource(self.source.responses, self.api, max_age=self.max_age)

    def read(self, mal_id: int) -> TitleExtras:
        """Return the parts of a title. Raises nothing but RequestCancelledError."""
        self._sources, self._missing, self._problems = [], [], []
        details = self._part("details", lambda: self._full(mal_id))
        if details is None and self._problems and self._cached.failed is None:
            # It answered that it has no such title, so that there is no sense in asking on.
            return TitleExtras(missing=PARTS, problem=self._problems[0])
        episodes, due = self._episodes(mal_id)
        recommended = self._part("recommendations", lambda: endpoints.recommendations(self._cached, mal_id))
        more = episodes is not None and episodes.response.read_page().has_next_page
        full = details.value if details else None
        if self._cached.failed is not None:
            self._problems.insert(0, user_message(self._cached.failed))
        return TitleExtras(
            relations=full.relations if full else (),
            openings=full.openings if full else (),
            endings=full.endings if full else (),
            streaming=full.streaming if full else (),
            episodes=episodes.value if episodes else (),
            more_episodes=bool(more),
            episodes_due=due,
            recommendations=recommended.value if recommended else (),
            sources=tuple(self._sources),
            missing=tuple(self._missing),
            problem="; ".join(dict.fromkeys(self._problems)),
        )

    def relations(self, mal_id: int) -> tuple[Relation, ...] | None:
        """Return what a title is related to, or None where nobody told. Raises RequestCancelledError."""
        try:
            return self._full(mal_id).value.relations
        except RequestCancelledError:
            raise
        except CatLogError:
            return None

    def _full(self, mal_id: int) -> EndpointResult[AnimeDetails]:
        asked = self._cached.fetched
        read = endpoints.anime_full(self._cached, mal_id)
        if self._cached.fetched > asked:
            self.database.run(
                lambda session: write_newer(
                    session.connection(), {mal_id: read.value.anime}, seen_at=read.response.as_of
                )
            )
        return read

    def _episodes(self, mal_id: int) -> tuple[EndpointResult[tuple[Episode, ...]] | None, bool]:
        """Return the first page of the episodes, and whether the source should be asked again; stores what it told."""
        if self.api is None:
            kept = self._part("episodes", lambda: endpoints.episodes(self._cached, mal_id))
            return kept, kept is not None and not _is_fresh(kept) and self._airs(mal_id)
        airs = self._airs(mal_id)
        pages: Pages = ()
        first = CachedSource(
            self.source.responses, self.api, max_age=min(self.max_age, EPISODES_MAX_AGE) if airs else self.max_age
        )
        first.failed = self._cached.failed

        def ask() -> EndpointResult[tuple[Episode, ...]]:
            nonlocal pages
            pages = read_episodes(first, mal_id) if airs else (endpoints.episodes(first, mal_id),)
            return pages[0]

        read = self._part("episodes", ask)
        self._cached.failed = first.failed
        if pages and (first.fetched or not has_episodes(self.database, mal_id)):
            store_episodes(self.database, mal_id, pages)
        return read, airs and read is not None and not _is_fresh(read)

    def _airs(self, mal_id: int) -> bool:
        with self.database.read() as session:
            return bool(airing_ids(session.connection(), [mal_id]))

    def _part(self, name: str, ask: Callable[[], EndpointResult[T]]) -> EndpointResult[T] | None:
        try:
            read = ask()
        except RequestCancelledError:
            raise
        except CatLogError as problem:
            self._missing.append(name)
            if not isinstance(problem, NotCachedError):
                self._problems.append(user_message(problem))
            return None
        self._sources.append(Provenance(name, read.response.host, read.response.as_of, read.response.stale))
        return read


def _is_fresh(read: EndpointResult[tuple[Episode, ...]]) -> bool:
    return clock.now() - read.response.fetched_at < EPISODES_MAX_AGE
