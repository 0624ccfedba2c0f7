"""Small libraries that trouble can come over: on a PostgreSQL of their own that may be stopped, and on SQLite."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from catlog.config import Settings
from tests.support.postgres import PostgresServer, start_postgres
from tests.tui.trouble.libraries import fill


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """Run a server that may be stopped."""
    with start_postgres(own=True) as own:
        yield own


@pytest.fixture
def remote(server: PostgresServer, no_library: Settings, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Give settings with a small library on that server; it runs again when the test is over."""
    settings = replace(no_library, database_url=server.create_database(request.node.name))
    fill(settings)
    yield settings
    server.start()


@pytest.fixture
def local(no_library: Settings) -> Settings:
    """Give settings with a small library in a file."""
    fill(no_library)
    return no_library
