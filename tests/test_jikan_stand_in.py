"""The stand-in Jikan answers as the real one does: shapes, pages, filters, complaints, and HTTP itself."""

import gzip
import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.support.jikan import JikanStandIn, make_catalogue
from tests.support.jikan.catalogue import Anime
from tests.support.jikan.client import Client
from tests.support.jikan.words import HOSTILE_TITLES

FIELDS = {
    *("mal_id", "url", "images", "trailer", "approved", "titles", "title", "title_english", "title_japanese"),
    *("title_synonyms", "type", "source", "episodes", "status", "airing", "aired", "duration", "rating", "score"),
    *("scored_by", "rank", "popularity", "members", "favorites", "synopsis", "background", "season", "year"),
    *("broadcast", "producers", "licensors", "studios", "genres", "explicit_genres", "themes", "demographics"),
}


@pytest.fixture
def jikan() -> Iterator[JikanStandIn]:
    with JikanStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def client(jikan: JikanStandIn) -> Iterator[Client]:
    with Client(jikan.url) as made:
        yield made


def test_the_same_seed_invents_the_same_catalogue_and_another_seed_another_one() -> None:
    again = make_catalogue.__wrapped__(40, 7)
    assert again.entries == make_catalogue(40, 7).entries
    assert [entry["mal_id"] for entry in make_catalogue(40, 8).entries] != [e["mal_id"] for e in again.entries]


def test_an_invented_anime_has_the_fields_and_types_of_a_recorded_one(shared_data: Path | None) -> None:
    entries = make_catalogue().entries
    assert {frozenset(entry) for entry in entries} == {frozenset(FIELDS)}
    if shared_data:
        recorded = json.loads((shared_data / "jikan/responses/anime_by_id/02-cowboy-bebop-1.json").read_bytes())
        model = recorded["response"]["body"]["data"]
        assert list(entries[0]) == list(model)
        for part in ("images", "trailer", "aired", "broadcast"):
            assert {frozenset(entry[part]) for entry in entries} == {frozenset(model[part])}
        assert set(entries[0]["studios"][0] if entries[0]["studios"] else entries[1]["studios"][0]) == set(
            model["studios"][0]
        )


def test_the_default_catalogue_has_the_oddities_of_the_real_one() -> None:
    entries = make_catalogue().entries
    assert len({entry["mal_id"] for entry in entries}) == 400
    assert any(type(entry["score"]) is int and entry["score"] for entry in entries)
    assert any(entry["score"] and entry["rank"] is None for entry in entries)
    assert any(entry["score"] is None and entry["rank"] for entry in entries)
    assert any(entry["score"] == 0 for entry in entries)
    assert any(entry["rank"] == 0 for entry in entries)
    assert any(entry["genres"] == [] for entry in entries)
    assert any(entry["status"] == "Currently Airing" and entry["episodes"] is None for entry in entries)
    assert any(entry["aired"]["from"] is None and entry["aired"]["string"] == "Not available" for entry in entries)
    ranks = [entry["rank"] for entry in entries if entry["rank"]]
    assert len(ranks) > len(set(ranks)), "some ranks tie"
    assert set(HOSTILE_TITLES) <= {entry["title"] for entry in entries}


def test_a_catalogue_is_neither_empty_nor_larger_than_the_ranking() -> None:
    for size in (0, 30_001):
        with pytest.raises(ValueError, match="1 to 30000 titles"):
            make_catalogue(size)


def test_the_ranking_comes_in_pages_sorted_by_score_alone(client: Client) -> None:
    first = client.get("/top/anime").json
    assert first["pagination"] == {
        "last_visible_page": 16,
        "has_next_page": True,
        "current_page": 1,
        "items": {"count": 25, "total": 400, "per_page": 25},
    }
    entries = client.walk("/top/anime")
    assert len({entry["mal_id"] for entry in entries}) == len(entries) == 400
    scores = [entry["score"] or 0 for entry in entries]
    assert scores == sorted(scores, reverse=True)
    ranks = [entry["rank"] for entry in entries if entry["rank"]]
    assert ranks != sorted(ranks), "page order is not rank order"


def test_a_page_past_the_end_is_empty_and_the_last(client: Client) -> None:
    answer = client.get("/top/anime", page=17).json
    assert answer["data"] == []
    assert answer["pagination"]["has_next_page"] is False


def test_a_smaller_limit_makes_more_pages_of_the_same_list(client: Client) -> None:
    by_ten = client.get("/top/anime", limit=10, page=2)
    assert by_ten.json["pagination"]["last_visible_page"] == 40
    assert by_ten.ids == client.get("/top/anime").ids[10:20]


