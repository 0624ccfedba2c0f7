"""The status machine: each rule in one sentence, and no way into a state that cannot be."""

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catlog.errors import CatLogError, InvalidArgumentError
from catlog.library import status as machine
from catlog.library.edits import applied
from catlog.library.entries import Entry, Status
from catlog.library.partial_date import PartialDate
from tests.support.edit_sequences import random_edit, random_entry

TODAY = date(2026, 11, 22)
NOW = PartialDate("2026-11-22")
LONG_AGO = PartialDate("2019")
PLANNED = Entry(1)
WATCHING = Entry(1, Status.WATCHING, episodes_watched=5, start_date=LONG_AGO)
COMPLETED = Entry(
    1,
    Status.COMPLETED,
    rating=9,
    notes="fine",
    episodes_watched=12,
    start_date=LONG_AGO,
    finish_date=PartialDate("2019-07"),
)


def watch(entry: Entry, by: int = 1, total: int | None = 12) -> Entry:
    return machine.watch(entry, by, total, TODAY)


def test_the_first_episode_starts_a_planned_title() -> None:
    assert watch(PLANNED) == Entry(1, Status.WATCHING, episodes_watched=1, start_date=NOW)


def test_a_start_date_that_is_known_stays() -> None:
    assert watch(replace(PLANNED, start_date=LONG_AGO)).start_date == LONG_AGO
    assert machine.set_status(replace(PLANNED, start_date=LONG_AGO), Status.WATCHING, 12, TODAY).start_date == LONG_AGO


def test_a_planned_title_that_was_partly_seen_gets_no_start_date_of_today() -> None:
    assert watch(replace(PLANNED, episodes_watched=3)) == Entry(1, Status.WATCHING, episodes_watched=4)


def test_the_last_episode_completes_and_sets_the_finish_date() -> None:
    done = watch(replace(WATCHING, episodes_watched=11))
    assert done == replace(WATCHING, status=Status.COMPLETED, episodes_watched=12, finish_date=NOW)


def test_a_finish_date_that_is_known_stays() -> None:
    assert watch(replace(WATCHING, episodes_watched=11, finish_date=LONG_AGO)).finish_date == LONG_AGO


def test_a_film_is_started_and_completed_by_its_one_episode() -> None:
    seen = watch(PLANNED, total=1)
    assert seen == Entry(1, Status.COMPLETED, episodes_watched=1, start_date=NOW, finish_date=NOW)


def test_more_episodes_than_there_are_complete_the_title_and_no_more() -> None:
    assert watch(WATCHING, by=100).episodes_watched == 12


def test_without_a_known_total_nothing_completes_by_itself() -> None:
    assert watch(WATCHING, by=100, total=None) == replace(WATCHING, episodes_watched=105)


def test_completed_sets_the_episodes_where_the_total_is_known() -> None:
    assert machine.set_status(WATCHING, Status.COMPLETED, 12, TODAY).episodes_watched == 12
    assert machine.set_status(WATCHING, Status.COMPLETED, None, TODAY).episodes_watched == 5


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.COMPLETED])
@pytest.mark.parametrize("left", [Status.COMPLETED, Status.DROPPED])
def test_leaving_completed_or_dropped_erases_nothing(left: Status, status: Status) -> None:
    before = replace(COMPLETED, status=left)
    after = machine.set_status(before, status, 12, TODAY)
    assert after == replace(before, status=status)


@pytest.mark.parametrize("status", list(Status))
def test_the_same_status_again_changes_nothing(status: Status) -> None:
    entry = replace(COMPLETED, status=status, episodes_watched=3, rewatching=status is Status.COMPLETED)
    assert machine.set_status(entry, status, 12, TODAY) is entry


@pytest.mark.parametrize("status", [Status.ON_HOLD, Status.DROPPED])
def test_an_episode_of_a_title_on_hold_or_dropped_counts_and_leaves_the_status(status: Status) -> None:
    entry = replace(WATCHING, status=status)
    assert watch(entry) == replace(entry, episodes_watched=6)
    assert watch(entry, by=7).status is Status.COMPLETED


def test_an_episode_of_a_completed_title_begins_a_rewatch() -> None:
    assert watch(COMPLETED) == replace(COMPLETED, rewatching=True, episodes_watched=1)


def test_the_end_of_a_rewatch_adds_one_and_leaves_the_dates_alone() -> None:
    assert watch(replace(COMPLETED, rewatching=True, episodes_watched=11)) == replace(COMPLETED, rewatch_count=1)
    assert watch(COMPLETED, by=12) == replace(COMPLETED, rewatch_count=1)


