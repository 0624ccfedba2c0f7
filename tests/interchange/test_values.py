"""Empty, contradictory and impossible values: which of them count, in every format."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from catlog import clock
from catlog.interchange.records import ImportedEntry, RejectedRow
from catlog.library.entries import Status
from tests.interchange.samples import only, read
from tests.interchange.test_provided import (
    FORMATS,
    MINE,
    Maker,
    after,
    anilist_of,
    api_of,
    csv_of,
    gdpr_of,
    kitsu_of,
    native_of,
    public_of,
    shikimori_of,
    simkl_of,
    xml_of,
)

EMPTY = dict.fromkeys(("my_score", "my_start_date", "my_finish_date", "my_priority", "my_rewatch_value"), "")
EMPTY |= {"my_watched_episodes": "", "my_times_watched": " ", "my_rewatching": "", "update_on_import": ""}


@pytest.mark.parametrize("make", [xml_of, csv_of])
def test_what_is_empty_in_myanimelists_export_says_nothing_but_for_notes_and_tags(make: Maker) -> None:
    """MyAnimeList writes "none" as 0 or 0000-00-00, and as LOW, and nothing but texts as nothing."""
    row = only(make({"series_animedb_id": 1, "my_status": "Watching", **EMPTY, "my_comments": "", "my_tags": ""}))
    assert row.provided == {"status", "notes", "tags"}
    assert (row.provided_extra, row.remarks) == (frozenset(), ())
    assert after(row)["extra"] == MINE.extra
    zeros = only(make({"series_animedb_id": 1, "my_status": "Watching", "my_score": 0, "my_start_date": "0000-00-00"}))
    assert (after(zeros)["rating"], after(zeros)["start_date"]) == (None, None)


NOTHING: dict[str, tuple[Maker, dict[str, Any], dict[str, Any], set[str]]] = {
    "csv": (
        csv_of,
        {"malId": 1, "status": "watching"},
        {"rating": "", "episodesWatched": "", "rewatchCount": ""},
        {"rating"},
    ),
    "anilist": (anilist_of, {"status": "CURRENT"}, {"startedAt": {}, "completedAt": {}, "score": ""}, set()),
    "anilist, null": (
        anilist_of,
        {"status": "CURRENT"},
        {"startedAt": None, "completedAt": {"year": None, "month": None, "day": None}, "progress": None},
        {"start_date", "finish_date"},
    ),
    "anilist-gdpr": (gdpr_of, {"status": 0}, {"started_on": "", "finished_on": 0}, {"finish_date"}),
    "mal-json": (api_of, {"status": "watching"}, {"score": None, "num_episodes_watched": None}, set()),
    "shikimori": (shikimori_of, {"status": "watching"}, {"score": None, "episodes": None}, set()),
}


@pytest.mark.parametrize("format", NOTHING)
def test_what_is_empty_says_none_only_where_the_format_writes_none_so(format: str) -> None:
    make, least, empty, told = NOTHING[format]
    assert only(make({**least, **empty})).provided - {"status", "rewatching", "score100"} == told


def planet_of(told: Mapping[str, Any]) -> ImportedEntry:
    export = {"export": {"type": "anime"}, "entries": [{"name": "T", "status": "watched", **told}]}
    return only(json.dumps(export).encode())


def test_anime_planet_knows_no_days_before_its_own_and_counts_once_what_was_watched_at_all() -> None:
    row = planet_of({"rating": 0, "started": None, "completed": None, "times": 1, "eps": 25})
    assert row.provided == {"status", "rating", "score100", "episodes_watched"}
    assert (row.entry.rating, row.entry.episodes_watched, row.remarks) == (None, 25, ())
    row = planet_of({"rating": 4.5, "started": "2021-01-17 13:47:52-08", "times": 3})
    assert row.provided == {"status", "rating", "score100", "start_date", "rewatch_count"}
    assert (row.entry.rating, row.entry.rewatch_count) == (9, 2)


def test_broken_bytes_in_what_is_only_handed_on_leave_it_as_it_is() -> None:
    row = only(xml_of({"series_animedb_id": 1, "my_status": "1", "my_priority": "HIGH?"}).replace(b"?", b"\xe2\x80"))
    assert after(row)["extra"] == MINE.extra
    assert row.remarks == ("my_priority has bytes that are no text: left out",)
    for content in (
        native_of({"status": "WATCHING", "extra": {"a": "?"}}),
        public_of({"status": 1, "storage_string": "?"}),
    ):
        row = only(content.replace(b"?", b"\xe2\x80"))
        assert after(row)["extra"] == MINE.extra
        assert "bytes that are no text" in row.remarks[0]


LENIENT = ("1_0", "1e1", "0x8", "inf", "nan", "８", "9/10", "- 8", "8 9", "1__0")


@pytest.mark.parametrize("text", LENIENT)
@pytest.mark.parametrize("format", ["mal-xml", "mal-json", "anilist", "kitsu", "simkl", "shikimori", "csv", "yamtrack"])
def test_only_plain_decimals_are_numbers(format: str, text: str) -> None:
    one = FORMATS[format]
    names = [name for name, (field, *_) in one.names.items() if field in ("rating", "episodes_watched")]
    row = only(one.make({**one.least, **dict.fromkeys(names, text)}))
    found = after(row)
    assert (found["rating"], found["episodes_watched"]) == (9, 7)
    assert [remark for remark in row.remarks if "is no number" in remark]


NUMBERS = [("8", 8, 8), (" 8.0 ", 8, 8), ("+8", 8, 8), ("8.", 8, 8), ("007", 7, 7)]


@pytest.mark.parametrize(("text", "rating", "episodes"), NUMBERS)
def test_texts_of_numbers_are_read_like_numbers(text: str, rating: int, episodes: int) -> None:
    row = only(api_of({"status": "watching", "score": text, "num_episodes_watched": text}))
    assert (row.entry.rating, row.entry.episodes_watched, row.remarks) == (rating, episodes, ())


def test_whole_numbers_with_a_point_and_nothing_behind_are_ids_flags_and_statuses() -> None:
    cells = {"series_animedb_id": "21.0", "my_status": "2.0", "my_rewatching": "1.0", "series_episodes": "26.0"}
    row = only(csv_of({**cells, "my_watched_episodes": "3.0"}))
    assert (row.entry.mal_id, row.entry.status, row.entry.rewatching) == (21, Status.COMPLETED, True)
    assert (row.entry.episodes_watched, row.listed.episodes, row.remarks) == (3, 26, ())
    assert only(csv_of({"malId": "21.00", "status": "watching", "favorite": "0.0"})).entry.mal_id == 21
    assert only(public_of({"anime_id": 21.0, "status": 1})).entry.mal_id == 21
    [bad] = read(csv_of({"malId": "21.5", "status": "watching"})).rows
    assert isinstance(bad, RejectedRow)


NOW = datetime(2024, 5, 3, 10, tzinfo=UTC)
INSTANTS = [
    (1_620_000_000, datetime(2021, 5, 3, tzinfo=UTC), False),
    ("1620000000", datetime(2021, 5, 3, tzinfo=UTC), False),
    (1_620_000_000_000, datetime(2021, 5, 3, tzinfo=UTC), False),
    ("1620000000000", datetime(2021, 5, 3, tzinfo=UTC), False),
    (99_999_999_999, NOW, True),
    ("2024-05-03T10:00:01Z", NOW, True),
    ("2024-05-03T10:00:00Z", NOW, False),
    ("2024-05-03T20:30:00+12:00", datetime(2024, 5, 3, 8, 30, tzinfo=UTC), False),
    (0, None, False),
    (-5, None, False),
    (10**30, None, False),
    (True, None, False),
    ("soon", None, False),
]
STAMPED: dict[str, tuple[Maker, dict[str, Any], str]] = {
    "anilist": (anilist_of, {"status": "CURRENT"}, "updatedAt"),
    "anilist-gdpr": (gdpr_of, {"status": 0}, "updated_at"),
    "kitsu": (kitsu_of, {"status": "current"}, "updatedAt"),
    "simkl": (simkl_of, {"status": "watching"}, "user_rated_at"),
    "mal-json": (api_of, {"status": "watching"}, "updated_at"),
    "shikimori": (shikimori_of, {"status": "watching"}, "updated_at"),
    "catlog": (native_of, {"status": "WATCHING"}, "updatedAt"),
}


@pytest.mark.parametrize(("told", "instant", "later"), INSTANTS)
@pytest.mark.parametrize("format", STAMPED)
def test_an_instant_later_than_now_is_now_and_one_of_thirteen_digits_is_in_milliseconds(
    format: str, told: object, instant: datetime | None, later: bool
) -> None:
    make, least, name = STAMPED[format]
    with clock.stopped_at(NOW):
        row = only(make({**least, name: told}))
    assert row.entry.updated_at == instant
    assert [f"{name} " in remark and "later than now" in remark for remark in row.remarks] == [True] * later
