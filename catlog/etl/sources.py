"""The ranking sources: the protocol that each implements, and the registry that CLI, app and pipeline read.

A new source is one module with a `SOURCES` mapping, one line in `SOURCE_MODULES` and one test. Annotate the mapping as
`Mapping[str, RankingSource]`, so that mypy compares the source with the protocol, and name unused arguments of `open`
`_run`, `_day`. Only `rankings` is the chart: other sources add titles. The registry has names alone, so that help and
forms load no source.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from catlog.errors import InvalidArgumentError

if TYPE_CHECKING:
    from catlog.config import Settings
    from catlog.etl.runlog import Run
    from catlog.jikan.schema import AnimePage, AnimeRecord
    from catlog.net.backoff import Cancel
    from catlog.net.response import RawResponse

FetchPage = Callable[[int], "RawResponse"]
"""Fetch one page of a snapshot, counted from 1."""


class RankingSource(Protocol):
    """One kind of snapshot: where its raw pages come from, and how they are parsed."""

    @property
    def pages(self) -> int | None:
        """The pages of one snapshot; None: up to the page that has no next one."""

    @property
    def page_size(self) -> int:
        """The entries of a full page: how many ranks deep it reaches; 0 for a source without pages."""

    @property
    def required(self) -> Sequence[str]:
        """The fields that every entry should have; null and 0 count as missing."""

    @property
    def expected(self) -> Sequence[str]:
        """The fields that every entry has, if only as null; without them the source has changed."""

    @property
    def note(self) -> str:
        """A note for the user before a run, or ""."""

    def open(self, settings: Settings, run: Run, day: date, cancel: Cancel) -> AbstractContextManager[FetchPage]:
        """Open the connections for a run that fills `day`; all its pages come from one host, `run.host` if it is set.

        Raises UnavailableError when that host is gone; fetching raises a CatLogError, and BadResponseError with the
        response for one that cannot be parsed.
        """

    def parse_page(self, body: bytes, where: str) -> AnimePage:
        """Parse a page to raw entries. Raises BadDataError, which names `where`."""

    def parse_entry(self, entry: object) -> AnimeRecord:
        """Parse one entry of a page. Raises RejectedRecordError."""


SOURCE_MODULES: dict[str, str] = {
    "rankings": "catlog.etl.jikan_sources",
    "airing": "catlog.etl.jikan_sources",
    "seasonal": "catlog.etl.jikan_sources",
    "catalogue": "catlog.etl.jikan_sources",
}
"""The module of each source, by the name that `--source` and the run log use."""

RANKINGS = "rankings"
"""The source of the chart, whose rows win over those of other sources on the same day."""


def other_sources() -> tuple[str, ...]:
    """Return the sources that add titles to a day without being its chart."""
    return tuple(name for name in SOURCE_MODULES if name != RANKINGS)


def ranking_source(name: str) -> RankingSource:
    """Import and return a source. Raises InvalidArgumentError for an unknown name."""
    if name not in SOURCE_MODULES:
        raise InvalidArgumentError(f"unknown source {name!r}", hint=f"known: {', '.join(SOURCE_MODULES)}")
    return cast("RankingSource", import_module(SOURCE_MODULES[name]).SOURCES[name])
