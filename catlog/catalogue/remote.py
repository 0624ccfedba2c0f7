"""Search at a source, next to the local one: its titles enter the catalogue, a failure becomes a line of text.

The local result never waits for this one: app and CLI show it first, and then the result of `merge_results.merge`.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from catlog.access import Right, require
from catlog.catalogue.filters import Filters, TitleFacts
from catlog.catalogue.remote_query import RemoteQuery, translate
from catlog.catalogue.search import SearchQuery, validated
from catlog.catalogue.source import CatalogueSource
from catlog.catalogue.store import write_newer
from catlog.catalogue.vocabulary import cached_genres, fetch_genres
from catlog.db.session import Database
from catlog.errors import CatLogError, InvalidArgumentError, NotAllowedError
from catlog.jikan import endpoints
from catlog.jikan.details import accepted
from catlog.jikan.endpoints import PAGE_SIZE
from catlog.jikan.request import ApiRequest, ApiSource
from catlog.jikan.response import JikanResponse
from catlog.jikan.response_cache import CachedSource
from catlog.jikan.schema import AnimeRecord, parse_anime
from catlog.net.errors import RateLimitedError, RequestCancelledError, RequestNotSentError, user_message

COOLDOWN = 2.0
"""Seconds after a search before the next one is sent."""

DEFAULT_RETRY_AFTER = 60.0
"""Seconds without a request after a 429 without Retry-After."""

MAX_AGE = timedelta(minutes=5)
"""The age up to which a cached response is served without a request."""


@dataclass(frozen=True, slots=True)
class Cooldown:
    """Seconds before the next search can be sent, and whether they come from the source's rate limit."""

    seconds: float = 0.0
    from_source: bool = False


class RemoteOutcome(StrEnum):
    """The outcome of a remote search; the values are part of the JSON output."""

    FOUND = "found"
    NOTHING_FOUND = "nothing found"
    FAILED = "failed"
    NOT_REQUESTED = "not asked"
    SUPERSEDED = "overtaken"


@dataclass(frozen=True, slots=True)
class SourcePage:
    """One page of a source's result, in its order; `problem` says in words why the page is old or missing.

    `as_of` is the time of the response, `stale` is set by the source itself. `total` and `more` are about all pages.
    `requested` is false where a `problem` prevented any request. A `superseded` page is to be dropped: a newer search
    has begun.
    """

    ids: tuple[int, ...] = ()
    host: str | None = None
    as_of: datetime | None = None
    stale: bool = False
    total: int | None = None
    more: bool = False
    rejected: int = 0
    problem: str = ""
    superseded: bool = False
    requested: bool = True

    @property
    def outcome(self) -> RemoteOutcome:
        """The outcome, also where an older response is served instead."""
        if self.superseded:
            return RemoteOutcome.SUPERSEDED
        if self.problem:
            return RemoteOutcome.FAILED if self.requested else RemoteOutcome.NOT_REQUESTED
        return RemoteOutcome.FOUND if self.ids else RemoteOutcome.NOTHING_FOUND


