"""The real recordings: each is read, and what they are known for comes out right."""

import gzip
import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from catlog.jikan.details import (
    EPISODE_FIELDS,
    parse_details,
    parse_episode,
    parse_genre,
    parse_recommendation,
    parse_relations,
)
from catlog.jikan.errors import error_of, read_fault
from catlog.jikan.schema import AnimeRecord, parse_anime, parse_data, parse_document, parse_page

LISTS_OF_ANIME = (
    "anime_search", "pagination", "schedules", "season_matrix", "seasons", "seasons_by_year", "seasons_now",
    "seasons_upcoming", "top_anime",
)  # fmt: skip


@cache
def exchanges(recordings: Path) -> tuple[tuple[str, int, bytes], ...]:
    """Return group, status and body of every recorded exchange."""
    found = []
    for file in sorted(recordings.glob("jikan/responses/*/*.json")):
        response = json.loads(file.read_text("utf-8"))["response"]
        found.append((file.parent.name, response["status"], json.dumps(response["body"]).encode()))
    return tuple(found)


@cache
def anime_of(recordings: Path) -> tuple[tuple[Any, AnimeRecord], ...]:
    """Return every recorded anime object with the record made of it."""
    found: list[dict[str, Any]] = []
    for group, status, body in exchanges(recordings):
        document = parse_document(body, group) if status == 200 else {}
        data = document.get("data") if isinstance(document, dict) else None
        entries = data if isinstance(data, list) else [data]
        found += [raw for raw in entries if isinstance(raw, dict) and "title_synonyms" in raw]
    return tuple((raw, parse_anime(raw)) for raw in found)


def test_every_recording_is_read_as_what_its_status_says(recordings: Path) -> None:
    read: Counter[int] = Counter()
    for group, status, body in exchanges(recordings):
        read[status] += 1
        if status == 200:
            assert parse_data(parse_document(body, group), group) is not None
            continue
        fault = read_fault(status, body)
        assert (fault.status, fault.message != "") == (status, True)
        assert error_of(fault, group).message.startswith(group)
    assert read == {200: 119, 500: 5, 404: 1}


def test_every_recorded_list_is_a_page_without_a_rejected_record(recordings: Path) -> None:
    for group, status, body in exchanges(recordings):
        if group in LISTS_OF_ANIME and status == 200:
            page = parse_page(parse_document(body, group), group)
            assert not page.unknown_fields
            assert page.has_next_page is not None
            assert page.total is not None
            assert len([parse_anime(entry) for entry in page.entries]) == len(page.entries) > 0


def test_recorded_anime_come_out_as_they_were_known(recordings: Path) -> None:
    for raw, record in anime_of(recordings):
        for field in ("mal_id", "rank", "members", "popularity", "favorites", "scored_by", "season", "year", "type"):
            assert getattr(record, field) == raw[field], field
        assert record.score == (raw["score"] and float(raw["score"]))
        assert record.duration == (None if raw["duration"] == "Unknown" else raw["duration"])
        assert str(record.aired_from) == str(raw["aired"]["from"])[:10]
        assert len(record.genres) == sum(
            len(raw[f"{kind}s"]) for kind in ("genre", "explicit_genre", "theme", "demographic")
        )
        assert not [note for note in record.notes if "cleaned" not in note]


def test_the_oddities_of_the_recordings_are_met(recordings: Path) -> None:
    records = {record.mal_id: record for _, record in anime_of(recordings)}
    assert records[21].episodes is None
    assert records[199].season is None
    assert any(record.rank is None and record.score is not None for record in records.values())
    assert any(not record.genres for record in records.values())


def test_the_older_shape_of_2022_is_read_too(recordings: Path) -> None:
    for file in sorted(recordings.glob("jikan/responses_2022/*/*.json")):
        raw = parse_document(file.read_bytes(), file.name)
        data = parse_data(raw, file.name)
        if isinstance(data, list):
            data = parse_page(raw, file.name).entries[0]
        if isinstance(data, dict) and "title_synonyms" in data:
            record = parse_anime(data)
            assert record.title == data["title"]
            assert not record.notes or "unknowns" in file.name


def test_whole_pages_of_the_ranking_are_read(recordings: Path) -> None:
    pages = recordings / "jikan" / "top_pages"
    first = parse_page(parse_document((pages / "2024-01-29_top_anime_page1.json").read_bytes(), "2024"), "2024")
    assert (first.last_visible_page, first.total, first.has_next_page) == (1062, 26545, True)
    assert [parse_anime(entry).rank for entry in first.entries][:8] == [1, 2, 3, 4, 5, 6, 7, 9]
    ten = json.loads(gzip.decompress((pages / "2025-03-11_top_anime_500_pages1-10.json.gz").read_bytes()))
    ids = Counter(parse_anime(entry).mal_id for entry in ten)
    assert [mal_id for mal_id, count in ids.items() if count == 2] == [59571, 60988]


def test_the_smaller_records_are_read_from_their_recordings(recordings: Path) -> None:
    for group, status, body in exchanges(recordings):
        if status != 200:
            continue
        document = parse_document(body, group)
        data = parse_data(document, group)
        if group == "anime_full":
            details = parse_details(data)
            assert details.relations or details.anime.mal_id == 199
            assert details.openings or details.anime.type == "Movie"
        elif group == "anime_relations":
            assert ("Sequel", 59978) in [(found.relation, found.mal_id) for found in parse_relations(data)]
        elif group == "anime_episodes":
            page = parse_page(document, group, known=EPISODE_FIELDS)
            episodes = [parse_episode(entry) for entry in page.entries]
            assert not page.unknown_fields
            assert [episode.number for episode in episodes] == sorted(episode.number for episode in episodes)
        elif group == "genres_anime":
            genres = [parse_genre(entry) for entry in parse_page(document, group).entries]
            assert (len(genres), genres[0].name) == (78, "Action")
        elif group == "anime_recommendations":
            found = parse_recommendation(parse_page(document, group).entries[0])
            assert (found.mal_id, found.votes) == (33352, 28)