def test_the_ranking_can_be_filtered_and_ordered_otherwise(client: Client) -> None:
    assert {entry["status"] for entry in client.walk("/top/anime", filter="airing")} == {"Currently Airing"}
    assert {entry["type"] for entry in client.walk("/top/anime", type="movie")} == {"Movie"}
    popularity = [entry["popularity"] for entry in client.walk("/top/anime", filter="bypopularity")]
    assert popularity == sorted(popularity)
    assert len(client.walk("/top/anime", q="Tabi")) == 400, "a filter of another route is ignored"


SEARCHES: list[tuple[dict[str, Any], Callable[[Anime], bool]]] = [
    ({"type": "tv_special"}, lambda anime: anime["type"] == "TV Special"),
    ({"status": "upcoming"}, lambda anime: anime["status"] == "Not yet aired"),
    ({"rating": "pg13"}, lambda anime: anime["rating"] == "PG-13 - Teens 13 or older"),
    ({"sfw": ""}, lambda anime: anime["rating"] != "Rx - Hentai"),
    ({"min_score": "7.5"}, lambda anime: (anime["score"] or 0) >= 7.5),
    ({"max_score": "6"}, lambda anime: 0 < (anime["score"] or 0) <= 6),
    ({"genres": "1,2"}, lambda anime: {1, 2} <= {genre["mal_id"] for genre in anime["genres"]}),
    ({"genres_exclude": "4"}, lambda anime: 4 not in {genre["mal_id"] for genre in anime["genres"]}),
    ({"start_date": "2015-01"}, lambda anime: (anime["aired"]["from"] or "") >= "2015-01"),
    ({"end_date": "1999"}, lambda anime: (anime["aired"]["to"] or "9")[:4] <= "1999"),
    ({"letter": "h"}, lambda anime: anime["title"].lower().startswith("h")),
    ({"q": "KITSUNE"}, lambda anime: any("kitsune" in wording["title"].casefold() for wording in anime["titles"])),
    ({"q": "tabi", "type": "tv"}, lambda anime: anime["type"] == "TV" and "tabi" in str(anime["titles"]).casefold()),
]


@pytest.mark.parametrize(("query", "fits"), SEARCHES, ids=[",".join(query) for query, _ in SEARCHES])
def test_search_gives_all_that_fit_and_nothing_else(
    jikan: JikanStandIn, client: Client, query: dict[str, str], fits: Callable[[Anime], bool]
) -> None:
    expected = {anime["mal_id"] for anime in jikan.catalogue.entries if fits(anime)}
    found = [anime["mal_id"] for anime in client.walk("/anime", **query)]
    assert 0 < len(expected) < 400
    assert sorted(found) == sorted(expected)


def test_search_orders_as_asked_with_nulls_below_everything(client: Client) -> None:
    episodes = [anime["episodes"] for anime in client.walk("/anime", order_by="episodes", sort="desc")]
    assert episodes[-1] is None
    known = [number for number in episodes if number is not None]
    assert known == sorted(known, reverse=True)
    assert client.get("/anime", order_by="start_date", sort="asc").json["data"][0]["aired"]["from"] is None
    plain = client.walk("/anime")
    assert [anime["mal_id"] for anime in plain] == sorted(anime["mal_id"] for anime in plain)


def test_search_puts_the_title_that_is_the_query_first(client: Client) -> None:
    assert client.get("/anime", q="moonlight").json["data"][0]["title"] == "Moonlight"


@pytest.mark.parametrize(
    ("path", "query", "name"),
    [
        ("/top/anime", {"limit": 30}, "limit"),
        ("/top/anime", {"limit": 0}, "limit"),
        ("/top/anime", {"limit": "many"}, "limit"),
        ("/top/anime", {"page": -1}, "page"),
        ("/top/anime", {"page": "٣"}, "page"),
        ("/top/anime", {"filter": "best"}, "filter"),
        ("/anime", {"min_score": "abc"}, "min_score"),
        ("/anime", {"max_score": 1000}, "max_score"),
        ("/anime", {"type": "film"}, "type"),
        ("/anime", {"order_by": "beauty"}, "order_by"),
        ("/anime", {"genres": "1,x"}, "genres"),
        ("/anime", {"start_date": "01/02/2003"}, "start_date"),
        ("/schedules", {"filter": "someday"}, "filter"),
        ("/seasons/now", {"filter": "cm"}, "filter"),
    ],
)
def test_a_parameter_that_is_no_good_gets_a_400_with_messages(
    client: Client, path: str, query: dict[str, Any], name: str
) -> None:
    answer = client.get(path, **query)
    assert answer.status == 400
    assert answer.json["type"] == "ValidationException"
    assert "message" not in answer.json
    assert [type(text) for text in answer.json["messages"][name]] == [str]


