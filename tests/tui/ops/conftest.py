"""An app on an empty library whose source is the stand-in, which answers without waiting."""

from collections.abc import Callable, Iterator

import pytest

from catlog.config import Settings
from catlog.db.session import Database
from catlog.db.upgrade import make_ready
from tests.tui.harness import Driver


@pytest.fixture
def database(source: Settings) -> Iterator[Database]:
    """Give the library itself, to look into."""
    source.paths.default_database.parent.mkdir(parents=True, exist_ok=True)
    database = make_ready(Database(source.database_url), source.paths.backups)
    yield database
    database.close()


async def until(it: Driver, happened: Callable[[], object]) -> None:
    """Wait for something that a thread brings about, then for the screen to be at rest."""
    while not happened():
        await it.pilot.pause(0.01)
    await it.settle()


async def over(it: Driver) -> None:
    """Wait until nothing runs any more."""
    await until(it, lambda: not it.app.operations.running)


async def go_to_ops(it: Driver) -> None:
    """Go to the operations."""
    await it.press("f6")
