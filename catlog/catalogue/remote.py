"""Searching a source beside the local catalogue: its answer enters the catalogue, and its failure is a line of text.

The local answer never waits for this one. A face shows that first, asks here, and shows what `merged` makes of both.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from catlog.access import Right, require
from catlog.catalogue.filters import Filters, TitleFacts
from catlog.catalogue.genres import cached_genres, fetch_genres
from catlog.catalogue.remote_query import RemoteQuery, translate
from catlog.catalogue.search import SearchQuery, validated
from catlog.catalogue.source import CatalogueSource
from catlog.catalogue.store import write_newer
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
"""Seconds a source is left alone after a 429 that named none."""

MAX_AGE = timedelta(minutes=5)
"""How long the answer to a question is given again without asking."""


@dataclass(frozen=True, slots=True)
class Cooldown:
    """For how many seconds no search will be sent, and whether it is the source that wants it so."""

    seconds: float = 0.0
    from_source: bool = False


class RemoteOutcome(StrEnum):
    """How a question to the sources ended: being left alone is no failure, and a failure is no lack of titles."""

    FOUND = "found"
    NOTHING_FOUND = "nothing found"
    FAILED = "failed"
    NOT_REQUESTED = "not asked"
    SUPERSEDED = "overtaken"


@dataclass(frozen=True, slots=True)
class SourcePage:
    """One page of what a source found, in its order; `problem` says in plain words why it is old or there is none.

    `as_of` is the instant it is from, `stale` that the source itself calls it old. `total` and `more` are what the
    source says of all pages. `asked` is false where a `problem` kept any request from being sent. `overtaken` answers
    are of no use to anybody: a newer question was asked meanwhile.
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
        """How the question ended, whatever older answer may stand in for a new one."""
        if self.superseded:
            return RemoteOutcome.SUPERSEDED
        if self.problem:
            return RemoteOutcome.FAILED if self.requested else RemoteOutcome.NOT_REQUESTED
        return RemoteOutcome.FOUND if self.ids else RemoteOutcome.NOTHING_FOUND


class RemoteSearch:
    """Asks the sources one question at a time, for any number of threads; a newer question ends the one before."""

    def __init__(self, database: Database, source: CatalogueSource) -> None:
        self._database = database
        self._source = source
        self._lock = threading.Lock()
        self._newest = threading.Event()
        self._free_at, self._is_rate_limited = 0.0, False

    @property
    def cooldown(self) -> Cooldown:
        """How long the next question would have to wait now."""
        left = self._free_at - self._source.backoff.monotonic()
        return Cooldown(left, self._is_rate_limited) if left > 0 else Cooldown()

    def supersede(self) -> None:
        """End the question that is being asked, if there is one; its answer is `overtaken`."""
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
        """Return a page of what the first source that is well finds; the titles are in the catalogue then.

        `question` is as `Catalogue.understood` returns it. An answer that is `young` is given again; else the
        question waits for the cooldown, and for the source `timeout` seconds. For `automatic` see `CatalogueSource`.
        Nothing is raised but InvalidArgumentError, for what cannot be asked anywhere.
        """
        query, cancel = validated(query), threading.Event()
        with self._lock:
            self._newest.set()
            self._newest = cancel
        if query.filters.on_list:
            return SourcePage(
                problem="all titles of a list are in the catalogue, so no source was asked", requested=False
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
            wait = f"wait {cooldown.seconds:.0f} s before asking again"
            raise RequestNotSentError("not asked: the source wants fewer requests", hint=wait)
        self._source.backoff.sleep(cooldown.seconds, cancel)

    def start_cooldown(self, problem: CatLogError | None) -> None:
        """Begin the cooldown after a question; a problem may wish for a longer one."""
        self._is_rate_limited = isinstance(problem, RateLimitedError)
        seconds = (problem.retry_after or DEFAULT_RETRY_AFTER) if isinstance(problem, RateLimitedError) else COOLDOWN
        self._free_at = max(self._free_at, self._source.backoff.monotonic() + seconds)

    def _fetch(self, first: CachedSource, question: SearchQuery, page: int | None, limit: int) -> SourcePage:
        asked = translate(question, self._genre_ids(first, question.filters), limit)
        answer = endpoints.search(first, asked.search, page)
        found = answer.read_page()
        read = list(accepted(found.entries, parse_anime))
        records: dict[int, AnimeRecord] = {}
        for record in read:
            records.setdefault(record.mal_id, record)  # sources repeat titles on a page
        if first.fetched:
            self._database.run(lambda session: write_newer(session.connection(), records, seen_at=answer.as_of))
        return SourcePage(
            ids=tuple(mal_id for mal_id, record in records.items() if _fits(record, asked)),
            host=answer.host,
            as_of=answer.as_of,
            stale=answer.stale,
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
    """Asks the source when the cooldown is over, and begins the next one with every answer."""

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


def _fits(record: AnimeRecord, asked: RemoteQuery) -> bool:
    facts = TitleFacts._make(getattr(record, name) for name in TitleFacts._fields)
    return all(condition(facts) for condition in asked.local_filters.conditions)
