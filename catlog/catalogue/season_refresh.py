"""Seasons from a source: their titles are written into the catalogue, and a failure becomes a line of text.

The pages are cached, so that a season shown again within a day needs no request.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from catlog import clock
from catlog.access import Right, require
from catlog.catalogue.calendar import Season, season_of
from catlog.catalogue.search import Title
from catlog.catalogue.seasons import read_season
from catlog.catalogue.store import write_newer
from catlog.errors import CatLogError
from catlog.jikan import endpoints
from catlog.jikan.details import accepted
from catlog.jikan.request import ApiSource
from catlog.jikan.response import JikanResponse
from catlog.jikan.response_cache import CachedSource, ResponseCache
from catlog.jikan.schema import AnimePage, AnimeRecord, parse_anime
from catlog.net.errors import user_message
from catlog.progress import Report, silent

if TYPE_CHECKING:
    from catlog.catalogue.source import CatalogueSource
    from catlog.db.session import Database

MAX_AGE = timedelta(days=1)
"""The age up to which a cached season that airs or is to come is current."""

FINISHED_MAX_AGE = timedelta(days=30)
"""The same for finished seasons."""

MOST_PAGES = 40
"""The most pages of 25 titles that are fetched; a season has up to 12, the announced titles up to 30."""


@dataclass(frozen=True, slots=True)
class SeasonResult:
    """A season's titles, most members first, and the source they come from.

    `season` is None for all announced titles. `host` and `as_of` are those of the cached response, None without one.
    `problem` says in words why a refresh failed or is incomplete, "" otherwise.
    """

    season: Season | None
    titles: tuple[Title, ...]
    host: str | None = None
    as_of: datetime | None = None
    problem: str = ""


@dataclass(slots=True)
class _SourceTitles:
    """The titles of a season from one source, page by page."""

    ids: dict[int, tuple[str, datetime]]
    host: str | None = None
    as_of: datetime | None = None

    def add(self, response: JikanResponse, ids: Iterable[int]) -> None:
        self.host = self.host or response.host
        self.as_of = min(self.as_of or response.as_of, response.as_of)
        for mal_id in ids:
            self.ids.setdefault(mal_id, (response.host, response.as_of))


class Seasons:
    """The seasons of one database and its sources; for any number of threads."""

    def __init__(self, database: Database, source: CatalogueSource) -> None:
        self._database = database
        self._source = source

    def cached(self, season: Season | None, user_id: int | None = None) -> SeasonResult:
        """Return a season from the catalogue and the cache, without a request."""
        source_titles = _SourceTitles({})
        for response in self._cached_pages(season):
            source_titles.add(response, _records(response))
        return self._result(season, source_titles, user_id)

    def is_current(self, season: Season | None) -> bool:
        """Say whether all pages of a season are cached and younger than `MAX_AGE`, or `FINISHED_MAX_AGE`."""
        now, last = clock.now(), None
        for last in self._cached_pages(season):
            if now - last.fetched_at >= _max_age(season):
                return False
        return last is not None and _is_last(last.read_page())

    def refresh(
        self,
        season: Season | None,
        user_id: int | None = None,
        *,
        timeout: float | None = None,
        automatic: bool = False,
        cancel: threading.Event | None = None,
        report: Report = silent,
    ) -> SeasonResult:
        """Fetch a season from the first working source, cache it, and return it merged with the catalogue.

        `timeout` is in seconds, None for none. An `automatic` refresh accepts current cached pages and skips
        unresponsive sources. Titles from the source have its host and the time of its response. Failures of the source
        raise nothing: the pages before one count.
        """
        source_titles, problem = _SourceTitles({}), ""
        source = self._source.open(cancel, timeout=timeout, automatic=automatic)
        max_age = _max_age(season) if automatic else timedelta(0)
        try:
            require(self._database.role, Right.FETCH_TITLES)
            self._fetch(CachedSource(self._source.responses, source, max_age=max_age), season, source_titles, report)
        except CatLogError as fault:
            problem = user_message(fault)
        if not source_titles.ids:
            return replace(self.cached(season, user_id), problem=problem)
        found = self._result(season, source_titles, user_id)
        titles = tuple(
            replace(title, source=source_titles.ids[title.mal_id][0], as_of=source_titles.ids[title.mal_id][1])
            if title.mal_id in source_titles.ids
            else title
            for title in found.titles
        )
        return replace(found, titles=titles, problem=problem)

    def _fetch(self, first: CachedSource, season: Season | None, source_titles: _SourceTitles, report: Report) -> None:
        for number in range(1, MOST_PAGES + 1):
            before = first.fetched
            response = _request(first, season, number)
            if first.failed is not None:
                raise first.failed
            page, records = response.read_page(), _records(response)
            if first.fetched > before:
                self._write(records, response.as_of)
            source_titles.add(response, records)
            report("fetching the season", number, page.last_visible_page)
            if _is_last(page):
                break

    def _write(self, records: Mapping[int, AnimeRecord], seen_at: datetime) -> None:
        self._database.run(lambda session: write_newer(session.connection(), records, seen_at=seen_at))

    def _cached_pages(self, season: Season | None) -> Iterator[JikanResponse]:
        for number in range(1, MOST_PAGES + 1):
            response = _cached_page(self._source.responses, season, number)
            if response is None:
                break
            yield response

    def _result(self, season: Season | None, source_titles: _SourceTitles, user_id: int | None) -> SeasonResult:
        with self._database.read() as session:
            titles = tuple(read_season(session, season, user_id, listed=source_titles.ids))
        return SeasonResult(season, titles, source_titles.host, source_titles.as_of)


def _request(source: ApiSource, season: Season | None, page: int) -> JikanResponse:
    if season is None:
        return endpoints.seasons_upcoming(source, page)
    if season == season_of(clock.utc_today()):
        return endpoints.seasons_now(source, page)
    return endpoints.season(source, season.year, cast("endpoints.Season", season.name), page)


def _records(response: JikanResponse) -> dict[int, AnimeRecord]:
    found: dict[int, AnimeRecord] = {}
    for record in accepted(response.read_page().entries, parse_anime):
        found.setdefault(record.mal_id, record)  # sources repeat titles on a page
    return found


def _is_last(page: AnimePage) -> bool:
    return page.has_next_page is False or not page.entries


def _max_age(season: Season | None) -> timedelta:
    is_over = season is not None and season.number < season_of(clock.utc_today()).number
    return FINISHED_MAX_AGE if is_over else MAX_AGE


def _cached_page(cache: ResponseCache, season: Season | None, page: int) -> JikanResponse | None:
    try:
        response = _request(CachedSource(cache, None, max_age=MAX_AGE), season, page)
    except CatLogError:
        return None
    # A response of /seasons/now is out of date once that season is over.
    is_now = response.path == "/seasons/now"
    return None if is_now and season_of(response.fetched_at.date()) != season else response
