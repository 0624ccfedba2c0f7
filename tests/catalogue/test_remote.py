"""Searching a source as a service: the cooldown, newer questions, and failures that are lines of text."""

import threading
import time as machine
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catlog import clock
from catlog.catalogue.filters import Between, Filters
from catlog.catalogue.merge_results import merged
from catlog.catalogue.remote import COOLDOWN, Cooldown, FromSource, RemoteOutcome, RemoteSearch
from catlog.catalogue.remote_query import asking
from catlog.catalogue.search import Catalogue, SearchQuery
from catlog.catalogue.source import SILENCE, CatalogueSource
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
    assert remote.ask(SearchQuery("tabi")).ids
    assert remote.cooldown == Cooldown(COOLDOWN)
    time.now += 0.5
    remote.ask(SearchQuery("umi"))
    assert time.waits == [0.0, 1.5] or time.waits == [1.5]


def test_an_answer_that_is_kept_neither_waits_nor_asks(
    remote: RemoteSearch, time: VirtualTime, jikan: JikanStandIn
) -> None:
    first = remote.ask(SearchQuery("tabi"))
    assert remote.ask(SearchQuery("tabi")) == first
    assert (len(jikan.requests), sum(time.waits)) == (1, 0)


def test_after_a_429_the_source_is_left_alone_for_as_long_as_it_wishes(
    remote: RemoteSearch, time: VirtualTime, jikan: JikanStandIn
) -> None:
    jikan.set_faults("retry-after=40")
    assert "limits our requests" in remote.ask(SearchQuery("tabi")).problem
    assert remote.cooldown == Cooldown(40, wished=True)
    time.now += 10
    asked = len(jikan.requests)
    assert "wait 30 s" in remote.ask(SearchQuery("umi")).problem
    assert len(jikan.requests) == asked


def test_a_newer_question_ends_the_one_before(remote: RemoteSearch, jikan: JikanStandIn) -> None:
    jikan.set_faults("slow=60*1")
    answers: list[FromSource] = []
    older = threading.Thread(target=lambda: answers.append(remote.ask(SearchQuery("tabi"))))
    older.start()
    while not jikan.requests:
        machine.sleep(0.01)
    newer = remote.ask(SearchQuery("umi"))
    older.join()
    assert answers == [FromSource(overtaken=True)]
    assert (newer.overtaken, newer.problem) == (False, "")


def test_nobody_waits_for_a_slow_source(remote: RemoteSearch, jikan: JikanStandIn) -> None:
    jikan.set_faults("slow=60")
    told = remote.ask(SearchQuery("tabi"), timeout=0.2)
    assert (told.ids, told.overtaken) == ((), False)
    assert "no answer within 0.2 s" in told.problem


def test_a_silent_source_is_not_asked_by_itself_for_a_while(
    remote: RemoteSearch, source: CatalogueSource, jikan: JikanStandIn, time: VirtualTime
) -> None:
    jikan.stop()
    told = remote.ask(SearchQuery("tabi"), automatic=True)
    assert ("127.0.0.1 does not answer" in told.problem, told.outcome) == (True, RemoteOutcome.FAILED)
    told = remote.ask(SearchQuery("umi"), automatic=True)
    assert (told.problem, told.outcome) == ("not asked: 127.0.0.1 did not answer a moment ago", RemoteOutcome.NOT_ASKED)
    time.now += SILENCE - 30
    assert remote.ask(SearchQuery("umi"), automatic=True).problem == "not asked: 127.0.0.1 did not answer 4 min ago"
    time.now += 30
    jikan.start()
    told = remote.ask(SearchQuery("umi"), automatic=True)
    assert (told.problem, told.outcome) == ("", RemoteOutcome.FOUND)
    assert source.silent() == {}


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
    first = remote.ask(SearchQuery("tabi"), automatic=True, timeout=0.5 if faults else None)
    assert first.outcome is (RemoteOutcome.FAILED if faults else RemoteOutcome.FOUND), "nobody waits for two"
    if faults:
        assert first.problem == "127.0.0.1: no answer within 0.5 s"
    assert list(both.silent()) == [jikan.url]
    asked = len(jikan.requests)
    told = remote.ask(SearchQuery("umi"), automatic=True)
    assert (told.outcome, told.host) == (RemoteOutcome.FOUND, second.url.split("/")[2])
    assert len(jikan.requests) == asked, "the one that stayed silent is not asked by itself"
    assert list(both.silent()) == [jikan.url]
    if faults:
        jikan.set_faults()
    else:
        jikan.start()
    remote.ask(SearchQuery("yama"))
    assert (len(jikan.requests), both.silent()) == (asked + 1, {}), "somebody who wants an answer asks it all the same"
    both.close()


