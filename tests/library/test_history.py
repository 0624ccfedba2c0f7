"""The log and its undo: append-only, whole, in one order, and the same after a restart."""

import pytest
from sqlmodel import update

from catlog.accounts.sessions import SignedIn
from catlog.db.models import UserAnime
from catlog.db.session import Database
from catlog.errors import NotFoundError
from catlog.library.edits import Add, AddTags, Put, Rate, Remove, SetNotes, SetStatus, Watch, WatchTo
from catlog.library.entries import Entry, Origin, Status, same
from catlog.library.history import LogConflictError, last_step, logged_changes, redo, replayed, undo
from catlog.library.partial_date import PartialDate
from catlog.library.store import load_entries
from catlog.library.writer import EditRequest, edit, edit_all
from tests.library.people import BEBOP, FRIEREN, GINTAMA


def stored(database: Database, owner: SignedIn) -> dict[int, Entry]:
    with database.read() as session:
        return load_entries(session, owner.user_id)


def test_undo_and_redo_work_from_another_process_start(database: Database, owner: SignedIn) -> None:
    edit(database, owner, BEBOP, Add(Status.WATCHING), origin=Origin.APP)
    edit(database, owner, BEBOP, Watch(3), origin=Origin.CLI)
    restarted = Database(database.url)
    (undone,) = undo(restarted, owner)
    assert (undone.origin, undone.target, undone.changes[0].action) == (Origin.UNDO, 2, "watch")
    assert stored(database, owner)[BEBOP].episodes_watched == 0
    (redone,) = redo(restarted, owner)
    assert (redone.origin, redone.target) == (Origin.REDO, 2)
    assert stored(database, owner)[BEBOP].episodes_watched == 3
    restarted.close()


def test_undoing_a_removal_restores_the_entry_whole(database: Database, owner: SignedIn) -> None:
    whole = Entry(
        BEBOP,
        Status.COMPLETED,
        rating=9,
        score100=88,
        notes="n",
        tags=("t",),
        favorite=True,
        episodes_watched=26,
        start_date=PartialDate("2020"),
        rewatch_count=2,
        extra={"my_storage": "DVD"},
    )
    edit(database, owner, BEBOP, Put(whole), origin=Origin.IMPORT)
    before = stored(database, owner)[BEBOP]
    edit(database, owner, BEBOP, Remove(), origin=Origin.CLI)
    assert stored(database, owner) == {}
    undo(database, owner)
    after = stored(database, owner)[BEBOP]
    assert same(after, before)
    assert after.created_at == before.created_at


def test_a_bulk_edit_is_undone_in_one_step(database: Database, owner: SignedIn) -> None:
    asked = [EditRequest(mal_id, edit) for mal_id in (BEBOP, FRIEREN, GINTAMA) for edit in (Add(), AddTags(("x",)))]
    edit_all(database, owner, asked, origin=Origin.APP)
    (undone,) = undo(database, owner)
    assert len(undone.changes) == 6
    assert stored(database, owner) == {}
    redo(database, owner)
    assert {entry.tags for entry in stored(database, owner).values()} == {("x",)}


def test_the_log_only_grows(database: Database, owner: SignedIn) -> None:
    edit(database, owner, BEBOP, Add(), origin=Origin.APP)
    edit(database, owner, BEBOP, Rate(7), origin=Origin.APP)
    undo(database, owner, 2)
    redo(database, owner)
    with database.read() as session:
        log = logged_changes(session, owner.user_id)
        assert last_step(session, owner.user_id) == 5
    told = [(row.step, row.origin, row.action) for row in reversed(log)]
    assert told == [(1, "app", "add"), (2, "app", "rate"), (3, "undo", "rate"), (4, "undo", "add"), (5, "redo", "add")]
    assert (log[-2].before, log[-2].after) == ({"rating": None}, {"rating": 7})
    assert log[0].title == "Cowboy Bebop"


