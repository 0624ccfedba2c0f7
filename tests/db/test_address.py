"""Database URLs as people write them: parsed, or refused without showing a password."""

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from catlog.db.address import parse_address
from catlog.db.engine import make_engine
from catlog.db.session import Database
from catlog.errors import ConfigError
from tests.support.cli import CommandLine
from tests.support.databases import POSTGRESQL

CANARY = "c4n4ry"


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("u@h/db", "h", None),
        ("u@h:5433/db", "h", 5433),
        ("u@h:/db", "h", None),
        ("u@[::1]:5433/db", "::1", 5433),
        ("u@h1:5432,h2:5433/db", "h1,h2", "5432,5433"),
        ("u@h1,h2/db?port=5433", "h1,h2", "5433,5433"),
        ("u@h1,[::1]:5433/db", "h1,::1", ",5433"),
        ("u@/db?host=h1:5432&host=h2:5433", "h1,h2", "5432,5433"),
        ("u@/db?host=h1:5432,h2:5433", "h1,h2", "5432,5433"),
        ("u@/db?host=h1,h2&port=1,2", "h1,h2", "1,2"),
        ("/db?host=/var/run/postgresql", "/var/run/postgresql", None),
        ("u:p@localhost:6432/db?host=/var/run/postgresql", "/var/run/postgresql", "6432"),
        ("u@%2Fvar%2Frun%2Fpostgresql/db", "/var/run/postgresql", None),
        ("u@%2Fvar%2Frun:5433/db", "/var/run", "5433"),
        ("/?service=catlog", None, None),
    ],
)
def test_hosts_and_ports_reach_the_driver(url: str, host: str | None, port: object) -> None:
    engine = make_engine(f"postgresql+psycopg://{url}")
    _, parameters = engine.dialect.create_connect_args(engine.url)
    assert parameters.get("host") == host
    assert (parameters.get("port") or None) == port


@pytest.mark.parametrize(
    "url",
    [
        f"u:{CANARY}@h1:1,h2:port/db",
        f"u:{CANARY}@h:70000/db",
        f"u:{CANARY}@fe80::1:2/db",
        f"u:{CANARY}@h1,h2,h3/db?port=1,2",
        f"u:{CANARY}@h1,a..b/db",
        f"u:{CANARY}@h1/db?port={CANARY}",
    ],
)
def test_what_means_nothing_is_explained_without_its_password(url: str) -> None:
    with pytest.raises(ConfigError, match=r"database_url .* from config.toml cannot be parsed") as caught:
        parse_address(f"postgresql+psycopg://{url}", "config.toml")
    assert f":{CANARY}@" not in caught.value.with_hint
    assert "u:***@" in caught.value.message


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (f"host=h user=u password={CANARY}", "expected sqlite:///FILE or postgresql+psycopg://"),
        (f"postgresql+psycopg2://u:{CANARY}@h/db", "psycopg is the driver that CatLog uses"),
        (f"postgresql+asyncpg://u:{CANARY}@h/db", "psycopg is the driver that CatLog uses"),
        (f"jdbc:postgresql://h/db?user=u&password={CANARY}", "expected sqlite:///FILE or postgresql+psycopg://"),
    ],
)
def test_the_words_of_other_programs_are_explained(tmp_path: Path, value: str, words: str) -> None:
    ending = CommandLine().having(home=tmp_path, database_url=value)("etl", "logs")
    assert (ending.code, words in ending.err) == (78, True), ending.err
    assert CANARY not in ending.err


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("sslmode=mostly", "sslmode"),
        ("sslmode=verify-full&sslrootcert=/no/such/file", "SSL"),
        ("service=no_such_service", "no_such_service"),
        ("pgbouncer=true", "pgbouncer"),
        ("connect_timeout=soon", "connect_timeout"),
    ],
)
@pytest.mark.parametrize("database", [POSTGRESQL], indirect=True)
def test_parameters_that_libpq_refuses_are_settings_that_are_wrong(
    database: Database, tmp_path: Path, query: str, words: str
) -> None:
    ending = CommandLine().having(home=tmp_path, database_url=f"{database.url}?{query}")("etl", "logs")
    assert (ending.code, words in ending.err) == (78, True), ending.err
    assert str(make_url(database.url).password) not in ending.err


@pytest.mark.parametrize("database", [POSTGRESQL], indirect=True)
def test_of_several_hosts_the_one_that_answers_is_taken(database: Database, tmp_path: Path) -> None:
    url = make_url(database.url)
    both = f"{url.username}:{url.password}@127.0.0.1:1,127.0.0.1:{url.port}/{url.database}"
    catlog = CommandLine().having(home=tmp_path)
    for form in (f"postgresql://{both}?target_session_attrs=read-write", f"postgres://{both}"):
        ending = catlog.having(database_url=form)("etl", "logs")
        assert ending.code == 0, ending.err
    ending = catlog.having(database_url=f"postgresql://u:{CANARY}@127.0.0.1:1,127.0.0.1:2/x")("etl", "logs")
    assert (ending.code, "Connection refused" in ending.err, CANARY in ending.err) == (69, True, False)


@pytest.mark.parametrize("database", [POSTGRESQL], indirect=True)
def test_a_service_names_everything(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = make_url(database.url)
    words = {"host": url.host, "port": url.port, "dbname": url.database, "user": url.username, "password": url.password}
    file = tmp_path / "services"
    file.write_text("[catlog]\n" + "".join(f"{name}={value}\n" for name, value in words.items()), "utf-8")
    monkeypatch.setenv("PGSERVICEFILE", str(file))
    ending = CommandLine().having(home=tmp_path, database_url="postgresql:///?service=catlog")("etl", "logs")
    assert ending.code == 0, ending.err


def test_a_socket_that_is_not_there_is_a_database_that_is_away(tmp_path: Path) -> None:
    for form in (f"postgresql:///x?host={tmp_path}", f"postgresql://{str(tmp_path).replace('/', '%2F')}/x"):
        ending = CommandLine().having(home=tmp_path, database_url=form)("etl", "logs")
        assert (ending.code, f"{tmp_path}/.s.PGSQL.5432" in ending.err) == (69, True), ending.err
