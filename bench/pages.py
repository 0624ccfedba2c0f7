"""A generated full ranking, as the source would answer it page by page: 30,000 titles, 25 a page, about 85 MB."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from catlog.etl.jikan_sources import JikanSource
from catlog.jikan.response import JikanResponse
from catlog.jikan.schema import AnimePage
from tests.support.jikan.answer import encode
from tests.support.jikan.catalogue import make_catalogue

TITLES, PAGE_SIZE = 30_000, 25
PAGES = TITLES // PAGE_SIZE
DAY = date(2026, 11, 22)

_FETCHED = datetime(2026, 11, 22, 6, tzinfo=UTC)
_HOST, _PATH = "bench.invalid", "/top/anime"


@dataclass(frozen=True)
class ParsedSource(JikanSource):
    """A source whose pages were parsed beforehand, so that storing is timed apart from parsing."""

    responses: Sequence[JikanResponse] = ()
    parsed: Mapping[bytes, AnimePage] = field(default_factory=dict)

    def parse_page(self, body: bytes, where: str) -> AnimePage:  # noqa: ARG002 - the signature of RankingSource
        """Return the parsed page."""
        return self.parsed[body]


def ranking() -> ParsedSource:
    """Return the pages in order; within them by rank, as the source lists them."""
    responses = list(_responses())
    return ParsedSource(_PATH, {}, None, responses=responses, parsed={r.body: r.read_page() for r in responses})


def _responses() -> Iterator[JikanResponse]:
    rng = random.Random(1)
    words = ["".join(rng.choices(("ka", "ri", "to", "shi", "ne", "mo"), k=rng.randint(1, 4))) for _ in range(3_000)]
    ranked = sorted(make_catalogue(TITLES).entries, key=lambda entry: entry["rank"] or TITLES)
    for number in range(1, PAGES + 1):
        entries = [
            {**entry, "synopsis": " ".join(rng.choices(words, k=rng.randint(20, 160)))}
            for entry in ranked[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        ]
        pagination = {
            "last_visible_page": PAGES,
            "has_next_page": number < PAGES,
            "current_page": number,
            "items": {"count": PAGE_SIZE, "total": TITLES, "per_page": PAGE_SIZE},
        }
        yield JikanResponse(
            source=f"https://{_HOST}",
            host=_HOST,
            url=f"https://{_HOST}{_PATH}?page={number}",
            path=_PATH,
            page=number,
            status=200,
            fetched_at=_FETCHED,
            headers={"date": "Sun, 22 Nov 2026 06:00:00 GMT", "cache-control": "max-age=300"},
            body=encode({"pagination": pagination, "data": entries}),
        )
