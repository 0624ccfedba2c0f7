"""A good day that is stored, and what comes of it when the source goes on with answers from hell."""

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple
from unittest.mock import patch

from sqlalchemy import event, text

from catlog import clock
from catlog.catalogue.normalize import worded
from catlog.db.models import RawAnimeData
from catlog.db.session import Database
from catlog.db.upgrade import upgrade
from catlog.errors import BadDataError, InvalidArgumentError
from catlog.etl import pipeline, runlog
from catlog.etl.pipeline import reprocess
from catlog.etl.runlog import Run
from catlog.etl.sources import RankingSource
from catlog.etl.transform import ValidationResult, validate
from catlog.jikan.fields import INT_MAX
from catlog.jikan.schema import AnimeRecord
from catlog.text import NOTE_LIMIT, clean
from tests.support.jikan.mutations import Assault, Entries, pages_of

DAY = date(2026, 5, 11)
FIRST_RUN, LATER = datetime(2026, 5, 11, 8, tzinfo=UTC), datetime(2026, 5, 11, 9, tzinfo=UTC)

_TABLES = ("DailyRankings", "RankingDays", "ProcessedAnime", "AnimeGenre", "EtlLogs", "EtlRejects", "RawAnimeData")
_OF_THE_DAY = (
    'SELECT "malId", "rank", score, "scoredBy", members, popularity, "etlRunId" FROM "DailyRankings"'
    ' WHERE "snapshotDate" = :day ORDER BY "malId"'
)

Rows = Sequence[tuple[Any, ...]]


class State(NamedTuple):
    """All that may not change: the rows of the day, its depth, and whose facts the catalogue has."""

    rows: Rows
    depth: int
    facts: Rows