def test_a_source_that_only_wants_patience_did_not_fail(
    remote: RemoteSearch, source: CatalogueSource, jikan: JikanStandIn
) -> None:
    jikan.set_faults("retry-after=30*1")
    assert remote.ask(SearchQuery("tabi"), automatic=True).outcome is RemoteOutcome.FAILED
    assert source.silent() == {}
    assert remote.ask(SearchQuery("umi"), automatic=True).outcome is RemoteOutcome.NOT_ASKED


def test_a_source_that_finds_nothing_did_answer(remote: RemoteSearch) -> None:
    told = remote.ask(SearchQuery("qqqqqqqq"))
    assert (told.outcome, told.problem) == (RemoteOutcome.NOTHING_FOUND, "")


def test_what_is_found_is_in_the_catalogue_and_in_its_index(database: Database, remote: RemoteSearch) -> None:
    catalogue = Catalogue(database)
    assert catalogue.search(SearchQuery("tabi")).total == 0
    told = remote.ask(SearchQuery("tabi"))
    assert set(catalogue.search(SearchQuery("tabi")).ids) >= set(told.ids)
    assert told.as_of is not None
    assert {title.as_of for title in catalogue.titles(told.ids)} == {told.as_of}


def test_facts_that_are_newer_than_the_answer_stay(
    database: Database, remote: RemoteSearch, jikan: JikanStandIn
) -> None:
    known = next(entry for entry in jikan.catalogue.entries if entry["title"] == "Majo★Densha")
    write(database, anime(known["mal_id"], known["title"], score=1.25))
    with clock.stopped_at(datetime(2001, 1, 1, tzinfo=UTC)):
        assert known["mal_id"] in remote.ask(SearchQuery("Majo★")).ids
    assert Catalogue(database).titles([known["mal_id"]])[0].score == 1.25


def test_the_source_adds_nothing_to_a_search_of_the_own_list(remote: RemoteSearch, jikan: JikanStandIn) -> None:
    told = remote.ask(SearchQuery("tabi", Filters(on_list=True), user_id=1))
    assert (told.ids, jikan.requests) == ((), [])
    with pytest.raises(InvalidArgumentError):
        remote.ask(SearchQuery("a\x1b[2J"))


def test_a_genre_that_only_the_source_knows_is_asked_for(
    database: Database, remote: RemoteSearch, jikan: JikanStandIn
) -> None:
    assert "no source knows the genre 'Cosy'" in remote.ask(SearchQuery("", Filters(genres=("Cosy",)))).problem
    assert [request.path for request in jikan.requests] == ["/genres/anime"]


def test_both_answers_make_one_page(database: Database) -> None:
    write(database, *(anime(number, f"Kaze {number}", members=100 - number) for number in range(1, 8)))
    found, now = Catalogue(database).search(SearchQuery("kaze 1")), clock.now()
    told = FromSource((7, 1, 5), host="source.example", as_of=now)
    with database.read() as session:
        page = merged(session, found, told, 1, 25, shown={5})
        empty = merged(session, found, None, 2, 25)
    assert [(title.mal_id, title.source) for title in page.titles] == [(1, "local"), (7, "source.example")]
    assert (page.added, page.titles[1].as_of, empty.titles) == ((7,), now, ())


def test_a_question_is_put_in_the_words_of_the_source() -> None:
    filters = Filters(types=("TV Special",), scores=Between(7, 7), years=Between(None, 1999), season="fall")
    asked = asking(SearchQuery("kaze", filters, "-score"), GENRE_IDS, 100)
    assert asked.search == AnimeSearch(
        "kaze", type="tv_special", score=7, ended_by=clock.utc_today().replace(1999, 12, 31), order_by="score", limit=25
    )
    assert asked.here == Filters(season="fall")
