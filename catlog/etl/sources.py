"""What each `--source` of the ETL asks of the data source, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from catlog.catalogue.calendar import season_of


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """One kind of snapshot. `pages` None means all there are; `bulk` ones are asked for slowly.

    `required` names the fields that make an entry worth having, where null or 0 counts as missing.
    """

    path: str
    params: Mapping[str, str | int]
    pages: int | None
    bulk: bool = False
    note: str = ""
    required: tuple[str, ...] = ()

    def path_on(self, day: date) -> str:
        """Return the path asked for on `day`."""
        season = season_of(day)
        return self.path.format(year=season.year, season=season.name)


SOURCES: Mapping[str, SourceSpec] = {
    "rankings": SourceSpec("/top/anime", {"limit": 25}, 4, required=("rank", "score")),
    "airing": SourceSpec("/seasons/now", {"limit": 25}, None),
    "seasonal": SourceSpec("/seasons/{year}/{season}", {"limit": 25}, None),
    "catalogue": SourceSpec(
        "/anime",
        {"limit": 25, "order_by": "mal_id", "sort": "asc"},
        None,
        bulk=True,
        note="a bulk crawl: look at the source's terms first; one request in 4 seconds, about 80 minutes in all",
    ),
}
"""The sources by name; `rankings`, the top 100, is the chart."""

RANKINGS = "rankings"
"""The source whose rows win over those of the others on the same day: it is the chart."""

OTHER_SOURCES = tuple(name for name in SOURCES if name != RANKINGS)
"""The sources that add titles to a day beside its chart."""
