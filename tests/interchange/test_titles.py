"""Titles without ids: imported if exactly one anime of the catalogue has the title, stored until then."""

import json

import pytest

from catlog.accounts.sessions import SignedIn
from catlog.catalogue.store import add_titles
from catlog.clock import now
from catlog.db.session import Database
from catlog.errors import BadDataError
from catlog.interchange import unmatched
from catlog.interchange.importing import retry_unresolved
from catlog.interchange.merge import RowOutcome
from catlog.interchange.titles import exact_ids
from catlog.library.entries import Status
from tests.interchange.samples import OVERWRITE, only, read, rejected
from tests.library.people import BEBOP, FRIEREN, GINTAMA
from tests.support.roundtrip import stored, take_in


def planet(*entries: dict[str, object], kind: str = "anime") -> bytes:
    """Return an export of Anime-Planet."""
    standard = {"status": "watched", "started": None, "completed": None, "rating": 0, "times": 1, "eps": 0}
    return json.dumps({"export": {"type": kind}, "entries": [{**standard, **entry} for entry in entries]}).encode()


def test_a_title_means_an_anime_whatever_its_case_width_and_accents_and_by_all_its_names(
    database: Database, owner: SignedIn
) -> None:
    names = ("COWBOY bebop", "Ｇｉｎｔａｍａ", "Frieren at the Funeral", "葬送のフリーレン", "Cowboy", "")
    with database.read() as session:
        assert exact_ids(session, names) == {
            "COWBOY bebop": BEBOP,
            "Ｇｉｎｔａｍａ": GINTAMA,
            "Frieren at the Funeral": FRIEREN,
            "葬送のフリーレン": FRIEREN,
        }
        assert exact_ids(session, ()) == {}


def test_a_title_that_two_anime_have_means_neither(database: Database, owner: SignedIn) -> None:
    database.run(lambda session: add_titles(session.connection(), [(4242, "Silver Soul", "OVA", 1)], seen_at=now()))
    with database.read() as session:
        assert exact_ids(session, ["Silver Soul", "Gintama"]) == {"Gintama": GINTAMA}


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("watched", Status.COMPLETED),
        ("watching", Status.WATCHING),
        ("want to watch", Status.PLAN_TO_WATCH),
        ("stalled", Status.ON_HOLD),
        ("dropped", Status.DROPPED),
    ],
)
def test_anime_planets_statuses_are_known(word: str, status: Status) -> None:
    assert only(planet({"name": "T", "status": word})).entry.status is status


def test_what_is_not_to_be_watched_is_no_entry_and_a_list_of_manga_none_of_anime() -> None:
    assert "won't watch" in rejected(planet({"name": "T", "status": "won't watch"})).reason
    assert "is unknown" in rejected(planet({"name": "T", "status": "?"})).reason
    assert "no title" in rejected(planet({"name": None})).reason
    with pytest.raises(BadDataError, match="list of manga"):
        read(planet({"name": "T"}, kind="manga"))


def test_the_first_time_is_no_rewatch_and_half_stars_are_tenths() -> None:
    row = only(planet({"name": "T", "times": 3, "rating": 3.5, "completed": "2021-05-03 12:00:00-07"}))
    assert (row.entry.rewatch_count, row.entry.score100, row.entry.finish_date) == (2, 70, "2021-05-03")
    assert only(planet({"name": "T", "times": 0})).entry.rewatch_count == 0


@pytest.mark.parametrize(
    ("status", "episodes", "taken"),
    [("watched", 26, 1), ("watched", 0, 1), ("watched", 25, 0), ("watching", 25, 1), ("watching", 27, 0)],
)
def test_a_title_that_is_longer_or_shorter_than_the_one_of_that_name_is_another(
    database: Database, owner: SignedIn, status: str, episodes: int, taken: int
) -> None:
    done = take_in(database, owner, planet({"name": "Cowboy Bebop", "status": status, "eps": episodes}))
    assert (done.count(RowOutcome.ADDED), done.count(RowOutcome.UNRESOLVED)) == (taken, 1 - taken)


def test_titles_that_are_not_known_wait_until_they_are(database: Database, owner: SignedIn) -> None:
    content = planet({"name": "cowboy bebop", "eps": 26}, {"name": "Nobody Knows", "eps": 3, "rating": 4})
    done = take_in(database, owner, content, name="planet.json")
    assert (done.count(RowOutcome.ADDED), done.count(RowOutcome.UNRESOLVED)) == (1, 1)
    assert stored(database, owner)[BEBOP]["title"] == "Cowboy Bebop"
    assert "exactly this title" in done.rows[1].reason
    assert retry_unresolved(database, owner)[0].step is None
    database.run(lambda session: add_titles(session.connection(), [(4242, "Nobody knows", "OVA", 3)], seen_at=now()))
    [taken] = retry_unresolved(database, owner)
    assert (taken.file, taken.count(RowOutcome.ADDED)) == ("planet.json", 1)
    found = stored(database, owner)[4242]
    assert (found["score100"], found["episodes_watched"]) == (80, 3)
    with database.read() as session:
        assert unmatched.unmatched_rows(session, owner.user_id) == ()
    assert take_in(database, owner, content, OVERWRITE).step is None
