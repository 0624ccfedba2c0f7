"""From raw JSON to records: what is required, what is only noted, and what a number may be."""

from datetime import date
from typing import Any

import pytest

from catlog.jikan.fields import INT_MAX, LIST_LIMIT, RejectedRecordError
from catlog.jikan.schema import Genre, parse_anime, parse_page
from tests.support.jikan import make_catalogue


@pytest.fixture
def raw() -> dict[str, Any]:
    """One invented anime with every field of Jikan, fully known."""
    known = ("season", "score", "genres", "studios")
    entry = next(dict(entry) for entry in make_catalogue(50, 3).entries if all(entry[name] for name in known))
    entry |= {"title": "Hoshi no Tabi", "title_english": None, "title_japanese": "星の旅", "synopsis": "A road."}
    entry |= {"titles": [], "title_synonyms": []}
    return entry | {"rank": 12, "popularity": 40, "members": 5000, "score": 8.126, "episodes": 12}


def test_a_full_object_becomes_a_record_without_notes(raw: dict[str, Any]) -> None:
    record = parse_anime(raw)
    assert record.notes == ()
    assert (record.mal_id, record.title, record.type) == (raw["mal_id"], raw["title"], raw["type"])
    assert record.score == 8.13
    assert record.aired_from == date.fromisoformat(raw["aired"]["from"][:10])
    assert record.season == raw["season"]
    assert record.image_url == raw["images"]["jpg"]["image_url"]
    assert Genre(raw["genres"][0]["name"], "genre") in record.genres
    assert record.studios == tuple(studio["name"] for studio in raw["studios"])


@pytest.mark.parametrize("bad", [None, "12", True, 0, -5, 1.5, [1], INT_MAX + 1, 10**30, float("inf")])
def test_a_record_without_a_usable_id_is_rejected_with_a_reason(raw: dict[str, Any], bad: object) -> None:
    with pytest.raises(RejectedRecordError, match="mal_id: ") as problem:
        parse_anime(raw | {"mal_id": bad})
    assert problem.value.mal_id is None


def test_a_record_that_lacks_its_id_says_that_it_is_missing(raw: dict[str, Any]) -> None:
    del raw["mal_id"]
    with pytest.raises(RejectedRecordError, match="mal_id: missing"):
        parse_anime(raw)


@pytest.mark.parametrize("bad", [None, 86, "", "  \u200b ", "\x1b\x00", ["Tabi"], {"title": "Tabi"}])
def test_a_record_without_a_usable_title_is_rejected_by_its_id(raw: dict[str, Any], bad: object) -> None:
    with pytest.raises(RejectedRecordError, match="title: ") as problem:
        parse_anime(raw | {"title": bad})
    assert problem.value.mal_id == raw["mal_id"]


@pytest.mark.parametrize("entry", [None, 7, "text", [], True])
def test_an_entry_that_is_no_object_is_rejected(entry: object) -> None:
    with pytest.raises(RejectedRecordError, match="expected an object"):
        parse_anime(entry)


@pytest.mark.parametrize(
    ("field", "bad", "note"),
    [
        ("score", "high", "score: expected a number, got 'high'"),
        ("score", True, "score: expected a number, got true"),
        ("score", 10.5, "score: expected above 0 and at most 10, got 10.5"),
        ("score", -1, "score: expected above 0 and at most 10, got -1"),
        ("members", -1, f"members: expected 0 to {INT_MAX}, got -1"),
        ("members", "1234", "members: expected a whole number, got '1234'"),
        ("members", 10**12, f"members: expected 0 to {INT_MAX}, got 1000000000000"),
        ("rank", -3, f"rank: expected 1 to {INT_MAX}, got -3"),
        ("episodes", False, "episodes: expected a whole number, got false"),
        ("year", 20260, "year: expected 1900 to 2100, got 20260"),
        ("season", "monsoon", "season: expected a season, got 'monsoon'"),
        ("type", 3, "type: expected a text, got 3"),
        ("synopsis", {}, "synopsis: expected a text, got an object"),
    ],
)
def test_a_field_of_a_wrong_type_or_range_is_none_with_a_note(
    raw: dict[str, Any], field: str, bad: object, note: str
) -> None:
    record = parse_anime(raw | {field: bad})
    assert getattr(record, field) is None
    assert record.notes == (note,)


@pytest.mark.parametrize("field", ["rank", "score", "popularity", "episodes", "year"])
def test_a_zero_means_unknown_and_is_nothing_to_note(raw: dict[str, Any], field: str) -> None:
    record = parse_anime(raw | {field: 0})
    assert getattr(record, field) is None
    assert record.notes == ()


def test_no_members_beside_a_known_popularity_means_unknown(raw: dict[str, Any]) -> None:
    assert parse_anime(raw | {"members": 0, "popularity": 40}).members is None
    assert parse_anime(raw | {"members": 0, "popularity": None}).members == 0


def test_a_missing_field_is_noted_and_a_null_one_is_not(raw: dict[str, Any]) -> None:
    del raw["score"]
    record = parse_anime(raw | {"episodes": None})
    assert record.notes == ("score: missing",)
    assert record.episodes is None


def test_a_whole_float_is_a_whole_number(raw: dict[str, Any]) -> None:
    assert parse_anime(raw | {"episodes": 24.0}).episodes == 24


