"""`catlog search` with a data source: the requests, the rows of the responses, and searches without a source."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from catlog.db.session import Database
from tests.catalogue.samples import SHELF, anime, write
from tests.support.cli import CommandLine, Ending
from tests.support.jikan import JikanStandIn
from tests.support.jikan.catalogue import make_catalogue
from tests.support.jikan.client import Client

CALLS: dict[str, tuple[str, ...]] = {
    "q=Frieren&type=tv&limit=3": ("Frieren", "--type", "tv", "--limit", "3"),
    "q=Naruto&type=tv&limit=3": ("Naruto", "--type", "tv", "--limit", "3"),
    "q=Evangelion&type=movie&limit=3": ("Evangelion", "--type", "movie", "--limit", "3"),
    "q=Ghibli&rating=pg&limit=3": ("Ghibli", "--rating", "pg", "--limit", "3"),
    "genres=1&limit=3": ("--genre", "action", "--limit", "3"),
    "status=airing&limit=3": ("--status", "airing", "--limit", "3"),
    "min_score=9&limit=3&order_by=score&sort=desc": ("--score", "9", "--order-by", "score", "--limit", "3"),
    "start_date=2023-01-01&end_date=2023-12-31&limit=3": ("--year", "2023", "--limit", "3"),
    "letter=z&limit=3": ("--letter", "z", "--limit", "3"),
    "order_by=popularity&sort=asc&limit=3": ("--order-by", "popularity", "--limit", "3"),
    "sfw=true&limit=2": ("--sfw", "--limit", "2"),
    "q=Naruto&page=1&limit=2": ("Naruto", "--page", "1", "--limit", "2"),
    "q=Naruto&page=2&limit=2": ("Naruto", "--page", "2", "--limit", "2"),
}
"""The searches that were recorded, and the options of `catlog search` that send them."""

MORE: dict[str, tuple[str, ...]] = {
    "q=tabi&limit=25": ("tabi",),
    "genres=1,8&genres_exclude=4&limit=25": ("--genre", "action", "--genre", "Drama", "--without-genre", "comedy"),
    "type=tv_special&limit=25": ("--type", "TV Special"),
    "status=complete&max_score=5&limit=25": ("--status", "finished", "--score", "..5"),
    "score=7.5&limit=25": ("--score", "7.5..7.5"),
    "min_score=6.25&max_score=8&limit=25": ("--score", "6.25..8"),
    "start_date=2020-01-01&limit=25": ("--year", "2020.."),
    "rating=r&limit=25": ("--rating", "R+"),
    "order_by=start_date&sort=desc&limit=25": ("--order-by", "aired"),
    "order_by=members&sort=asc&limit=25": ("--order-by", "-members"),
    "order_by=scored_by&sort=desc&limit=25": ("--order-by", "votes"),
    "order_by=mal_id&sort=asc&limit=25": ("--order-by", "id"),
    "page=3&order_by=favorites&sort=desc&limit=10": ("--order-by", "favorites", "--limit", "10", "--page", "3"),
    "q=no&type=movie&letter=k&sfw=true&limit=25": ("no", "--type", "movie", "--letter", "K", "--sfw"),
}
"""The same for every other parameter."""


@pytest.fixture
def jikan() -> Iterator[JikanStandIn]:
    with JikanStandIn(size=400) as server:
        yield server


@pytest.fixture
def catlog(tmp_path: Path, jikan: JikanStandIn) -> CommandLine:
    return _command_line(tmp_path, jikan)


def _command_line(folder: Path, jikan: JikanStandIn) -> CommandLine:
    settings = {"CATLOG_HOME": str(folder / "home"), "CATLOG_JIKAN_URLS": jikan.url, "CATLOG_JIKAN_RATE": "1000"}
    return CommandLine(settings | {"CATLOG_JIKAN_BACKOFF": "0", "CATLOG_NOW": "2046-05-11T18:00:00+00:00"})


def _ids(ending: Ending) -> list[int]:
    assert ending.code == 0, ending.err
    return [row["malId"] for row in ending.rows]


def _assert_reproduced(catlog: CommandLine, jikan: JikanStandIn, query: str, words: tuple[str, ...]) -> None:
    """Hold one call against what the source answers to the same query."""
    parameters = dict(parse_qsl(query))
    with Client(jikan.url) as client:
        expected = list(dict.fromkeys(client.get("/anime", **parameters).ids))
    assert expected
    jikan.forget()
    ending = catlog("search", *words, "--online", "--format", "json")
    (request,) = jikan.requests_to("/anime")
    assert dict(request.query) == parameters
    assert _ids(ending) == expected
    host = urlsplit(jikan.url).netloc
    assert all(row["source"] == host for row in ending.rows)
    assert ending.err == ""


FOUND = (
    {"mal_id": 70_001, "title": "Sousou no Frieren", "type": "TV", "genres": [], "score": 9.2, "airing": True},
    {"mal_id": 70_002, "title": "Naruto", "type": "TV", "aired": "2023-04-01", "status": "Currently Airing"},
    {"mal_id": 70_003, "title": "Naruto: Shippuuden", "type": "TV", "aired": "2023-10-01"},
    {"mal_id": 70_004, "title": "Naruto the Movie", "type": "Movie"},
    {"mal_id": 70_005, "title": "Evangelion: 1.0 You Are (Not) Alone", "type": "Movie", "rating": "PG-13"},
    {"mal_id": 70_006, "title": "Ghibli no Fushigi na Ie", "type": "Movie", "rating": "PG - Children"},
    {"mal_id": 70_007, "title": "Zetsuen no Tabi", "type": "TV"},
)
"""Titles for which the recorded searches have answers, so that none of them is empty without the recordings."""


def _found() -> list[dict[str, Any]]:
    shape = make_catalogue().entries[50]
    entries = []
    for facts in FOUND:
        aired = {"aired": shape["aired"] | {"from": f"{facts['aired']}T00:00:00+00:00"}} if "aired" in facts else {}
        titles = [{"type": "Default", "title": facts["title"]}]
        entries.append(shape | facts | aired | {"titles": titles, "title_english": None, "title_japanese": None})
    return entries


@pytest.mark.parametrize(("query", "words"), CALLS.items())
def test_every_recorded_search_can_be_made(tmp_path: Path, query: str, words: tuple[str, ...]) -> None:
    with JikanStandIn(more=_found()) as jikan:
        _assert_reproduced(_command_line(tmp_path, jikan), jikan, query, words)


@pytest.mark.parametrize(("query", "words"), CALLS.items())
def test_every_recorded_search_gets_the_recorded_answer(
    tmp_path: Path, recordings: Path, query: str, words: tuple[str, ...]
) -> None:
    with JikanStandIn(data=recordings) as jikan:
        _assert_reproduced(_command_line(tmp_path, jikan), jikan, query, words)


def test_no_recorded_search_is_left_out(recordings: Path) -> None:
    files = sorted(recordings.glob("jikan/responses/anime_search/*.json"))
    searches = {urlsplit(json.loads(file.read_text("utf-8"))["request"]["url"]).query for file in files}
    assert searches
    assert searches <= CALLS.keys()


@pytest.mark.parametrize(("query", "words"), MORE.items())
def test_every_parameter_of_the_source_can_be_asked_for(
    catlog: CommandLine, jikan: JikanStandIn, query: str, words: tuple[str, ...]
) -> None:
    _assert_reproduced(catlog, jikan, query, words)


def test_local_titles_keep_their_place_and_new_ones_come_after(
    database: Database, catlog: CommandLine, jikan: JikanStandIn
) -> None:
    tabi = [entry for entry in jikan.catalogue.entries if "tabi" in entry["title"].lower()]
    known = tabi[-1]
    write(database, anime(known["mal_id"], known["title"], score=1.0), anime(63_999, "Tabi to Kaze"))
    catlog = catlog.having(database_url=database.url)
    ending = catlog("search", "tabi", "--online", "--format", "json")
    local = [row for row in ending.rows if row["source"] == "local"]
    assert {row["malId"] for row in local} == {known["mal_id"], 63_999}
    assert ending.rows[: len(local)] == local
    refreshed = next(row for row in local if row["malId"] == known["mal_id"])
    assert refreshed["score"] == known["score"]
    assert len(_ids(ending)) == len(set(_ids(ending)))
    assert json.loads(ending.out)["online"]["total"] == len(tabi)
    assert set(_ids(catlog("search", "tabi", "--offline", "--format", "json"))) >= set(_ids(ending))


def test_pages_of_both_repeat_nothing(database: Database, catlog: CommandLine, jikan: JikanStandIn) -> None:
    write(database, *SHELF)
    catlog = catlog.having(database_url=database.url)
    with Client(jikan.url) as client:
        everything = [entry["mal_id"] for entry in client.walk("/anime", q="kaze", limit=4)]
    seen: list[int] = []
    for page in range(1, 6):
        seen += _ids(catlog("search", "kaze", "--online", "--limit", "4", "--page", page, "--format", "json"))
    assert len(seen) == len(set(seen))
    assert set(seen) == {6, 1, 2, 3, *everything[:20]}


def test_the_source_is_asked_unasked_where_little_is_known(
    database: Database, catlog: CommandLine, jikan: JikanStandIn
) -> None:
    write(database, *SHELF, *(anime(100 + number, f"Umi {number}") for number in range(5)))
    catlog = catlog.having(database_url=database.url)
    assert len(_ids(catlog("search", "umi", "--format", "json"))) == 6
    assert jikan.requests == []
    assert len(_ids(catlog("search", "kaze", "--format", "json"))) > 4
    assert len(jikan.requests_to("/anime")) == 1
    jikan.forget()
    assert len(_ids(catlog("search", "yama", "--offline", "--format", "json"))) == 1
    assert jikan.requests == []


def test_a_dead_source_costs_the_default_nothing_after_the_first_time(database: Database, catlog: CommandLine) -> None:
    write(database, *SHELF)
    alone = catlog.having(database_url=database.url, jikan_urls="http://127.0.0.1:1/v4")
    first = alone("search", "yama", "--format", "json")
    assert (_ids(first), "127.0.0.1 does not answer" in first.err) == ([4], True)
    second = alone("search", "yama", "--format", "json")
    assert (_ids(second), "127.0.0.1 did not answer a moment ago" in second.err) == ([4], True)
    third = alone("search", "yama", "--online", "--format", "json")
    assert (_ids(third), "127.0.0.1 does not answer" in third.err) == ([4], True)
    assert json.loads(third.out)["online"]["problem"]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("429", "limits our requests"),
        ("504", "127.0.0.1 is out of order"),
        ("html", "HTML"),
        ("truncated", "cut short"),
        ("deep", "nested deeper"),
        ("cut", "127.0.0.1 does not answer"),
        ("403-no-agent*0", ""),
        ("stale", "as stale"),
        ("nomalid=0.5", "could not be read"),
    ],
)
def test_whatever_the_source_does_the_catalogue_answers_and_says_what_is_missing(
    database: Database, catlog: CommandLine, jikan: JikanStandIn, fault: str, message: str
) -> None:
    write(database, *SHELF)
    jikan.set_faults(fault)
    ending = catlog.having(database_url=database.url)("search", "kaze", "--online", "--format", "json")
    assert _ids(ending)[:4] == [6, 1, 2, 3]
    assert message in ending.err


def test_an_answer_that_is_kept_is_shown_with_its_age(catlog: CommandLine, jikan: JikanStandIn) -> None:
    first = catlog("search", "tabi", "--online", "--format", "json")
    jikan.set_faults("504")
    later = catlog.having(now="2046-05-14T18:00:00+00:00")
    again = later("search", "tabi", "--online", "--format", "json")
    assert set(_ids(again)) == set(_ids(first))
    assert "its response of 2046-05-11 18:00" in again.err


def test_what_a_source_cannot_be_asked_is_looked_at_here(catlog: CommandLine, jikan: JikanStandIn) -> None:
    ending = catlog("search", "--type", "tv", "--type", "movie", "--season", "spring", "--online", "--format", "json")
    assert {row["type"] for row in ending.rows} <= {"TV", "Movie"}
    assert {row["season"] for row in ending.rows} == {"spring"}
    (request,) = jikan.requests_to("/anime")
    assert dict(request.query) == {"limit": "25"}


def test_a_genre_that_nobody_knows_here_is_looked_for_at_the_source_once(
    catlog: CommandLine, jikan: JikanStandIn
) -> None:
    for _ in range(2):
        ending = catlog("search", "--genre", "Romanse", "--online")
        assert (ending.code, ending.out) == (2, "")
        assert "did you mean Romance" in ending.err
    assert [request.path for request in jikan.requests] == ["/genres/anime"]
    assert catlog("search", "--genre", "Romanse").code == 2
