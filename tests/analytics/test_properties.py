"""For any small history: streaks are what their definition says, and all engines agree with plain Python."""

import itertools
from collections.abc import Iterator
from dataclasses import astuple
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catlog.analytics.days import chart_days
from catlog.analytics.history import history
from catlog.analytics.movers import climbers, fallers, momentum
from catlog.analytics.new_entries import new_entries
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


@st.composite
def _charts(draw: st.DrawFn) -> list[Snap]:
    """Return days of about twelve ranks each: some have gaps, some repeats, some lack their beginning or their end."""
    rng = draw(st.randoms(use_true_random=False))
    snaps = []
    for number in sorted(draw(st.sets(st.integers(0, 16), max_size=9))):
        titles, rank = rng.sample(range(1, 15), 14), rng.choice((0, 0, 0, 0, 2))
        for mal_id in titles[: rng.choice((13, 12, 12, 12, 11, 10, 4))]:
            rank += rng.choice((0, *[1] * 12, 2))
            snap = Snap(mal_id, FIRST_DAY + timedelta(days=number), max(rank, 1), rng.choice((None, 7.99, 8.0, 8.01)))
            if rng.random() < 0.93:
                snaps.append(snap._replace(rank=None) if rng.random() < 0.04 else snap)
    return snaps


_histories = _charts() | _snaps
_ask = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module", params=KINDS)
def shared(databases: Databases, request: pytest.FixtureRequest) -> Iterator[Database]:
    """Give all examples one database: each replaces what the one before left."""
    name = f"properties {request.param}"
    database = databases.make(request.param, name)
    yield database
    databases.drop(database, name)


@_ask
@given(
    snaps=_histories, top=st.integers(1, 12), max_gap=st.integers(1, 4), current=st.booleans(), as_of=st.none() | _days
)
def test_a_streak_is_a_longest_run_of_days_without_a_hole(
    shared: Database, snaps: list[Snap], top: int, max_gap: int, current: bool, as_of: date | None
) -> None:
    fill(shared, snaps)
    depths = plain.depths_of(snaps)
    deep = [day for day, depth in depths.items() if depth >= top]
    end_of_time = as_of or max(deep, default=plain.default_day(depths))
    days = [day for day in deep if day <= end_of_time]
    seen = {(snap.mal_id, snap.day) for snap in snaps}
    charted = {(snap.mal_id, snap.day) for snap in snaps if snap.rank is not None and snap.rank <= top}
    lacking = {day for day in days if sum(other == day for _, other in charted) < top}

    def unbroken(mal_id: int, first: int, last: int) -> bool:
        """Tell whether these days of S(top) follow each other closely, and the anime is in the chart or unknown there.

        It is in the chart on the first and on the last of them.
        """
        run = days[first : last + 1]
        close = all((later - day).days <= max_gap for day, later in itertools.pairwise(run))
        there = all((mal_id, day) in charted or (day in lacking and (mal_id, day) not in seen) for day in run)
        return close and there and {(mal_id, run[0]), (mal_id, run[-1])} <= charted

    def longest(mal_id: int, first: int, last: int) -> bool:
        """Tell whether the anime's stay over these days is not part of a longer one."""
        longer = [(a, b) for a in range(first + 1) for b in range(last, len(days)) if (a, b) != (first, last)]
        return unbroken(mal_id, first, last) and not any(unbroken(mal_id, a, b) for a, b in longer)

    expected = {
        (
            mal_id,
            days[first],
            days[last],
            (days[last] - days[first]).days + 1,
            sum((mal_id, day) in charted for day in days[first : last + 1]),
            last == len(days) - 1,
        )
        for mal_id in range(1, 15)
        for first in range(len(days))
        for last in range(first, len(days))
        if longest(mal_id, first, last)
    }
    with shared.read() as session:
        answer = streaks(session, top=top, limit=None, max_gap=max_gap, current=current, as_of=as_of)
    found = [(row.mal_id, *astuple(row)[2:]) for row in answer.rows]
    assert set(found) == {row for row in expected if row[5] or not current}
    assert found == sorted(found, key=lambda row: (-row[3], -row[2].toordinal(), row[0]))


@_ask
@given(
    snaps=_histories,
    days=st.integers(1, 20),
    within=st.integers(0, 4),
    limit=st.none() | st.integers(1, 3),
    as_of=st.none() | _days,
)
def test_any_small_history_gives_the_rows_of_plain_python(
    shared: Database, snaps: list[Snap], days: int, within: int, limit: int | None, as_of: date | None
) -> None:
    fill(shared, snaps)
    known, tops = plain.History(snaps, as_of), (2, 10, 51)
    window = {"days": days, "limit": limit, "within": within}
    with shared.read() as session:
        found = [query(session, **window, as_of=as_of) for query in (climbers, fallers, momentum)]
        found += [new_entries(session, top=top, days=days, as_of=as_of) for top in tops]
        found += [history(session, mal_id, days=days, as_of=as_of) for mal_id in (1, 2)]
        stored = [tuple(astuple(row)[:2]) for row in chart_days(session, as_of=date.max).rows]
    expected = [rule(known, **window) for rule in (plain.climbers, plain.fallers, plain.momentum)]
    expected += [plain.new_entries(plain.History(snaps, as_of, top), top, days) for top in tops]
    expected += [plain.history(known, mal_id, days) for mal_id in (1, 2)]
    assert [[(row.mal_id, *astuple(row)[2:]) for row in answer.rows] for answer in found] == expected
    assert stored == list(plain.depths_of(snaps).items())
    if snaps:
        assert found[0].as_of == known.as_of
        later = {snap.day for snap in snaps if snap.day > known.as_of}
        assert found[0].passed_over == (() if as_of else tuple(sorted(later)))
