"""The spoiler guard: episodes beyond the own progress, and a sequel until its prequels are completed."""

import pytest

from catlog.accounts.sessions import SignedIn
from catlog.db.session import Database
from catlog.jikan.details import Relation
from catlog.library.edits import Add, SetStatus, Watch
from catlog.library.entries import Origin, Status
from catlog.library.spoilers import OPEN, SpoilerGuard, guard_of
from catlog.library.writer import edit
from tests.library.people import FRIEREN, GINTAMA, fill_catalogue

SEQUEL_OF_GINTAMA = (Relation("Prequel", "anime", GINTAMA, "Gintama"), Relation("Adaptation", "manga", 11, "Gintama"))


@pytest.fixture(autouse=True)
def _catalogue(database: Database) -> None:
    fill_catalogue(database)


def guard(database: Database, owner: SignedIn | None, *relations: Relation) -> SpoilerGuard:
    with database.read() as session:
        return guard_of(session, FRIEREN, owner.user_id if owner else None, relations)


def test_names_beyond_the_own_progress_are_covered_until_the_title_is_completed(
    database: Database, owner: SignedIn
) -> None:
    assert guard(database, owner).covers_episode(1), "nothing is watched of a title that is not on the list"
    edit(database, owner, FRIEREN, Add(Status.WATCHING), Watch(3), origin=Origin.CLI)
    seen = guard(database, owner)
    assert [seen.covers_episode(number) for number in (1, 3, 4)] == [False, False, True]
    edit(database, owner, FRIEREN, SetStatus(Status.COMPLETED), origin=Origin.CLI)
    assert guard(database, owner) == OPEN


def test_a_sequel_is_covered_until_its_prequel_is_completed(database: Database, owner: SignedIn) -> None:
    covered = guard(database, owner, *SEQUEL_OF_GINTAMA)
    assert covered.reason == "The synopsis is covered until Gintama is completed."
    assert covered.synopsis("He dies.", "z uncovers it.") == f"{covered.reason} z uncovers it."
    edit(database, owner, GINTAMA, Add(Status.WATCHING), origin=Origin.CLI)
    assert guard(database, owner, *SEQUEL_OF_GINTAMA).covers_synopsis, "it is begun, not completed"
    edit(database, owner, GINTAMA, SetStatus(Status.COMPLETED), origin=Origin.CLI)
    open_now = guard(database, owner, *SEQUEL_OF_GINTAMA)
    assert not open_now.covers_synopsis
    assert open_now.synopsis("He dies.", "z uncovers it.") == "He dies."


def test_all_prequels_count_and_nobody_else(database: Database, owner: SignedIn) -> None:
    more = Relation("Prequel", "anime", 99_999, "A film")
    both = guard(database, owner, *SEQUEL_OF_GINTAMA, more)
    assert both.reason == "The synopsis is covered until Gintama and 1 more are completed."
    edit(database, owner, GINTAMA, Add(Status.COMPLETED), origin=Origin.CLI)
    assert guard(database, owner, *SEQUEL_OF_GINTAMA, more).prequels == ("A film",)
    others = [Relation(way, "anime", GINTAMA, "Gintama") for way in ("Sequel", "Side Story", "Parent Story", "Summary")]
    assert not guard(database, owner, *others).covers_synopsis
    assert guard(database, None, *SEQUEL_OF_GINTAMA) == OPEN, "without a list there is no progress"


def test_a_title_without_a_synopsis_tells_nothing() -> None:
    assert SpoilerGuard(0, ("Gintama",)).synopsis(None, "z uncovers it.") == ""