def test_a_film_seen_again_is_a_whole_rewatch() -> None:
    seen = replace(COMPLETED, episodes_watched=1)
    assert watch(seen, total=1) == replace(seen, rewatch_count=1)


def test_a_rewatch_of_unknown_length_ends_when_its_watcher_says_so() -> None:
    running = watch(COMPLETED, by=30, total=None)
    assert running == replace(COMPLETED, rewatching=True, episodes_watched=30)
    assert machine.watch_all(running, None, TODAY) == replace(running, rewatching=False, rewatch_count=1)


def test_a_rewatch_that_is_given_up_counts_for_nothing() -> None:
    running = replace(COMPLETED, rewatching=True, episodes_watched=4)
    assert machine.set_rewatching(running, False, 12) == COMPLETED
    dropped = machine.set_status(running, Status.DROPPED, 12, TODAY)
    assert (dropped.rewatching, dropped.rewatch_count, dropped.finish_date) == (False, 0, COMPLETED.finish_date)


def test_only_a_completed_title_can_be_rewatched() -> None:
    assert machine.set_rewatching(COMPLETED, True, 12) == replace(COMPLETED, rewatching=True, episodes_watched=0)
    with pytest.raises(InvalidArgumentError, match="Watching"):
        machine.set_rewatching(WATCHING, True, 12)


def test_taking_an_episode_back_reopens_a_completed_title_with_its_dates() -> None:
    assert watch(COMPLETED, by=-1) == replace(COMPLETED, status=Status.WATCHING, episodes_watched=11)
    assert watch(WATCHING, by=-9) == replace(WATCHING, episodes_watched=0)


def test_a_completed_title_that_has_grown_goes_on_instead_of_beginning_again() -> None:
    assert watch(COMPLETED, total=13) == replace(COMPLETED, episodes_watched=13)


def test_saying_which_episode_was_the_last_corrects_or_goes_on() -> None:
    assert machine.watch_to(WATCHING, 3, 12, TODAY) == replace(WATCHING, episodes_watched=3)
    assert machine.watch_to(WATCHING, 12, 12, TODAY).status is Status.COMPLETED
    assert machine.watch_to(PLANNED, 0, 12, TODAY) == PLANNED
    assert machine.watch_to(COMPLETED, 2, 12, TODAY) == replace(COMPLETED, rewatching=True, episodes_watched=2)
    assert machine.watch_to(COMPLETED, 12, 12, TODAY) == COMPLETED


@pytest.mark.parametrize("episode", [-1, 13])
def test_an_episode_that_does_not_exist_is_refused(episode: int) -> None:
    with pytest.raises(InvalidArgumentError, match="12 episodes"):
        machine.watch_to(WATCHING, episode, 12, TODAY)


def test_watching_all_completes_from_any_status() -> None:
    seen = machine.watch_all(PLANNED, None, TODAY)
    assert seen == Entry(1, Status.COMPLETED, start_date=NOW, finish_date=NOW)
    assert machine.watch_all(replace(WATCHING, status=Status.DROPPED), 12, TODAY).episodes_watched == 12
    assert machine.watch_all(COMPLETED, 12, TODAY) == replace(COMPLETED, rewatch_count=1)


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.COMPLETED])
def test_a_title_with_more_episodes_watched_than_its_total_is_completed_with_all_of_them(status: Status) -> None:
    beyond = replace(WATCHING, status=status, episodes_watched=20)
    done = replace(beyond, status=Status.COMPLETED, finish_date=NOW)
    assert watch(beyond) == watch(beyond, by=7) == done
    assert machine.watch_all(beyond, 12, TODAY) == machine.set_status(beyond, Status.COMPLETED, 12, TODAY) == done


def test_a_rewatch_beyond_the_total_ends_with_all_that_was_watched() -> None:
    beyond = replace(COMPLETED, rewatching=True, episodes_watched=20)
    assert watch(beyond) == replace(COMPLETED, episodes_watched=20, rewatch_count=1)
    assert machine.set_rewatching(beyond, False, 12) == replace(COMPLETED, episodes_watched=20)
    assert machine.watch_all(replace(beyond, rewatching=False), 12, TODAY).episodes_watched == 20


def test_who_says_that_the_last_episode_was_the_last_corrects_a_count_beyond_the_total() -> None:
    beyond = replace(WATCHING, episodes_watched=20)
    assert machine.watch_to(beyond, 12, 12, TODAY) == replace(COMPLETED, rating=None, notes="", finish_date=NOW)


