"""A stand-in source, and an app on an empty library that asks it without waiting."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from catlog.config import Settings
from catlog.db.session import Database
from catlog.db.upgrade import make_ready
from tests.support.jikan import JikanStandIn
from tests.tui.harness import Driver


@pytest.fixture
def jikan() -> Iterator[JikanStandIn]:
    """Serve an invented catalogue of 400 titles."""
    with JikanStandIn() as server:
        yield server


@pytest.fixture
def source(no_library: Settings, jikan: JikanStandIn) -> Settings:
    """Return settings of an empty library whose source is the stand-in."""
    return replace(no_library, jikan_urls=(jikan.url,), jikan_rate=1000.0, jikan_backoff=0.00001)


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
