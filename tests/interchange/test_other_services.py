"""Kitsu, Simkl, Yamtrack and MyAnimeList's JSON: every state, every way to name an anime."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from catlog.interchange.records import ForeignId
from catlog.library.entries import Entry, Status
from catlog.library.partial_date import PartialDate
from tests.interchange.samples import kitsu, only, read, rejected, simkl, simkl_item, yamtrack


def test_a_kitsu_entry_is_read_with_everything_it_says() -> None:
    row = only(
        kitsu(
            {
                "status": "completed",
                "progress": 26,
                "reconsumeCount": 1,
                "ratingTwenty": 17,
                "notes": "note",
                "private": True,
                "startedAt": "2021-05-01T00:00:00.000Z",
                "finishedAt": "2021-06-01T23:00:00.000Z",
                "createdAt": "2021-05-01T00:00:00.000Z",
                "updatedAt": "2021-06-02T00:00:00.000Z",
            }
        )
    )
    assert row.entry == Entry(
        1,
        Status.COMPLETED,
        rating=9,
        score100=85,
        notes="note",
        episodes_watched=26,
        start_date=PartialDate("2021-05-01"),
        finish_date=PartialDate("2021-06-01"),
        rewatch_count=1,
        extra={"kitsu:private": "true"},
        created_at=datetime(2021, 5, 1, tzinfo=UTC),
        updated_at=datetime(2021, 6, 2, tzinfo=UTC),
    )
    assert (row.listed.title, row.listed.type, row.listed.episodes) == ("Title 0", "TV", 26)
    assert row.foreign == (ForeignId("kitsu", 8171),)
    assert {"tags", "favorite"}.isdisjoint(row.provided)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("current", Status.WATCHING),
        ("completed", Status.COMPLETED),
        ("on_hold", Status.ON_HOLD),
        ("dropped", Status.DROPPED),
        ("planned", Status.PLAN_TO_WATCH),
    ],
)
def test_kitsus_statuses_are_known_and_reconsuming_is_a_rewatch(word: str, status: Status) -> None:
    assert only(kitsu({"status": word})).entry.status is status
    again = only(kitsu({"status": "current", "reconsuming": True})).entry
    assert (again.status, again.rewatching) == (Status.COMPLETED, True)


@pytest.mark.parametrize(("twenty", "rating"), [(2, 1), (3, 2), (20, 10), (None, None), (0, None), (21, None)])
def test_kitsus_ratings_go_in_halves(twenty: int | None, rating: int | None) -> None:
    entry = only(kitsu({"ratingTwenty": twenty})).entry
    assert (entry.rating, entry.score100) == (rating, rating and twenty and twenty * 5)


def test_kitsus_older_stars_count_where_there_is_nothing_else() -> None:
    assert only(kitsu({"rating": "4.5"})).entry.score100 == 90
    assert only(kitsu({"rating": "0.0"})).entry.rating is None


def test_a_kitsu_page_without_mappings_keeps_kitsus_ids_and_one_without_anime_is_rejected() -> None:
    row = only(kitsu({}, mapped=False))
    assert (row.entry.mal_id, row.foreign) == (0, (ForeignId("kitsu", 8171),))
    page = json.loads(kitsu({}))
    page["data"][0]["relationships"] = {"anime": {"links": {"self": "x"}}}
    assert "include=anime,anime.mappings" in rejected(json.dumps(page).encode()).reason


def test_kitsu_manga_is_left_out_and_pages_and_recorded_exchanges_are_read() -> None:
    page = json.loads(kitsu({}, {}))
    page["data"][1]["relationships"] = {"manga": {"data": {"type": "manga", "id": "1"}}}
    assert read(json.dumps(page).encode()).warnings == ("1 manga left out: CatLog lists anime only",)
    other = json.loads(kitsu({}))
    assert len(read(json.dumps([page, other]).encode()).rows) == 2
    assert len(read(json.dumps({"response": {"body": other}}).encode()).rows) == 1


def test_a_simkl_item_is_read_with_everything_it_says() -> None:
    row = only(simkl(anime=[simkl_item(memo={"text": "note", "is_private": True})]))
    assert row.entry == Entry(
        1,
        Status.WATCHING,
        rating=8,
        notes="note",
        episodes_watched=3,
        extra={"simkl:private": "true"},
        created_at=datetime(2021, 5, 1, tzinfo=UTC),
        updated_at=datetime(2021, 5, 3, 10, tzinfo=UTC),
    )
    assert (row.listed.title, row.listed.type, row.listed.episodes) == ("Cowboy Bebop", "TV", 26)
    assert row.provided == {"status", "rating", "notes", "episodes_watched"}
    assert row.provided_extra == {"simkl:private", "private"}


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("watching", Status.WATCHING),
        ("hold", Status.ON_HOLD),
        ("dropped", Status.DROPPED),
        ("notinteresting", Status.DROPPED),
        ("plantowatch", Status.PLAN_TO_WATCH),
    ],
)
def test_simkls_statuses_are_known(word: str, status: Status) -> None:
    assert only(simkl(anime=[simkl_item(status=word)])).entry.status is status


def test_a_completed_simkl_item_has_all_episodes_and_ended_when_it_was_last_watched() -> None:
    row = only(simkl(anime=[simkl_item(status="completed")]))
    assert (row.entry.episodes_watched, row.entry.finish_date) == (26, "2021-05-03")
    assert "finish_date" in row.provided


@pytest.mark.parametrize(("last", "watched"), [("E5", 5), ("S01E12", 12), (None, 0)])
def test_simkls_last_episode_counts_where_the_count_is_missing(last: str | None, watched: int) -> None:
    row = only(simkl(anime=[simkl_item(watched_episodes_count=None, last_watched=last)]))
    assert row.entry.episodes_watched == watched


def test_anime_hides_under_simkls_shows_and_movies_and_the_rest_is_left_out() -> None:
    hidden = simkl_item({"mal": 5}, anime_type=None)
    film = {**simkl_item({"mal": "32"}, anime_type=None), "movie": {"title": "Film", "ids": {"mal": "32"}}}
    del film["show"]
    found = read(simkl(shows=[hidden, simkl_item({"tvdb": 1}, anime_type=None)], movies=[film]))
    assert [row.entry.mal_id for row in found.rows] == [5, 32]  # type: ignore[union-attr]  # no row is rejected
    assert found.warnings == ("1 show or movie that is no anime left out",)


def test_a_simkl_item_without_a_mal_id_keeps_those_of_other_services() -> None:
    row = only(simkl(anime=[simkl_item({"simkl": 1, "anidb": "23", "anilist": 1})]))
    assert row.foreign == (ForeignId("anidb", 23), ForeignId("anilist", 1))
    assert "names no anime" in rejected(simkl(anime=[simkl_item({"simkl": 1})])).reason


def test_rates_of_shikimori_are_read_and_its_manga_left_out() -> None:
    rate = {"target_title": "T", "target_id": 5, "target_type": "Anime", "score": 7, "status": "on_hold", "episodes": 3}
    found = read(json.dumps([{**rate, "rewatches": 2, "text": "note"}, {**rate, "target_type": "Manga"}]).encode())
    [row] = found.rows
    assert row.entry == Entry(  # type: ignore[union-attr]  # it is not rejected
        5, Status.ON_HOLD, rating=7, notes="note", episodes_watched=3, rewatch_count=2
    )
    assert (found.format, found.warnings) == ("shikimori", ("1 manga left out: CatLog lists anime only",))
    assert "no id" in rejected(json.dumps([{**rate, "target_id": None}]).encode()).reason


def test_yamtracks_anime_of_mal_is_read_and_the_rest_left_out() -> None:
    found = read(
        yamtrack(
            '1,mal,anime,"Cowboy, Bebop",url,,,8.4,In progress,note,2021-05-01,,3,2021-05-01 10:00:00+00:00,',
            "2,tmdb,movie,Film,,,,,Completed,,,,,,",
            "3,mal,manga,Manga,,,,,Completed,,,,,,",
        )
    )
    assert found.warnings == ("2 rows that are no anime of MyAnimeList left out",)
    row = only(yamtrack(*["1,mal,anime,Cowboy Bebop,url,,,8.4,Repeating,note,2021-05-01 00:00:00+00:00,,3,,"]))
    assert row.entry == Entry(
        1,
        Status.COMPLETED,
        rating=8,
        score100=84,
        notes="note",
        episodes_watched=3,
        start_date=PartialDate("2021-05-01"),
        rewatching=True,
    )
    assert "tags" not in row.provided
    assert "rewatch_count" not in row.provided


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("In progress", Status.WATCHING),
        ("Completed", Status.COMPLETED),
        ("Paused", Status.ON_HOLD),
        ("Dropped", Status.DROPPED),
        ("Planning", Status.PLAN_TO_WATCH),
    ],
)
def test_yamtracks_statuses_are_known(word: str, status: Status) -> None:
    assert only(yamtrack(f"1,mal,anime,T,,,,,{word},,,,,,")).entry.status is status


def test_a_yamtrack_row_that_is_too_short_or_has_no_id_is_rejected() -> None:
    assert "cells under" in rejected(yamtrack("1,mal,anime")).reason
    assert "no id" in rejected(yamtrack("x,mal,anime,T,,,,,Completed,,,,,,")).reason


def test_answers_of_myanimelists_api_are_read() -> None:
    told: dict[str, Any] = {
        "status": "on_hold",
        "score": 7,
        "num_episodes_watched": 3,
        "is_rewatching": False,
        "num_times_rewatched": 1,
        "start_date": "2021-05",
        "tags": ["a", "b"],
        "comments": "note",
        "updated_at": "2021-05-03T00:00:00+00:00",
    }
    node = {"id": 1, "title": "Cowboy Bebop", "media_type": "tv", "num_episodes": 26}
    row = only(json.dumps({"data": [{"node": node, "list_status": told}], "paging": {}}).encode())
    assert row.entry == Entry(
        1,
        Status.ON_HOLD,
        rating=7,
        notes="note",
        tags=("a", "b"),
        episodes_watched=3,
        start_date=PartialDate("2021-05"),
        rewatch_count=1,
        updated_at=datetime(2021, 5, 3, tzinfo=UTC),
    )
    assert "finish_date" not in row.provided
    assert (row.listed.title, row.listed.type, row.listed.episodes) == ("Cowboy Bebop", "TV", 26)


def public(*dates: tuple[str, str]) -> bytes:
    """Return a public list of as many anime, with a start and a first day each."""
    return json.dumps(
        [
            {"anime_id": number, "status": 1, "start_date_string": start, "anime_start_date_string": aired}
            for number, (start, aired) in enumerate(dates, start=1)
        ]
    ).encode()


@pytest.mark.parametrize(
    ("dates", "starts", "warned"),
    [
        ([("01-02-16", "04-30-98")], ["2016-01-02"], False),
        ([("01-02-16", "30-04-98")], ["2016-02-01"], False),
        ([("01-02-16", "")], ["2016"], True),
        ([("02-02-16", "")], ["2016-02-02"], False),
        ([("01-31-16", ""), ("31-01-16", "")], ["2016", "2016"], True),
        ([("04-05-99", "04-30-98"), ("00-00-16", "")], ["1999-04-05", "2016"], False),
        ([("2016-01-02", "04-30-98")], ["2016-01-02"], False),
    ],
)
def test_a_public_list_says_with_all_its_dates_which_part_is_the_month(
    dates: list[tuple[str, str]], starts: list[str], warned: bool
) -> None:
    found = read(public(*dates))
    assert [row.entry.start_date for row in found.rows] == starts  # type: ignore[union-attr]  # no row is rejected
    assert bool(found.warnings) == warned


def test_a_public_list_of_myanimelist_is_read() -> None:
    item = {
        "status": 6,
        "score": 0,
        "tags": "a, b",
        "is_rewatching": 0,
        "num_watched_episodes": 0,
        "anime_title": 86,
        "anime_num_episodes": 11,
        "anime_media_type_string": "TV",
        "anime_id": 41457,
    }
    row = only(json.dumps([item]).encode())
    assert row.entry == Entry(41457, Status.PLAN_TO_WATCH, tags=("a", "b"))
    assert (row.listed.title, row.listed.episodes) == ("86", 11)
    assert {"notes", "start_date"}.isdisjoint(row.provided)
    assert "id" in rejected(json.dumps([{**item, "anime_id": None}]).encode()).reason
