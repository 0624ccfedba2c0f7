"""The figures of 500 entries, recomputed from the rows with loops and the formulas of a textbook."""

from math import sqrt

import pytest

from catlog.library.entries import Status
from catlog.statistics.report import Statistics, statistics
from tests.statistics.generated import TODAY, Generated, generated

SECONDS = {"24 min per ep": 1440, "23 min per ep": 1380, "1 hr 52 min": 6720, "4 min per ep": 240, "30 sec per ep": 30}


@pytest.fixture(scope="module", params=[7, 8])
def made(request: pytest.FixtureRequest) -> Generated:
    return generated(500, request.param)


@pytest.fixture(scope="module")
def found(made: Generated) -> Statistics:
    return statistics(made.rows, made.lengths, made.done, today=TODAY)


def times_of(made: Generated) -> dict[int, tuple[int, int, bool, int, bool]]:
    """Return episodes, seconds, unknown, seconds ahead, unknown ahead of each title, told a second time."""
    told = {}
    for row in made.rows:
        each = SECONDS.get(made.durations[row.mal_id] or "")
        rounds = row.rewatch_count + (1 if row.rewatching else 0)
        whole = row.episodes
        if whole is None and row.status == "COMPLETED" and not row.rewatching:
            whole = row.episodes_watched
        lost = rounds > 0 and whole is None
        episodes = row.episodes_watched + (0 if lost else rounds * (whole or 0))
        unknown = lost or (each is None and episodes > 0)
        ahead, unknown_ahead = 0, False
        if row.status in ("WATCHING", "ON_HOLD", "PLAN_TO_WATCH"):
            left = None if row.episodes is None else row.episodes - row.episodes_watched
            unknown_ahead = left is None or (each is None and left > 0)
            ahead = 0 if left is None or each is None else left * each
        told[row.mal_id] = (episodes, 0 if each is None else episodes * each, unknown, ahead, unknown_ahead)
    return told


def test_the_overview(made: Generated, found: Statistics) -> None:
    told, seen = times_of(made), found.overview
    assert (seen.titles, seen.episodes) == (500, sum(one[0] for one in told.values()))
    assert seen.seconds_watched == sum(one[1] for one in told.values())
    assert seen.days_watched == pytest.approx(seen.seconds_watched / 86400, abs=0.005)
    assert [one.mal_id for one in seen.unknown_watched] == [mal_id for mal_id, one in told.items() if one[2]]
    planned = [row.mal_id for row in made.rows if row.status == "PLAN_TO_WATCH"]
    assert seen.seconds_planned == sum(told[mal_id][3] for mal_id in planned)
    assert [one.mal_id for one in seen.unknown_planned] == [mal_id for mal_id in planned if told[mal_id][4]]
    assert seen.unknown_watched
    assert seen.unknown_planned
    assert seen.rewatches == sum(row.rewatch_count for row in made.rows) > 0


def test_each_status_and_the_two_rates(made: Generated, found: Statistics) -> None:
    told, seen = times_of(made), found.overview
    assert [one.status for one in seen.statuses] == list(Status)
    for one in seen.statuses:
        own = [told[row.mal_id] for row in made.rows if row.status is one.status]
        assert one.titles == len(own)
        assert (one.episodes, one.seconds, one.seconds_ahead) == tuple(sum(t[i] for t in own) for i in (0, 1, 3))
        assert (one.unknown, one.unknown_ahead) == tuple(sum(t[i] for t in own) for i in (2, 4))
    count = {one.status: one.titles for one in seen.statuses}
    begun = 500 - count[Status.PLAN_TO_WATCH]
    assert seen.completion_rate == pytest.approx(count[Status.COMPLETED] / begun, abs=1e-4)
    assert seen.drop_rate == pytest.approx(count[Status.DROPPED] / begun, abs=1e-4)


