"""Searching a source as a service: the cooldown, newer questions, and failures that are lines of text."""

import threading
import time as machine
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catlog import clock
from catlog.catalogue.filters import Filters, ValueRange
from catlog.catalogue.merge_results import merge
from catlog.catalogue.remote import COOLDOWN, Cooldown, RemoteOutcome, RemoteSearch, SourcePage
from catlog.catalogue.remote_query import translate
from catlog.catalogue.search import Catalogue, SearchQuery
from catlog.catalogue.source import SKIP_SECONDS, CatalogueSource
from catlog.catalogue.vocabulary import GENRE_IDS
from catlog.config import Settings, load_settings
from catlog.db.session import Database
from catlog.errors import InvalidArgumentError
from catlog.jikan.endpoints import AnimeSearch
from tests.catalogue.samples import anime, write
from tests.support.jikan import JikanStandIn
from tests.support.virtual_time import VirtualTime

Make = Callable[..., RemoteSearch]


@pytest.fixture
def jikan() -> Iterator[JikanStandIn]:
    with JikanStandIn(size=200) as server:
        yield server


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture
def settings(tmp_path: Path, jikan: JikanStandIn) -> Settings:
    given = {"HOME": str(tmp_path), "JIKAN_URLS": jikan.url, "JIKAN_RATE": "1000", "JIKAN_BACKOFF": "0"}
    return load_settings({f"CATLOG_{name}": value for name, value in given.items()})


@pytest.fixture
def source(settings: Settings, time: VirtualTime) -> Iterator[CatalogueSource]:
    source = CatalogueSource(settings, backoff=time.backoff)
    yield source
    source.close()


@pytest.fixture
def remote(database: Database, source: CatalogueSource) -> RemoteSearch:
    return RemoteSearch(database, source)


def test_the_next_search_waits_until_the_cooldown_is_over(remote: RemoteSearch, time: VirtualTime) -> None:
    assert remote.cooldown == Cooldown()
    assert remote.search(SearchQuery("tabi")).ids
    assert remote.cooldown == Cooldown(COOLDOWN)
    time.now += 0.5
    remote.search(SearchQuery("umi"))
    assert time.waits == [0.0, 1.5] or time.waits == [1.5]


def test_an_answer_that_is_kept_neither_waits_nor_asks(
    remote: RemoteSearch, time: VirtualTime, jikan: JikanStandIn
) -> None:
    first = remote.search(SearchQuery("tabi"))
    assert remote.search(SearchQuery("tabi")) == first
    assert (len(jikan.requests), sum(time.waits)) == (1, 0)


def test_after_a_429_the_source_is_left_alone_for_as_long_as_it_wishes(
    remote: RemoteSearch, time: VirtualTime, jikan: JikanStandIn
) -> None:
    jikan.set_faults("retry-after=40")
    assert "limits our requests" in remote.search(SearchQuery("tabi")).problem
    assert remote.cooldown == Cooldown(40, from_source=True)
    time.now += 10
    asked = len(jikan.requests)
    assert "wait 30 s" in remote.search(SearchQuery("umi")).problem
    assert len(jikan.requests) == asked


def test_a_newer_question_ends_the_one_before(remote: RemoteSearch, jikan: JikanStandIn) -> None:
    jikan.set_faults("slow=60*1")
    answers: list[SourcePage] = []
    older = threading.Thread(target=lambda: answers.append(remote.search(SearchQuery("tabi"))))
    older.start()
    while not jikan.requests:
        machine.sleep(0.01)
    newer = remote.search(SearchQuery("umi"))
    older.join()
    assert answers == [SourcePage(superseded=True)]
    assert (newer.superseded, newer.problem) == (False, "")


def test_nobody_waits_for_a_slow_source(remote: RemoteSearch, jikan: JikanStandIn) -> None:
    jikan.set_faults("slow=60")
    told = remote.search(SearchQuery("tabi"), timeout=0.2)
    assert (told.ids, told.superseded) == ((), False)
    assert "no answer within 0.2 s" in told.problem


def test_a_silent_source_is_not_asked_by_itself_for_a_while(
    remote: RemoteSearch, source: CatalogueSource, jikan: JikanStandIn, time: VirtualTime
) -> None:
    jikan.stop()
    told = remote.search(SearchQuery("tabi"), automatic=True)
    assert ("127.0.0.1 does not answer" in told.problem, told.outcome) == (True, RemoteOutcome.FAILED)
    told = remote.search(SearchQuery("umi"), automatic=True)
    assert (told.problem, told.outcome) == (
        "127.0.0.1 did not answer a moment ago; the next try is in 5 min",
        RemoteOutcome.NOT_REQUESTED,
    )
    time.now += SKIP_SECONDS - 30
    assert (
        remote.search(SearchQuery("umi"), automatic=True).problem
        == "127.0.0.1 did not answer 4 min ago; the next try is in 1 min"
    )
    time.now += 30
    jikan.start()
    told = remote.search(SearchQuery("umi"), automatic=True)
    assert (told.problem, told.outcome) == ("", RemoteOutcome.FOUND)
    assert source.unresponsive() == {}


@pytest.fixture
def second() -> Iterator[JikanStandIn]:
    with JikanStandIn(size=200) as server:
        yield server


