"""Every query, on both databases, gives row by row what its definition in plain Python gives."""

import itertools
from collections.abc import Iterator
from dataclasses import astuple
from datetime import date, timedelta
from typing import Any

import pytest

from catlog.analytics.entries import new_entries
from catlog.analytics.history import history
from catlog.analytics.movers import climbers, fallers, momentum
from catlog.analytics.records import Answer
from catlog.analytics.streaks import streaks
from catlog.db.session import Database
from tests.analytics import plain
from tests.analytics.series import Snap, fill, generated, recorded, title
from tests.conftest import ROOT
from tests.support.databases import KINDS, Databases

_RANKINGS = ROOT.parent / "shared" / "data" / "rankings"
_RECORDINGS = {
    "malstat": sorted(_RANKINGS.glob("malstat_daily_top50/malstat_daily.csv")),
    "maldig": sorted(_RANKINGS.glob("maldig_weekly_30k/????-??-??.csv.gz")),
}
_PRESENT = {name: files for name, files in _RECORDINGS.items() if files}

Loaded = tuple[Database, list[Snap]]


@pytest.fixture(scope="module", params=["generated", *_PRESENT])
def snaps(request: pytest.FixtureRequest) -> list[Snap]:
    return recorded(*_PRESENT[request.param]) if request.param in _PRESENT else generated()


@pytest.fixture(scope="module", params=KINDS)
def loaded(databases: Databases, snaps: list[Snap], request: pytest.FixtureRequest) -> Iterator[Loaded]:
    """A database of either kind with one history, and titles for those with an even id."""
    name = f"analytics {len(snaps)}"
    database = databases.make(request.param, name)
    fill(database, snaps, {snap.mal_id for snap in snaps if snap.mal_id % 2 == 0})
    yield database, snaps
    databases.drop(database, name)


def test_every_day_and_parameter_gives_the_rows_of_the_definition(loaded: Loaded) -> None:
    database, snaps = loaded
    compared = 0
    for as_of in _days_to_ask(snaps):
        known = plain.History(snaps, as_of)
        with database.read() as session:
            for days, limit, within in itertools.product((1, 7, 30), (5, None), (0, 20, 1000)):
                given = {"days": days, "limit": limit, "within": within}
                for query, rule in ((climbers, plain.climbers), (fallers, plain.fallers), (momentum, plain.momentum)):
                    compared += _same(query(session, **given, as_of=as_of), rule(known, **given))
            for top, days in itertools.product((3, 50, 60), (1, 7, 400)):
                rows = plain.new_entries(known, top, days)
                compared += _same(new_entries(session, top=top, days=days, as_of=as_of), rows)
            for top, limit, max_gap, current in ((10, 10, 3, False), (5, None, 1, True), (60, 20, 6, False)):
                rows = plain.streaks(known, top, limit, max_gap, current)
                answer = streaks(session, top=top, limit=limit, max_gap=max_gap, current=current, as_of=as_of)
                compared += _same(answer, rows)
            for mal_id, days in itertools.product(sorted(known.by_anime)[:40:4], (3, 90)):
                compared += _same(history(session, mal_id, days=days, as_of=as_of), plain.history(known, mal_id, days))
    assert compared > 500


def _days_to_ask(snaps: list[Snap]) -> list[date | None]:
    """Return every fifth day, with and without snapshots, a day before them all, one after, and the default."""
    first, last = min(snap.day for snap in snaps), max(snap.day for snap in snaps)
    between = [first + timedelta(days=number) for number in range(0, (last - first).days + 1, 5)]
    return [first - timedelta(days=1), *between, last, last + timedelta(days=3), None]


def _same(answer: Answer[Any], expected: plain.Rows) -> int:
    rows = []
    for row in answer.rows:
        mal_id, name, *rest = astuple(row)
        assert name == (title(mal_id) if mal_id % 2 == 0 else f"#{mal_id}")
        rows.append((mal_id, *rest))
    assert rows == expected, (answer.as_of, answer.parameters)
    return len(rows)
