"""What an edit was and how many episodes it logged, from the log's two sides of a change."""

from dataclasses import replace

import pytest

from catlog.library.edit_kinds import EditKind, episodes_logged, kinds_of
from catlog.library.entries import Entry, Origin, difference
from catlog.library.status import watch, watch_all
from catlog.library.steps import Change
from tests.library.test_status import COMPLETED, PLANNED, TODAY, WATCHING

UNCOUNTED = replace(COMPLETED, episodes_watched=0)


def episodes(before: Entry | None, after: Entry, total: int | None = 12) -> int:
    return episodes_logged("watch", *difference(before, after), total)


@pytest.mark.parametrize("before", [PLANNED, COMPLETED, UNCOUNTED])
def test_a_whole_title_is_all_its_episodes_however_it_is_logged(before: Entry) -> None:
    entry, logged = before, 0
    for _ in range(12):
        after = watch(entry, 1, 12, TODAY)
        logged += episodes(entry, after)
        entry = after
    assert (
        logged == episodes(before, watch(before, 12, 12, TODAY)) == episodes(before, watch_all(before, 12, TODAY)) == 12
    )


def test_a_rewatch_of_unknown_length_counts_what_was_seen() -> None:
    once = replace(COMPLETED, episodes_watched=1)
    assert episodes(once, watch(once, 1, None, TODAY), None) == 1
    assert episodes(COMPLETED, watch(COMPLETED, 3, None, TODAY), None) == 3


def test_what_is_taken_back_is_negative_and_an_edit() -> None:
    fewer = watch(WATCHING, -2, 12, TODAY)
    assert episodes(WATCHING, fewer) == -2
    assert kinds_of([Change(1, "Nana", 12, "watch", WATCHING, fewer)], Origin.APP) == {1: EditKind.EDIT}


def test_of_several_changes_of_one_title_the_most_remarkable_counts() -> None:
    rated = replace(WATCHING, rating=9)
    changes = [Change(1, "Nana", 12, "rate", WATCHING, rated), Change(1, "Nana", 12, "watch", rated, COMPLETED)]
    assert kinds_of(changes, Origin.CLI) == {1: EditKind.COMPLETED}
    assert kinds_of(changes[:1], Origin.CLI) == {1: EditKind.RATED}