@pytest.mark.parametrize("part", ["", "/full", "/episodes", "/relations", "/recommendations", "/statistics"])
def test_an_unknown_id_is_a_500_of_upstream(client: Client, part: str) -> None:
    answer = client.get(f"/anime/999999999{part}")
    assert (answer.status, answer.json["type"]) == (500, "UpstreamException")
    assert "myanimelist.net/anime/999999999" in answer.json["error"]


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/anime/abc", "/seasons/99999/spring", "/seasons/2020/monsoon"])
def test_an_unknown_route_is_a_404(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status == 404
    assert answer.json == {"status": 404, "type": "HttpException", "message": "Not Found", "error": None}


def test_nothing_lives_outside_the_two_base_paths(jikan: JikanStandIn) -> None:
    with Client(jikan.url) as v4, Client(jikan.url_v1) as v1, Client(jikan.url.replace("/v4", "/v3")) as v3:
        assert v1.get("/top/anime").ids == v4.get("/top/anime").ids
        assert v3.get("/top/anime").status == 404
        assert [request.base for request in jikan.requests] == ["/v1", "/v4", ""]


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.get("/top/anime", method="POST").status == 405
    head = client.get("/top/anime", method="HEAD")
    assert (head.status, head.raw) == (200, b"")
    assert client.get("/top/anime").status == 200, "the connection is still in step"


def test_episodes_come_by_the_hundred_whatever_the_limit(jikan: JikanStandIn, client: Client) -> None:
    long = next(a for a in jikan.catalogue.entries if (a["episodes"] or 0) > 200 and a["mal_id"] % 29)
    first = client.get(f"/anime/{long['mal_id']}/episodes", limit=3).json
    assert len(first["data"]) == 100
    assert first["pagination"] == {"last_visible_page": 3, "has_next_page": True}
    assert len(client.walk(f"/anime/{long['mal_id']}/episodes")) == long["episodes"]
    assert client.get(f"/anime/{long['mal_id']}/episodes", page=9).json["data"] == []


def test_some_live_ids_fail_on_their_episodes_only(jikan: JikanStandIn, client: Client) -> None:
    broken = next(mal_id for mal_id in jikan.catalogue.by_id if mal_id % 29 == 0)
    assert client.get(f"/anime/{broken}").status == 200
    assert client.get(f"/anime/{broken}/episodes").status == 500


def test_one_anime_can_be_asked_about_in_every_way(jikan: JikanStandIn, client: Client) -> None:
    anime = jikan.catalogue.entries[10]
    about = f"/anime/{anime['mal_id']}"
    assert client.get(about).json == {"data": anime}
    full = client.get(f"{about}/full").json["data"]
    assert set(full) - FIELDS == {"relations", "theme", "external", "streaming"}
    assert client.get(f"{about}/relations").json["data"] == full["relations"]
    for recommended in client.get(f"{about}/recommendations").json["data"]:
        assert recommended["entry"]["mal_id"] in jikan.catalogue.by_id
    statistics = client.get(f"{about}/statistics").json["data"]
    assert [row["score"] for row in statistics["scores"]] == list(range(1, 11))
    assert statistics["total"] == sum(
        statistics[state] for state in ("watching", "completed", "on_hold", "dropped", "plan_to_watch")
    )


def test_the_seasons_hold_the_anime_that_say_so(jikan: JikanStandIn, client: Client) -> None:
    seasons = client.get("/seasons").json
    assert seasons["pagination"] == {"last_visible_page": 1, "has_next_page": False}
    anime = next(a for a in jikan.catalogue.entries if a["season"] and a["status"] == "Finished Airing")
    assert anime["year"] in [row["year"] for row in seasons["data"]]
    found = client.walk(f"/seasons/{anime['year']}/{anime['season']}")
    assert {(a["year"], a["season"]) for a in found} == {(anime["year"], anime["season"])}
    assert anime["mal_id"] in [a["mal_id"] for a in found]
    assert {(a["year"], a["season"]) for a in client.walk("/seasons/now")} == {(2026, "spring")}
    assert len(client.walk("/seasons/now", continuing="")) > len(client.walk("/seasons/now"))
    assert {a["status"] for a in client.walk("/seasons/upcoming")} == {"Not yet aired"}
    assert client.get("/seasons/1901/winter").json["data"] == []


def test_the_schedule_of_a_day_has_what_airs_on_it(client: Client) -> None:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "unknown", "other")
    by_day = {day: client.walk("/schedules", filter=day) for day in days}
    assert {a["broadcast"]["day"] for a in by_day["friday"]} <= {"Fridays"}
    assert sum(map(len, by_day.values())) == len(client.walk("/schedules"))
    assert all(a["airing"] for a in client.walk("/schedules"))