@dataclass
class Tally:
    """What came of assaults. `mutations` were made, in records or pages; `wrong` says what must not be."""

    mutations: int = 0
    runs: int = 0
    received: int = 0
    accepted: int = 0
    repeated: int = 0
    rejected: int = 0
    answers_refused: int = 0
    endings: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __add__(self, other: "Tally") -> "Tally":
        """Return both together."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in self.__dataclass_fields__)
        return Tally(*(one + another for one, another in pairs))

    def __str__(self) -> str:
        """Say it in two lines."""
        endings = ", ".join(f"{count:,} {name}" for name, count in sorted(self.endings.items()))
        return (
            f"{self.mutations:,} mutations in {self.runs:,} runs: {endings}\n"
            f"  records: {self.accepted:,} accepted + {self.repeated:,} repeated + {self.rejected:,} rejected ="
            f" {self.received:,} received; {self.answers_refused:,} answers refused whole; {len(self.wrong)} wrong"
        )


class GoodDay:
    """A database of its own with the chart of `DAY`, and the one of the day before, made of good entries."""

    def __init__(self, folder: Path, good: Entries) -> None:
        self.good = good
        self.database = Database(f"sqlite:///{folder / 'catlog.sqlite'}")
        self.tally = Tally()
        event.listen(self.database.engine, "connect", _carelessly)
        upgrade(self.database)
        for instant in (FIRST_RUN - timedelta(days=1), FIRST_RUN):
            with clock.stopped_at(instant):
                reprocess(self.database, self._taken(pages_of(good), instant.date()).run_id)
        with self.database.connect_to_write() as connection:
            for name in _TABLES:
                connection.execute(text(f'CREATE TABLE "good {name}" AS SELECT * FROM "{name}"'))
        self.state = self.read()

    def close(self) -> None:
        """Give the connections back."""
        self.database.close()

    def read(self) -> State:
        """Return what there is of the day now."""
        with self.database.read() as session:
            connection = session.connection()
            rows = connection.execute(text(_OF_THE_DAY), {"day": str(DAY)}).all()
            depth = connection.execute(
                text('SELECT depth FROM "RankingDays" WHERE "snapshotDate" = :day'), {"day": str(DAY)}
            ).scalar_one()
            facts = connection.execute(
                text('SELECT "etlRunId", count(*), max("processedAt") FROM "ProcessedAnime" GROUP BY 1 ORDER BY 1')
            ).all()
        return State([tuple(row) for row in rows], depth, [tuple(row) for row in facts])

    def suffer(self, assault: Assault) -> None:
        """Let a run of the day end with the pages of an assault, and count what comes of it."""
        tally, run = self.tally, None
        tally.runs += 1
        tally.mutations += assault.count
        with clock.stopped_at(LATER), patch.object(pipeline, "validate", self._watched(assault)):
            run = self._taken(assault.pages, DAY)
            try:
                reprocess(self.database, run.run_id)
            except InvalidArgumentError as error:
                self._ended(assault, "the day stays", error.message)
            except BadDataError as error:
                self._ended(assault, "refused", error.message)
            else:
                self._ended(assault, "better by the rules", "loaded")

    def _ended(self, assault: Assault, how: str, why: str) -> None:
        self.tally.endings[how] += 1
        if not why or clean(why, limit=NOTE_LIMIT) != why:
            self.tally.wrong.append(f"{assault.kind}: no reason, or a hostile one: {why!r}")
        self.check(assault.kind, may_change=how.startswith("better"))

    def check(self, kind: str, *, may_change: bool) -> None:
        """Hold the day against what it was: another one has to be better by the rules; then make it good again."""
        now = self.read()
        if now != self.state:
            problems = list(broken_rules(self.state, now, self._calls)) if may_change else ["the day changed"]
            self.tally.wrong += [f"{kind}: {problem}" for problem in problems]
            self._restore(_TABLES)
        else:
            self._restore(_TABLES[-3:])

    def _calls(self) -> tuple[int, int]:
        """Return how many titles of before have a row now, and how many of those are called as before."""
        names = '"malId", title, "titleEnglish", "titleJapanese", synonyms'
        with self.database.read() as session:
            before = session.connection().execute(text(f'SELECT {names} FROM "good ProcessedAnime"')).all()
            titles = 'SELECT "malId", title FROM "ProcessedAnime" JOIN "DailyRankings" USING ("malId")'
            now: dict[int, str] = {row[0]: row[1] for row in session.connection().execute(text(titles))}
        known = [(row, now[row[0]]) for row in before if row[0] in now]
        return len(known), sum(any(worded(title) in worded(str(name)) for name in row[1:]) for row, title in known)

    def _restore(self, tables: Iterable[str]) -> None:
        with self.database.connect_to_write() as connection:
            for name in tables:
                connection.execute(text(f'DELETE FROM "{name}"'))
                connection.execute(text(f'INSERT INTO "{name}" SELECT * FROM "good {name}"'))

    def _taken(self, pages: Sequence[bytes], day: date) -> Run:
        """Return a run that has all its pages and was not loaded."""
        run = runlog.begin(self.database, "rankings", snapshot_date=day, pages_asked=len(pages))
        with self.database.write() as session:
            for number, body in enumerate(pages, start=1):
                session.add(
                    RawAnimeData(
                        etl_run_id=run.run_id,
                        page=number,
                        source_api="hell",
                        url="http://hell.invalid/v4/top/anime",
                        http_status=200,
                        ingested_at=clock.now(),
                        body=zlib.compress(body, 0),
                        sha256=sha256(body).hexdigest(),
                    )
                )
            changes = {"status": runlog.FAILED, "pipeline_step": runlog.TRANSFORM, "pages": len(pages)}
            return runlog.record(session, run, host="hell.invalid", **changes)

    def _watched(self, assault: Assault) -> Callable[..., ValidationResult]:
        """Return `validate` with a counter of its calls."""

        def watched(pages: list[tuple[int, bytes]], source: RankingSource, *, host: str) -> ValidationResult:
            try:
                verdicts = validate(pages, source, host=host)
            except BadDataError:
                self.tally.answers_refused += 1
                raise
            tally, parts = self.tally, (len(verdicts.accepted), len(verdicts.duplicates), len(verdicts.rejects))
            tally.received += verdicts.received
            tally.accepted, tally.repeated = tally.accepted + parts[0], tally.repeated + parts[1]
            tally.rejected += parts[2]
            expected = assault.entries if assault.entries is not None else verdicts.received
            if not sum(parts) == verdicts.received == expected:
                tally.wrong.append(f"{assault.kind}: {parts} of {verdicts.received} of {expected}")
            # Looking at every text again takes as long as reading it: every tenth record stands for the others.
            some = verdicts.accepted[tally.runs % 10 :: 10]
            tally.wrong += [f"{assault.kind}: {record}" for record in some if not is_sound(record)]
            for reject in verdicts.rejects:
                if not reject.reason or clean(reject.reason) != reject.reason or len(reject.sha256) != 64:
                    tally.wrong.append(f"{assault.kind}: {reject}")
            return verdicts

        return watched


def is_sound(record: AnimeRecord) -> bool:
    """Return whether a record satisfies every invariant of its type."""
    wholes = (record.episodes, record.scored_by, record.rank, record.members, record.popularity, record.favorites)
    texts = [record.title, *record.synonyms, *record.studios, *record.notes, *(genre.name for genre in record.genres)]
    return (
        0 < record.mal_id <= INT_MAX
        and all(number is None or (type(number) is int and 0 <= number <= INT_MAX) for number in wholes)
        and (record.score is None or (type(record.score) is float and 0 < record.score <= 10))
        and (record.year is None or 1900 <= record.year <= 2100)
        and all(text and clean(text) == text for text in texts)
    )


def broken_rules(before: State, after: State, calls: Callable[[], tuple[int, int]]) -> Iterator[str]:
    """Yield each rule of docs/architecture.md that a day broke when it took the place of another, from its rows alone.

    `calls` counts the titles that were known, and those of them that are called what they were.
    """
    for place, name in enumerate(("titles", "ranks", "scores", "scored_by", "members", "popularity")):
        had, left = (sum(bool(row[place]) for row in state.rows) for state in (before, after))
        if left < 0.98 * had:
            yield f"{left} {name} instead of {had}"
    if after.depth + 1 < 0.98 * before.depth:
        yield f"depth {after.depth} instead of {before.depth}"
    if len({row[2] for row in after.rows}) < 0.5 * len({row[2] for row in before.rows}):
        yield "too few different scores"
    had_ids, left_ids = ({row[0] for row in state.rows} for state in (before, after))
    if len(had_ids & left_ids) < 0.8 * min(len(had_ids), len(left_ids)):
        yield "other titles"
    ranks = [row[1] for row in after.rows if row[1]]
    if sum(rank <= len(after.rows) for rank in ranks) < 0.5 * len(after.rows) or len(set(ranks)) < 0.6 * len(ranks):
        yield "ranks of no chart"
    if _lead(after.rows) < max(0.0, 0.5 * _lead(before.rows)):
        yield "ranks against scores"
    known, alike = calls()
    if alike < 0.8 * known:
        yield f"{alike} of {known} titles are called what they were"


def _lead(rows: Rows) -> float:
    ranked = sorted((row[1], -row[2]) for row in rows if row[1] and row[2])
    half = len(ranked) // 2
    return fmean(-score for _, score in ranked[:half]) - fmean(-score for _, score in ranked[half:])


def _carelessly(connection: Any, _record: object) -> None:  # noqa: ANN401 - whatever the driver has
    connection.execute("PRAGMA synchronous = OFF")  # this is about what is judged, not about pulled plugs
