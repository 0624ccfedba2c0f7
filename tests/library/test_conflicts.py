"""Two sessions, one entry: merged where the fields differ, asked where they do not."""

from dataclasses import replace
from datetime import date

import pytest

from catlog.accounts.sessions import SignedIn
from catlog.db.session import Database
from catlog.errors import ExitCode
from catlog.library.conflicts import ConflictError, merged
from catlog.library.edits import (
    Add,
    AddTags,
    Edit,
    Rate,
    Remove,
    SetFavorite,
    SetNotes,
    SetStatus,
    Watch,
    WatchAll,
    WatchTo,
)
from catlog.library.entries import Entry, Origin, Status
from catlog.library.store import load_entries
from catlog.library.writer import edit
from tests.library.people import BEBOP

TODAY = date(2026, 11, 22)
BASE = Entry(1, Status.WATCHING, rating=7, episodes_watched=5, tags=("a",))


def merge(edit: Edit, theirs: Entry | None, base: Entry = BASE, total: int | None = 12) -> Entry | None:
    return merged(edit, base, theirs, total, TODAY)


def test_different_fields_are_merged() -> None:
    theirs = replace(BASE, notes="seen at home", favorite=True)
    assert merge(Rate(9), theirs) == replace(theirs, rating=9)


def test_the_same_value_from_both_is_no_conflict() -> None:
    theirs = replace(BASE, rating=9)
    assert merge(Rate(9), theirs) == theirs


def test_two_values_for_one_field_are_asked_about_with_both() -> None:
    with pytest.raises(ConflictError, match="rating is 8 there, 9 here") as conflict:
        merge(Rate(9), replace(BASE, rating=8))
    (field,) = conflict.value.fields
    assert (field.field, field.base, field.mine, field.theirs) == ("rating", 7, 9, 8)
    assert conflict.value.current == replace(BASE, rating=8)
    assert conflict.value.exit_code is ExitCode.BUSY


def test_episodes_counted_by_both_add_up() -> None:
    assert merge(Watch(), replace(BASE, episodes_watched=6)).episodes_watched == 7
    done = merge(Watch(), replace(BASE, episodes_watched=11), base=replace(BASE, episodes_watched=10))
    assert (done.status, done.episodes_watched) == (Status.COMPLETED, 12)


def test_the_last_episode_counted_by_both_begins_no_rewatch() -> None:
    base = replace(BASE, episodes_watched=11)
    theirs = merged(Watch(), base, base, 12, TODAY)
    assert merge(Watch(), theirs, base=base) == theirs


def test_tags_added_by_both_are_all_there() -> None:
    assert merge(AddTags(("c",)), replace(BASE, tags=("a", "b"))).tags == ("a", "b", "c")


def test_counting_on_what_was_completed_elsewhere_is_asked_about() -> None:
    with pytest.raises(ConflictError, match="episodesWatched is 12 there, 6 here"):
        merge(Watch(), replace(BASE, status=Status.COMPLETED, episodes_watched=12))


def test_values_that_are_legal_alone_but_not_together_are_asked_about() -> None:
    theirs = replace(BASE, status=Status.COMPLETED, episodes_watched=5)  # completed when nobody knew the total
    with pytest.raises(ConflictError):
        merge(WatchTo(4), theirs, total=None, base=replace(BASE, episodes_watched=6))
    both = replace(BASE, status=Status.COMPLETED, episodes_watched=12, rewatching=False)
    with pytest.raises(ConflictError):
        merge(SetStatus(Status.DROPPED), replace(both, rewatching=True, episodes_watched=3), base=both)


def test_an_entry_removed_elsewhere_is_asked_about_unless_it_should_go_anyway() -> None:
    with pytest.raises(ConflictError, match="removed"):
        merge(Rate(9), None)
    assert merge(Remove(), None) is None


def test_removing_what_changed_meanwhile_is_asked_about() -> None:
    with pytest.raises(ConflictError, match="notes is new"):
        merge(Remove(), replace(BASE, notes="new"))


def test_nothing_changed_meanwhile_is_no_merge_at_all() -> None:
    assert merge(WatchAll(), replace(BASE, version=9)).status is Status.COMPLETED


def test_the_writer_merges_from_what_the_session_had_on_screen(database: Database, owner: SignedIn) -> None:
    edit(database, owner, BEBOP, Add(Status.WATCHING), Rate(5), origin=Origin.APP)
    with database.read() as session:
        shown = load_entries(session, owner.user_id)[BEBOP]
    edit(database, owner, BEBOP, SetFavorite(), Watch(), origin=Origin.CLI)
    step = edit(database, owner, BEBOP, Rate(8), Watch(), Rate(9), SetNotes("x"), origin=Origin.APP, base=shown)
    after = step.changes[-1].after
    assert (after.rating, after.favorite, after.episodes_watched, after.notes) == (9, True, 2, "x")
    with pytest.raises(ConflictError, match="Cowboy Bebop: another session has changed it meanwhile"):
        edit(database, owner, BEBOP, Rate(1), origin=Origin.APP, base=shown)
    with database.read() as session:
        assert load_entries(session, owner.user_id)[BEBOP] == after
