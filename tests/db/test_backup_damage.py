"""A file that is no intact backup is refused before it changes anything."""

import gzip
import json
import random
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from catlog.db.backup.folder import back_up
from catlog.db.backup.manifest import LINE_LIMIT
from catlog.db.backup.read import INFLATION_FREE
from catlog.db.backup.restore import restore
from catlog.db.session import Database
from catlog.errors import BadDataError, ConfigError
from tests.support.backups import everything, fill, lines_of, repack
from tests.support.cli import CommandLine, Nursery
from tests.support.databases import POSTGRESQL, SQLITE, Databases

Lines = list[Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder that the module's database and backup are in."""
    return tmp_path_factory.mktemp("damage")


@pytest.fixture(scope="module")
def victim(databases: Databases, folder: Path) -> Iterator[Database]:
    """Give the database that must not change."""
    database = databases.make(SQLITE, "victim", folder)
    fill(database)
    yield database
    database.close()


@pytest.fixture(scope="module")
def good(victim: Database, folder: Path) -> Path:
    """Give a good backup of it."""
    return back_up(victim, folder / "backups").file


@pytest.fixture(autouse=True)
def _nothing_changes(victim: Database, good: Path, folder: Path) -> Iterator[None]:
    """Hold every test to it: rows, backups and other files are afterwards as they were."""
    rows, files = everything(victim), sorted(folder.rglob("*"))
    yield
    assert everything(victim) == rows
    assert {file for file in folder.rglob("*") if not file.name.endswith((".lock", "-wal", "-shm"))} <= set(files)


def refused(victim: Database, file: Path, folder: Path) -> str:
    """Return the reason why a file is not restored."""
    with pytest.raises(BadDataError) as refusal:
        restore(victim, file, folder / "backups")
    assert "nothing was changed" in refusal.value.hint
    return refusal.value.message


def packed(content: bytes) -> bytes:
    """Pack something, the same at any time: it names its test."""
    return gzip.compress(content, mtime=0)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x1f\x8b",
        b"a text",
        b"SQLite format 3\0" + bytes(100),
        packed(b""),
        packed(b"a text in gzip"),
        packed(b"[]\n"),
        packed(b'{"kind": "list", "version": 1}\n'),
        packed(b'{"catlogBackup": "1"}\n'),
        packed(b'{"catlogBackup": 1, "schema": null}\n'),
        packed(b'{"catlogBackup": 1, "schema": "0001", "tables": {}}\n'),
        packed(b"[" * 100_000 + b"\n"),
        packed(b"1" * 5_000 + b"\n"),
        packed(b"\xff\xfe\n"),
    ],
)
def test_a_foreign_file_is_called_no_backup(content: bytes, victim: Database, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "foreign"
    file.write_bytes(content)

    assert refused(victim, file, folder) == "foreign is not a CatLog backup"


def test_a_file_cut_short_anywhere_is_refused(victim: Database, good: Path, folder: Path, tmp_path: Path) -> None:
    whole, file = good.read_bytes(), tmp_path / "cut.backup"
    for size in sorted(
        {0, 1, 10, 500, *random.Random(1).sample(range(len(whole)), 12), len(whole) - 8, len(whole) - 1}
    ):
        file.write_bytes(whole[:size])
        assert "cut.backup is" in refused(victim, file, folder)


def test_a_single_changed_bit_is_found(victim: Database, good: Path, folder: Path, tmp_path: Path) -> None:
    whole, file = good.read_bytes(), tmp_path / "flipped.backup"
    # The ten bytes of the gzip header say nothing about the contents.
    for place in random.Random(2).sample(range(10, len(whole)), 25):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        if contents(bytes(damaged)) == contents(whole):
            continue  # one of the few bits that fill up a block of the compression and mean nothing
        file.write_bytes(damaged)
        with pytest.raises((BadDataError, ConfigError)):
            restore(victim, file, folder / "backups")


def contents(packed: bytes) -> bytes | None:
    try:
        return gzip.decompress(packed)
    except (OSError, EOFError, zlib.error):
        return None


def test_a_row_changed_by_hand_is_found_by_the_digest(
    victim: Database, good: Path, folder: Path, tmp_path: Path
) -> None:
    lines = lines_of(good)
    block(lines, "AnimeGenre")[0][1] = "Comedy"

    assert "SHA-256" in refused(victim, repack(lines, tmp_path / "x", sealed=False), folder)


def manifest(lines: Lines, table: str) -> dict[str, Any]:
    """Return what the manifest says of a table."""
    found: dict[str, Any] = next(entry for entry in lines[0]["tables"] if entry["name"] == table)
    return found


def block(lines: Lines, table: str) -> list[list[Any]]:
    """Return the first rows of a table."""
    found: list[list[Any]] = lines[lines.index({"table": table}) + 1]
    return found


def put(table: str, column: str, value: object) -> Callable[[Lines], None]:
    """Return a change of one value in the first row of a table."""

    def change(lines: Lines) -> None:
        block(lines, table)[0][list(manifest(lines, table)["columns"]).index(column)] = value

    return change


def lose_a_row(lines: Lines) -> None:
    block(lines, "AnimeGenre").pop()


def add_a_row(lines: Lines) -> None:
    block(lines, "AnimeGenre").append([5, "x", "genre"])


def repeat_a_row(lines: Lines) -> None:
    manifest(lines, "AnimeGenre")["rows"] += 1
    block(lines, "AnimeGenre").append(block(lines, "AnimeGenre")[0])


def lose_a_value(lines: Lines) -> None:
    block(lines, "AnimeGenre")[0].pop()


def lose_a_user(lines: Lines) -> None:
    manifest(lines, "User")["rows"] -= 1
    block(lines, "User").pop(0)


def lose_a_table(lines: Lines) -> None:
    place = lines.index({"table": "CrossId"})
    lines[0]["tables"] = [entry for entry in lines[0]["tables"] if entry["name"] != "CrossId"]
    del lines[place : place + 2]


def add_a_table(lines: Lines) -> None:
    lines[0]["tables"].append({"name": 'x"; DROP TABLE "User', "rows": 0, "columns": {"a": "text"}})


def repeat_a_table(lines: Lines) -> None:
    lines[0]["tables"].append(manifest(lines, "AnimeGenre"))


def swap_two_tables(lines: Lines) -> None:
    places = [lines.index({"table": name}) for name in ("AnimeGenre", "CrossId")]
    lines[places[0]], lines[places[1]] = lines[places[1]], lines[places[0]]


def rename_a_column(lines: Lines) -> None:
    columns = manifest(lines, "AnimeGenre")["columns"]
    columns['kind") --'] = columns.pop("kind")


def change_a_kind(lines: Lines) -> None:
    manifest(lines, "AnimeGenre")["columns"]["malId"] = "text"


def invent_a_kind(lines: Lines) -> None:
    manifest(lines, "AnimeGenre")["columns"]["malId"] = "pickle"


def count_below_zero(lines: Lines) -> None:
    manifest(lines, "AnimeGenre")["rows"] = -1


def count_in_words(lines: Lines) -> None:
    manifest(lines, "AnimeGenre")["rows"] = "4"


def end_twice(lines: Lines) -> None:
    lines.insert(-1, {"end": True, "sha256": "0"})


def nest_deeply(lines: Lines) -> None:
    lines[lines.index({"table": "AnimeGenre"}) + 1] = b"[" * 100_000 + b"]" * 100_000 + b"\n"


def write_no_json(lines: Lines) -> None:
    lines[lines.index({"table": "AnimeGenre"}) + 1] = b"\x80\x04K\x01.\n"


def too_long_a_line(lines: Lines) -> None:
    lines[lines.index({"table": "AnimeGenre"}) + 1] = b"[" + b" " * LINE_LIMIT + b"]\n"


@pytest.mark.parametrize(
    "change",
    [
        lose_a_row,
        add_a_row,
        repeat_a_row,
        lose_a_value,
        lose_a_user,
        lose_a_table,
        add_a_table,
        repeat_a_table,
        swap_two_tables,
        rename_a_column,
        change_a_kind,
        invent_a_kind,
        count_below_zero,
        count_in_words,
        end_twice,
        nest_deeply,
        write_no_json,
        too_long_a_line,
        *(
            pytest.param(put(table, column, value), id=f"{table}.{column} {str(value)[:20]}")
            for table, column, value in (
                ("AnimeGenre", "malId", "1"),
                ("AnimeGenre", "malId", True),
                ("AnimeGenre", "malId", None),
                ("AnimeGenre", "malId", 2**63),
                ("AnimeGenre", "malId", [1]),
                ("AnimeGenre", "genre", "a\0b"),
                ("AnimeGenre", "genre", "\ud800"),
                ("AnimeGenre", "genre", 5),
                ("DailyRankings", "rank", 0),
                ("DailyRankings", "score", 11),
                ("DailyRankings", "score", "9"),
                ("DailyRankings", "snapshotDate", "2026-02-30"),
                ("DailyRankings", "snapshotDate", "20260210"),
                ("DailyRankings", "snapshotDate", 20260210),
                ("User", "createdAt", "2026-05-10"),
                ("User", "createdAt", "2026-05-10 10:00:00+00:00"),
                ("User", "createdAt", "2026-05-10 25:00:00"),
                ("User", "usernameFolded", "b"),
                ("UserAnime", "isFavorite", 1),
                ("UserAnime", "tags", "[1"),
                ("UserAnime", "tags", ["a"]),
                ("UserAnime", "malId", 404),
                ("UserAnime", "status", "BORED"),
                ("RawAnimeData", "body", "no base 64"),
                ("RawAnimeData", "body", 7),
            )
        ),
    ],
)
def test_a_backup_that_was_made_up_is_refused_though_its_digest_is_right(
    change: Callable[[Lines], None], victim: Database, good: Path, folder: Path, tmp_path: Path
) -> None:
    lines = lines_of(good)
    change(lines)

    reason = refused(victim, repack(lines, tmp_path / "made-up.backup"), folder)

    assert reason.startswith("made-up.backup ")
    assert "\n" not in reason


def test_what_follows_the_end_is_refused(victim: Database, good: Path, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "longer.backup"
    for more in (gzip.compress(b"more"), b"more"):
        file.write_bytes(good.read_bytes() + more)
        assert "longer.backup is damaged" in refused(victim, file, folder)


@pytest.mark.parametrize(("field", "value"), [("schema", "9999"), ("catlogBackup", 2)])
def test_a_backup_of_a_newer_catlog_is_refused_as_such(
    field: str, value: object, victim: Database, good: Path, folder: Path, tmp_path: Path
) -> None:
    lines = lines_of(good)
    lines[0][field] = value

    with pytest.raises(ConfigError, match="newer CatLog") as refusal:
        restore(victim, repack(lines, tmp_path / "x"), folder / "backups")

    assert "upgrade CatLog" in refusal.value.hint


def test_a_number_too_large_for_postgresql_is_refused_there(databases: Databases, good: Path, tmp_path: Path) -> None:
    target = databases.make(POSTGRESQL, "too large")
    fill(target, mark="before")
    before = everything(target)
    lines = lines_of(good)
    put("DailyRankings", "members", 2**40)(lines)

    with pytest.raises(BadDataError, match=r"DailyRankings: .*out of range"):
        restore(target, repack(lines, tmp_path / "x"), tmp_path)

    assert everything(target) == before
    databases.drop(target, "too large")


def test_a_bomb_is_stopped_in_little_memory(
    victim: Database, good: Path, folder: Path, tmp_path: Path, nursery: Nursery
) -> None:
    catlog = CommandLine().having(home=tmp_path / "home", database_url=victim.url)
    lines = lines_of(good)
    row = json.dumps([[7, "x" * 1_000_000, "genre"]]).encode() + b"\n"
    manifest(lines, "AnimeGenre")["rows"] = 10_000
    place = lines.index({"table": "AnimeGenre"}) + 1
    many = INFLATION_FREE // len(row) + 100
    of_rows = repack([*lines[:place], *[row] * many], tmp_path / "rows.backup", sealed=False)
    of_one_line = repack([lines[0], b"[" + b" " * 100_000_000], tmp_path / "line.backup", sealed=False)

    for bomb in (of_rows, of_one_line):
        assert bomb.stat().st_size < 2_000_000
        ending = nursery.run(catlog, "db", "restore", "--yes", bomb)
        assert ending.code == 65, ending.err
        assert ending.peak_kb < 400_000


def test_the_command_says_so_in_two_lines_and_exits_65(victim: Database, good: Path, tmp_path: Path) -> None:
    catlog = CommandLine().having(home=tmp_path / "home", database_url=victim.url)
    file = tmp_path / "cut.backup"
    file.write_bytes(good.read_bytes()[:-5])

    ending = catlog("db", "restore", "--yes", file)

    assert (ending.code, ending.out) == (65, "")
    assert ending.err.splitlines() == [
        "catlog: cut.backup is damaged: it is cut short or was changed",
        "hint: nothing was changed; restore another backup",
    ]
