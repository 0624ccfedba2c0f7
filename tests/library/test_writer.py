"""The one writer: a call is one step, relative to what is there, all of it or nothing, and never twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, update

from catlog import clock
from catlog.accounts.sessions import SignedIn
from catlog.db.models import UserAnime, UserSession
from catlog.db.session import Database
from catlog.errors import BusyError, InvalidArgumentError, NotAllowedError, NotFoundError
from catlog.library.edits import (
    Add,
    AddTags,
    Put,
    Rate,
    Remove,
    RemoveTags,
    SetDates,
    SetFavorite,
    SetNotes,
    SetStatus,
    Watch,
    WatchTo,
)
from catlog.library.entries import Entry, Origin, Status, same
from catlog.library.history import logged_changes
from catlog.library.partial_date import PartialDate
from catlog.library.steps import Step
from catlog.library.store import load_entries, write_entries
from catlog.library.writer import EditRequest, EditsRefusedError, edit, edit_all, preview
from tests.library.people import BEBOP, FRIEREN, GINTAMA, ONE_PIECE, PERFECT_BLUE, new_owner

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def entry_of(database: Database, owner: SignedIn, mal_id: int) -> Entry | None:
    with database.read() as session:
        return load_entries(session, owner.user_id, [mal_id]).get(mal_id)


def test_every_field_comes_back_as_it_was_written(database: Database, owner: SignedIn) -> None:
    wanted = Entry(
        GINTAMA,
        Status.COMPLETED,
        rating=10,
        score100=97,
        notes="two\nlines, “quotes”",
        tags=("comedy", "銀魂"),
        favorite=True,
        episodes_watched=7,
        start_date=PartialDate("2011"),
        finish_date=PartialDate("2012-04"),
        rewatching=True,
        rewatch_count=2,
        extra={"my_priority": "HIGH", "my_storage_value": "0.00"},
    )
    with clock.stopped_at(NOON):
        edit(database, owner, GINTAMA, Put(wanted), origin=Origin.IMPORT)
    assert entry_of(database, owner, GINTAMA) == replace(wanted, version=1, created_at=NOON, updated_at=NOON)


def test_edits_of_one_call_build_on_each_other_and_are_one_step(database: Database, owner: SignedIn) -> None:
    step = edit(database, owner, BEBOP, Add(), Watch(2), Rate(9), Rate(9), origin=Origin.CLI)
    assert step.number == 1
    assert [change.action for change in step.changes] == ["add", "watch", "rate"]
    assert step.changes[-1].after == entry_of(database, owner, BEBOP)
    assert step.changes[0].episodes == 26


def test_an_edit_that_changes_nothing_leaves_no_trace(database: Database, owner: SignedIn) -> None:
    edit(database, owner, BEBOP, Add(), origin=Origin.CLI)
    before = entry_of(database, owner, BEBOP)
    step = edit(database, owner, BEBOP, SetStatus(Status.PLAN_TO_WATCH), RemoveTags(("x",)), origin=Origin.CLI)
    assert (step.number, step.changes) == (None, ())
    assert entry_of(database, owner, BEBOP) == before


def test_one_wrong_edit_of_many_stops_all_and_each_is_told(database: Database, owner: SignedIn) -> None:
    asked = [
        EditRequest(BEBOP, Add()),
        EditRequest(FRIEREN, Watch()),
        EditRequest(BEBOP, Rate(11)),
        EditRequest(99, Add()),
    ]
    with pytest.raises(EditsRefusedError) as refused:
        edit_all(database, owner, asked, origin=Origin.APP)
    told = [(r.index, r.title, type(r.error)) for r in refused.value.refusals]
    assert told == [
        (1, "Sousou no Frieren", NotFoundError),
        (2, "Cowboy Bebop", InvalidArgumentError),
        (3, "#99", NotFoundError),
    ]
    assert "and 2 more" in refused.value.message
    assert entry_of(database, owner, BEBOP) is None


def test_a_single_edit_raises_its_own_reason_with_the_title(database: Database, owner: SignedIn) -> None:
    with pytest.raises(NotFoundError, match="Cowboy Bebop: it is not on your list") as missing:
        edit(database, owner, BEBOP, Watch(), origin=Origin.CLI)
    assert "catlog list add" in missing.value.hint
    edit(database, owner, BEBOP, Add(Status.WATCHING), origin=Origin.CLI)
    with pytest.raises(InvalidArgumentError, match="already"):
        edit(database, owner, BEBOP, Add(), origin=Origin.CLI)


@pytest.mark.parametrize("rating", [0, 11, -1])
def test_a_rating_outside_1_to_10_is_refused_by_edit_and_database(
    database: Database, owner: SignedIn, rating: int
) -> None:
    edit(database, owner, BEBOP, Add(), origin=Origin.CLI)
    with pytest.raises(InvalidArgumentError, match="1 to 10"):
        edit(database, owner, BEBOP, Rate(rating), origin=Origin.CLI)
    with pytest.raises(Exception, match=r"(?i)check"), database.write() as session:
        session.execute(update(UserAnime).values(personal_rating=rating))


def test_a_new_rating_drops_the_imported_score_and_the_same_one_keeps_it(database: Database, owner: SignedIn) -> None:
    edit(database, owner, BEBOP, Put(Entry(BEBOP, rating=8, score100=77)), origin=Origin.IMPORT)
    edit(database, owner, BEBOP, Rate(8), origin=Origin.CLI)
    assert entry_of(database, owner, BEBOP).score100 == 77
    edit(database, owner, BEBOP, Rate(7), origin=Origin.CLI)
    assert (entry_of(database, owner, BEBOP).rating, entry_of(database, owner, BEBOP).score100) == (7, None)


def test_finishing_before_starting_is_refused_only_when_it_is_certain(database: Database, owner: SignedIn) -> None:
    edit(database, owner, BEBOP, Add(), SetDates(start=PartialDate("2021-05")), origin=Origin.CLI)
    edit(database, owner, BEBOP, SetDates(finish=PartialDate("2021")), origin=Origin.CLI)
    with pytest.raises(InvalidArgumentError, match="before it was started"):
        edit(database, owner, BEBOP, SetDates(finish=PartialDate("2021-04-30")), origin=Origin.CLI)
    both = SetDates(PartialDate("2023"), PartialDate("2024"))
    assert edit(database, owner, BEBOP, both, origin=Origin.CLI).number


def test_tags_and_notes_are_cleaned_and_no_tag_is_there_twice(database: Database, owner: SignedIn) -> None:
    edits = (Add(), AddTags(("b", "B", "\x1b[31ma", " ")), SetNotes("x\x1b]52;c;\x07\ny"))
    entry = edit(database, owner, BEBOP, *edits, origin=Origin.CLI).changes[-1].after
    assert entry.tags == ("b", "[31ma")
    assert entry.notes == "x]52;c;\ny"


def test_an_illegal_import_is_refused_and_settled_it_is_taken(database: Database, owner: SignedIn) -> None:
    with pytest.raises(InvalidArgumentError, match="13 episodes of 1 "):
        edit(database, owner, PERFECT_BLUE, Put(Entry(PERFECT_BLUE, episodes_watched=13)), origin=Origin.IMPORT)


def test_versions_only_grow_also_over_a_removal(database: Database, owner: SignedIn) -> None:
    seen = []
    for one in (Add(), Watch(), Remove(), Add()):
        edit(database, owner, BEBOP, one, origin=Origin.CLI)
        entry = entry_of(database, owner, BEBOP)
        seen.append(entry.version if entry else None)
    assert seen == [1, 2, None, 4]


def test_a_request_that_is_sent_again_does_not_act_again(database: Database, owner: SignedIn) -> None:
    edit(database, owner, BEBOP, Add(), origin=Origin.APP)
    first = edit(database, owner, BEBOP, Watch(), origin=Origin.APP, request_id="r1")
    again = edit(database, owner, BEBOP, Watch(), origin=Origin.APP, request_id="r1")
    assert (again.number, again.at, again.changes[0].after) == (first.number, first.at, first.changes[0].after)
    assert same(again.changes[0].before, first.changes[0].before)
    assert entry_of(database, owner, BEBOP).episodes_watched == 1
    other = new_owner(database)
    edit(database, other, BEBOP, Add(), origin=Origin.APP, request_id="r1")
    assert entry_of(database, other, BEBOP) is not None


def test_a_unit_that_runs_again_after_its_commit_counts_once(database: Database, owner: SignedIn) -> None:
    edit(database, owner, BEBOP, Add(), origin=Origin.APP)

    class Forgetful(Database):
        def run(self, unit: Callable[[Session], Step]) -> Step:  # type: ignore[override]
            super().run(unit)  # committed, but the answer is lost
            return super().run(unit)

    lossy = Forgetful(database.url)
    edit(lossy, owner, BEBOP, Watch(), origin=Origin.APP)
    lossy.close()
    assert entry_of(database, owner, BEBOP).episodes_watched == 1


def test_nobody_writes_after_their_session_ended(database: Database, owner: SignedIn) -> None:
    with database.write() as session:
        session.execute(
            update(UserSession).where(col(UserSession.id) == owner.session_id).values(revoked_at=clock.now())
        )
    with pytest.raises(NotAllowedError):
        edit(database, owner, BEBOP, Add(), origin=Origin.CLI)
    assert entry_of(database, owner, BEBOP) is None


def test_a_row_that_something_else_changed_meanwhile_is_not_overwritten(database: Database, owner: SignedIn) -> None:
    edit(database, owner, BEBOP, Add(), origin=Origin.CLI)
    read = entry_of(database, owner, BEBOP)
    edit(database, owner, BEBOP, Watch(), origin=Origin.CLI)
    with pytest.raises(BusyError, match="at the same time"), database.write() as session:
        write_entries(session, owner.user_id, {BEBOP: read}, {BEBOP: replace(read, rating=3, version=9)})
    assert entry_of(database, owner, BEBOP).rating is None


def test_a_preview_says_what_would_change_and_changes_nothing(database: Database, owner: SignedIn) -> None:
    edit(database, owner, BEBOP, Add(), origin=Origin.CLI)
    with database.read() as session:
        changes = preview(
            session,
            owner,
            [EditRequest(BEBOP, Rate(9)), EditRequest(BEBOP, SetFavorite(False)), EditRequest(GINTAMA, Add())],
        )
    assert [(change.title, change.action) for change in changes] == [("Cowboy Bebop", "rate"), ("Gintama", "add")]
    assert entry_of(database, owner, BEBOP).rating is None


def test_two_lists_never_touch_each_other(database: Database, owner: SignedIn) -> None:
    other = new_owner(database)
    edit(database, owner, BEBOP, Add(), Rate(9), origin=Origin.CLI)
    edit(database, other, BEBOP, Add(), Rate(2), origin=Origin.CLI)
    edit(database, other, BEBOP, Remove(), origin=Origin.CLI)
    assert entry_of(database, owner, BEBOP).rating == 9
    with database.read() as session:
        assert [row.step for row in logged_changes(session, owner.user_id)] == [1, 1]


def test_deleting_a_user_takes_list_and_log_along(database: Database, owner: SignedIn) -> None:
    edit(database, owner, BEBOP, Add(), origin=Origin.CLI)
    with database.write() as session:
        session.execute(text('DELETE FROM "User" WHERE id = :id'), {"id": owner.user_id})
    with database.read() as session:
        left = [_count(session, table, owner) for table in ("UserAnime", "ActivityLog", "ActivitySteps")]
    assert left == [0, 0, 0]


def _count(session: Session, table: str, owner: SignedIn) -> int:
    return session.execute(
        text(f'SELECT count(*) FROM "{table}" WHERE "userId" = :id'), {"id": owner.user_id}
    ).scalar_one()


def test_a_large_import_is_one_step_and_one_undo_away(database: Database, owner: SignedIn) -> None:
    with database.connect_to_write() as connection:
        connection.execute(
            text(
                'INSERT INTO "ProcessedAnime" ("malId", title, synonyms, studios, "processedAt")'
                " VALUES (:id, :title, '[]', '[]', '2026-01-01 00:00:00')"
            ),
            [{"id": number, "title": f"Title {number}"} for number in range(100_000, 102_500)],
        )
    asked = [EditRequest(number, Put(Entry(number, episodes_watched=3))) for number in range(100_000, 102_500)]
    step = edit_all(database, owner, asked, origin=Origin.IMPORT)
    assert len(step.changes) == 2_500
    with database.read() as session:
        assert len(load_entries(session, owner.user_id)) == 2_500
        assert len(load_entries(session, owner.user_id, range(100_000, 102_000))) == 2_000


def test_an_episode_the_title_has_not_is_refused_where_the_total_is_known(database: Database, owner: SignedIn) -> None:
    edit(database, owner, BEBOP, Add(), origin=Origin.CLI)
    with pytest.raises(InvalidArgumentError, match="26 episodes"):
        edit(database, owner, BEBOP, WatchTo(27), origin=Origin.CLI)
    edit(database, owner, ONE_PIECE, Add(), WatchTo(1100), origin=Origin.CLI)
    assert entry_of(database, owner, ONE_PIECE).status is Status.WATCHING
