"""Missing and unreadable values of a row change nothing: for every format, field by field."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from catlog.interchange import native_csv
from catlog.interchange.merge import merged
from catlog.interchange.records import ImportedEntry, ListedTitle, ListExport
from catlog.library.entries import FIELDS, Entry, Status
from catlog.library.partial_date import PartialDate
from tests.interchange.samples import anilist, kitsu, mal_xml, only, simkl

MINE = Entry(
    1,
    Status.ON_HOLD,
    rating=9,
    score100=91,
    notes="mine",
    tags=("a, b", "c"),
    favorite=True,
    episodes_watched=7,
    start_date=PartialDate("2020-01-01"),
    finish_date=PartialDate("2020-02"),
    rewatch_count=2,
    extra={"my_priority": "HIGH", "anilist:private": "true", "kitsu:private": "true", "simkl:private": "true"},
    created_at=datetime(2020, 1, 1, tzinfo=UTC),
)

Maker = Callable[[Mapping[str, Any]], bytes]


@dataclass(frozen=True)
class Format:
    """How a format writes one entry: the least it needs, and a readable and an unreadable value of each name."""

    make: Maker
    least: Mapping[str, Any]
    names: Mapping[str, tuple[str, Any, Any]]
    """The name -> the field it tells, a value that says something, one that cannot be read."""


def csv_of(cells: Mapping[str, Any]) -> bytes:
    return f"{','.join(cells)}\n{','.join(map(str, cells.values()))}\n".encode()


def xml_of(elements: Mapping[str, Any]) -> bytes:
    inside = "".join(f"<{name}>{text}</{name}>" for name, text in elements.items())
    return f"<myanimelist><anime>{inside}</anime></myanimelist>".encode()


def anilist_of(entry: Mapping[str, Any]) -> bytes:
    return anilist({"media": {"idMal": 1}, **entry})


def gdpr_of(row: Mapping[str, Any]) -> bytes:
    return json.dumps({"user": {"custom_lists": ["A"]}, "lists": [{"series_id": 1, **row}]}).encode()


def kitsu_of(attributes: Mapping[str, Any]) -> bytes:
    page = json.loads(kitsu({}))
    page["data"][0]["attributes"] = dict(attributes)
    return json.dumps(page).encode()


def simkl_of(item: Mapping[str, Any]) -> bytes:
    memo = {name: item[name] for name in ("text", "is_private") if name in item}
    rest = {name: value for name, value in item.items() if name not in memo}
    return simkl(anime=[{"show": {"ids": {"mal": 1}}, "anime_type": "tv", "memo": memo, **rest}])


def api_of(told: Mapping[str, Any]) -> bytes:
    return json.dumps({"data": [{"node": {"id": 1}, "list_status": told}]}).encode()


def public_of(told: Mapping[str, Any]) -> bytes:
    return json.dumps([{"anime_id": 1, **told}]).encode()


def native_of(told: Mapping[str, Any]) -> bytes:
    return json.dumps({"kind": "list", "rows": [{"malId": 1, **told}]}).encode()


def shikimori_of(told: Mapping[str, Any]) -> bytes:
    return json.dumps([{"target_id": 1, "target_type": "Anime", **told}]).encode()


FULL = {"year": 2021, "month": 5, "day": 3}
FORMATS = {
    "mal-xml": Format(
        xml_of,
        {"series_animedb_id": 1, "my_status": "Watching"},
        {
            "my_score": ("rating", 5, "ten"),
            "my_comments": ("notes", "", None),
            "my_tags": ("tags", "", None),
            "my_watched_episodes": ("episodes_watched", 3, "-1"),
            "my_start_date": ("start_date", "0000-00-00", "31.12.2020"),
            "my_finish_date": ("finish_date", "2021-00-00", "0000-13-00"),
            "my_times_watched": ("rewatch_count", 0, "255"),
        },
    ),
    "mal-csv": Format(
        csv_of,
        {"series_animedb_id": 1, "my_status": "Watching"},
        {
            "my_score": ("rating", 0, "11"),
            "my_watched_episodes": ("episodes_watched", 3, ""),
            "my_start_date": ("start_date", "2021-05-03", "yesterday"),
        },
    ),
    "csv": Format(
        csv_of,
        {"malId": 1, "status": "watching"},
        {
            "rating": ("rating", "", "★★"),
            "episodesWatched": ("episodes_watched", 0, "64 eps"),
            "favorite": ("favorite", "false", "maybe"),
            "rewatchCount": ("rewatch_count", 0, "many"),
            "startDate": ("start_date", "", "01/31/2024"),
            "extra": ("extra", "{}", "[1"),
        },
    ),
    "catlog": Format(
        native_of,
        {"status": "WATCHING"},
        {
            "rating": ("rating", None, [8]),
            "notes": ("notes", None, {}),
            "tags": ("tags", [], [1]),
            "favorite": ("favorite", False, "?"),
            "extra": ("extra", {}, "text"),
            "score100": ("score100", None, 101),
        },
    ),
    "anilist": Format(
        anilist_of,
        {"status": "CURRENT"},
        {
            "score": ("rating", 0, "many"),
            "notes": ("notes", None, ["x"]),
            "customLists": ("tags", {"A": False}, None),
            "progress": ("episodes_watched", 3, "x"),
            "repeat": ("rewatch_count", 0, None),
            "startedAt": ("start_date", {"year": None}, "2021"),
            "completedAt": ("finish_date", FULL, {"year": "?"}),
        },
    ),
    "anilist-gdpr": Format(
        gdpr_of,
        {"status": 0},
        {
            "score": ("rating", 0, 101),
            "notes": ("notes", None, ["x"]),
            "progress": ("episodes_watched", 3, None),
            "repeat": ("rewatch_count", 0, -1),
            "started_on": ("start_date", 0, "never"),
            "finished_on": ("finish_date", 20210503, -1),
            "custom_lists": ("tags", "[0]", None),
        },
    ),
    "kitsu": Format(
        kitsu_of,
        {"status": "current"},
        {
            "ratingTwenty": ("rating", None, 21),
            "rating": ("rating", "0.0", "x"),
            "notes": ("notes", "", 1.5),
            "progress": ("episodes_watched", 3, None),
            "startedAt": ("start_date", None, "x"),
            "finishedAt": ("finish_date", "2021-05-03", "3.5.2021"),
            "reconsumeCount": ("rewatch_count", 0, "x"),
        },
    ),
    "simkl": Format(
        simkl_of,
        {"status": "completed"},
        {
            "user_rating": ("rating", None, 11),
            "text": ("notes", "", 1.5),
            "watched_episodes_count": ("episodes_watched", 3, "x"),
            "last_watched_at": ("finish_date", "2021-05-03T10:00:00Z", "x"),
        },
    ),
    "mal-json": Format(
        api_of,
        {"status": "watching"},
        {
            "score": ("rating", 0, "x"),
            "num_episodes_watched": ("episodes_watched", 3, None),
            "num_times_rewatched": ("rewatch_count", 0, "x"),
            "start_date": ("start_date", "2021-05", "x"),
            "tags": ("tags", [], [{}]),
            "comments": ("notes", "", []),
        },
    ),
    "mal-json, public": Format(
        public_of,
        {"status": 1},
        {
            "score": ("rating", 0, "x"),
            "num_watched_episodes": ("episodes_watched", 3, None),
            "start_date_string": ("start_date", None, "13-13-16"),
            "finish_date_string": ("finish_date", "05-31-16", "sometime"),
            "tags": ("tags", "", 7),
        },
    ),
    "shikimori": Format(
        shikimori_of,
        {"status": "watching"},
        {
            "score": ("rating", 0, 11),
            "episodes": ("episodes_watched", 3, None),
            "rewatches": ("rewatch_count", 0, "x"),
            "text": ("notes", None, {}),
        },
    ),
    "yamtrack": Format(
        csv_of,
        {"media_id": 1, "source": "mal", "media_type": "anime", "status": "In progress"},
        {
            "score": ("rating", "", "x"),
            "notes": ("notes", "", None),
            "progress": ("episodes_watched", 3, ""),
            "start_date": ("start_date", "", "31/31/2024"),
            "end_date": ("finish_date", "05/31/2021", "31.05.2021"),
            "repeats": ("rewatch_count", 0, "x"),
        },
    ),
}
PLACES = [(format, name) for format, one in FORMATS.items() for name in one.names]


def after(row: ImportedEntry) -> dict[str, Any]:
    result = merged(MINE, row)
    return {name: getattr(result, name) for name in FIELDS}


@pytest.mark.parametrize("format", FORMATS)
def test_a_row_that_says_only_its_status_changes_only_that(format: str) -> None:
    one = FORMATS[format]
    row = only(one.make(one.least))
    assert row.provided <= {"status", "rewatching"}
    assert {name for name, value in after(row).items() if value != getattr(MINE, name)} == {"status"}


@pytest.mark.parametrize(("format", "name"), PLACES)
def test_one_value_more_changes_its_field_alone_and_an_unreadable_one_nothing(format: str, name: str) -> None:
    one = FORMATS[format]
    field, good, bad = one.names[name]
    spoken = only(one.make({**one.least, name: good}))
    assert field in spoken.provided
    changed = {known for known, value in after(spoken).items() if value != getattr(MINE, known)} - {"status"}
    assert changed - {"score100"} == {field} - {"score100"}
    if bad is not None:
        unread = only(one.make({**one.least, name: bad}))
        assert field not in unread.provided
        assert {known for known, value in after(unread).items() if value != getattr(MINE, known)} == {"status"}
        assert (unread.remarks != ()) == (bad != "")


def test_a_date_that_is_cut_to_what_is_possible_counts_for_a_new_title_alone() -> None:
    row = only(mal_xml({"my_start_date": "2021-02-30"}))
    assert merged(None, row).start_date == "2021-02"
    assert merged(MINE, row).start_date == "2020-01-01"


def test_the_marks_of_one_service_leave_those_of_the_others() -> None:
    private = only(
        anilist({"status": "CURRENT", "media": {"idMal": 1}, "private": False, "hiddenFromStatusLists": True})
    )
    assert after(private)["extra"] == {
        "my_priority": "HIGH",
        "kitsu:private": "true",
        "simkl:private": "true",
        "anilist:hidden": "true",
    }
    assert after(only(kitsu_of({"status": "current", "private": False})))["extra"].keys() == MINE.extra.keys() - {
        "kitsu:private"
    }
    assert after(only(simkl_of({"status": "hold", "is_private": True})))["extra"] == MINE.extra
    assert after(only(xml_of({"series_animedb_id": 1, "my_status": "1", "my_priority": "LOW"})))["extra"].keys() == (
        MINE.extra.keys() - {"my_priority"}
    )


def test_a_privacy_mark_that_says_not_whose_it_is_gives_way_to_a_named_one() -> None:
    old = Entry(1, extra={"private": "true", "my_sns": "deny"})
    told = only(kitsu_of({"status": "planned", "private": True}))
    assert merged(old, told).extra == {"kitsu:private": "true", "my_sns": "deny"}
    assert merged(old, only(kitsu_of({"status": "planned"}))).extra == old.extra


def test_the_mark_of_a_paused_rewatch_is_set_kept_and_taken_away_as_the_file_says() -> None:
    marked = only(mal_xml({"my_status": "On-Hold", "my_rewatching": "1"}))
    assert after(marked)["extra"]["my_rewatching"] == "1"
    mine = merged(MINE, marked)
    assert merged(mine, only(b"malId,status\n1,dropped\n")).extra["my_rewatching"] == "1"
    assert "my_rewatching" not in merged(mine, only(mal_xml({"my_status": "On-Hold", "my_rewatching": "0"}))).extra
    assert after(only(kitsu_of({"status": "on_hold", "reconsuming": True})))["extra"]["my_rewatching"] == "1"


def test_a_score_of_100_alone_tells_the_rating_and_one_that_is_unreadable_leaves_both() -> None:
    assert after(only(csv_of({"malId": 1, "status": "watching", "score100": 55})))["rating"] == 6
    unread = after(only(csv_of({"malId": 1, "status": "watching", "score100": "x"})))
    assert (unread["rating"], unread["score100"]) == (9, 91)
    other = after(only(csv_of({"malId": 1, "status": "watching", "rating": "x", "score100": 55})))
    assert (other["rating"], other["score100"]) == (6, 55)


def test_everything_that_catlog_exports_is_told_again() -> None:
    row = only("".join(native_csv.write(ListExport([ListedTitle(Entry(1))]))).encode())
    assert row.provided == FIELDS.keys()
    assert after(row) == {name: getattr(Entry(1), name) for name in FIELDS}


RATINGS: list[tuple[dict[str, Any], tuple[int | None, int | None], int]] = [
    ({"rating": "", "score100": 85}, (9, 85), 0),
    ({"rating": None, "score100": 85}, (9, 85), 0),
    ({"rating": 0, "score100": 44}, (4, 44), 0),
    ({"rating": "x", "score100": 44}, (4, 44), 1),
    ({"rating": 9, "score100": 85}, (9, 85), 0),
    ({"rating": 5, "score100": 90}, (5, None), 1),
    ({"rating": 5, "score100": ""}, (5, None), 0),
    ({"rating": 5, "score100": 0}, (5, None), 0),
    ({"rating": "", "score100": ""}, (None, None), 0),
    ({"rating": ""}, (None, None), 0),
    ({"rating": 9, "score100": "x"}, (9, 91), 1),
    ({"rating": 4, "score100": "x"}, (4, None), 1),
]


@pytest.mark.parametrize("make", [csv_of, native_of])
@pytest.mark.parametrize(("told", "expected", "remarks"), RATINGS)
def test_rating_and_score_agree_after_every_import(
    make: Maker, told: Mapping[str, Any], expected: tuple[int | None, int | None], remarks: int
) -> None:
    cells = {name: "" if value is None and make is csv_of else value for name, value in told.items()}
    row = only(make({"malId": 1, "status": "watching", **cells}))
    found = after(row)
    assert (found["rating"], found["score100"]) == expected
    assert len(row.remarks) == remarks


def test_a_rating_that_the_score_contradicts_is_remarked_with_both() -> None:
    row = only(native_of({"status": "WATCHING", "rating": 5, "score100": 90}))
    assert row.remarks == ("score100 90 is a rating of 9 and not of 5: the rating counts",)


def test_what_is_left_of_a_date_is_remarked_as_what_becomes_of_it() -> None:
    [remark] = only(mal_xml({"my_start_date": "2021-13-45"})).remarks
    assert remark == "my_start_date 2021-13-45 is no date: 2021 taken for a title new on the list"


def test_a_file_without_progress_remarks_nothing_about_it() -> None:
    least = {"series_animedb_id": 1, "series_episodes": 26, "my_status": "Completed"}
    assert only(xml_of(least)).remarks == ()
    assert only(xml_of({**least, "my_watched_episodes": ""})).remarks == ()
    assert only(xml_of({**least, "my_watched_episodes": 0})).remarks == (
        "Completed with 0 of 26 episodes, as in the file",
    )


def test_broken_notes_and_tags_count_for_a_new_title_alone() -> None:
    row = only(b"malId,status,notes,tags\n1,watching,caf\x81,caf\x81\n")
    assert (row.entry.notes, row.entry.tags) == ("caf\ufffd", ("caf\ufffd",))
    found = after(row)
    assert (found["notes"], found["tags"]) == (MINE.notes, MINE.tags)
    assert all(remark.endswith("taken for a title new on the list") for remark in row.remarks)


TRUE: dict[str, tuple[Maker, dict[str, Any], tuple[str, ...]]] = {
    "anilist": (anilist_of, {"status": "CURRENT"}, ("score", "notes", "progress", "repeat")),
    "anilist-gdpr": (gdpr_of, {"status": 0}, ("score", "notes", "progress", "started_on")),
    "kitsu": (kitsu_of, {"status": "current"}, ("ratingTwenty", "rating", "notes", "progress")),
    "simkl": (simkl_of, {"status": "watching"}, ("user_rating", "text", "watched_episodes_count")),
    "mal-json": (api_of, {"status": "watching"}, ("score", "comments", "num_episodes_watched", "start_date")),
    "shikimori": (shikimori_of, {"status": "watching"}, ("score", "text", "episodes", "rewatches")),
    "catlog": (native_of, {"status": "WATCHING"}, ("rating", "score100", "notes", "episodesWatched", "tags")),
}


@pytest.mark.parametrize(
    ("format", "name"), [(format, name) for format, (_, _, names) in TRUE.items() for name in names]
)
def test_true_is_no_number_and_no_text_in_any_format(format: str, name: str) -> None:
    make, least, _ = TRUE[format]
    row = only(make({**least, name: True}))
    assert {known for known, value in after(row).items() if value != getattr(MINE, known)} == {"status"}
    assert row.remarks
