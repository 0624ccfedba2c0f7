"""Queries of the screen Details: the title from the catalogue, its log, and its extras from the source."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from catlog import clock
from catlog.catalogue.alike import read_alike
from catlog.catalogue.details import Details, read_details
from catlog.catalogue.extras import ANY_AGE, MAX_AGE, ExtrasReader, TitleExtras
from catlog.catalogue.franchise import FranchiseTitle, explore, watch_order
from catlog.catalogue.search import Title, read_titles
from catlog.errors import NotFoundError
from catlog.library.airing import air_time
from catlog.library.broadcasts import load_broadcast
from catlog.library.listing import load_row
from catlog.library.records import ListRow
from catlog.library.spoilers import SpoilerGuard, guard_of
from catlog.library.watch_log import WatchLog, seen_days, watch_logs
from catlog.statistics.filler import FillerCount, count_filler
from catlog.statistics.watched import parse_duration
from catlog.tui.titles.facts import TitleFacts, other_names, rank_moves, reason_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from catlog.jikan.details import Recommendation, Relation
    from catlog.library.partial_date import PartialDate
    from catlog.tui.backend import Backend

ALL_DAYS = 40_000
"""Enough days for all ranks."""

TIMEOUT = 30.0
"""Seconds for all requests of one title to the source."""

MAX_EXPANDED = 12
"""Titles of a franchise whose relations a manual refresh requests."""

NEAREST = 12
"""Titles alike at least, where the catalogue has them: fewer recommended ones are followed by those near by genres."""

UNCOVERS = "z uncovers it."
"""How a covered synopsis can be read here."""


@dataclass(frozen=True, slots=True)
class SimilarTitle:
    """A title that viewers recommend with another one, or one near it by genres, without votes.

    Fields missing from the catalogue are None.
    """

    mal_id: int
    title: str
    votes: int
    type: str | None = None
    year: int | None = None
    score: float | None = None
    list_status: str | None = None
    image_url: str | None = None


@dataclass(frozen=True, slots=True)
class TitleView:
    """All data of a title: its `facts`, and `franchise` in watch order; `filler` is None without marks.

    `logs` are the episodes logged, newest first, and `seen` is when each was watched last.
    """

    facts: TitleFacts
    extras: TitleExtras
    franchise: tuple[FranchiseTitle, ...]
    similar: tuple[SimilarTitle, ...]
    guard: SpoilerGuard
    filler: FillerCount | None
    logs: tuple[WatchLog, ...]
    seen: Mapping[int, PartialDate]

    @property
    def details(self) -> Details:
        """The facts of the catalogue."""
        return self.facts.details

    @property
    def row(self) -> ListRow | None:
        """The list entry, None where the title is not on the list."""
        return self.facts.row


def read_title(backend: Backend, mal_id: int) -> TitleView:
    """Read a title without the source. Raises NotFoundError when it is not in the catalogue."""
    cached = ExtrasReader(backend.database, backend.source)
    return _read(backend, mal_id, cached.read(mal_id), cached.relations)


def fetch_title(backend: Backend, mal_id: int, *, automatic: bool) -> TitleView:
    """Request missing extras from the source; unless `automatic`, also those older than a day.

    Raises NotFoundError when neither the catalogue nor the source has the title.
    """
    remote = backend.source.open(backend.cancel, timeout=TIMEOUT, automatic=automatic)
    reader = ExtrasReader(backend.database, backend.source, remote, ANY_AGE if automatic else MAX_AGE)
    cached = ExtrasReader(backend.database, backend.source)
    parts, turns = reader.read(mal_id), count()

    def relations(other: int) -> tuple[Relation, ...] | None:
        return (cached if automatic or next(turns) >= MAX_EXPANDED else reader).relations(other)

    try:
        return _read(backend, mal_id, parts, relations)
    except NotFoundError as unknown:
        raise NotFoundError(unknown.message, hint=parts.problem or unknown.hint) from None


def _read(
    backend: Backend, mal_id: int, parts: TitleExtras, relations: Callable[[int], tuple[Relation, ...] | None]
) -> TitleView:
    viewer = backend.viewer
    user = viewer.user_id if viewer else None
    web = explore(mal_id, relations)
    with backend.database.read() as session:
        details = read_details(session, mal_id, days=ALL_DAYS)
        row = load_row(session, user, mal_id) if user is not None else None
        logs = watch_logs(session, viewer.user_id, mal_id, viewer.zone) if viewer is not None else ()
        broadcast = load_broadcast(session, mal_id, user)
        works = watch_order(session, web, user)
        guard = guard_of(session, mal_id, user, parts.relations)
        votes = {one.mal_id: one for one in parts.recommendations}
        near = [work.mal_id for work in works]
        alike = read_alike(
            session, mal_id, parts.recommendations, limit=max(len(votes), NEAREST), user_id=user, without=near
        )
        images = {one.mal_id: one.image_url for one in alike}
        ids = list(dict.fromkeys((*votes, *(one.mal_id for one in alike))))
        titles = {title.mal_id: title for title in read_titles(session, ids, user)}
    length = parse_duration(details.duration)
    change, unchanged = rank_moves(details.rank_history)
    facts = TitleFacts(
        details.title,
        other_names(details, backend.titles),
        details,
        row,
        length,
        air_time(broadcast, clock.now()) if broadcast is not None else None,
        change,
        unchanged,
        works,
        alike,
        guard.synopsis(details.synopsis, UNCOVERS),
        reason_of(backend, mal_id, row),
    )
    similar = tuple(_similar(mal_id, votes, titles, images) for mal_id in ids if mal_id in votes or mal_id in titles)
    watched = row.episodes_watched if row else 0
    filler = count_filler(parts.episodes, watched=watched, total=details.episodes, length=length)
    return TitleView(facts, parts, works, similar, guard, filler, logs, seen_days(logs))


def _similar(
    mal_id: int,
    votes: dict[int, Recommendation],
    titles: dict[int, Title],
    images: dict[int, str | None],
) -> SimilarTitle:
    title, one = titles.get(mal_id), votes.get(mal_id)
    count = one.votes if one is not None else 0
    if title is None:
        assert one is not None, "a title is in the catalogue or recommended"
        return SimilarTitle(mal_id, one.title, count)
    facts = (title.type, title.year, title.score, title.list_status, images.get(mal_id))
    return SimilarTitle(mal_id, title.title, count, *facts)
