"""The corpus of recommendations: the catalogue's titles with features and order, computed once for each version of it.

It holds numbers alone, about 60 bytes a title, and is cached in a file: computing it takes a second and a half and,
meanwhile, the names of all titles.
"""

from __future__ import annotations

import json
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, select

from catlog.atomic_files import MALFORMED
from catlog.catalogue import packed_file
from catlog.catalogue.filters import ADULT
from catlog.catalogue.vocabulary import ADULT_GENRES, AIRING_STATUSES
from catlog.db.shown_title import SHOWN_TITLE
from catlog.db.tables import AnimeGenre, ProcessedAnime, UserAnime, col
from catlog.errors import CatLogError
from catlog.library.entries import Status
from catlog.recommendations.franchise import Related, RelatedTitle, franchises, prequels
from catlog.recommendations.taste import Features, Opinion, TitleFeatures, Vote

if TYPE_CHECKING:
    from catlog.jikan.response import JikanResponse
    from catlog.jikan.response_cache import ResponseCache

TYPES = ("TV", "Movie", "OVA", "ONA")
"""Types that are recommended; specials, music and commercials are not."""

MIN_TITLES = 2_000
"""The number of titles from which reading a file is faster than computing the corpus."""

_MONTHS = {"winter": 1, "spring": 4, "summer": 7, "fall": 10}
_PATHS = re.compile(r"/anime/(\d+)/(full|relations|recommendations)")
_OFFERED, _ADULT, _SCORED = 1, 2, 4


class CorpusTitle(NamedTuple):
    """What the corpus is computed from: a title's features, its facts in its franchise, and whether it is offered."""

    features: TitleFeatures
    related: RelatedTitle
    offered: bool
    adult: bool


@dataclass(frozen=True)
class FranchiseMap:
    """The representative of the franchise of each title, by its place among `ids`."""

    ids: array[int]
    representatives: array[int]

    def get(self, mal_id: int, default: None = None, /) -> int | None:
        """Return the id of the representative, None for an unknown title."""
        place = bisect_left(self.ids, mal_id)
        known = place < len(self.ids) and self.ids[place] == mal_id
        return self.representatives[place] if known else default


@dataclass(frozen=True, eq=False)
class Corpus:
    """All titles: their features, franchises, prequels, and the recommendations of sources. Shared by threads.

    `_sequels` and `_prequels` are pairs, in the order of the sequels; `_flags` has a byte for each title.
    """

    features: Features
    franchise: FranchiseMap
    votes: tuple[Vote, ...]
    _sequels: array[int]
    _prequels: array[int]
    _flags: bytes

    @classmethod
    def build(
        cls, titles: Sequence[CorpusTitle], relations: Iterable[Related] = (), votes: Iterable[Vote] = ()
    ) -> Corpus:
        """Compute the corpus of titles, in the order of their ids."""
        before = prequels((title.related for title in titles), relations)
        ids = array("I", [title.features.mal_id for title in titles])
        stories = franchises(ids, before)
        pairs = [(mal_id, other) for mal_id in sorted(before) for other in before[mal_id]]
        flags = bytes(
            _OFFERED * title.offered | _ADULT * title.adult | _SCORED * (title.features.score is not None)
            for title in titles
        )
        return cls(
            Features(title.features for title in titles),
            FranchiseMap(ids, array("I", [stories[mal_id] for mal_id in ids])),
            tuple(votes),
            array("I", [mal_id for mal_id, _ in pairs]),
            array("I", [other for _, other in pairs]),
            flags,
        )

    def save(self, file: Path, version: str) -> None:
        """Store the corpus of this version of the catalogue."""
        votes = array("I", [number for vote in self.votes for number in vote])
        numbers = (self.franchise.representatives, self._sequels, self._prequels, votes)
        own = [self._flags, *(each.tobytes() for each in numbers)]
        packed_file.save(file, version, [*own, *self.features.packed()])

    @classmethod
    def load(cls, file: Path, version: str) -> Corpus | None:
        """Return the stored corpus of exactly this version, or None."""
        pieces = packed_file.load(file, version)
        if pieces is None:
            return None
        try:
            flags = bytes(next(pieces))
            representatives, sequels, before, votes = (packed_file.numbers("I", next(pieces)) for _ in range(4))
            features = Features(stored=pieces)
            if not len(flags) == len(representatives) == len(features.ids) or len(sequels) != len(before):
                return None
            told = tuple(Vote(*votes[at : at + 3]) for at in range(0, len(votes), 3))
            return cls(features, FranchiseMap(features.ids, representatives), told, sequels, before, flags)
        except (StopIteration, RuntimeError, *MALFORMED):
            return None

    def before(self, mal_id: int) -> Sequence[int]:
        """Return the direct prequels of a title."""
        start = bisect_left(self._sequels, mal_id)
        return self._prequels[start : bisect_left(self._sequels, mal_id + 1, start)]

    def known_place(self, mal_id: int) -> int:
        """Return the place of a title of the corpus."""
        place = self.features.place(mal_id)
        assert place is not None, "a title of the corpus"
        return place

    def offers(self, mal_id: int) -> bool:
        """Say whether a title has a type of `TYPES` and has begun to air."""
        return bool(self._flag(mal_id) & _OFFERED)

    def is_adult(self, mal_id: int) -> bool:
        """Say whether a title is for adults alone."""
        return bool(self._flag(mal_id) & _ADULT)

    def scored(self, *, adult: bool) -> Iterator[int]:
        """Yield the titles that are offered and have a score, in the order of their ids."""
        wanted, mask = _OFFERED | _SCORED, _OFFERED | _SCORED | (0 if adult else _ADULT)
        return (mal_id for mal_id, flag in zip(self.features.ids, self._flags, strict=True) if flag & mask == wanted)

    def _flag(self, mal_id: int) -> int:
        place = self.features.place(mal_id)
        return 0 if place is None else self._flags[place]


