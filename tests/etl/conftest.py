"""A stand-in source, and the command line on it and on each database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from catlog.db.session import Database
from tests.support.cli import CommandLine
from tests.support.jikan import JikanStandIn

NOW = "2026-05-11T08:00:00Z"
TODAY = "2026-05-11"
YESTERDAY = "2026-05-10"
TOMORROW = "2026-05-12"

Bound = Callable[[Database, JikanStandIn], CommandLine]


def bind(home: Path, database: Database, jikan: JikanStandIn) -> CommandLine:
    """Return the command line of a user who waits for nothing, at a stopped clock."""
    return CommandLine().having(
        home=home, database_url=database.url, jikan_urls=jikan.url, jikan_rate=1000, jikan_backoff=0.001, now=NOW
    )


@pytest.fixture
def jikan() -> Iterator[JikanStandIn]:
    """Serve an invented catalogue of 400 titles."""
    with JikanStandIn() as server:
        yield server


@pytest.fixture
def catlog(database: Database, jikan: JikanStandIn, tmp_path: Path) -> CommandLine:
    """Give the command line on `database` and `jikan`."""
    return bind(tmp_path / "home", database, jikan)
