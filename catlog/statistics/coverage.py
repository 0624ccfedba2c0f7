"""Of how many titles each figure speaks: an imported list lacks lengths, genres, studios, seasons and scores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from catlog.library.entries import Status
from catlog.library.records import ListRow
from catlog.statistics.watched import WatchedTitle


@dataclass(frozen=True, slots=True)
class Share:
    """The titles that a figure speaks of: `known` of the `titles` that it is about."""

    known: int
    titles: int

    @property
    def lacking(self) -> int:
        """The titles that the figure leaves out."""
        return self.titles - self.known

    @property
    def is_whole(self) -> bool:
        """Whether no title is left out."""
        return self.known == self.titles


@dataclass(frozen=True, slots=True)
class Coverage:
    """The share of titles behind each group of figures.

    `watched` is about titles with a watched episode and `planned` about Plan to Watch: known are those whose whole time
    is known. `genres`, `studios` and `seasons` (the year of the season, or of the first episode for what has none) are
    about all titles, `scores` (MyAnimeList's) about the rated ones. `incomplete` counts the titles that
    `catlog list complete` would ask the source about: 0 where the source has been asked about all.
    """

    watched: Share
    planned: Share
    genres: Share
    studios: Share
    seasons: Share
    scores: Share
    incomplete: int


def coverage(titles: Sequence[WatchedTitle], incomplete: int = 0) -> Coverage:
    """Return the coverage of a list; `incomplete` as `catlog.library.gaps` counts it."""
    rows = [one.row for one in titles]
    planned = [one for one in titles if one.row.status is Status.PLAN_TO_WATCH]
    return Coverage(
        watched=_share((one for one in titles if one.episodes), lambda one: not one.unknown),
        planned=_share(planned, lambda one: not one.unknown_ahead),
        genres=share_of_rows(rows, lambda row: bool(row.genres)),
        studios=share_of_rows(rows, lambda row: bool(row.studios)),
        seasons=share_of_rows(rows, lambda row: row.year is not None),
        scores=share_of_rows([row for row in rows if row.rating is not None], lambda row: row.mal_score is not None),
        incomplete=incomplete,
    )


def share_of_rows(rows: Iterable[ListRow], is_known: Callable[[ListRow], bool]) -> Share:
    """Return the share of some rows of which something is known."""
    known = [is_known(row) for row in rows]
    return Share(sum(known), len(known))


def _share(titles: Iterable[WatchedTitle], is_known: Callable[[WatchedTitle], bool]) -> Share:
    known = [is_known(one) for one in titles]
    return Share(sum(known), len(known))
