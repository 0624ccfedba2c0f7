"""An unusable database: an exit code for every kind, one line with a hint, and no password."""

import os
import socket
import sqlite3
from pathlib import Path
from tempfile import gettempdir
from urllib.parse import quote

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from catlog.db import engine
from catlog.db.schema import HEAD
from catlog.db.session import Database
from tests.support.cli import CommandLine, Ending, Nursery
from tests.support.contents import contents
from tests.support.databases import POSTGRESQL, SQLITE
from tests.support.jikan import JikanStandIn
from tests.support.postgres import PostgresServer
from tests.support.series import line
from tests.support.series import text as series

CANARY = "c4n4ry-p4ss"
NOBODY = 65_534

on_sqlite = pytest.mark.parametrize("database", [SQLITE], indirect=True)
on_postgresql = pytest.mark.parametrize("database", [POSTGRESQL], indirect=True)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def catlog(home: Path) -> CommandLine:
    return CommandLine().having(home=home, jikan_urls=f"http://127.0.0.1:{closed_port()}/v4", jikan_backoff=0.00001)


def assert_told(ending: Ending, code: int, words: str, home: Path) -> None:
    """Assert that a command failed as it should, in at most two lines, and that no secret is anywhere."""
    assert (ending.code, ending.out) == (code, ""), ending.err
    assert words in ending.err
    assert len(ending.err.splitlines()) <= 2
    assert "hint: " in ending.err or code == 78
    written = b"".join(file.read_bytes() for file in home.rglob("*") if file.is_file())
    assert CANARY not in ending.err
    assert CANARY.encode() not in written
    assert not list(home.rglob("crash-*")), "a database that is away is no bug of ours"


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def test_a_wrong_password(catlog: CommandLine, home: Path, postgres_url: str) -> None:
    wrong = make_url(postgres_url).set(password=CANARY).render_as_string(hide_password=False)
    for argv in (["etl", "logs"], ["etl", "run"], ["db", "info"], ["db", "upgrade"]):
        assert_told(catlog.having(database_url=wrong)(*argv), 69, "refused the user name or password", home)


def test_a_missing_database(catlog: CommandLine, home: Path, postgres_url: str) -> None:
    missing = make_url(postgres_url).set(database=f"no_{CANARY}"[:9]).render_as_string(hide_password=False)
    assert_told(catlog.having(database_url=missing)("etl", "logs"), 69, "the database does not exist", home)


@pytest.mark.parametrize("query", ["", "?application_name=x"])
def test_nobody_listens(catlog: CommandLine, home: Path, query: str) -> None:
    url = f"postgresql://catlog:{CANARY}@127.0.0.1:{closed_port()}/catlog{query}"
    assert_told(catlog.having(database_url=url)("etl", "run"), 69, "Connection refused", home)


@pytest.mark.parametrize("host", [f"{'x' * 70}.test", "a..b"])
def test_a_host_that_cannot_exist(catlog: CommandLine, home: Path, host: str) -> None:
    url = f"postgresql://catlog:{CANARY}@{host}/catlog"
    assert_told(catlog.having(database_url=url)("etl", "run"), 78, "cannot be parsed", home)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "catlog",
        f"mysql://u:{CANARY}@h/x",
        f"postgresql://u:{CANARY}@h:port/x",
        f"postgresql://u:{CANARY}@[::1/x",
        f"postgresql://u:a/{CANARY}@{CANARY}@h/x",
        f"postgresql://u:{CANARY}@127.0.0.1:1/x?no_such_option=1",
        f"postgresql+asyncpg://u:{CANARY}@h/x",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///file.sqlite?mode=ro",
        "sqlite:////proc/nowhere/catlog.sqlite",
    ],
)
def test_a_url_that_means_nothing(catlog: CommandLine, home: Path, url: str) -> None:
    if url:
        ending = catlog.having(database_url=url)("etl", "logs")
        assert_told(ending, 78, "CATLOG_DATABASE_URL", home)
    home.mkdir(parents=True, exist_ok=True)
    (home / "config").mkdir(mode=0o700, exist_ok=True)
    (home / "config" / "config.toml").write_text(f'database_url = "{url}"\n', "utf-8")
    ending = catlog("etl", "logs")
    assert ending.code == 78
    assert CANARY not in ending.err


def test_special_characters_of_a_password_have_their_codes(catlog: CommandLine, home: Path, postgres_url: str) -> None:
    odd = f"p@s/s:w?rd#{CANARY}%"
    url = make_url(postgres_url).set(password=odd).render_as_string(hide_password=False)
    assert quote(odd, safe="") in url or odd not in url
    assert_told(catlog.having(database_url=url)("etl", "logs"), 69, "refused the user name or password", home)


def test_postgresql_without_tables_is_upgraded_by_its_owner_alone(
    catlog: CommandLine, home: Path, postgres: PostgresServer
) -> None:
    url = postgres.create_database("without tables")
    catlog = catlog.having(database_url=url)
    assert_told(catlog("etl", "run"), 78, "catlog db upgrade", home)
    assert catlog("db", "info").code == 0
    assert catlog("db", "upgrade").code == 0
    assert catlog("etl", "logs").code == 0


