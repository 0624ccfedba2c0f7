"""A franchise in the order to watch it: what comes before what, circles, limits, and the own progress."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from catlog import clock
from catlog.accounts.users import register
from catlog.catalogue.franchise import explore, watch_order
from catlog.config import load_settings
from catlog.db.models import UserAnime
from catlog.db.session import Database
from catlog.jikan.details import Relation
from tests.catalogue.samples import anime, write

Told = dict[int, list[tuple[str, int]]]

TOLD: Told = {
    1: [("Sequel", 2), ("Side Story", 4), ("Adaptation", 90), ("Spin-Off", 8)],
    2: [("Prequel", 1), ("Sequel", 3), ("Summary", 5)],
    3: [("Prequel", 2)],
    4: [("Parent Story", 1)],
}
"""Three seasons, a side story of the first and a summary of the second."""

AIRED = {1: date(2001, 1, 1), 2: date(2003, 1, 1), 3: date(2005, 1, 1), 4: date(1999, 1, 1), 5: date(2004, 1, 1)}


def _relations(told: Told, mal_id: int) -> list[Relation] | None:
    if mal_id not in told:
        return None
    return [Relation(way, "manga" if other >= 90 else "anime", other, f"Title {other}") for way, other in told[mal_id]]


def _order(database: Database, told: Told, mal_id: int, user_id: int | None = None, most: int = 50) -> list[int]:
    web = explore(mal_id, lambda other: _relations(told, other), most=most)
    with database.read() as session:
        return [work.mal_id for work in watch_order(session, web, user_id)]


def test_the_order_is_the_same_whichever_title_is_asked_about(database: Database) -> None:
    write(database, *(anime(mal_id, f"Title {mal_id}", aired_from=day) for mal_id, day in AIRED.items()))
    for mal_id in TOLD:
        assert _order(database, TOLD, mal_id) == [1, 4, 2, 5, 3]


def test_each_title_says_what_it_is_and_how_far_the_asker_is(database: Database) -> None:
    write(database, anime(1, "Kaze", type="TV", episodes=12), anime(2, "Kaze 2", type="TV", episodes=13))
    account = {"username": "mika", "email": "mika@example.org", "password": "quiet otters knit 7 scarves"}
    user_id = register(database, load_settings(), **account).id
    now = clock.now()
    with database.write() as session:
        for mal_id, status, watched in ((1, "COMPLETED", 12), (2, "WATCHING", 5)):
            entry = UserAnime(user_id=user_id, mal_id=mal_id, status=status, episodes_watched=watched, version=1)
            entry.created_at = entry.updated_at = now
            session.add(entry)
    web = explore(1, lambda mal_id: _relations({1: [("Sequel", 2)], 2: [("Sequel", 3)]}, mal_id))
    with database.read() as session:
        first, second, third = watch_order(session, web, user_id)
        nobodys = watch_order(session, web)
    assert (first.relation, first.seen, first.episodes_watched, first.expanded) == ("", True, 12, True)
    assert (second.relation, second.seen, second.list_status, second.episodes) == ("Sequel", False, "WATCHING", 13)
    assert (third.title, third.type, third.list_status, third.expanded) == ("Title 3", None, None, False)
    assert not any(work.seen or work.list_status for work in nobodys)


def test_a_title_of_which_nothing_is_told_stands_alone(database: Database) -> None:
    write(database, anime(7, "Yama"))
    assert _order(database, TOLD, 7) == [7]


def test_a_franchise_without_end_is_cut(database: Database) -> None:
    endless: Told = {mal_id: [("Sequel", mal_id + 1)] for mal_id in range(1, 80)}
    assert _order(database, endless, 1, most=10) == list(range(1, 11))


WAYS = st.sampled_from(["Sequel", "Prequel", "Side Story", "Parent Story", "Summary", "Full Story", "Other"])


@given(st.dictionaries(st.integers(1, 9), st.lists(st.tuples(WAYS, st.integers(1, 9)), max_size=5)), st.integers(1, 9))
def test_no_relations_are_too_tangled(told: Told, mal_id: int) -> None:
    web = explore(mal_id, lambda other: _relations(told, other), most=6)
    assert mal_id in web.found
    assert len(web.found) <= 6
    assert all({first, second} <= web.found.keys() for first, second in web.before)


def test_circles_are_broken_at_the_earliest(database: Database) -> None:
    write(database, *(anime(mal_id, f"Title {mal_id}", aired_from=day) for mal_id, day in AIRED.items()))
    assert _order(database, {1: [("Sequel", 2)], 2: [("Sequel", 3)], 3: [("Sequel", 1)]}, 3) == [1, 2, 3]
