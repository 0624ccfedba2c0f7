"""The ranking sources on Jikan: the top list, two seasons and the whole catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from catlog.catalogue.calendar import season_of
from catlog.config import Settings
from catlog.errors import UnavailableError
from catlog.etl.runlog import Run
from catlog.etl.sources import FetchPage, RankingSource
from catlog.jikan.endpoints import PAGE_SIZE
from catlog.jikan.errors import RequestRejectedError, UnknownToSourceError
from catlog.jikan.request import ApiRequest, Parameters
from catlog.jikan.schema import AnimePage, AnimeRecord, parse_anime, parse_document, parse_page
from catlog.net.backoff import Cancel
from catlog.net.limiter import Priority
from catlog.net.response import RawResponse

if TYPE_CHECKING:
    from catlog.jikan.client import JikanClient

EXPECTED_FIELDS = ("type", "episodes", "status", "score", "scored_by", "rank", "members", "popularity", "genres")
"""The fields of every anime object of Jikan, if only as null."""


@dataclass(frozen=True, slots=True)
class JikanSource:
    """A list of anime on Jikan; the fields are those of `RankingSource`.

    `path` may name {year} and {season} of the day; `bulk` sources are fetched slowly.
    """

    path: str
    parameters: Parameters
    pages: int | None
    bulk: bool = False
    note: str = ""
    required: tuple[str, ...] = ()
    expected: tuple[str, ...] = EXPECTED_FIELDS
    page_size: int = PAGE_SIZE

    @contextmanager
    def open(self, settings: Settings, run: Run, day: date, cancel: Cancel) -> Iterator[FetchPage]:
        """Open a client and one session, bound to the instance that the run began with."""
        from catlog.jikan.client import JikanClient  # with httpx, which parsing stored pages does not need

        with JikanClient.from_settings(settings) as client:
            yield self._fetcher(client, run, day, cancel)

    def parse_page(self, body: bytes, where: str) -> AnimePage:
        """Parse a page of Jikan to raw entries. Raises BadResponseError."""
        return parse_page(parse_document(body, where), where)

    def parse_entry(self, entry: object) -> AnimeRecord:
        """Parse one anime object. Raises RejectedRecordError."""
        return parse_anime(entry)

    def path_on(self, day: date) -> str:
        """Return the path of the snapshot of `day`."""
        season = season_of(day)
        return self.path.format(year=season.year, season=season.name)

    def _fetcher(self, client: JikanClient, run: Run, day: date, cancel: Cancel) -> FetchPage:
        began_with = [instance for instance in client.instances.ordered if instance.host == run.host]
        if run.host and not began_with:
            raise UnavailableError(
                f"run {run.run_id} began with {run.host}, which is not among the sources any more",
                hint="add it to jikan_urls, or start a new run",
            )
        priority = Priority.BULK if self.bulk else Priority.RUN
        session = client.open_session(priority, bound_to=began_with[0].url if run.host else None, cancel=cancel)
        path = self.path_on(day)

        def fetch(page: int) -> RawResponse:
            try:
                return session.get(ApiRequest(path, self.parameters, page))
            except (RequestRejectedError, UnknownToSourceError) as problem:
                # The user typed neither the parameter nor the id.
                raise UnavailableError(problem.message, hint=problem.hint) from problem

        return fetch


SOURCES: Mapping[str, RankingSource] = {
    "rankings": JikanSource("/top/anime", {"limit": PAGE_SIZE}, 4, required=("rank", "score")),
    "airing": JikanSource("/seasons/now", {"limit": PAGE_SIZE}, None),
    "seasonal": JikanSource("/seasons/{year}/{season}", {"limit": PAGE_SIZE}, None),
    "catalogue": JikanSource(
        "/anime",
        {"limit": PAGE_SIZE, "order_by": "mal_id", "sort": "asc"},
        None,
        bulk=True,
        note="a bulk crawl: look at the source's terms first; one request in 4 seconds, about 80 minutes in all",
    ),
}
"""The sources by name; `rankings`, the top 100, is the chart."""
