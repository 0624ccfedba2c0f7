"""AniList: API responses in every scale, and data exports."""

import json
from datetime import UTC, datetime

import pytest

from catlog.interchange.anilist import to_hundred
from catlog.interchange.records import ForeignId, ImportedEntry
from catlog.library.edits import rating_of
from catlog.library.entries import Entry, Status
from catlog.library.partial_date import PartialDate
from tests.interchange.samples import anilist, anilist_entry, only, read, rejected


def test_an_entry_is_read_with_everything_it_says() -> None:
    row = only(
        anilist(
            anilist_entry(
                repeat=2,
                notes="again!",
                private=True,
                hiddenFromStatusLists=True,
                customLists={"Space": True, "Other": False},
                createdAt=1_600_000_000,
            )
        )
    )
    assert row.entry == Entry(
        1,
        Status.WATCHING,
        rating=8,
        score100=84,
        notes="again!",
        tags=("Space",),
        episodes_watched=3,
        start_date=PartialDate("2021-05"),
        rewatch_count=2,
        extra={"anilist:private": "true", "anilist:hidden": "true"},
        created_at=datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC),
        updated_at=datetime(2021, 5, 3, 0, 0, tzinfo=UTC),
    )
    assert (row.listed.title, row.listed.type, row.listed.episodes) == ("Cowboy Bebop", "TV", 26)
    assert row.foreign == (ForeignId("anilist", 1),)


@pytest.mark.parametrize(
    ("word", "status", "rewatching"),
    [
        ("CURRENT", Status.WATCHING, False),
        ("PLANNING", Status.PLAN_TO_WATCH, False),
        ("COMPLETED", Status.COMPLETED, False),
        ("DROPPED", Status.DROPPED, False),
        ("PAUSED", Status.ON_HOLD, False),
        ("REPEATING", Status.COMPLETED, True),
    ],
)
def test_all_its_statuses_are_known(word: str, status: Status, rewatching: bool) -> None:
    entry = only(anilist(anilist_entry(status=word))).entry
    assert (entry.status, entry.rewatching) == (status, rewatching)


# What MALSync and Taiga make of each: 0-100 and then 1-10.
@pytest.mark.parametrize(
    ("scale", "score", "hundred", "rating"),
    [
        ("POINT_100", 0, 0, None),
        ("POINT_100", 1, 1, 1),
        ("POINT_100", 84, 84, 8),
        ("POINT_100", 85, 85, 9),
        ("POINT_10_DECIMAL", 8.5, 85, 9),
        ("POINT_10_DECIMAL", 0.1, 1, 1),
        ("POINT_10", 7, 70, 7),
        ("POINT_5", 1, 10, 1),
        ("POINT_5", 3, 50, 5),
        ("POINT_5", 5, 90, 9),
        ("POINT_3", 1, 35, 4),
        ("POINT_3", 2, 60, 6),
        ("POINT_3", 3, 85, 9),
    ],
)
def test_scores_of_every_scale_become_0_to_100_and_1_to_10(scale: str, score: float, hundred: int, rating: int) -> None:
    assert to_hundred(score, scale) == hundred
    assert rating_of(hundred) == rating
    entry = only(anilist(anilist_entry(score=score), scale=scale)).entry
    assert (entry.rating, entry.score100) == (rating, hundred or None)


def test_a_score_too_high_for_the_users_scale_says_that_all_were_asked_for_as_0_to_100() -> None:
    rows = read(anilist(anilist_entry(score=9), anilist_entry(id=11, score=70), scale="POINT_10")).rows
    assert [row.entry.score100 for row in rows if isinstance(row, ImportedEntry)] == [9, 70]


@pytest.mark.parametrize(("wrong", "scale"), [(150, "POINT_10"), (-3, "POINT_100"), (85, "POINT_10"), (7, "POINT_5")])
def test_an_impossible_score_is_refused_alone_and_chooses_no_scale(wrong: int, scale: str) -> None:
    others = [anilist_entry(id=10 + place, mediaId=place, media={"idMal": place}, score=4) for place in (1, 2, 3)]
    rows = read(anilist(*others, anilist_entry(id=20, mediaId=9, media={"idMal": 9}, score=wrong), scale=scale)).rows
    right = {"POINT_10": 40, "POINT_100": 4, "POINT_5": 70}[scale]
    assert [row.entry.score100 for row in rows if isinstance(row, ImportedEntry)] == [right] * 3 + [None]
    assert "rating" not in rows[-1].provided  # type: ignore[union-attr]  # no row is rejected
    assert scale in rows[-1].remarks[0]  # type: ignore[union-attr]  # no row is rejected


@pytest.mark.parametrize(
    ("score", "scale", "hundred"),
    [("8", "POINT_10", 80), ("8.5", "POINT_10_DECIMAL", 85), ("8,5", "POINT_10_DECIMAL", 85), ("3", "POINT_3", 85)],
)
def test_a_score_that_is_a_text_is_read_like_a_number(score: str, scale: str, hundred: int) -> None:
    assert only(anilist(anilist_entry(score=score), scale=scale)).entry.score100 == hundred


def test_scores_that_are_texts_choose_the_scale_too() -> None:
    rows = read(anilist(anilist_entry(score="70"), anilist_entry(id=11, score="9"), scale="POINT_10")).rows
    assert [row.entry.score100 for row in rows if isinstance(row, ImportedEntry)] == [70, 9]


def test_a_file_that_does_not_say_the_scale_is_warned_of() -> None:
    found = read(anilist(anilist_entry(score=8.5), scale=None))
    assert "scale" in found.warnings[0]
    assert found.rows[0].entry.score100 == 85  # type: ignore[union-attr]  # no row is rejected


