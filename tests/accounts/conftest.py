"""An empty database of each kind, settings for it, a clock to turn, and people who have registered."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, delete

from catlog import clock
from catlog.accounts import sign_in as signing_in
from catlog.accounts.sign_in import NewSession, begin_session
from catlog.accounts.users import Account, register
from catlog.config import Settings, load_settings
from catlog.db.models import LoginThrottle, User
from catlog.db.schema import upgrade
from catlog.db.session import Database

PASSWORD = "quiet otters knit 7 scarves"


class Clock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def time() -> Iterator[Clock]:
    """Stop the clock, and give it to the test to turn."""
    stopped = Clock()
    clock.set_source(lambda: stopped.now)
    yield stopped
    clock.set_source(None)


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an SQLite file with the schema, to be copied."""
    file = tmp_path_factory.mktemp("schema") / "empty.sqlite"
    database = Database(f"sqlite:///{file}")
    upgrade(database)
    database.close()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give an empty database with the schema, once of each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("empty_sqlite"), tmp_path / "catlog.sqlite")
        database = Database(f"sqlite:///{tmp_path / 'catlog.sqlite'}")
    else:
        database = Database(request.getfixturevalue("postgres_url"))
        upgrade(database)
        with database.write() as session:
            session.execute(delete(User).where(col(User.id).is_not(None)))
            session.execute(delete(LoginThrottle).where(col(LoginThrottle.subject).is_not(None)))
    yield database
    database.close()


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """Give the settings of a machine that uses the database."""
    return load_settings({"CATLOG_HOME": str(tmp_path / "home"), "CATLOG_DATABASE_URL": database.url})


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse wrong passwords without the pause, where a test is not about time."""
    monkeypatch.setattr(signing_in, "REFUSAL_SECONDS", 0.0)


Register = Callable[[str], Account]


@pytest.fixture
def registered(database: Database, settings: Settings) -> Register:
    """Give a function that registers somebody by name, with `PASSWORD`."""
    return lambda name: register(database, settings, username=name, email=f"{name}@example.org", password=PASSWORD)


@pytest.fixture
def mika(database: Database, settings: Settings, registered: Register) -> NewSession:
    """Register and sign in one person."""
    return begin_session(database, settings, registered("mika").id)
