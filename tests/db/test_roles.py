"""Roles of shared servers: with the documented grants, with fewer, and with their own settings."""

import re
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from catlog import clock
from catlog.config import load_settings
from catlog.db.missing_grants import missing_grant
from catlog.db.session import Database
from catlog.db.upgrade import upgrade
from tests.etl.conftest import NOW, TODAY, bind
from tests.support.contents import chart
from tests.support.jikan import JikanStandIn
from tests.support.postgres import PostgresServer
from tests.tui.trouble.libraries import fill_ready

PAGE = Path(__file__).resolve().parents[2] / "docs" / "postgresql.md"


def documented(names: dict[str, str]) -> tuple[list[str], list[str], list[str]]:
    """Return the page's SQL in other names: before the database, in it, and for one that has its tables already."""
    blocks = re.findall(r"^```sql\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    found: list[list[str]] = []
    for block in blocks:
        for old, real in names.items():
            block = re.sub(rf"\b{old}\b", real, block)
        found.append([line for line in block.splitlines() if line.strip()])
    new, later = found
    here = next(number for number, line in enumerate(new) if line.startswith("\\connect"))
    return new[:here], new[here + 1 :], later


class Shared:
    """A database with an owner and the role of the app, made as the page says."""

    def __init__(self, server: PostgresServer) -> None:
        self.name = f"catlog_{secrets.token_hex(4)}"
        self.owner, self.app = f"{self.name}_owner", f"{self.name}_app"
        names = {"catlog_owner": self.owner, "catlog_app": self.app, "catlog": self.name}
        before, self.new, self.later = documented(names)
        keeper = make_url(server.keeper_url())
        self.keeper_url = keeper.render_as_string(hide_password=False)
        password = secrets.token_urlsafe(12)
        self.keep(*before, *[f"ALTER ROLE {role} PASSWORD '{password}'" for role in (self.owner, self.app)])
        here = keeper.set(database=self.name)
        self.keeper_url = here.render_as_string(hide_password=False)
        self.owner_url, self.app_url = (
            here.set(username=role, password=password).render_as_string(hide_password=False)
            for role in (self.owner, self.app)
        )

    def keep(self, *statements: str) -> None:
        """Do something as the superuser."""
        with psycopg.connect(self.keeper_url.replace("+psycopg", ""), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def database(self, url: str) -> Database:
        return Database(url, origin="the tests")


@pytest.fixture
def shared(kept_server: PostgresServer) -> Shared:
    return Shared(kept_server)


@pytest.fixture
def ready(shared: Shared) -> Shared:
    """Give it its tables, made by the owner."""
    shared.keep(*shared.new)
    owned = shared.database(shared.owner_url)
    upgrade(owned)
    owned.close()
    return shared


@pytest.fixture
def jikan() -> Iterator[JikanStandIn]:
    with JikanStandIn() as stand_in:
        yield stand_in


def assert_all_commands_work(url: str, jikan: JikanStandIn, home: Path) -> None:
    """Do what the role of the app does: each command that writes in its own way, and all that read."""
    settings = load_settings({"CATLOG_HOME": str(home), "CATLOG_DATABASE_URL": url})
    with clock.stopped_at(datetime.fromisoformat(NOW)):
        fill_ready(settings)
    database = Database(url)
    catlog = bind(home, database, jikan)
    for argv in (
        ["etl", "run"],
        ["etl", "run", "--source", "airing"],
        ["etl", "validate"],
        ["list", "watch", "1", "+3"],
        ["list", "undo"],
        ["list", "export", "--to", "json", "-o", home / "list.json"],
        ["list", "import", home / "list.json"],
        ["list", "ls", "--format", "json"],
        ["search", "Bebop", "--offline"],
        ["analytics", "climbers"],
        ["analytics", "compute"],
        ["analytics", "show", "momentum"],
        ["etl", "prune"],
        ["stats"],
        ["cat", "pet"],
        ["account", "sessions"],
        ["db", "info"],
        ["db", "doctor"],
        ["db", "upgrade"],
        ["db", "backup", "-o", home / "backup"],
        ["db", "restore", home / "backup", "--yes"],
        ["list", "watch", "1"],
    ):
        ending = catlog(*argv)
        assert ending.code == 0, (argv, ending.out, ending.err)
    assert len(chart(database, TODAY)) >= 100
    database.close()


def test_the_documented_grants_are_enough_for_everything_but_upgrades(
    ready: Shared, jikan: JikanStandIn, tmp_path: Path
) -> None:
    assert_all_commands_work(ready.app_url, jikan, tmp_path / "home")


def test_grants_may_come_after_the_tables(shared: Shared, jikan: JikanStandIn, tmp_path: Path) -> None:
    shared.keep(*[line for line in shared.new if not line.startswith("ALTER DEFAULT")])
    owned = shared.database(shared.owner_url)
    upgrade(owned)
    owned.close()
    catlog = bind(tmp_path, shared.database(shared.app_url), jikan)
    denied = catlog("etl", "run")
    assert denied.code == 69
    assert f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {shared.app}" in denied.err
    shared.keep(*shared.later)
    assert catlog("etl", "run").code == 0


@pytest.mark.parametrize(
    ("revoked", "hint"),
    [
        ("TEMPORARY ON DATABASE {name} FROM {app}", "GRANT TEMPORARY ON DATABASE {name} TO {app}"),
        (
            "ALL ON ALL SEQUENCES IN SCHEMA public FROM {app}",
            "GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {app}",
        ),
        (
            'INSERT ON "DailyRankings" FROM {app}',
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app}",
        ),
    ],
)
def test_what_was_denied_is_told_with_its_grant(
    ready: Shared, jikan: JikanStandIn, tmp_path: Path, revoked: str, hint: str
) -> None:
    names = {"name": ready.name, "app": ready.app}
    ready.keep(f"REVOKE {revoked.format(**names)}")
    catlog = bind(tmp_path, ready.database(ready.app_url), jikan)
    ending = catlog("etl", "run")
    assert ending.code == 69, ending.err
    assert "permission denied" in ending.err
    assert hint.format(**names) in ending.err
    ready.keep(hint.format(**names))
    assert catlog("etl", "run").code == 0


def test_a_schema_that_is_closed_is_not_one_without_tables(ready: Shared, jikan: JikanStandIn, tmp_path: Path) -> None:
    ready.keep(f"REVOKE USAGE ON SCHEMA public FROM {ready.app}")
    ending = bind(tmp_path, ready.database(ready.app_url), jikan)("etl", "logs")
    assert ending.code == 78
    assert "the tables are in the schema public, which is closed for your role" in ending.err
    assert f"GRANT USAGE ON SCHEMA public TO {ready.app}" in ending.err


def test_tables_off_the_search_path_are_found(ready: Shared, jikan: JikanStandIn, tmp_path: Path) -> None:
    ready.keep(f"CREATE SCHEMA other; ALTER ROLE {ready.app} SET search_path = other")
    ending = bind(tmp_path, ready.database(ready.app_url), jikan)("etl", "logs")
    assert ending.code == 78
    assert "the schema public, which is not on the search_path" in ending.err
    assert "SET search_path = public" in ending.err


def test_only_the_owner_upgrades(shared: Shared, jikan: JikanStandIn, tmp_path: Path) -> None:
    shared.keep(*shared.new)
    ending = bind(tmp_path, shared.database(shared.app_url), jikan)("db", "upgrade")
    assert ending.code == 69
    assert "permission denied for schema public" in ending.err
    assert "the role that owns the tables" in ending.err


SETTINGS = {
    # What a role may have, and what CatLog has none the less.
    "DateStyle": ("German, DMY", "ISO, YMD"),
    "IntervalStyle": ("sql_standard", "postgres"),
    "TimeZone": ("Australia/Lord_Howe", "UTC"),
    "bytea_output": ("escape", "hex"),
    "client_encoding": ("LATIN1", "UTF8"),
    "extra_float_digits": ("-15", "1"),
    "standard_conforming_strings": ("off", "on"),
    "default_transaction_isolation": ("serializable", "read committed"),
    "default_transaction_deferrable": ("on", "off"),
    "statement_timeout": ("59s", "5min"),
    "idle_in_transaction_session_timeout": ("59s", "5min"),
    "idle_session_timeout": ("59s", "0"),
}


def test_settings_of_a_role_change_nothing(ready: Shared, jikan: JikanStandIn, tmp_path: Path) -> None:
    settings = [f"ALTER ROLE {ready.app} SET {name} = {{!r}}" for name in SETTINGS]
    ready.keep(*[line.format(given) for line, (given, _) in zip(settings, SETTINGS.values(), strict=True)])
    with psycopg.connect(ready.app_url.replace("+psycopg", "")) as plain:
        assert plain.execute("SHOW DateStyle").fetchone() == ("German, DMY",), "the role has what it was given"
    database = ready.database(ready.app_url)
    with database.write() as session:
        connection = session.connection()
        shown = {name: connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in SETTINGS}
    database.close()
    assert shown == {name: pinned for name, (_, pinned) in SETTINGS.items()}
    assert_all_commands_work(ready.app_url, jikan, tmp_path / "home")


def test_a_keeper_who_lets_nobody_write_is_obeyed(ready: Shared, jikan: JikanStandIn, tmp_path: Path) -> None:
    ready.keep(f"ALTER ROLE {ready.app} SET default_transaction_read_only = on")
    catlog = bind(tmp_path, ready.database(ready.app_url), jikan)
    assert catlog("etl", "logs").code == 0
    ending = catlog("etl", "run")
    assert (ending.code, "cannot be written" in ending.err) == (69, True)


def test_options_of_the_url_go_before_our_limits(ready: Shared) -> None:
    database = ready.database(f"{ready.app_url}?options=-c%20statement_timeout%3D7s&connect_timeout=9")
    with database.read() as session:
        shown = session.connection().exec_driver_sql("SHOW statement_timeout").scalar_one()
    database.close()
    assert shown == "7s"


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_that_is_not_utf8_gets_no_tables(
    kept_server: PostgresServer, jikan: JikanStandIn, tmp_path: Path, encoding: str
) -> None:
    database = Database(kept_server.create_database(f"in {encoding}", encoding=encoding))
    catlog = bind(tmp_path, database, jikan)
    backup = tmp_path / "backup"
    file = catlog.having(database_url=f"sqlite:///{tmp_path / 'file'}")
    assert file("etl", "logs").code == file("db", "backup", "-o", backup).code == 0
    for argv in (["db", "upgrade"], ["db", "restore", backup, "--yes"]):
        ending = catlog(*argv)
        assert (ending.code, ending.out) == (78, ""), argv
        assert f"has the encoding {encoding}, and titles need UTF8" in ending.err
        assert "ENCODING 'UTF8' TEMPLATE template0" in ending.err
    with database.read() as session:
        tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        assert session.connection().exec_driver_sql(tables).scalar_one() == 0
    database.close()


def test_what_is_denied_in_another_language_is_told_by_the_statement() -> None:
    url = make_url("postgresql+psycopg://me@h/my-db")
    denied = "keine Berechtigung"
    assert missing_grant(denied, "CREATE TEMPORARY TABLE x ()", url).endswith(
        'GRANT TEMPORARY ON DATABASE "my-db" TO me'
    )
    assert "the role that owns the tables" in missing_grant(denied, "\nCREATE TABLE x ()", url)
    both = missing_grant(denied, 'INSERT INTO "EtlLogs" VALUES (1)', url)
    assert "ON ALL TABLES IN SCHEMA public TO me; GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES" in both
