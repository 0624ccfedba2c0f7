"""A list of 500 titles with a year of activity, always the same: what the goldens and the recomputation look at."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from catlog.library.entries import Status
from catlog.library.partial_date import PartialDate
from catlog.library.records import ListRow
from catlog.statistics.activity import LoggedEdit
from catlog.statistics.watched import parse_duration

TODAY = date(2026, 11, 22)

GENRES = (
    "Action", "Adventure", "Avant Garde", "Comedy", "Drama", "Fantasy", "Mystery", "Romance", "Sci-Fi",
    "Slice of Life", "Sports", "Supernatural", "Suspense", "Award Winning",
)  # fmt: skip
STUDIOS = (
    "Madhouse", "Sunrise", "MAPPA", "Bones", "Wit Studio", "京都アニメーション", "Production I.G", "A-1 Pictures",
    "Toei Animation", "ufotable", "Studio with a Name That Goes On and On Beyond All Measure", "Shaft",
)  # fmt: skip
DURATIONS = ("24 min per ep", "23 min per ep", "1 hr 52 min", "4 min per ep", "30 sec per ep", "Unknown", None)
_NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def row(mal_id: int, status: Status = Status.COMPLETED, **values: object) -> ListRow:
    """Return one entry of a list; what is not given is empty or unknown."""
    plain: dict[str, object] = dict.fromkeys(ListRow._fields)
    plain |= {"mal_id": mal_id, "title": f"Title {mal_id}", "status": status, "notes": "", "version": 1}
    plain |= {"episodes_watched": 0, "rewatching": False, "rewatch_count": 0, "favorite": False}
    plain |= {"tags": (), "synonyms": (), "studios": (), "genres": (), "updated_at": _NOON, "created_at": _NOON}
    return ListRow(**(plain | values))


@dataclass
class Generated:
    """Rows, the words for how long an episode is by MAL id, and what was done."""

    rows: list[ListRow] = field(default_factory=list)
    durations: dict[int, str | None] = field(default_factory=dict)
    done: list[LoggedEdit] = field(default_factory=list)

    @property
    def lengths(self) -> dict[int, int | None]:
        """The seconds of one episode by MAL id."""
        return {mal_id: parse_duration(words) for mal_id, words in self.durations.items()}


def generated(entries: int = 500, seed: int = 7) -> Generated:
    """Return a list of so many entries, the same for the same seed."""
    chance = random.Random(seed)
    made = Generated()
    for mal_id in range(1, entries + 1):
        made.rows.append(_entry(chance, mal_id))
        made.durations[mal_id] = chance.choices(DURATIONS, (50, 30, 10, 5, 2, 2, 1))[0]
    for day in range(480):
        if chance.random() < 0.45 + 0.35 * (day % 90 > 50):
            for _ in range(min(40, int(chance.expovariate(0.35)) + 1)):
                watched = chance.choices((0, 1, 2, -1), (3, 12, 2, 1))[0]
                made.done.append(LoggedEdit(TODAY - timedelta(days=480 - day), chance.randint(1, entries), watched))
    made.done += [LoggedEdit(TODAY - timedelta(days=ago), 1, 1) for ago in (3, 2, 1, 1)]
    return made


def _entry(chance: random.Random, mal_id: int) -> ListRow:
    status = chance.choices(list(Status), (12, 330, 9, 25, 70))[0]
    episodes = chance.choices((None, 1, 12, 13, 24, 26, 50), (4, 15, 40, 20, 15, 8, 2))[0]
    watched = _watched(chance, status, episodes)
    rewatching = status is Status.COMPLETED and episodes not in (None, 1) and chance.random() < 0.02
    rated = status is not Status.PLAN_TO_WATCH and chance.random() < 0.8
    score = round(min(9.3, max(5.0, chance.gauss(7.6, 0.7))), 2) if chance.random() < 0.95 else None
    rating = min(10, max(1, round((score or 7) + chance.gauss(-0.2, 1.3)))) if rated else None
    started = _date(chance) if watched else None
    return row(
        mal_id,
        status,
        title=f"タイトル {mal_id}" if mal_id % 9 == 0 else f"Title {mal_id}",
        episodes=episodes,
        episodes_watched=chance.randint(1, episodes - 1) if rewatching and episodes else watched,
        rewatching=rewatching,
        rewatch_count=chance.choices((0, 1, 3), (90, 8, 2))[0] if status is Status.COMPLETED else 0,
        rating=rating,
        mal_score=score,
        start_date=started,
        finish_date=_date(chance) if status is Status.COMPLETED else None,
        genres=tuple(sorted(chance.sample(GENRES, k=chance.randint(0, 4), counts=range(28, 0, -2)))),
        studios=tuple(chance.sample(STUDIOS, k=chance.choices((0, 1, 2), (1, 12, 2))[0])),
    )


def _watched(chance: random.Random, status: Status, episodes: int | None) -> int:
    if status is Status.COMPLETED:
        return episodes or chance.randint(0, 300)
    if status is Status.PLAN_TO_WATCH:
        return 0
    return chance.randint(0, (episodes or 1100) - 1)


def _date(chance: random.Random) -> PartialDate | None:
    year, month, day = chance.randint(2019, 2026), chance.randint(1, 12), chance.randint(1, 28)
    return chance.choice((None, PartialDate.of(year), PartialDate.of(year, month), PartialDate.of(year, month, day)))