@pytest.mark.parametrize(
    ("aired", "expected"),
    [
        ({"from": "2011-04-06T00:00:00+00:00", "to": None}, (date(2011, 4, 6), None, 0)),
        ({"from": "0001-01-01T00:00:00+00:00", "to": None}, (None, None, 1)),
        ({"from": "Not available", "to": 20110914}, (None, None, 2)),
        ({}, (None, None, 2)),
        (None, (None, None, 0)),
        ("2011", (None, None, 1)),
    ],
)
def test_dates_are_read_as_written_or_noted(raw: dict[str, Any], aired: object, expected: tuple[Any, ...]) -> None:
    record = parse_anime(raw | {"aired": aired})
    assert (record.aired_from, record.aired_to, len(record.notes)) == expected


def test_hostile_text_is_cleaned_and_the_record_says_so(raw: dict[str, Any]) -> None:
    record = parse_anime(raw | {"title": "\x1b]52;c;cm0=\x07Ta\u202ebi\ud800", "synopsis": "one\ntwo\u2028three"})
    assert record.title == "]52;c;cm0=Tabi"
    assert record.synopsis == "one\ntwo\nthree"
    assert "title: cleaned of unsafe or surplus characters" in record.notes


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://a b", "https://h/\x1b[2J", "ftp://h/x.jpg", "https://" + "x" * 600, 7]
)
def test_an_image_that_is_no_plain_web_address_is_left_out(raw: dict[str, Any], url: object) -> None:
    record = parse_anime(raw | {"images": {"jpg": {"image_url": url}}})
    assert record.image_url is None
    assert record.notes[0].startswith("images.jpg.image_url: expected a URL")


def test_broken_entries_of_a_list_are_left_out_and_the_rest_is_kept(raw: dict[str, Any]) -> None:
    record = parse_anime(
        raw
        | {
            "genres": [None, {"name": "Drama"}, {"name": 5}, "Action"],
            "themes": [{"name": "Drama"}, {"name": "Iyashikei"}],
            "demographics": [],
            "studios": [{"mal_id": 1}, {"name": "Atelier"}, {"name": "Atelier"}],
            "title_synonyms": ["Second", 2, "Second", ""],
            "titles": [],
        }
    )
    assert record.genres == (Genre("Drama", "genre"), Genre("Iyashikei", "theme"))
    assert record.studios == ("Atelier",)
    assert record.synonyms == ("Second",)
    assert "genres: expected objects, got null" in record.notes
    assert "studios.name: missing" in record.notes
    assert "title_synonyms: expected texts, got 2" in record.notes


def test_titles_in_other_languages_are_synonyms_once(raw: dict[str, Any]) -> None:
    titles = [{"type": "Default", "title": raw["title"]}, {"type": "German", "title": "Die Reise"}]
    record = parse_anime(raw | {"titles": titles, "title_synonyms": ["Voyage"]})
    assert record.synonyms == ("Voyage", "Die Reise")


def test_an_endless_list_is_cut(raw: dict[str, Any]) -> None:
    record = parse_anime(raw | {"title_synonyms": [f"name {n}" for n in range(5000)], "titles": []})
    assert len(record.synonyms) == LIST_LIMIT
    assert "title_synonyms: cut to 100 of 5000 entries" in record.notes


def test_unknown_words_are_none_and_new_words_are_kept(raw: dict[str, Any]) -> None:
    record = parse_anime(raw | {"type": "Hologram", "duration": "Unknown", "status": "unknown"})
    assert (record.type, record.duration, record.status) == ("Hologram", None, None)


def test_a_broadcast_time_is_a_time_of_day(raw: dict[str, Any]) -> None:
    broadcast = {"day": "Mondays", "time": "25:00", "timezone": "Asia/Tokyo", "string": "?"}
    record = parse_anime(raw | {"broadcast": broadcast})
    assert (record.broadcast_day, record.broadcast_time) == ("Mondays", None)
    assert record.notes == ("broadcast.time: expected HH:MM, got '25:00'",)


def test_a_record_that_breaks_everything_keeps_a_bounded_number_of_notes(raw: dict[str, Any]) -> None:
    broken = dict.fromkeys(raw, object) | {"mal_id": 1, "title": "Tabi"}
    record = parse_anime({name: ["\x1b" * 1000] if value is object else value for name, value in broken.items()})
    assert 10 < len(record.notes) <= 20
    assert all(note.isprintable() and len(note) < 120 for note in record.notes)


def test_unknown_fields_of_a_page_are_counted_and_ignored(raw: dict[str, Any]) -> None:
    page = parse_page({"data": [raw | {"hologram": 1}, raw | {"hologram": 2, "\x1b[2Jx": 3}, 7], "sponsor": "nobody"})
    assert page.unknown_fields == {"hologram": 2, "[2Jx": 1, "sponsor": 1}
    assert len(page.entries) == 3


@pytest.mark.parametrize(
    ("pagination", "expected"),
    [
        (
            {"last_visible_page": 4, "has_next_page": True, "current_page": 1, "items": {"total": 98}},
            (True, 4, 98),
        ),
        ({"last_visible_page": 1, "has_next_page": False}, (False, 1, None)),
        ({"last_visible_page": "4", "has_next_page": "yes", "items": []}, (None, None, None)),
        (None, (None, None, None)),
        ([], (None, None, None)),
    ],
)
def test_what_the_pagination_does_not_tell_is_none(pagination: object, expected: tuple[Any, ...]) -> None:
    page = parse_page({"data": [], "pagination": pagination})
    assert (page.has_next_page, page.last_visible_page, page.total) == expected


def test_a_page_needs_no_pagination_at_all() -> None:
    assert parse_page({"data": [1, 2]}).has_next_page is None
