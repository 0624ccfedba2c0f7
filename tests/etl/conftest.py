"""A stand-in source, and the command line on it and on each database."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from catlog.db.session import Database
from tests.support.cli import Child, CommandLine, Nursery
from tests.support.databases import POSTGRESQL, SQLITE
from tests.support.jikan import JikanStandIn

NOW = "2026-05-11T08:00:00Z"
TODAY = "2026-05-11"
YESTERDAY = "2026-05-10"
TOMORROW = "2026-05-12"

PATIENCE = 180.0

on_sqlite = pytest.mark.parametrize("database", [SQLITE], indirect=True)
on_postgresql = pytest.mark.parametrize("database", [POSTGRESQL], indirect=True)
"""For tests that are about one database, or to which it makes no difference."""


def bind(home: Path, database: Database, jikan: JikanStandIn) -> CommandLine:
    """Return the command line of a user who waits for nothing, at a stopped clock."""
    return CommandLine().having(
        home=home, database_url=database.url, jikan_urls=jikan.url, jikan_rate=1000, jikan_backoff=0.00001, now=NOW
    )


def until(happened: Callable[[], object]) -> None:
    """Wait for something that happens in another process."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


@contextmanager
def held_at_page_2(nursery: Nursery, catlog: CommandLine, jikan: JikanStandIn, *argv: object) -> Iterator[Child]:
    """Start a run, and give it once it waits for page 2: it gets it at `jikan.release()`, or when the block is over."""
    jikan.forget()
    jikan.set_faults("held@page=2")
    try:
        with nursery.start(catlog, "etl", "run", *argv) as child:
            until(lambda: [request for request in jikan.requests if request.page == "2"])
            yield child
    finally:
        jikan.release()


@pytest.fixture
def jikan() -> Iterator[JikanStandIn]:
    """Serve an invented catalogue of 400 titles."""
    with JikanStandIn() as server:
        yield server


@pytest.fixture
def catlog(database: Database, jikan: JikanStandIn, tmp_path: Path) -> CommandLine:
    """Give the command line on `database` and `jikan`."""
    return bind(tmp_path / "home", database, jikan)
