"""Recommendations and the random pick for real lists in real databases."""

import threading
from collections.abc import Iterator

import pytest

from catlog.catalogue.filters import Filters
from catlog.catalogue.search import Catalogue, SearchQuery
from catlog.db.session import Database
from catlog.errors import InvalidArgumentError, NotFoundError
from catlog.jikan.response_cache import ResponseCache
from catlog.library.edits import Add
from catlog.library.entries import Origin, Status
from catlog.library.writer import edit
from catlog.recommendations.service import Recommended, Recommender
from tests.catalogue.samples import anime, write
from tests.recommendations.catalogues import EACH, fill, watcher

PLANNED = Status.PLAN_TO_WATCH


@pytest.fixture
def recommender(database: Database) -> Iterator[Recommender]:
    fill(database)
    return Recommender(database)


def _ids(rows: list[Recommended]) -> list[int]:
    return [row.title.mal_id for row in rows]


def test_what_is_recommended_is_to_the_taste_of_the_list_and_not_on_it(
    database: Database, recommender: Recommender
) -> None:
    quiet = watcher(database, {101: 10, 102: 9, 103: 8, 201: 2}, {104: PLANNED, 105: Status.DROPPED})
    found = recommender.recommend(quiet.user_id, 20)
    assert len(found) == 20
    assert not set(_ids(found)) & {101, 102, 103, 104, 105, 201}
    assert all("Slice of Life" in row.title.genres for row in found)
    loud = watcher(database, {201: 10, 202: 9, 101: 2})
    assert all("Mecha" in row.title.genres for row in recommender.recommend(loud.user_id, 20))


def test_every_recommendation_says_why(database: Database, recommender: Recommender) -> None:
    owner = watcher(database, {101: 10, 102: 9, 201: 2})
    for row in recommender.recommend(owner.user_id, 5):
        assert row.reason.startswith("because you rated Quiet B 10 and Quiet C 9: ")
        assert "Mystery" in row.reason
        assert "same studio (Artland)" in row.reason
        assert [(seed.mal_id, seed.rating) for seed in row.because] == [(101, 10), (102, 9)]
        assert {"Mystery", "Slice of Life", "Artland"} <= set(row.shared)
    unrated = watcher(database, others={101: Status.COMPLETED})
    assert recommender.recommend(unrated.user_id, 1)[0].reason.startswith("because you watched Quiet B: ")
    stranger = watcher(database)
    assert recommender.recommend(stranger.user_id, 1)[0].reason.startswith("liked by many: ")


def test_of_a_story_the_first_unseen_part_is_offered(database: Database, recommender: Recommender) -> None:
    new = watcher(database, {101: 10})
    rows = {row.title.mal_id: row for row in recommender.recommend(new.user_id, 2 * EACH)}
    assert 301 not in rows
    assert rows[100].instead_of in (None, "Quiet A Season 2")
    begun = watcher(database, {101: 10, 100: 9})
    follows = {row.title.mal_id: row for row in recommender.recommend(begun.user_id, 2 * EACH)}[301]
    assert follows.follows == ("Quiet A",)
    assert follows.reason.startswith("goes on from Quiet A, which you rated 9; because you rated Quiet B 10")
    for status in (PLANNED, Status.WATCHING, Status.DROPPED):
        underway = watcher(database, {101: 10}, {100: status})
        assert not {100, 301} & set(_ids(recommender.recommend(underway.user_id, 2 * EACH)))


def test_what_nobody_can_watch_or_asked_for_is_not_offered(database: Database, recommender: Recommender) -> None:
    owner = watcher(database, {101: 10})
    everything = set(_ids(recommender.recommend(owner.user_id, 1_000)))
    assert not everything & {303, 304, 305, 306}
    assert 305 in _ids(recommender.recommend(owner.user_id, 1_000, adult=True))
    wished = Catalogue(database).search(SearchQuery(filters=Filters(genres=("Mecha",)))).ids
    among = recommender.recommend(owner.user_id, 1_000, among=wished)
    assert set(_ids(among)) == set(range(200, 200 + EACH))
    with pytest.raises(InvalidArgumentError):
        recommender.recommend(owner.user_id, 0)


def test_an_empty_catalogue_recommends_nothing(database: Database) -> None:
    owner = watcher(database)
    assert Recommender(database).recommend(owner.user_id) == []
    with pytest.raises(NotFoundError):
        Recommender(database).pick(owner.user_id, statuses=None)