def test_a_new_edit_cuts_what_could_be_redone(database: Database, owner: SignedIn) -> None:
    edit(database, owner, BEBOP, Add(), origin=Origin.APP)
    edit(database, owner, BEBOP, Rate(7), origin=Origin.APP)
    undo(database, owner)
    edit(database, owner, BEBOP, SetNotes("other"), origin=Origin.APP)
    with pytest.raises(NotFoundError, match="nothing to redo"):
        redo(database, owner)
    undo(database, owner, 9)
    assert stored(database, owner) == {}
    assert [step.target for step in redo(database, owner, 9)] == [1, 4]
    assert (stored(database, owner)[BEBOP].notes, stored(database, owner)[BEBOP].rating) == ("other", None)


def test_there_is_nothing_to_undo_at_the_start(database: Database, owner: SignedIn) -> None:
    with pytest.raises(NotFoundError, match="nothing to undo"):
        undo(database, owner)
    edit(database, owner, BEBOP, Add(), origin=Origin.APP)
    assert len(undo(database, owner, 5)) == 1


def test_undo_takes_back_what_was_shown_or_says_that_something_came_after(database: Database, owner: SignedIn) -> None:
    shown = edit(database, owner, BEBOP, Add(), origin=Origin.APP)
    edit(database, owner, FRIEREN, Add(), origin=Origin.CLI)
    with pytest.raises(LogConflictError, match="step 2, not 1"):
        undo(database, owner, expected=shown.number)
    assert len(stored(database, owner)) == 2
    undo(database, owner, expected=2)
    undo(database, owner, expected=1)
    with pytest.raises(LogConflictError):
        redo(database, owner, expected=2)
    assert stored(database, owner) == {}


def test_an_undo_that_is_sent_again_does_not_undo_more(database: Database, owner: SignedIn) -> None:
    edit(database, owner, BEBOP, Add(), origin=Origin.APP)
    edit(database, owner, BEBOP, Rate(7), origin=Origin.APP)
    first = undo(database, owner, request_id="u1")
    assert [step.number for step in undo(database, owner, request_id="u1")] == [step.number for step in first]
    assert stored(database, owner)[BEBOP].rating is None


def test_rows_changed_behind_the_log_are_not_undone(database: Database, owner: SignedIn) -> None:
    edit(database, owner, BEBOP, Add(), origin=Origin.APP)
    edit(database, owner, BEBOP, WatchTo(3), origin=Origin.APP)
    with database.write() as session:
        session.execute(update(UserAnime).values(episodes_watched=9))
    with pytest.raises(LogConflictError, match="Cowboy Bebop is not as the log says"):
        undo(database, owner)
    assert stored(database, owner)[BEBOP].episodes_watched == 9


def test_the_log_is_read_by_title_and_page_by_page(database: Database, owner: SignedIn) -> None:
    for number in range(1, 6):
        edit(database, owner, BEBOP, *([Add()] if number == 1 else []), Rate(number), origin=Origin.APP)
    edit(database, owner, FRIEREN, Add(), origin=Origin.APP)
    with database.read() as session:
        newest = logged_changes(session, owner.user_id, mal_id=BEBOP, limit=2)
        older = logged_changes(session, owner.user_id, mal_id=BEBOP, before_id=newest[-1].id)
    assert [row.after for row in newest] == [{"rating": 5}, {"rating": 4}]
    assert [row.step for row in older] == [3, 2, 1, 1]


def test_replaying_the_log_gives_the_list(database: Database, owner: SignedIn) -> None:
    edit(database, owner, BEBOP, Add(), Watch(26), Rate(9), origin=Origin.APP)
    edit(database, owner, FRIEREN, Add(), Remove(), origin=Origin.APP)
    edit(database, owner, BEBOP, SetStatus(Status.DROPPED), origin=Origin.APP)
    undo(database, owner)
    with database.read() as session:
        log, now = replayed(session, owner.user_id), load_entries(session, owner.user_id)
    assert log.keys() == now.keys() == {BEBOP}
    assert same(log[BEBOP], now[BEBOP])
    assert now[BEBOP].status is Status.COMPLETED
