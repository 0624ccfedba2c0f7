"""Filler and recaps: what comes next, what they cost, and silence where nothing is marked."""

from catlog.jikan.details import Episode
from catlog.statistics.filler import FillerCount, count_filler

MINUTES = 24 * 60


def episodes(count: int, filler: tuple[int, ...] = (), recap: tuple[int, ...] = ()) -> list[Episode]:
    numbers = range(1, count + 1)
    return [Episode(number, f"No. {number}", None, None, None, number in filler, number in recap) for number in numbers]


def counted(listed: list[Episode], watched: int, total: int | None = 10) -> FillerCount:
    found = count_filler(listed, watched=watched, total=total, length=MINUTES)
    assert found is not None
    return found


def test_the_next_canon_episode_is_said_where_marked_ones_come_before_it() -> None:
    listed = episodes(10, filler=(4, 5), recap=(6,))
    ahead = counted(listed, 3)
    assert (ahead.next_canon, ahead.skipped) == (7, 3)
    assert ahead.next == "next canon episode 7, after 3 of filler or recap"
    assert ahead.marked == "2 filler, 1 recap"
    assert counted(listed, 2).next == "", "the next one is canon"
    assert counted(listed, 4).skipped == 2, "one of them is watched"
    assert counted(episodes(10, filler=(9, 10)), 8).next_canon is None, "nothing but filler follows"


def test_the_time_without_filler_needs_all_episodes_and_their_length() -> None:
    listed = episodes(10, filler=(4, 5), recap=(6,))
    assert (counted(listed, 3).seconds, counted(listed, 3).seconds_left) == (7 * MINUTES, 4 * MINUTES)
    assert counted(listed, 3).time == "2.8 h without them, 1.6 h left"
    assert counted(listed, 10).time == "2.8 h without them"
    assert counted(listed, 3, total=220).time == "", "the list has only the first ones"
    assert counted(listed, 3, total=None).time == ""


def test_without_marks_there_is_nothing_to_say() -> None:
    assert count_filler(episodes(10), watched=3, total=10, length=MINUTES) is None
    assert count_filler([], watched=0, total=None, length=None) is None
