"""Settings for the test's database, a clock to turn, and people who have registered."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from catlog import clock
from catlog.accounts import sign_in as signing_in
from catlog.accounts.sign_in import NewSession, begin_session
from catlog.accounts.users import Account, register
from catlog.config import Settings, load_settings
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
def registered(database: Database, settings: Settings, light_hashes: None) -> Register:
    """Give a function that registers somebody by name, with `PASSWORD`."""
    return lambda name: register(database, settings, username=name, email=f"{name}@example.org", password=PASSWORD)


@pytest.fixture
def mika(database: Database, settings: Settings, registered: Register) -> NewSession:
    """Register and sign in one person."""
    return begin_session(database, settings, registered("mika").id)
