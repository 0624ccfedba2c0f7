"""What every test stands on: its own home, no settings from outside, days in UTC, and a real PostgreSQL."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from catlog import zones
from catlog.accounts import passwords
from catlog.db.session import Database
from tests.support import isolation
from tests.support.cli import Nursery
from tests.support.databases import KINDS, POSTGRESQL, SQLITE, Databases, empty
from tests.support.postgres import PostgresNotFoundError, PostgresServer, start_postgres

# A slow machine is no failure: no test is timed.
settings.register_profile("catlog", deadline=None)
settings.load_profile("catlog")

# A shell starts what runs in the background deaf to SIGINT, and its children would be so too.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Wherever the tests run: a test that is about another zone says which.
os.environ["TZ"] = "UTC"
time.tzset()
zones.LOCALTIME = isolation.ROOT / "no such file: where TZ is not looked at either, it is UTC"


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep every test away from the settings and the files of whoever runs it."""
    for name in list(os.environ):
        if name.startswith("CATLOG_") and not name.startswith("CATLOG_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CATLOG_HOME", str(tmp_path / "catlog-home"))
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")


@pytest.fixture(autouse=True)
def _databases_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close what a test opened: from Python 3.13 on, a connection that nobody closed is a warning, and so a failure."""
    opened: list[Database] = []
    make = Database.__init__

    def remember(self: Database, *given: Any, **named: Any) -> None:  # noqa: ANN401 - whatever it takes
        opened.append(self)
        make(self, *given, **named)

    monkeypatch.setattr(Database, "__init__", remember)
    yield
    for database in opened:
        if "engine" in vars(database):
            database.close()


@pytest.fixture
def light_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hash with 1 MiB, where a test is not about what that costs."""
    monkeypatch.setattr(passwords, "MEMORY_KIB", 1024)
    passwords.hasher.cache_clear()
    yield
    passwords.hasher.cache_clear()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Run one PostgreSQL for the whole session."""
    try:
        with start_postgres() as server:
            yield server
    except PostgresNotFoundError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="module")
def postgres_url(postgres: PostgresServer, request: pytest.FixtureRequest) -> Iterator[str]:
    """Give each test module an empty database; the value is its SQLAlchemy URL."""
    name = request.module.__name__
    yield postgres.create_database(name)
    postgres.drop_database(name)


@pytest.fixture(scope="session")
def databases(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Make empty databases with the current schema, for the tests that `database` does not suit."""
    return Databases(postgres, tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="module")
def _module_database(databases: Databases, request: pytest.FixtureRequest) -> Iterator[Database]:
    name = f"{request.module.__name__} ready"
    database = databases.make(POSTGRESQL, name)
    yield database
    databases.drop(database, name)


@pytest.fixture(params=KINDS)
def database(databases: Databases, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give each test an empty database with the current schema, once on SQLite and once on PostgreSQL."""
    if request.param == POSTGRESQL:
        database: Database = request.getfixturevalue("_module_database")
        yield database
        empty(database)
    else:
        database = databases.make(SQLITE, "catlog", tmp_path)
        yield database
        database.close()


@pytest.fixture
def shared(tmp_path: Path) -> None:
    """Let others write to the test's folder: its SQLite file is then shared, and asks for an account."""
    tmp_path.chmod(0o1777)


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Run commands in processes of their own."""
    nursery = Nursery(tmp_path_factory.mktemp("nursery"))
    yield nursery
    nursery.close()


@pytest.fixture(scope="session")
def shared_data() -> Path | None:
    """Return the folder of real recordings that `CATLOG_TEST_DATA` names, or None where it is not set."""
    return isolation.named_recordings()


@pytest.fixture(scope="session")
def recordings(shared_data: Path | None) -> Path:
    """Return the same folder, for tests that say nothing without it: they run only where it is named."""
    assert shared_data is not None, "such tests are not collected without CATLOG_TEST_DATA"
    return shared_data


def pytest_configure(config: pytest.Config) -> None:
    """Close what lies beside the repository before any module of the tests is imported."""
    isolation.close_the_neighbourhood()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what can use recordings; leave out what is nothing without them where none are named."""
    left_out = []
    for item in items:
        names = getattr(item, "fixturenames", ())
        if "shared_data" in names:
            item.add_marker(pytest.mark.recorded)
        if "recordings" in names and isolation.named_recordings() is None:
            left_out.append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