class RemoteSearch:
    """Runs one search at a time, for any number of threads; a newer search cancels the one before."""

    def __init__(self, database: Database, source: CatalogueSource) -> None:
        self._database = database
        self._source = source
        self._lock = threading.Lock()
        self._newest = threading.Event()
        self._free_at, self._is_rate_limited = 0.0, False

    @property
    def cooldown(self) -> Cooldown:
        """The wait before the next search."""
        left = self._free_at - self._source.backoff.monotonic()
        return Cooldown(left, self._is_rate_limited) if left > 0 else Cooldown()

    def supersede(self) -> None:
        """Cancel the current search, if any; its page is `superseded`."""
        with self._lock:
            self._newest.set()
            self._newest = threading.Event()

    def search(
        self,
        query: SearchQuery,
        page: int | None = None,
        limit: int = PAGE_SIZE,
        *,
        timeout: float | None = None,
        automatic: bool = False,
        max_age: timedelta = MAX_AGE,
    ) -> SourcePage:
        """Return a page of the first working source's result; its titles are in the catalogue then.

        `query` is one that `Catalogue.normalized` returned. A cached response younger than `max_age` is served; else
        the search waits for the cooldown, and `timeout` seconds for the source. For `automatic` see `CatalogueSource`.
        Raises only InvalidArgumentError, for an invalid query.
        """
        query, cancel = validated(query), threading.Event()
        with self._lock:
            self._newest.set()
            self._newest = cancel
        if query.filters.on_list:
            return SourcePage(
                problem="all titles of a list are in the catalogue, so no source was searched", requested=False
            )
        source = self._source.open(cancel, timeout=timeout, automatic=automatic)
        first = CachedSource(self._source.responses, _CooldownSource(self, source, cancel), max_age=max_age)
        try:
            require(self._database.role, Right.FETCH_TITLES)
            answer = self._fetch(first, query, page, limit)
        except RequestCancelledError:
            answer = SourcePage(superseded=True)
        except CatLogError as problem:
            answer = SourcePage(
                problem=user_message(problem), requested=not isinstance(problem, (RequestNotSentError, NotAllowedError))
            )
        return answer if self._newest is cancel else SourcePage(superseded=True)

    def wait(self, cancel: threading.Event) -> None:
        """Wait until the next request may be sent. Raises RequestNotSentError after a 429."""
        cooldown = self.cooldown
        if cooldown.from_source:
            hint = f"wait {cooldown.seconds:.0f} s before the next search"
            raise RequestNotSentError("no request sent: the source has a rate limit", hint=hint)
        self._source.backoff.sleep(cooldown.seconds, cancel)

    def start_cooldown(self, problem: CatLogError | None) -> None:
        """Start the cooldown after a search, a longer one after a rate limit."""
        self._is_rate_limited = isinstance(problem, RateLimitedError)
        seconds = (problem.retry_after or DEFAULT_RETRY_AFTER) if isinstance(problem, RateLimitedError) else COOLDOWN
        self._free_at = max(self._free_at, self._source.backoff.monotonic() + seconds)

    def _fetch(self, first: CachedSource, query: SearchQuery, page: int | None, limit: int) -> SourcePage:
        remote_query = translate(query, self._genre_ids(first, query.filters), limit)
        response = endpoints.search(first, remote_query.search, page)
        found = response.read_page()
        read = list(accepted(found.entries, parse_anime))
        records: dict[int, AnimeRecord] = {}
        for record in read:
            records.setdefault(record.mal_id, record)  # sources repeat titles on a page
        if first.fetched:
            self._database.run(lambda session: write_newer(session.connection(), records, seen_at=response.as_of))
        return SourcePage(
            ids=tuple(mal_id for mal_id, record in records.items() if _fits(record, remote_query)),
            host=response.host,
            as_of=response.as_of,
            stale=response.stale,
            total=found.total,
            more=found.has_next_page or False,
            rejected=len(found.entries) - len(read),
            problem=user_message(first.failed) if first.failed else "",
            requested=not isinstance(first.failed, RequestNotSentError),
        )

    def _genre_ids(self, first: CachedSource, filters: Filters) -> dict[str, int]:
        ids = cached_genres(self._source.responses)
        wanted = {*filters.genres, *filters.without_genres}
        if not wanted <= ids.keys():
            ids = fetch_genres(self._source.responses, first)
        if unknown := sorted(wanted - ids.keys()):
            raise InvalidArgumentError(f"no source knows the genre {unknown[0]!r}")
        return ids


@dataclass(slots=True)
class _CooldownSource:
    """Delays the first request until the cooldown is over, and starts the next one after every response."""

    search: RemoteSearch
    source: ApiSource
    cancel: threading.Event
    begun: bool = False

    def get(self, request: ApiRequest) -> JikanResponse:
        if not self.begun:
            self.search.wait(self.cancel)
        self.begun = True
        problem: CatLogError | None = None
        try:
            return self.source.get(request)
        except CatLogError as failure:
            problem = failure
            raise
        finally:
            if not isinstance(problem, RequestNotSentError):
                self.search.start_cooldown(problem)


def _fits(record: AnimeRecord, query: RemoteQuery) -> bool:
    facts = TitleFacts._make(getattr(record, name) for name in TitleFacts._fields)
    return all(condition(facts) for condition in query.local_filters.conditions)
