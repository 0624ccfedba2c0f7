"""The hand-kept list of the demo: facts that agree with each other, and with MyAnimeList where recordings lie near."""

import csv
import gzip
import re
from datetime import date
from pathlib import Path

import pytest

from catlog.demo.titles import LISTED_ON, DemoTitle, load_titles
from catlog.text import clean


@pytest.fixture(scope="module")
def titles() -> tuple[DemoTitle, ...]:
    return load_titles()


def test_there_are_about_120_titles_each_listed_once(titles: tuple[DemoTitle, ...]) -> None:
    assert 115 <= len(titles) <= 140
    assert len({title.mal_id for title in titles}) == len(titles)
    assert len({title.title for title in titles}) == len(titles)


@pytest.mark.parametrize(
    ("mal_id", "name"),
    [
        (52034, "[Oshi no Ko]"),
        (41457, "86"),
        (28977, "Gintama°"),
        (9756, "Mahou Shoujo Madoka★Magica"),
        (3786, "Shin Evangelion Movie:||"),
        (52991, "Sousou no Frieren"),
    ],
)
def test_titles_that_break_careless_code_are_in_the_list(titles: tuple[DemoTitle, ...], mal_id: int, name: str) -> None:
    assert {title.mal_id: title.title for title in titles}[mal_id] == name


def test_the_list_mixes_kinds_decades_and_statuses(titles: tuple[DemoTitle, ...]) -> None:
    assert {title.type for title in titles} == {"TV", "Movie", "OVA", "ONA", "TV Special"}
    by_status = {status: [t for t in titles if t.status == status] for status in {t.status for t in titles}}
    assert set(by_status) == {"Finished Airing", "Currently Airing", "Not yet aired"}
    assert len(by_status["Currently Airing"]) >= 5
    assert len(by_status["Not yet aired"]) >= 5
    decades = {title.aired_from.year // 10 for title in titles if title.aired_from}
    assert {198, 199, 200, 201, 202} <= decades


def test_every_text_is_what_cleaning_would_make_of_it(titles: tuple[DemoTitle, ...]) -> None:
    for title in titles:
        names = (title.title, title.title_english, title.title_japanese, title.synopsis, *title.studios)
        assert [name for name in names if name is not None and clean(name) != name] == []


def test_every_title_has_a_synopsis_of_one_sentence_of_its_own(titles: tuple[DemoTitle, ...]) -> None:
    assert len({title.synopsis for title in titles}) == len(titles)
    for title in titles:
        assert 40 <= len(title.synopsis) <= 160, title.title
        assert re.fullmatch(r"[A-Z][^.!?]*\.", title.synopsis), title.synopsis


def test_what_is_known_goes_with_the_status(titles: tuple[DemoTitle, ...]) -> None:
    for title in titles:
        unaired = title.status == "Not yet aired"
        assert (title.score is None) == (title.rank is None) == (title.scored_by is None), title.title
        assert title.members > 0, title.title
        assert title.popularity > 0, title.title
        assert not (unaired and title.score is not None), title.title
        if title.aired_from is not None:
            assert (title.aired_from > LISTED_ON) == unaired, title.title
        if title.aired_to is not None:
            assert title.aired_from is not None
            assert title.aired_from <= title.aired_to < LISTED_ON, title.title
            assert title.status == "Finished Airing", title.title
        assert title.genres, title.title
        assert title.studios, title.title
        assert title.source, title.title
        assert title.rating, title.title


def test_broadcast_slots_belong_to_airing_titles_and_read_as_day_and_time(titles: tuple[DemoTitle, ...]) -> None:
    slots = [title for title in titles if title.broadcast_day is not None or title.broadcast_time is not None]
    assert len(slots) >= 4
    for title in slots:
        assert title.status == "Currently Airing"
        assert re.fullmatch(r"(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days", title.broadcast_day or "")
        assert re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", title.broadcast_time or "")


def test_durations_seasons_and_ratings_are_spelled_as_the_source_spells_them(titles: tuple[DemoTitle, ...]) -> None:
    ratings = {
        "G - All Ages",
        "PG - Children",
        "PG-13 - Teens 13 or older",
        "R - 17+ (violence & profanity)",
        "R+ - Mild Nudity",
    }
    for title in titles:
        assert title.rating in ratings, title.title
        assert title.season in {None, "winter", "spring", "summer", "fall"}, title.title
        assert (title.season is None) == (title.year is None), title.title
        if title.duration is not None:
            assert re.fullmatch(r"(\d hr )?\d{1,2} min( per ep)?", title.duration), title.title


def test_films_last_longer_than_episodes(titles: tuple[DemoTitle, ...]) -> None:
    lengths = {title.title: title.duration for title in titles if title.type == "Movie" and title.duration}
    assert len(lengths) >= 15
    assert [name for name, length in lengths.items() if "hr" not in length and name != "Look Back"] == []


def test_the_list_is_in_rank_order_and_a_better_rank_has_no_lower_score(titles: tuple[DemoTitle, ...]) -> None:
    ranked = [title for title in titles if title.rank is not None]
    assert titles[: len(ranked)] == tuple(ranked)
    pairs = [(title.rank or 0, -(title.score or 0)) for title in ranked]
    assert pairs == sorted(pairs)
    assert [score for _, score in pairs] == sorted(score for _, score in pairs)


def test_sequels_name_an_earlier_part_of_the_list_and_never_go_round(titles: tuple[DemoTitle, ...]) -> None:
    by_id = {title.mal_id: title for title in titles}
    sequels = [title for title in titles if title.sequel_of is not None]
    assert len(sequels) >= 30
    for title in sequels:
        earlier = by_id[title.sequel_of or 0]
        assert earlier.aired_from is not None
        assert earlier.aired_from < (title.aired_from or date.max), title.title


def test_ids_titles_and_figures_are_those_of_the_recorded_catalogue(
    titles: tuple[DemoTitle, ...], shared_data: Path | None
) -> None:
    if shared_data is None:
        return
    path = shared_data / "catalogue" / "merged_catalogue_30000.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        recorded = {int(row["mal_id"]): row for row in csv.DictReader(lines)}
    for title in titles:
        row = recorded[title.mal_id]
        assert title.title == row["title"]
        assert str(title.members) == row["members"]
        assert (title.score, title.rank) == (
            float(row["score"]) if row["score"] else None,
            int(row["rank"]) if row["rank"] else None,
        )