@given(
    st.sampled_from(list(Status)),
    st.integers(0, 60),
    st.booleans(),
    st.integers(1, 40),
    st.sampled_from([None, 0, 1, 2, 12, 24]),
)
def test_logging_episodes_never_lowers_a_count_but_where_a_rewatch_begins(
    status: Status, watched: int, rewatching: bool, by: int, total: int | None
) -> None:
    rewatching = rewatching and status is Status.COMPLETED
    entry = Entry(1, status, episodes_watched=watched, rewatching=rewatching)
    after = watch(entry, by, total)
    begins_again = status is Status.COMPLETED and not rewatching and after.rewatching
    assert after.episodes_watched >= watched or begins_again
    for whole in (machine.watch_all(entry, total, TODAY), machine.set_status(entry, Status.COMPLETED, total, TODAY)):
        assert whole.episodes_watched >= watched


@pytest.mark.parametrize(
    ("entry", "total", "reason"),
    [
        (replace(WATCHING, rating=0), 12, "rating"),
        (replace(WATCHING, rating=11), 12, "rating"),
        (replace(WATCHING, score100=101), 12, "score"),
        (replace(WATCHING, episodes_watched=13), 12, "13 episodes of 12"),
        (replace(WATCHING, episodes_watched=-1), None, "-1 episodes"),
        (replace(WATCHING, rewatch_count=-1), None, "fewer than 0"),
        (replace(WATCHING, rewatching=True), 12, "Watching"),
        (replace(COMPLETED, episodes_watched=11), 12, "all 12 episodes"),
        (replace(COMPLETED, rewatching=True), 12, "over"),
    ],
)
def test_an_illegal_entry_is_told_why_and_can_be_settled(entry: Entry, total: int | None, reason: str) -> None:
    assert reason in str(machine.violation(entry, total))
    assert machine.violation(machine.nearest_legal(entry, total), total) is None


@pytest.mark.parametrize("entry", [PLANNED, WATCHING, COMPLETED, replace(COMPLETED, status=Status.PLAN_TO_WATCH)])
def test_a_legal_entry_is_settled_already(entry: Entry) -> None:
    assert machine.violation(entry, 12) is None
    assert machine.nearest_legal(entry, 12) == entry


def test_a_running_rewatch_written_as_watching_is_settled_as_a_rewatch() -> None:
    assert machine.nearest_legal(replace(WATCHING, rewatching=True), 12).status is Status.COMPLETED


@given(st.randoms(use_true_random=False), st.sampled_from([None, 1, 2, 12, 24]))
@settings(max_examples=500)
def test_no_sequence_of_edits_reaches_an_illegal_state(rng: Random, total: int | None) -> None:
    entry: Entry | None = None
    for _ in range(25):
        edit = random_edit(rng)
        try:
            after = applied(edit, 1, entry, total, TODAY)
        except CatLogError:
            continue
        assert after is None or machine.violation(after, total) is None
        if entry is not None and after is not None and edit.action not in ("dates", "import", "redate"):
            said = getattr(edit, "on", None)  # the day of watching, which a start is never later than
            assert said is not None or entry.start_date in (None, after.start_date)
            assert entry.finish_date in (None, after.finish_date)
            assert entry.notes == after.notes or edit.action == "notes"
        entry = after


@given(st.randoms(use_true_random=False), st.sampled_from([None, 1, 2, 12, 24]))
def test_whatever_an_import_brings_is_settled_into_a_legal_entry(rng: Random, total: int | None) -> None:
    settled = machine.nearest_legal(random_entry(rng), total)
    assert machine.violation(settled, total) is None
    assert machine.nearest_legal(settled, total) == settled


@pytest.mark.parametrize("episodes", [0, 12])
def test_a_rewatch_is_the_same_one_by_one_as_all_at_once_also_where_nothing_was_counted(episodes: int) -> None:
    before = replace(COMPLETED, episodes_watched=episodes, finish_date=None)
    one_by_one = before
    for _ in range(12):
        one_by_one = watch(one_by_one)
    assert one_by_one == machine.watch_all(before, 12, TODAY) == watch(before, by=12)
    assert one_by_one == replace(before, episodes_watched=12, rewatch_count=1)


def test_a_completed_title_that_has_grown_is_finished_alike_one_by_one_and_all_at_once() -> None:
    assert watch(watch(COMPLETED, total=14), total=14) == machine.watch_all(COMPLETED, 14, TODAY)
    assert machine.watch_all(COMPLETED, 14, TODAY) == replace(COMPLETED, episodes_watched=14)


def test_a_completed_title_without_a_count_is_counted_by_its_last_episode_and_seen_again_by_another() -> None:
    uncounted = replace(COMPLETED, episodes_watched=0)
    assert machine.watch_to(uncounted, 12, 12, TODAY) == COMPLETED
    assert machine.watch_to(uncounted, 4, 12, TODAY) == replace(COMPLETED, rewatching=True, episodes_watched=4)
