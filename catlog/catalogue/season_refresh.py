"""A season as a source tells it now: its titles enter the catalogue, and its failure is a line of text.

What the source said is kept, page by page, so that a season looked at again within a day asks nobody.
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
"""How long what a source said of a season that is under way or to come is taken for current."""

FINISHED_MAX_AGE = timedelta(days=30)
"""The same for seasons that are over."""

MOST_PAGES = 40
"""Pages of 25 titles that are asked for; a season has up to 12, what is announced up to 30."""


@dataclass(frozen=True, slots=True)
class SeasonResult:
    """A season's titles, most members first, and what a source said about it.

    `season` is None for everything that is announced. `host` and `as_of` are those of the source's kept answer, None
    when it never said anything. `problem` says in plain words why it was not heard now, or not to the end; "" when it
    was, or was not asked.
    """

    season: Season | None
    titles: tuple[Title, ...]
    host: str | None = None
    as_of: datetime | None = None
    problem: str = ""


@dataclass(slots=True)
class _SourceTitles:
    """What one source has said of a season, page by page."""

    ids: dict[int, tuple[str, datetime]]
    host: str | None = None
    as_of: datetime | None = None

    def add(self, answer: JikanResponse, ids: Iterable[int]) -> None:
        self.host = self.host or answer.host
        self.as_of = min(self.as_of or answer.as_of, answer.as_of)
        for mal_id in ids:
            self.ids.setdefault(mal_id, (answer.host, answer.as_of))


class Seasons:
    """The seasons of one database and its sources; for any number of threads."""

    def __init__(self, database: Database, source: CatalogueSource) -> None:
        self._database = database
        self._source = source

    def cached(self, season: Season | None, user_id: int | None = None) -> SeasonResult:
        """Return a season as it is known here, without asking anybody."""
        heard = _SourceTitles({})
        for answer in self._cached_pages(season):
            heard.add(answer, _records(answer))
        return self._result(season, heard, user_id)

    def is_current(self, season: Season | None) -> bool:
        """Say whether a source was heard about it to the end lately: within `YOUNG`, `SETTLED` when it is over."""
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
        """Ask the first source that is well for a season, keep what it says, and return both together.

        It takes `timeout` seconds at most, unless that is None. `automatic`: nobody asked for it, so that pages heard
        lately will do, and a source that stayed silent is left alone. The titles that the source told carry its host
        and the instant of its answer. Nothing is raised for its failures: the pages heard before one count.
        """
        heard, problem = _SourceTitles({}), ""
        source = self._source.open(cancel, timeout=timeout, automatic=automatic)
        young = _max_age(season) if automatic else timedelta(0)
        try:
            require(self._database.role, Right.FETCH_TITLES)
            self._fetch(CachedSource(self._source.responses, source, max_age=young), season, heard, report)
        except CatLogError as fault:
            problem = user_message(fault)
        if not heard.ids:
            return replace(self.cached(season, user_id), problem=problem)
        found = self._result(season, heard, user_id)
        titles = tuple(
            replace(title, source=heard.ids[title.mal_id][0], as_of=heard.ids[title.mal_id][1])
            if title.mal_id in heard.ids
            else title
            for title in found.titles
        )
        return replace(found, titles=titles, problem=problem)

    def _fetch(self, first: CachedSource, season: Season | None, heard: _SourceTitles, report: Report) -> None:
        for number in range(1, MOST_PAGES + 1):
            asked = first.fetched
            answer = _request(first, season, number)
            if first.failed is not None:
                raise first.failed
            page, records = answer.read_page(), _records(answer)
            if first.fetched > asked:
                self._remember(records, answer.as_of)
            heard.add(answer, records)
            report("asking for the season", number, page.last_visible_page)
            if _is_last(page):
                break

    def _remember(self, records: Mapping[int, AnimeRecord], seen_at: datetime) -> None:
        self._database.run(lambda session: write_newer(session.connection(), records, seen_at=seen_at))

    def _cached_pages(self, season: Season | None) -> Iterator[JikanResponse]:
        for number in range(1, MOST_PAGES + 1):
            answer = _cached_page(self._source.responses, season, number)
            if answer is None:
                break
            yield answer

    def _result(self, season: Season | None, heard: _SourceTitles, user_id: int | None) -> SeasonResult:
        with self._database.read() as session:
            titles = tuple(read_season(session, season, user_id, listed=heard.ids))
        return SeasonResult(season, titles, heard.host, heard.as_of)


def _request(asks: ApiSource, season: Season | None, page: int) -> JikanResponse:
    if season is None:
        return endpoints.seasons_upcoming(asks, page)
    if season == season_of(clock.utc_today()):
        return endpoints.seasons_now(asks, page)
    return endpoints.season(asks, season.year, cast("endpoints.Season", season.name), page)


def _records(answer: JikanResponse) -> dict[int, AnimeRecord]:
    found: dict[int, AnimeRecord] = {}
    for record in accepted(answer.read_page().entries, parse_anime):
        found.setdefault(record.mal_id, record)  # sources repeat titles on a page
    return found


def _is_last(page: AnimePage) -> bool:
    return page.has_next_page is False or not page.entries


def _max_age(season: Season | None) -> timedelta:
    is_over = season is not None and season.number < season_of(clock.utc_today()).number
    return FINISHED_MAX_AGE if is_over else MAX_AGE


def _cached_page(kept: ResponseCache, season: Season | None, page: int) -> JikanResponse | None:
    try:
        answer = _request(CachedSource(kept, None, max_age=MAX_AGE), season, page)
    except CatLogError:
        return None
    # What aired "now" when it was asked is no answer once the season is over.
    is_now = answer.path == "/seasons/now"
    return None if is_now and season_of(answer.fetched_at.date()) != season else answer
