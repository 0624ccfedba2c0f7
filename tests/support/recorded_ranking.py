"""A ranking source that no service has: the pages of a recorded CSV file, with columns of its own."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from catlog import clock
from catlog.config import Settings
from catlog.errors import BadDataError
from catlog.etl.runlog import Run
from catlog.etl.sources import FetchPage, RankingSource
from catlog.jikan.schema import AnimePage, AnimeRecord, parse_anime
from catlog.net.backoff import Cancel
from catlog.net.response import RawResponse
from catlog.ownership import read_own

HOST = "recorded.test"


@dataclass(frozen=True)
class RecordedSource:
    """Reads `ranking.csv` of the user's folder; a page is its header and 10 rows."""

    pages: int | None = None
    page_size: int = 10
    required: tuple[str, ...] = ("rank",)
    expected: tuple[str, ...] = ("rank", "score")
    note: str = "read from a file"

    @contextmanager
    def open(self, settings: Settings, _run: Run, _day: date, _cancel: Cancel) -> Iterator[FetchPage]:
        file = settings.paths.data / "ranking.csv"
        header, *rows = read_own(file).decode().splitlines()

        def fetch(page: int) -> RawResponse:
            end = page * self.page_size
            state = "more" if end < len(rows) else "end"
            body = "\n".join([state, header, *rows[end - self.page_size : end]]).encode()
            return RawResponse(str(file), HOST, file.as_uri(), "/ranking", page, 200, clock.now(), {}, body)

        yield fetch

    def parse_page(self, body: bytes, where: str) -> AnimePage:
        state, *lines = body.decode().splitlines() or [""]
        if state not in ("more", "end"):
            raise BadDataError(f"{where}: no recorded page")
        entries: tuple[object, ...] = tuple(csv.DictReader(lines))
        return AnimePage(entries, state == "more", None, None, Counter())

    def parse_entry(self, entry: object) -> AnimeRecord:
        assert isinstance(entry, dict)
        place, number, name, mean = (entry[column] for column in ("Place", "MAL", "Name", "Mean"))
        score = float(mean) if mean else None
        return parse_anime({"mal_id": int(number or 0) or None, "title": name, "rank": int(place), "score": score})


SOURCES: Mapping[str, RankingSource] = {"recorded": RecordedSource()}
