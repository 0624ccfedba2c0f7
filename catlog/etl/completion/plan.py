"""The requests that complete a list, and their time, told before the first one.

A page of the ranking by popularity has 25 whole records for one request, and lists are full of popular titles: P pages
have about P / (P + 18) of a list (measured on seven lists of 109 to 1,077 titles). So pages are fetched as long as they
pay, and the other titles one by one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catlog.jikan.service import JIKAN
from catlog.library.gaps import Gap, IncompleteTitle, ListGaps, lacking_by_gap
from catlog.net.limiter import Limiter, Priority

if TYPE_CHECKING:
    from catlog.config import Settings
    from catlog.jikan.instances import Instance
    from catlog.net.backoff import Backoff

FIRST = 25
"""The most titles being watched that are fetched before any page."""

WINDOW = 4
"""The last pages by which it is judged whether pages still pay."""

PAYS = 6
"""The titles that `WINDOW` pages must have completed: each saves a request, and a page costs one."""

_HALF = 18
"""Pages that have half of a list."""


@dataclass(frozen=True, slots=True)
class CompletionPlan:
    """The plan for a list of `listed` titles, of which `titles` are to be completed.

    `lacking` counts these by what they lack; `settled` are other incomplete ones that the source was asked about not
    long ago. `requests` is the expected number, of which `pages` are pages of popular titles, and `most` its limit;
    `seconds` the expected time at the present pace of `host`, `per_minute` that pace over a long time.
    """

    listed: int
    titles: int
    settled: int
    lacking: Mapping[Gap, int]
    pages: int
    requests: int
    most: int
    seconds: float
    host: str
    per_minute: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """The expected requests for some titles: pages of popular titles, and requests for single ones."""

    pages: int
    singles: int

    @property
    def requests(self) -> int:
        """All requests together."""
        return self.pages + self.singles


def forecast(titles: int, covered: int = 0) -> Forecast:
    """Return the expected requests for `titles` that are not on the first `covered` pages of popular titles."""
    whole = titles * (covered + _HALF) / _HALF  # of the list that these are left of
    last = math.floor(math.sqrt(whole * _HALF * WINDOW / PAYS)) - _HALF
    if last <= covered:
        return Forecast(0, titles)
    found = whole * (last / (last + _HALF) - covered / (covered + _HALF))
    return Forecast(last - covered, max(0, titles - round(found)))


def first_titles(titles: Sequence[IncompleteTitle]) -> tuple[IncompleteTitle, ...]:
    """Return the titles that are fetched before any page: those being watched, at most `FIRST`."""
    return tuple(title for title in titles if title.in_use)[:FIRST]


def plan_completion(
    gaps: ListGaps, settings: Settings, backoff: Backoff, *, limit: int | None = None, covered: int = 0
) -> CompletionPlan:
    """Return the plan for a list; nothing is sent. `limit` is the most titles to complete."""
    chosen = gaps.due[:limit]
    first = len(first_titles(chosen))
    rest = forecast(len(chosen) - first, covered)
    limiter = Limiter(JIKAN, settings.paths.state, backoff, rate=settings.jikan_rate)
    instance = _instance(settings, backoff)
    requests = first + rest.requests
    return CompletionPlan(
        listed=gaps.titles,
        titles=len(chosen),
        settled=len(gaps.settled),
        lacking=lacking_by_gap(chosen),
        pages=rest.pages,
        requests=requests,
        most=len(chosen) + (WINDOW if rest.pages else 0),
        seconds=round(limiter.estimate(instance.host, Priority.RUN, requests), 1) if requests else 0.0,
        host=instance.host,
        per_minute=round(60.0 * _MANY / limiter.estimate(instance.host, Priority.RUN, _MANY), 1),
    )


_MANY = 10_000


def _instance(settings: Settings, backoff: Backoff) -> Instance:
    """Return the source that a run would begin with."""
    from catlog.jikan.instances import Instances

    states = Instances(settings.jikan_urls, settings.paths.state, backoff).health()
    return next((state.instance for state in states if state.suspended_for == 0), states[0].instance)