def read_corpus(connection: Connection, cache: ResponseCache | None = None) -> Corpus:
    """Compute the corpus of the catalogue; relations and recommendations come from cached responses."""
    relations, votes = _from_responses(cache) if cache is not None else ((), ())
    return Corpus.build(list(read_titles(connection)), relations, votes)


def current_corpus(connection: Connection, version: str, cache: ResponseCache | None, file: Path | None) -> Corpus:
    """Return the corpus of this version of the catalogue, cached in `file`, if given and large enough."""
    corpus = Corpus.load(file, version) if file else None
    if corpus is None:
        corpus = read_corpus(connection, cache)
        if file and version and len(corpus.features.ids) >= MIN_TITLES:
            corpus.save(file, version)
    return corpus


def read_titles(connection: Connection) -> Iterator[CorpusTitle]:
    """Yield the titles of the catalogue in the order of their ids."""
    genres: dict[int, list[str]] = {}
    for mal_id, genre in connection.execute(select(col(AnimeGenre.mal_id), col(AnimeGenre.genre))):
        genres.setdefault(mal_id, []).append(genre)
    for row in connection.execute(_TITLES):
        mal_id, title, english, kind, source, status, score, members, aired_from, season, year, rating, studios = row
        own = tuple(sorted(genres.pop(mal_id, ())))
        began = aired_from or (date(year, _MONTHS.get(season, 7), 1) if year else None)
        makers = json.loads(studios) if isinstance(studios, str) else studios or ()
        yield CorpusTitle(
            TitleFeatures(mal_id, kind, source, began.year if began else None, score, members, own, tuple(makers)),
            RelatedTitle(mal_id, (title, english) if english else (title,), kind, members, began),
            offered=kind in TYPES and status != AIRING_STATUSES["upcoming"],
            adult=rating == ADULT or any(genre in ADULT_GENRES for genre in own),
        )


def read_names(connection: Connection, ids: Iterable[int]) -> Mapping[int, str]:
    """Return the titles of ids of the catalogue, in the language that is spoken."""
    wanted = sorted(set(ids))
    found: dict[int, str] = {}
    for start in range(0, len(wanted), _IDS_PER_STATEMENT):
        some = wanted[start : start + _IDS_PER_STATEMENT]
        query = select(col(_ANIME.mal_id), SHOWN_TITLE).where(col(_ANIME.mal_id).in_(some))
        found.update((mal_id, title) for mal_id, title in connection.execute(query))
    return found


def read_opinions(connection: Connection, user_id: int) -> list[Opinion]:
    """Return status and rating of the titles on a user's list, by MAL id."""
    entry = UserAnime
    query = select(col(entry.mal_id), col(entry.status), col(entry.personal_rating))
    mine = query.where(col(entry.user_id) == user_id).order_by(col(entry.mal_id))
    return [Opinion(mal_id, Status(status), rating) for mal_id, status, rating in connection.execute(mine)]


def _from_responses(cache: ResponseCache) -> tuple[list[Related], list[Vote]]:
    relations, votes = [], []
    for answer in cache.matching(_PATHS):
        found = _PATHS.fullmatch(answer.path)
        assert found is not None, "matching() yields only such paths"
        mal_id = int(found[1])
        if found[2] == "recommendations":
            votes += [Vote(mal_id, other, count) for other, count in _recommended(answer)]
        else:
            relations += [Related(mal_id, relation, other) for relation, other in _relations(answer)]
    return relations, votes


def _relations(answer: JikanResponse) -> Iterator[tuple[str, int]]:
    from catlog.jikan.details import parse_details, parse_relations
    from catlog.jikan.fields import RejectedRecordError

    try:
        data = answer.data()
        found = parse_details(data).relations if answer.path.endswith("/full") else parse_relations(data)
    except (CatLogError, RejectedRecordError):
        return
    yield from ((each.relation, each.mal_id) for each in found if each.kind == "anime")


def _recommended(answer: JikanResponse) -> Iterator[tuple[int, int]]:
    from catlog.jikan.details import accepted, parse_recommendation

    with suppress(CatLogError):
        for each in accepted(answer.read_page().entries, parse_recommendation):
            yield each.mal_id, each.votes


_IDS_PER_STATEMENT = 500
_ANIME = ProcessedAnime
_COLUMNS: tuple[Any, ...] = (
    col(_ANIME.mal_id),
    col(_ANIME.title),
    col(_ANIME.title_english),
    col(_ANIME.type),
    col(_ANIME.source),
    col(_ANIME.status),
    col(_ANIME.score),
    col(_ANIME.members),
    col(_ANIME.aired_from),
    col(_ANIME.season),
    col(_ANIME.year),
    col(_ANIME.rating),
    col(_ANIME.studios),
)
_TITLES = select(*_COLUMNS).order_by(col(_ANIME.mal_id))
