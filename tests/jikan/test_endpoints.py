"""Call by call: what is sent for each question, and what is made of the answer."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from catlog.errors import InvalidArgumentError
from catlog.jikan import endpoints
from catlog.jikan.client import JikanSession
from catlog.jikan.endpoints import AnimeSearch
from catlog.jikan.errors import UnknownToSourceError
from catlog.jikan.response import JikanResponse
from catlog.jikan.schema import parse_anime
from catlog.net.errors import BadResponseError
from tests.jikan.conftest import ClientFactory
from tests.support.jikan import JikanStandIn


@pytest.fixture
def jikan() -> Iterator[JikanStandIn]:
    with JikanStandIn(size=120) as server:
        yield server


@pytest.fixture
def session(jikan: JikanStandIn, client_of: ClientFactory) -> JikanSession:
    return client_of(jikan.url).open_session()


CALLS: tuple[tuple[Callable[[JikanSession], JikanResponse], str, dict[str, str]], ...] = (
    (lambda s: endpoints.top_anime(s), "/top/anime", {"limit": "25", "page": "1"}),
    (
        lambda s: endpoints.top_anime(s, 3, limit=10, only="airing"),
        "/top/anime",
        {"limit": "10", "filter": "airing", "page": "3"},
    ),
    (lambda s: endpoints.seasons_now(s, 1), "/seasons/now", {"limit": "25", "page": "1"}),
    (lambda s: endpoints.seasons_upcoming(s), "/seasons/upcoming", {"limit": "25", "page": "1"}),
    (lambda s: endpoints.season(s, 2012, "fall"), "/seasons/2012/fall", {"limit": "25", "page": "1"}),
    (lambda s: endpoints.schedules(s, "monday"), "/schedules", {"limit": "25", "filter": "monday", "page": "1"}),
    (lambda s: endpoints.search(s, AnimeSearch("tabi & co")), "/anime", {"q": "tabi & co", "limit": "25", "page": "1"}),
    (
        lambda s: endpoints.search(
            s,
            AnimeSearch(
                genres=(1, 4),
                without_genres=(12,),
                type="tv",
                status="complete",
                min_score=7.5,
                max_score=9,
                started_from=date(2010, 1, 1),
                ended_by=date(2020, 12, 31),
                order_by="score",
                descending=True,
                limit=5,
            ),
            2,
        ),
        "/anime",
        {
            "genres": "1,4",
            "genres_exclude": "12",
            "type": "tv",
            "status": "complete",
            "min_score": "7.5",
            "max_score": "9",
            "start_date": "2010-01-01",
            "end_date": "2020-12-31",
            "order_by": "score",
            "sort": "desc",
            "limit": "5",
            "page": "2",
        },
    ),
)


@pytest.mark.parametrize(("call", "path", "query"), CALLS)
def test_a_list_is_asked_for_by_its_path_and_its_parameters(
    jikan: JikanStandIn,
    session: JikanSession,
    call: Callable[[JikanSession], JikanResponse],
    path: str,
    query: dict[str, str],
) -> None:
    page = call(session).read_page()
    (request,) = jikan.requests
    assert (request.path, dict(request.query)) == (path, query)
    assert [parse_anime(entry).mal_id for entry in page.entries] == [entry["mal_id"] for entry in dicts(page.entries)]


def dicts(entries: tuple[object, ...]) -> list[dict[str, Any]]:
    return [entry for entry in entries if isinstance(entry, dict)]


def test_the_pages_of_the_ranking_end_where_the_list_ends(session: JikanSession) -> None:
    pages = [endpoints.top_anime(session, page).read_page() for page in range(1, 6)]
    assert [(len(page.entries), page.has_next_page) for page in pages] == [
        (25, True), (25, True), (25, True), (25, True), (20, False),
    ]  # fmt: skip


@pytest.mark.parametrize("limit", [0, 26, -1])
def test_a_page_size_that_no_source_gives_is_not_asked_for(
    jikan: JikanStandIn, session: JikanSession, limit: int
) -> None:
    with pytest.raises(InvalidArgumentError, match="1 to 25"):
        endpoints.top_anime(session, limit=limit)
    assert not jikan.requests


def test_the_details_of_an_anime_are_read(jikan: JikanStandIn, session: JikanSession) -> None:
    known = jikan.catalogue.entries[3]
    full = endpoints.anime_full(session, known["mal_id"])
    assert full.value.anime.mal_id == known["mal_id"]
    assert full.value.anime.title
    assert full.response.host == jikan.url.split("/")[2]


def test_the_smaller_lists_are_read(jikan: JikanStandIn, session: JikanSession) -> None:
    mal_id = next(entry["mal_id"] for entry in jikan.catalogue.entries if (entry["episodes"] or 0) > 2)
    assert [episode.number for episode in endpoints.episodes(session, mal_id).value][:2] == [1, 2]
    assert {relation.mal_id for relation in endpoints.relations(session, mal_id).value} != {mal_id}
    assert all(found.votes >= 0 for found in endpoints.recommendations(session, mal_id).value)
    assert "Action" in [genre.name for genre in endpoints.genres(session).value]


def test_an_unknown_id_is_probably_unknown(session: JikanSession) -> None:
    for call in (endpoints.anime_full, endpoints.relations, endpoints.episodes, endpoints.recommendations):
        with pytest.raises(UnknownToSourceError):
            call(session, 999_999_999)


def test_details_without_a_title_are_a_bad_answer(jikan: JikanStandIn, session: JikanSession) -> None:
    mal_id = jikan.catalogue.entries[0]["mal_id"]
    jikan.set_faults("notitle=1")
    with pytest.raises(BadResponseError, match=rf"/anime/{mal_id}/full: title"):
        endpoints.anime_full(session, mal_id)


def test_recorded_answers_are_read_over_http(shared_data: Path | None, client_of: ClientFactory) -> None:
    with JikanStandIn(data=shared_data, size=120) as jikan:
        session = client_of(jikan.url).open_session()
        entries = [entry for page in range(1, 5) for entry in endpoints.top_anime(session, page).read_page().entries]
        records = [parse_anime(entry) for entry in entries]
        assert len(records) == 100
        assert all(record.score is not None for record in records[:20])
        if shared_data:
            assert len({record.mal_id for record in records}) < 100, "ids repeat over pages"
            assert endpoints.anime_full(session, 52991).value.relations[0].mal_id == 59978
