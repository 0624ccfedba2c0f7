"""Making what waits: once, in order, on the day it was asked for, and asked about where somebody else was faster."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catlog import clock
from catlog.accounts.sessions import SignedIn, end_session
from catlog.db.session import Database
from catlog.errors import NotAllowedError, UnavailableError
from catlog.library.edits import Add, AddTags, Edit, Rate, Remove, SetNotes, SetStatus, Watch
from catlog.library.entries import Entry, Origin, Status, same
from catlog.library.history import logged_changes
from catlog.library.journal import replay as module
from catlog.library.journal.file import Journal, PendingEdit
from catlog.library.journal.overlay import overlaid
from catlog.library.journal.replay import execute, not_undone, replay
from catlog.library.listing import load_list
from catlog.library.records import ListRow
from catlog.library.steps import Step
from catlog.library.store import load_entries
from catlog.library.writer import EditRequest, edit
from tests.library.people import BEBOP, FRIEREN, GINTAMA, ONE_PIECE


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path, "db-1") as journal:
        yield journal


def entries(database: Database, owner: SignedIn) -> dict[int, Entry]:
    with database.read() as session:
        return load_entries(session, owner.user_id)


def rows(database: Database, owner: SignedIn) -> dict[int, ListRow]:
    with database.read() as session:
        return {row.mal_id: row for row in load_list(session, owner.user_id)}


def there(database: Database, owner: SignedIn, mal_id: int, *edits: Edit) -> None:
    edit(database, owner, mal_id, Add(Status.WATCHING), *edits, origin=Origin.CLI)


def kept(journal: Journal, mal_id: int, *edits: Edit, base: Entry | None = None, firm: bool = False) -> PendingEdit:
    one = PendingEdit.new([EditRequest(mal_id, each, base) for each in edits], strict=firm)
    journal.add(one)
    return one


def test_what_waits_is_made_in_order_and_settled(database: Database, owner: SignedIn, journal: Journal) -> None:
    kept(journal, BEBOP, Add(), Watch(3))
    kept(journal, BEBOP, Rate(9))
    kept(journal, ONE_PIECE, Add(Status.ON_HOLD))
    done = replay(journal, database, owner)
    assert [outcome.step.number for outcome in done.results if outcome.step] == [1, 2, 3]
    assert journal.pending == ()
    bebop = entries(database, owner)[BEBOP]
    assert (bebop.episodes_watched, bebop.rating) == (3, 9)


def test_a_wish_whose_answer_was_lost_is_not_made_twice(
    database: Database, owner: SignedIn, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    there(database, owner, BEBOP)
    one = kept(journal, BEBOP, Watch())

    def made_but_not_told(*args: object, **kwargs: object) -> Step:
        edit(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came
        raise UnavailableError("the connection broke after the commit")

    with monkeypatch.context() as patch:
        patch.setattr(module, "edit", made_but_not_told)
        assert replay(journal, database, owner).stopped is not None
    assert [waiting.request_id for waiting in journal.pending] == [one.request_id]
    assert entries(database, owner)[BEBOP].episodes_watched == 1
    (outcome,) = replay(journal, database, owner).results
    assert outcome.step is not None
    assert entries(database, owner)[BEBOP].episodes_watched == 1
    assert journal.pending == ()


def test_what_comes_after_a_failing_database_waits_on(
    database: Database, owner: SignedIn, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = kept(journal, BEBOP, Add()), kept(journal, BEBOP, Watch())

    def gone(*_: object, **__: object) -> Step:
        raise UnavailableError("gone")

    monkeypatch.setattr(module, "edit", gone)
    done = replay(journal, database, owner)
    assert not done.results
    assert journal.pending == (one, two)


def test_an_ended_session_keeps_what_waits_until_its_user_is_back(
    database: Database, owner: SignedIn, journal: Journal
) -> None:
    kept(journal, BEBOP, Add())
    end_session(database, owner, owner.session_id)
    done = replay(journal, database, owner)
    assert isinstance(done.stopped, NotAllowedError)
    assert len(journal.pending) == 1


def test_what_cannot_be_is_told_and_does_not_hold_up_the_rest(
    database: Database, owner: SignedIn, journal: Journal
) -> None:
    kept(journal, BEBOP, Rate(9))
    kept(journal, GINTAMA, Add())
    refused, made = replay(journal, database, owner).results
    assert refused.error is not None
    assert "not on your list" in refused.error.message
    assert not refused.is_conflict
    assert made.step is not None


def test_the_day_it_was_asked_for_counts(database: Database, owner: SignedIn, journal: Journal) -> None:
    there(database, owner, FRIEREN)
    with clock.stopped_at(datetime(2026, 3, 1, 23, 0, tzinfo=UTC)):
        kept(journal, FRIEREN, Watch(28))
    with clock.stopped_at(datetime(2026, 3, 9, tzinfo=UTC)):
        replay(journal, database, owner)
    assert entries(database, owner)[FRIEREN].finish_date == "2026-03-01"


def test_while_it_waited_others_may_add_but_not_contradict(
    database: Database, owner: SignedIn, journal: Journal
) -> None:
    there(database, owner, BEBOP)
    shown = entries(database, owner)[BEBOP]
    kept(journal, BEBOP, Watch(2), base=shown)
    kept(journal, BEBOP, AddTags(("mine",)), base=shown)
    clash = kept(journal, BEBOP, Rate(9), base=shown)
    edit(database, owner, BEBOP, Watch(), Rate(4), AddTags(("theirs",)), origin=Origin.CLI)
    *added, clashed = replay(journal, database, owner).results
    assert all(outcome.step for outcome in added)
    assert clashed.is_conflict
    bebop = entries(database, owner)[BEBOP]
    assert (bebop.episodes_watched, bebop.tags, bebop.rating) == (3, ("theirs", "mine"), 4)
    execute(database, owner, clash.forced)
    assert entries(database, owner)[BEBOP].rating == 9


def test_straight_from_its_user_an_edit_is_one_of_what_is_there_now_unless_it_is_firm(
    database: Database, owner: SignedIn, journal: Journal
) -> None:
    there(database, owner, BEBOP)
    shown = entries(database, owner)[BEBOP]
    edit(database, owner, BEBOP, Rate(4), SetNotes("theirs"), origin=Origin.CLI)
    loose = kept(journal, BEBOP, Rate(9), base=shown)
    (made,) = replay(journal, database, owner, first_attempt=loose.request_id).results
    assert made.step is not None
    firm = kept(journal, BEBOP, SetNotes("mine"), base=shown, firm=True)
    (clashed,) = replay(journal, database, owner, first_attempt=firm.request_id).results
    assert clashed.is_conflict


def test_an_undo_that_waits_takes_back_just_its_edit(database: Database, owner: SignedIn, journal: Journal) -> None:
    there(database, owner, BEBOP)
    one = kept(journal, BEBOP, Rate(9))
    assert not_undone(journal.pending) == [one]
    journal.add(one.undo)
    assert not_undone(journal.pending) == []
    replay(journal, database, owner)
    assert entries(database, owner)[BEBOP].rating is None
    with database.read() as session:
        assert [row.origin for row in logged_changes(session, owner.user_id)] == ["undo", "app", "cli"]


def test_an_undo_of_an_edit_that_could_not_be_made_takes_nothing_back(
    database: Database, owner: SignedIn, journal: Journal
) -> None:
    there(database, owner, BEBOP)
    journal.add(kept(journal, GINTAMA, Rate(9)).undo)
    refused, nothing = replay(journal, database, owner).results
    assert refused.error is not None
    assert (nothing.step, nothing.error) == (None, None)
    assert BEBOP in entries(database, owner)


def test_what_is_shown_meanwhile_is_what_it_will_be(database: Database, owner: SignedIn, journal: Journal) -> None:
    for mal_id in (BEBOP, FRIEREN, GINTAMA, ONE_PIECE):
        there(database, owner, mal_id)
    before = rows(database, owner)
    kept(journal, FRIEREN, Watch(28))
    kept(journal, BEBOP, SetStatus(Status.DROPPED), SetNotes("no"))
    kept(journal, GINTAMA, Remove())
    journal.add(kept(journal, ONE_PIECE, Rate(10)).undo)
    kept(journal, ONE_PIECE, Watch(-5))
    shown = overlaid(before, journal.pending, owner.zone)
    assert shown[GINTAMA] is None
    assert shown[ONE_PIECE] == before[ONE_PIECE]
    replay(journal, database, owner)
    after = entries(database, owner)
    for mal_id in (BEBOP, FRIEREN):
        row = shown[mal_id]
        assert row is not None
        foreseen = replace(after[mal_id], status=row.status, episodes_watched=row.episodes_watched, notes=row.notes)
        assert same(foreseen, after[mal_id])
        assert row.finish_date == after[mal_id].finish_date
