"""For any small history: streaks are what their definition says, and the other queries agree with plain Python."""

import itertools
from collections.abc import Iterator
from dataclasses import astuple
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catlog.analytics.entries import new_entries
from catlog.analytics.history import history
from catlog.analytics.movers import climbers, fallers, momentum
from catlog.analytics.streaks import streaks
from catlog.db.session import Database
from tests.analytics import plain
from tests.analytics.series import FIRST_DAY, Snap, fill
from tests.support.databases import KINDS, Databases

_days = st.integers(0, 16).map(lambda number: FIRST_DAY + timedelta(days=number))
_snaps = st.lists(
    st.builds(
        Snap,
        mal_id=st.integers(1, 4),
        day=_days,
        rank=st.none() | st.integers(1, 4),
        score=st.none() | st.sampled_from((7.99, 8.0, 8.01, 8.29)),
        scored_by=st.none() | st.integers(1, 9),
        members=st.none(),
        popularity=st.none(),
    ),
    max_size=40,
    unique_by=lambda snap: snap[:2],
)
_ask = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module", params=KINDS)
def shared(databases: Databases, request: pytest.FixtureRequest) -> Iterator[Database]:
    """Give all examples one database: each replaces what the one before left."""
    name = f"properties {request.param}"
    database = databases.make(request.param, name)
    yield database
    databases.drop(database, name)


@_ask
@given(snaps=_snaps, top=st.integers(1, 4), max_gap=st.integers(1, 4), current=st.booleans(), as_of=st.none() | _days)
def test_a_streak_is_a_longest_run_of_days_without_a_hole(
    shared: Database, snaps: list[Snap], top: int, max_gap: int, current: bool, as_of: date | None
) -> None:
    fill(shared, snaps)
    end_of_time = as_of or max((snap.day for snap in snaps), default=FIRST_DAY)
    days = sorted({snap.day for snap in snaps if snap.day <= end_of_time})
    charted = {(snap.mal_id, snap.day) for snap in snaps if snap.rank is not None and snap.rank <= top}

    def unbroken(mal_id: int, first: int, last: int) -> bool:
        """Tell whether the anime is in the chart on each of these days of S, which follow each other closely."""
        run = days[first : last + 1]
        close = all((later - day).days <= max_gap for day, later in itertools.pairwise(run))
        return first >= 0 and last < len(days) and close and all((mal_id, day) in charted for day in run)

    expected = {
        (mal_id, days[first], days[last], (days[last] - days[first]).days + 1, last - first + 1, last == len(days) - 1)
        for mal_id in range(1, 5)
        for first in range(len(days))
        for last in range(first, len(days))
        if unbroken(mal_id, first, last)
        and not unbroken(mal_id, first - 1, last)
        and not unbroken(mal_id, first, last + 1)
    }
    with shared.read() as session:
        answer = streaks(session, top=top, limit=None, max_gap=max_gap, current=current, as_of=as_of)
    found = [(row.mal_id, *astuple(row)[2:]) for row in answer.rows]
    assert set(found) == {row for row in expected if row[5] or not current}
    assert found == sorted(found, key=lambda row: (-row[3], -row[2].toordinal(), row[0]))


@_ask
@given(
    snaps=_snaps,
    days=st.integers(1, 20),
    within=st.integers(0, 4),
    limit=st.none() | st.integers(1, 3),
    as_of=st.none() | _days,
)
def test_any_small_history_gives_the_rows_of_plain_python(
    shared: Database, snaps: list[Snap], days: int, within: int, limit: int | None, as_of: date | None
) -> None:
    fill(shared, snaps)
    known = plain.History(snaps, as_of)
    window = {"days": days, "limit": limit, "within": within}
    with shared.read() as session:
        found = [query(session, **window, as_of=as_of) for query in (climbers, fallers, momentum)]
        found += [new_entries(session, top=top, days=days, as_of=as_of) for top in (2, 51)]
        found += [history(session, mal_id, days=days, as_of=as_of) for mal_id in (1, 2)]
    expected = [rule(known, **window) for rule in (plain.climbers, plain.fallers, plain.momentum)]
    expected += [plain.new_entries(known, top, days) for top in (2, 51)]
    expected += [plain.history(known, mal_id, days) for mal_id in (1, 2)]
    assert [[(row.mal_id, *astuple(row)[2:]) for row in answer.rows] for answer in found] == expected
