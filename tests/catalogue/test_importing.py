"""Catalogue files: every form, packed or not, what they may change, and files that cannot be used."""

import gzip
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from catlog.catalogue.details import Details, read_details
from catlog.catalogue.importing import import_titles
from catlog.catalogue.search import Catalogue, Filters, SearchQuery
from catlog.db.session import Database
from catlog.errors import BadDataError
from tests.catalogue.samples import anime, write

PIPES = (
    "mal_id,title,title_english,title_synonyms,year,season,score,members,type,status,broadcast,aired_from,genres,themes\n"
    "7,Kaze no Uta,Song of the Wind,KnU|Kazeuta,2015,spring,8.5,900,TV,Finished Airing,Saturdays at 01:30 (JST),"
    "2015-04-04T00:00:00+00:00,Drama|Romance,Music\n"
)
SEMICOLONS = (
    "anime_id,title,english_title,japanese_title,type,episodes,duration,season,studios,genres,members,popularity\n"
    "7,Kaze no Uta,,風の歌,TV,12.0,24,spring 2015,Studio A;Studio B,Drama;Romance,0,300\n"
)
COMMAS = (
    "anime_id,name,genre,type,rating,image_url,year,Themes,Demographic\n"
    '7,Kaze no Uta,"Drama, Romance",TV,8.5,https://example.org/7.jpg,2015.0,"Music, School",Shoujo\n'
)
OFFLINE: dict[str, Any] = {
    "sources": ["https://anidb.net/anime/1", "https://myanimelist.net/anime/7"],
    "title": "Kaze no Uta",
    "type": "TV",
    "episodes": 12,
    "status": "FINISHED",
    "animeSeason": {"season": "SPRING", "year": 2015},
    "duration": {"value": 1440, "unit": "SECONDS"},
    "picture": "https://example.org/7.jpg",
    "synonyms": ["Song of the Wind", "風の歌"],
    "studios": ["studio a"],
    "tags": ["drama", "based on a manga", "shoujo"],
}
ABOUT = {"license": {"name": "ODbL"}, "lastUpdate": "2026-11-20"}
ELSEWHERE = OFFLINE | {"sources": ["https://anidb.net/anime/2"], "title": "Elsewhere"}


def _file(folder: Path, content: str | bytes, name: str = "titles") -> Path:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def _details(database: Database, mal_id: int = 7) -> Details:
    with database.read() as session:
        return read_details(session, mal_id, days=90)


def test_lists_parted_by_pipes(database: Database, tmp_path: Path) -> None:
    done = import_titles(database, _file(tmp_path, PIPES))
    found = _details(database)
    assert (done.entries, done.added, done.changed, done.unchanged) == (1, 1, 0, 0)
    assert (found.title_english, found.synonyms) == ("Song of the Wind", ("KnU", "Kazeuta"))
    assert found.genres == ("Drama", "Music", "Romance")
    assert (found.broadcast_day, found.broadcast_time, str(found.aired_from)) == ("Saturdays", "01:30", "2015-04-04")
    assert (found.score, found.members, found.year, found.season) == (8.5, 900, 2015, "spring")


def test_lists_parted_by_semicolons(database: Database, tmp_path: Path) -> None:
    import_titles(database, _file(tmp_path, SEMICOLONS))
    found = _details(database)
    assert (found.title_japanese, found.episodes, found.duration) == ("風の歌", 12, "24 min per ep")
    assert (found.season, found.year, found.studios) == ("spring", 2015, ("Studio A", "Studio B"))
    assert (found.members, found.popularity) == (None, 300)


def test_lists_parted_by_commas(database: Database, tmp_path: Path) -> None:
    import_titles(database, _file(tmp_path, COMMAS))
    found = _details(database)
    assert (found.score, found.rating, found.year) == (8.5, None, 2015)
    assert found.genres == ("Drama", "Music", "Romance", "School", "Shoujo")


def _zstd(content: bytes) -> bytes:
    library = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
    packed: bytes = library.compress(content)
    return packed


LINES = "\n".join(map(json.dumps, (ABOUT, OFFLINE, ELSEWHERE))).encode()


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(ABOUT | {"data": [OFFLINE, ELSEWHERE]}, indent=1).encode(),
        LINES,
        gzip.compress(LINES),
        _zstd(LINES),
    ],
    ids=["json", "jsonl", "jsonl.gz", "jsonl.zst"],
)
def test_anime_offline_database(database: Database, tmp_path: Path, content: bytes) -> None:
    done = import_titles(database, _file(tmp_path, content))
    found = _details(database)
    assert (done.entries, done.added, done.foreign) == (2, 1, 1)
    assert (found.type, found.episodes, found.status, found.duration) == ("TV", 12, "Finished Airing", "24 min")
    assert (found.season, found.year, found.genres) == ("spring", 2015, ("Drama", "Shoujo"))
    asked = SearchQuery("song of the wind", Filters(genres=("shoujo",)))
    assert Catalogue(database).search(asked).ids == (7,)


