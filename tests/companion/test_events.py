"""Deeds: what of a change is worth a reaction."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from catlog.companion.events import ActivityEvent, event_of
from catlog.library.entries import Entry, Origin, Status
from catlog.library.steps import Change, Step

AT = datetime(2026, 11, 22, tzinfo=UTC)
WATCHING = Entry(1, status=Status.WATCHING, episodes_watched=3, created_at=AT, updated_at=AT)
COMPLETED = replace(WATCHING, status=Status.COMPLETED, episodes_watched=12)


def deed(*changes: Change, origin: Origin = Origin.APP) -> ActivityEvent | None:
    return event_of(Step(1, AT, origin, changes))


def change(before: Entry | None, after: Entry | None, title: str = "Nana", action: str = "watch") -> Change:
    return Change(1 if title == "Nana" else 2, title, 12, action, before, after)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (WATCHING, replace(WATCHING, episodes_watched=4), "episode"),
        (None, WATCHING, "episode"),
        (WATCHING, COMPLETED, "completed"),
        (replace(COMPLETED, rewatching=True, episodes_watched=11), replace(COMPLETED, rewatch_count=1), "completed"),
        (COMPLETED, replace(COMPLETED, rating=9), "rated"),
        (COMPLETED, replace(COMPLETED, rating=10), "ten"),
        (WATCHING, replace(WATCHING, status=Status.DROPPED), "turned"),
    ],
)
def test_the_most_remarkable_of_a_change_is_the_deed(before: Entry | None, after: Entry, kind: str) -> None:
    assert deed(change(before, after)) == ActivityEvent(kind, "Nana")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (WATCHING, None),
        (WATCHING, replace(WATCHING, episodes_watched=2)),
        (WATCHING, replace(WATCHING, notes="later")),
        (replace(COMPLETED, rating=9), replace(COMPLETED, rating=None)),
    ],
)
def test_nobody_reacts_to_the_rest(before: Entry, after: Entry | None) -> None:
    assert deed(change(before, after)) is None


def test_several_titles_have_no_name_and_a_finished_one_counts_most() -> None:
    further = replace(WATCHING, episodes_watched=4)
    assert deed(change(WATCHING, further), change(WATCHING, further, "Monster")) == ActivityEvent("episode")
    assert deed(change(WATCHING, further), change(WATCHING, COMPLETED, "Monster")) == ActivityEvent(
        "completed", "Monster"
    )


def test_only_what_was_watched_is_an_episode_and_only_a_watched_rewatch_is_finished() -> None:
    rewatch = replace(COMPLETED, rewatching=True, episodes_watched=3)
    assert deed(change(rewatch, COMPLETED, action="rewatch")) is None
    assert deed(change(COMPLETED, replace(COMPLETED, rewatch_count=2), action="rewatch")) is None
    assert deed(change(COMPLETED, replace(COMPLETED, rewatching=True, episodes_watched=1))) == ActivityEvent(
        "episode", "Nana"
    )


def test_an_undo_is_no_deed() -> None:
    assert deed(change(COMPLETED, WATCHING), origin=Origin.UNDO) is None
    assert deed(change(WATCHING, COMPLETED), origin=Origin.UNDO) is None


def test_an_imported_list_leaves_all_tidy_and_names_no_title() -> None:
    imported = deed(change(None, COMPLETED), change(None, WATCHING, "Monster"), origin=Origin.IMPORT)
    assert imported == ActivityEvent("wash")


def test_the_cat_does_not_turn_away_twice_nor_from_what_is_undone() -> None:
    dropped = replace(WATCHING, status=Status.DROPPED)
    assert deed(change(dropped, replace(dropped, notes="no"))) is None
    assert deed(change(WATCHING, dropped), origin=Origin.UNDO) is None