def test_the_ratings(made: Generated, found: Statistics) -> None:
    seen = found.ratings
    values = [row.rating for row in made.rows if row.rating is not None]
    mean = sum(values) / len(values)
    assert seen.rated == len(values) < 500
    assert seen.mean == pytest.approx(mean, abs=1e-4)
    assert seen.deviation == pytest.approx(sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1)), abs=1e-4)
    assert list(seen.distribution) == [sum(v == r for v in values) for r in range(1, 11)]


def test_the_ratings_against_the_scores(made: Generated, found: Statistics) -> None:
    seen = found.ratings.against
    assert seen is not None
    both = [(r.mal_id, r.rating, r.mal_score) for r in made.rows if r.rating is not None and r.mal_score is not None]
    assert seen.titles == len(both) < found.ratings.rated
    assert seen.mean_score == pytest.approx(sum(score for _, _, score in both) / len(both), abs=1e-4)
    assert seen.mean_difference == pytest.approx(sum(r - s for _, r, s in both) / len(both), abs=1e-4)
    apart = sorted((rating - score for _, rating, score in both), reverse=True)
    assert [one.difference for one in seen.higher] == pytest.approx(apart[:5], abs=0.005)
    assert [one.difference for one in seen.lower] == pytest.approx(apart[:-6:-1], abs=0.005)


@pytest.mark.parametrize("kind", ["genres", "studios"])
def test_genres_and_studios(made: Generated, found: Statistics, kind: str) -> None:
    told, groups = times_of(made), getattr(found, kind)
    names = {name for row in made.rows for name in getattr(row, kind)}
    assert {group.name for group in groups} == names
    assert [group.titles for group in groups] == sorted((group.titles for group in groups), reverse=True)
    for group in groups:
        rows = [row for row in made.rows if group.name in getattr(row, kind)]
        assert group.titles == len(rows)
        assert group.seconds == sum(told[row.mal_id][1] for row in rows)
        assert group.unknown == sum(told[row.mal_id][2] for row in rows)
        rated = [row.rating for row in rows if row.rating]
        assert group.rated == len(rated)
        assert group.mean_rating == pytest.approx(sum(rated) / len(rated), abs=1e-4)


def test_days_and_months(made: Generated, found: Statistics) -> None:
    seen = found.activity
    days = sorted({one.day for one in made.done if seen.start <= one.day <= TODAY})
    assert [day.day for day in seen.days] == days
    for day in seen.days:
        own = [one for one in made.done if one.day == day.day]
        assert day.changes == len(own)
        episodes = seconds = untimed = 0
        for mal_id in {one.mal_id for one in own}:
            count = max(0, sum(one.episodes for one in own if one.mal_id == mal_id))
            each = SECONDS.get(made.durations[mal_id] or "")
            episodes += count
            seconds += count * (each or 0)
            untimed += count if each is None else 0
        assert (day.episodes, day.seconds, day.untimed) == (episodes, seconds, untimed)
    assert sum(day.untimed for day in seen.days) > 0
    assert len(seen.months) == 12
    for month in seen.months:
        own = [one for one in made.done if f"{one.day:%Y-%m}" == month.month]
        assert month.changes == len(own)
        assert month.active_days == len({one.day for one in own})


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_review_of_a_year(made: Generated, year: int) -> None:
    seen = statistics(made.rows, made.lengths, made.done, today=TODAY, year=year).review
    finished = [r for r in made.rows if r.status == "COMPLETED" and (r.finish_date or "").startswith(str(year))]
    assert seen.finished == len(finished) > 0
    assert seen.started == sum((row.start_date or "").startswith(str(year)) for row in made.rows)
    rated = [row.rating for row in finished if row.rating]
    assert seen.mean_rating == pytest.approx(sum(rated) / len(rated), abs=1e-4)
    assert [one.rating for one in seen.best] == sorted(rated, reverse=True)[:10]
    for genre in seen.genres:
        assert genre.titles == sum(genre.name in row.genres for row in finished)
    own = [one for one in made.done if one.day.year == year]
    assert (seen.changes, seen.active_days) == (len(own), len({one.day for one in own}))
    if own:
        assert seen.busiest_day is not None
        assert seen.busiest_day.changes == max(sum(o.day == one.day for o in own) for one in own)
