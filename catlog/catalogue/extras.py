"""The facts of a title that only a source has: relations, songs, episodes and recommendations, each with its age.

They are fetched when the title is shown, and cached; missing parts are listed, never guessed.
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

MAX_PAGES = 20
"""Pages of episodes that are read of one title, a hundred episodes each."""

PARTS = ("details", "episodes", "recommendations")
"""The parts, in the order of the requests; relations, songs and streaming services are in the details."""

MAX_AGE = timedelta(days=1)
"""The age at which a requested refresh fetches a part again."""

ANY_AGE = timedelta.max
"""The same for reads that only fetch missing parts."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """The source and the time of a part; `stale` when the source itself marks it so."""

    part: str
    host: str
    as_of: datetime
    stale: bool


@dataclass(frozen=True, slots=True)
class TitleExtras:
    """The facts of a title beyond the catalogue. `missing` are the names of parts without a response.

    `episodes` are those of the first pages, `more_episodes` says whether there are others, `episodes_due` that an
    airing title may have new ones. `problem` says in words why a part is missing or old.
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
    """Reads parts from the cache and fetches the rest by `api` (see `CatalogueSource.open`), unless that is None.

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
            # The source has no such title: further requests would fail, too.
            return TitleExtras(missing=PARTS, problem=self._problems[0])
        episodes, due = self._episodes(mal_id)
        recommended = self._part("recommendations", lambda: endpoints.recommendations(self._cached, mal_id))
        listed, more = self._listed(mal_id, episodes) if episodes else ((), False)
        full = details.value if details else None
        if self._cached.failed is not None:
            self._problems.insert(0, user_message(self._cached.failed))
        return TitleExtras(
            relations=full.relations if full else (),
            openings=full.openings if full else (),
            endings=full.endings if full else (),
            streaming=full.streaming if full else (),
            episodes=listed,
            more_episodes=more,
            episodes_due=due,
            recommendations=recommended.value if recommended else (),
            sources=tuple(self._sources),
            missing=tuple(self._missing),
            problem="; ".join(dict.fromkeys(self._problems)),
        )

    def relations(self, mal_id: int) -> tuple[Relation, ...] | None:
        """Return the relations of a title, or None where unknown. Raises RequestCancelledError."""
        try:
            return self._full(mal_id).value.relations
        except RequestCancelledError:
            raise
        except CatLogError:
            return None

    def cached_episodes(self, mal_id: int) -> tuple[Episode, ...]:
        """Return the episodes of a title that are cached; nothing is fetched."""
        try:
            first = endpoints.episodes(CachedSource(self.source.responses, None, max_age=ANY_AGE), mal_id)
        except CatLogError:
            return ()
        return self._listed(mal_id, first, fetch=False)[0]

    def _listed(
        self, mal_id: int, first: EndpointResult[tuple[Episode, ...]], *, fetch: bool = True
    ) -> tuple[tuple[Episode, ...], bool]:
        """Return the episodes of all pages that can be read, and whether there are others."""
        # A later page is no part that may be missing: where it fails, the list is shorter.
        pages = CachedSource(self.source.responses, self.api if fetch else None, max_age=self.max_age)
        pages.failed = self._cached.failed
        listed, read = list(first.value), first
        for number in range(2, MAX_PAGES + 1):
            if not read.response.read_page().has_next_page:
                break
            try:
                read = endpoints.episodes(pages, mal_id, number)
            except RequestCancelledError:
                raise
            except CatLogError:
                break
            listed += read.value
        return tuple(listed), bool(read.response.read_page().has_next_page)

    def recommendations(self, mal_id: int) -> tuple[Recommendation, ...]:
        """Return the recommendations of a title; none where unknown. Raises RequestCancelledError."""
        try:
            return endpoints.recommendations(self._cached, mal_id).value
        except RequestCancelledError:
            raise
        except CatLogError:
            return ()

    def _full(self, mal_id: int) -> EndpointResult[AnimeDetails]:
        before = self._cached.fetched
        read = endpoints.anime_full(self._cached, mal_id)
        if self._cached.fetched > before:
            self.database.run(
                lambda session: write_newer(
                    session.connection(), {mal_id: read.value.anime}, seen_at=read.response.as_of
                )
            )
        return read

    def _episodes(self, mal_id: int) -> tuple[EndpointResult[tuple[Episode, ...]] | None, bool]:
        """Return the first page of the episodes and whether a refresh is due; store the aired dates."""
        if self.api is None:
            cached = self._part("episodes", lambda: endpoints.episodes(self._cached, mal_id))
            return cached, cached is not None and not _is_fresh(cached) and self._airs(mal_id)
        airs = self._airs(mal_id)
        pages: Pages = ()
        first = CachedSource(
            self.source.responses, self.api, max_age=min(self.max_age, EPISODES_MAX_AGE) if airs else self.max_age
        )
        first.failed = self._cached.failed

        def fetch() -> EndpointResult[tuple[Episode, ...]]:
            nonlocal pages
            pages = read_episodes(first, mal_id) if airs else (endpoints.episodes(first, mal_id),)
            return pages[0]

        read = self._part("episodes", fetch)
        self._cached.failed = first.failed
        if pages and (first.fetched or not has_episodes(self.database, mal_id)):
            store_episodes(self.database, mal_id, pages)
        return read, airs and read is not None and not _is_fresh(read)

    def _airs(self, mal_id: int) -> bool:
        with self.database.read() as session:
            return bool(airing_ids(session.connection(), [mal_id]))

    def _part(self, name: str, fetch: Callable[[], EndpointResult[T]]) -> EndpointResult[T] | None:
        try:
            read = fetch()
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