def test_a_newer_schema_is_refused(catlog: CommandLine, home: Path, database: Database) -> None:
    with database.connect_to_write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    catlog = catlog.having(database_url=database.url)
    try:
        for argv in (["etl", "run"], ["etl", "logs"], ["db", "upgrade"]):
            assert_told(catlog(*argv), 78, "newer CatLog (schema 9999", home)
        info = catlog("db", "info")
        assert (info.code, "newer than this CatLog" in info.out) == (0, True)
    finally:
        with database.connect_to_write() as connection:
            connection.execute(text(f"UPDATE alembic_version SET version_num = '{HEAD}'"))


@on_postgresql
def test_a_user_without_rights(catlog: CommandLine, home: Path, database: Database) -> None:
    with database.connect_to_write() as connection:
        connection.execute(text('REVOKE INSERT, UPDATE ON "EtlLogs" FROM CURRENT_USER'))
    try:
        assert_told(catlog.having(database_url=database.url)("etl", "run"), 69, "permission denied", home)
    finally:
        with database.connect_to_write() as connection:
            connection.execute(text('GRANT ALL ON "EtlLogs" TO CURRENT_USER'))


def test_a_server_that_only_reads(catlog: CommandLine, home: Path, postgres_url: str) -> None:
    url = f"{postgres_url}?options=-c%20default_transaction_read_only%3Don"
    assert_told(catlog.having(database_url=url)("db", "upgrade"), 69, "cannot be written", home)


@pytest.mark.parametrize("content", [b"SQLite format 4\x00" * 100, b"a,b\n1,2\n" * 1000, os.urandom(5000)])
def test_a_file_that_is_no_database(catlog: CommandLine, home: Path, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "other.sqlite"
    file.write_bytes(content)
    assert_told(catlog.having(database_url=f"sqlite:///{file}")("etl", "logs"), 69, "damaged or not a database", home)
    assert file.read_bytes() == content


def test_a_folder_in_the_place_of_the_file(catlog: CommandLine, home: Path, tmp_path: Path) -> None:
    assert_told(catlog.having(database_url=f"sqlite:///{tmp_path}")("etl", "logs"), 78, "is a folder, not a file", home)


@on_sqlite
def test_a_damaged_file(catlog: CommandLine, home: Path, database: Database) -> None:
    file = Path(str(database.engine.url.database))
    database.close()
    pages = bytearray(file.read_bytes())
    pages[4096:] = os.urandom(len(pages) - 4096)
    file.write_bytes(pages)
    assert_told(catlog.having(database_url=database.url)("etl", "run"), 69, "damaged", home)


@on_sqlite
def test_a_file_that_another_program_writes_to(
    catlog: CommandLine, home: Path, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "series.csv"
    file.write_text(series([line("2026-01-01", 1)]), "utf-8")
    monkeypatch.setattr(engine, "LOCK_WAIT_SECONDS", 0)
    other = sqlite3.connect(str(database.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    catlog = catlog.having(database_url=database.url)
    assert catlog("etl", "logs").code == 0, "a reader need not wait"
    assert_told(catlog("etl", "import-history", file), 75, "another writer holds the lock", home)
    other.close()


@on_sqlite
def test_a_file_that_may_only_be_read(
    catlog: CommandLine, home: Path, database: Database, nursery: Nursery, tmp_path: Path
) -> None:
    file = Path(str(database.engine.url.database))
    database.close()
    catlog = catlog.having(database_url=database.url)
    home.mkdir()
    for folder in [home, *home.parents]:
        if folder == Path(gettempdir()):
            break
        folder.chmod(0o755)
    file.chmod(0o444)
    user = NOBODY if os.geteuid() == 0 else None
    if user is not None:  # the folders are theirs, the file is an administrator's
        os.chown(home, user, user)
        os.chown(tmp_path, user, user)
    assert_told(nursery.run(catlog, "etl", "run", user=user), 69, "read-only", home)
    assert nursery.run(catlog, "etl", "logs", user=user).code == 0

    for leftover in tmp_path.glob("catlog.sqlite-*"):
        leftover.unlink()
    for leftover in tmp_path.glob("*.lock"):
        leftover.unlink()
    tmp_path.chmod(0o555)
    assert_told(nursery.run(catlog, "etl", "run", user=user), 69, str(file), home)
    tmp_path.chmod(0o755)


@on_sqlite
def test_a_full_disk(catlog: CommandLine, home: Path, database: Database, nursery: Nursery) -> None:
    file = Path(str(database.engine.url.database))
    with JikanStandIn() as jikan:
        catlog = catlog.having(database_url=database.url, jikan_urls=jikan.url, jikan_rate=1000)
        assert catlog("etl", "run", "--pages", 1).code == 0
        good = contents(database)
        database.close()
        jikan.shift(2, served=25)
        assert_told(nursery.run(catlog, "etl", "run", limit=file.stat().st_size // 2), 69, "disk", home)
        assert contents(database) == good
        assert catlog("etl", "run").code == 0
        assert contents(database) != good
