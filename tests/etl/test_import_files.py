"""Files that are no time series: refused in one line, with nothing changed, at little cost."""

import gzip
import os
import random
import zlib
from pathlib import Path

import pytest

from catlog.db.session import Database
from tests.etl.conftest import on_postgresql, on_sqlite
from tests.support.cli import CommandLine, Nursery
from tests.support.contents import contents, runs
from tests.support.series import HEADER, line, text

MEGABYTE = 1_000_000
NOBODY = 65_534
MUCH_KB = 60_000
"""Memory that a file of gigabytes may cost beyond one of a few rows."""

ROW = line("2026-04-01", 1)
WIDE = line("2026-04-01", 1, "x" * 960)


def packed(part: bytes, times: int, head: bytes = HEADER.encode()) -> bytes:
    """Return gzip of `head` and `times` times `part`, without ever holding that in memory."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packer.compress(head) + b"".join(packer.compress(part) for _ in range(times)) + packer.flush()


def cut(content: str) -> bytes:
    whole = gzip.compress(content.encode())
    return whole[: len(whole) * 2 // 3]


def broken(content: str) -> bytes:
    whole = bytearray(gzip.compress(content.encode()))
    whole[len(whole) // 2 : len(whole) // 2 + 20] = bytes(20)
    return bytes(whole)


MANY = text(line("2026-04-01", mal_id, random.Random(mal_id).randbytes(20).hex()) for mal_id in range(1, 3_000))

REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "lacks the columns snapshot_date, mal_id"),
    "only a header": (HEADER.encode(), "has no rows"),
    "columns missing": (b"snapshot_date,mal_id,title\n2026-04-01,1,T\n", "lacks the columns rank, score, scored_by"),
    "no header": (ROW.encode() * 3, "lacks the columns"),
    "an empty gzip": (gzip.compress(b""), "lacks the columns"),
    "not UTF-8": (HEADER.encode() + b"2026-04-01,1,\xff\xfe\xfa,1,8,1,1,1\n", "is not UTF-8 text"),
    "UTF-16": (text([ROW]).encode("utf-16"), "is not UTF-8 text"),
    "a database": (b"SQLite format 3\x00" + bytes(range(256)) * 16, "series.csv"),
    "gzip cut off": (cut(MANY), "is cut off"),
    "gzip broken": (broken(MANY), "is not a whole gzip file"),
    "gzip with a tail": (gzip.compress(text([ROW]).encode()) + b"tail", "is not a whole gzip file"),
    "a quote left open": (text([ROW, '2026-04-01,2,"open,1,8,1,1,1\n']).encode(), "line 3: this is not CSV"),
    "text after a quote": (text([ROW, '2026-04-01,2,"T"x,1,8,1,1,1\n']).encode(), "line 3: this is not CSV"),
    "a cell of 200 kB": (
        text([f'2026-04-01,2,"{"x" * 60_000}\n{"x" * 60_000}\n{"x" * 60_000}",1,,,,\n']).encode(),
        "CSV",
    ),
    "a line of 1 MB": (text(["2026-04-01,2," + "x" * MEGABYTE]).encode(), "has a line of more than 65,536 characters"),
    "a header of 1 MB": (b"x" * MEGABYTE, "has a line of more than"),
    "the future": (text([line("2026-05-12", 1)]).encode(), "snapshot_date 2026-05-12 is in the future"),
    "more bad rows than good": (text([ROW, "x\n"]).encode(), "1 of 2 rows cannot be used"),
    "zeros": (bytes(MEGABYTE), "has a line of more than"),
}


@pytest.mark.parametrize("kind", REFUSED)
@on_sqlite
def test_a_file_that_cannot_be_used_changes_nothing(
    catlog: CommandLine, database: Database, tmp_path: Path, kind: str
) -> None:
    assert_refused(catlog, database, tmp_path, kind)


@pytest.mark.parametrize("kind", ["gzip cut off", "not UTF-8", "a quote left open", "more bad rows than good"])
@on_postgresql
def test_a_file_that_breaks_off_in_mid_load_changes_nothing_either(
    catlog: CommandLine, database: Database, tmp_path: Path, kind: str
) -> None:
    assert_refused(catlog, database, tmp_path, kind)


def assert_refused(catlog: CommandLine, database: Database, folder: Path, kind: str) -> None:
    content, words = REFUSED[kind]
    (folder / "good.csv").write_text(text([ROW]), "utf-8")
    assert catlog("etl", "import-history", folder / "good.csv").code == 0
    before = contents(database)
    (folder / "series.csv").write_bytes(content)

    done = catlog("etl", "import-history", folder / "series.csv", "--replace")

    assert (done.code, done.out) == (65, ""), done.err
    assert words in done.err
    assert len(done.err.splitlines()) <= 2
    assert "series.csv" in done.err or "rows" in done.err
    assert contents(database) == before
    last = runs(database)[-1]
    assert (last["status"], last["rows_processed"]) == ("FAILED", 0)
    assert words.split(": ")[-1] in last["error_message"] or kind == "the future"


@on_sqlite
@pytest.mark.parametrize("part", [WIDE.encode() * 1_000, bytes(MEGABYTE), (b"x" * 998 + b",\n") * 1_000])
def test_a_gzip_of_3_gb_costs_no_memory_and_is_refused(
    catlog: CommandLine, database: Database, nursery: Nursery, tmp_path: Path, part: bytes
) -> None:
    (tmp_path / "good.csv").write_text(text([ROW]), "utf-8")
    bomb = tmp_path / "bomb.csv.gz"
    bomb.write_bytes(packed(part, 20) + packed(part, 1, b"") * 2_980)
    good = nursery.run(catlog, "etl", "import-history", tmp_path / "good.csv")
    before = contents(database)
    bad = nursery.run(catlog, "etl", "import-history", bomb, "--replace")
    assert (good.code, bad.code) == (0, 65), bad.err
    assert "bomb.csv.gz" in bad.err
    assert bad.peak_kb - good.peak_kb < MUCH_KB
    assert contents(database) == before


@on_sqlite
def test_what_is_no_readable_file_is_a_usage_error(
    catlog: CommandLine, database: Database, nursery: Nursery, tmp_path: Path
) -> None:
    assert catlog("etl", "import-history", tmp_path).code == 2
    missing = catlog("etl", "import-history", tmp_path / "missing.csv")
    assert (missing.code, "missing.csv" in missing.err) == (2, True)
    assert runs(database) == []

    secret = tmp_path / "secret.csv"
    secret.write_text(text([ROW]), "utf-8")
    secret.chmod(0o000)
    user = NOBODY if os.geteuid() == 0 else None
    if user is not None:
        give_away(tmp_path, secret, user)
    done = nursery.run(catlog, "etl", "import-history", secret, user=user)
    assert (done.code, "secret.csv" in done.err) == (2, True), done.err


def give_away(folder: Path, but: Path, user: int) -> None:
    """Let another user work below a test's own folder, with files of their own."""
    for parent in [folder, *folder.parents][:3]:
        parent.chmod(0o755)
    for file in (folder, *folder.rglob("*")):
        if file != but:
            os.chown(file, user, user)
