"""Imports into a database: all or nothing, in one step, with the file's values, and never twice."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import Session

from catlog import clock
from catlog.access import Role
from catlog.accounts.sessions import SignedIn, end_session
from catlog.catalogue.store import add_titles
from catlog.db.backup.read import read_manifest
from catlog.db.models import ActivityLog, ActivitySteps, CrossId, ImportLeftovers, ProcessedAnime, UserAnime
from catlog.db.session import Database
from catlog.errors import BadDataError, NotAllowedError
from catlog.interchange import unmatched
from catlog.interchange.crossids import import_crossids
from catlog.interchange.importing import import_list, retry_unresolved
from catlog.interchange.merge import RowOutcome, Strategy
from catlog.library.edits import Add, Rate, SetNotes, SetOffset, Watch
from catlog.library.entries import Entry, Origin, Status
from catlog.library.history import logged_changes, redo, replayed, undo
from catlog.library.partial_date import PartialDate
from catlog.library.store import load_entries
from catlog.library.writer import edit
from tests.interchange import samples
from tests.interchange.samples import anilist, anilist_entry, read
from tests.library.people import BEBOP, FRIEREN, ONE_PIECE, PERFECT_BLUE, new_owner
from tests.support.contents import contents
from tests.support.roundtrip import give_out, stored, take_in

NOON = datetime(2024, 11, 22, 12, tzinfo=UTC)
TABLES = (UserAnime, ActivityLog, ActivitySteps, ImportLeftovers, ProcessedAnime)
UNKNOWN = {"series_animedb_id": "99999", "series_title": "Nobody knows", "series_type": "ONA", "series_episodes": "5"}


def entries(database: Database, owner: SignedIn) -> dict[int, Entry]:
    with database.read() as session:
        return load_entries(session, owner.user_id)


def counts(database: Database, owner: SignedIn, content: bytes, strategy: Strategy = Strategy.KEEP) -> dict[str, int]:
    done = take_in(database, owner, content, strategy)
    return {outcome.value: count for outcome in RowOutcome if (count := done.count(outcome))}


@pytest.mark.parametrize(
    "content",
    [
        samples.mal_xml({"series_animedb_id": str(BEBOP)}),
        samples.anilist(samples.anilist_entry(progress=5)),
        samples.kitsu({"progress": 5}),
        samples.simkl(anime=[samples.simkl_item(watched_episodes_count=5)]),
        samples.yamtrack("1,mal,anime,Cowboy Bebop,url,,,8.4,In progress,note,,,5,,"),
        b"malId,status,episodesWatched\n1,WATCHING,5\n",
    ],
    ids=["mal-xml", "anilist", "kitsu", "simkl", "yamtrack", "csv"],
)
def test_an_offset_stays_where_no_other_program_knows_of_one(
    database: Database, owner: SignedIn, content: bytes
) -> None:
    edit(database, owner, BEBOP, Add(), SetOffset(12), origin=Origin.CLI)
    before = entries(database, owner)[BEBOP]
    done = take_in(database, owner, content, Strategy.OVERWRITE)
    assert done.count(RowOutcome.CHANGED) == 1
    after = entries(database, owner)[BEBOP]
    assert (after.episode_offset, after.episodes_watched == before.episodes_watched) == (12, False)
    told = json.dumps(
        {"kind": "list", "version": 1, "rows": [{"malId": BEBOP, "status": "WATCHING", "episodeOffset": -3}]}
    )
    take_in(database, owner, told.encode(), Strategy.OVERWRITE)
    assert entries(database, owner)[BEBOP].episode_offset == -3


def test_a_list_is_taken_as_one_step_that_undo_takes_back_and_redo_brings_again(
    database: Database, owner: SignedIn
) -> None:
    edit(database, owner, FRIEREN, Add(), origin=Origin.CLI)
    before = entries(database, owner)
    done = take_in(database, owner, samples.mal_xml({}, UNKNOWN))
    after = entries(database, owner)
    assert (done.step, set(after)) == (2, {FRIEREN, BEBOP, 99999})
    with database.read() as session:
        log = logged_changes(session, owner.user_id, limit=2)
    assert {(row.step, row.origin, row.action) for row in log} == {(2, "import", "import")}
    undo(database, owner)
    assert entries(database, owner).keys() == before.keys()
    redo(database, owner)
    assert {mal_id: entry.notes for mal_id, entry in entries(database, owner).items()} == dict.fromkeys(after, "")


def test_an_anime_that_the_catalogue_lacks_enters_it_with_the_files_facts_and_a_known_one_stays(
    database: Database, owner: SignedIn
) -> None:
    take_in(database, owner, samples.mal_xml(UNKNOWN, {"series_title": "Wrong", "series_episodes": "1"}))
    facts = stored(database, owner)
    assert [facts[BEBOP][name] for name in ("title", "type", "episodes")] == ["Cowboy Bebop", "TV", 26]
    assert [facts[99999][name] for name in ("title", "type", "episodes")] == ["Nobody knows", "ONA", 5]


def test_types_and_totals_that_the_catalogue_lacks_are_filled_and_those_it_has_stay(
    database: Database, owner: SignedIn
) -> None:
    lacking = [(101, "Air", None, None), (232, "Sakura", "TV", None), (5, "Film", None, 1)]
    database.run(lambda session: add_titles(session.connection(), lacking, seen_at=NOON))
    told = {"my_watched_episodes": "11", "series_episodes": "12", "series_type": "OVA"}
    content = samples.mal_xml(
        {"series_animedb_id": "101", **told},
        {"series_animedb_id": "232", **told},
        {"series_animedb_id": "5", **told},
        {"series_animedb_id": str(ONE_PIECE), "series_episodes": "0", "series_type": "Unknown"},
    )
    take_in(database, owner, content)
    facts = stored(database, owner)
    assert {mal_id: (facts[mal_id]["type"], facts[mal_id]["episodes"]) for mal_id in facts} == {
        101: ("OVA", 12),
        232: ("TV", 12),
        5: ("OVA", 1),
        ONE_PIECE: ("TV", None),
    }
    edit(database, owner, 101, Watch(1), origin=Origin.CLI)
    assert entries(database, owner)[101].status is Status.COMPLETED


def test_a_title_that_was_only_an_id_gets_its_name_and_a_type_of_no_such_kind_is_not_taken(
    database: Database, owner: SignedIn
) -> None:
    nameless = [(101, "", None, None), (102, "#Compass", None, None)]
    database.run(lambda session: add_titles(session.connection(), nameless, seen_at=NOON))
    told = {"series_title": "Told", "series_type": "web series", "series_episodes": "0"}
    take_in(
        database,
        owner,
        samples.mal_xml({"series_animedb_id": "101", **told}, {"series_animedb_id": "102", **told}),
    )
    facts = stored(database, owner)
    assert [(facts[mal_id]["title"], facts[mal_id]["type"], facts[mal_id]["episodes"]) for mal_id in (101, 102)] == [
        ("Told", None, None),
        ("#Compass", None, None),
    ]


def test_totals_are_filled_by_a_file_of_which_the_list_takes_nothing(database: Database, owner: SignedIn) -> None:
    database.run(lambda session: add_titles(session.connection(), [(101, "Air", None, None)], seen_at=NOON))
    edit(database, owner, 101, Add(), Rate(3), origin=Origin.CLI)
    found = read(samples.mal_xml({"series_animedb_id": "101", "series_episodes": "12"}))
    assert import_list(database, owner, found, "list", dry_run=True).count(RowOutcome.UNCHANGED) == 1
    assert stored(database, owner)[101]["episodes"] is None
    assert import_list(database, owner, found, "list").step is None
    assert stored(database, owner)[101]["episodes"] == 12


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADMIN])
def test_a_file_of_a_member_changes_no_title_that_is_everybodys(
    database: Database, owner: SignedIn, role: Role
) -> None:
    database.run(lambda session: add_titles(session.connection(), [(101, "Air", None, None)], seen_at=NOON))
    database.role = role
    take_in(database, owner, samples.mal_xml({"series_animedb_id": "101", "series_episodes": "24"}))
    database.role = Role.OWNER
    assert stored(database, owner)[101]["episodes"] == (None if role is Role.MEMBER else 24)


@pytest.mark.parametrize("strategy", Strategy)
def test_a_total_that_another_has_watched_more_than_is_left_out_and_tells_nothing_of_their_list(
    database: Database, owner: SignedIn, strategy: Strategy
) -> None:
    database.run(lambda session: add_titles(session.connection(), [(101, "Air", None, None)], seen_at=NOON))
    other = new_owner(database)
    edit(database, other, 101, Add(), Watch(20), origin=Origin.CLI)
    found = read(b"malId,title,status,episodes\n101,Air,WATCHING,12\n")
    dry = import_list(database, owner, found, "list", strategy=strategy, dry_run=True)
    done = import_list(database, owner, found, "list", strategy=strategy)
    assert dry.rows == done.rows
    assert [(row.outcome, row.reason) for row in done.rows] == [(RowOutcome.ADDED, "")]
    assert stored(database, owner)[101]["episodes"] is None
    edit(database, other, 101, Watch(1), origin=Origin.CLI)
    assert (entries(database, other)[101].episodes_watched, entries(database, other)[101].status) == (
        21,
        Status.WATCHING,
    )


def test_a_total_that_my_own_entry_is_beyond_is_left_out_also_of_a_file_that_changes_nothing(
    database: Database, owner: SignedIn
) -> None:
    database.run(lambda session: add_titles(session.connection(), [(101, "Air", None, None)], seen_at=NOON))
    edit(database, owner, 101, Add(), Watch(20), origin=Origin.CLI)
    found = read(b"malId,title,status,episodes\n101,Air,WATCHING,12\n")
    [row] = import_list(database, owner, found, "list").rows
    assert (row.outcome, row.reason) == (RowOutcome.UNCHANGED, "12 episodes in all is impossible: more were watched")
    assert stored(database, owner)[101]["episodes"] is None
    [row] = import_list(database, owner, read(b"malId,title,status,episodes\n101,Air,WATCHING,20\n"), "list").rows
    assert (row.reason, stored(database, owner)[101]["episodes"]) == ("", 20)


def test_a_total_that_the_files_own_entry_is_beyond_is_left_out(database: Database, owner: SignedIn) -> None:
    database.run(lambda session: add_titles(session.connection(), [(101, "Air", None, None)], seen_at=NOON))
    content = samples.mal_xml(
        {"series_animedb_id": "101", "my_watched_episodes": "20", "series_episodes": "12", "my_status": "Watching"}
    )
    [row] = take_in(database, owner, content).rows
    assert "more were watched" in row.reason
    assert stored(database, owner)[101]["episodes"] is None
    edit(database, owner, 101, Watch(1), origin=Origin.CLI)
    assert entries(database, owner)[101].episodes_watched == 21


def test_what_the_file_says_is_taken_also_where_it_does_not_fit_the_catalogue(
    database: Database, owner: SignedIn
) -> None:
    take_in(
        database,
        owner,
        samples.mal_xml(
            {"my_watched_episodes": "30"},
            {"series_animedb_id": str(FRIEREN), "my_watched_episodes": "20", "my_status": "Completed"},
            {"series_animedb_id": str(PERFECT_BLUE), "my_start_date": "2021-05-03", "my_finish_date": "2020-01-01"},
        ),
    )
    found = entries(database, owner)
    assert (found[BEBOP].status, found[BEBOP].episodes_watched) == (Status.WATCHING, 30)
    assert (found[FRIEREN].status, found[FRIEREN].episodes_watched) == (Status.COMPLETED, 20)
    assert found[FRIEREN].finish_date is None
    assert (found[PERFECT_BLUE].start_date, found[PERFECT_BLUE].finish_date) == ("2021-05-03", "2020-01-01")
    edit(database, owner, BEBOP, Watch(-1), origin=Origin.CLI)
    assert entries(database, owner)[BEBOP].episodes_watched == 25


@pytest.mark.parametrize("strategy", Strategy)
def test_the_same_file_again_changes_nothing_and_leaves_no_step(
    database: Database, owner: SignedIn, strategy: Strategy
) -> None:
    content = anilist(anilist_entry(notes="n", customLists={"A": True}), anilist_entry(id=2, media={"idMal": FRIEREN}))
    assert counts(database, owner, content, strategy) == {"added": 2}
    before = contents(database, TABLES)
    assert counts(database, owner, content, strategy) == {"unchanged": 2}
    assert contents(database, TABLES) == before


def test_a_dry_run_tells_what_would_happen_and_changes_nothing(database: Database, owner: SignedIn) -> None:
    edit(database, owner, BEBOP, Add(), Rate(3), origin=Origin.CLI)
    found = read(samples.mal_xml({}, UNKNOWN, {"series_animedb_id": "x"}))
    before = contents(database, TABLES)
    dry = import_list(database, owner, found, "list", strategy=Strategy.OVERWRITE, dry_run=True)
    assert contents(database, TABLES) == before
    real = import_list(database, owner, found, "list", strategy=Strategy.OVERWRITE)
    assert dry.rows == real.rows
    assert [row.outcome for row in real.rows] == [RowOutcome.CHANGED, RowOutcome.ADDED, RowOutcome.REJECTED]


def test_the_strategies_keep_overwrite_or_take_the_newest(database: Database, owner: SignedIn) -> None:
    with clock.stopped_at(NOON):
        edit(database, owner, BEBOP, Add(), Rate(3), origin=Origin.CLI)
    later, earlier = (int((NOON + timedelta(days=days)).timestamp()) for days in (1, -1))
    assert counts(database, owner, anilist(anilist_entry(updatedAt=later))) == {"unchanged": 1}
    assert entries(database, owner)[BEBOP].rating == 3
    newest = Strategy.NEWEST
    assert counts(database, owner, anilist(anilist_entry(updatedAt=earlier)), newest) == {"unchanged": 1}
    assert counts(database, owner, samples.mal_xml({}), newest) == {"unchanged": 1}
    assert counts(database, owner, anilist(anilist_entry(updatedAt=later)), newest) == {"changed": 1}
    assert entries(database, owner)[BEBOP].score100 == 84
    assert entries(database, owner)[BEBOP].updated_at == NOON + timedelta(days=1)
    assert counts(database, owner, anilist(anilist_entry(updatedAt=earlier, score=50)), Strategy.OVERWRITE) == {
        "changed": 1
    }
    assert entries(database, owner)[BEBOP].score100 == 50


def test_an_entry_is_as_old_as_the_service_says_so_that_a_later_export_is_newer(
    database: Database, owner: SignedIn
) -> None:
    with clock.stopped_at(NOON):
        take_in(database, owner, anilist(anilist_entry(updatedAt=1_600_000_000)))
    assert entries(database, owner)[BEBOP].updated_at == datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC)
    between = anilist(anilist_entry(updatedAt=1_700_000_000, progress=9))
    assert counts(database, owner, between, Strategy.NEWEST) == {"changed": 1}


def test_nothing_is_changed_when_no_row_can_be_used(database: Database, owner: SignedIn) -> None:
    before = contents(database, TABLES)
    with pytest.raises(BadDataError, match="none of the 2 entries") as refused:
        take_in(database, owner, samples.mal_xml({"series_animedb_id": "x"}, {"my_status": "?"}))
    assert "series_animedb_id" in refused.value.hint
    assert contents(database, TABLES) == before
    assert counts(database, owner, samples.mal_xml()) == {}


def test_nothing_is_half_imported_when_the_session_has_ended(database: Database, owner: SignedIn) -> None:
    end_session(database, owner, owner.session_id)
    before = contents(database, TABLES)
    with pytest.raises(NotAllowedError):
        take_in(database, owner, samples.mal_xml({}, UNKNOWN, {"series_animedb_id": "x"}))
    assert contents(database, TABLES) == before


def test_a_backup_of_the_state_before_is_made_only_when_something_changes(
    database: Database, owner: SignedIn, tmp_path: Path
) -> None:
    found = read(samples.mal_xml({}))
    done = import_list(database, owner, found, "list", backups=tmp_path / "backups")
    assert done.backup is not None
    kept = {table.name: table.rows for table in read_manifest(done.backup).tables}
    assert kept["UserAnime"] == 0
    assert kept["ProcessedAnime"] == 5
    assert import_list(database, owner, found, "list", backups=tmp_path / "backups").backup is None
    assert len(list((tmp_path / "backups").glob("*.backup"))) == 1


def left(database: Database, owner: SignedIn) -> list[tuple[str, int, str, int | None]]:
    with database.read() as session:
        return [
            (row.file, row.position, row.kind, row.mal_id) for row in unmatched.unmatched_rows(session, owner.user_id)
        ]


def test_rows_that_are_not_taken_are_kept_with_their_reasons_until_the_file_comes_again(
    database: Database, owner: SignedIn
) -> None:
    unmapped = anilist_entry(id=2, status="PAUSED", notes="wait", media={"id": 777, "title": {"romaji": "Unmapped"}})
    content = anilist(anilist_entry(), unmapped, anilist_entry(id=3, status="?"))
    take_in(database, owner, content, name="mine.json")
    take_in(database, owner, samples.mal_xml({}, {"series_animedb_id": ""}), name="other.xml")
    expected = [
        ("mine.json", 2, "unresolved", None),
        ("mine.json", 3, "rejected", 1),
        ("other.xml", 2, "rejected", None),
    ]
    assert left(database, owner) == expected
    with database.read() as session:
        rows = unmatched.unmatched_rows(session, owner.user_id)
    assert (rows[0].title, "anilist 777" in rows[0].reason, rows[2].excerpt != "") == ("Unmapped", True, True)
    take_in(database, owner, content, name="mine.json")
    assert left(database, owner) == expected
    take_in(database, owner, anilist(anilist_entry()), name="mine.json")
    assert left(database, owner) == expected[2:]
    assert left(database, new_owner(database)) == []
    database.run(lambda session: unmatched.delete_rows(session, owner))
    assert left(database, owner) == []


def test_an_unresolved_row_is_taken_whole_when_its_id_is_known(
    database: Database, owner: SignedIn, tmp_path: Path
) -> None:
    media = {"id": 777, "title": {"romaji": "Later"}, "format": "OVA", "episodes": 2}
    waiting = anilist_entry(id=2, media=media, notes="a\nb", private=True, customLists={"A": True})
    take_in(database, owner, anilist(anilist_entry(), waiting, anilist_entry(id=3, status="?")), name="mine.json")
    assert retry_unresolved(database, owner)[0].step is None
    ids = tmp_path / "ids.json"
    ids.write_text(json.dumps([{"anilist_id": 777, "mal_id": 4242}]))
    import_crossids(database, ids)
    [done] = retry_unresolved(database, owner)
    assert (done.count(RowOutcome.ADDED), done.file) == (1, "mine.json")
    entry = entries(database, owner)[4242]
    assert (entry.notes, entry.tags, entry.score100, entry.extra) == ("a\nb", ("A",), 84, {"anilist:private": "true"})
    assert entry.start_date == PartialDate("2021-05")
    assert stored(database, owner)[4242]["title"] == "Later"
    assert left(database, owner) == [("mine.json", 3, "rejected", 1)]
    assert retry_unresolved(database, owner) == ()


NOT_IN_0_1_0 = ("told", "toldExtra", "remarks")


def test_a_row_left_by_version_0_1_0_is_taken_with_its_mark_and_touches_no_other(
    database: Database, owner: SignedIn
) -> None:
    waiting = anilist_entry(id=2, media={"id": 777}, private=True)
    take_in(database, owner, anilist(anilist_entry(), waiting), name="mine.json")

    def older(session: Session) -> None:
        [row] = session.execute(select(ImportLeftovers)).scalars()
        kept = {name: value for name, value in (row.entry or {}).items() if name not in NOT_IN_0_1_0}
        row.entry = {**kept, "extra": {"private": "true"}}
        session.add(CrossId(service="anilist", service_id=777, mal_id=BEBOP))

    database.run(older)
    edit(database, owner, BEBOP, SetNotes("mine"), origin=Origin.CLI)
    mal = samples.mal_xml({"my_priority": "HIGH"})
    take_in(database, owner, mal, Strategy.OVERWRITE)
    [done] = retry_unresolved(database, owner, strategy=Strategy.OVERWRITE)
    assert done.count(RowOutcome.CHANGED) == 1
    assert entries(database, owner)[BEBOP].extra == {"private": "true", "my_priority": "HIGH"}


def test_history_comes_along_into_an_empty_list_and_undo_does_not_reach_it(database: Database, owner: SignedIn) -> None:
    edit(database, owner, BEBOP, Add(), Watch(3), SetNotes("x\ny"), origin=Origin.APP)
    edit(database, owner, FRIEREN, Add(), origin=Origin.CLI)
    undo(database, owner)
    content = give_out(database, owner, "json")
    other = new_owner(database)
    done = take_in(database, other, content)
    assert (done.events, done.step, set(entries(database, other))) == (5, 1, {BEBOP})
    with database.read() as session:
        mine, theirs = logged_changes(session, owner.user_id), logged_changes(session, other.user_id)
        assert replayed(session, other.user_id) == {
            mal_id: Entry(
                **{**{name: getattr(entry, name) for name in Entry.__slots__}, "version": 0, "updated_at": None}
            )
            for mal_id, entry in entries(database, other).items()
        }
    assert (theirs[0].origin, theirs[0].step) == ("import", 1)
    said = [(row.at, row.origin, row.mal_id, row.action, row.before, row.after) for row in theirs[1:]]
    assert said == [(row.at, row.origin, row.mal_id, row.action, row.before, row.after) for row in mine]
    assert {row.step for row in theirs[1:]} == {0}
    undo(database, other)
    assert entries(database, other) == {}
    again = take_in(database, other, content)
    assert (again.events, again.count(RowOutcome.ADDED)) == (0, 1)


def test_what_the_file_does_not_tell_stays(database: Database, owner: SignedIn) -> None:
    edit(database, owner, BEBOP, Add(), SetNotes("mine"), Rate(8, 84), origin=Origin.CLI)
    assert counts(database, owner, b"malId,status,rating\n1,watching,8\n", Strategy.OVERWRITE) == {"changed": 1}
    entry = entries(database, owner)[BEBOP]
    assert (entry.status, entry.notes, entry.score100) == (Status.WATCHING, "mine", 84)
