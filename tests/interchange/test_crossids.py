"""Ids of other services, from both kinds of files, never guessed."""

import gzip
import json
from pathlib import Path

import pytest

from catlog.db.session import Database
from catlog.errors import BadDataError
from catlog.interchange.crossids import ImportedIds, import_crossids, mal_ids
from catlog.interchange.records import ForeignId

FLAT = [
    {"anidb_id": 23, "anilist_id": 1, "kitsu_id": 1, "mal_id": 1},
    {"anidb_id": 24, "anilist_id": "5", "mal_id": [5]},
    {"anidb_id": 25, "kitsu_id": 99},
    {"anilist_id": 0, "mal_id": 7},
    {"type": "TV"},
]
OFFLINE = {
    "license": {},
    "data": [
        {
            "sources": [
                "https://anidb.net/anime/23",
                "https://anilist.co/anime/1",
                "https://kitsu.app/anime/1",
                "https://myanimelist.net/anime/1",
                "https://livechart.me/anime/3418",
            ],
            "title": "Cowboy Bebop",
        },
        {"sources": ["https://kitsu.io/anime/2", "https://myanimelist.net/anime/5"], "title": "Film"},
        {"sources": ["https://anilist.co/anime/9"], "title": "Not on MyAnimeList"},
    ],
}


def known(database: Database, *ids: ForeignId) -> list[int]:
    with database.read() as session:
        found = mal_ids(session, ids)
    return [found.get(theirs, 0) for theirs in ids]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_flat_map_is_learnt(database: Database, tmp_path: Path, pack: "type[bytes]") -> None:
    file = tmp_path / "ids.json"
    file.write_bytes(pack(json.dumps(FLAT).encode()))
    assert import_crossids(database, file) == ImportedIds(entries=5, anidb=2, anilist=2, kitsu=1, ambiguous=0)
    wanted = [("anidb", 23), ("anilist", 5), ("kitsu", 1), ("kitsu", 99), ("anidb", 25), ("anidb", 5)]
    assert known(database, *(ForeignId(*theirs) for theirs in wanted)) == [1, 5, 1, 0, 0, 0]


@pytest.mark.parametrize("lines", [False, True])
def test_anime_offline_database_is_learnt_from_its_addresses(database: Database, tmp_path: Path, lines: bool) -> None:
    file = tmp_path / "aod"
    rows = [{"$schema": "x"}, *OFFLINE["data"]]
    file.write_text("\n".join(map(json.dumps, rows)) if lines else json.dumps(OFFLINE))
    assert import_crossids(database, file) == ImportedIds(3 + lines, anidb=1, anilist=1, kitsu=2, ambiguous=0)
    assert known(database, ForeignId("kitsu", 2), ForeignId("anilist", 9)) == [5, 0]


def test_an_id_that_means_two_anime_is_left_out_and_a_newer_file_replaces(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "ids.json"
    file.write_text(
        json.dumps([{"anidb_id": 1, "mal_id": 1}, {"anidb_id": 1, "mal_id": 2}, {"anidb_id": 2, "mal_id": 3}])
    )
    assert import_crossids(database, file).ambiguous == 1
    file.write_text(json.dumps([{"anidb_id": 2, "mal_id": 4}]))
    import_crossids(database, file)
    assert known(database, ForeignId("anidb", 1), ForeignId("anidb", 2)) == [0, 4]


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"malId\n1", b'[{"mal_id": 1}]', b"[" * 100_000, b"\xff"])
def test_a_file_without_ids_is_refused(database: Database, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "ids.json"
    file.write_bytes(content)
    with pytest.raises(BadDataError):
        import_crossids(database, file)
