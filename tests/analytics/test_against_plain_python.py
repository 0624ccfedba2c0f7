"""Every query, on both databases, gives row by row what its definition in plain Python gives."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import astuple
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest

from catlog.analytics.history import history
from catlog.analytics.movers import climbers, fallers, momentum
from catlog.analytics.new_entries import new_entries
from catlog.analytics.records import QueryResult
from catlog.analytics.streaks import streaks
from catlog.db.session import Database
from tests.analytics import plain
from tests.analytics.series import Snap, charted, fill, generated, recorded, title
from tests.support.databases import KINDS, Databases
from tests.support.isolation import named_recordings

_RECORDINGS = {
    "malstat": "malstat_daily_top50/malstat_daily.csv",
    "maldig": "maldig_weekly_30k/????-??-??.csv.gz",
}
_PRESENT = [pytest.param(name, marks=pytest.mark.recorded) for name in _RECORDINGS] if named_recordings() else []


class Question(NamedTuple):
    """A query, what it is given, and the rows it must answer, titles left out."""

    query: Callable[..., QueryResult[Any]]
    given: dict[str, Any]
    rows: plain.Rows


@pytest.fixture(scope="module", params=["generated", "charted", *_PRESENT])
def snaps(request: pytest.FixtureRequest) -> list[Snap]:
    made = {"generated": generated, "charted": charted}
    if request.param in made:
        return made[request.param]()
    folder = named_recordings()
    assert folder is not None
    return recorded(*sorted((folder / "rankings").glob(_RECORDINGS[request.param])))


@pytest.fixture(scope="module")
def questions(snaps: list[Snap]) -> list[Question]:
    return list(_questions(snaps))


@pytest.fixture(scope="module", params=KINDS)
def loaded(databases: Databases, snaps: list[Snap], request: pytest.FixtureRequest) -> Iterator[Database]:
    """Load a database of either kind with one history, and with titles for the even ids."""
    name = f"analytics {len(snaps)}"
    database = databases.make(request.param, name)
    fill(database, snaps, {snap.mal_id for snap in snaps if snap.mal_id % 2 == 0})
    yield database
    databases.drop(database, name)


def test_every_question_is_answered_as_defined(loaded: Database, questions: list[Question]) -> None:
    with loaded.read() as session:
        for query, given, expected in questions:
            assert _without_titles(query(session, **given)) == expected, (query, given)
    assert sum(len(question.rows) for question in questions) > 500


def _questions(snaps: list[Snap]) -> Iterator[Question]:
    wide = len(snaps) > 20_000  # whole catalogues on few days: fewer questions, each with many rows
    windows = ((9, 50, 0), (7, None, 1000)) if wide else (*itertools.product((1, 7, 30), (5, None), (0, 20, 1000)),)
    entries = ((1000, 9), (50, 7)) if wide else (*itertools.product((3, 50, 60), (1, 7, 400)),)
    for as_of in _days_to_ask(snaps)[-1 if wide else 0 :]:
        known = plain.History(snaps, as_of)
        for days, limit, within in windows:
            window = {"days": days, "limit": limit, "within": within}
            for query, rule in ((climbers, plain.climbers), (fallers, plain.fallers), (momentum, plain.momentum)):
                yield Question(query, window | {"as_of": as_of}, rule(known, **window))
        for top, days in entries:
            given = {"top": top, "days": days}
            rows = plain.new_entries(plain.History(snaps, as_of, top), **given)
            yield Question(new_entries, given | {"as_of": as_of}, rows)
        for top, limit, max_gap, current in ((10, 10, 3, False), (5, None, 1, True), (60, 20, 6, False)):
            given = {"top": top, "limit": limit, "max_gap": max_gap, "current": current}
            rows = plain.streaks(plain.History(snaps, as_of, top), **given)
            yield Question(streaks, given | {"as_of": as_of}, rows)
        for mal_id, days in itertools.product(sorted(known.by_anime)[:40:4], (3, 90)):
            given = {"mal_id": mal_id, "days": days}
            yield Question(history, given | {"as_of": as_of}, plain.history(known, **given))


def _days_to_ask(snaps: list[Snap]) -> list[date | None]:
    """Return every ninth day, with and without snapshots, a day before them all, one after, and the default."""
    first, last = min(snap.day for snap in snaps), max(snap.day for snap in snaps)
    between = [first + timedelta(days=number) for number in range(0, (last - first).days + 1, 9)]
    return [first - timedelta(days=1), *between, last + timedelta(days=3), last, None]


def _without_titles(answer: QueryResult[Any]) -> plain.Rows:
    rows = []
    for row in answer.rows:
        mal_id, name, *rest = astuple(row)
        assert name == (title(mal_id) if mal_id % 2 == 0 else f"#{mal_id}")
        rows.append((mal_id, *rest))
    return rows