@pytest.mark.parametrize("score", [101, -1, "many"])
def test_a_score_out_of_range_is_left_out_with_a_remark(score: object) -> None:
    row = only(anilist(anilist_entry(score=score)))
    assert (row.entry.rating, row.entry.score100) == (None, None)
    assert "score" in row.remarks[0]


def test_an_entry_in_several_lists_counts_once_and_hidden_ones_stand_only_in_custom_lists() -> None:
    shown, hidden = anilist_entry(), anilist_entry(id=11, mediaId=5, media={"id": 5, "idMal": 5})
    rows = read(anilist(shown, custom={"Space": [shown, hidden], "Jazz": [shown]})).rows
    assert [(row.entry.mal_id, row.entry.tags) for row in rows] == [(1, ("Space", "Jazz")), (5, ("Space",))]  # type: ignore[union-attr]  # no row is rejected


def test_custom_lists_can_be_an_array_and_without_any_tags_are_not_told() -> None:
    as_array = anilist_entry(customLists=[{"name": "A", "enabled": True}, {"name": "B", "enabled": False}])
    assert only(anilist(as_array)).entry.tags == ("A",)
    assert "tags" in only(anilist(as_array)).provided
    assert "tags" not in only(anilist(anilist_entry())).provided


def test_an_anime_without_a_mal_id_keeps_anilists_and_one_without_any_is_rejected() -> None:
    row = only(anilist(anilist_entry(media={"id": 777, "idMal": None})))
    assert (row.entry.mal_id, row.foreign) == (0, (ForeignId("anilist", 777),))
    assert "names no anime" in rejected(anilist(anilist_entry(mediaId=None, media=None))).reason


def test_manga_is_left_out_and_an_unknown_status_rejected() -> None:
    found = read(anilist(anilist_entry(), anilist_entry(id=11, media={"id": 2, "idMal": 2, "format": "MANGA"})))
    assert len(found.rows) == 1
    assert found.warnings == ("1 manga left out: CatLog lists anime only",)
    assert "status" in rejected(anilist(anilist_entry(status=None))).reason


def test_answers_without_an_envelope_and_several_chunks_are_read() -> None:
    whole = json.loads(anilist(anilist_entry()))
    bare = whole["data"]["MediaListCollection"]
    second = json.loads(anilist(anilist_entry(id=11, mediaId=5, media={"id": 5, "idMal": 5})))
    for form in (bare, {"MediaListCollection": bare}, [whole]):
        assert len(read(json.dumps(form).encode()).rows) == 1
    assert len(read(json.dumps([whole, second]).encode()).rows) == 2
    bare["hasNextChunk"] = True
    assert "the list is incomplete" in read(json.dumps(bare).encode()).warnings[0]


def gdpr(*rows: dict[str, object], **user: object) -> bytes:
    standard = {
        "series_type": 0,
        "series_id": 16498,
        "status": 2,
        "score": 95,
        "progress": 25,
        "repeat": 1,
        "private": 0,
        "notes": None,
        "custom_lists": "[]",
        "advanced_scores": "[]",
        "hidden_default": 0,
        "priority": 0,
        "started_on": 20180907,
        "finished_on": 0,
        "created_at": "2018-08-20 03:19:59",
        "updated_at": "2021-07-15 22:28:02",
    }
    return json.dumps({"user": user, "lists": [{**standard, **row} for row in rows]}).encode()


def test_a_data_export_is_read_with_everything_it_says() -> None:
    row = only(gdpr({"notes": "note", "private": 1, "advanced_scores": "[8.5,9]"}))
    assert row.entry == Entry(
        0,
        Status.COMPLETED,
        rating=10,
        score100=95,
        notes="note",
        episodes_watched=25,
        start_date=PartialDate("2018-09-07"),
        rewatch_count=1,
        extra={"anilist:private": "true", "anilist:advanced_scores": "[8.5,9]"},
        created_at=datetime(2018, 8, 20, 3, 19, 59, tzinfo=UTC),
        updated_at=datetime(2021, 7, 15, 22, 28, 2, tzinfo=UTC),
    )
    assert row.foreign == (ForeignId("anilist", 16498),)


@pytest.mark.parametrize(
    ("number", "status", "rewatching"),
    [
        (0, Status.WATCHING, False),
        (1, Status.PLAN_TO_WATCH, False),
        (2, Status.COMPLETED, False),
        (3, Status.DROPPED, False),
        (4, Status.ON_HOLD, False),
        (5, Status.COMPLETED, True),
    ],
)
def test_a_data_export_numbers_the_statuses(number: int, status: Status, rewatching: bool) -> None:
    entry = only(gdpr({"status": number})).entry
    assert (entry.status, entry.rewatching) == (status, rewatching)
    assert "status" in rejected(gdpr({"status": 6})).reason


@pytest.mark.parametrize(("number", "date"), [(20210500, "2021-05"), (20210231, "2021-02"), (0, None), (None, None)])
def test_a_data_export_writes_dates_as_numbers(number: int | None, date: str | None) -> None:
    assert only(gdpr({"started_on": number})).entry.start_date == date


def test_manga_of_a_data_export_is_left_out_and_custom_lists_get_names_where_it_has_them() -> None:
    found = read(gdpr({"custom_lists": "[0,1]"}, {"series_type": 1}, custom_lists='{"anime": ["A", "B"]}'))
    assert found.warnings == ("1 manga left out: CatLog lists anime only",)
    assert found.rows[0].entry.tags == ("B",)  # type: ignore[union-attr]  # no row is rejected
    unnamed = only(gdpr({"custom_lists": "[0,1]"}))
    assert unnamed.entry.extra == {"anilist:custom_lists": "[0,1]"}
