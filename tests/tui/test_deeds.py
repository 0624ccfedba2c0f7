"""Deeds: what of a change is worth a reaction."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from catlog.library.entries import Entry, Status
from catlog.library.steps import Change
from catlog.tui.deeds import Deed, deed_of

AT = datetime(2026, 11, 22, tzinfo=UTC)
WATCHING = Entry(1, status=Status.WATCHING, episodes_watched=3, created_at=AT, updated_at=AT)
COMPLETED = replace(WATCHING, status=Status.COMPLETED, episodes_watched=12)


def change(before: Entry | None, after: Entry | None, title: str = "Nana") -> Change:
    return Change(1, title, 12, "edit", before, after)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (WATCHING, replace(WATCHING, episodes_watched=4), "episode"),
        (None, WATCHING, "episode"),
        (WATCHING, COMPLETED, "completed"),
        (replace(COMPLETED, rewatching=True, episodes_watched=11), replace(COMPLETED, rewatch_count=1), "completed"),
        (COMPLETED, replace(COMPLETED, rating=9), "rated"),
    ],
)
def test_the_most_remarkable_of_a_change_is_the_deed(before: Entry | None, after: Entry, kind: str) -> None:
    assert deed_of([change(before, after)]) == Deed(kind, "Nana")


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
    assert deed_of([change(before, after)]) is None


def test_several_titles_have_no_name_and_a_finished_one_counts_most() -> None:
    further = replace(WATCHING, episodes_watched=4)
    assert deed_of([change(WATCHING, further), change(WATCHING, further, "Monster")]) == Deed("episode")
    assert deed_of([change(WATCHING, further), change(WATCHING, COMPLETED, "Monster")]) == Deed("completed", "Monster")
