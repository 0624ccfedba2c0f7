"""Titles for the tests of the catalogue: records as a source tells them, and the recorded catalogue where it is."""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from catlog import clock
from catlog.catalogue.index import Index, IndexedTitle
from catlog.catalogue.store import write_titles
from catlog.db.session import Database
from catlog.jikan.schema import AnimeRecord, Genre, parse_anime

BLANK = replace(parse_anime({"mal_id": 1, "title": "blank"}), notes=())


def anime(mal_id: int, title: str, *genres: str, **facts: Any) -> AnimeRecord:  # noqa: ANN401 - of AnimeRecord
    """Return a record of which only these facts are known."""
    return replace(BLANK, mal_id=mal_id, title=title, genres=tuple(Genre(name, "genre") for name in genres), **facts)


def write(database: Database, *records: AnimeRecord) -> None:
    """Write records into the catalogue as the ETL does."""
    with database.write() as session:
        write_titles(session.connection(), records, run_id=None, seen_at=clock.now())


SHELF = (
    anime(1, "Kaze no Uta", "Drama", "Romance", type="TV", year=2015, season="spring", score=8.5, members=900),
    anime(2, "Kaze no Tabi", "Drama", type="Movie", aired_from=date(2016, 8, 26), score=9.0, members=800, episodes=1),
    anime(3, "Umi no Kaze", "Comedy", type="TV", year=2020, season="fall", score=7.0, members=700, episodes=12),
    anime(4, "Yama", "Drama", "Comedy", type="OVA", year=2021, score=6.5, members=600, status="Finished Airing"),
    anime(5, "Sora Iro", type="TV", status="Not yet aired", members=500),
    anime(6, "Kazeyomi", "Fantasy", type="TV", year=2019, status="Currently Airing", members=10_000),
)
"""A small catalogue in which every filter tells some titles apart."""


def named(record: AnimeRecord) -> IndexedTitle:
    """Return what the index needs of a record."""
    return IndexedTitle(
        record.mal_id,
        record.title,
        record.title_english,
        record.title_japanese,
        record.synonyms,
        record.members,
        record.popularity,
    )


def index_of(*records: AnimeRecord) -> Index:
    """Return an index of records."""
    return Index.build("of a test", map(named, records))


def recorded_files(shared_data: Path | None) -> list[Path]:
    """Return the two recorded files that together have 30,000 titles with other names for some; none where absent."""
    folder = shared_data / "catalogue" if shared_data else None
    files = [folder / "merged_catalogue_30000.csv.gz", folder / "ate329_all_tv_2026-01-01.csv.gz"] if folder else []
    return [file for file in files if file.is_file()]


def recorded_index(files: list[Path]) -> Index:
    """Return the index of both recorded files."""
    rows, details = (list(_rows(file)) for file in files)
    more = {row["mal_id"]: row for row in details}
    return Index.build("recorded", (_named(row, more.get(row["mal_id"], {})) for row in rows))


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _named(row: dict[str, str], more: dict[str, str]) -> IndexedTitle:
    english, japanese = more.get("title_english") or None, more.get("title_japanese") or None
    synonyms = [name for name in more.get("title_synonyms", "").split("|") if name]
    members, popularity = int(row["members"] or 0) or None, int(row["popularity"] or 0) or None
    return IndexedTitle(int(row["mal_id"]), row["title"], english, japanese, synonyms, members, popularity)
