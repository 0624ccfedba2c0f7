"""Episodes and time of one entry: rewatches, what is ahead, and what nobody knows."""

import pytest

from catlog.library.entries import Status
from catlog.statistics.watched import TitleName, WatchedTitle, measure_titles
from tests.statistics.generated import row

MINUTES = 60


def measure(length: int | None = 24 * MINUTES, status: Status = Status.COMPLETED, **values: object) -> WatchedTitle:
    (one,) = measure_titles([row(1, status, **values)], {1: length})
    return one


def test_a_completed_title_took_all_its_episodes() -> None:
    one = measure(episodes=26, episodes_watched=26)
    assert (one.episodes, one.seconds, one.unknown) == (26, 26 * 24 * MINUTES, False)
    assert (one.ahead, one.seconds_ahead, one.unknown_ahead) == (0, 0, False)
    assert one.named == TitleName(1, "Title 1")


@pytest.mark.parametrize(
    ("times", "running", "watched", "expected"),
    [(0, False, 12, 12), (2, False, 12, 36), (0, True, 5, 17), (1, True, 5, 29)],
)
def test_rewatches_count_the_running_one_too(times: int, running: bool, watched: int, expected: int) -> None:
    one = measure(episodes=12, episodes_watched=watched, rewatch_count=times, rewatching=running)
    assert (one.episodes, one.unknown) == (expected, False)


@pytest.mark.parametrize("status", [Status.WATCHING, Status.ON_HOLD, Status.PLAN_TO_WATCH])
def test_what_is_not_watched_yet_is_ahead(status: Status) -> None:
    one = measure(status=status, episodes=12, episodes_watched=5)
    assert (one.episodes, one.ahead, one.seconds_ahead) == (5, 7, 7 * 24 * MINUTES)


def test_nothing_of_a_dropped_title_is_ahead() -> None:
    one = measure(status=Status.DROPPED, episodes=12, episodes_watched=5)
    assert (one.seconds, one.ahead) == (5 * 24 * MINUTES, 0)


def test_episodes_of_unknown_length_take_no_time_and_say_so() -> None:
    one = measure(None, status=Status.WATCHING, episodes=12, episodes_watched=5)
    assert (one.episodes, one.seconds, one.unknown) == (5, 0, True)
    assert (one.ahead, one.seconds_ahead, one.unknown_ahead) == (7, 0, True)


def test_an_unknown_length_of_what_nobody_watched_is_no_gap() -> None:
    assert not measure(None, status=Status.DROPPED, episodes=12).unknown


def test_a_title_without_a_total_has_an_unknown_end() -> None:
    one = measure(status=Status.WATCHING, episodes_watched=1100)
    assert (one.episodes, one.unknown) == (1100, False)
    assert (one.ahead, one.unknown_ahead) == (0, True)


def test_a_completed_title_without_a_total_had_the_episodes_that_were_watched() -> None:
    one = measure(episodes_watched=40, rewatch_count=1)
    assert (one.episodes, one.unknown) == (80, False)


def test_the_first_watch_of_a_rewatched_title_without_a_total_is_unknown() -> None:
    one = measure(episodes_watched=3, rewatching=True)
    assert (one.episodes, one.unknown) == (3, True)