def test_objects_of_jikan(database: Database, tmp_path: Path) -> None:
    entries = [{"mal_id": 7, "title": "Kaze", "genres": [{"name": "Drama"}]}, {"mal_id": "x", "title": "?"}]
    done = import_titles(database, _file(tmp_path, json.dumps({"data": entries})))
    assert (done.added, done.rejected, [reject.position for reject in done.reasons]) == (1, 1, [2])
    assert _details(database).genres == ("Drama",)


def test_known_facts_stay_and_gaps_are_filled(database: Database, tmp_path: Path) -> None:
    write(database, anime(7, "Kaze no Uta!", "Sci-Fi", score=9.0, synonyms=("KU",), rank=5))
    done = import_titles(database, _file(tmp_path, PIPES))
    found = _details(database)
    assert (done.added, done.changed) == (0, 1)
    assert (found.title, found.score, found.rank, found.genres) == ("Kaze no Uta!", 9.0, 5, ("Sci-Fi",))
    assert (found.title_english, found.members) == ("Song of the Wind", 900)
    assert found.synonyms == ("KU", "Kaze no Uta", "KnU", "Kazeuta")


def test_told_to_replace_the_file_wins_and_its_gaps_erase_nothing(database: Database, tmp_path: Path) -> None:
    write(database, anime(7, "Kaze no Uta!", "Sci-Fi", score=9.0, synonyms=("KU",), rank=5))
    import_titles(database, _file(tmp_path, PIPES), replace_known=True)
    found = _details(database)
    assert (found.title, found.score, found.rank) == ("Kaze no Uta", 8.5, 5)
    assert found.genres == ("Drama", "Music", "Romance")


@pytest.mark.parametrize("replace_known", [False, True])
def test_the_same_file_again_changes_nothing(database: Database, tmp_path: Path, replace_known: bool) -> None:
    for content in (PIPES, SEMICOLONS):
        import_titles(database, _file(tmp_path, content), replace_known=replace_known)
        before = _details(database)
        done = import_titles(database, _file(tmp_path, content), replace_known=replace_known)
        assert (done.added, done.changed, done.unchanged) == (0, 0, 1)
        assert _details(database) == before


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("Name,Score\nKaze,8\n", "names no MAL ids"),
        ("a,b\n1,2\n", "lacks the columns"),
        ('mal_id,title\n1,"open\n', "not CSV"),
        ("mal_id,title\n0,Kaze\nx,Umi\n", "no title that can be used; the first, 2: mal_id"),
        ("", "lacks the columns"),
        ("[" * 100_000, "neither JSON"),
        ('{"data": [', "neither JSON"),
        ("[]", "no title"),
        ('[{"anidb_id": 1, "mal_id": 2}]', "has ids, but no titles"),
        (b"mal_id,title\n1,\xff\n", "not UTF-8"),
        (gzip.compress(PIPES.encode())[:-9], "cut off"),
        (_zstd(PIPES.encode())[:-5], "cut off"),
        (_zstd(b"[" + bytes(40_000_000)), "no real data"),
    ],
)
def test_a_file_that_cannot_be_used_changes_nothing(
    database: Database, tmp_path: Path, content: str | bytes, why: str
) -> None:
    with pytest.raises(BadDataError, match=why):
        import_titles(database, _file(tmp_path, content))
    assert Catalogue(database).search(SearchQuery()).total == 0


def test_cells_that_say_nothing_or_nonsense_are_left_out_and_counted(database: Database, tmp_path: Path) -> None:
    rows = "mal_id,title,score,members,year,season\n7,Kaze\x1b[2J,11,many,20x5,monsoon\n8,Umi,,,,\n8,Umi again,,,,\n"
    done = import_titles(database, _file(tmp_path, rows))
    assert (done.entries, done.added, done.partial, done.repeated) == (3, 2, 1, 1)
    found = _details(database)
    assert (found.title, found.score, found.members, found.year, found.season) == ("Kaze[2J", None, None, None, None)
    assert _details(database, 8).title == "Umi"


def test_the_recorded_forms_are_read(database: Database, shared_data: Path | None) -> None:
    if shared_data:
        recorded = import_titles(database, shared_data / "catalogue" / "leo_jikan_seasonal_20260517.csv.gz")
        assert (recorded.entries, recorded.added, recorded.rejected) == (3_204, 3_204, 0)
        with pytest.raises(BadDataError, match="names no MAL ids"):
            import_titles(database, shared_data / "catalogue" / "mal2020_filtered_14952.csv.gz")