def test_a_changed_catalogue_is_seen_and_the_same_one_is_read_once(
    database: Database, recommender: Recommender
) -> None:
    owner = watcher(database, {101: 10})
    recommender.recommend(owner.user_id)
    first = recommender._corpus
    recommender.recommend(owner.user_id)
    assert recommender._corpus is first is not None
    assert recommender._chosen is not None
    chosen = recommender._chosen[1]
    edit(database, owner, 102, Add(), origin=Origin.CLI)
    assert 102 not in _ids(recommender.recommend(owner.user_id))
    assert recommender._chosen[1] is not chosen
    write(database, anime(999, "Silence", "Slice of Life", "Mystery", type="TV", score=9.9, members=10**6))
    assert 999 in _ids(recommender.recommend(owner.user_id, 1_000))


def test_many_threads_get_the_answers_of_their_own_lists(database: Database, recommender: Recommender) -> None:
    owners = [watcher(database, {101: 10}), watcher(database, {201: 10})]
    alone = [recommender.recommend(owner.user_id, 5) for owner in owners]
    fresh, answers = Recommender(database), dict[int, list[Recommended]]()

    def ask(number: int) -> None:
        answers[number] = fresh.recommend(owners[number % 2].user_id, 5)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answers[number] for number in range(8)] == alone * 4


def test_a_pick_is_one_of_the_plan_and_a_seed_repeats_it(database: Database, recommender: Recommender) -> None:
    planned = dict.fromkeys((101, 102, 103, 201), PLANNED)
    owner = watcher(database, {104: 9}, planned)
    picks = [recommender.pick(owner.user_id, seed=seed) for seed in range(40)]
    assert {picked.title.mal_id for picked in picks} == set(planned)
    assert picks[0] == recommender.pick(owner.user_id, seed=0)
    assert (picks[0].pool, picks[0].held_back, picks[0].title.list_status) == (4, 0, "PLAN_TO_WATCH")
    by_chance = recommender.pick(owner.user_id)
    assert recommender.pick(owner.user_id, seed=by_chance.seed) == by_chance
    assert recommender.pick(owner.user_id, among={201, 5}).title.mal_id == 201
    assert recommender.pick(owner.user_id, statuses=(Status.COMPLETED,)).title.mal_id == 104


def test_no_sequel_is_picked_before_what_it_goes_on_from(database: Database, recommender: Recommender) -> None:
    both = watcher(database, others={100: PLANNED, 301: PLANNED})
    picks = [recommender.pick(both.user_id, seed=seed) for seed in range(10)]
    assert {(picked.title.mal_id, picked.held_back) for picked in picks} == {(100, 1)}
    alone = watcher(database, others={301: PLANNED})
    with pytest.raises(NotFoundError) as nothing:
        recommender.pick(alone.user_id)
    assert "Quiet A Season 2 waits for Quiet A" in nothing.value.hint
    ready = watcher(database, {100: 8}, {301: PLANNED})
    assert recommender.pick(ready.user_id).title.mal_id == 301
    anywhere = {recommender.pick(None, statuses=None, seed=seed).title.mal_id for seed in range(300)}
    assert 301 not in anywhere
    assert not anywhere & {303, 304, 305, 306}
    assert len(anywhere) > EACH


def test_the_catalogue_offers_nothing_that_is_on_the_list(database: Database, recommender: Recommender) -> None:
    owner = watcher(database, others=dict.fromkeys(range(100, 100 + EACH), PLANNED))
    picks = {recommender.pick(owner.user_id, statuses=None, seed=seed).title.mal_id for seed in range(60)}
    assert not picks & set(range(100, 100 + EACH))
    with pytest.raises(InvalidArgumentError):
        recommender.pick(None)


def test_relations_and_recommendations_that_a_source_told_count(
    database: Database, recommender: Recommender, kept: ResponseCache
) -> None:
    owner = watcher(database, {101: 10, 201: 9})
    taught = Recommender(database, kept)
    rows = {row.title.mal_id: row for row in taught.recommend(owner.user_id, 2 * EACH)}
    assert "12 viewers of Quiet B recommend it" in rows[110].reason
    plain = {row.title.mal_id: row for row in recommender.recommend(owner.user_id, 2 * EACH)}
    assert rows[110].fit > plain[110].fit
    assert 111 in plain
    assert 111 not in rows  # it goes on from 112
    assert 112 in rows
