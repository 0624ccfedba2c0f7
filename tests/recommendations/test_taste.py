"""What a list is taken to say, and what follows from it for every title."""

import math

import pytest

from catlog.library.entries import Status
from catlog.recommendations.taste import Features, Opinion, TitleFeatures, Vote, worth

DONE, DROPPED, PLANNED = Status.COMPLETED, Status.DROPPED, Status.PLAN_TO_WATCH


def _title(
    mal_id: int, *genres: str, members: int = 1_000, score: float | None = 7.0, studio: str = ""
) -> TitleFeatures:
    return TitleFeatures(mal_id, "TV", "Manga", 2010, score, members, genres, (studio,) if studio else ())


QUIET = [_title(number, "Slice of Life") for number in range(1, 21)]
LOUD = [_title(number, "Action") for number in range(101, 121)]
BOTH = Features(QUIET + LOUD)


def _fit(features: Features, opinions: list[Opinion], **more: object) -> dict[int, float]:
    fit = features.scores(opinions, **more).fit  # type: ignore[arg-type]  # franchise and votes
    return dict(zip(features.ids, map(float, fit), strict=True))


def test_ratings_count_from_the_owners_own_mean() -> None:
    strict = worth([Opinion(1, DONE, 6), Opinion(2, DONE, 4)])
    mild = worth([Opinion(1, DONE, 10), Opinion(2, DONE, 8)])
    assert strict == pytest.approx(mild)
    assert strict[1] > strict[2]


def test_a_dropped_title_is_worth_no_more_than_its_status_however_it_was_rated() -> None:
    values = worth([Opinion(1, DROPPED, 9), Opinion(2, DROPPED, 1), Opinion(3, DROPPED), Opinion(4, DONE, 5)])
    assert values[2] < values[1] == values[3] < 0


def test_what_is_like_the_liked_fits_and_what_is_like_the_dropped_does_not() -> None:
    liked = _fit(BOTH, [Opinion(1, DONE, 9), Opinion(2, DONE, 8)])
    assert liked[10] > liked[110]
    fled = _fit(BOTH, [Opinion(101, DROPPED, 2), Opinion(102, DROPPED, 1)])
    assert fled[10] > fled[110]
    planned = _fit(BOTH, [Opinion(101, PLANNED)])
    assert planned[110] > planned[10]


def test_among_alike_the_better_and_better_known_fits_better() -> None:
    titles = [*QUIET, *LOUD, _title(30, "Slice of Life", members=900_000), _title(31, "Slice of Life", score=9.0)]
    # A viewer of well-known and well-rated titles wants more of them.
    seen = [_title(50 + n, "Slice of Life", members=800_000 + n, score=8.8) for n in range(5)]
    fit = _fit(Features(titles + seen), [Opinion(50 + n, DONE, 9) for n in range(5)])
    assert fit[30] > fit[10]
    assert fit[31] > fit[10]


def test_what_goes_on_from_the_liked_and_what_its_viewers_recommend_gains() -> None:
    opinions = [Opinion(1, DONE, 9), Opinion(101, DONE, 2)]
    plain = _fit(BOTH, opinions)
    story = _fit(BOTH, opinions, franchise={1: 1, 10: 1, 101: 101, 110: 101})
    assert story[10] > plain[10]
    assert story[110] < plain[110]
    voted = _fit(BOTH, opinions, votes=[Vote(1, 11, 40), Vote(1, 12, 3), Vote(5, 13, 99), Vote(1, 999, 5)])
    assert voted[11] - plain[11] > voted[12] - plain[12] > 0
    assert voted[13] == plain[13]


def test_an_empty_list_wants_what_is_well_known_and_liked() -> None:
    features = Features([*QUIET, _title(30, "Action", members=10**6, score=9.0)])
    assert max(_fit(features, []), key=_fit(features, []).__getitem__) == 30
    assert _fit(features, [Opinion(99_999, DONE, 9)]) == _fit(features, [])


def test_the_same_list_in_another_order_gives_the_same_answer() -> None:
    opinions = [Opinion(1, DONE, 9), Opinion(101, DROPPED, 2), Opinion(5, PLANNED)]
    first, second = (BOTH.scores(some).fit for some in (opinions, opinions[::-1]))
    assert first == pytest.approx(second, abs=1e-4)


def test_a_list_with_titles_of_which_nothing_is_known_is_no_problem() -> None:
    bare = [TitleFeatures(number, None, None, None, None, None, (), ()) for number in range(200, 210)]
    fit = _fit(Features([*QUIET, *bare]), [Opinion(200, DONE, 10), Opinion(1, DONE, 9)])
    assert all(map(math.isfinite, fit.values()))
    assert all(map(math.isfinite, Features(bare).scores([Opinion(200, DONE, 10)]).fit))
