"""The days of episodes are stored as a source tells them: the newest page too, and nothing good replaced by nothing."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from catlog.catalogue.aired import airing_ids, has_episodes, read_episodes, refresh_episodes, store_episodes
from catlog.db.models import AiredEpisode
from catlog.db.session import Database
from catlog.errors import UnavailableError
from catlog.jikan.errors import UnknownToSourceError
from catlog.jikan.request import ApiRequest
from catlog.jikan.response import JikanResponse
from catlog.jikan.response_cache import CachedSource, ResponseCache
from tests.catalogue.samples import anime, write

BEGUN = date(2026, 10, 2)
Day = tuple[int, date | None]


class Pages:
    """A source that lists these pages of episodes, by path; a path without any is unknown to it."""

    def __init__(self, pages: Mapping[int, Sequence[Sequence[Day]]]) -> None:
        self.pages = {f"/anime/{mal_id}/episodes": of_title for mal_id, of_title in pages.items()}
        self.asked: list[tuple[str, int | None]] = []
        self.down = False

    def get(self, request: ApiRequest) -> JikanResponse:
        path, page = request.path, request.page
        self.asked.append((path, page))
        if self.down:
            raise UnavailableError("no source answers")
        if path not in self.pages:
            raise UnknownToSourceError("a.test has no such title")
        pages, number = self.pages[path], page or 1
        body = {
            "pagination": {"last_visible_page": len(pages), "has_next_page": number < len(pages)},
            "data": [
                {"mal_id": of, "title": f"Day {of}", "aired": day and f"{day}T00:00:00+00:00"}
                for of, day in pages[number - 1]
            ],
        }
        at = datetime(2026, 11, 22, tzinfo=UTC)
        return JikanResponse("a", "a.test", f"http://a.test{path}", path, page, 200, at, {}, json.dumps(body).encode())


def weekly(first: int, count: int, begun: date = BEGUN) -> list[Day]:
    return [(first + place, begun + timedelta(weeks=place)) for place in range(count)]


@pytest.fixture
def kept(tmp_path: Path) -> ResponseCache:
    return ResponseCache(tmp_path / "kept")


def stored(database: Database, mal_id: int = 1) -> list[Day]:
    days = select(col(AiredEpisode.number), col(AiredEpisode.aired)).where(col(AiredEpisode.mal_id) == mal_id)
    with database.read() as session:
        return [(row[0], row[1]) for row in session.connection().execute(days.order_by(col(AiredEpisode.number)))]


def told(database: Database, kept: ResponseCache, *pages: Sequence[Day]) -> None:
    first = CachedSource(kept, Pages({1: pages}), max_age=timedelta(0))
    store_episodes(database, 1, read_episodes(first, 1))


def test_what_is_told_replaces_what_was_stored_and_an_empty_page_does_not(
    database: Database, kept: ResponseCache
) -> None:
    told(database, kept, [*weekly(1, 3), (4, None)])
    assert stored(database) == weekly(1, 3), "an episode without a day tells nothing"
    moved = [(1, BEGUN), (2, BEGUN), (3, None)]
    told(database, kept, moved)
    assert stored(database) == moved[:2]
    told(database, kept, [])
    assert stored(database) == moved[:2]
    assert has_episodes(database, 1)
    assert not has_episodes(database, 2)


def test_of_many_pages_the_first_and_the_last_are_read(database: Database, kept: ResponseCache) -> None:
    source = Pages({1: [weekly(100 * page + 1, 100) for page in range(11)] + [weekly(1101, 55)]})
    store_episodes(database, 1, read_episodes(CachedSource(kept, source, max_age=timedelta(0)), 1))
    assert source.asked == [("/anime/1/episodes", 1), ("/anime/1/episodes", 12)]
    assert [number for number, _ in stored(database)] == [*range(1, 101), *range(1101, 1156)]
    # A last page that cannot be had leaves the first one, and what was stored of it.
    source.pages["/anime/1/episodes"] = [weekly(1, 100, date(2000, 1, 1)), [(-1, None)]]
    store_episodes(database, 1, read_episodes(CachedSource(kept, source, max_age=timedelta(0)), 1))
    assert stored(database)[0] == (1, date(2000, 1, 1))
    assert stored(database)[-1] == weekly(1101, 55)[-1]


def test_titles_are_refreshed_one_by_one_until_the_source_fails(database: Database, kept: ResponseCache) -> None:
    source = Pages({1: [weekly(1, 3)], 3: [weekly(1, 5)]})
    done = refresh_episodes(database, CachedSource(kept, source, max_age=timedelta(0)), [1, 2, 3])
    assert (done.refreshed, done.requested) == (2, 3)
    assert "no such title" in done.problem, "for some titles there is no answer; the others go on"
    assert (len(stored(database)), len(stored(database, 3))) == (3, 5)
    source.down, source.asked = True, []
    silent = refresh_episodes(
        database, CachedSource(ResponseCache(kept.folder / "x"), source, max_age=timedelta(0)), [1, 3]
    )
    assert (silent.refreshed, len(source.asked)) == (0, 1)
    assert "no source answers" in silent.problem


def test_titles_that_are_over_are_not_asked_about(database: Database) -> None:
    statuses = ("Currently Airing", "Finished Airing", "Not yet aired", None)
    write(database, *(anime(number, f"title {number}", status=status) for number, status in enumerate(statuses, 1)))
    with database.read() as session:
        assert airing_ids(session.connection(), [4, 3, 2, 1, 9]) == [1, 4]