def test_genres_are_counted_and_a_random_anime_is_one_of_the_catalogue(jikan: JikanStandIn, client: Client) -> None:
    action = next(genre for genre in client.get("/genres/anime").json["data"] if genre["name"] == "Action")
    assert action["count"] == sum(1 in [g["mal_id"] for g in a["genres"]] for a in jikan.catalogue.entries)
    demographics = client.get("/genres/anime", filter="demographics").json["data"]
    assert len(demographics) == 5
    drawn = {client.get("/random/anime").json["data"]["mal_id"] for _ in range(5)}
    assert len(drawn) > 1
    assert drawn <= jikan.catalogue.by_id.keys()


def test_hostile_titles_arrive_unharmed(client: Client) -> None:
    titles = {anime["title"] for anime in client.walk("/anime")}
    assert set(HOSTILE_TITLES) <= titles


def test_an_answer_is_compressed_when_that_is_welcome(client: Client) -> None:
    plain = client.get("/top/anime")
    packed = client.get("/top/anime", {"Accept-Encoding": "br, gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.raw) == plain.raw
    assert "content-encoding" not in client.get("/top/anime", {"Accept-Encoding": "gzip;q=0, br"}).headers


def test_a_validator_gets_a_304_until_the_list_moves(jikan: JikanStandIn, client: Client) -> None:
    first = client.get("/top/anime")
    asked = {"If-None-Match": first.headers["etag"]}
    again = client.get("/top/anime", asked)
    assert (again.status, again.raw) == (304, b"")
    assert client.get("/top/anime", asked, page=2).status == 200
    jikan.shift(2)
    assert client.get("/top/anime", asked).status == 200
    genres = client.get("/genres/anime")
    assert "etag" not in genres.headers
    assert client.get("/genres/anime", {"If-Modified-Since": genres.headers["last-modified"]}).status == 304


def test_the_cache_status_turns_from_miss_to_hit(client: Client) -> None:
    assert [client.get("/anime", q="Tabi").headers["x-cache-status"] for _ in range(2)] == ["MISS", "HIT"]


def test_requests_are_recorded_and_share_a_connection(jikan: JikanStandIn, client: Client) -> None:
    client.get("/anime", {"User-Agent": "CatLog/0"}, q="Hoshi no & Umi", page=2)
    client.get("/top/anime")
    first, second = jikan.requests
    assert (first.method, first.path, dict(first.query)) == ("GET", "/anime", {"q": "Hoshi no & Umi", "page": "2"})
    assert first.headers["user-agent"] == "CatLog/0"
    assert first.time <= second.time
    assert first.connection == second.connection
    assert jikan.requests_to("/top/anime") == [second]
    jikan.forget()
    assert jikan.requests == []


def test_stopping_ends_slow_answers_and_idle_connections_at_once() -> None:
    before = threading.active_count()
    stand_in = JikanStandIn(faults=["slow=60@/anime"])
    stand_in.start()
    with Client(stand_in.url) as idle, Client(stand_in.url) as waiting, ThreadPoolExecutor(1) as pool:
        idle.get("/top/anime")
        answer = pool.submit(waiting.get, "/anime")
        while not stand_in.requests_to("/anime"):
            time.sleep(0.005)
        assert stand_in.stop() == []
        assert isinstance(answer.exception(180), OSError | http.client.HTTPException)
        with pytest.raises(OSError, match=r"refused|closed|Broken|reset"):
            idle.get("/top/anime")
        with pytest.raises(ConnectionRefusedError):
            idle.get("/top/anime")
    assert threading.active_count() == before


def test_a_stopped_server_comes_back_on_its_port() -> None:
    stand_in = JikanStandIn()
    with stand_in:
        url = stand_in.url
    with stand_in:
        assert stand_in.url == url
        with Client(url) as client:
            assert client.get("/genres/anime").status == 200
        with pytest.raises(RuntimeError, match="running already"):
            stand_in.start()


def test_a_failure_of_the_stand_in_itself_is_not_kept_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(request: object) -> None:
        raise KeyError("broken")

    def use() -> None:
        with JikanStandIn() as stand_in:
            monkeypatch.setattr(stand_in, "respond", fail)
            with Client(stand_in.url) as client, pytest.raises(http.client.RemoteDisconnected):
                client.get("/anime")

    with pytest.raises(RuntimeError, match="failed on 1 requests"):
        use()
