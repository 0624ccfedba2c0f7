"""Lists with nothing, one thing, or too little in them: no figure is invented."""

from catlog.library.entries import Status
from catlog.statistics.groups import Group, ordered
from catlog.statistics.ratings import Difference, ratings
from catlog.statistics.report import statistics
from tests.statistics.generated import TODAY, row


def test_an_empty_list_has_counts_of_nothing_and_no_means() -> None:
    seen = statistics([], {}, [], today=TODAY)
    assert (seen.overview.titles, seen.overview.seconds_watched, seen.overview.days_planned) == (0, 0, 0.0)
    assert (seen.overview.completion_rate, seen.overview.drop_rate) == (None, None)
    assert [one.titles for one in seen.overview.statuses] == [0] * 5
    assert (seen.ratings.mean, seen.ratings.deviation, seen.ratings.against) == (None, None, None)
    assert (seen.genres, seen.studios, seen.activity.days) == ((), (), ())
    assert (seen.activity.current_streak, seen.activity.longest_streak) == (None, None)
    assert (seen.review.finished, seen.review.best, seen.review.busiest_month) == (0, (), None)


def test_what_is_only_planned_has_no_rates() -> None:
    seen = statistics([row(1, Status.PLAN_TO_WATCH)], {}, [], today=TODAY).overview
    assert (seen.completion_rate, seen.drop_rate) == (None, None)


def test_one_rating_has_a_mean_and_no_deviation() -> None:
    seen = ratings([row(1, rating=8), row(2)])
    assert (seen.rated, seen.mean, seen.deviation) == (1, 8, None)


def test_a_missing_score_is_not_a_score_of_nothing() -> None:
    seen = ratings([row(1, rating=8, mal_score=7.5), row(2, rating=2), row(3, mal_score=9.0)]).against
    assert seen is not None
    assert (seen.titles, seen.mean_rating, seen.mean_score, seen.mean_difference) == (1, 8, 7.5, 0.5)
    assert (seen.higher, seen.lower) == ((Difference(1, "Title 1", 8, 7.5, 0.5),), ())


def test_a_group_of_two_rated_titles_has_no_mean_and_one_of_three_has() -> None:
    rows = [row(n, rating=n, genres=("Drama", "Sports")[: 1 + (n < 3)]) for n in (1, 2, 3)]
    drama, sports = statistics(rows, {}, [], today=TODAY).genres
    assert (drama.name, drama.rated, drama.mean_rating) == ("Drama", 3, 2)
    assert (sports.name, sports.rated, sports.mean_rating) == ("Sports", 2, None)


def test_groups_are_ordered_by_what_is_asked_and_those_without_it_left_out() -> None:
    one = Group("A", 5, 0, 5, 3, 7.0)
    two = Group("B", 4, 900, 0, 2, None)
    three = Group("C", 4, 600, 0, 4, 9.0)
    assert [group.name for group in ordered([three, two, one], "count")] == ["A", "B", "C"]
    assert [group.name for group in ordered([one, three, two], "time")] == ["B", "C"]
    assert [group.name for group in ordered([one, two, three], "mean")] == ["C", "A"]
