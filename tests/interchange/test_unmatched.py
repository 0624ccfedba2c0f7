"""Rows that are imported later, once their id is known, equal a direct import, values and remarks alike."""

import json

import pytest
from sqlmodel import Session

from catlog.accounts.sessions import SignedIn
from catlog.db.models import CrossId
from catlog.db.session import Database
from catlog.interchange.importing import ImportResult, retry_unresolved
from catlog.interchange.merge import RowOutcome, Strategy
from catlog.library.edits import Add, Rate, SetDates, SetFavorite, SetNotes, SetOffset, SetTags
from catlog.library.entries import FIELDS, Entry, Origin
from catlog.library.partial_date import PartialDate
from catlog.library.store import load_entries
from catlog.library.writer import edit
from tests.interchange.samples import anilist, anilist_entry, kitsu, simkl, simkl_item
from tests.library.people import ONE_PIECE, new_owner
from tests.support.roundtrip import take_in

NEAR = [
    Add(),
    Rate(9, 91),
    SetNotes("mine"),
    SetTags(("b", "c")),
    SetDates(start=PartialDate("2019-05"), finish=PartialDate("2023")),
    SetFavorite(),
    SetOffset(3),
]


def gdpr(**row: object) -> bytes:
    told = {"series_type": 0, "series_id": ONE_PIECE, "status": 3, "progress": 200, **row}
    return json.dumps({"user": {"id": 1, "custom_lists": {"anime": ["A", "B"]}}, "lists": [told]}).encode()


def answer(**changes: object) -> bytes:
    media = {"id": ONE_PIECE, "title": {"romaji": "One Piece"}, "format": "TV", "episodes": None}
    return anilist(anilist_entry(mediaId=ONE_PIECE, media=media, **changes))


LISTS = {
    "an impossible day": gdpr(finished_on=20200230, started_on=20190000, custom_lists="[1,0]", notes="gd"),
    "nothing but a status": gdpr(),
    "broken notes": gdpr(notes="gd?").replace(b"gd?", b"gd\xe2\x80"),
    "broken tags": gdpr(custom_lists="[1,0]").replace(b'"A"', b'"A\xff"'),
    "refused values": gdpr(score=150, repeat=-3, finished_on="soon"),
    "none, told": gdpr(score=0, notes=None, started_on=0, repeat=2, private=True, advanced_scores="[5]"),
    "an answer": answer(notes="a\nb", private=True, customLists={"A": True}, completedAt={"year": 2021, "month": 13}),
    "empty dates": answer(startedAt={}, completedAt=None, updatedAt=99_999_999_999),
    "a paused rewatch": kitsu({"status": "on_hold", "reconsuming": True, "startedAt": "2024-01-01"}, mapped=False),
    "of several ids": simkl(anime=[simkl_item({"anilist": ONE_PIECE}, status="completed", user_rating="8,5")]),
}


def known(database: Database) -> None:
    """Let the ids of the lists mean One Piece."""

    def unit(session: Session) -> None:
        for service, theirs in (("anilist", ONE_PIECE), ("kitsu", 8171)):
            session.add(CrossId(service=service, service_id=theirs, mal_id=ONE_PIECE))

    database.run(unit)


def outcome(database: Database, owner: SignedIn, done: ImportResult) -> tuple[dict[str, object], list[tuple[str, str]]]:
    """Return the fields of the one entry, and what became of the rows."""
    with database.read() as session:
        entry: Entry = load_entries(session, owner.user_id)[ONE_PIECE]
    return {name: getattr(entry, name) for name in FIELDS}, [(row.outcome, row.reason) for row in done.rows]


@pytest.mark.usefixtures("owner")
@pytest.mark.parametrize("listed", [False, True])
@pytest.mark.parametrize("name", LISTS)
def test_a_row_that_waited_is_taken_as_a_direct_import_takes_it(database: Database, name: str, listed: bool) -> None:
    waits, direct = new_owner(database), new_owner(database)
    for owner in (waits, direct) if listed else ():
        edit(database, owner, ONE_PIECE, *NEAR, origin=Origin.CLI)
    assert take_in(database, waits, LISTS[name], name="mine").count(RowOutcome.UNRESOLVED) == 1
    known(database)
    [late] = retry_unresolved(database, waits, strategy=Strategy.OVERWRITE)
    at_once = take_in(database, direct, LISTS[name], Strategy.OVERWRITE, name="mine")
    assert outcome(database, waits, late) == outcome(database, direct, at_once)


def test_what_is_left_of_an_impossible_day_comes_with_its_remark(database: Database, owner: SignedIn) -> None:
    take_in(database, owner, LISTS["an impossible day"], name="gdpr_data.json")
    known(database)
    fields, rows = outcome(database, owner, retry_unresolved(database, owner)[0])
    assert (fields["finish_date"], fields["start_date"], fields["tags"], fields["notes"]) == (
        "2020-02",
        "2019",
        ("A",),
        "gd",
    )
    assert rows == [("added", "finished_on 2020-02-30 is no date: 2020-02 taken for a title new on the list")]


def test_a_reversed_pair_of_dates_blocks_no_edit_of_anything_else(database: Database, owner: SignedIn) -> None:
    edit(database, owner, ONE_PIECE, *NEAR, origin=Origin.CLI)
    told = kitsu({"status": "current", "startedAt": "2024-01-01", "finishedAt": "?"})
    told = told.replace(b'"externalId": "1"', b'"externalId": "%d"' % ONE_PIECE)
    [row] = take_in(database, owner, told, Strategy.OVERWRITE).rows
    assert "finished (2023) before it was started (2024-01-01)" in row.reason
    asked = (SetNotes("x"), Rate(3), SetDates(start=PartialDate("2024-01-01")), SetDates(finish=None))
    for one in asked:
        edit(database, owner, ONE_PIECE, one, origin=Origin.CLI)
    with database.read() as session:
        entry = load_entries(session, owner.user_id)[ONE_PIECE]
    assert (entry.notes, entry.rating, entry.start_date, entry.finish_date) == ("x", 3, "2024-01-01", None)