@pytest.mark.parametrize("faults", ["", "slow=60*1"])
def test_a_source_that_failed_silences_only_itself(
    database: Database,
    settings: Settings,
    jikan: JikanStandIn,
    second: JikanStandIn,
    time: VirtualTime,
    faults: str,
) -> None:
    both = CatalogueSource(replace(settings, jikan_urls=(jikan.url, second.url)), backoff=time.backoff)
    remote = RemoteSearch(database, both)
    if faults:
        jikan.set_faults(faults)
    else:
        jikan.stop()
    first = remote.search(SearchQuery("tabi"), automatic=True, timeout=0.5 if faults else None)
    assert first.outcome is (RemoteOutcome.FAILED if faults else RemoteOutcome.FOUND), "nobody waits for two"
    if faults:
        assert first.problem == "127.0.0.1: no answer within 0.5 s"
    assert list(both.unresponsive()) == [jikan.url]
    asked = len(jikan.requests)
    told = remote.search(SearchQuery("umi"), automatic=True)
    assert (told.outcome, told.host) == (RemoteOutcome.FOUND, second.url.split("/")[2])
    assert len(jikan.requests) == asked, "the one that stayed silent is not asked by itself"
    assert list(both.unresponsive()) == [jikan.url]
    if faults:
        jikan.set_faults()
    else:
        jikan.start()
    remote.search(SearchQuery("yama"))
    assert (len(jikan.requests), both.unresponsive()) == (asked + 1, {}), (
        "somebody who wants an answer asks it all the same"
    )
    both.close()


def test_a_source_that_only_wants_patience_did_not_fail(
    remote: RemoteSearch, source: CatalogueSource, jikan: JikanStandIn
) -> None:
    jikan.set_faults("retry-after=30*1")
    assert remote.search(SearchQuery("tabi"), automatic=True).outcome is RemoteOutcome.FAILED
    assert source.unresponsive() == {}
    assert remote.search(SearchQuery("umi"), automatic=True).outcome is RemoteOutcome.NOT_REQUESTED


def test_a_source_that_finds_nothing_did_answer(remote: RemoteSearch) -> None:
    told = remote.search(SearchQuery("qqqqqqqq"))
    assert (told.outcome, told.problem) == (RemoteOutcome.NOTHING_FOUND, "")


def test_what_is_found_is_in_the_catalogue_and_in_its_index(database: Database, remote: RemoteSearch) -> None:
    catalogue = Catalogue(database)
    assert catalogue.search(SearchQuery("tabi")).total == 0
    told = remote.search(SearchQuery("tabi"))
    assert set(catalogue.search(SearchQuery("tabi")).ids) >= set(told.ids)
    assert told.as_of is not None
    assert {title.as_of for title in catalogue.titles(told.ids)} == {told.as_of}


def test_facts_that_are_newer_than_the_answer_stay(
    database: Database, remote: RemoteSearch, jikan: JikanStandIn
) -> None:
    known = next(entry for entry in jikan.catalogue.entries if entry["title"] == "Majo★Densha")
    write(database, anime(known["mal_id"], known["title"], score=1.25))
    with clock.stopped_at(datetime(2001, 1, 1, tzinfo=UTC)):
        assert known["mal_id"] in remote.search(SearchQuery("Majo★")).ids
    assert Catalogue(database).titles([known["mal_id"]])[0].score == 1.25


def test_the_source_adds_nothing_to_a_search_of_the_own_list(remote: RemoteSearch, jikan: JikanStandIn) -> None:
    told = remote.search(SearchQuery("tabi", Filters(on_list=True), user_id=1))
    assert (told.ids, jikan.requests) == ((), [])
    with pytest.raises(InvalidArgumentError):
        remote.search(SearchQuery("a\x1b[2J"))


def test_a_genre_that_only_the_source_knows_is_asked_for(
    database: Database, remote: RemoteSearch, jikan: JikanStandIn
) -> None:
    assert "no source knows the genre 'Cosy'" in remote.search(SearchQuery("", Filters(genres=("Cosy",)))).problem
    assert [request.path for request in jikan.requests] == ["/genres/anime"]


def test_both_answers_make_one_page(database: Database) -> None:
    write(database, *(anime(number, f"Kaze {number}", members=100 - number) for number in range(1, 8)))
    found, now = Catalogue(database).search(SearchQuery("kaze 1")), clock.now()
    told = SourcePage((7, 1, 5), host="source.example", as_of=now)
    with database.read() as session:
        page = merge(session, found, told, 1, 25, shown={5})
        empty = merge(session, found, None, 2, 25)
    assert [(title.mal_id, title.source) for title in page.titles] == [(1, "local"), (7, "source.example")]
    assert (page.added, page.titles[1].as_of, empty.titles) == ((7,), now, ())


def test_a_question_is_put_in_the_words_of_the_source() -> None:
    filters = Filters(types=("TV Special",), scores=ValueRange(7, 7), years=ValueRange(None, 1999), season="fall")
    asked = translate(SearchQuery("kaze", filters, "-score"), GENRE_IDS, 100)
    assert asked.search == AnimeSearch(
        "kaze", type="tv_special", score=7, ended_by=clock.utc_today().replace(1999, 12, 31), order_by="score", limit=25
    )
    assert asked.local_filters == Filters(season="fall")
