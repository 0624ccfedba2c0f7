"""The records of the queries, one a row, frozen. Their field names in camelCase are the keys of JSON and CSV."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, NamedTuple, TypeVar

Row_co = TypeVar("Row_co", covariant=True)


@dataclass(frozen=True, slots=True)
class QueryResult(Generic[Row_co]):
    """The rows of a query, in its order, with its day and its parameters as they were used.

    `as_of` is None only where the caller gave no day and there are no snapshots. `last_day` is the latest day up to
    `as_of` that has snapshots; if it is earlier, nothing has a rank on `as_of`. `passed_over` are newer days with
    snapshots whose charts are not deep enough to be the default day; none where the caller gave a day. `deepest` is the
    depth of the deepest chart where the query needs more, else None.
    """

    as_of: date | None
    last_day: date | None
    parameters: Mapping[str, int | bool | None]
    rows: tuple[Row_co, ...]
    passed_over: tuple[date, ...] = ()
    deepest: int | None = None


@dataclass(frozen=True, slots=True)
class TitleRow:
    """A row about one anime."""

    mal_id: int
    title: str


Titled = TypeVar("Titled", bound=TitleRow)


def filter_titles(result: QueryResult[Titled], ids: Set[int], limit: int | None) -> QueryResult[Titled]:
    """Return the first `limit` rows about the titles `ids`, those of a list, out of a result without a limit."""
    rows = tuple(row for row in result.rows if row.mal_id in ids)
    parameters = {**result.parameters, "mine": True}
    if "limit" in parameters:
        parameters["limit"] = limit
    return replace(result, rows=rows[:limit], parameters=parameters)


@dataclass(frozen=True, slots=True)
class Mover(TitleRow):
    """An anime whose rank changed; `change` counts places and is positive for a climb."""

    rank: int
    baseline_rank: int
    change: int
    baseline_date: date


@dataclass(frozen=True, slots=True)
class Momentum(TitleRow):
    """An anime whose score rose, in points; `scored_by_growth` is None where either count of votes is unknown.

    `rank` is None for an anime without one, which only `within` 0 includes.
    """

    rank: int | None
    score: float
    baseline_score: float
    change: float
    baseline_date: date
    scored_by_growth: int | None


@dataclass(frozen=True, slots=True)
class NewEntry(TitleRow):
    """An anime that is in the upper chart for the first time; `rank` is that on the day of the query, if known."""

    first_date: date
    first_rank: int
    rank: int | None


@dataclass(frozen=True, slots=True)
class ChartStreak(TitleRow):
    """An unbroken stay in the upper chart, in calendar days including both ends and in number of snapshots."""

    start: date
    end: date
    days: int
    snapshots: int
    current: bool


@dataclass(frozen=True, slots=True)
class HistoryDay(TitleRow):
    """One snapshot of one anime, and its changes against the snapshot before.

    `rank_change` counts places, positive for a climb; `score_change` is in points; None where either is unknown.
    """

    snapshot_date: date
    rank: int | None
    score: float | None
    scored_by: int | None
    members: int | None
    popularity: int | None
    rank_change: int | None
    score_change: float | None


@dataclass(frozen=True, slots=True)
class ChartDay:
    """One day with snapshots: the depth of its chart and the number of snapshots."""

    snapshot_date: date
    depth: int
    snapshots: int


def display_title(mal_id: int, title: str | None) -> str:
    """Return the title, or `#5114` for an anime the catalogue does not know."""
    return title or f"#{mal_id}"


class Standing(NamedTuple):
    """How the titles of a list moved: `entries` counts all of them, the others those with a rank now and before.

    `highest` is the one with the best rank of those that never had a better one, with its rank.
    """

    entries: int
    rose: int = 0
    fell: int = 0
    stayed: int = 0
    highest: tuple[int, int] | None = None

    @property
    def ranked(self) -> int:
        """The titles with a rank now and before."""
        return self.rose + self.fell + self.stayed
