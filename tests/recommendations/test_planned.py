"""What is next in line: the most pressing planned titles first, each with its reason."""

from datetime import date

import pytest
from sqlalchemy import update

from catlog import clock
from catlog.db.session import Database
from catlog.db.tables import UserAnime, col
from catlog.jikan.details import Relation
from catlog.library.edits import SetStatus
from catlog.library.entries import Origin, Status
from catlog.library.writer import edit
from catlog.recommendations.planned import PlannedTitle, read_planned
from catlog.zones import UTC_ZONE
from tests.analytics.series import Snap, fill
from tests.catalogue.samples import anime, write
from tests.recommendations.catalogues import watcher

TODAY = date(2026, 11, 22)
PLANNED = Status.PLAN_TO_WATCH


def shelf(database: Database) -> None:
    write(
        database,
        anime(1, "Kaze", "Drama", type="TV", members=900, score=8.0, aired_from=date(2015, 4, 1), studios=("Artland",)),
        anime(2, "Kaze 2nd Season", "Drama", type="TV", members=800, score=7.0, aired_from=date(2018, 4, 1)),
        anime(3, "Kaze 3rd Season", "Drama", type="TV", members=700, score=7.1, aired_from=date(2020, 4, 1)),
        anime(4, "Umi", "Comedy", type="TV", members=900, score=8.4, aired_from=date(2010, 4, 1)),
        anime(5, "Umi: Zoku", "Comedy", type="TV", members=800, score=8.9, aired_from=date(2012, 4, 1)),
        anime(6, "Sora", "Space", type="TV", members=900, score=9.0, aired_from=date(2001, 4, 1)),
        anime(7, "Hana", "Drama", type="TV", members=900, score=6.0, aired_from=date(2002, 4, 1), studios=("Artland",)),
        anime(8, "Mori", "Drama", "Rare", type="TV", members=900, score=5.9, aired_from=date(2003, 4, 1)),
        anime(9, "Yuki", "Rare", type="TV", members=900, score=5.0, aired_from=date(2003, 4, 1)),
        anime(10, "Ashita", "Snow", type="TV", score=None, status="Not yet aired", aired_from=date(2027, 4, 1)),
        anime(11, "Kawa", "Rain", type="TV", members=900, score=4.0, aired_from=date(2003, 4, 1)),
    )


def line(database: Database, user: int, relations: dict[int, tuple[Relation, ...]] | None = None) -> list[PlannedTitle]:
    with database.read() as session:
        return list(read_planned(session, user, (relations or {}).get, today=TODAY, zone=UTC_ZONE))


def test_what_follows_a_title_being_watched_comes_first_and_unfinished_or_unaired_ones_last(
    database: Database,
) -> None:
    shelf(database)
    user = watcher(database, others={1: Status.WATCHING, **dict.fromkeys((2, 3, 4, 5, 6, 10), PLANNED)})
    found = line(database, user.user_id)
    assert [title.mal_id for title in found] == [2, 6, 4, 5, 3, 10]
    why = {title.mal_id: title.why for title in found}
    assert why[2] == "follows what you watch now"
    assert why[6] == "best rated of the planned"
    assert why[5] == "after Umi"
    assert why[3] == "after Kaze 2nd Season"


def test_a_sequel_says_what_its_prequel_was_rated_and_outranks_a_slightly_better_title(database: Database) -> None:
    shelf(database)
    user = watcher(database, {1: 8, 2: 9, 4: 7}, {3: PLANNED, 5: PLANNED, 6: PLANNED})
    found = line(database, user.user_id)
    assert found == [
        PlannedTitle(5, "follows Umi, your 7"),
        PlannedTitle(6, "best rated of the planned"),
        PlannedTitle(3, "season 3 of your 9"),
    ]


def test_relations_of_the_source_replace_what_names_suggest(database: Database) -> None:
    shelf(database)
    user = watcher(database, {4: 9, 6: 6}, {5: PLANNED, 7: PLANNED})
    relations = {7: (Relation("Prequel", "anime", 4, "Umi"),), 5: (Relation("Prequel", "anime", 6, "Sora"),)}
    why = {title.mal_id: title.why for title in line(database, user.user_id, relations)}
    assert why == {5: "follows Sora, your 6", 7: "follows Umi, your 9"}


def test_without_a_franchise_a_studio_a_rare_genre_or_the_time_speaks(database: Database) -> None:
    shelf(database)
    user = watcher(database, {1: 9, 9: 8}, {6: PLANNED, 7: PLANNED, 8: PLANNED, 11: PLANNED})
    with database.connect_to_write() as connection:
        begun = clock.now().replace(year=2024, month=9, day=3)
        connection.execute(update(UserAnime).where(col(UserAnime.mal_id) == 11).values(created_at=begun))
    why = {title.mal_id: title.why for title in line(database, user.user_id)}
    assert why[7] == "Artland, as Kaze, your 9"
    assert why[8] == "rare, as Yuki, your 8"
    assert why[11] == "planned longest ago: 2 years"


@pytest.mark.parametrize(("before", "words"), [(50, "rose 10 ranks this week"), (42, "")])
def test_a_rise_in_the_chart_is_told_where_it_is_worth_a_word(database: Database, before: int, words: str) -> None:
    fill(database, [Snap(11, day, rank) for day, rank in ((date(2026, 11, 15), before), (TODAY, 40))])
    shelf(database)
    user = watcher(database, others={6: PLANNED, 11: PLANNED})
    assert {title.mal_id: title.why for title in line(database, user.user_id)}[11] == words


def test_a_finished_or_dropped_title_is_never_in_line(database: Database) -> None:
    shelf(database)
    user = watcher(database, others={6: PLANNED, 7: PLANNED})
    edit(database, user, 7, SetStatus(Status.DROPPED), origin=Origin.CLI)
    assert [title.mal_id for title in line(database, user.user_id)] == [6]
    edit(database, user, 6, SetStatus(Status.COMPLETED), origin=Origin.CLI)
    assert line(database, user.user_id) == []
